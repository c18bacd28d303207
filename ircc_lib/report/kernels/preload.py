"""What the warm server imports, and does once, before it forks.

Everything that is left out here is imported by the fork that uses it.
"""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
import string
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

import pandas as pd

from ircc_lib.report.kernels.client import without

_FOR_REGISTRY = [
    "pandas",
    "pyarrow.parquet",
    "pyarrow.compute",
    "pyarrow.pandas_compat",
    "pandera.pandas",
    "ircc_lib.registry.ingest.load",
    "ircc_lib.registry.saved",
    "ircc_lib.report.pipeline.functions",
    "ircc_lib.report.site.plan",
]
_FOR_NOTEBOOKS = [
    # the short ones first: after each of them the registry can begin to be cleaned
    "psutil", "pycountry", "tornado.platform.asyncio", "zmq.utils.garbage", "pyarrow.vendored.version",
    # pandas imports these when they are first used
    "pandas.core.arrays.arrow._arrow_utils", "pandas.core.methods.to_dict", "pandas.core.reshape.reshape",
    "pandas.io.formats.string",
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect",
    "IPython.extensions.storemagic", "IPython.core.pylabtools", "ipykernel.kernelapp",
    "ipykernel.ipkernel", "ipykernel.zmqshell", "ipykernel.debugger", "ircc_lib.report.kernels.streams",
    "matplotlib.pyplot", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg",
    "scipy.optimize", "scipy.stats", "pymare", "lifelines",
]  # fmt: skip
_FOR_PAGES = ["nbconvert", "nbformat", "jinja2", "ircc_lib.report.site.assets"]


def for_registry() -> None:
    """Import what the registry is cleaned with, and use it once."""
    _import_and_use(_FOR_REGISTRY, _schemas_once)


def for_pages(between: Callable[[], None] = lambda: None) -> None:
    """Import what notebooks use and pages are made with, and use it once; `between` is called after each module."""
    _import_and_use(chain(_FOR_NOTEBOOKS, _library(), _FOR_PAGES), _work_once, _templates_once, between=between)


def _import_and_use(
    modules: Iterable[str], *uses: Callable[[], None], between: Callable[[], None] = lambda: None
) -> None:
    # pandera asks for all of Dask when the first schema is built (unionai-oss/pandera), jsonschema for grammars of
    # addresses and durations (python-jsonschema/jsonschema), seaborn for the widgets in which palettes are chosen
    # (mwaskom/seaborn): seconds for what no fork uses.
    with without("dask", "rfc3987_syntax", "isoduration", "ipywidgets"):
        for name in modules:
            _import(name)
            between()
        for use in uses:
            with contextlib.suppress(Exception):  # what fails here fails again where somebody is told of it
                use()


def _import(name: str) -> None:
    with contextlib.suppress(ImportError):  # who needs it will say so
        importlib.import_module(name)


def _library() -> Iterator[str]:
    """The library's modules for notebooks, each asked for when it is imported: to look for them imports packages."""
    import ircc_lib

    used = ("ircc_lib.registry", "ircc_lib.analysis", "ircc_lib.figures")
    found = pkgutil.walk_packages(ircc_lib.__path__, "ircc_lib.")
    yield from (module.name for module in found if module.name.startswith(used))


def _schemas_once() -> None:
    from ircc_lib.registry.schema.tables import raw_schemas

    raw_schemas()


def _templates_once() -> None:
    from ircc_lib.report.site.render import ready

    ready()


def _work_once() -> None:
    """Fonts, renderers, the libraries' own tables."""
    import pandas

    from ircc_lib.analysis.meta.pooling import pool
    from ircc_lib.analysis.meta.proportions import pool_proportions
    from ircc_lib.registry.labels import arm_words

    arm_words("stage3")
    pool([-0.5, -0.3, -0.6], [0.2, 0.25, 0.3])
    pool_proportions([1, 2, 4], [5, 6, 7])
    table = pandas.DataFrame({"trial_id": ["a", "b"], "n": pandas.array([1, None], dtype="Int64")})
    table.merge(table, on="trial_id").sort_values("trial_id").groupby("trial_id").first().to_dict("records")
    _figure(table)._repr_mimebundle_()


def _figure(data: pd.DataFrame) -> Any:
    """A figure with letters in the sizes and weights that figures have."""
    import matplotlib

    from ircc_lib.figures.display import style
    from ircc_lib.figures.display.figure import new_figure
    from ircc_lib.figures.draw.measure import width

    with matplotlib.rc_context(style.RC):
        figure = new_figure(2)
        axes = figure.subplots()
        axes.plot([1, 10], [1, 2], marker="s", label="warm")
        axes.set(title="warm", xlabel="warm", xscale="log")
        axes.grid(axis="x")
        axes.legend()
        for weight in ("normal", "bold"):
            width(string.printable.split()[0], style.TEXT, bold=weight == "bold")
            for size in (style.TEXT, style.RC["font.size"], style.RC["axes.titlesize"]):
                axes.text(1, 1, "warm", fontsize=size, fontweight=weight)
    return figure.describe(name="warm", title="", caption="", alt="", data=data)

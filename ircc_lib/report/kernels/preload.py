"""What the warm server imports, and does once, before it forks.

Everything that is left out here is imported by the fork that uses it.
"""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
from collections.abc import Callable
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
    "scipy.stats", "scipy.optimize", "pymare", "lifelines", "pycountry",
    "matplotlib.pyplot", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg",
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect",
    "IPython.extensions.storemagic", "IPython.core.pylabtools", "ipykernel.kernelapp",
    "ipykernel.ipkernel", "ipykernel.zmqshell", "ipykernel.debugger",
    "psutil", "tornado.platform.asyncio",
    # pandas and pyarrow import these when they are first used
    "pandas.core.arrays.arrow._arrow_utils", "pandas.core.methods.to_dict", "pandas.core.reshape.reshape",
    "pandas.io.formats.string", "pyarrow.vendored.version", "zmq.utils.garbage",
]  # fmt: skip
_FOR_PAGES = ["nbconvert", "nbformat", "jinja2", "ircc_lib.report.site.assets"]


def for_registry() -> None:
    """Import what the registry is cleaned with, and use it once."""
    _import_and_use(_FOR_REGISTRY, _schemas_once)


def for_pages() -> None:
    """Import what notebooks use and pages are made with, and use it once."""
    _import_and_use([*_FOR_NOTEBOOKS, *_library(), *_FOR_PAGES], _work_once, _templates_once)


def _import_and_use(modules: list[str], *uses: Callable[[], None]) -> None:
    # pandera asks for all of Dask when the first schema is built (unionai-oss/pandera), jsonschema for grammars of
    # addresses and durations (python-jsonschema/jsonschema), seaborn for the widgets in which palettes are chosen
    # (mwaskom/seaborn): seconds for what no fork uses.
    with without("dask", "rfc3987_syntax", "isoduration", "ipywidgets"):
        for name in modules:
            _import(name)
        for use in uses:
            with contextlib.suppress(Exception):  # what fails here fails again where somebody is told of it
                use()


def _import(name: str) -> None:
    with contextlib.suppress(ImportError):  # who needs it will say so
        importlib.import_module(name)


def _library() -> list[str]:
    """The library's modules for notebooks."""
    import ircc_lib

    used = ("ircc_lib.registry", "ircc_lib.analysis", "ircc_lib.figures")
    found = pkgutil.walk_packages(ircc_lib.__path__, "ircc_lib.")
    return [module.name for module in found if module.name.startswith(used)]


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

    with matplotlib.rc_context(style.RC):
        figure = new_figure(2)
        axes = figure.subplots()
        axes.plot([1, 10], [1, 2], marker="s", label="warm")
        axes.set(title="warm", xlabel="warm", xscale="log")
        axes.grid(axis="x")
        axes.legend()
        for size in (7, 7.2, 7.5, 7.6, 8, 8.5, 9):
            for weight in ("normal", "bold"):
                axes.text(1, 1, "warm", fontsize=size, fontweight=weight)
    return figure.describe(name="warm", title="", caption="", alt="", data=data)

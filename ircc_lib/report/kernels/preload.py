"""What the warm server imports, and does once, before it forks: three stages, in the order they are needed.

Each stage is a generator that yields between its parts, so that the server can see to its forks. Everything
that is left out here is imported by the fork that uses it.
"""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
import sys
import types
from collections.abc import Iterator

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


def for_registry() -> Iterator[None]:
    """What the registry is cleaned and cut with."""
    # pandera asks for all of Dask when the first schema is built.
    with without("dask"):
        for name in _FOR_REGISTRY:
            _import(name)
            yield
        with contextlib.suppress(Exception):  # what fails here fails again where somebody is told of it
            importlib.import_module("ircc_lib.registry.schema.tables").raw_schemas()
    yield


def for_notebooks() -> Iterator[None]:
    """What notebooks use, and what each of them would do slowly the first time."""
    with without("dask"), _when_called("pymare.effectsize"):
        for name in (*_FOR_NOTEBOOKS, *_library()):
            _import(name)
            yield
    with contextlib.suppress(Exception):  # as above
        _work_once()
    yield


def for_pages() -> Iterator[None]:
    """What pages are made with, and a first page."""
    # jsonschema asks for a grammar of addresses.
    with without("rfc3987_syntax"):
        for name in _FOR_PAGES:
            _import(name)
            yield
    with contextlib.suppress(Exception):  # as above
        importlib.import_module("ircc_lib.report.site.render").ready()
    yield


STAGES = (for_registry, for_notebooks, for_pages)


def _import(name: str) -> None:
    with contextlib.suppress(ImportError):  # who needs it will say so
        importlib.import_module(name)


def _library() -> list[str]:
    """The library's modules for notebooks."""
    import ircc_lib

    used = ("ircc_lib.registry", "ircc_lib.analysis", "ircc_lib.figures")
    found = pkgutil.walk_packages(ircc_lib.__path__, "ircc_lib.")
    return [module.name for module in found if module.name.startswith(used)]


@contextlib.contextmanager
def _when_called(name: str):
    """Import what takes names from module `name` without importing it until one of them is called.

    PyMARE's conversions of effect sizes, of which no chapter makes any, bring in all of sympy: a quarter
    of a second, and a tenth of the memory that each fork shares.
    """

    def later(attribute: str):
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return lambda *given, **named: getattr(importlib.import_module(name), attribute)(*given, **named)

    stand_in = types.ModuleType(name)
    stand_in.__getattr__ = later
    sys.modules[name] = stand_in
    try:
        yield
    finally:
        del sys.modules[name]


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


def _figure(data):
    """A figure with letters in the sizes and weights that figures have."""
    import matplotlib

    from ircc_lib.figures.display import style
    from ircc_lib.figures.display.exhibit import new_exhibit

    with matplotlib.rc_context(style.RC):
        figure = new_exhibit(2)
        axes = figure.subplots()
        axes.plot([1, 10], [1, 2], marker="s", label="warm")
        axes.set(title="warm", xlabel="warm", xscale="log")
        axes.grid(axis="x")
        axes.legend()
        for size in (7, 7.2, 7.5, 7.6, 8, 8.5, 9):
            for weight in ("normal", "bold"):
                axes.text(1, 1, "warm", fontsize=size, fontweight=weight)
    return figure.describe(name="warm", title="", caption="", alt="", data=data)

"""What each task of the pipeline does; it runs in this process or in a Dask worker.

Nothing heavy is imported here. Registry and pages are worked on in forks of the warm server, and
notebooks on kernels forked from it; with `cold` the one in this process, the other on plain kernels.
"""

from __future__ import annotations

import importlib
import json
import time
from pathlib import Path

from . import warm
from .files import write_file


def clean(raw: list[Path], processed: Path, measured: str, cold: bool, **_) -> None:
    """The raw registry, checked and cleaned."""
    with _timed(measured):
        _call("clean", cold, raw=str(raw[0].parent), processed=str(processed.parent))


def cut(processed: Path, edition: str, folder: Path, measured: str, cold: bool, **_) -> None:
    """An edition's part of the registry."""
    with _timed(measured):
        _call("cut", cold, processed=str(processed.parent), edition=edition, folder=str(folder.parent))


def slices(folder: Path, entities: str, measured: str, cold: bool, **_) -> None:
    """What the pages of some tumour entities show of an edition."""
    with _timed(measured):
        _call("slices", cold, folder=str(folder.parent), entities=json.loads(entities))


def plan(folder: Path, edition: str, notebooks: list[Path], sitemap: Path, measured: str, cold: bool, **_) -> None:
    """The plan of an edition's site."""
    with _timed(measured):
        _call("plan", cold, folder=str(folder.parent), edition=edition,
              notebooks=str(notebooks[0].parent), sitemap=str(sitemap))


def execute(notebook: Path, parameters: str, executed: Path, base: str, failure: str, measured: str,
            cold: bool, **_) -> None:
    """A notebook, run. When it fails, the notebook as it ran and a note that it failed are what is made."""
    from .notebook import run_notebook

    outcome = run_notebook(notebook, executed, json.loads(parameters), Path(base),
                           warm=warm.AVAILABLE and not cold)
    if outcome.failure:
        write_file(Path(failure), outcome.failure)
    else:
        Path(failure).unlink(missing_ok=True)
    _measure(measured, seconds=outcome.seconds, cells=outcome.cells)


def render(executed: Path, sitemap: Path, page: str, out: str, measured: str, cold: bool, **_) -> None:
    """The page of a notebook."""
    with _timed(measured):
        _call("render", cold, executed=str(executed), page=page, sitemap=str(sitemap), out=out)


def assemble(sitemap: Path, folder: Path, out: str, measured: str, cold: bool, **_) -> None:
    """What the pages of an edition share."""
    with _timed(measured):
        _call("assemble", cold, sitemap=str(sitemap), folder=str(folder.parent), out=out)


def index(out: str, measured: str, cold: bool, **_) -> None:
    """The list of the editions that are there."""
    with _timed(measured):
        _call("index", cold, out=out)


def _call(name: str, cold: bool, **arguments) -> None:
    if warm.AVAILABLE and not cold:
        warm.server().call(f"ircc_lib.report.work:{name}", **arguments)
    else:
        getattr(importlib.import_module("ircc_lib.report.work"), name)(**arguments)


class _timed:
    def __init__(self, measured: str):
        self.measured = measured

    def __enter__(self):
        self.started = time.perf_counter()

    def __exit__(self, kind, *_):
        if kind is None:
            _measure(self.measured, seconds=time.perf_counter() - self.started)


def _measure(path: str, **seconds: float) -> None:
    write_file(Path(path), json.dumps({name: round(value, 4) for name, value in seconds.items()}))

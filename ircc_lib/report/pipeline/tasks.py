"""What each task of the pipeline does; it runs in this process or in a Dask worker.

Nothing heavy is imported here. `how` says where the project is (``root``), whether to do without forks
(``cold``), where to list the files that the task made (``manifest``) and how long it took (``measured``). Registry and pages are worked on in
forks of the warm server, and notebooks on kernels forked from it; with ``cold`` the one in this process,
the other on plain kernels.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from ircc_lib.files import write_file
from ircc_lib.report.kernels import client as warm


def clean(raw: list[Path], processed: Path, how: dict[str, Any], **_: Any) -> None:
    """The raw registry, checked and cleaned."""
    _call("clean", how, raw=str(raw[0].parent), processed=str(processed.parent))


def cut(processed: Path, edition: str, folder: Path, how: dict[str, Any], **_: Any) -> None:
    """An edition's part of the registry."""
    _call("cut", how, processed=str(processed.parent), edition=edition, folder=str(folder.parent))


def plan(
    folder: Path, edition: str, notebooks: list[Path], sitemap: Path, names: Path, how: dict[str, Any], **_: Any
) -> None:
    """The plan of an edition's site."""
    _call(
        "plan",
        how,
        folder=str(folder.parent),
        edition=edition,
        notebooks=str(notebooks[0].parent),
        sitemap=str(sitemap),
        names=str(names),
    )


def slices(sitemap: Path, folder: Path, processed: Path, how: dict[str, Any], **_: Any) -> None:
    """What each page shows of an edition, or of the whole registry."""
    _call("slices", how, sitemap=str(sitemap), folder=str(folder.parent), processed=str(processed.parent))


def execute(
    notebook: Path, data: Path, parameters: str, executed: Path, failure: str, how: dict[str, Any], **_: Any
) -> None:
    """A notebook, run. When it fails, the notebook as it ran and a note that it failed are what is made."""
    from ircc_lib.report.kernels.notebook import run_notebook

    outcome = run_notebook(
        notebook,
        executed,
        json.loads(parameters),
        Path(how["root"]),
        where={"registry": str(data.parent)},
        warm=_warm(how),
    )
    if outcome.failure:
        write_file(Path(failure), outcome.failure)
    else:
        Path(failure).unlink(missing_ok=True)
    _measure(how, seconds=outcome.seconds, cells=outcome.cells)


def render(executed: Path, sitemap: Path, page: str, out: str, how: dict[str, Any], **_: Any) -> None:
    """The page of a notebook."""
    _call("render", how, executed=str(executed), page=page, sitemap=str(sitemap), out=out)


def assemble(sitemap: Path, folder: Path, out: str, how: dict[str, Any], **_: Any) -> None:
    """What the pages of an edition share."""
    _call("assemble", how, sitemap=str(sitemap), folder=str(folder.parent), out=out)


def index(out: str, how: dict[str, Any], **_: Any) -> None:
    """The list of the editions that are there."""
    _call("index", how, out=out)


def _call(name: str, how: dict[str, Any], **arguments: Any) -> None:
    started = time.perf_counter()
    given = {"function": name, "manifest": how["manifest"], "arguments": arguments}
    if _warm(how):
        warm.server().call("ircc_lib.report.pipeline.functions:listing_files", how["root"], **given)
    else:
        from ircc_lib.report.pipeline.functions import listing_files

        listing_files(**given)
    _measure(how, seconds=time.perf_counter() - started)


def _warm(how: dict[str, Any]) -> bool:
    return warm.AVAILABLE and not how["cold"]


def _measure(how: dict[str, Any], **seconds: float) -> None:
    write_file(Path(how["measured"]), json.dumps({name: round(value, 4) for name, value in seconds.items()}))

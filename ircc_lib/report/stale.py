"""Files that no page offers any more: pages, figures and tables of what is no longer in an edition."""

from __future__ import annotations

from collections.abc import Iterable

from ircc_lib.report.paths import Layout
from ircc_lib.report.pipeline.digests import read_manifest
from ircc_lib.report.pipeline.graph import Task

_MADE = ("*.html", "entities/*.html", "trials/*.html", "notebooks/**/*.ipynb", "figures/*", "tables/*", "data/*")


def remove_stale(layout: Layout, edition: str, tasks: Iterable[Task]) -> None:
    """Remove from an edition's folder what none of the `tasks`, all that make the report, has made."""
    made = set()
    for task in tasks:
        made |= set(task.produces.values())
        if task.manifest:
            made |= set(read_manifest(task.manifest) or [])
    folder = layout.edition(edition)
    for path in [path for pattern in _MADE for path in folder.glob(pattern)]:
        if path.is_file() and path not in made:
            path.unlink()

"""Whether there is anything to do: what went into the last run, and what failed in it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ircc_lib.files import write_file
from ircc_lib.report.paths import Layout
from ircc_lib.report.pipeline.digests import Digests
from ircc_lib.report.pipeline.graph import Task, plan_of


def looks_changed(layout: Layout, editions: list[str], first: Iterable[Task], digests: Digests) -> bool:
    """Whether an input of the tasks that come `first` is another than at the end of the last run, or a page failed.

    What was made is not looked at; that is pytask's part, which takes a while to import.
    """
    try:
        last = json.loads(layout.inputs.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return True
    return last != _inputs(first, digests) or not all(_is_planned(layout, edition) for edition in editions)


def note_inputs(layout: Layout, first: Iterable[Task], digests: Digests) -> None:
    """Keep what went into this run for the next one."""
    write_file(layout.inputs, json.dumps(_inputs(first, digests)))


def failures(layout: Layout, editions: list[str]) -> dict[str, str]:
    """Pages whose notebook failed in its last run, such as ``ten-year/03_survival``, and why."""
    found = {}
    for edition in editions:
        if _is_planned(layout, edition):
            for page in plan_of(layout, edition).made_from_notebooks:
                note = layout.failure(edition, page)
                if note.is_file():
                    found[f"{edition}/{page}"] = note.read_text(encoding="utf-8")
    return found


def forget_failures(layout: Layout, editions: list[str]) -> None:
    """Let notebooks that failed run again, although nothing that they read has changed."""
    for subject in failures(layout, editions):
        edition, _, page = subject.partition("/")
        layout.executed(edition, page).unlink(missing_ok=True)


def _is_planned(layout: Layout, edition: str) -> bool:
    try:
        plan_of(layout, edition)
    except (OSError, ValueError):
        return False
    return True


def _inputs(first: Iterable[Task], digests: Digests) -> dict[str, list[Any]]:
    """What the tasks know, and what is in each file that they read and that no other of them makes."""
    tasks = list(first)
    made = {path for task in tasks for path in task.produces.values()}
    found = {}
    for task in tasks:
        given = [path for read in task.depends_on.values() for path in (read if isinstance(read, list) else [read])]
        found[task.name] = [task.state, {path.name: digests.of(path) for path in given if path not in made}]
    return found

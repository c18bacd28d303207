"""One run of the report: alone on its folder, everything that changed, and an account of it."""

from __future__ import annotations

import errno
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ircc_lib.files import remove_unfinished, why
from ircc_lib.report.account import write_account
from ircc_lib.report.freshness import failures, forget_failures, looks_changed, note_inputs
from ircc_lib.report.kernels import client as warm
from ircc_lib.report.limits import check_folders, jobs_for_open_files
from ircc_lib.report.paths import Layout, notebooks_in
from ircc_lib.report.pipeline.digests import Digests
from ircc_lib.report.pipeline.graph import cleaning, pages, plan_of
from ircc_lib.report.stale import remove_stale

if TYPE_CHECKING:
    from ircc_lib.report.pipeline.graph import Task
    from ircc_lib.report.progress import Progress


WAIT_SECONDS = 7200
"""For another run on the same folder."""
_DATA_IS_WRONG = ("RegistryError", "NotebookError", "FileNotFoundError", "NodeNotFoundError")


class UsageError(Exception):
    """The call or the data is wrong; the message has one sentence a problem."""


class ReportError(Exception):
    """The registry could not be cleaned, and not because of what is in it."""


@dataclass(kw_only=True)
class Outcome:
    """What a run did.

    built : pages made anew, as ``ten-year/03_survival``
    failed : page or task, and why it failed
    """

    built: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    nothing_to_do: bool = False
    seconds: float = 0.0


def make_report(
    layout: Layout,
    editions: list[str],
    progress: Progress,
    *,
    entity: str | None = None,
    jobs: int | None = None,
    force: bool = False,
    cold: bool = False,
    cluster: str | None = None,
) -> Outcome:
    """Bring the report of `editions` up to date; a second run on the same folder waits for the first.

    Parameters
    ----------
    progress : told what happens, see `report.progress`
    entity : make only the page of this tumour entity
    jobs : how many tasks at a time; by default as many as there are cores
    force : run everything, changed or not
    cold : plain kernels, as where there is no fork
    cluster : address of a Dask scheduler, whose workers see the same folders

    Raises
    ------
    UsageError
        When the call or the data is wrong; nothing has been written.
    ReportError
        When there is nothing to make pages from, for another reason.
    OSError
        When a folder cannot be written to.
    """
    from filelock import FileLock, Timeout

    started = time.perf_counter()
    check_folders(layout, editions)
    layout.state.mkdir(parents=True, exist_ok=True)
    lock = FileLock(layout.state / "run.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        progress.say(f"Another run is making {layout.out}; waiting for it to end.")
        try:
            lock.acquire(timeout=WAIT_SECONDS)
        except Timeout:
            raise ReportError(
                f"another run has been making {layout.out} for too long; end it, and try again."
            ) from None
    try:
        for folder in (layout.out, layout.processed, layout.state):
            remove_unfinished(folder)
        jobs = jobs_for_open_files(jobs or os.cpu_count() or 1, progress.say)
        outcome = _Run(layout, editions, progress, entity, force, cold, jobs, cluster).whole()
    except OSError as error:
        if error.filename or error.errno in (None, errno.ETIMEDOUT):
            raise
        raise OSError(
            error.errno, error.strerror, str(layout.state)
        ) from error  # pytask's record, which it does not name
    finally:
        lock.release()
    outcome.seconds = time.perf_counter() - started
    return outcome


def _words(error: BaseException) -> str:
    return why(error) if isinstance(error, OSError) else str(error)


def _unreadable(layout: Layout) -> list[Path]:
    """Notebooks that are a folder, a link to nothing, or another person's own."""
    found = {path for path in layout.notebooks.glob("*.ipynb") if not path.name.startswith(".")}
    return sorted(found - set(notebooks_in(layout.notebooks)))


class _Run:
    """The steps of a run, and what they know of each other."""

    def __init__(
        self,
        layout: Layout,
        editions: list[str],
        progress: Progress,
        entity: str | None,
        force: bool,
        cold: bool,
        jobs: int,
        cluster: str | None,
    ) -> None:
        self.layout, self.editions, self.progress = layout, editions, progress
        self.entity, self.force, self.cold, self.jobs, self.cluster = entity, force, cold, jobs, cluster
        self.digests = Digests(layout.digests)
        self.started = time.time()
        self.ran: list[str] = []
        self.failed = {f"notebooks/{path.name}": "it cannot be read" for path in _unreadable(layout)}

    def whole(self) -> Outcome:
        first = cleaning(self.layout, self.editions, cold=self.cold)
        failed = failures(self.layout, self.editions)
        changed = (
            self.force or bool(failed or self.failed) or looks_changed(self.layout, self.editions, first, self.digests)
        )
        if not changed and not self._outdated(first):
            self.digests.save()
            return Outcome(nothing_to_do=True)
        self._clean(first)
        self._check_entity()
        forget_failures(self.layout, self.editions)
        then = pages(self.layout, self.editions, cold=self.cold, entity=self.entity)
        self._build(then, self.jobs)
        if self.entity is None and not self.failed:
            for edition in self.editions:
                remove_stale(self.layout, edition, [*first, *then])
        note_inputs(self.layout, first, self.digests)
        self.digests.save()
        if not self.ran and not self.failed:
            return Outcome(nothing_to_do=True)
        self.failed |= failures(self.layout, self.editions)
        self._write_accounts()
        made = {name.partition(":")[2] for name in self.ran if name.startswith(("execute:", "render:"))}
        return Outcome(built=sorted(made), failed=self.failed)

    def _outdated(self, first: list[Task]) -> bool:
        from ircc_lib.report.pipeline.executor import outdated

        self._check_entity()
        rest = pages(self.layout, self.editions, cold=self.cold, entity=self.entity)
        return bool(outdated([*first, *rest], self.layout.state, self.digests))

    def _check_entity(self) -> None:
        if self.entity is None:
            return
        for edition in self.editions:
            names = [entity.name for entity in plan_of(self.layout, edition).entities]
            if self.entity not in names:
                raise UsageError(
                    f"The {edition} edition has no trial of {self.entity!r}; it has trials of: "
                    + ", ".join(names)
                    + "."
                )

    def _clean(self, first: list[Task]) -> None:
        new = not self.layout.processed.exists()
        forks = warm.AVAILABLE and not self.cold and not self.cluster
        server = warm.server() if forks else None  # it takes seconds to start: while the work begins
        if server:
            import ircc_lib.report.kernels.notebook  # noqa: F401  # what runs notebooks: imported while the server is
        built = self._build(first, 1)
        if server:
            server.end_idle()
        if not built.failed:
            return
        if new and self.layout.processed.is_dir() and not any(self.layout.processed.iterdir()):
            self.layout.processed.rmdir()
        name, error = next(iter(built.failed.items()))
        if getattr(error, "kind", type(error).__name__) in _DATA_IS_WRONG:
            raise UsageError(str(error))
        trace = getattr(error, "trace", None)
        if isinstance(error, OSError) or trace == "":  # the system's own word, which names the file
            raise ReportError(_words(error))
        raise ReportError(f"{name}: {error}\n{trace or ''}".strip())

    def _build(self, tasks: list[Task], jobs: int) -> Any:
        from ircc_lib.report.pipeline.executor import build

        try:
            with self.progress.showing(len(tasks)):
                built = build(
                    tasks,
                    self.layout.state,
                    self.digests,
                    force=self.force,
                    jobs=jobs,
                    cluster=self.cluster,
                    started=self.progress.started,
                    ended=self.progress.ended,
                )
        except ConnectionError as error:
            raise UsageError(f"--cluster: {error}.") from error
        self.ran += built.ran
        self.failed |= {name: _words(error) for name, error in built.failed.items()}
        if not built.complete and not built.failed:
            self.failed["pytask"] = f"could not record its progress in {self.layout.state}; is the disk full?"
        return built

    def _write_accounts(self) -> None:
        options: dict[str, object] = {
            "kernels": "plain" if self.cold else "warm",
            "jobs": self.jobs,
            "cluster": bool(self.cluster),
        }
        for edition in self.editions:
            write_account(self.layout, edition, started=self.started, ran=self.ran, failed=self.failed, options=options)

"""Runs the pipeline's tasks: pytask decides which have to run, a plugin of it when and where they do.

Here the tasks run in threads, as their work is done in forks and kernels; on a cluster on Dask workers.
"""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from heapq import heappop, heappush
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytask

from ircc_lib.files import write_file
from ircc_lib.report.kernels import client as warm
from ircc_lib.report.pipeline.digests import Digests
from ircc_lib.report.pipeline.graph import Task

if TYPE_CHECKING:
    from distributed import Client

_ALL = 1_000_000
STOP_TRIES = 20
STALLED_SECONDS = 4 * 3600
"""A notebook's cells end by themselves; workers of a cluster that are gone do not come back."""
_CONFIGURATION = "[tool.pytask.ini_options]\n"


@dataclass(kw_only=True)
class Built:
    """What a build did: names of the tasks that ran, and why others failed."""

    ran: list[str] = field(default_factory=list)
    failed: dict[str, BaseException] = field(default_factory=dict)
    complete: bool = True


class _ReportTask(pytask.TaskWithoutPath):
    """A task whose state is its plain values, rather than the text of its function."""

    def state(self) -> str:
        return self.attributes["state"]


@dataclass(kw_only=True)
class _File(pytask.PathNode):
    """A file, which has changed when its content has."""

    digests: Digests

    def state(self) -> str | None:
        return self.digests.of(cast("Path", self.path))


class _MadeFiles(_File):
    """All the files that a task made, by the list that it wrote of them."""

    def state(self) -> str | None:
        return self.digests.of_listed(cast("Path", self.path))


def outdated(tasks: Iterable[Task], state: Path, digests: Digests) -> list[str]:
    """The names of the tasks that would run, decided by pytask without running any."""
    tasks = list(tasks)
    session = _session(tasks, state, digests, dry_run=True)
    if len(session.execution_reports) != len(tasks):
        return [task.name for task in tasks]
    unchanged = pytask.TaskOutcome.SKIP_UNCHANGED
    return [report.task.name for report in session.execution_reports if report.outcome != unchanged]


def build(
    tasks: Iterable[Task],
    state: Path,
    digests: Digests,
    *,
    force: bool = False,
    jobs: int = 1,
    cluster: str | None = None,
    started: Callable[[str], None] = print,
    ended: Callable[[str], None] = print,
) -> Built:
    """Run the tasks whose inputs or outputs have changed, `jobs` at a time or on a Dask cluster.

    Parameters
    ----------
    state : folder of pytask's own record of what is up to date
    started, ended : told the name of each task as it starts and ends (on a cluster, only as it ends)

    Raises
    ------
    ConnectionError
        When there is no scheduler at the address `cluster`.
    OSError
        When the record cannot be written.
    KeyboardInterrupt
        When the run is interrupted; what was done until then is recorded.
    """
    tasks = list(tasks)
    if cluster:
        with _on_cluster(cluster) as client:
            plugin = _Scheduling(client.get_executor(pure=False), inf, lambda name: None, ended)
            session = _session(tasks, state, digests, plugin, force=force)
    else:
        plugin = _Scheduling(ThreadPoolExecutor(jobs, "ircc"), jobs, started, ended)
        session = _session(tasks, state, digests, plugin, force=force)
    if plugin.stopped:
        raise plugin.stopped
    built = Built(complete=len(session.execution_reports) == len(tasks))
    for report in session.execution_reports:
        if report.outcome == pytask.TaskOutcome.SUCCESS:
            built.ran.append(report.task.name)
        elif report.outcome == pytask.TaskOutcome.FAIL:
            error = report.exc_info[1] if report.exc_info else None
            built.failed[report.task.name] = error or RuntimeError("pytask does not say why")
    return built


class _Urgent:
    """Tasks, of which the most urgent comes first."""

    def __init__(self) -> None:
        self._heap: list[tuple[Any, ...]] = []

    def __len__(self) -> int:
        return len(self._heap)

    def push(self, task: pytask.PTask) -> None:
        """Add a task."""
        heappush(self._heap, (*(-part for part in task.attributes["urgency"]), task.name, task))

    def pop(self) -> pytask.PTask:
        """Take the most urgent."""
        return cast("pytask.PTask", heappop(self._heap)[-1])


class _Scheduling:
    """A plugin of pytask: of the tasks that are ready the most urgent go first, as many as there is `room` for."""

    def __init__(
        self, pool: Executor, room: float, started: Callable[[str], None], ended: Callable[[str], None]
    ) -> None:
        self._pool, self._room, self._started, self._ended = pool, room, started, ended
        self._running: dict[Future[Any], pytask.PTask] = {}
        self.stopped: KeyboardInterrupt | OSError | None = None

    @pytask.hookimpl(tryfirst=True)
    def pytask_execute_build(self, session: pytask.Session) -> bool:
        """Run the session's tasks; the first plugin that answers is the one that does."""
        try:
            self._run(session)
        except (KeyboardInterrupt, OSError) as error:
            self.stopped = error
            self._end_running()
        finally:
            self._pool.shutdown(wait=not self._running, cancel_futures=True)
        return True

    def _end_running(self) -> None:
        """End the notebooks that run, and so the threads that wait for them; one may be about to start."""
        for future in self._running:
            future.cancel()
        for _ in range(STOP_TRIES):
            warm.stop()
            if not wait(self._running, timeout=0.5).not_done:
                self._running.clear()
                return

    def _run(self, session: pytask.Session) -> None:
        """Start what has to run as soon as it is known, and ask of the others while that runs."""
        scheduler = session.scheduler
        ready, due = _Urgent(), _Urgent()
        while scheduler is not None and scheduler.is_active():
            if not ready:
                for name in scheduler.get_ready(_ALL):
                    ready.push(cast("pytask.PTask", session.dag.nodes[name]))
            asked = bool(ready)  # what is up to date may have made others ready: no waiting before they are asked
            if ready:
                task = ready.pop()
                if self._has_to_run(session, task):
                    due.push(task)
            elif not (due or self._running):
                return
            while due and len(self._running) < self._room:
                task = due.pop()
                self._started(task.name)
                self._running[self._pool.submit(task.function)] = task
            for future in self._ended_of_running(0 if asked else STALLED_SECONDS):
                self._finish(session, self._running.pop(future), future)

    def _ended_of_running(self, seconds: float) -> set[Future[Any]]:
        done = wait(self._running, seconds, FIRST_COMPLETED).done
        if seconds and self._running and not done:
            names = ", ".join(sorted(task.name for task in self._running.values()))
            raise TimeoutError(errno.ETIMEDOUT, f"nothing has ended for {seconds / 3600:.0f} hours: {names}")
        return done

    def _has_to_run(self, session: pytask.Session, task: pytask.PTask) -> bool:
        session.hook.pytask_execute_task_log_start(session=session, task=task)
        try:
            session.hook.pytask_execute_task_setup(session=session, task=task)
        except Exception:  # unchanged, or what it needs failed: pytask says so by raising
            self._report(session, task, pytask.ExecutionReport.from_task_and_exception(task, sys.exc_info()))
            return False
        return True

    def _finish(self, session: pytask.Session, task: pytask.PTask, future: Future[Any]) -> None:
        self._ended(task.name)
        try:
            future.result()
            session.hook.pytask_execute_task_teardown(session=session, task=task)
            report = pytask.ExecutionReport.from_task(task)
        except Exception:
            report = pytask.ExecutionReport.from_task_and_exception(task, sys.exc_info())
        self._report(session, task, report)

    @staticmethod
    def _report(session: pytask.Session, task: pytask.PTask, report: pytask.ExecutionReport) -> None:
        session.hook.pytask_execute_task_process_report(session=session, report=report)
        session.hook.pytask_execute_task_log_end(session=session, task=task, report=report)
        session.execution_reports.append(report)
        if session.scheduler is not None:
            session.scheduler.done(task.signature)


def _session(
    tasks: list[Task], state: Path, digests: Digests, plugin: _Scheduling | None = None, **options: Any
) -> pytask.Session:
    """A session of pytask with the tasks; a record of it that is torn is begun anew."""
    session = _one_session(tasks, state, digests, plugin, options)
    if session.exit_code == pytask.ExitCode.CONFIGURATION_FAILED:
        for left in (state / "pytask.lock", state / "pytask.lock.journal"):
            left.unlink(missing_ok=True)
        shutil.rmtree(state / ".pytask", ignore_errors=True)
        session = _one_session(tasks, state, digests, plugin, options)
    return session


def _one_session(
    tasks: list[Task], state: Path, digests: Digests, plugin: _Scheduling | None, options: dict[str, Any]
) -> pytask.Session:
    write_file(state / "pytask.toml", _CONFIGURATION)  # pytask keeps its record beside its configuration
    manager = pytask.get_plugin_manager()
    if plugin:
        manager.register(plugin)
    pytask.storage.store(manager)
    given = {option.name: option.default for command in pytask.cli.commands.values() for option in command.params}
    was_quiet, pytask.console.quiet = pytask.console.quiet, True
    try:
        return pytask.build(
            **given
            | dict(
                command="build",
                tasks=[_for_pytask(task, digests) for task in tasks],
                config=state / "pytask.toml",
                root=state,
                paths=[state],
                database_url="sqlite://",
                capture="no",
                verbose=0,
                editor_url_scheme="no_link",  # to a source that nobody is shown
            )
            | options
        )
    finally:
        pytask.console.quiet = was_quiet


def _for_pytask(task: Task, digests: Digests) -> _ReportTask:
    known = json.dumps(task.state, sort_keys=True)

    def file(path: Path, kind: type[_File] = _File) -> _File:
        return kind(path=path, name=path.as_posix(), digests=digests)

    made = {"_made_files": file(task.manifest, _MadeFiles)} if task.manifest else {}
    return _ReportTask(
        name=task.name,
        function=partial(task.function, **task.depends_on, **task.produces, **task.context, **task.state),
        depends_on={
            name: [file(path) for path in given] if isinstance(given, list) else file(given)
            for name, given in task.depends_on.items()
        },
        produces={name: file(path) for name, path in task.produces.items()} | made,
        attributes={"state": hashlib.sha256(known.encode()).hexdigest(), "urgency": task.urgency},
    )


def _on_cluster(address: str) -> Client:
    """A client of the scheduler, to be closed: an open one complains later that the scheduler has gone."""
    try:
        from distributed import Client
    except ImportError as error:
        raise ConnectionError("Dask is not installed; it comes with: pip install 'ircc-lib[cluster]'") from error
    try:
        return Client(address, set_as_default=False)  # how long it waits is Dask's own setting
    except (OSError, ValueError) as error:
        raise ConnectionError(f"no Dask scheduler answers at {address}") from error

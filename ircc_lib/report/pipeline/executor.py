"""Hands the pipeline's tasks to pytask, which decides what has to run, and to pytask-parallel, which runs it.

Locally the tasks run in threads (their work is done in forks and kernels), on a cluster on Dask workers.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from queue import PriorityQueue

import pytask

from ircc_lib.report.kernels import client as warm
from ircc_lib.report.pipeline.graph import Task

# pytask-parallel hands over no more tasks than it has workers; here the executor decides which goes first.
_ALL_AT_ONCE = 1_000_000


@dataclass(kw_only=True)
class Built:
    """What a build did: names of the tasks that ran, and why others failed."""

    ran: list[str] = field(default_factory=list)
    failed: dict[str, BaseException] = field(default_factory=dict)
    complete: bool = True


class _ReportTask(pytask.TaskWithoutPath):
    """A task whose state is what it knows, rather than the text of its function."""

    def state(self) -> str:
        return self.attributes["state"]


def outdated(tasks: Iterable[Task], state: Path) -> list[str]:
    """The names of the tasks that would run, decided by pytask without running any."""
    session = _session(tasks, state, dry_run=True)
    if not session.execution_reports and session.exit_code != 0:
        return [task.name for task in tasks]
    unchanged = pytask.TaskOutcome.SKIP_UNCHANGED
    return [report.task.name for report in session.execution_reports if report.outcome != unchanged]


def build(
    tasks: Iterable[Task],
    state: Path,
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
    KeyboardInterrupt
        When the run is interrupted; what was done until then is recorded.
    """
    tasks = list(tasks)
    if jobs == 1 and not cluster:
        session = _session(tasks, state, force=force, announce=(started, ended))
        reasons = [report.exc_info[0] for report in session.execution_reports if report.exc_info]
        if KeyboardInterrupt in reasons:
            raise KeyboardInterrupt
    else:
        session = _in_parallel(tasks, state, force, jobs, cluster, started, ended)
    built = Built(complete=len(session.execution_reports) == len(tasks))
    for report in session.execution_reports:
        if report.outcome == pytask.TaskOutcome.SUCCESS:
            built.ran.append(report.task.name)
        elif report.outcome == pytask.TaskOutcome.FAIL:
            built.failed[report.task.name] = report.exc_info[1]
    return built


def _in_parallel(
    tasks: list[Task],
    state: Path,
    force: bool,
    jobs: int,
    cluster: str | None,
    started: Callable[[str], None],
    ended: Callable[[str], None],
) -> pytask.Session:
    from pytask_parallel import ParallelBackend, WorkerType, registry

    kind, workers = (
        (ParallelBackend.DASK, WorkerType.PROCESSES) if cluster else (ParallelBackend.THREADS, WorkerType.THREADS)
    )
    executor = _on_cluster(cluster, ended) if cluster else _Threads(jobs, started, ended)
    registry.register_parallel_backend(kind, lambda n_workers: executor, worker_type=workers)
    with _looking_when_woken(executor):
        session = _session(tasks, state, force=force, n_workers=_ALL_AT_ONCE, parallel_backend=kind.value)
    if executor.interrupted:
        raise KeyboardInterrupt
    return session


@contextmanager
def _looking_when_woken(executor: _Observed):
    """Let pytask-parallel look for finished tasks when there is one.

    By itself it looks at growing intervals, in the end once a second, and what waits for the task waits as
    long. Should a later version come to sleep in another way, then it does so.
    """
    from pytask_parallel import execute

    theirs = getattr(execute, "_Sleeper", None)
    if theirs is None:
        yield
        return

    class Sleeper(theirs):
        nothing_ready = woken = False

        def increment(self) -> None:  # called when no task was ready
            self.nothing_ready = True

        def sleep(self) -> None:
            executor.begin()
            if self.nothing_ready and not self.woken:
                self.woken = executor.news.wait(1)
                executor.news.clear()
            else:  # tasks were handed over, skipped or seen to have ended: others may be ready now
                self.woken = False
            self.nothing_ready = False

    execute._Sleeper, executor.holds = Sleeper, True
    try:
        yield
    finally:
        execute._Sleeper = theirs


def _session(tasks: Iterable[Task], state: Path, *, announce=None, **options) -> pytask.Session:
    state.mkdir(parents=True, exist_ok=True)
    config = state / "pytask.toml"  # pytask keeps its record beside its configuration
    if not config.is_file():
        config.write_text("[tool.pytask.ini_options]\n", encoding="utf-8")
    was_quiet, pytask.console.quiet = pytask.console.quiet, True
    try:
        with _without_database():
            return pytask.build(
                tasks=[_for_pytask(task, announce) for task in tasks],
                config=config,
                paths=[state],
                database_url="sqlite://",
                capture="no",
                verbose=0,
                **options,
            )
    finally:
        pytask.console.quiet = was_quiet


@contextmanager
def _without_database():
    """What is up to date stands in pytask.lock; the database repeats it for older versions, a row a file."""
    from _pytask import database

    theirs = database.create_database
    database.create_database = lambda url: None
    try:
        yield
    finally:
        database.create_database = theirs


def _for_pytask(task: Task, announce=None) -> _ReportTask:
    known = json.dumps(task.knows, sort_keys=True)
    function = partial(task.does, **task.told, **task.knows)
    return _ReportTask(
        name=task.name,
        function=_announced(function, task.name, *announce) if announce else function,
        depends_on={
            name: [_node(path) for path in given] if isinstance(given, list) else _node(given)
            for name, given in task.reads.items()
        },
        produces={name: _node(path) for name, path in task.makes.items()},
        attributes={"state": hashlib.sha256(known.encode()).hexdigest(), "urgency": task.urgency},
    )


def _announced(function: Callable, name: str, started: Callable, ended: Callable) -> Callable:
    def announced(**arguments):
        started(name)
        try:
            return function(**arguments)
        finally:
            ended(name)

    announced.__signature__ = inspect.signature(function)  # pytask looks here what to pass
    return announced


def _node(path: Path) -> pytask.PathNode:
    return pytask.PathNode.from_path(path)


class _Observed(Executor):
    """Hands tasks on to another executor, says when they end, and notes when it is left early.

    holds : tasks begin when `begin` is called, so that of those handed over together the most urgent does
    """

    def __init__(self, inner: Executor, ended: Callable[[str], None]):
        self._inner, self._ended = inner, ended
        self._open: set[Future] = set()
        self.interrupted = False
        self.news = threading.Event()  # a task has ended
        self.holds = False

    def submit(self, function, /, *, task, **arguments) -> Future:
        future = self._hand_on(function, task, arguments)
        self._open.add(future)
        future.add_done_callback(lambda done: self._note(done, task.name))
        return future

    def _note(self, done: Future, name: str) -> None:
        self._open.discard(done)
        self._ended(name)
        self.news.set()

    def shutdown(self, wait: bool = True, **_) -> None:
        if self._open:
            self.interrupted = True
            for future in list(self._open):
                future.cancel()
            self._end_running()
        self._inner.shutdown(wait=wait)

    def _hand_on(self, function: Callable, task, arguments: dict) -> Future:
        return self._inner.submit(function, task=task, **arguments)

    def begin(self) -> None:
        """Begin what was handed over; elsewhere than here it has begun."""

    def _end_running(self) -> None:
        """Nothing can be done for tasks that run elsewhere."""


class _Threads(_Observed):
    """Threads of this process, which wait for forks and kernels; the most urgent task goes first."""

    def __init__(self, jobs: int, started: Callable[[str], None], ended: Callable[[str], None]):
        super().__init__(ThreadPoolExecutor(jobs, "ircc"), ended)
        self._started = started
        self._waiting: PriorityQueue = PriorityQueue()
        self._count, self._held = count(), 0

    def _hand_on(self, function: Callable, task, arguments: dict) -> Future:
        future: Future = Future()
        order = *(-part for part in task.attributes["urgency"]), next(self._count)
        self._waiting.put((order, future, partial(function, task=task, **arguments), task.name))
        self._held += 1
        if not self.holds:
            self.begin()
        return future

    def begin(self) -> None:
        while self._held:
            self._held -= 1
            self._inner.submit(self._run_one)

    def _run_one(self) -> None:
        _, future, function, name = self._waiting.get()
        if not future.set_running_or_notify_cancel():
            return
        self._started(name)
        try:
            future.set_result(function())
        except BaseException as error:
            future.set_exception(error)

    def _end_running(self) -> None:
        warm.stop()  # ends the notebooks that run, and so the threads that wait for them


class _Cluster(_Observed):
    """The workers of a Dask scheduler."""

    def __init__(self, client, ended: Callable[[str], None]):
        super().__init__(client.get_executor(pure=False), ended)
        self._client = client

    def shutdown(self, wait: bool = True, **_) -> None:
        super().shutdown(wait)
        self._client.close()


def _on_cluster(address: str, ended: Callable[[str], None]) -> _Cluster:
    from distributed import Client

    try:
        return _Cluster(Client(address, timeout=20, set_as_default=False), ended)
    except (OSError, ValueError) as error:
        raise ConnectionError(f"no Dask scheduler answers at {address}") from error

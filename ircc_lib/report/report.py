"""One run of the report: alone on its folder, everything that changed, and an account of it."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import re
import threading
import time
from dataclasses import dataclass, field
from importlib import import_module

from ircc_lib.files import write_file
from ircc_lib.report.kernels import client as warm
from ircc_lib.report.paths import Layout, package
from ircc_lib.report.pipeline import fingerprint as sources
from ircc_lib.report.pipeline.graph import cleaning, pages, pages_of

_OFFERED = re.compile(r"(?:figures|tables)/([^\"'?#<>/]+)")  # a file beside a page, in an address on it
_DATA_IS_WRONG = ("RegistryError", "NotebookError", "FileNotFoundError", "NodeNotFoundError", "JSONDecodeError")


class Wrong(Exception):
    """The call or the data is wrong; the message has one sentence a problem."""


class Failed(Exception):
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
    progress,
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
    Wrong
        When the call or the data is wrong; nothing has been written.
    Failed
        When there is nothing to make pages from, for another reason.
    """
    from filelock import FileLock, Timeout

    started = time.perf_counter()
    layout.state.mkdir(parents=True, exist_ok=True)
    lock = FileLock(layout.state / "run.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        progress.say(f"Another run is making {layout.out}; waiting for it to end.")
        lock.acquire()
    gc.disable()  # until all is imported, of which nothing is garbage
    try:
        run = _Run(
            layout, editions, progress, entity, force, cold, {"jobs": jobs or os.cpu_count() or 1, "cluster": cluster}
        )
        outcome = run.whole()
    finally:
        lock.release()
        gc.enable()
    outcome.seconds = time.perf_counter() - started
    return outcome


class _Run:
    def __init__(
        self, layout: Layout, editions: list[str], progress, entity: str | None, force: bool, cold: bool, where: dict
    ):
        self.layout, self.editions, self.progress = layout, editions, progress
        self.entity, self.force, self.cold, self.where = entity, force, cold, where
        self.started = time.time()
        self.ran: list[str] = []
        self.failed: dict[str, str] = {}
        self._warming = False

    def whole(self) -> Outcome:
        first = cleaning(self.layout, self.editions, cold=self.cold)
        if self._looks_changed(first):
            self._warm_up()  # at once: pytask, which decides, takes a while to import
        if self._up_to_date(first):
            return Outcome(nothing_to_do=True)
        self._warm_up()
        self._clean(first)
        self._check_entity()
        self._forget_failures()
        then = pages(self.layout, self.editions, cold=self.cold, entity=self.entity)
        gc.enable()
        self._build(then)
        if not self.ran and not self.failed:
            self.layout.record.touch()  # younger than what was touched and not changed
            return Outcome(nothing_to_do=True)
        if self.entity is None and not self.failed:
            for edition in self.editions:
                self._remove_stale(edition)
        self.failed |= dict(self._failures())
        pages_made = ("execute:", "render:")
        built = sorted({name.partition(":")[2] for name in self.ran if name.startswith(pages_made)})
        for edition in self.editions:
            self._write_account(edition, [name for name in built if name.startswith(f"{edition}/")])
        return Outcome(built=built, failed=self.failed)

    def _warm_up(self) -> None:
        """Start what takes seconds to start, while the work begins."""
        self._warming = True
        if warm.AVAILABLE and not self.cold and not self.where["cluster"]:
            warm.server()

    # What is to be done

    def _looks_changed(self, first) -> bool:
        """Whether a run is asked for, or an input is younger than the record of the last one."""
        if self.force or not self.layout.record.is_file() or not self._planned() or any(self._failures()):
            return True
        inputs = [
            path
            for task in first
            for given in task.reads.values()
            for path in (given if isinstance(given, list) else [given])
        ]
        last = self.layout.record.stat().st_mtime
        return any(not path.exists() or path.stat().st_mtime > last for path in inputs)

    def _planned(self) -> bool:
        return all(self.layout.sitemap(edition).is_file() for edition in self.editions)

    def _up_to_date(self, first) -> bool:
        if self._warming:
            return False  # to see what is up to date is then a part of the work
        from ircc_lib.report.pipeline.executor import outdated

        self._check_entity()
        rest = pages(self.layout, self.editions, cold=self.cold, entity=self.entity)
        return not outdated([*first, *rest], self.layout.state)

    def _check_entity(self) -> None:
        if self.entity is None:
            return
        for edition in self.editions:
            names = [entity["name"] for entity in self._sitemap(edition)["entities"]]
            if self.entity not in names:
                raise Wrong(
                    f"The {edition} edition has no trial of {self.entity!r}; it has trials of: "
                    + ", ".join(names)
                    + "."
                )

    def _forget_failures(self) -> None:
        """A notebook that failed is run again, although nothing that it reads has changed."""
        for subject, _ in self._failures():
            edition, _, page = subject.partition("/")
            self.layout.executed(edition, page).unlink(missing_ok=True)

    # Doing it

    def _clean(self, first) -> None:
        new = not self.layout.processed.exists()
        if not self.where["cluster"]:  # while this waits for the registry
            threading.Thread(target=import_module, args=("ircc_lib.report.kernels.notebook",), daemon=True).start()
        built = self._build(first, jobs=1)  # one after the other, without waiting in between
        if not built.failed:
            return
        if new and self.layout.processed.is_dir() and not any(self.layout.processed.iterdir()):
            self.layout.processed.rmdir()
        name, error = next(iter(built.failed.items()))
        if getattr(error, "kind", type(error).__name__) in _DATA_IS_WRONG:
            raise Wrong(str(error))
        raise Failed(f"{name}: {error}\n{getattr(error, 'trace', '')}".strip())

    def _build(self, tasks, **where):
        from ircc_lib.report.pipeline.executor import build

        try:
            with self.progress.showing(len(tasks)):
                built = build(
                    tasks,
                    self.layout.state,
                    force=self.force,
                    **(self.where | where),
                    started=self.progress.started,
                    ended=self.progress.ended,
                )
        except ConnectionError as error:
            raise Wrong(f"--cluster: {error}.") from error
        self.ran += built.ran
        self.failed |= {name: str(error) for name, error in built.failed.items()}
        if not built.complete and not built.failed:
            self.failed["pytask"] = f"could not record its progress in {self.layout.state}; is the disk full?"
        return built

    # What there is

    def _sitemap(self, edition: str) -> dict:
        return json.loads(self.layout.sitemap(edition).read_text(encoding="utf-8"))

    def _failures(self) -> list[tuple[str, str]]:
        """Pages whose notebook failed in its last run, and why."""
        found = []
        for edition in self.editions:
            if not self.layout.sitemap(edition).is_file():
                continue
            for page in pages_of(self._sitemap(edition)):
                note = self.layout.failure(edition, page)
                if note.is_file():
                    found.append((f"{edition}/{page}", note.read_text(encoding="utf-8")))
        return found

    def _remove_stale(self, edition: str) -> None:
        """Take away pages of what is no longer in the edition, and figures and tables that no page offers."""
        sitemap = self._sitemap(edition)
        folder = self.layout.edition(edition)
        made = pages_of(sitemap)
        kept = {
            *made.values(),
            *("data.html", "explore.html", "reporting-checklist.html"),
            *(f"trials/{trial['slug']}.html" for trial in sitemap["trials"]),
            *(f"notebooks/{page}.ipynb" for page in made),
        }
        found = [
            *folder.glob("*.html"),
            *folder.glob("entities/*.html"),
            *folder.glob("trials/*.html"),
            *folder.glob("notebooks/**/*.ipynb"),
        ]
        stale = [path for path in found if path.relative_to(folder).as_posix() not in kept]
        offered = {
            name for page in made.values() for name in _OFFERED.findall((folder / page).read_text(encoding="utf-8"))
        }
        stale += [path for path in [*folder.glob("figures/*"), *folder.glob("tables/*")] if path.name not in offered]
        for path in stale:
            path.unlink()

    def _write_account(self, edition: str, built: list[str]) -> None:
        """The run's facts, which alone may differ between two runs of the same inputs."""
        durations = {}
        for name in sorted(self.ran):
            if name.partition(":")[2].partition("/")[0] in (edition, "registry", "editions"):
                durations[name] = json.loads(self.layout.measured(name).read_text(encoding="utf-8"))
        write_file(
            self.layout.edition(edition) / "run.json",
            json.dumps(
                {
                    "edition": edition,
                    "data": "sha256:" + hashlib.sha256(package(self.layout.cut(edition)).read_bytes()).hexdigest(),
                    "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.started)),
                    "seconds": round(time.time() - self.started, 2),
                    "kernels": "plain" if self.cold else "warm",
                    **self.where,
                    "versions": sources.versions(),
                    "rebuilt": [name.partition("/")[2] for name in built],
                    "failed": self.failed,
                    "durations": durations,
                },
                indent=1,
                ensure_ascii=False,
            )
            + "\n",
        )

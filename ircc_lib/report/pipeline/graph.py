"""The pipeline as data: which task reads what, and what it makes of it.

    raw CSV -> clean -> cut (an edition) -> plan (of its site) -> slices (what pages show)
                         |                   |                      |
                         +-------------------+----------------------+-> execute (a notebook) -> render (its page)
                         |                   |
                         +-------------------+-> assemble (what pages share) -> index (of editions)

pytask runs a task when the content of anything that it reads or makes has changed. A notebook is given
the *slice* of the registry that it shows and nothing else: the trials of an entity, or the tables that a
chapter's metadata name. So a new trial of one tumour entity leaves the pages of all others as they are,
and a new survival rate the chapter on safety.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ircc_lib.registry.editions import vocabulary_folders
from ircc_lib.report.paths import ENTITY_NOTEBOOK, RECORDS, Layout, hash_of, notebooks_in, package
from ircc_lib.report.pipeline import fingerprint, tasks
from ircc_lib.report.site.sitemap import SiteMap, path_of

CHAPTER, ENTITY, SHORT = 2, 1, 0  # urgency, see `Task`


@dataclass(frozen=True, kw_only=True)
class Task:
    """One task.

    name : ``execute:ten-year/03_survival``; what it does, then for which edition and page
    depends_on, produces : files by the name of the argument that they are passed as; their content counts
    state : plain values that count
    context : plain values that make no difference to what is made
    manifest : where the task lists all files that it made; None where `produces` names them all
    urgency : of the tasks that could run, the one with the highest does: long ones before short ones,
        which fill the gaps at the end
    """

    name: str
    function: Callable[..., Any]
    depends_on: dict[str, Path | list[Path]]
    produces: dict[str, Path]
    state: dict[str, str] = field(default_factory=dict)
    context: dict[str, object] = field(default_factory=dict)
    manifest: Path | None = None
    urgency: tuple[int, int] = (SHORT, 0)

    @property
    def kind(self) -> str:
        """What the task does, such as ``execute``."""
        return self.name.partition(":")[0]

    @property
    def subject(self) -> str:
        """What the task is about: an edition, or a page of one."""
        return self.name.partition(":")[2]


def cleaning(layout: Layout, editions: Iterable[str], *, cold: bool) -> list[Task]:
    """From the raw files to the cleaned tables of each edition, the plan of its site and what each page shows."""
    task = _Tasks(layout, cold)
    cleaned = package(layout.processed)
    notebooks = notebooks_in(layout.notebooks)
    terms = sorted(file for folder in vocabulary_folders(layout.raw) for file in folder.glob("*.csv"))
    raw = [*sorted(layout.raw.glob("*.csv")), *terms]
    own = (folder / "registry.csv" for folder in vocabulary_folders(layout.raw))
    names = next(path for path in own if path.is_file())
    code = fingerprint.digest(fingerprint.CLEANING)
    # A file that is gone is seen by its name only: pytask compares what is there.
    planned = [
        task.of(
            tasks.clean,
            "registry",
            depends_on={"raw": raw, "editions": layout.editions_file},
            produces={"processed": cleaned},
            state={"code": code, "files": _names(raw)},
        )
    ]
    for edition in editions:
        part, sitemap = package(layout.cut(edition)), layout.sitemap(edition)
        planned += [
            task.of(
                tasks.cut,
                edition,
                depends_on={"processed": cleaned, "editions": layout.editions_file},
                produces={"folder": part, "hash": hash_of(layout.cut(edition))},
                state={"edition": edition, "code": code},
            ),
            task.of(
                tasks.plan,
                edition,
                depends_on={"folder": part, "editions": layout.editions_file, "notebooks": notebooks, "names": names},
                produces={"sitemap": sitemap},
                state={"edition": edition, "code": task.pages, "files": _names(notebooks)},
            ),
            task.of(
                tasks.slices,
                edition,
                depends_on={"sitemap": sitemap, "folder": part, "processed": cleaned},
                produces={},  # the plan says of which pages
                state={"code": task.pages},
            ),
        ]
    return planned


def _names(paths: list[Path]) -> str:
    return " ".join(path.name for path in paths)


def pages(layout: Layout, editions: Iterable[str], *, cold: bool, entity: str | None = None) -> list[Task]:
    """The notebooks and pages of each edition, whose plan is there; with `entity`, that one's page only."""
    task = _Tasks(layout, cold)
    planned = []
    for edition in editions:
        sitemap = plan_of(layout, edition)
        for page, notebook, data, parameters, urgency in _notebooks(layout, sitemap, entity):
            planned += task.of_page(sitemap, page, notebook, data, parameters, urgency)
        planned.append(
            task.of(
                tasks.assemble,
                edition,
                depends_on={
                    "sitemap": layout.sitemap(edition),
                    "folder": package(layout.cut(edition)),
                    "synonyms": [path for path in [layout.synonyms] if path.is_file()],
                },
                produces={
                    "data_page": layout.edition(edition) / "data.html",
                    "about": layout.edition(edition) / "edition.json",
                    "search": layout.edition(edition) / "_static" / "search-index.js",
                },
                state={"code": fingerprint.digest(fingerprint.SHARED)},
                context={"out": str(layout.edition(edition))},
                urgency=(SHORT, 1),
            )
        )
    there = sorted({*editions, *(found.parent.name for found in layout.out.glob("*/edition.json"))})
    planned.append(
        task.of(
            tasks.index,
            "editions",
            depends_on={f"assembled_{edition}": layout.edition(edition) / "edition.json" for edition in editions},
            produces={"page": layout.out / "index.html"},
            state={"editions": ", ".join(there), "code": task.pages},
            context={"out": str(layout.out)},
        )
    )
    return planned


def _notebooks(
    layout: Layout, sitemap: SiteMap, entity: str | None
) -> Iterator[tuple[str, Path, Path, dict[str, Any], tuple[int, int]]]:
    """Page, notebook, slice and parameters of each page, and the urgency of running it."""
    edition = sitemap.edition
    for chapter in sitemap.chapters:
        page = chapter.page
        if page not in sitemap.made_from_notebooks or entity is not None:
            continue
        source = layout.notebooks / f"{chapter.notebook or page}.ipynb"
        whole = layout.processed if chapter.of_every_edition else layout.cut(edition)
        data = layout.slice(edition, page) if chapter.tables else whole
        length = source.stat().st_size if source.is_file() else 0  # it may have been removed since the plan
        yield page, source, data, {"edition": edition}, (CHAPTER, length)
    for found in sitemap.entities:
        if entity is not None and found.name != entity:
            continue
        data = layout.slice(edition, found.page)
        parameters = {"edition": edition, "entity": found.name}
        yield found.page, layout.notebooks / f"{ENTITY_NOTEBOOK}.ipynb", data, parameters, (ENTITY, found.trials)


@dataclass(frozen=True)
class _Tasks:
    """Makes the tasks of one run, which differ in what they are about."""

    layout: Layout
    cold: bool

    @cached_property
    def notebooks(self) -> str:
        """What the code that notebooks run is."""
        return fingerprint.digest(fingerprint.NOTEBOOKS)

    @cached_property
    def pages(self) -> str:
        """What the code that makes pages is."""
        return fingerprint.digest(fingerprint.PAGES)

    def of(
        self,
        function: Callable[..., Any],
        subject: str,
        *,
        depends_on: dict[str, Any],
        produces: dict[str, Any],
        state: dict[str, str],
        context: dict[str, str] | None = None,
        urgency: tuple[int, int] = (SHORT, 0),
    ) -> Task:
        """The task of a function of `tasks`, after which it is named."""
        name = f"{function.__name__}:{subject}"
        # Of a notebook that ran there is but one file.
        manifest = None if function is tasks.execute else self.layout.manifest(name)
        how = {
            "root": str(self.layout.root),
            "cold": self.cold,
            "measured": str(self.layout.measured(name)),
            "manifest": str(manifest) if manifest else None,
        }
        return Task(
            name=name,
            function=function,
            depends_on=depends_on,
            produces=produces,
            state=state,
            context={"how": how, **(context or {})},
            manifest=manifest,
            urgency=urgency,
        )

    def of_page(
        self,
        sitemap: SiteMap,
        page: str,
        notebook: Path,
        data: Path,
        parameters: dict[str, Any],
        urgency: tuple[int, int],
    ) -> list[Task]:
        """To run a page's notebook on its slice of the registry, and to render what it shows."""
        layout, edition = self.layout, sitemap.edition
        subject = f"{edition}/{page}"
        executed = layout.executed(edition, page)
        made = len(sitemap.trials) if page == RECORDS else urgency[0] == CHAPTER
        parameters = {"registry": layout.name_of_data(data), **parameters}
        return [
            self.of(
                tasks.execute,
                subject,
                depends_on={"notebook": notebook, "data": package(data)},
                produces={"executed": executed},
                state={"parameters": json.dumps(parameters), "code": self.notebooks},
                context={"failure": str(layout.failure(edition, page))},
                urgency=urgency,
            ),
            self.of(
                tasks.render,
                subject,
                depends_on={"executed": executed, "sitemap": layout.sitemap(edition)},
                produces={"html": layout.edition(edition) / path_of(page)},
                state={"page": page, "code": self.pages},
                context={"out": str(layout.edition(edition))},
                urgency=(SHORT, made),
            ),
        ]


def plan_of(layout: Layout, edition: str) -> SiteMap:
    """The plan of an edition's site.

    Raises
    ------
    ValueError
        When it is torn.
    OSError
        When there is none.
    """
    try:
        return SiteMap.from_json(layout.sitemap(edition).read_text(encoding="utf-8"))
    except (KeyError, TypeError) as error:
        raise ValueError(f"{layout.sitemap(edition)}: not the plan of a site") from error

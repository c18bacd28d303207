"""The pipeline as data: which task reads what, and what it makes of it.

    raw CSV -> clean -> cut (an edition) -> plan (of its site)
                         |                   |
                         +-> slices (what pages show)
                         |      |            |
                         +------+-> execute (a notebook) -> render (its page)
                         |                   |
                         +-> assemble (what pages share) -> index (of editions)

pytask runs a task when the content of anything that it reads or makes has changed. A notebook is given
the *slice* of the registry that it shows and nothing else: the trials of an entity, or the tables that a
chapter's metadata name. So a new trial of one tumour entity leaves the pages of all others as they are,
and a new survival rate the chapter on safety.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ircc_lib.registry.editions import vocabulary_folders
from ircc_lib.report.paths import ENTITY_NOTEBOOK, EVERYTHING, RECORDS, Layout, hash_of, notebooks_in, package
from ircc_lib.report.pipeline import fingerprint, tasks
from ircc_lib.report.site.sitemap import Chapter, SiteMap, path_of

SLICES_A_TASK = 12
OTHERS_WAIT, CHAPTER, ENTITY, SHORT = 3, 2, 1, 0  # urgency, see `Task`


@dataclass(frozen=True, kw_only=True)
class Task:
    """One task.

    name : ``execute:ten-year/03_survival``; what it does, then for which edition and page
    depends_on, produces : files by the name of the argument that they are passed as; their content counts
    state : plain values that count
    context : plain values that make no difference to what is made
    manifest : where the task lists all files that it made; None where `produces` names them all
    urgency : of the tasks that could run, the one with the highest does: what others wait for
        before what nothing waits for, long ones before short ones, which fill the gaps at the end
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
    """From the raw files to the cleaned tables of each edition and the plan of its site."""
    cleaned = package(layout.processed)
    notebooks = notebooks_in(layout.notebooks)
    terms = sorted(file for folder in vocabulary_folders(layout.raw) for file in folder.glob("*.csv"))
    raw = [*sorted(layout.raw.glob("*.csv")), *terms]
    own = (folder / "registry.csv" for folder in vocabulary_folders(layout.raw))
    names = next(path for path in own if path.is_file())
    code = fingerprint.digest(fingerprint.CLEANING)
    # A file that is gone is seen by its name only: pytask compares what is there.
    planned = [
        _task(
            layout,
            "clean",
            "registry",
            tasks.clean,
            cold,
            depends_on={"raw": raw, "editions": layout.editions_file},
            produces={"processed": cleaned},
            state={"code": code, "files": _names(raw)},
        )
    ]
    for edition in editions:
        part = package(layout.cut(edition))
        planned += [
            _task(
                layout,
                "cut",
                edition,
                tasks.cut,
                cold,
                depends_on={"processed": cleaned, "editions": layout.editions_file},
                produces={"folder": part, "hash": hash_of(layout.cut(edition))},
                state={"edition": edition, "code": code},
            ),
            _task(
                layout,
                "plan",
                edition,
                tasks.plan,
                cold,
                depends_on={
                    "folder": part,
                    "editions": layout.editions_file,
                    "notebooks": notebooks,
                    "names": names,
                },
                produces={"sitemap": layout.sitemap(edition)},
                state={
                    "edition": edition,
                    "code": fingerprint.digest(fingerprint.PAGES),
                    "files": _names(notebooks),
                },
            ),
        ]
    return planned


def _names(paths: list[Path]) -> str:
    return " ".join(path.name for path in paths)


def pages(layout: Layout, editions: Iterable[str], *, cold: bool, entity: str | None = None) -> list[Task]:
    """The notebooks and pages of each edition, whose plan is there; with `entity`, that one's page only."""
    planned = []
    for edition in editions:
        sitemap = plan_of(layout, edition)
        planned += _slices(layout, edition, sitemap, cold)
        for page, notebook, data, parameters, urgency in _notebooks(layout, sitemap, entity):
            planned += _page(layout, sitemap, page, notebook, data, parameters, urgency, cold)
        planned.append(
            _task(
                layout,
                "assemble",
                edition,
                tasks.assemble,
                cold,
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
        _task(
            layout,
            "index",
            "editions",
            tasks.index,
            cold,
            depends_on={f"assembled_{edition}": layout.edition(edition) / "edition.json" for edition in editions},
            produces={"page": layout.out / "index.html"},
            state={"editions": ", ".join(there), "code": fingerprint.digest(fingerprint.PAGES)},
            context={"out": str(layout.out)},
        )
    )
    return planned


def _slices(layout: Layout, edition: str, sitemap: SiteMap, cold: bool) -> list[Task]:
    """The slices of the edition's pages, several a task, as each task reads the edition once."""
    chapters: dict[str, dict[str, object]] = {
        chapter.page: {"tables": chapter.reads} for chapter in sitemap.chapters if _reads_tables(chapter)
    }
    entities: list[tuple[str, dict[str, object]]] = [
        (entity.page, {"entity": entity.name}) for entity in sitemap.entities
    ]
    groups = {"chapters": chapters} if chapters else {}
    for start in range(0, len(entities), SLICES_A_TASK):
        groups[f"entities-{start // SLICES_A_TASK + 1}"] = dict(entities[start : start + SLICES_A_TASK])
    return [
        _task(
            layout,
            "slices",
            f"{edition}/{group}",
            tasks.slices,
            cold,
            depends_on={"folder": package(layout.cut(edition))},
            produces={page: package(layout.slice(edition, page)) for page in parts},
            state={"parts": json.dumps(parts), "code": fingerprint.digest(fingerprint.CLEANING)},
            urgency=(OTHERS_WAIT, group == "chapters"),
        )
        for group, parts in groups.items()
    ]


def _reads_tables(chapter: Chapter) -> bool:
    return bool(chapter.reads) and chapter.reads != EVERYTHING


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
        data = (
            layout.slice(edition, page)
            if _reads_tables(chapter)
            else layout.processed
            if chapter.reads
            else layout.cut(edition)
        )
        length = source.stat().st_size if source.is_file() else 0  # it may have been removed since the plan
        yield page, source, data, {"edition": edition}, (CHAPTER, length)
    for found in sitemap.entities:
        if entity is not None and found.name != entity:
            continue
        data = layout.slice(edition, found.page)
        parameters = {"edition": edition, "entity": found.name}
        yield found.page, layout.notebooks / f"{ENTITY_NOTEBOOK}.ipynb", data, parameters, (ENTITY, found.trials)


def _page(
    layout: Layout,
    sitemap: SiteMap,
    page: str,
    notebook: Path,
    data: Path,
    parameters: dict[str, Any],
    urgency: tuple[int, int],
    cold: bool,
) -> list[Task]:
    edition = sitemap.edition
    subject = f"{edition}/{page}"
    executed = layout.executed(edition, page)
    pages = len(sitemap.trials) if page == RECORDS else urgency[0] == CHAPTER
    parameters = {"registry": layout.name_of_data(data), **parameters}
    return [
        _task(
            layout,
            "execute",
            subject,
            tasks.execute,
            cold,
            depends_on={"notebook": notebook, "data": package(data)},
            produces={"executed": executed},
            state={"parameters": json.dumps(parameters), "code": fingerprint.digest(fingerprint.NOTEBOOKS)},
            context={"failure": str(layout.failure(edition, page))},
            urgency=urgency,
        ),
        _task(
            layout,
            "render",
            subject,
            tasks.render,
            cold,
            depends_on={"executed": executed, "sitemap": layout.sitemap(edition)},
            produces={"html": layout.edition(edition) / path_of(page)},
            state={"page": page, "code": fingerprint.digest(fingerprint.PAGES)},
            context={"out": str(layout.edition(edition))},
            urgency=(SHORT, pages),
        ),
    ]


def _task(
    layout: Layout,
    kind: str,
    subject: str,
    function: Callable[..., Any],
    cold: bool,
    *,
    depends_on: dict[str, Any],
    produces: dict[str, Any],
    state: dict[str, str],
    context: dict[str, str] | None = None,
    urgency: tuple[int, int] = (SHORT, 0),
) -> Task:
    name = f"{kind}:{subject}"
    manifest = None if kind == "execute" else layout.manifest(name)  # of a notebook that ran there is but one file
    how = {
        "root": str(layout.root),
        "cold": cold,
        "measured": str(layout.measured(name)),
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

"""Lays out the site of an edition: which chapters, tumour entities and trials it has."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.registry.addresses import paper_address
from ircc_lib.registry.editions import find_editions, project_root
from ircc_lib.registry.labels import trial_label
from ircc_lib.registry.naming import WRITTEN, own_words, read_names
from ircc_lib.registry.schema.tables import TABLES
from ircc_lib.report.paths import EVERY_EDITION, notebooks_in
from ircc_lib.report.site.sitemap import ABOUT, DATA, EXPLORE, FRONT, NO_ORGAN, Chapter, EntityPage, SiteMap, TrialPage
from ircc_lib.report.site.slugs import RESERVED_IDS, notebook_pages, page_name, page_names, unused

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


PER_ENTITY = "entity"  # the notebook that is run once for each tumour entity
TO_EXPLORE = "explore"  # the notebook to play with, which is no page
WITHOUT_CHAPTER = ("index", ABOUT, DATA, EXPLORE, "entities", "reporting-checklist")
"""Pages and folders whose names no chapter may take."""


class NotebookError(ValueError):
    """A notebook says of itself what cannot be."""


def plan_site(registry: Registry, edition: str, *, notebooks: Path | None = None, names: Path | None = None) -> SiteMap:
    """Lay out the site of one edition.

    Parameters
    ----------
    registry : the Registry, whole or already cut to the edition
    edition : a name of editions.toml
    notebooks : folder of the chapters; by default the project's own
    names : file of the names of the registry; by default the project's own
    """
    cut = registry.edition(edition)
    about = find_editions()[edition]
    return SiteMap(
        edition=edition,
        title=about.title,
        cut=about.cut,
        published=about.published,
        citation=about.citation,
        chapters=_chapters(notebooks or project_root() / "notebooks"),
        entities=_entities(cut.entities),
        trials=_trials(cut.trials, cut.entities),
        **_names(cut, names),
    )


def _names(registry: Registry, path: Path | None) -> dict[str, Any]:
    """The names of the registry, and its own texts that hold those of the library's; nothing where they are the same."""
    names = read_names(path)
    if names == WRITTEN:
        return {}
    papers = [about.citation for about in find_editions().values() if "doi" in about.citation]
    return {"names": names, "quoted": (*own_words(registry.tables.values()), *papers)}


def _year(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)


def _chapters(folder: Path) -> tuple[Chapter, ...]:
    """The notebooks in the order of their names; the numbered ones come before the others.

    Raises
    ------
    NotebookError
        When the metadata of a notebook name a table that there is not.
    """
    paths = [path for path in notebooks_in(folder) if path.stem not in (PER_ENTITY, TO_EXPLORE)]
    pages = notebook_pages((path.stem for path in paths), WITHOUT_CHAPTER)
    found = []
    for path in paths:
        page = pages[path.stem]
        chapter = replace(_chapter(path), page=page)
        found.append(chapter if page == path.stem else replace(chapter, notebook=path.stem))
    explore = Chapter(page=EXPLORE, title="Explore the hazard ratios")
    return (*found, explore, Chapter(page=DATA, title="Data and downloads"))


def _chapter(path: Path) -> Chapter:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8-sig"))
        reads = tuple(notebook["metadata"].get("ircc", {}).get("reads", []))
        cells = notebook["cells"] if "cells" in notebook else notebook["worksheets"][0]["cells"]  # nbformat 3
        title, sections = _title(cells, path.stem), _sections(cells)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return Chapter(page=path.stem, title=path.stem)  # its page says what is wrong with it
    chapter = Chapter(page=path.stem, title="Overview" if path.stem == FRONT else title, reads=reads, sections=sections)
    unknown = [name for name in chapter.tables if name not in TABLES]
    if unknown:
        raise NotebookError(
            f"notebooks/{path.name}: its metadata, ircc.reads, name {unknown[0]!r}; allowed "
            f"are tables of the registry ({', '.join(TABLES)}), and {EVERY_EDITION!r} before them or alone"
        )
    return chapter


def _title(cells: list[dict[str, Any]], otherwise: str) -> str:
    words = "".join(cells[0]["source"]) if cells else ""
    first = next((line for line in words.splitlines() if line.startswith("# ")), f"# {otherwise}")
    return first[2:].strip()


def _sections(cells: list[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Anchor and words of the headings, as the page will have them."""
    lines = [line for cell in cells if cell["cell_type"] == "markdown" for line in "".join(cell["source"]).splitlines()]
    headings = [line.lstrip("#").strip() for line in lines if line.startswith(("## ", "### "))]
    taken = set(RESERVED_IDS)
    return tuple((unused(page_name(words), taken), words) for words in headings)


def _entities(entities: pd.DataFrame) -> tuple[EntityPage, ...]:
    named = entities[entities["entity"].notna()]
    slugs = page_names(named["entity"])
    counts = named.groupby("entity", sort=True).agg(
        trials=("cohort", "nunique"), organ_system=("organ_system", "first"), specified=("specified", "first")
    )
    return tuple(
        EntityPage(
            name=name,
            slug=slugs[name],
            trials=int(row.trials),
            organ_system=row.organ_system if isinstance(row.organ_system, str) else NO_ORGAN,
            specified=pd.isna(row.specified) or bool(row.specified),
        )
        for name, row in counts.iterrows()
    )


def _trials(trials: pd.DataFrame, entities: pd.DataFrame) -> tuple[TrialPage, ...]:
    slugs = page_names(trials["trial_id"])
    tumours = entities.dropna(subset=["entity"]).groupby("trial_id")["entity"].agg("; ".join)
    pages = []
    for row in trials.to_dict("records"):
        words = [
            row.get("country"),
            row.get("product"),
            row.get("registration_ids"),
            row.get("journal"),
            row.get("first_author"),
            tumours.get(row["trial_id"]),
        ]
        pages.append(
            TrialPage(
                trial_id=row["trial_id"],
                slug=slugs[row["trial_id"]],
                label=row["label"] if isinstance(row.get("label"), str) else trial_label(row["trial_id"]),
                title=row["title"] if isinstance(row["title"], str) else "",
                year=_year(row["year"]),
                paper=paper_address(row.get("pmid"), row.get("doi"), row.get("source_url")),
                words=" ".join(word for word in words if isinstance(word, str)),
            )
        )
    return tuple(sorted(pages, key=lambda page: (page.year or 0, page.label.casefold(), page.trial_id)))

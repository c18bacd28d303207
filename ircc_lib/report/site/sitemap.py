"""What the site of an edition holds: chapters, tumour entities and trials, and where each lives."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from ircc_lib.registry.editions import find_editions, project_root
from ircc_lib.registry.labels import trial_label
from ircc_lib.registry.schema.tables import TABLES
from ircc_lib.report.paths import EVERYTHING
from ircc_lib.report.site.addresses import paper_address
from ircc_lib.report.site.slugs import page_names

FRONT = "00_update"  # the notebook that becomes the front page
PER_ENTITY = "entity"  # the notebook that is run once for each tumour entity
TO_EXPLORE = "explore"  # the notebook to play with, which is no page
DATA = "data"
NO_ORGAN = "Other and unspecified"


class NotebookError(ValueError):
    """A notebook says of itself what cannot be."""


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A page made from one notebook (or the data page).

    reads : tables of the edition that the notebook is given, as its metadata say; by default all,
        and `EVERYTHING` for the whole registry
    """

    page: str
    title: str
    reads: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return "index.html" if self.page == FRONT else f"{self.page}.html"


@dataclass(frozen=True, kw_only=True)
class EntityPage:
    """A tumour entity of this edition, and how many of its trials enrolled it."""

    name: str
    slug: str
    organ_system: str
    trials: int

    @property
    def page(self) -> str:
        return f"entities/{self.slug}"

    @property
    def path(self) -> str:
        return f"{self.page}.html"


@dataclass(frozen=True, kw_only=True)
class TrialPage:
    """A trial of this edition: its record and its paper."""

    trial_id: str
    slug: str
    label: str
    title: str
    year: int | None
    paper: str | None
    words: str

    @property
    def path(self) -> str:
        return f"trials/{self.slug}.html"


@dataclass(frozen=True, kw_only=True)
class SiteMap:
    """Everything that a page must know of the others; plain values, so that it can be kept as JSON."""

    edition: str
    title: str
    cut: int | None
    published: int | None
    citation: str
    chapters: tuple[Chapter, ...]
    entities: tuple[EntityPage, ...]
    trials: tuple[TrialPage, ...]

    @classmethod
    def empty(cls) -> SiteMap:
        """A site with nothing in it."""
        return cls(edition="", title="", cut=None, published=None, citation="", chapters=(), entities=(), trials=())

    @property
    def short_title(self) -> str:
        """The edition in two words: ``Ten-year edition``."""
        return f"{self.edition[:1].upper()}{self.edition[1:]} edition"

    @property
    def data_cut(self) -> str:
        """Until when trials are counted, in words."""
        return f"Trials to the end of {self.cut}" if self.cut else "All trials to date"

    @cached_property
    def _trials(self) -> dict[str, TrialPage]:
        return {trial.trial_id: trial for trial in self.trials}

    @cached_property
    def _entities(self) -> dict[str, EntityPage]:
        return {entity.name: entity for entity in self.entities}

    def trial(self, trial_id: str) -> TrialPage | None:
        return self._trials.get(trial_id)

    def entity(self, name: str) -> EntityPage | None:
        return self._entities.get(name)

    def chapter(self, page: str) -> Chapter | None:
        return next((chapter for chapter in self.chapters if page in (chapter.page, chapter.path)), None)

    @cached_property
    def organ_systems(self) -> dict[str, list[EntityPage]]:
        """The entities of each organ system, both in the order of the alphabet."""
        systems: dict[str, list[EntityPage]] = {}
        for entity in sorted(
            self.entities,
            key=lambda entity: (entity.organ_system == NO_ORGAN, entity.organ_system, entity.name.casefold()),
        ):
            systems.setdefault(entity.organ_system, []).append(entity)
        return systems

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> SiteMap:
        plain = json.loads(text)
        kinds = {"chapters": Chapter, "entities": EntityPage, "trials": TrialPage}
        for chapter in plain["chapters"]:
            chapter["reads"] = tuple(chapter["reads"])
        return cls(
            **{
                key: tuple(kinds[key](**item) for item in value) if key in kinds else value
                for key, value in plain.items()
            }
        )


def plan_site(registry, edition: str, *, notebooks: Path | None = None) -> SiteMap:
    """Lay out the site of one edition.

    Parameters
    ----------
    registry : the Registry, whole or already cut to the edition
    edition : a name of editions.toml
    notebooks : folder of the chapters; by default the project's own
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
    )


def _year(value) -> int | None:
    return None if value is None or pd.isna(value) else int(value)


def _chapters(folder: Path) -> tuple[Chapter, ...]:
    """The notebooks in the order of their names; the numbered ones come before the others.

    Raises
    ------
    NotebookError
        When the metadata of a notebook name a table that there is not.
    """
    found = [_chapter(path) for path in sorted(folder.glob("*.ipynb")) if path.stem not in (PER_ENTITY, TO_EXPLORE)]
    return (*found, Chapter(page=DATA, title="Data and downloads"))


def _chapter(path: Path) -> Chapter:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    reads = tuple(notebook["metadata"].get("ircc", {}).get("reads", []))
    unknown = [name for name in reads if name not in TABLES]
    if unknown and reads != EVERYTHING:
        raise NotebookError(
            f"notebooks/{path.name}: its metadata, ircc.reads, name {unknown[0]!r}; allowed "
            f"are tables of the registry ({', '.join(TABLES)}) or {EVERYTHING[0]!r} alone"
        )
    title = "Overview" if path.stem == FRONT else _title(notebook["cells"], path.stem)
    return Chapter(page=path.stem, title=title, reads=reads)


def _title(cells: list[dict], otherwise: str) -> str:
    words = "".join(cells[0]["source"]) if cells else ""
    first = next((line for line in words.splitlines() if line.startswith("# ")), f"# {otherwise}")
    return first[2:].strip()


def _entities(entities: pd.DataFrame) -> tuple[EntityPage, ...]:
    named = entities[entities["entity"].notna()]
    slugs = page_names(named["entity"])
    counts = named.groupby("entity", sort=True).agg(
        trials=("cohort", "nunique"), organ_system=("organ_system", "first")
    )
    return tuple(
        EntityPage(
            name=name,
            slug=slugs[name],
            trials=int(row.trials),
            organ_system=row.organ_system if isinstance(row.organ_system, str) else NO_ORGAN,
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
                label=trial_label(row["trial_id"]),
                title=row["title"] if isinstance(row["title"], str) else "",
                year=_year(row["year"]),
                paper=paper_address(row.get("pmid"), row.get("doi"), row.get("source_url")),
                words=" ".join(word for word in words if isinstance(word, str)),
            )
        )
    return tuple(sorted(pages, key=lambda page: (page.year or 0, page.label.casefold(), page.trial_id)))

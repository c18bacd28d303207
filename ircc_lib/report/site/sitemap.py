"""What the site of an edition holds: chapters, tumour entities and trials, and where each lives.

Plain values: how they are found in the registry is told in `plan`.
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from ircc_lib.files import saying
from ircc_lib.report.paths import EVERY_EDITION
from ircc_lib.text import capital

FRONT = "00_update"  # the notebook that becomes the front page
DATA = "data"
EXPLORE = "explore"
ABOUT = "about"  # how to cite, and all pages; linked from every footer
ABOUT_TITLE = "About this report"
ABOUT_SECTIONS = (("cite", "How to cite"), ("version", "Data and version"), ("licences", "Licences"))
WITHOUT_NOTEBOOK = (EXPLORE, DATA)
NO_ORGAN = "Other and unspecified"
Row = list[tuple[str, str]]  # titles and paths of pages


def path_of(page: str) -> str:
    """The file of a page, from the site's top; ``index`` and the front notebook are the front page.

    >>> path_of("00_update"), path_of("entities/glioma")
    ('index.html', 'entities/glioma.html')
    """
    return "index.html" if page in ("index", FRONT) else f"{page}.html"


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A page made from one notebook (or the data page).

    notebook : its file, without the ending; empty where that is the page's own name
    reads : what the notebook is given, as its metadata say: tables of the edition, by default all;
        of the whole registry where `EVERY_EDITION` stands before them
    sections : anchor and words of its headings
    """

    page: str
    title: str
    reads: tuple[str, ...] = ()
    sections: tuple[tuple[str, str], ...] = ()
    notebook: str = ""

    @property
    def path(self) -> str:
        """The page's address in the site."""
        return path_of(self.page)

    @property
    def of_every_edition(self) -> bool:
        """Whether the notebook is given what all editions hold, and not one."""
        return self.reads[:1] == (EVERY_EDITION,)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that the notebook is given; none where it is given all."""
        return self.reads[1:] if self.of_every_edition else self.reads


@dataclass(frozen=True, kw_only=True)
class EntityPage:
    """A tumour entity of this edition (or tumours that records leave unspecified), and how many trials enrolled it."""

    name: str
    slug: str
    organ_system: str
    trials: int
    specified: bool = True

    @property
    def page(self) -> str:
        """The page's name."""
        return f"entities/{self.slug}"

    @property
    def path(self) -> str:
        """The page's address in the site."""
        return path_of(self.page)


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
        """The page's address in the site."""
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
    names: dict[str, str] = field(default_factory=dict)
    """What the registry and its cells are called, where that is not what the library's texts say."""
    quoted: tuple[str, ...] = ()
    """Texts of its tables that hold the library's names, and stay."""

    def naming(self) -> AbstractContextManager[None]:
        """Pages written meanwhile say the registry's names."""
        if not self.names:
            return nullcontext()
        from ircc_lib.registry.naming import Naming

        return saying(Naming(self.names, tuple(self.quoted)))

    @classmethod
    def empty(cls) -> SiteMap:
        """A site with nothing in it."""
        return cls(edition="", title="", cut=None, published=None, citation="", chapters=(), entities=(), trials=())

    @property
    def short_title(self) -> str:
        """The edition in two words: ``Ten-year edition``."""
        return f"{capital(self.edition)} edition"

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
        """The page of a trial by its id; None where it has none."""
        return self._trials.get(trial_id)

    def entity(self, name: str) -> EntityPage | None:
        """The page of a tumour entity by its name; None where it has none."""
        return self._entities.get(name)

    def chapter(self, page: str) -> Chapter | None:
        """The chapter of a page, of its path, or of its notebook's name."""
        for chapter in self.chapters:
            named = (chapter.notebook, f"{chapter.notebook}.html") if chapter.notebook else ()
            if page in (chapter.page, chapter.path, *named):
                return chapter
        return None

    @property
    def made_from_notebooks(self) -> list[str]:
        """The pages that are executed notebooks: chapters, then tumour entities."""
        return [
            *(chapter.page for chapter in self.chapters if chapter.page not in WITHOUT_NOTEBOOK),
            *(entity.page for entity in self.entities),
        ]

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

    @cached_property
    def reading_order(self) -> dict[str, tuple[Row, int]]:
        """Of each page, by its path, the pages that are read one after the other, and its place among them."""
        rows: list[Row] = [
            [(chapter.title, chapter.path) for chapter in self.chapters],
            [(entity.name, entity.path) for system in self.organ_systems.values() for entity in system],
            [(trial.label, trial.path) for trial in self.trials],
        ]
        return {path: (row, place) for row in rows for place, (_, path) in enumerate(row)}

    def to_json(self) -> str:
        """The plan as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> SiteMap:
        """The plan that `to_json` wrote."""
        plain = json.loads(text)
        plain["quoted"] = tuple(plain.get("quoted", ()))
        kinds = {"chapters": Chapter, "entities": EntityPage, "trials": TrialPage}
        for chapter in plain["chapters"]:
            chapter["reads"] = tuple(chapter["reads"])
            chapter["sections"] = tuple((anchor, words) for anchor, words in chapter.get("sections", ()))
        given: dict[str, Any] = {
            key: tuple(kinds[key](**item) for item in value) if key in kinds else value for key, value in plain.items()
        }
        return cls(**given)

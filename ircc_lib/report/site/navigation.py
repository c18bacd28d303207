"""What is around the words of every page: header, menu, breadcrumbs, previous and next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ircc_lib.report.site.links import relative
from ircc_lib.report.site.sitemap import SiteMap

TEMPLATES = Path(__file__).with_name("templates")
LOOK = TEMPLATES / "ircc"


@cache
def templates() -> Environment:
    """The templates of the site; every value put into them is escaped."""
    return Environment(
        loader=FileSystemLoader(LOOK), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@dataclass(frozen=True, kw_only=True)
class Step:
    """A page to go to, by its title and its path from the site's top."""

    title: str
    path: str | None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a page is in the site, and what lies around it."""

    path: str
    sitemap: SiteMap

    def to(self, path: str) -> str:
        """The way from this page to another file of the site."""
        return relative(path, self.path)

    @property
    def front(self) -> bool:
        """Whether this is the front page."""
        return self.path == "index.html"

    @property
    def depth(self) -> str:
        """The way to the site's top."""
        return "../" * self.path.count("/")

    @property
    def kicker(self) -> str:
        """What kind of page this is, in a word or two above its title."""
        if self.path.startswith("entities/"):
            found = next((entity for entity in self.sitemap.entities if entity.path == self.path), None)
            return f"Tumour entity, {found.organ_system}" if found else "Tumour entity"
        if self.path.startswith("trials/"):
            return "Trial record"
        if self.front:
            return self.sitemap.data_cut
        number = self.path.partition("_")[0]
        return f"Chapter {int(number)}" if number.isdigit() else "The registry"

    @property
    def breadcrumbs(self) -> list[Step]:
        """The pages above this one, from the top."""
        if self.front:
            return []
        above = [Step(title=self.sitemap.short_title, path="index.html")]
        if self.path.startswith("entities/"):
            above.append(Step(title="Tumour entities", path=None))
        if self.path.startswith("trials/"):
            trials = self.sitemap.chapter("trials")
            step = Step(title=trials.title, path=trials.path) if trials else Step(title="Trials", path=None)
            above.append(step)
        return above

    @property
    def previous(self) -> Step | None:
        """The chapter before this one."""
        return self._beside(-1)

    @property
    def next(self) -> Step | None:
        """The chapter after this one."""
        return self._beside(1)

    def _beside(self, step: int) -> Step | None:
        row, place = self.sitemap.reading_order.get(self.path, ((), 0))
        if not 0 <= place + step < len(row):
            return None
        title, path = row[place + step]
        return Step(title=title, path=path)

"""Where things are: the notebooks, the raw and cleaned registry, the report, and what is up to date."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ENTITY_NOTEBOOK = "entity"
RECORDS = "trials"  # the chapter that makes a page of each trial besides its own
EVERYTHING = ("every edition",)  # what a chapter reads that sets an edition against all that was found


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The folders of one report; every path is absolute.

    root : the project, which holds ``editions.toml`` and the notebooks; notebooks run here
    raw : the registry's CSV files
    out : the report, one folder an edition
    """

    root: Path
    raw: Path
    out: Path

    @classmethod
    def find(cls, raw: str | os.PathLike = "data/raw", out: str | os.PathLike = "reports") -> Layout:
        """The layout of the project around the working folder; a relative path starts there."""
        from ircc_lib.registry.editions import project_root

        root = project_root().resolve()
        return cls(root=root, raw=_inside(root, raw), out=_inside(root, out))

    @property
    def notebooks(self) -> Path:
        """The chapters, and ``entity.ipynb``."""
        return self.root / "notebooks"

    @property
    def editions_file(self) -> Path:
        """The editions, a table each."""
        return self.root / "editions.toml"

    @property
    def processed(self) -> Path:
        """The cleaned registry; it stands beside the raw one."""
        return self.raw.parent / "processed"

    @property
    def state(self) -> Path:
        """What pytask knows to be up to date. Beside the report, so that a mistake leaves that untouched."""
        return self.out.parent / ".pytask" / self.out.name

    @property
    def record(self) -> Path:
        """What pytask found when tasks last ran."""
        return self.state / "pytask.lock"

    def edition(self, edition: str) -> Path:
        """The folder of an edition's pages."""
        return self.out / edition

    def cut(self, edition: str) -> Path:
        """The cleaned tables of an edition."""
        return self.processed / "editions" / edition

    def slice(self, edition: str, page: str) -> Path:
        """The part of an edition that a page shows."""
        return self.cut(edition) / "slices" / page

    def sitemap(self, edition: str) -> Path:
        """The plan of an edition's site."""
        return self.state / "plans" / f"{edition}.json"

    def executed(self, edition: str, page: str) -> Path:
        """The notebook of a page, as it ran."""
        return self.edition(edition) / "notebooks" / f"{page}.ipynb"

    def failure(self, edition: str, page: str) -> Path:
        """There while the last run of the page's notebook failed; says why."""
        return self.state / "failures" / edition / f"{page}.txt"

    def measured(self, name: str) -> Path:
        """How long a task took when it last ran."""
        return self.state / "times" / f"{name.replace(':', '/')}.json"


def from_root(layout: Layout, path: Path) -> str:
    """A path as seen from the project, so that what a notebook shows is the same on every machine."""
    try:
        return Path(os.path.relpath(path, layout.root)).as_posix()
    except ValueError:  # on another drive
        return path.as_posix()


def package(folder: Path) -> Path:
    """The file that says what cleaned tables hold; it changes when and only when they do."""
    return folder / "datapackage.json"


def _inside(root: Path, path: str | os.PathLike) -> Path:
    """A path as given where it is there or absolute, else in the project."""
    given = Path(path)
    return given.resolve() if given.is_absolute() or given.exists() else root / given

"""Where things are: the notebooks, the raw and cleaned registry, the report, and what is up to date."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ENTITY_NOTEBOOK = "entity"
RAW, PROCESSED = "data/raw", "data/processed"
RECORDS = "trials"  # the chapter that makes a page of each trial besides its own
EVERY_EDITION = (
    "every edition"  # what a chapter reads, before its tables, that sets an edition against all that was found
)


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
    def find(cls, raw: str | os.PathLike[str] | None = None, out: str | os.PathLike[str] | None = None) -> Layout:
        """The layout of the project around the working folder.

        Parameters
        ----------
        raw, out : str or PathLike, optional
            A relative path starts in the working folder; by default they are the project's own
            ``data/raw`` and ``reports``.
        """
        from ircc_lib.registry.editions import PACKAGED, project_root

        root = project_root().resolve()
        return cls(
            root=root,
            raw=Path(raw).resolve() if raw is not None else root / RAW,
            out=Path(out).resolve() if out is not None else (Path.cwd() if root == PACKAGED else root) / "reports",
        )

    @property
    def notebooks(self) -> Path:
        """The chapters, and ``entity.ipynb``."""
        return self.root / "notebooks"

    @property
    def editions_file(self) -> Path:
        """The editions, a table each."""
        return self.root / "editions.toml"

    @property
    def synonyms(self) -> Path:
        """Other names by which readers search; there need be none."""
        return self.root / "data" / "synonyms.csv"

    @property
    def processed(self) -> Path:
        """The cleaned registry, of this registry and this report alone, so that two runs never mix.

        It stands in ``data/processed`` for the project's own registry and report, else with the record of the run.
        """
        own = self.raw == self.root / RAW and self.out == self.root / "reports"
        return self.root / PROCESSED if own else self.state / "processed"

    def name_of_data(self, folder: Path) -> str:
        """A folder of the cleaned registry by its name in the project, wherever it stands."""
        return (Path(PROCESSED) / folder.relative_to(self.processed)).as_posix()

    @property
    def state(self) -> Path:
        """What pytask knows to be up to date. Beside the report, so that a mistake leaves that untouched."""
        return self.out.parent / ".pytask" / self.out.name

    @property
    def digests(self) -> Path:
        """What was in each file when it was last read."""
        return self.state / "digests.json"

    @property
    def inputs(self) -> Path:
        """What was in each input at the end of the last run."""
        return self.state / "inputs.json"

    def edition(self, edition: str) -> Path:
        """The folder of an edition's pages."""
        return self.out / edition

    def cut(self, edition: str) -> Path:
        """The cleaned tables of an edition."""
        return self.processed / "editions" / edition

    def slice(self, edition: str, page: str) -> Path:
        """The part of an edition, or of the whole registry, that a page shows."""
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

    def manifest(self, name: str) -> Path:
        """The list of the files that a task made."""
        return self.state / "made" / f"{name.replace(':', '/')}.json"

    def measured(self, name: str) -> Path:
        """How long a task took when it last ran."""
        return self.state / "times" / f"{name.replace(':', '/')}.json"


def notebooks_in(folder: Path) -> list[Path]:
    """The notebooks of a folder that can be read, in the order of their names; hidden ones are an editor's own."""
    found = sorted(path for path in folder.glob("*.ipynb") if not path.name.startswith("."))
    return [path for path in found if path.is_file() and os.access(path, os.R_OK)]


def package(folder: Path) -> Path:
    """The file that says what cleaned tables hold; it changes when and only when they do."""
    return folder / "datapackage.json"


def hash_of(folder: Path) -> Path:
    """The file that holds the hash by which an edition's tables are cited, see `registry.citation.data_hash`."""
    return folder / "data.sha256"

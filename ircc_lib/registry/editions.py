"""The editions of the registry's report: which trials each holds, and how it is cited."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


PACKAGED = Path(__file__).resolve().parents[1] / "project"
"""The registry of the release, its editions and notebooks, where the library was installed from a wheel."""


@dataclass(frozen=True)
class Edition:
    """``cut`` is the last year of publication that the edition holds; None for the living edition."""

    name: str
    title: str
    citation: str
    cut: int | None = None
    published: int | None = None


def project_root() -> Path:
    """The folder that holds editions.toml: upwards from here, else where the library is installed."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "editions.toml").is_file():
            return folder
    library = Path(__file__).resolve().parents[1]
    return PACKAGED if PACKAGED.is_dir() else library.parent


def vocabulary_folders(raw_dir: Path | None = None) -> list[Path]:
    """Where vocabularies are looked for: beside the raw tables, in the project, in the package."""
    beside = [Path(raw_dir).resolve().parent / "vocabularies"] if raw_dir else []
    packaged = Path(__file__).parent / "vocabularies"
    return list(dict.fromkeys([*beside, project_root().resolve() / "data" / "vocabularies", packaged]))


def find_editions(path: Path | None = None) -> dict[str, Edition]:
    """The editions of ``editions.toml``, by name, in its order."""
    path = path or project_root() / "editions.toml"
    with open(path, "rb") as file:
        return {name: Edition(name, **said) for name, said in tomllib.load(file).items()}


def editions() -> pd.DataFrame:
    """The editions of the registry's report.

    Returns
    -------
    DataFrame
        One row an edition: name, title, cut (last year of publication, missing for the living
        edition), published, citation.

    Examples
    --------
    >>> editions().set_index("name").loc["ten-year", "cut"]
    np.int64(2020)
    """
    import pandas as pd  # only here, so that naming the editions costs no import of it

    rows = pd.DataFrame([vars(edition) for edition in find_editions().values()])
    rows[["cut", "published"]] = rows[["cut", "published"]].astype("Int64")
    return rows[["name", "title", "cut", "published", "citation"]]

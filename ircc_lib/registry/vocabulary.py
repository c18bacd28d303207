"""The vocabularies: tables that say what reported terms mean. A registrar may add rows to them.

They are data of the registry and lie beside its raw tables, in ``vocabularies``. One that does not lie
there is taken from the project's ``data/vocabularies``, else from the copy that the package carries.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from ircc_lib.registry.editions import vocabulary_folders
from ircc_lib.registry.ingest.problems import Problem, RegistryError, placed
from ircc_lib.registry.ingest.read import read_table


class Vocabularies:
    """The vocabularies of one registry, each read when it is first asked for.

    Parameters
    ----------
    raw_dir : Path, optional
        The folder of the raw tables; without one, the project's vocabularies.
    """

    def __init__(self, raw_dir: Path | None = None) -> None:
        self.folders = vocabulary_folders(raw_dir)

    def path(self, name: str) -> Path:
        """Where a vocabulary lies.

        Raises
        ------
        FileNotFoundError
            If no folder holds it.
        """
        for folder in self.folders:
            if (folder / f"{name}.csv").is_file():
                return folder / f"{name}.csv"
        raise FileNotFoundError(f"there is no vocabulary {name}.csv in " + " or ".join(map(str, self.folders)))

    def table(self, name: str) -> pd.DataFrame:
        """One vocabulary as text, an empty cell missing."""
        return read_vocabulary(self.path(name))

    def terms(self, name: str) -> list[str]:
        """The first column of a vocabulary, in its order."""
        return self.table(name).iloc[:, 0].tolist()

    def look_up(self, reported: pd.Series, name: str) -> pd.DataFrame:
        """Each reported term's row of a vocabulary, in any case; a term that is not in it gives empty cells.

        The result has the index of ``reported`` and a column ``known``: whether the term is mapped.
        """
        terms = self.table(name)
        spelled = terms.set_index(terms.iloc[:, 0].str.casefold()).iloc[:, 1:]
        codes, distinct = pd.factorize(reported)
        keys = [*(spelling(term) for term in distinct), ""]  # the last for empty cells
        found = spelled.reindex(keys)
        return found.assign(known=found.index.isin(spelled.index)).take(codes).set_axis(reported.index)


def spelling(term: object) -> str:
    """A term in one spelling: any case, single blanks.

    Examples
    --------
    >>> spelling(" Overall  Survival ")
    'overall survival'
    """
    return " ".join(str(term).split()).casefold()


def read_vocabulary(path: Path) -> pd.DataFrame:
    """A vocabulary's file as text, an empty cell missing.

    Parameters
    ----------
    path : Path

    Returns
    -------
    DataFrame

    Raises
    ------
    RegistryError
        If a term is there twice or is empty, or the file cannot be read.
    """
    return _read(*_as_it_is(path))


def vocabulary(name: str) -> pd.DataFrame:
    """One of the project's vocabularies as text, an empty cell missing.

    Parameters
    ----------
    name : str
        ``endpoints``, ``adverse_events``, ``grades``, ``co_treatments``, ``drugs``, ``comparators``,
        ``denominators``, ``products``, ``settings`` or ``countries``.

    Examples
    --------
    >>> vocabulary("endpoints").set_index("reported").loc["TTP", "family"]
    'PFS'
    """
    return Vocabularies().table(name)


def meanings(name: str) -> Mapping[str, str]:
    """Each term of one of the project's vocabularies, its first column, and what the second column says.

    Examples
    --------
    >>> meanings("arms")["stage3"]
    'stage III'
    """
    return _meanings(*_as_it_is(Vocabularies().path(name)))


def _as_it_is(path: Path) -> tuple[Path, str, int, int]:
    """A file, and what tells one state of it from another."""
    state = path.stat()
    return path, path.stem, state.st_mtime_ns, state.st_size


@cache
def _meanings(path: Path, name: str, changed: int, size: int) -> Mapping[str, str]:
    terms = _read(path, name, changed, size)
    return dict(zip(terms.iloc[:, 0], terms.iloc[:, 1], strict=True))


@cache
def _read(path: Path, name: str, changed: int, size: int) -> pd.DataFrame:
    file = placed(path)
    raw = read_table(path, file)
    problems, terms = list(raw.problems), raw.frame
    if not problems:
        spelled = terms.iloc[:, 0].str.casefold()
        problems = [
            Problem(
                file=file,
                line=int(raw.lines[at]),
                column=terms.columns[0],
                why="the term is there twice or is empty",
                found=terms.iloc[at, 0],
                allowed="each term once",
            )
            for at in np.flatnonzero(spelled.duplicated() | spelled.isna())
        ]
        problems += _patterns(file, terms, raw.lines)
    if problems:
        raise RegistryError(problems)
    return terms.astype("str")


def _patterns(file: str, terms: pd.DataFrame, lines: np.ndarray) -> list[Problem]:
    """Regular expressions of a vocabulary that cannot be read."""
    problems = []
    for pattern, line in zip(terms["pattern"] if "pattern" in terms else [], lines):
        try:
            re.compile(str(pattern))
        except re.error as wrong:
            problems.append(
                Problem(
                    file=file,
                    line=int(line),
                    column="pattern",
                    why=f"the regular expression cannot be read ({wrong})",
                    found=str(pattern),
                    allowed="a regular expression of Python, with \\ before ( ) [ ] * + ? that are meant as they stand",
                )
            )
    return problems

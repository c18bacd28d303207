"""A folder of raw tables, examined: every problem and every flag, each with its cell, old answers beside them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ircc_lib.registry.clean.tables import clean_table
from ircc_lib.registry.crosscheck import flag_doubts
from ircc_lib.registry.ingest.check import CheckedTable
from ircc_lib.registry.ingest.flags import Flags, row_ids
from ircc_lib.registry.ingest.load import as_asked, check_folder, quick_text
from ircc_lib.registry.ingest.problems import Problem, placed
from ircc_lib.registry.ingest.reviewed import with_answers
from ircc_lib.registry.vocabulary import Vocabularies

_ABSENCES = ("no tumour is recorded for this trial", "no other row of the trial knows this arm")
"""Flags that speak of rows which are not there: not told while rows are left out for their problems."""


@dataclass(frozen=True)
class Examined:
    """What an examination found; ``answered`` are flags that a registrar has answered before."""

    problems: list[Problem]
    flags: list[Problem]
    answered: list[Problem]


def examine(folder: Path) -> Examined:
    """Problems and flags of a folder in one round: rows with a problem are left out, the others judged."""
    return examine_tables(folder)[0]


def examine_tables(folder: Path) -> tuple[Examined, dict[str, pd.DataFrame]]:
    """What `examine` finds, and the cleaned tables of the rows that could be read (none if none could)."""
    with quick_text(folder):
        examined, tables = _examined(folder)
    return examined, {name: as_asked(table) for name, table in tables.items()}


def _examined(folder: Path) -> tuple[Examined, dict[str, pd.DataFrame]]:
    flags, vocabularies = Flags(), Vocabularies(folder)
    checked, problems = check_folder(folder, flags, vocabularies)
    cells = {name: _Cells(table) for name, table in checked.items()}
    if problems:
        _leave_out(checked, problems)
    reviewed = checked["reviewed_flags"].text if "reviewed_flags" in checked else pd.DataFrame()
    tables: dict[str, pd.DataFrame] = {}
    try:
        tables = _cleaned(checked, flags, vocabularies)
        flag_doubts(tables, flags)
    except Exception:
        if not problems:
            raise  # rows left out may leave what no check was made for; the problems come first
    found = with_answers(flags.frame(), reviewed)
    if problems:
        found = found[~found["why"].isin(_ABSENCES)]
    told = [_told(flag, folder, cells) for flag in found.itertuples()]
    answered = found["answer"].notna().tolist()
    examined = Examined(
        sorted(cells[_table(problem)].place(problem) if _table(problem) in cells else problem for problem in problems),
        [flag for flag, is_old in zip(told, answered) if not is_old],
        [flag for flag, is_old in zip(told, answered) if is_old],
    )
    return examined, tables


class _Cells:
    """Where the cells of a table stand in a spreadsheet, and whose rows they are."""

    def __init__(self, table: CheckedTable) -> None:
        self._places = {name: _letters(at) for at, name in enumerate(table.header)}
        self._rows = {int(line): at for at, line in enumerate(table.lines)}
        self._trials = table.text["trial_id"].tolist() if "trial_id" in table.text else []

    def place(self, problem: Problem) -> Problem:
        """The problem with its trial and cell."""
        row = self._rows.get(problem.line)
        column = self._places.get(problem.column.split(" + ")[0])
        trial = self._trials[row] if row is not None and row < len(self._trials) else None
        cell = f"{column}{row + 2}" if column and row is not None else ""
        return Problem(**{**vars(problem), "trial_id": "" if pd.isna(trial) else trial, "cell": cell})


def _letters(place: int) -> str:
    """A column's letters in a spreadsheet: 0 is A, 26 is AA."""
    letters = ""
    while place >= 0:
        place, last = divmod(place, 26)
        letters, place = chr(ord("A") + last) + letters, place - 1
    return letters


def _table(problem: Problem) -> str:
    return Path(problem.file).stem


def _told(flag: Any, folder: Path, cells: dict[str, _Cells]) -> Problem:
    problem = Problem(
        file=placed(folder / f"{flag.table}.csv"),
        line=flag.line,
        column=flag.column,
        why=flag.why,
        found="" if pd.isna(flag.found) else flag.found,
        allowed=flag.allowed,
    )
    return cells[flag.table].place(problem)


def _leave_out(checked: dict[str, CheckedTable], problems: list[Problem]) -> None:
    """Take rows with a problem, and rows of trials that are gone with them, from the tables."""
    wrong: dict[str, set[int]] = {}
    for problem in problems:
        wrong.setdefault(_table(problem), set()).add(problem.line)
    trials = checked["trials"] if "trials" in checked else None
    for name, table in checked.items():
        whole = len(table.typed.columns) > 0
        kept = ~pd.Series(table.lines, index=table.text.index).isin(wrong.get(name, set())) if whole else None
        if not whole:
            continue
        table.keep(kept)
    known = set(trials.text["trial_id"]) if trials is not None and len(trials.typed.columns) else set()
    tumours = checked["tumours"].text.get("tumour_reported") if "tumours" in checked else None
    for table in checked.values():
        if not len(table.typed.columns):
            continue
        for column in ("trial_id", "other_trial_id"):
            if column in table.text and table.name not in ("trials", "reviewed_flags"):
                table.keep(table.text[column].isin(known))
        if table.name == "entities" and tumours is not None:
            table.keep(table.text["tumour_reported"].isin(tumours))


def _cleaned(checked: dict[str, CheckedTable], flags: Flags, vocabularies: Vocabularies) -> dict[str, pd.DataFrame]:
    tables = {}
    for name, table in checked.items():
        cleaned = clean_table(table, flags, vocabularies)
        tables[name] = cleaned.assign(row_id=row_ids(name, table.lines), line=table.lines)
    return tables

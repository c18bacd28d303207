"""What an incoming row is to a table: a row that is there, one that changes, or a new one."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from ircc_lib.enrolment.bundle import Bundle, Finding, Row
from ircc_lib.enrolment.checking.duplicates import alike, plain_doi, surname
from ircc_lib.enrolment.columns import kind, needed
from ircc_lib.enrolment.decisions import Decisions
from ircc_lib.registry.schema.tables import raw_schemas

EMPTY = "[empty]"
"""What is typed to empty a cell that the registry has filled."""
_TELLS_APART = {
    "medians": ("endpoint", "group"),
    "landmarks": ("endpoint", "group", "time", "unit"),
    "comparisons": ("endpoint", "subgroup", "effect_type", "test", "adjusted"),
    "responses": ("group", "criteria"),
    "adverse_events": ("group", "term_reported", "grade_reported"),
}
_OF_THE_RECORD = ("title", "journal", "first_author", "source_url", "locator", "note", "year_basis", "publication_type")
"""Cells in which an import and the registry may differ without a question: wording, and where it was read."""


@dataclass(frozen=True, kw_only=True)
class Update:
    """A cell of an enrolled row that changes; ``at`` is its record in the table."""

    table: str
    at: int
    trial: str
    column: str
    old: str
    new: str
    place: str = ""


@dataclass
class Edits:
    """Rows to add to a table, and cells of it to change."""

    additions: list[Row] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)


def same_cell(table: str, column: str, one: str, other: str) -> bool:
    """Whether two texts of a cell say the same: numbers as numbers, names and DOIs as such."""
    if one == other:
        return True
    if column == "doi":
        return plain_doi(one) == plain_doi(other)
    if column not in raw_schemas()[table].columns or kind(table, column) == "text":
        return False
    try:
        return float(one) == float(other)
    except ValueError:
        return False


def compare(
    incoming: list[Row],
    table: str,
    existing: list[dict[str, str]],
    bundle: Bundle,
    decisions: Decisions,
    *,
    imported: bool,
    found: Collection[str] = (),
    register: bool = False,
) -> Edits:
    """Place incoming rows of one table among the rows that are there.

    Parameters
    ----------
    incoming : list of Row
    table : str
    existing : list of dict
        The rows of the raw table, in its order.
    bundle : Bundle
        Receives the questions and notes.
    decisions : Decisions
    imported : bool
        Whether the rows come from a register or a library, which prints some cells in its own way.
    register : bool
        Whether they come from a register, which only proposes values for empty cells of a report.
    found : collection of str
        Trials that the file does not name by their id: where they were read is not asked about again.
    """
    edits = Edits()
    taken: set[int] = set()
    key = raw_schemas()[table].metadata.get("key")
    by_owner: dict[str, list[int]] = {}
    owner = "trial_id" if "trial_id" in raw_schemas()[table].columns else (key or [""])[0]
    for number, standing in enumerate(existing, start=1):
        by_owner.setdefault(standing.get(owner, ""), []).append(number)
    places: list[tuple[Row, int | None]] = []
    for row in incoming:  # rows that say nothing new come first, so that they do not take another's place
        mine = [at for at in by_owner.get(row.cells.get(owner, ""), []) if at not in taken]
        same = next((at for at in mine if _says_no_more(row, existing[at - 1])), None)
        if same is not None:
            taken.add(same)
        places.append((row, same))
    for row, same in places:
        if same is not None:
            continue
        mine = [at for at in by_owner.get(row.cells.get(owner, ""), []) if at not in taken]
        at = _place_of(row, mine, existing, key)
        if at is None:
            cells = {column: text for column, text in row.cells.items() if text != EMPTY}
            edits.additions.append(Row(table, cells, row.places, row.place))
            continue
        taken.add(at)
        edits.updates += _changes(row, at, existing[at - 1], bundle, decisions, imported, found, register)
    return edits


_MAY_BE_LEFT_OUT = ("test", "adjusted", "effect_type", "criteria", "grade_reported")


def _place_of(row: Row, mine: list[int], existing: list[dict[str, str]], key: list[str] | None) -> int | None:
    """The row that is meant: the one that what tells rows apart names; where some of that is left out, the only one."""
    wanted = _told_apart(row.table, key, row.cells)
    same = [at for at in mine if _told_apart(row.table, key, existing[at - 1]) == wanted]
    if same:
        return max(same, key=lambda at: sum(existing[at - 1].get(name) == text for name, text in row.cells.items()))
    open_columns = [name for name in _MAY_BE_LEFT_OUT if not row.cells.get(name)]
    if key or not open_columns:
        return None
    near = [
        at for at in mine if _told_apart(row.table, key, existing[at - 1] | dict.fromkeys(open_columns, "")) == wanted
    ]
    return near[0] if len(near) == 1 else None


def _told_apart(table: str, key: list[str] | None, row: dict[str, str]) -> tuple[str, ...]:
    columns = (
        key or _TELLS_APART.get(table) or [name for name in needed(table) if name not in ("source_url", "locator")]
    )
    return tuple(_canonical(table, column, row.get(column, "")) for column in columns if column != "trial_id")


def _canonical(table: str, column: str, text: str) -> str:
    if text and kind(table, column) != "text":
        try:
            return str(float(text))
        except ValueError:
            return text
    return text.casefold()


def _says_no_more(row: Row, there: dict[str, str]) -> bool:
    return all(
        same_cell(row.table, column, text, there.get(column, "")) or (text == EMPTY and not there.get(column, ""))
        for column, text in row.cells.items()
    )


def _changes(
    row: Row,
    at: int,
    there: dict[str, str],
    bundle: Bundle,
    decisions: Decisions,
    imported: bool,
    found: Collection[str],
    register: bool,
) -> list[Update]:
    changes = []
    trial = row.trial or there.get("trial_id", "") or next(iter(there.values()), "")
    for column, text in row.cells.items():
        old = there.get(column, "")
        new = "" if text == EMPTY else text
        if same_cell(row.table, column, new, old):
            continue
        update = Update(
            table=row.table, at=at, trial=trial, column=column, old=old, new=new, place=row.place_of(column)
        )
        about = {"place": update.place, "trial": trial, "table": row.table, "column": column}
        if not old:
            if not (register and row.table == "trials" and column in ("title", "read_in")) and not (
                imported and column in ("source_url", "locator", "note")
            ):
                changes.append(update)
        elif column == "first_author" and _same_in_other_words(column, old, new) and len(new) < len(old):
            continue
        elif trial in found and column in ("source_url", "locator", "note", "journal", "cohort"):
            continue
        elif register and row.table == "trials" and column in ("read_in", "title", "source_url", "locator"):
            continue
        elif imported and (column in _OF_THE_RECORD or _same_in_other_words(column, old, new)):
            if column in ("title", "first_author") and not _same_in_other_words(column, old, new):
                bundle.note(f"the record says {new!r}, the registry {old!r}; the registry's stays", **about)
        elif imported and (row.table != "registrations" if register else row.table not in ("trials", "registrations")):
            bundle.note(f"the record says {new}, the registry {old}; the registry's stays", **about)
        else:
            question = Finding(
                level="question", why=f"the registry says {old!r}, the file {new!r}", found=new,
                key=f"conflict:{row.table}:{trial}:{column}:{at}", choices=("keep", "replace"), default="keep", **about,
            )  # fmt: skip
            bundle.findings.append(question)
            answer = decisions.answer(question) or "keep"
            if answer.startswith("replace"):
                changes.append(update)
    return changes


def _same_in_other_words(column: str, old: str, new: str) -> bool:
    if column == "title":
        return alike(old, new) >= 0.9
    if column == "first_author":
        return surname(old) == surname(new)
    if column in ("condition", "country", "comparator", "co_treatment"):
        return True
    if column == "status":
        return re.sub(r"\W", "", old.casefold()) == re.sub(r"\W", "", new.casefold())
    if column == "start":
        return old.startswith(new) or new.startswith(old)
    return old.casefold() == new.casefold()

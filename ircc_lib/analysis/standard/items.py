"""The items of the reporting standard, as data: ``data/reporting_standard.csv``."""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from ircc_lib.analysis.standard.conditions import Condition, read_condition
from ircc_lib.registry.editions import project_root

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

FILE = "data/reporting_standard.csv"


@dataclass(frozen=True, kw_only=True)
class Item:
    """What a report should state.

    Attributes
    ----------
    item_id, domain, short, item, why, example : str
        What is asked for, under which heading, in few words and in full, why, and how a good report says it.
    applies_to : str
        Whom it applies to, in words; ``applies_when`` says it as a condition.
    essential : bool
        Essential, else desirable.
    in_abstract : bool
        Whether CONSORT for Abstracts (Hopewell 2008, doi 10.1371/journal.pmed.0050020) asks it of an abstract.
    recorded : str
        ``always``, or ``since 2026``: the registry has a column for it only since then, so that silence in the
        rows of before says nothing about the report.
    applies_when, rule : str
        Conditions in the grammar of `conditions`.
    sources : str
        Where the item comes from; "; "-joined, with DOIs.
    """

    item_id: str
    domain: str
    short: str
    item: str
    why: str
    example: str
    applies_to: str
    essential: bool
    in_abstract: bool
    recorded: str
    applies_when: str
    rule: str
    sources: str


def read_items(path: Path | None = None) -> list[Item]:
    """The items, in the order of the file.

    Parameters
    ----------
    path : Path, optional
        ``data/reporting_standard.csv`` of the project by default.

    Raises
    ------
    ValueError
        If a column is missing, or a cell holds a word that is not allowed; with file, line and column.

    Examples
    --------
    >>> read_items()[0].item
    'Persistent identifier of the report: PMID or DOI'
    """
    path = path or project_root() / FILE
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        missing = [field.name for field in fields(Item) if field.name not in (rows.fieldnames or ())]
        if missing:
            raise ValueError(f"{path.name}:1: the column {missing[0]} is missing")
        return [_item(row, f"{path.name}:{rows.line_num}") for row in rows]


def read_conditions(
    items: list[Item], reg: Registry, path: Path | None = None
) -> dict[str, tuple[Condition, Condition]]:
    """``applies_when`` and ``rule`` of each item, read against the columns of a registry.

    Raises
    ------
    ValueError
        If a condition cannot be read or names an unknown table or column; with file, item, column and character.
    """
    columns = {name: list(table) for name, table in reg.tables.items()}
    name, found = (path or Path(FILE)).name, {}
    for item in items:
        pair = []
        for column in ("applies_when", "rule"):
            try:
                pair.append(read_condition(getattr(item, column), columns))
            except ValueError as wrong:
                raise ValueError(f"{name}: item {item.item_id}: {column}: {wrong}") from None
        found[item.item_id] = (pair[0], pair[1])
    return found


def _item(row: dict, place: str) -> Item:
    allowed = {
        "essential": {"yes": True, "desirable": False},
        "in_abstract": {"yes": True, "no": False},
        "recorded": {"always": "always", "since 2026": "since 2026"},
    }
    said = {field.name: row[field.name] or "" for field in fields(Item)}
    for column, words in allowed.items():
        if said[column] not in words:
            raise ValueError(f"{place}: {column}: found {said[column]!r}, allowed {', '.join(words)}")
        said[column] = words[said[column]]
    return Item(**said)

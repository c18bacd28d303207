"""The items of the reporting standard, as data: ``data/reporting_standard.csv``."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from ircc_lib.analysis.standard.conditions import Condition, read_condition
from ircc_lib.registry.editions import project_root
from ircc_lib.registry.schema.dictionary import cleaned_rules
from ircc_lib.registry.schema.tables import raw_schemas

FILE = "data/reporting_standard.csv"
FULL_TEXT = "full text"
"""What was read before a record is held to all items; until then to those that an abstract should state."""
HEADINGS = {True: "Asked even of an abstract", False: "For the full text"}
"""By ``in_abstract``. Most records are abstracts, so that the first group stands first."""


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
    place : str
        File and line, for sentences about it.
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
    place: str = field(default=Path(FILE).name, compare=False)


_COLUMNS = tuple(one.name for one in fields(Item) if one.name != "place")


def read_items(path: Path | None = None) -> list[Item]:
    """The items, in the order of the file.

    Parameters
    ----------
    path : Path, optional
        ``data/reporting_standard.csv`` of the project by default.

    Returns
    -------
    list of Item
        In the order of the file.

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
        missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
        if missing:
            raise ValueError(f"{path.name}:1: the column {missing[0]} is missing")
        items, line = [], 2
        for row in rows:
            items.append(_item(row, f"{path.name}:{line}"))
            line = rows.line_num + 1
    seen: dict[str, str] = {}
    for item in items:
        if item.item_id in seen:
            raise ValueError(f"{item.place}: item_id: {item.item_id} is there twice; first at {seen[item.item_id]}")
        seen[item.item_id] = item.place
    return items


def read_conditions(
    items: list[Item], columns: dict[str, list[str]] | None = None
) -> dict[str, tuple[Condition, Condition]]:
    """``applies_when`` and ``rule`` of each item, read against the columns of the cleaned tables.

    Parameters
    ----------
    items : list of Item
    columns : dict of str to list of str, optional
        The columns of each table; those of the registry's rules by default.

    Returns
    -------
    dict
        Both conditions by item_id.

    Raises
    ------
    ValueError
        If a condition cannot be read, names an unknown table or column, or a value that the closed list of its column
        does not have; with file, line, column and character.

    Examples
    --------
    >>> applies_when, rule = read_conditions(read_items())["DE-1"]
    >>> rule.text
    'trials.phase'
    """
    columns = columns or {table: list(cleaned_rules(table)) for table in raw_schemas()}
    lists = closed_lists()
    found = {}
    for item in items:
        pair = []
        for column in ("applies_when", "rule"):
            try:
                pair.append(read_condition(getattr(item, column), columns, lists))
            except ValueError as wrong:
                raise ValueError(f"{item.place}: {column}: item {item.item_id}: {wrong}") from None
        found[item.item_id] = (pair[0], pair[1])
    return found


def closed_lists() -> dict[tuple[str, str], set[str]]:
    """The values of each column that has a closed list, by table and column."""
    return {
        (table, column): {str(value) for value in values}
        for table, schema in raw_schemas().items()
        for column, rules in schema.columns.items()
        for check in rules.checks
        if (values := (check.statistics or {}).get("allowed_values"))
    }


def _item(row: dict[str, Any], place: str) -> Item:
    allowed: dict[str, dict[str, Any]] = {
        "essential": {"yes": True, "desirable": False},
        "in_abstract": {"yes": True, "no": False},
        "recorded": {"always": "always", "since 2026": "since 2026"},
    }
    said: dict[str, Any] = {name: row[name] or "" for name in _COLUMNS}
    for column, words in allowed.items():
        if said[column] not in words:
            raise ValueError(f"{place}: {column}: found {said[column]!r}, allowed {', '.join(words)}")
        said[column] = words[said[column]]
    return Item(**said, place=place)

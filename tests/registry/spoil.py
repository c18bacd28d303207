"""Slips of the hand in the made-up registry, and the flag that each must raise."""

from __future__ import annotations

from collections.abc import Callable

from tests.registry.made_up import SOURCE, MadeUp

Slip = Callable[[MadeUp], object]
Told = tuple[Slip, str, str]
"""What is done, and the table and column of the flag that it must raise."""


def row(table: str, /, **cells: str) -> Slip:
    """A new row of the made-up trial."""
    return lambda made: made.tables.setdefault(table, []).append({"trial_id": "Made2018"} | SOURCE | cells)


def beside(table: str, /, **cells: str) -> Slip:
    """A new row of a table that is of no trial."""
    return lambda made: made.tables.setdefault(table, []).append(cells)


def put(table: str, at: int, **cells: str) -> Slip:
    """Other text in cells of a row."""
    return lambda made: made.set(table, at, **cells)


def more(table: str, at: int, **cells: str) -> Slip:
    """A row once more, with other text in some cells."""
    return lambda made: made.add(table, at, **cells)


def nothing(made: MadeUp) -> None:
    """Nothing more: the slip before raises this flag too."""


def assert_flagged(made: MadeUp, told: Told) -> None:
    """One slip raises a flag at its cell."""
    spoil, table, column = told
    spoil(made)
    flags = made.load().flags
    assert ((flags["table"] == table) & (flags["column"] == column)).any(), flags[["table", "column", "why"]]


def assert_all_flagged(made: MadeUp, several: list[tuple[Slip, str, str, str]]) -> None:
    """Slips made at once, so that one reading of the tables tells them all: each raises its flag, in these words."""
    for spoil, *_ in several:
        spoil(made)
    flags = made.load().flags
    for _, table, column, word in several:
        whys = flags.loc[(flags["table"] == table) & (flags["column"] == column), "why"]
        assert whys.str.contains(word, regex=False).any(), (table, column, word, whys.tolist())

"""Which columns of a table stand in the row, and which on a second line, so that none is out of sight.

The width of a page is known, and about how wide words are; what does not fit goes below, the least needed first:
long lists and long words, then where a row comes from, then what stands last.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ircc_lib.figures.display.column import Column, shown
from ircc_lib.report.site.tables.cells import LIST_LENGTH, LONG, RIGHT, SHORT, look

ROOM = 940.0  # pixels of a table on a page of 1280
LETTER, GAP = 7.6, 11.0  # pixels of an average letter and between two columns
WRAPPED, PARAGRAPH, MOST = 14, 25, 26  # letters: of words that wrap, of a paragraph, and of a word before it breaks
BELOW = ("note", "why")  # kinds of column that always stand on a second line
A_LONG_LIST = 8  # trials that would make a row a page high


def below(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> set[int]:
    """Places of the columns that stand on a second line.

    Parameters
    ----------
    columns : sequence of Column
        As the table names them, the most needed first.
    rows : sequence of sequence
        The values.

    Returns
    -------
    set of int
        The first column is never among them.
    """
    folded = {place for place, column in enumerate(columns) if column.kind in BELOW}
    values = {place: [row[place] for row in rows if row[place] is not None] for place in range(len(columns))}
    folded |= {place for place in values if place and _longest_list(columns[place], values[place]) > A_LONG_LIST}
    widths = {place: GAP + LETTER * _letters(column, values[place]) for place, column in enumerate(columns)}
    room = ROOM - sum(widths[place] for place in widths if place not in folded)
    for place in sorted(widths, key=lambda place: _need(place, columns[place], values[place])):
        if room >= 0:
            break
        if place and place not in folded:
            folded.add(place)
            room += widths[place]
    return folded


def _need(place: int, column: Column, values: list[Any]) -> tuple[int, int]:
    """How much a row needs the column: the smallest goes below first."""
    if _longest_list(column, values) > LIST_LENGTH:
        return 0, -place
    if column.kind == "text" and any(len(str(value)) > LONG for value in values):
        return 1, -place
    return (2 if column.kind == "row" else 3), -place


def _longest_list(column: Column, values: list[Any]) -> int:
    return max((str(value).count("; ") + 1 for value in values), default=0) if column.kind == "trial" else 0


def _letters(column: Column, values: list[Any]) -> int:
    head = max(map(len, column.label.split()), default=0) + 2  # the arrow that sorts
    return max([head, *(min(_letters_of(value, column), MOST) for value in values)])


def _letters_of(value: object, column: Column) -> int:
    if column.kind == "paper":
        return len("PubMed Central")
    text = shown(value, column)
    if column.kind in RIGHT or len(text) <= SHORT:
        return len(text)
    return max(max(map(len, text.split())), PARAGRAPH if look(value, column) == "long" else WRAPPED)

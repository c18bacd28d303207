"""Rows as CSV that a spreadsheet opens without running any of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from ircc_lib.text import FORMULA

_FORMULA = re.compile(FORMULA)
DIGITS = 6  # of a number that is not whole: more than any of the registry's numbers is known to


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV in which no text can act as a formula, and no number has digits that say nothing.

    Parameters
    ----------
    header : sequence of str
        Names of the columns.
    rows : iterable of sequence
        Plain values; None is an empty cell.

    Returns
    -------
    str
        Lines that end in a line feed, the header first.

    >>> csv_text(["a", "b"], [["=1+1", -2.5], [0.1 + 0.2, 1e9]])
    "a,b\\n'=1+1,-2.5\\n0.3,1000000000\\n"
    """
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([_inert(name) for name in header])
    writer.writerows([_inert(value) for value in row] for row in rows)
    return target.getvalue()


def _inert(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else f"{value:.{DIGITS}g}"
    if isinstance(value, str):
        value = value.replace("\r\n", "\n").replace("\r", "\n")  # a lone one would end the row
        return f"'{value}" if _FORMULA.match(value) else value
    return value

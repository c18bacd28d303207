"""What a spreadsheet leaves in a cell: formulas, its errors, dates it has made, commas in numbers."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from ircc_lib.registry.clean.columnwise import read_distinct
from ircc_lib.registry.ingest.problems import Problem
from ircc_lib.registry.schema.fields import kind_of

MOST_CELLS_NAMED = 3
"""Cells of one column and kind that are told one by one; more of them are told together."""

LONGEST_CELL = 100_000

_ERROR = re.compile(r"#(?:NAME\?|REF!|VALUE!|DIV/0!|N/A|NUM!|NULL!|SPILL!|CALC!|WERT!|BEZUG!|#+)")
_FORMULA = re.compile(r"=\s*(?:[A-Za-z+\-(\"$'@]|\d[\d.]*\s*[-+*/^&])|@[A-Z]+\(")
_MONTHS = "jan|feb|mar|mär|mrz|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez"
_DATE = re.compile(
    rf"(?P<day>\d{{1,2}})[-. ]+(?P<month>{_MONTHS})[a-z]*\.?|(?P<month2>{_MONTHS})[a-z]*[-. ]+(?P<year>\d{{2}})"
    r"|(?P<m3>\d{1,2})月(?P<d3>\d{1,2})日",
    re.I,
)
_WORDS = ("title", "journal", "note", "locator", "reviewed", "found", "reason", "why")
"""Columns of words, in which a day and a month are what was meant."""

_ORDER = {name: 1 + place for place, names in enumerate(
    (("jan",), ("feb",), ("mar", "mär", "mrz"), ("apr",), ("may", "mai"), ("jun",), ("jul",), ("aug",), ("sep",),
     ("oct", "okt"), ("nov",), ("dec", "dez"))) for name in names}  # fmt: skip
_COMMA = re.compile(r"[-+<>]?\s*\d+,\d+")
_SHORT = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.I)
_POINTED = re.compile(r"\d{1,3}(?:\.\d{3})+")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")


def check_spreadsheet(file: str, text: pd.DataFrame, lines: np.ndarray, schema: Any) -> list[Problem]:
    """Cells of a table that a spreadsheet has spoilt, or that no table should hold."""
    problems: list[Problem] = []
    for column, cells in text.items():
        rules = schema.columns[column]
        numeric = kind_of(rules) != "str"
        read = numeric or rules.metadata["reads"] != "as is"
        whole, dated = kind_of(rules) == "Int64", "date" in rules.metadata["reads"]
        wrong = read_distinct(cells, lambda cell: _wrong(cell, column, numeric, whole, read, dated))  # noqa: B023  (used at once)
        where = np.flatnonzero(wrong.read)
        if not len(where):
            continue
        whys, cures = wrong.take(lambda said: said[0], "str"), wrong.take(lambda said: said[1], "str")
        for why in dict.fromkeys(whys.iloc[where]):
            problems += _told(file, column, cells, lines, where[(whys.iloc[where] == why).to_numpy()], why, cures)
    return problems


def _told(file: str, column: str, cells: Any, lines: Any, where: Any, why: str, cures: Any) -> list[Problem]:
    shown = where if len(where) <= MOST_CELLS_NAMED else where[:1]
    rest = "" if len(where) <= MOST_CELLS_NAMED else f", in {len(where)} cells of the column, the first of them here"
    return [
        Problem(
            file=file,
            line=int(lines[at]),
            column=column,
            why=why + rest,
            found=cells.iloc[at],
            allowed=_CURES[why],
            suggestion=cures.iloc[at],
        )
        for at in shown
    ]


_CURES = {
    "the cell is an error of the spreadsheet": "the value itself",
    "the cell is a formula": "the value that it gives: copy, then paste as values",
    "a spreadsheet has made a date of the cell": "the text as printed; format the column as text before typing",
    "a decimal comma": "a decimal point",
    "a comma in a number": "the digits without a comma",
    "a point in a whole number": "the digits without a point",
    "a number shown short, whose digits are lost": "all digits: widen the column, or format it as text before typing",
    "the cell is longer than any figure or note": f"{LONGEST_CELL:,} characters at most",
}


def _wrong(cell: str, column: str, numeric: bool, whole: bool, read: bool, dated: bool) -> tuple[str, str] | None:
    """What is wrong with a cell and what was probably meant."""
    if len(cell) > LONGEST_CELL:
        return "the cell is longer than any figure or note", ""
    if cell[:1] == "#" and _ERROR.fullmatch(cell.strip()):
        return "the cell is an error of the spreadsheet", ""
    if read and cell[:1] in ("=", "@") and _FORMULA.match(cell):
        return "the cell is a formula", ""
    if numeric and _SHORT.fullmatch(cell.strip()):
        return "a number shown short, whose digits are lost", ""
    if numeric and whole and _POINTED.fullmatch(cell.strip()):
        return "a point in a whole number", cell.strip().replace(".", "")
    if column not in _WORDS and not dated and (date := _DATE.fullmatch(cell.strip())):
        return "a spreadsheet has made a date of the cell", _undone(date, column)
    if numeric and _COMMA.fullmatch(cell.strip()):
        if _THOUSANDS.fullmatch(cell.strip()):
            return "a comma in a number", ""
        return "a decimal comma", cell.strip().replace(",", ".")
    return None


def _undone(date: re.Match[str], column: str) -> str:
    """1/2 from 2-Jan or 1-Feb, 3-4 from 4-Mar: the smaller number comes first."""
    if date["m3"]:
        pair = [int(date["m3"]), int(date["d3"])]
    else:
        month = _ORDER[(date["month"] or date["month2"]).lower()]
        pair = [month, int(date["day"] or date["year"])]
    low, high = sorted(pair)
    return f"{low}{'/' if column == 'phase' else '-'}{high}"

"""Where the column names stand: usually in the first line, sometimes below a title, sometimes down the side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ircc_lib.enrolment.formats.recognise import header_of, table_of_header

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_NO_HEADER = "no line of the sheet holds the registry's column names; the first line should (ircc workbook makes one)"
_ON_ITS_SIDE = "the table lies on its side: names should stand in the first line, a report in each line below"
_LINES_TO_A_HEADER = 20


def header_line(sheet: Worksheet) -> tuple[int, str | None]:
    """The line that holds the column names, the first where there is none, and the table whose columns they are."""
    lines = sheet.iter_rows(min_row=1, max_row=min(sheet.max_row, _LINES_TO_A_HEADER), values_only=True)
    for number, cells in enumerate(lines, start=1):
        names = [plain_name(cell) for cell in cells if isinstance(cell, str) and cell.strip()]
        if len(names) > 1 and (table := table_of_header(names)):
            return number, table
    return 1, None


def why_no_header(sheet: Worksheet) -> str:
    """What to do with a sheet that has no line of column names."""
    return _ON_ITS_SIDE if _lies_on_its_side(sheet) else _NO_HEADER


def _lies_on_its_side(sheet: Worksheet) -> bool:
    names = [plain_name(cell) for (cell,) in sheet.iter_rows(max_col=1, values_only=True) if isinstance(cell, str)]
    return len(names) > 2 and table_of_header(names) is not None


def plain_name(name: object) -> str:
    """A column's name as the registry writes it.

    >>> plain_name(" Trial ID ")
    'trial_id'
    """
    return "_".join(str(name).casefold().replace("-", " ").split())


def lines_above_header(text: str) -> int:
    """How many lines stand above the one that holds the registry's column names; 0 where none does."""
    lines = text.lstrip("\ufeff").splitlines()[:20]
    for at, line in enumerate(lines):
        names = [plain_name(name) for name in header_of(line)[0]]
        if len([name for name in names if name]) > 1 and table_of_header(names):
            return at if at > 1 or not lines[0].lower().startswith("sep=") else 0
    return 0

"""Workbooks and CSV files of the registry's columns, read cell by cell."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from typing import Any

from ircc_lib.enrolment.bundle import Bundle, Finding, Row
from ircc_lib.enrolment.columns import sheet_tables
from ircc_lib.enrolment.decisions import Decisions
from ircc_lib.enrolment.form.prepared import waits
from ircc_lib.enrolment.formats.header import header_line, lines_above_header, plain_name, why_no_header
from ircc_lib.enrolment.formats.pitfalls import Found, settle
from ircc_lib.enrolment.formats.recognise import decode, header_of, table_of_header
from ircc_lib.registry.schema.tables import raw_schemas
from ircc_lib.text import counted

OWN_SHEETS = ("Read me", "Checklist", "lists", "Check", "Score")
"""Sheets of the workbook that hold no rows."""
EXAMPLE = "EXAMPLE"


@dataclass
class Grid:
    """A sheet as a header and rows of cells, empty cells left out."""

    name: str
    header: dict[int, str] = field(default_factory=dict)
    rows: dict[int, dict[int, Found]] = field(default_factory=dict)


def read_workbook(content: bytes, source: str, decisions: Decisions) -> Bundle:
    """The rows of a workbook; formulas and values are read apart, so that both are known.

    Parameters
    ----------
    content : bytes
        An .xlsx file.
    source : str
        Its name, for sentences.
    decisions : Decisions
        Answers and repairs that are not wanted.
    """
    from openpyxl import load_workbook

    values = load_workbook(io.BytesIO(content), data_only=True)
    formulas = load_workbook(io.BytesIO(content)) if _has_formulas(content) else None
    bundle = Bundle("workbook", source)
    _say_version(values, bundle)
    for sheet in values.worksheets:
        table = sheet.title.strip().casefold().replace(" ", "_")
        if sheet.title in OWN_SHEETS:
            continue
        head, by_columns = header_line(sheet)
        if table not in sheet_tables() and table not in raw_schemas():
            if by_columns is None or "sheet name" in decisions.declined:
                if sheet.max_row > 1 or sheet["A1"].value is not None:
                    bundle.note(f"the sheet {sheet.title!r} is not one of the registry's and is left out")
                continue
            table = by_columns
            why = "the sheet has another name; its columns say which it is"
            bundle.findings.append(
                Finding(level="repair", why=why, place=sheet.title, found=sheet.title, becomes=table, rule="sheet name")
            )
        if not _wanted(
            sheet.sheet_state != "visible",
            f"{sheet.title}:hidden",
            f"the sheet {sheet.title!r} is hidden",
            bundle,
            decisions,
        ):
            continue
        if by_columns is None and any(cell.value is not None for line in sheet.iter_rows() for cell in line):
            bundle.error(why_no_header(sheet), place=sheet.title)
            continue
        if head > 1:
            bundle.findings.append(
                Finding(level="repair", why="the column names are not in the first line", place=f"{sheet.title}!A{head}",
                        found="line 1", becomes=f"line {head}", rule="header line")
            )  # fmt: skip
        grid = _grid(sheet, formulas[sheet.title] if formulas else None, head, bundle, decisions)
        _rows(grid, table, bundle, decisions)
    if not bundle.rows and not bundle.errors:
        bundle.note("no row holds anything: fill the sheet trials first, then those of its results")
    return bundle


def _has_formulas(content: bytes) -> bool:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return any(_calculates(archive.read(name)) for name in sheets)


def _calculates(sheet: bytes) -> bool:
    """Whether a sheet holds formulas, other than our checklist's."""
    return (b"<f>" in sheet or b"<f " in sheet) and b"COUNTA('trials'!" not in sheet and b"COUNTA(trials!" not in sheet


def _say_version(workbook: Any, bundle: Bundle) -> None:
    from ircc_lib.enrolment.form.workbook import rules_hash

    said = re.search(r"rules ([0-9a-f]{12})", workbook.properties.description or "")
    if said and said[1] != rules_hash():
        bundle.note("the workbook was made from earlier rules; its own columns are read, new ones stay empty")


def _wanted(hidden: bool, key: str, what: str, bundle: Bundle, decisions: Decisions) -> bool:
    if not hidden:
        return True
    question = Finding(
        level="question", why=f"{what}: read it, or leave it?", key=key, choices=("leave", "read"), default="leave"
    )
    bundle.findings.append(question)
    return decisions.answer(question) == "read"


def _grid(sheet: Any, formulas: Any, head: int, bundle: Bundle, decisions: Decisions) -> Grid:
    grid = Grid(sheet.title)
    hidden_rows = {number for number, row in sheet.row_dimensions.items() if row.hidden}
    hidden_columns = {letter for letter, column in sheet.column_dimensions.items() if column.hidden}
    filled = {number for number in hidden_rows if any(cell.value is not None for cell in sheet[number])}
    rows_too = not filled or _wanted(
        True,
        f"{sheet.title}:hidden rows",
        f"{len(filled)} rows of {sheet.title} are hidden or filtered",
        bundle,
        decisions,
    )
    columns_too = not hidden_columns or _wanted(
        True, f"{sheet.title}:hidden columns", f"columns {', '.join(sorted(hidden_columns))} of {sheet.title} are hidden",
        bundle, decisions,
    )  # fmt: skip
    remarks = 0
    for line in sheet.iter_rows(min_row=head):
        for cell in line:
            if cell.comment and cell.row > head:
                remarks += 1
            if cell.value is None or (cell.column_letter in hidden_columns and not columns_too):
                if formulas is None or formulas[cell.coordinate].data_type != "f":
                    continue
            if cell.row == head:
                grid.header[cell.column] = str(cell.value).strip()
            elif rows_too or cell.row not in hidden_rows:
                formula = formulas[cell.coordinate] if formulas is not None else None
                grid.rows.setdefault(cell.row, {})[cell.column] = Found(
                    cell.value,
                    f"{sheet.title}!{cell.coordinate}",
                    cell.number_format,
                    str(formula.value) if formula is not None and formula.data_type == "f" else "",
                )
    if remarks:
        bundle.note(
            f"{remarks} comments on cells of {sheet.title} are not taken; what matters goes into the column note"
        )
    _unmerge(sheet, grid, head, bundle, decisions)
    return grid


def _unmerge(sheet: Any, grid: Grid, head: int, bundle: Bundle, decisions: Decisions) -> None:
    for area in sheet.merged_cells.ranges:
        column = grid.header.get(area.min_col, "")
        place = f"{sheet.title}!{area.coord}"
        top = grid.rows.get(area.min_row, {}).get(area.min_col)
        if area.min_row <= head or top is None:
            continue
        if not (column.endswith("_id") or column == "cohort") or area.min_col != area.max_col:
            bundle.error(
                "merged cells: which row does the value belong to? Take them apart", place=place, column=column
            )
            continue
        if "merged cells" in decisions.declined:
            continue
        bundle.findings.append(
            Finding(level="repair", why="merged cells: filled down", place=place, column=column, found=str(top.value),
                    becomes=str(top.value), rule="merged cells")
        )  # fmt: skip
        for number in range(area.min_row + 1, area.max_row + 1):
            if grid.rows.get(number):
                place = f"{sheet.title}!{sheet.cell(number, area.min_col).coordinate}"
                grid.rows[number][area.min_col] = Found(top.value, place, top.number_format)


def read_csv(content: bytes, source: str, decisions: Decisions) -> Bundle:
    """The rows of a CSV file of one table, however a spreadsheet saved it."""
    text, encoding = decode(content)
    text = text.lstrip("\ufeff")
    bundle = Bundle("table", source)
    above = lines_above_header(text)
    if above:
        text = "".join(text.splitlines(keepends=True)[above:])
        _file_repair(bundle, "header line", "line 1", f"line {above + 1}", "the column names are not in the first line")
    names, delimiter = header_of(text)
    table = table_of_header([plain_name(name) for name in names]) or "trials"
    if text.lower().startswith("sep="):
        text = text.split("\n", 1)[1]
    if encoding == "cp1252":
        changed = dict.fromkeys(re.findall(r"\S*[^\x00-\x7f]\S*", text))
        _file_repair(bundle, "encoding", "Windows-1252", "UTF-8; words: " + ", ".join(list(changed)[:8]), "not UTF-8")
    elif encoding == "utf-16":
        _file_repair(bundle, "encoding", "UTF-16", "UTF-8", "not UTF-8")
    if delimiter != ",":
        _file_repair(
            bundle, "separator", "a tab" if delimiter == "\t" else delimiter, ",", "cells are between other signs"
        )
    grid = Grid(table)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1 + above + (content.lstrip(b"\xef\xbb\xbf")[:4].lower() == b"sep=")
    if (opened := _never_closed(text, delimiter)) is not None:
        bundle.error(
            "a quotation mark opens a cell and none closes it, so the rest of the file is one cell",
            place=f"{source}:{line + opened}",
        )
        return bundle
    for row in reader:
        if not grid.header:
            grid.header = {at: name.strip() for at, name in enumerate(row) if name.strip()}
        elif any(cell.strip() for cell in row):
            beyond = [cell for at, cell in enumerate(row) if at not in grid.header and cell.strip()]
            if beyond:
                bundle.error(
                    "the row has more cells than the first line has names", place=f"{source}:{line}", found=beyond[0]
                )
            grid.rows[line] = {
                at: Found(cell, f"{source}:{line}:{grid.header[at]}")
                for at, cell in enumerate(row)
                if at in grid.header and cell.strip()
            }
        line += row_lines(row)
    _rows(grid, table, bundle, decisions)
    return bundle


def _never_closed(text: str, delimiter: str) -> int | None:
    """The line, counted from 0, on which the cell opens that no quotation mark closes; None where all are closed."""
    try:
        line = 0
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            line += row_lines(row)
    except csv.Error as why:
        return line if "unexpected end" in str(why) else None
    return None


def row_lines(row: list[str]) -> int:
    """How many lines of a text file a row takes."""
    return 1 + sum(cell.count("\n") for cell in row)


def _file_repair(bundle: Bundle, rule: str, found: str, becomes: str, why: str) -> None:
    bundle.findings.append(
        Finding(level="repair", why=why, place=bundle.source, found=found, becomes=becomes, rule=rule)
    )


def _rows(grid: Grid, table: str, bundle: Bundle, decisions: Decisions) -> None:
    """Cells become rows of a table: columns by name, never by place."""
    known = raw_schemas()[table].columns
    headed: dict[int, str] = {}
    for at, name in grid.header.items():
        column = name if name in known else plain_name(name)
        if column not in known:
            bundle.note(f"the column {name!r} of {grid.name} is not one of the registry's and is left out")
        elif column in headed.values():
            bundle.error("the column is there twice", place=grid.name, column=column)
        else:
            headed[at] = column
    waiting = 0
    for number, found in sorted(grid.rows.items()):
        cells, places, findings = {}, {}, []
        for at, cell in found.items():
            if at not in headed:
                continue
            text, seen = settle(table, headed[at], cell, decisions)
            findings += seen
            places[headed[at]] = cell.place
            if text:
                cells[headed[at]] = text
        if not cells and not findings:
            continue
        where = next(iter(places.values()), f"{grid.name}:{number}").rsplit("!", 1)
        row = Row(table, cells, places, f"{where[0]}!{number}" if len(where) == 2 else f"{bundle.source}:{number}")
        if row.trial.upper().startswith(EXAMPLE):
            bundle.note("the example row is left out", place=row.place)
            continue
        if set(cells) <= {"trial_id"} and len(headed) > 1 and " " in row.trial:
            bundle.note("a remark below the table is left out", place=row.place, found=row.trial)
            continue
        if waits(table, cells):
            waiting += 1
            continue
        bundle.rows.append(row)
        bundle.findings += findings
    if waiting:
        bundle.note(f"{counted(waiting, 'prepared row')} of {grid.name} without a figure left out")

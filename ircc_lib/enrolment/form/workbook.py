"""The registrar's workbook, made from the rules: a sheet per table, lists, units and examples as messages."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ircc_lib.enrolment.columns import (
    about,
    allowed_values,
    bounds,
    kind,
    needed,
    pattern_of,
    sheet_columns,
    sheet_tables,
    vocabulary_terms,
)
from ircc_lib.registry.schema.tables import raw_schemas

Remarks = dict[tuple[str, int, str], tuple[str, str]]
"""Of a cell (table, number of the row, column): the worst level of what was found, and what is said of it."""

LAST_ROW = 5000
"""Rows that have lists and rules; more can be pasted below, for the check does not need them."""
TEMPLATE = 1
CHECK = (
    ("", 10), ("cell", 18), ("trial", 16), ("column", 18), ("what", 60), ("found", 30), ("would become", 30),
)  # fmt: skip
SCORE = (
    ("trial", 16), ("read in", 14), ("held to", 18), ("stated of these", 10), ("applicable of these", 11),
    ("stated of all", 10), ("applicable of all", 11), ("essential stated", 10), ("essential applicable", 11),
    ("essential and not stated", 70), ("not looked for", 10),
)  # fmt: skip
"""Heads and widths of the sheets that a checked workbook has beside the tables."""

EXAMPLES = {
    "trial_id": "Zhao2013, or Zhao2013b if that is taken",
    "cohort": "the trial_id, or that of the earlier report of the same patients",
    "year": "2013", "pmid": "23506427", "doi": "10.1002/cncr.12345", "registration_id": "NCT00699816",
    "phase": "1/2", "enrol_start": "2008-07", "p_value": "<0.05", "median_reported": "41.0 or: not reached",
    "group": "control:tace", "cells_reported": "1.0-1.5 x 10^10", "infusions_reported": "3-4 courses",
    "country": "China", "source_url": "https://pubmed.ncbi.nlm.nih.gov/23506427/", "locator": "abstract; Table 2",
    "endpoint": "OS", "co_treatment": "TACE; write none if there was none", "survival_pct": "57.2",
    "tumour_reported": "hepatocellular carcinoma", "title": "as printed, translated titles in brackets",
}  # fmt: skip


def rules_hash() -> str:
    """Twelve digits that change when a column, a list or a bound does."""
    said = {
        table: {
            column: [kind(table, column), allowed_values(table, column), bounds(table, column), rules.nullable]
            for column, rules in schema.columns.items()
        }
        for table, schema in raw_schemas().items()
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:12]


def make_workbook(
    rows: dict[str, list[dict[str, str]]] | None = None,
    remarks: Remarks | None = None,
    *,
    tumours: tuple[str, ...] = (),
    findings: Sequence[tuple[str, ...]] = (),
    scores: Sequence[tuple[str | int, ...]] = (),
) -> bytes:
    """A workbook as the bytes of an .xlsx file.

    Parameters
    ----------
    rows : dict, optional
        Rows of text by table; none gives the empty form.
    remarks : dict, optional
        By table, index of the row and column: a level (``error``, ``repair``, ``question``) that colours the cell,
        and a comment.
    tumours : tuple of str
        Tumours that the registry knows, for the list.
    findings : list of tuple
        Lines of a sheet ``Check``: level, cell, trial, column, what is said, found, would become.
    scores : list of tuple
        Lines of a sheet ``Score``: what each trial states of the reporting standard, in the order of `SCORE`.
    """
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {"title": "IRCC: enrolment of trials", "comments": f"template {TEMPLATE}, rules {rules_hash()}"}
    )
    writer = _Writer(book, rows or {}, remarks or {}, tumours)
    writer.read_me()
    if findings:
        writer.listed("Check", CHECK, findings)
    if scores:
        writer.listed("Score", SCORE, scores)
    for table in sheet_tables():
        writer.sheet(table)
    writer.checklist()
    writer.write_lists()
    book.close()
    return target.getvalue()


class _Writer:
    def __init__(self, book: Any, rows: dict[str, Any], remarks: Remarks, tumours: tuple[str, ...]) -> None:
        self.book, self.rows, self.remarks, self.tumours = book, rows, remarks, tumours
        self.lists: dict[str, list[str]] = {}
        colours = {"error": "#F8CBAD", "repair": "#C6E0B4", "question": "#FFE699", "plain": None}
        self.formats = {
            (level, code): book.add_format({"num_format": code, **({"bg_color": colour} if colour else {})})
            for level, colour in colours.items()
            for code in ("@", "General")
        }
        self.bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        self.light = book.add_format({"bg_color": "#F2F2F2", "border": 1})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})

    def read_me(self) -> None:
        sheet = self.book.add_worksheet("Read me")
        sheet.set_column(0, 0, 110, self.wrapped)
        for at, line in enumerate(_README):
            sheet.write_string(at, 0, line, self.bold if at == 0 else self.wrapped)

    def listed(self, name: str, heads: tuple[tuple[str, int], ...], lines: Sequence[tuple[str | int, ...]]) -> None:
        """A sheet of lines beside those of the tables."""
        sheet = self.book.add_worksheet(name)
        for at, (head, width) in enumerate(heads):
            sheet.set_column(at, at, width, self.wrapped)
            sheet.write_string(0, at, head, self.bold)
        for at, line in enumerate(lines, start=1):
            for column, value in enumerate(line):
                if isinstance(value, int):
                    sheet.write_number(at, column, value)
                else:
                    sheet.write_string(at, column, value, None if column else self.formats.get((value, "@")))
        sheet.freeze_panes(1, 0)

    def sheet(self, table: str) -> None:
        sheet = self.book.add_worksheet(table)
        sheet.freeze_panes(1, 1)
        columns = sheet_columns(table)
        for at, column in enumerate(columns):
            numeric = kind(table, column) != "text"
            sheet.set_column(at, at, _width(column), self.formats["plain", "General" if numeric else "@"])
            sheet.write_string(0, at, column, self.bold if column in needed(table) else self.light)
            self._rule(sheet, table, column, at)
        for number, row in enumerate(self.rows.get(table, []), start=1):
            for at, column in enumerate(columns):
                self._cell(sheet, table, number, at, column, row.get(column, ""))

    def _cell(self, sheet: Any, table: str, number: int, at: int, column: str, text: str) -> None:
        level, comment = self.remarks.get((table, number - 1, column), ("plain", ""))
        numeric = kind(table, column) != "text" and _is_number(text)
        form = self.formats[level, "General" if numeric else "@"]
        if numeric:
            sheet.write_number(number, at, float(text), form)
        elif text or level != "plain":
            sheet.write_string(number, at, text, form) if text else sheet.write_blank(number, at, None, form)
        if comment:
            sheet.write_comment(number, at, comment[:1000], {"x_scale": 2})

    def _rule(self, sheet: Any, table: str, column: str, at: int) -> None:
        rules = raw_schemas()[table].columns[column]
        unit = about(table, column).get("unit")
        message = (rules.description or column) + (f" [{unit}]" if unit else "")
        if column in EXAMPLES:
            message += f". Example: {EXAMPLES[column]}"
        rule = {"input_title": column[:32], "input_message": message[:255], "ignore_blank": True}
        low, high = bounds(table, column)
        if values := self._values(table, column):
            grows = not allowed_values(table, column)
            rule |= {"validate": "list", "source": "=" + self._name(table, column, values)}
            rule |= {"error_type": "warning" if grows else "stop", "error_title": column[:32]}
            said = "not in the list so far" if grows else "a value of the list: " + ", ".join(values)
            rule["error_message"] = said[:224]
        elif kind(table, column) != "text":
            whole = kind(table, column) == "count"
            rule |= {"validate": "integer" if whole else "decimal", "error_title": column[:32]}
            if low is not None and high is not None:
                rule |= {"criteria": "between", "minimum": low, "maximum": high}
            else:
                rule |= {"criteria": ">=", "value": low if low is not None else -1_000_000_000}
            what = "a whole number" if whole else "a number"
            rule["error_message"] = what + _between(low, high)
        else:
            rule["validate"] = "any"
        sheet.data_validation(1, at, LAST_ROW, at, rule)

    def _values(self, table: str, column: str) -> list[str]:
        if column == "group" and pattern_of(table, column):
            return ["cik", "control", "all"]
        if column == "tumour_reported" and table == "entities":
            return list(self.tumours)
        return list(allowed_values(table, column) or vocabulary_terms(table, column))

    def _name(self, table: str, column: str, values: list[str]) -> str:
        name = f"list_{table}_{column}"
        self.lists[name] = values
        return name

    def checklist(self) -> None:
        from ircc_lib.enrolment.form.checklist import write_checklist

        write_checklist(self.book, self.bold, self.wrapped)

    def write_lists(self) -> None:
        from xlsxwriter.utility import xl_col_to_name

        sheet = self.book.add_worksheet("lists")
        for at, (name, values) in enumerate(self.lists.items()):
            letter = xl_col_to_name(at)
            sheet.write_column(0, at, [name, *values], self.formats["plain", "@"])
            self.book.define_name(name, f"=lists!${letter}$2:${letter}${len(values) + 1}")
        sheet.hide()


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.casefold() not in ("nan", "inf", "-inf", "infinity")


def _between(low: Any, high: Any) -> str:
    if low is None:
        return "" if high is None else f", {high} at most"
    return f" of {low} or more" if high is None else f" from {low} to {high}"


def _width(column: str) -> int:
    return {"title": 40, "note": 40, "source_url": 30, "trial_id": 16}.get(column, max(12, len(column) + 2))


_README = (
    "Enrolment of trials in the registry",
    "One row of the sheet trials is one report (a paper, a conference abstract). The other sheets hold what it reports; "
    "their rows name the trial in trial_id.",
    "Write what the report says, as it says it: .0024, not reached, 3-4 courses, 1.0-1.5 x 10^10. Nothing is converted.",
    "An empty cell means: not stated in what was read. Where there was none, write none.",
    "Every row has its source: source_url, and in locator the place (abstract, Table 2).",
    "Bold columns are needed. A row of trials can be enrolled once it has an author, PMID or DOI; design; product; "
    "publication_type; n_total or n_cik; a tumour in the sheet entities; source_url and locator.",
    "Groups are cik, control or all, with an arm after a colon where there are several: control:tace.",
    "Reports of the same patients share a cohort: write there the trial_id of the earlier report.",
    "A tumour that the list does not know needs a row in the sheet tumours: its entity and organ system.",
    "To empty a cell that the registry has filled, write [empty]; an empty cell never erases.",
    "Columns may be moved or left out; they are known by their names in the first line.",
    "Check the file:  ircc enrol FILE        Enrol it:  ircc enrol FILE --write        See it before:  ircc preview FILE",
)


def enrolled_rows(raw: Path, trial_ids: list[str]) -> dict[str, list[dict[str, str]]]:
    """What the registry holds of some trials, by table, as text."""
    from ircc_lib.enrolment.writing.tables import raw_rows

    found = {}
    for table in sheet_tables():
        rows = raw_rows(raw, table)
        found[table] = [row for row in rows if row.get("trial_id") in trial_ids] if table != "tumours" else []
    return found

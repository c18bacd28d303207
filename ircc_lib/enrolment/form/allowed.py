"""The table of allowed values that the guide for registrars holds, made from the rules.

``python -m ircc_lib.enrolment.form.allowed docs/adding-a-trial.md`` writes it anew.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from ircc_lib.enrolment.columns import about as about_column
from ircc_lib.enrolment.columns import allowed_values, bounds, kind, needed, pattern_of, sheet_columns, sheet_tables
from ircc_lib.files import write_file
from ircc_lib.registry.schema.tables import raw_schemas

BEGIN, END = "<!-- allowed values: made from the rules -->", "<!-- end of allowed values -->"


def allowed_table() -> str:
    """Markdown: each sheet's columns that take only some values, and which."""
    lines = ["| sheet | column | what | allowed |", "|---|---|---|---|"]
    for table in sheet_tables():
        for column in sheet_columns(table):
            allowed = _allowed(table, column)
            if allowed and column != "trial_id":
                name = f"**{column}**" if column in needed(table) else column
                what = (raw_schemas()[table].columns[column].description or "").replace("|", "/")
                lines.append(f"| {table} | {name} | {what} | {allowed} |")
    return "\n".join(lines)


def _allowed(table: str, column: str) -> str:
    if values := allowed_values(table, column):
        return ", ".join(f"`{value}`" for value in values)
    metadata = about_column(table, column)
    if pattern_of(table, column):
        return str(metadata.get("form") or "as in the rules").replace("|", "/")
    if kind(table, column) == "text":
        return ""
    low, high = bounds(table, column)
    what = "whole number" if kind(table, column) == "count" else "number"
    unit = f" ({metadata['unit']})" if metadata.get("unit") else ""
    if low is not None and high is not None:
        return f"{what}, {low:g} to {high:g}{unit}"
    return f"{what}{f', {low:g} or more' if low is not None else ''}{unit}"


def put_into(text: str) -> str:
    """A page with the table between its two marks made anew."""
    block = f"{BEGIN}\n{allowed_table()}\n{END}"
    return re.sub(re.escape(BEGIN) + r".*?" + re.escape(END), lambda _: block, text, flags=re.S)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        page = Path(name)
        write_file(page, put_into(page.read_text(encoding="utf-8")))

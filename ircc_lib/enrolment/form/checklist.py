"""The reporting standard as a sheet that counts, while a workbook is filled, which of its items are there."""

from __future__ import annotations

import re
from typing import Any

from ircc_lib.analysis.standard.items import FILE, Item, read_items
from ircc_lib.enrolment.columns import sheet_columns, sheet_tables
from ircc_lib.registry.editions import project_root
from ircc_lib.registry.schema.tables import raw_schemas


def standard_items() -> list[Item]:
    """The items of ``data/reporting_standard.csv``, those asked even of an abstract first; none where it is not at hand."""
    return sorted(read_items(), key=lambda item: not item.in_abstract) if (project_root() / FILE).is_file() else []


def columns_of(item: Item) -> list[tuple[str, str]]:
    """The columns of the registry in which an item is found: table and column."""
    named = re.findall(r"\b([a-z_]+)\.([a-z_]+)", item.rule)
    for table, inside, after in re.findall(r"\b([a-z_]+)\[([^\]]*)\](?:\s*:\s*(\([^)]*\)|[a-z_]+))?", item.rule):
        named += [(table, word) for word in re.findall(r"[a-z_]+", f"{inside} {after}") if word != "trial_id"]
    found = []
    for table, column in named:
        if table in sheet_tables():
            columns = raw_schemas()[table].columns
            found += [(table, one) for one in (column, column.removesuffix("_reported")) if one in columns][:1]
    return list(dict.fromkeys(found))


def write_checklist(book: Any, bold: Any, wrapped: Any) -> None:
    """A sheet ``Checklist``: each item, whether it is essential, and a live count of the filled cells."""
    from xlsxwriter.utility import xl_col_to_name

    items = standard_items()
    sheet = book.add_worksheet("Checklist")
    heads = (
        ("item", 10), ("what", 60), ("essential", 12), ("columns", 50), ("filled cells", 14), ("there", 10),
        ("asked of an abstract", 12),
    )  # fmt: skip
    for at, (head, width) in enumerate(heads):
        sheet.set_column(at, at, width, wrapped)
        sheet.write_string(0, at, head, bold)
    for at, item in enumerate(items, start=1):
        columns = columns_of(item)
        sheet.write_string(at, 0, item.item_id)
        sheet.write_string(at, 1, item.item, wrapped)
        sheet.write_string(at, 2, "yes" if item.essential else "desirable")
        sheet.write_string(at, 6, "yes" if item.in_abstract else "")
        sheet.write_string(
            at, 3, "; ".join(f"{table}.{column}" for table, column in columns) or "no column yet", wrapped
        )
        if columns:
            counts = []
            for table, column in columns:
                letter = xl_col_to_name(sheet_columns(table).index(column))
                counts.append(f"COUNTA('{table}'!${letter}$2:${letter}$5000)")
            sheet.write_formula(at, 4, "=" + "+".join(counts), None, 0)
            sheet.write_formula(at, 5, f'=IF(E{at + 1}>0,"yes","")', None, "")
    end = len(items) + 1
    sheet.write_string(end, 1, "items that are there", bold)
    sheet.write_formula(end, 4, f'=COUNTIF(F2:F{end},"yes")', bold, 0)
    sheet.write_string(end + 1, 1, "essential items that are missing", bold)
    missing = f'=COUNTIFS(C2:C{end},"yes",E2:E{end},0)'
    sheet.write_formula(end + 1, 4, missing, bold, 0)
    sheet.freeze_panes(1, 0)

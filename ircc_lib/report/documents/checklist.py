"""The reporting standard as a checklist that an author fills in before submitting, as CONSORT offers one.

Equal items give equal bytes: no time and no author is written into the files.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING, Any

from ircc_lib.files import as_said
from ircc_lib.text import capital

if TYPE_CHECKING:
    from ircc_lib.analysis.standard.items import Item

TITLE = "Reporting checklist for clinical trials of CIK cells"
INTRODUCTION = (
    "Items proposed by the international registry on CIK cells (IRCC). Essential items are those without which a "
    "result cannot be judged or pooled. Give the page on which each is reported, or say why it does not apply. "
    "Items marked with an asterisk belong in the abstract as well (CONSORT for Abstracts)."
)
COLUMNS = ("Item", "What to report", "Example of good reporting", "Reported on page")
_EPOCH = dt.datetime(2020, 1, 1)
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def checklist_docx(items: list[Item]) -> bytes:
    """The checklist as a Word document.

    Parameters
    ----------
    items : list of Item
        As `read_items` returns them.

    Returns
    -------
    bytes
        A .docx file: a table per domain, with a column for the page number.

    Examples
    --------
    >>> from ircc_lib.analysis.standard.items import read_items
    >>> checklist_docx(read_items())[:2]
    b'PK'
    """
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm, Pt

    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = Cm(1.8)
    document.styles["Normal"].font.size = Pt(9.5)
    document.core_properties.title = as_said(TITLE)
    document.core_properties.author = "The IRCC contributors"
    document.core_properties.created = document.core_properties.modified = _EPOCH
    document.add_heading(as_said(TITLE), level=1)
    document.add_paragraph(as_said(INTRODUCTION))
    for domain, inside in by_domain(items).items():
        document.add_heading(capital(domain), level=2)
        table = document.add_table(rows=1, cols=len(COLUMNS), style="Table Grid")
        for cell, words in zip(table.rows[0].cells, COLUMNS, strict=True):
            cell.paragraphs[0].add_run(words).bold = True
        _repeat_on_each_page(table.rows[0])
        for item in inside:
            cells = table.add_row().cells
            _name(cells[0], item)
            cells[1].paragraphs[0].add_run(item.item).bold = item.essential
            cells[1].add_paragraph(f"Why: {item.why}")
            cells[2].text = item.example
        table.autofit = False
        for column, width in zip(table.columns, (2.2, 11.4, 9.0, 3.4), strict=True):
            column.width = Cm(width)
            for cell in column.cells:
                cell.width = Cm(width)
    document.add_heading("Sources", level=2)
    for item in items:
        document.add_paragraph(f"{item.item_id}: {item.sources}")
    target = io.BytesIO()
    document.save(target)
    return _without_times(target.getvalue())


def checklist_xlsx(items: list[Item]) -> bytes:
    """The checklist as a workbook, with a column for the page and a live count of what is filled in.

    Parameters
    ----------
    items : list of Item
        As `read_items` returns them.

    Examples
    --------
    >>> from ircc_lib.analysis.standard.items import read_items
    >>> checklist_xlsx(read_items())[:2]
    b'PK'
    """
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"title": as_said(TITLE), "author": "The IRCC contributors", "created": _EPOCH})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        bold = book.add_format({"text_wrap": True, "valign": "top", "bold": True})
        head = book.add_format({"bold": True, "bg_color": "#dce9f3", "valign": "top", "text_wrap": True})
        typed = book.add_format({"num_format": "@", "bg_color": "#fffbe6", "valign": "top", "border": 1})
        sheet = book.add_worksheet("Checklist")
        sheet.set_column("A:A", 8)
        sheet.set_column("B:B", 15)
        sheet.set_column("C:C", 52)
        sheet.set_column("D:D", 11)
        sheet.set_column("E:E", 46)
        sheet.set_column("F:F", 14)
        sheet.write(0, 0, as_said(TITLE), book.add_format({"bold": True, "font_size": 14}))
        last = 4 + len(items)
        sheet.write(1, 0, f"Filled in of {len(items)} items:")
        sheet.write_formula(1, 2, f"=COUNTA(F5:F{last})", plain, 0)
        header = ("Item", "Domain", "What to report", "Level", "Example of good reporting", "Reported on page")
        sheet.write_row(3, 0, header, head)
        for row, item in enumerate(items, start=4):
            look = bold if item.essential else plain
            level = "essential" if item.essential else "desirable"
            sheet.write_string(row, 0, item.item_id + ("*" if item.in_abstract else ""), look)
            sheet.write_string(row, 1, item.domain, plain)
            sheet.write_string(row, 2, item.item, look)
            sheet.write_string(row, 3, level, plain)
            sheet.write_string(row, 4, item.example, plain)
            sheet.write_blank(row, 5, None, typed)
        sheet.freeze_panes(4, 0)
        sheet.repeat_rows(3)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    return target.getvalue()


def checklist_md(items: list[Item]) -> str:
    """The checklist as Markdown.

    Parameters
    ----------
    items : list of Item
        As `read_items` returns them.

    Examples
    --------
    >>> from ircc_lib.analysis.standard.items import read_items
    >>> checklist_md(read_items()).splitlines()[0]
    '# Reporting checklist for clinical trials of CIK cells'
    """
    lines = [
        f"# {TITLE}",
        "",
        INTRODUCTION,
        "",
        "To fill in: [Word](reporting-checklist.docx), [Excel](reporting-checklist.xlsx); every edition of the report "
        "has them too. All are made from `data/reporting_standard.csv` by `python -m ircc_lib.report.documents docs`.",
    ]
    for domain, inside in by_domain(items).items():
        lines += ["", f"## {capital(domain)}", "", "| item | what to report | example | page |", "|---|---|---|---|"]
        for item in inside:
            level = "essential" if item.essential else "desirable"
            mark = "*" if item.in_abstract else ""
            cells = (f"{item.item_id}{mark}, {level}", f"**{item.item}**. {item.why}", item.example, "")
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join([*lines, "", "## Sources", "", *(f"- {item.item_id}: {item.sources}" for item in items), ""])


def by_domain(items: list[Item]) -> dict[str, list[Item]]:
    """The items under their domains, in their order."""
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(item.domain, []).append(item)
    return found


def _name(cell: Any, item: Item) -> None:
    cell.paragraphs[0].add_run(item.item_id + ("*" if item.in_abstract else "")).bold = item.essential
    if not item.essential:
        cell.add_paragraph("desirable")


def _repeat_on_each_page(row: Any) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _without_times(package: bytes) -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as given,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in given.namelist():
            made.writestr(zipfile.ZipInfo(name, _NO_TIME), given.read(name), zipfile.ZIP_DEFLATED)
    return target.getvalue()

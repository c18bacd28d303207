"""``python -m ircc_lib.report.documents FOLDER`` writes the reporting checklist as .md, .docx and .xlsx."""

from __future__ import annotations

import sys
from pathlib import Path

from ircc_lib.analysis.standard.items import read_items
from ircc_lib.files import write_file
from ircc_lib.report.documents.checklist import checklist_docx, checklist_md, checklist_xlsx


def write_checklists(folder: Path) -> None:
    """Write ``reporting-checklist`` into a folder, as text, for Word and for Excel."""
    items = read_items()
    write_file(folder / "reporting-checklist.md", checklist_md(items))
    write_file(folder / "reporting-checklist.docx", checklist_docx(items))
    write_file(folder / "reporting-checklist.xlsx", checklist_xlsx(items))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m ircc_lib.report.documents FOLDER")
    write_checklists(Path(sys.argv[1]))

"""The checklist for authors: what it holds, and that offices open it."""

import io
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from docx import Document

from ircc_lib.analysis.standard.items import read_items
from ircc_lib.report.documents import checklist_docx, checklist_xlsx
from ircc_lib.report.documents.__main__ import write_checklists

DOCS = Path(__file__).parents[3] / "docs"


def test_both_files_hold_every_item_with_a_column_for_the_page():
    items = read_items()
    document = Document(io.BytesIO(checklist_docx(items)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    sheet = openpyxl.load_workbook(io.BytesIO(checklist_xlsx(items))).active
    typed = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    for item in items:
        assert any(item.item in text for text in cells) and item.item in typed
    assert "Reported on page" in cells and "Reported on page" in typed


def test_equal_items_give_equal_bytes_and_a_changed_one_others():
    items = read_items()
    changed = [replace(items[0], item="Something else"), *items[1:]]
    for make in (checklist_docx, checklist_xlsx):
        assert make(items) == make(items) != make(changed)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_the_document(tmp_path):
    path = tmp_path / "checklist.docx"
    path.write_bytes(checklist_docx(read_items()))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)],
        check=True, timeout=180, capture_output=True,
    )  # fmt: skip
    assert (tmp_path / "checklist.pdf").read_bytes().startswith(b"%PDF")


def test_the_documents_of_the_project_are_in_step_with_the_items(tmp_path):
    write_checklists(tmp_path)
    for made in tmp_path.iterdir():
        assert (DOCS / made.name).read_bytes() == made.read_bytes(), (
            f"run: python -m ircc_lib.report.documents docs ({made.name})"
        )

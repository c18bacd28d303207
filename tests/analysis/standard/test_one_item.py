"""One item of ``data/reporting_standard.csv`` changes: what shows it changes with it, and nothing else does."""

import csv
import io
import shutil
import sys
from pathlib import Path

import openpyxl
import pytest
from docx import Document

import ircc_lib as ircc
from ircc_lib.enrolment.form.workbook import make_workbook
from ircc_lib.report.documents.__main__ import write_checklists
from ircc_lib.report.site.pages.checklist import write_checklist
from ircc_lib.report.site.sitemap import SiteMap
from tests.registry.cells import NOTEBOOKS, run_cells

ROOT = Path(__file__).parents[3]
OLD, NEW = "Phase of the trial", "Phase of the trial, and of its extension"
SHOWING = {"10_standard", "trials"}
"""The chapter of the standard, and the records, each of which is held to it."""


@pytest.fixture
def changed(tmp_path, monkeypatch):
    """A project whose item DE-1 reads otherwise and is asked of registered trials alone."""
    shutil.copy(ROOT / "editions.toml", tmp_path)
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("processed", "enrolments"))
    path = tmp_path / "data" / "reporting_standard.csv"
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    item = next(row for row in rows if row["item_id"] == "DE-1")
    item |= {"item": NEW, "short": "Phase, with its extension", "applies_when": "trials.registration_id_reported"}
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_chapter_changes_in_that_item_alone(reg, changed, monkeypatch):
    after, now = ircc.standard.score(reg), ircc.standard.items_table().data
    monkeypatch.chdir(ROOT)
    before, then = ircc.standard.score(reg), ircc.standard.items_table().data
    same = before["item_id"].ne("DE-1")
    assert after[same].equals(before[same])
    assert (after.loc[~same, "status"] != before.loc[~same, "status"]).sum() > 100
    assert list(now["item_id"][now.ne(then).any(axis="columns")]) == ["DE-1"]


def test_checklists_and_workbook_change_with_it(changed, tmp_path):
    folder = tmp_path / "made"
    folder.mkdir()
    write_checklists(folder)
    write_checklist(SiteMap.empty(), folder)
    for name in ("reporting-checklist.md", "reporting-checklist.html"):
        assert NEW in (folder / name).read_text(encoding="utf-8")
    document = Document(folder / "reporting-checklist.docx")
    assert NEW in "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    for book in (folder / "reporting-checklist.xlsx", io.BytesIO(make_workbook())):
        sheet = openpyxl.load_workbook(book)["Checklist"]
        typed = [str(cell.value) for row in sheet.iter_rows() for cell in row]
        assert NEW in typed and OLD not in typed


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """The trials of one country: enough for every chapter, and quick."""
    return ircc.load_registry(ROOT / "data/raw").select(country="Germany").save(
        tmp_path_factory.mktemp("few") / "cleaned", formats=["arrow"]
    )  # fmt: skip


_opened: set[str] = set()


@pytest.fixture(scope="module", autouse=True)
def _watch():
    def note(event, arguments):
        if event == "open" and str(arguments[0]).endswith("reporting_standard.csv"):
            _opened.add(str(arguments[0]))

    sys.addaudithook(note)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_other_page_reads_the_standard(notebook, few):
    _opened.clear()
    run_cells(notebook, few, entity="hepatocellular carcinoma" if notebook.stem == "entity" else None)
    assert bool(_opened) == (notebook.stem in SHOWING)


@pytest.mark.parametrize("edition", ircc.editions()["name"])
def test_the_chapter_runs_in_every_edition(edition):
    chapter = next(path for path in NOTEBOOKS if path.stem == "10_standard")
    assert run_cells(chapter, ROOT / "data/raw", edition=edition) > 10

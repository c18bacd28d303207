"""The form: made from the rules, with lists that every program keeps."""

import shutil
import subprocess

import openpyxl
import pytest

from ircc_lib.enrolment.form.checklist import columns_of, standard_items
from ircc_lib.registry.schema.tables import raw_schemas


@pytest.fixture
def form(project):
    project.run("workbook", expect=0)
    return project.folder / "trials.xlsx"


def lists_of(path) -> dict[tuple[str, str], str]:
    book = openpyxl.load_workbook(path)
    found = {}
    for sheet in book:
        head = {cell.column_letter: cell.value for cell in sheet[1]}
        for rule in sheet.data_validations.dataValidation:
            if rule.type == "list":
                for area in str(rule.sqref).split():
                    letter = "".join(filter(str.isalpha, area.split(":")[0]))
                    found[sheet.title, head[letter]] = rule.formula1.lstrip("=")
    return found


def test_every_column_of_the_rules_is_there(form):
    book = openpyxl.load_workbook(form)
    for table, schema in raw_schemas().items():
        if "trial_id" in schema.columns:
            assert sorted(cell.value for cell in book[table][1]) == sorted(schema.columns)
    assert {"Read me", "Checklist", "lists", "tumours"} <= set(book.sheetnames)
    assert book["lists"].sheet_state == "hidden"


def test_closed_lists_are_named_ranges_however_long(form):
    lists, book = lists_of(form), openpyxl.load_workbook(form)
    for table, column, value in (
        ("trials", "design", "randomised"),
        ("medians", "endpoint", "OS"),
        ("medians", "group", "cik"),
    ):
        name = lists[table, column]
        sheet, area = next(book.defined_names[name].destinations)
        assert value in [cell.value for (cell,) in book[sheet][area]]
    sheet, area = next(book.defined_names[lists["entities", "tumour_reported"]].destinations)
    assert sum(len(str(cell.value)) for (cell,) in book[sheet][area]) > 255


def test_text_columns_are_text_and_messages_fit_the_file_format(form):
    book = openpyxl.load_workbook(form)
    sheet = book["trials"]
    letters = {cell.value: cell.column_letter for cell in sheet[1]}
    rules = [rule for one in book for rule in one.data_validations.dataValidation]
    assert rules and all(len(rule.promptTitle or "") <= 32 and len(rule.prompt or "") <= 255 for rule in rules)
    assert all(len(rule.error or "") <= 224 for rule in rules)
    assert sheet.column_dimensions[letters["phase"]].style or letters["phase"]


def test_the_checklist_counts_what_is_filled(form):
    sheet = openpyxl.load_workbook(form)["Checklist"]
    formulas = {row[0].value: row[4].value for row in sheet.iter_rows(min_row=2) if row[0].value}
    items = standard_items()
    assert len(formulas) == len(items)
    for item in items:
        assert bool(formulas[item.item_id]) == bool(columns_of(item))
    assert "'trials'!$" in formulas["ID-1"]


def test_a_workbook_of_earlier_rules_is_read_by_its_own_columns(project):
    path = project.fill()
    book = openpyxl.load_workbook(path)
    book.properties.description = "template 1, rules 000000000000"
    book["trials"].delete_cols(4)
    book.save(path)
    assert "earlier rules" in project.run("enrol", path)


def test_an_unknown_trial_is_refused_with_a_guess(project):
    assert "did you mean" in project.run("workbook", "--trial", "Lee2014", expect=2)


OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.mark.skipif(not OFFICE, reason="LibreOffice is not installed (apt-get install libreoffice-calc)")
def test_libreoffice_keeps_lists_and_cells_and_counts_the_checklist(project):
    path = project.fill()
    out = project.folder / "office"
    command = [OFFICE, f"-env:UserInstallation=file://{project.folder}/profile", "--headless", "--convert-to", "xlsx",
               "--outdir", str(out), str(path)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    saved = out / path.name
    assert set(lists_of(saved)) == set(lists_of(path))
    counted = openpyxl.load_workbook(saved, data_only=True)["Checklist"]
    values = {row[0].value: row[4].value for row in counted.iter_rows(min_row=2) if row[0].value}
    assert values["ID-1"] == 1  # a DOI, and no PMID
    project.run("enrol", saved, "--write", "--yes", expect=0)
    assert project.rows("trials", trial_id="Doe2019")[0]["phase"] == "1/2"
    assert project.rows("medians", trial_id="Doe2019", group="cik")[0]["median_reported"] == "36.5"

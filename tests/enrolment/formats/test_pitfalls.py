"""What spreadsheets do to cells, each as a workbook and as CSV: detected, and what becomes of it."""

import csv
import datetime
from types import SimpleNamespace

import openpyxl
import pytest

from ircc_lib.enrolment.checking.plan import make_plan
from ircc_lib.enrolment.checking.repairs import repair_rows
from ircc_lib.enrolment.decisions import Decisions
from ircc_lib.enrolment.readers import read_files
from tests.enrolment.conftest import DOE


def plan_of(project, path, *answers):
    decisions = Decisions.of(answers)
    return make_plan(read_files([path], decisions), project.raw, decisions)


def read(project, path, *answers):
    """A file as it is read and repaired, without the check of the whole registry."""
    decisions = Decisions.of(answers)
    (bundle,) = read_files([path], decisions)
    repair_rows(bundle, decisions, ("gastric cancer",))
    return SimpleNamespace(
        bundles=[bundle],
        repairs=[one for one in bundle.findings if one.level == "repair"],
        questions=[one for one in bundle.findings if one.level == "question" and decisions.answer(one) is None],
        errors=[one for one in bundle.findings if one.level == "error"],
    )


def as_csv(project, table, rows, *, delimiter=",", encoding="utf-8", name="rows.csv"):
    path = project.folder / name
    with open(path, "w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def trial(**cells):
    return {**DOE, "trials": [DOE["trials"][0] | cells]}


REPAIRED = [
    ("trials", "followup_months", "57,2", "57.2", "decimal comma"),
    ("medians", "median_reported", "36,5", "36.5", "decimal comma"),
    ("trials", "cells_reported", "0,5–1,5 × 10^8/kg", "0.5-1.5 × 10^8/kg", "decimal comma"),
    ("trials", "phase", "2-Jan", "1/2", "date from text"),
    ("trials", "phase", "01. Feb", "1/2", "date from text"),
    ("trials", "infusions_reported", "04. Mrz", "3-4", "date from text"),
    ("trials", "design", "Single arm", "single_arm", "word of the list"),
    ("trials", "country", "Deutschland", "Germany", "word of the list"),
    ("trials", "country", "中国", "China", "word of the list"),
    ("trials", "publication_type", "Article", "article", "word of the list"),
    ("trials", "n_total", "1,080", "1080", "thousands comma"),
    ("trials", "setting", "n/a", "", "unknown"),
    ("trials", "setting", "k. A.", "", "unknown"),
    ("trials", "phase", "'2", "2", "apostrophe"),
    ("trials", "phase", "Ⅱ".replace("Ⅱ", "II"), "2", "word of the list"),
    ("trials", "n_cik", "４０", "40", "characters"),
    ("trials", "setting", "after\u00a0surgery", "after surgery", "characters"),
    ("trials", "cells_reported", "1.0 x 10⁹ per infusion", "1.0 x 10^9 per infusion", "characters"),
    ("trials", "enrol_start", "01.07.2008", "2008-07-01", "date"),
    ("trials", "enrol_start", "July 2008", "2008-07", "date"),
    ("trials", "source_url", "www.example.org/x", "https://www.example.org/x", "web address"),
]


@pytest.mark.parametrize(("table", "column", "typed", "becomes", "rule"), REPAIRED)
@pytest.mark.parametrize("form", ["workbook", "csv"])
def test_a_repair_is_proposed(project, form, table, column, typed, becomes, rule):
    rows = [row | {column: typed} for row in DOE[table][:1]]
    path = project.fill({table: rows}) if form == "workbook" else as_csv(project, table, rows)
    plan = read(project, path)
    repairs = [one for one in plan.repairs if one.column == column]
    assert repairs[-1].rule == rule and repairs[-1].becomes == becomes and repairs[0].place
    assert plan.bundles[0].of(table)[0].cells.get(column, "") == becomes


@pytest.mark.parametrize(
    ("column", "value", "shown", "becomes"),
    [
        ("phase", datetime.datetime(2026, 2, 1), "dd. mmm", "1/2"),
        ("phase", datetime.datetime(2026, 1, 2), "d-mmm", "1/2"),
        ("infusions_reported", datetime.datetime(2026, 4, 3), "d-mmm", "3-4"),
        ("enrol_start", datetime.datetime(2008, 7, 1), "mmm yy", "2008-07"),
        ("enrol_start", datetime.datetime(2008, 7, 4), "dd.mm.yyyy", "2008-07-04"),
        ("pmid", 41591582, "0.00E+00", "41591582"),
    ],
)
def test_cells_that_only_a_workbook_has(project, column, value, shown, becomes):
    path = project.fill(trial(**{column: value}))
    book = openpyxl.load_workbook(path)
    cell = next(cell for cell in book["trials"][2] if book["trials"].cell(1, cell.column).value == column)
    cell.number_format = shown
    book.save(path)
    plan = read(project, path)
    assert plan.bundles[0].of("trials")[0].cells[column] == becomes
    assert [one.becomes for one in plan.repairs if one.column == column] == [becomes]


def test_a_percent_cell_is_read_as_it_is_shown(project):
    rows = [
        {"trial_id": "Doe2019", "endpoint": "OS", "group": "cik", "time": 5, "unit": "years", "survival_pct": 0.448}
    ]
    path = project.fill({"landmarks": rows})
    book = openpyxl.load_workbook(path)
    column = next(cell.column for cell in book["landmarks"][1] if cell.value == "survival_pct")
    book["landmarks"].cell(2, column).number_format = "0.0%"
    book.save(path)
    plan = read(project, path)
    assert plan.bundles[0].of("landmarks")[0].cells["survival_pct"] == "44.8"
    assert [one.rule for one in plan.repairs] == ["percent cell"]


@pytest.mark.parametrize(
    ("table", "column", "typed"),
    [
        ("medians", "median_reported", "NR"),
        ("trials", "followup_months", "1,234"),
        ("trials", "design", "some sort of trial"),
        ("trials", "setting", "after ?peration a?b"),
    ],
)
@pytest.mark.parametrize("form", ["workbook", "csv"])
def test_a_question_is_asked(project, form, table, column, typed):
    rows = [row | {column: typed} for row in DOE[table][:1]]
    path = project.fill({table: rows}) if form == "workbook" else as_csv(project, table, rows)
    assert [one.column for one in read(project, path).questions if one.column == column]


def test_an_answer_settles_a_question(project):
    rows = {**DOE, "medians": [DOE["medians"][0] | {"median_reported": "NR"}]}
    path = project.fill(rows)
    key = next(one.key for one in read(project, path).questions if one.column == "median_reported")
    plan = read(project, path, f"{key}=not reached")
    assert plan.bundles[0].of("medians")[0].cells["median_reported"] == "not reached"
    assert not plan.questions


def test_formulas_give_their_value_and_errors_are_errors(project):
    path = project.fill(trial(n_total="=40+40", setting="=-abc"))
    said = read(project, path)  # openpyxl writes no values, as programs that do not calculate
    assert [one.column for one in said.errors if "formula" in one.why] == ["setting", "n_total"] or {
        one.column for one in said.errors if "formula" in one.why
    } == {"n_total", "setting"}
    path = project.fill(trial(setting="#NAME?"))
    assert [one.column for one in read(project, path).errors if "spreadsheet" in one.why] == ["setting"]


def test_merged_ids_are_filled_down(project):
    rows = {**DOE, "medians": [DOE["medians"][0], {**DOE["medians"][1], "trial_id": None}]}
    path = project.fill(rows)
    book = openpyxl.load_workbook(path)
    book["medians"].merge_cells("A2:A3")
    book.save(path)
    plan = read(project, path)
    assert [row.trial for row in plan.bundles[0].of("medians")] == ["Doe2019", "Doe2019"]
    assert "merged cells" in {one.rule for one in plan.repairs}


def test_a_row_without_id_belongs_to_the_trial_above(project):
    rows = {**DOE, "medians": [DOE["medians"][0], {**DOE["medians"][1], "trial_id": None}]}
    plan = read(project, project.fill(rows))
    assert [one.becomes for one in plan.repairs if one.rule == "fill down"] == ["Doe2019"]


def test_hidden_rows_are_left_and_it_is_said(project):
    path = project.fill()
    book = openpyxl.load_workbook(path)
    book["medians"].row_dimensions[3].hidden = True
    book.save(path)
    plan = read(project, path)
    assert len(plan.bundles[0].of("medians")) == 1
    key = next(one.key for one in plan.questions if "hidden" in one.why)
    assert len(read(project, path, f"{key}=read").bundles[0].of("medians")) == 2


def test_unknown_sheets_and_columns_are_named_and_left(project):
    path = project.fill()
    book = openpyxl.load_workbook(path)
    book.create_sheet("my notes")["A1"] = "x"
    sheet = book["medians"]
    sheet.cell(1, sheet.max_column + 1).value = "mood"
    book.save(path)
    said = project.run("enrol", path)
    assert "my notes" in said and "mood" in said


def test_moved_columns_are_known_by_their_name(project):
    rows = [dict(reversed(DOE["trials"][0].items()))]
    plan = read(project, as_csv(project, "trials", rows))
    assert plan.bundles[0].of("trials")[0].cells["n_cik"] == "40"


@pytest.mark.parametrize(
    ("delimiter", "encoding", "rule"),
    [(";", "utf-8-sig", "separator"), (";", "cp1252", "encoding"), ("\t", "utf-16", "encoding")],
)
def test_a_csv_is_read_however_it_was_saved(project, delimiter, encoding, rule):
    rows = [DOE["trials"][0] | {"title": "Zellen für Köln, ± PSM"}]
    plan = read(project, as_csv(project, "trials", rows, delimiter=delimiter, encoding=encoding))
    assert plan.bundles[0].of("trials")[0].cells["title"] == "Zellen für Köln, ± PSM"
    assert rule in {one.rule for one in plan.repairs}


def test_a_csv_with_a_hint_trailing_signs_and_line_breaks_is_read(project):
    path = project.folder / "rows.csv"
    text = 'sep=;\r\ntrial_id;title;n_total;;;\r\nDoe2019;"two\nlines";80;;;\r\n;;;;;\r\n'
    path.write_bytes(text.encode())
    plan = read(project, path)
    row = plan.bundles[0].of("trials")[0]
    assert row.cells["n_total"] == "80" and "rows.csv:3" in row.places["n_total"]


def test_dragged_ids_are_asked_about(project):
    rows = [
        DOE["trials"][0] | {"trial_id": f"Doe{year}", "doi": "", "pmid": str(30000000 + year)}
        for year in (2019, 2020, 2021)
    ]
    plan = read(project, as_csv(project, "trials", rows))
    assert {one.column for one in plan.questions if "dragged" in one.why} == {"trial_id", "pmid"}


def test_the_same_trial_twice_in_a_sheet_is_an_error(project):
    plan = plan_of(project, project.fill({**DOE, "trials": DOE["trials"] * 2}))
    assert any("there twice" in one.why for one in plan.errors)


def test_rows_of_a_trial_that_is_nowhere_are_errors(project):
    plan = plan_of(project, project.fill({"medians": [DOE["medians"][0] | {"trial_id": "Nobody1999"}]}))
    assert plan.errors and plan.errors[0].place.startswith("medians!")
    assert plan.nothing_to_write


def test_text_that_a_spreadsheet_would_run_stays_text(project):
    path = as_csv(project, "trials", [DOE["trials"][0] | {"note": "@SUM(A1)", "setting": "=cmd|'/c calc'!A1"}])
    plan = read(project, path)
    assert plan.bundles[0].of("trials")[0].cells["note"] == "@SUM(A1)"


def test_the_checked_file_is_the_form_to_go_on_with(project):
    path = project.fill(trial(followup_months="57,2", design="some sort of trial"))
    project.run("enrol", path, expect=2)
    book = openpyxl.load_workbook(project.folder / "filled.check.xlsx")
    sheet = book["trials"]
    cells = {sheet.cell(1, cell.column).value: cell for cell in sheet[2]}
    assert cells["followup_months"].value == 57.2 and "57,2" in cells["followup_months"].comment.text
    assert cells["design"].fill.fgColor.rgb == "FFFFE699" and cells["followup_months"].fill.fgColor.rgb == "FFC6E0B4"
    assert book["Check"].max_row > 2

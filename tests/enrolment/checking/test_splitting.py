"""What people type beside a number, and cells that hold several: each number in its own cell, and shown."""

import csv
import datetime
import io

import openpyxl
import pytest

from ircc_lib.enrolment.checking.repairs import repair_rows
from ircc_lib.enrolment.decisions import Decisions
from ircc_lib.enrolment.formats.sheets import read_csv, read_workbook


def repaired(table, cells, *answers):
    """A row as a CSV file, or as a workbook where a cell is no text, read and repaired."""
    decisions = Decisions.of(answers)
    row = {"trial_id": "Doe2019", **cells}
    if all(isinstance(value, str) for value in row.values()):
        text = io.StringIO()
        writer = csv.DictWriter(text, list(row))
        writer.writeheader()
        writer.writerow(row)
        bundle = read_csv(text.getvalue().encode(), "rows.csv", decisions)
    else:
        book, file = openpyxl.Workbook(), io.BytesIO()
        book.active.title = table
        book.active.append(list(row))
        book.active.append(list(row.values()))
        book.save(file)
        bundle = read_workbook(file.getvalue(), "rows.xlsx", decisions)
    repair_rows(bundle, decisions, ("gastric cancer",))
    return bundle.rows[0].cells, bundle.findings


RATIO, RATE = {"estimate": "0.62", "ci_low": "0.40", "ci_high": "0.96"}, {"endpoint": "OS", "group": "cik"}


@pytest.mark.parametrize(
    ("table", "typed", "meant"),
    [
        ("trials", {"n_cik": "34*", "n_total": "68†"}, {"n_cik": "34", "n_total": "68"}),
        ("trials", {"n_cik": "n=34", "n_total": "N = 68"}, {"n_cik": "34", "n_total": "68"}),
        ("trials", {"n_cik": "34 (56%)", "n_total": "61 patients"}, {"n_cik": "34", "n_total": "61"}),
        ("trials", {"n_cik": "1.024", "n_total": "2 048"}, {"n_cik": "1024", "n_total": "2048"}),
        ("trials", {"n_cik": 1.024, "n_total": "34例"}, {"n_cik": "1024", "n_total": "34"}),
        ("trials", {"n_cik": "３４", "year": "(2018)"}, {"n_cik": "34", "year": "2018"}),
        ("trials", {"age_median": "57 years", "followup_months": "2.5 years"}, {"age_median": "57", "followup_months": "30"}),
        ("trials", {"age_median": "57 (34-78)", "design": "x"}, {"age_median": "57", "note": "age_median 34-78"}),
        ("trials", {"enrol_start": "2008-2012", "year": "2018年"}, {"enrol_start": "2008", "enrol_end": "2012", "year": "2018"}),
        ("trials", {"enrol_start": "2008年1月", "enrol_end": "1 Dec 2012"}, {"enrol_start": "2008-01", "enrol_end": "2012-12-01"}),
        ("trials", {"enrol_start": "January 15, 2008", "enrol_end": "Dec-12"}, {"enrol_start": "2008-01-15", "enrol_end": "2012-12"}),
        ("trials", {"year": datetime.datetime(1905, 7, 10), "n_cik": datetime.datetime(1900, 2, 14)}, {"year": "2018", "n_cik": "45"}),
        ("trials", {"year": datetime.datetime(2018, 1, 1), "n_cik": 45}, {"year": "2018", "n_cik": "45"}),
        ("trials", {"pmid": "https://pubmed.ncbi.nlm.nih.gov/12345678/", "doi": "doi: 10.1000/ xyz."}, {"pmid": "12345678", "doi": "10.1000/xyz"}),
        ("trials", {"pmid": "12345678.0", "registration_id": "nct 01234567"}, {"pmid": "12345678", "registration_id": "NCT01234567"}),
        ("trials", {"trial_id": "D\u043e\u0435 2019".replace(" ", ""), "registration_id": "N\u0421T01234567"}, {"trial_id": "Doe2019", "registration_id": "NCT01234567"}),
        ("medians", {"group": "\u0441ik", "endpoint": "\u041eS"}, {"group": "cik", "endpoint": "OS"}),
        ("medians", {"group": "对照组", "median_reported": "14,2 Monate"}, {"group": "control", "median_reported": "14.2", "unit": "months"}),
        ("medians", {"group": "cik", "median_reported": "14·2*"}, {"median_reported": "14.2"}),
        ("medians", {"group": "cik", "median_reported": "14.2 (95% CI 12.0, 17.0)"}, {"median_reported": "14.2", "ci_low": "12.0", "ci_high": "17.0"}),
        ("landmarks", RATE | {"survival_pct": "20.5%", "time": "3-year"}, {"survival_pct": "20.5", "time": "3", "unit": "years"}),
        ("landmarks", RATE | {"survival_pct": "20,5 (12,1–30,3)"}, {"survival_pct": "20.5", "ci_low": "12.1", "ci_high": "30.3"}),
        ("comparisons", {"endpoint": "OS", "estimate": "HR 0.62 (95% CI 0.40-0.96)"}, RATIO),
        ("comparisons", {"endpoint": "OS", "estimate": "0.62", "ci_low": "0.40; 0.96"}, RATIO),
        ("comparisons", {"endpoint": "OS", "estimate": "0.62", "ci_low": "(0.40", "ci_high": "0.96)"}, RATIO),
        ("comparisons", {"endpoint": "OS", "estimate": "0·62", "ci_low": "0.40 to 0.96", "ci_high": "0.40 to 0.96"}, RATIO),
        ("adverse_events", {"group": "cik", "n_affected": "12/45 (26.7%)"}, {"n_affected": "12", "n_at_risk": "45", "pct": "26.7"}),
        ("adverse_events", {"group": "cik", "n_affected": "12 (26.7%)"}, {"n_affected": "12", "pct": "26.7"}),
        ("responses", {"group": "cik", "cr": "2 of 40", "pr": "16 (40%)"}, {"cr": "2", "n_evaluable": "40", "pr": "16"}),
    ],
)  # fmt: skip
def test_what_was_meant_is_proposed_and_shown(table, typed, meant):
    cells, findings = repaired(table, typed)
    assert {name: cells.get(name) for name in meant} == meant
    shown = {one.column: one.becomes for one in findings if one.level == "repair"}
    for column, text in meant.items():
        assert str(typed.get(column)) == text or shown[column] == text


@pytest.mark.parametrize(
    ("table", "column", "typed"),
    [
        ("trials", "n_cik", ">34"),
        ("trials", "n_cik", "34-56"),
        ("trials", "n_cik", "34+34"),
        ("trials", "n_cik", "34 (56)"),
        ("trials", "n_cik", "1.5"),
        ("trials", "followup_months", "30+"),
        ("landmarks", "survival_pct", "9/45"),
        ("medians", "median_reported", ">24"),
        ("comparisons", "estimate", "0.62 or 0.70"),
    ],
)
def test_what_may_be_read_in_several_ways_stays_as_found(table, column, typed):
    cells, _ = repaired(table, {"group": "cik", column: typed} if table == "medians" else {column: typed})
    assert cells[column] == typed


def test_a_pair_that_another_cell_contradicts_stays_as_found():
    cells, _ = repaired("adverse_events", {"group": "cik", "n_affected": "12/45", "n_at_risk": "44"})
    assert (cells["n_affected"], cells["n_at_risk"]) == ("12/45", "44")


@pytest.mark.parametrize(
    ("table", "column", "typed", "answer", "becomes"),
    [
        ("trials", "age_median", "57 ± 9", "mean", {"note": "mean instead of age_median: 57 ± 9"}),
        ("trials", "age_median", "57 ± 9", "median", {"age_median": "57", "note": "age_median ± 9"}),
        ("medians", "median_reported", "14.2±3.1", "mean", {"median_reported": "14.2", "statistic": "mean"}),
        ("medians", "median_reported", "14.2 (12-17)", "95 % interval", {"ci_low": "12", "ci_high": "17"}),
        ("medians", "median_reported", "14.2 (2-37)", "range or quartiles", {"note": "range or quartiles 2-37"}),
        ("trials", "enrol_start", "40909", "2012-01", {"enrol_start": "2012-01"}),
    ],
)
def test_what_only_the_registrar_knows_is_asked(table, column, typed, answer, becomes):
    cells, findings = repaired(table, {"group": "cik", column: typed} if table == "medians" else {column: typed})
    [question] = [one for one in findings if one.level == "question"]
    assert cells[column] == typed and answer in question.choices
    answered, _ = repaired(
        table, {"group": "cik", column: typed} if table == "medians" else {column: typed}, f"{question.key}={answer}"
    )
    assert {name: answered.get(name) for name in becomes} == becomes


def test_a_date_that_was_read_as_a_decimal_number_is_asked():
    _, findings = repaired("trials", {"enrol_start": 2012.1})
    assert [one.choices for one in findings if one.level == "question"] == [("2012-01", "2012-10", "...")]

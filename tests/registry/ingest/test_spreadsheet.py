"""What spreadsheets do to a table: passed over where it is harmless, else one sentence with the cure."""

import csv
import time

import pytest

import ircc_lib as ircc
from ircc_lib.registry.store import examine_registry
from tests.registry.made_up import MadeUp, write_registry


@pytest.fixture
def made(tmp_path) -> MadeUp:
    return MadeUp(tmp_path / "raw")


def spoil(made, table, change):
    write_registry(made.folder, made.tables)
    path = made.folder / f"{table}.csv"
    path.write_bytes(change(path.read_bytes()))
    return examine_registry(made.folder)


def test_commas_and_rows_of_nothing_at_the_end_are_passed_over(made):
    def change(content):
        lines = content.decode().splitlines()
        return "\r\n".join([*(line + ",,," for line in lines), "," * (lines[0].count(",") + 3), ",,,", ""]).encode()

    found = spoil(made, "trials", change)
    assert (found.problems, found.flags) == ([], [])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda content: content.replace(b",", b";"), "semicolons stand between the cells"),
        (lambda content: content.replace(b",", b"\t"), "tabs stand between the cells"),
        (lambda content: content.decode().encode("utf-16"), "the file is UTF-16"),
        (lambda content: content.replace(b'"Made"', "Mad\u00e9".encode("cp1252"), 1), "is not UTF-8"),
        (lambda content: content.replace(b',"country",', b",,", 1), "a column has no name"),
        (lambda content: b"x" + b",x" * 100_000 + b"\n", "too many columns"),
    ],
)
def test_a_file_that_is_no_csv_is_told_in_one_sentence(made, change, why):
    started = time.perf_counter()
    found = spoil(made, "trials", change)
    of_file = [problem for problem in found.problems if problem.file.endswith("trials.csv")]
    assert len(of_file) == 1 and why in of_file[0].why and of_file[0].allowed
    assert time.perf_counter() - started < 10


def test_a_column_without_a_name_is_told_by_number_and_neighbour(made):
    found = spoil(made, "medians", lambda content: content.replace(b',"statistic",', b",,", 1))
    [problem] = [one for one in found.problems if one.why == "a column has no name"]
    assert problem.column == "column 9, after median_reported"


@pytest.mark.parametrize(
    ("table", "cells", "why", "suggestion"),
    [
        ("trials", {"age_median": "57,2"}, "a decimal comma", "57.2"),
        ("landmarks", {"survival_pct": "20,5"}, "a decimal comma", "20.5"),
        ("trials", {"n_total": "1,000"}, "a comma in a number", ""),
        ("trials", {"n_total": "1.000"}, "a point in a whole number", "1000"),
        ("trials", {"n_total": "9E+01"}, "a number shown short, whose digits are lost", ""),
        ("trials", {"n_total": "90 (100%)"}, "not a whole number", "90"),
        ("landmarks", {"survival_pct": "20%"}, "not a number", "20"),
        ("trials", {"stage_reported": "03. Apr"}, "a spreadsheet has made a date of the cell", "3-4"),
        ("trials", {"phase": "2-Jan"}, "a spreadsheet has made a date of the cell", "1/2"),
        ("trials", {"phase": "Jan-02"}, "a spreadsheet has made a date of the cell", "1/2"),
        ("adverse_events", {"grade_reported": "4-Mar"}, "a spreadsheet has made a date of the cell", "3-4"),
        ("trials", {"journal": "#NAME?"}, "the cell is an error of the spreadsheet", ""),
        ("trials", {"n_total": "=A1+B1"}, "the cell is a formula", ""),
        ("trials", {"design": "Randomized"}, "the value is not allowed", "randomised"),
        ("medians", {"unit": "month"}, "the value is not allowed", "months"),
    ],
)
def test_a_mangled_cell_is_told_once_with_its_repair(made, table, cells, why, suggestion):
    made.set(table, 0, **cells)
    found = examine_registry(write_registry(made.folder, made.tables))
    [problem] = found.problems
    assert (problem.why, problem.suggestion, problem.line) == (why, suggestion, 2)
    assert problem.trial_id == "Made2018" and problem.cell.endswith("2")


def test_decimal_commas_of_a_whole_column_are_one_sentence(made):
    for _ in range(8):
        made.add("landmarks", 0, survival_pct="20,5")
    found = examine_registry(write_registry(made.folder, made.tables))
    [problem] = found.problems
    assert "in 8 cells of the column" in problem.why


def test_a_quote_that_is_never_closed_is_told_where_it_opened(made):
    made.set("medians", 0, note="a note of\ntwo lines")

    def change(content):
        return content + b'Made2018,OS,all,90,"12.0,median,months,,,,https://example.org,abstract,\nx,y\nz,"w",\n'

    found = spoil(made, "medians", change)
    [problem] = found.problems
    assert (problem.line, problem.column) == (5, "endpoint")


def test_errors_and_flags_are_told_in_one_round(made):
    made.set("trials", 0, title="").add("medians", 0, trial_id="Nobody2020").set("landmarks", 0, survival_pct="0.64")
    found = examine_registry(write_registry(made.folder, made.tables))
    assert {problem.column for problem in found.problems} == {"trial_id"}
    assert {"title", "survival_pct"} <= {flag.column for flag in found.flags}


def test_an_answered_flag_is_told_apart_until_the_cell_changes(made):
    made.set("trials", 0, age_median="5.7")
    made.tables["reviewed_flags"] = [
        {"trial_id": "Made2018", "table": "trials", "column": "age_median", "found": "5.7", "answer": "as printed"}
        | {"reviewed": "2026-11-25", "initials": "IRCC"}
    ]
    found = examine_registry(write_registry(made.folder, made.tables))
    assert found.flags == [] and [flag.column for flag in found.answered] == ["age_median"]
    assert ircc.load_registry(made.folder).flags["answer"].tolist() == ["as printed"]
    made.set("trials", 0, age_median="5.8")
    found = examine_registry(write_registry(made.folder, made.tables))
    assert [flag.column for flag in found.flags] == ["age_median"] and found.answered == []


def test_a_lone_carriage_return_stays_one_cell_in_what_is_written(made, tmp_path):
    made.set("trials", 0, note="one\r=1+1")
    made.load().save(tmp_path / "out")
    with open(tmp_path / "out" / "trials.csv", encoding="utf-8", newline="") as file:
        [row] = csv.DictReader(file)
    assert row["note"] == "one\r=1+1"


def test_a_cell_of_ten_megabytes_is_refused_in_words(made):
    made.set("trials", 0, note="x" * 10_000_000)
    found = examine_registry(write_registry(made.folder, made.tables))
    [problem] = found.problems
    assert "longer than any figure or note" in problem.why and len(str(problem)) < 500

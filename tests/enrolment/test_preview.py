"""Finding a trial, and seeing one before it is enrolled."""

import re

import pytest

from tests.enrolment.conftest import DOE
from tests.thoroughness import sample


@pytest.mark.parametrize(
    "text", ["25747273", "PMID 25747273", "10.1053/j.gastro.2015.02.055", "NCT00699816", "Lee JH 2015"]
)
def test_an_enrolled_trial_is_found_by_whatever_one_has(project, text):
    assert re.search(r"enrolled +Lee2015:", project.run("find", text, expect=0))


def test_a_doi_as_an_address_is_the_same_doi(project):
    assert "Lee2015" in project.run("find", "https://doi.org/10.1053/J.GASTRO.2015.02.055", expect=0)


def test_reports_of_a_cohort_are_named_and_the_next_free_id_is_proposed(project):
    said = project.run("find", "Shin 2026", expect=0)
    assert "Shin2026a (patients of Lee2015)" in said and "next free id: Shin2026c" in said


def test_a_record_in_screening_is_found(project):
    row = next(row for row in project.rows("screening") if not row["enrolled_as"] and len(row["title"]) > 40)
    assert row["record"] in project.run("find", row["title"], expect=0)


def test_what_is_not_there_is_said_to_be_not_there(project):
    assert "not there" in project.run("find", "99999998", expect=0)


def test_a_preview_shows_the_record_the_effect_and_what_it_changes(project):
    before = project.bytes()
    said = project.run("preview", project.fill(), expect=0)
    assert "Doe2019: OS: HR 0.62 (0.40 to 0.96)" in said and "OS, randomised:" in said
    page = (project.folder / "preview.html").read_text(encoding="utf-8")
    assert "CIK cells in stomachs" in page and "gastric" in page and "36.5" in page and "reported HR" in page
    assert project.bytes() == before


def test_a_preview_of_an_enrolled_trial_and_of_a_wrong_file(project):
    assert "Lee2019" in project.run("preview", "Lee2015", expect=0)
    rows = {**DOE, "entities": [DOE["entities"][0] | {"tumour_reported": "a tumour nobody knows"}]}
    assert "a tumour nobody knows" in project.run("preview", project.fill(rows), expect=2)
    assert "neither a file nor" in project.run("preview", "Nobody1999", expect=2)


def test_text_of_a_file_cannot_run_in_a_preview(project):
    rows = {
        **DOE,
        "trials": [DOE["trials"][0] | {"title": "<script>alert(1)</script>", "setting": "<img src=x onerror=y>"}],
    }
    project.run("preview", project.fill(rows), expect=0)
    page = (project.folder / "preview.html").read_text(encoding="utf-8")
    assert "<script>" not in page and "<img" not in page


def test_the_allocation_of_a_randomised_trial_is_proposed(project):
    left_out = {name: text for name, text in DOE["trials"][0].items() if not name.startswith("allocation")}
    said = project.run("enrol", project.fill({**DOE, "trials": [left_out]}), "--write", "--yes", expect=0)
    assert "allocation" in said and project.rows("trials", trial_id="Doe2019")[0]["allocation"] == "random"


WORDS = {
    "two medians, a ratio and a rate": {
        ("medians", 2): {"endpoint": "RFS"},
        ("comparisons", 2): {"orientation": "cik_vs_control"},
        ("landmarks", 2): {"unit": "years"},
    },
    "harm in both arms": {
        ("medians", 2): {"endpoint": "RFS"},
        ("comparisons", 2): {"orientation": "cik_vs_control"},
        ("adverse_events", 2): {"term_reported": "any adverse event"},
    },
}
"""What has to be typed beside the paper's own figures, by sheet and row of the form."""
FIGURES = {
    ("trials", 2): {"n_total": 226, "n_cik": 114, "n_control": 112, "followup_months": 116.1},
    ("medians", 2): {"median_reported": "44.0"},
    ("medians", 3): {"median_reported": "30.0"},
    ("comparisons", 2): {"estimate": 0.72, "ci_low": 0.54, "ci_high": 0.97, "p_value": "0.033"},
}
OF_ONE = {
    "two medians, a ratio and a rate": {("landmarks", 2): {"time": 5, "survival_pct": 44.8}},
    "harm in both arms": {("adverse_events", 2): {"n_affected": 71, "n_at_risk": 114}},
}


@pytest.mark.parametrize("rows", sample(list(WORDS), 1))
def test_a_trial_of_six_rows_from_a_pubmed_file_to_enrolled_takes_twelve_commands_and_words_at_most(project, rows):
    """Commands, answers and cells that are no figure of the paper are counted; the form holds what the record says."""
    import openpyxl

    from tests.enrolment.conftest import SAMPLES

    project.forget("Shin2026a", "Shin2026b")
    export = project.folder / "three.xml"
    export.write_bytes((SAMPLES / "pubmed" / "three.xml").read_bytes())
    form = "three.xml.check.xlsx"
    answers = ["cohort:Shin2026=Lee2015"]  # the registry asks whose patients they are; it knows whom to name
    commands = [("enrol", export), ("preview", form), ("enrol", form, "--write", "--yes", "--answer", *answers)]
    project.run(*commands[0], expect=2)
    book = openpyxl.load_workbook(form)
    for typed in (WORDS[rows], FIGURES, OF_ONE[rows]):
        for (table, row), said in typed.items():
            columns = {cell.value: cell.column for cell in book[table][1]}
            for column, value in said.items():
                assert book[table].cell(row, columns[column]).value is None, column
                book[table].cell(row, columns[column]).value = value
    book.save(form)
    project.run(*commands[1], expect=0)
    assert re.search(r">44(?:\.0)?<", (project.folder / "preview.html").read_text(encoding="utf-8"))
    project.run(*commands[2], expect=0)
    trial = project.rows("trials", trial_id="Shin2026")[0]
    assert (trial["pmid"], trial["cohort"], trial["design"], trial["product"]) == (
        "41591582",
        "Lee2015",
        "randomised",
        "CIK",
    )
    assert [row["median_reported"] for row in project.rows("medians", trial_id="Shin2026")] == ["44.0", "30.0"]
    tables = ("trials", "entities", "medians", "comparisons", "landmarks", "responses", "adverse_events")
    assert sum(len(project.rows(table, trial_id="Shin2026")) for table in tables) == 6
    project.run("check", project.raw, expect=0)
    assert len(commands) + len(answers) + sum(map(len, WORDS[rows].values())) <= 12


def test_prepared_rows_without_a_figure_are_no_rows(project, samples):
    import openpyxl

    project.forget("Shin2026a", "Shin2026b")
    project.run("enrol", samples / "pubmed" / "three.xml")
    form = samples / "pubmed" / "three.xml.check.xlsx"
    medians = list(openpyxl.load_workbook(form)["medians"].iter_rows(min_row=2, values_only=True))
    assert [row[:1] + row[2:3] for row in medians] == [("Shin2026", "cik"), ("Shin2026", "control")]
    said = project.run("enrol", form, expect=2)
    assert "2 prepared rows of medians without a figure left out" in said
    assert "n_total or n_cik" in said and "design" not in said.split("not written before it has:")[1].split("\n")[0]

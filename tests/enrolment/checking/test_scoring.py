"""What the check says of each trial by the reporting standard, on the screen and in the checked workbook."""

import openpyxl
import pytest

from tests.enrolment.conftest import DOE

# Read by hand from the rows of conftest.DOE (randomised, 2019, read in an abstract), by the items' own words.
ABSTRACT_STATED = {"Tumour entity", "Patients in total and per arm", "Donor of the cells", "Overall survival per arm",
                   "Effect with its interval"}  # fmt: skip
ABSTRACT_MISSING = ["Trial registration*", "Clinical setting*", "Treatment given with the cells*",
                    "What the controls received*", "Adverse events, or that there were none*"]  # fmt: skip
FULL_STATED = {"PMID or DOI", "Country and centres", "Phase", "Cell dose, and per what", "Exact p-values", "Test named",
               "Median follow-up"}  # fmt: skip
FULL_MISSING = ["Dates of recruitment", "Stage", "Sex", "Age", "Number of infusions", "Events of patients at risk",
                "Grades of adverse events", "Severe events and deaths", "Adverse events of the controls"]  # fmt: skip
DESIRABLE_MISSING = {"Interval of each median"}


def test_the_check_says_the_score_of_each_trial_and_what_essential_is_missing(project):
    said = project.run("enrol", project.fill(), expect=0)
    of_abstract = len(ABSTRACT_STATED) + len(ABSTRACT_MISSING)
    stated = len(ABSTRACT_STATED) + len(FULL_STATED)
    of_all = stated + len(ABSTRACT_MISSING) + len(FULL_MISSING) + len(DESIRABLE_MISSING)
    assert (
        f"{len(ABSTRACT_STATED)} of {of_abstract} of the items of an abstract, {stated} of {of_all} of all items"
        in said
    )
    assert "(read in: abstract)" in said
    assert ", ".join([*ABSTRACT_MISSING, *FULL_MISSING]) in said


def test_the_checked_workbook_holds_the_same_score(project):
    project.run("enrol", project.fill())
    sheet = openpyxl.load_workbook(project.folder / "filled.check.xlsx")["Score"]
    row = dict(zip((cell.value for cell in sheet[1]), (cell.value for cell in sheet[2]), strict=True))
    assert row["trial"] == "Doe2019" and row["read in"] == "abstract" and row["held to"] == "items of an abstract"
    assert (row["stated of these"], row["applicable of these"], row["stated of all"]) == (5, 10, 12)
    assert row["essential and not stated"] == ", ".join([*ABSTRACT_MISSING, *FULL_MISSING])
    assert "nothing new" in project.run("enrol", "filled.check.xlsx") or "NEW" in project.run(
        "enrol", "filled.check.xlsx"
    )


def test_a_later_report_of_the_same_patients_adds_to_their_score(project):
    project.run("enrol", project.fill(), "--write", "--yes", expect=0)
    later = {"trials": [DOE["trials"][0] | {"trial_id": "Doe2021", "doi": "10.9999/doe.2021", "year": 2021,
                                            "title": "CIK cells in stomachs, again", "setting": "adjuvant"}],
             "entities": [DOE["entities"][0] | {"trial_id": "Doe2021"}]}  # fmt: skip
    said = project.run("enrol", project.fill(later, "later.xlsx"))
    assert "6 of 10 of the items of an abstract" in said and "Clinical setting*" not in said


@pytest.mark.parametrize("missing", ["n_total", "design"])
def test_a_trial_that_is_held_is_scored_as_far_as_its_row_can_be_read(project, missing):
    trial = {name: text for name, text in DOE["trials"][0].items() if name not in ("n_cik", missing)}
    said = project.run("enrol", project.fill({**DOE, "trials": [trial]}), expect=2)
    assert "HELD" in said
    assert ("reporting standard:" in said) == (missing != "design")

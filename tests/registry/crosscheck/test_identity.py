"""Reports and patients that are in the registry twice."""

import pytest

from tests.registry.spoil import assert_flagged


def chain(*parents):
    def spoil(made):
        made.set("trials", 0, cohort=parents[0])
        for name, parent in zip("BC", parents[1:]):
            made.another(f"{name}2019", cohort=parent)

    return spoil


MISTAKES = {
    "paper twice": (
        lambda made: made.another("Made2018b", title="CIK cells after gastrectomy - a Randomised Trial"),
        "trials",
        "title",
    ),
    "register number twice": (
        lambda made: made.another("Other2019", registration_id="NCT01234567"),
        "trials",
        "registration_id",
    ),
    "circle of cohorts": (chain("B2019", "Made2018"), "trials", "cohort"),
    "chain of cohorts": (chain("Made2018", "Made2018", "B2019"), "trials", "cohort"),
    "year in the future": (lambda made: made.set("trials", 0, year="2099"), "trials", "year"),
    "enrolment after publication": (lambda made: made.set("trials", 0, enrol_end="2020"), "trials", "enrol_end"),
    "title cut short": (
        lambda made: made.another("Other2018", title="CIK cells after gastrectomy: a randomised"),
        "trials",
        "title",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_flagged_at_its_cell(made, mistake):
    assert_flagged(made, MISTAKES[mistake])


def test_one_paper_with_two_cohorts_raises_no_question(made):
    made.another("Made2018b", pmid="12345678", title=made.tables["trials"][0]["title"])
    assert not made.load().flags["column"].isin(["pmid", "doi", "title", "cohort"]).any()


@pytest.mark.parametrize("parents", [("B2019", "Made2018", "B2019"), ("Made2018", "Made2018", "B2019")])
def test_patients_of_a_chain_of_cohorts_are_counted_once(made, parents):
    chain(*parents)(made)
    cohorts = made.load().cohorts
    assert len(cohorts) == 1 and cohorts["n_total"].tolist() == [90]

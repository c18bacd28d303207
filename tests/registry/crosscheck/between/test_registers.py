"""Register entries and records of screening that the reports contradict."""

import pytest

from tests.registry.made_up import SOURCE
from tests.registry.spoil import assert_all_flagged, beside, nothing

SEVERAL = {
    "the register": [
        (
            beside(
                "registrations",
                registration_id="NCT01234567",
                status="Complte d",
                n_actual="9",
                n_planned="900",
                condition="Renal cell carcinoma",
                start="2002-01",
                source_url="https://clinicaltrials.gov/study/NCT01234567",
            ),
            "registrations",
            "status",
            "no status of a register",
        ),
        (nothing, "registrations", "n_actual", "far fewer than the patients of Made2018, 90"),
        (nothing, "registrations", "n_planned", "more than five times the patients of Made2018, 90"),
        (nothing, "registrations", "condition", "it names another organ than the tumours of Made2018"),
        (nothing, "registrations", "start", "far from the enrolment of Made2018"),
    ],
    "screening": [
        (
            lambda made: [
                beside(
                    "screening",
                    record=record,
                    title="CIK cells after gastrectomy: a randomised trial",
                    reason="a review",
                    **SOURCE,
                )(made)
                for record in ("S1", "S2")
            ],
            "screening",
            "title",
            "the title of a report that is enrolled, Made2018",
        ),
        (nothing, "screening", "title", "the same title as record S1"),
    ],
}


@pytest.mark.parametrize("kind", SEVERAL)
def test_each_of_several_mistakes_is_flagged_at_its_cell(made, kind):
    assert_all_flagged(made, SEVERAL[kind])


def test_register_entries_that_no_trial_names_are_read(made):
    made.set("trials", 0, registration_id="")
    beside("registrations", registration_id="NCT01234567", start="2012-01", source_url=SOURCE["source_url"])(made)
    assert made.load().registrations["registration_id"].tolist() == ["NCT01234567"]

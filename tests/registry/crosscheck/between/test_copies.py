"""Results copied from the other group, from another report, or with another paper's address."""

import pytest

from tests.registry.made_up import SOURCE
from tests.registry.spoil import assert_all_flagged, beside, more, put

PATIENT = {
    "trial_id": "Made2018", "age": "57", "sex": "M", "diagnosis": "gastric cancer", "os_time": "21", "os_event": "1",
    "unit": "months",
}  # fmt: skip

SEVERAL = {
    "from the other group": [
        (put("medians", 1, median_reported="14.2"), "medians", "median_reported", "the same as in the other group"),
        (put("landmarks", 1, survival_pct="20"), "landmarks", "survival_pct", "the same as in the other group"),
    ],
    "from another report": [
        (
            lambda made: made.another("Copy2019", first_author="Copy", year="2019", pmid="23456789"),
            "trials",
            "source_url",
            "the address of another report",
        ),
        (
            lambda made: [more("medians", at, trial_id="Copy2019")(made) for at in (0, 1)],
            "medians",
            "median_reported",
            "to the digit as in Made2018",
        ),
        (more("comparisons", 0, trial_id="Copy2019"), "comparisons", "estimate", "to the digit as in Made2018"),
        (
            put("responses", 0, source_url="https://pubmed.ncbi.nlm.nih.gov/23456789/"),
            "responses",
            "source_url",
            "of the report of Copy2019",
        ),
    ],
    "of a patient": [
        (
            lambda made: [beside("patients", patient_no=number, **PATIENT, **SOURCE)(made) for number in ("1", "2")],
            "patients",
            "patient_no",
            "said of another: was the row copied?",
        ),
    ],
}


@pytest.mark.parametrize("kind", SEVERAL)
def test_each_of_several_mistakes_is_flagged_at_its_cell(made, kind):
    assert_all_flagged(made, SEVERAL[kind])

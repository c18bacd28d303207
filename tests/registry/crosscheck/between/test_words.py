"""Words that belong to another tumour, another cell, or to no registry."""

import pytest

from tests.registry.spoil import assert_all_flagged, nothing, put, row

SEVERAL = {
    "another organ": [
        (
            put(
                "trials",
                0,
                title="CIK cells in hepatocellular carcinoma: a randomised trial",
                tumour_summary="lung cancer",
            ),
            "trials",
            "title",
            "another organ than the tumours in entities, stomach",
        ),
        (nothing, "trials", "tumour_summary", "another organ"),
    ],
    "another cell": [
        (put("trials", 0, centres="12", setting="5"), "trials", "centres", "a number in a column of words"),
        (nothing, "trials", "setting", "a number in a column of words"),
        (put("trials", 0, journal="A randomised trial of CIK cells"), "trials", "journal", "the words of a title"),
        (
            put("trials", 0, product_reported="\u0421IK cells"),
            "trials",
            "product_reported",
            "letters of another script",
        ),
        (
            row(
                "patients",
                patient_no="1",
                diagnosis="Herr M\u00fcller, geb. 12.03.1950",
                os_time="1200",
                os_event="1",
                unit="months",
            ),
            "patients",
            "diagnosis",
            "who the patient is",
        ),
        (nothing, "patients", "os_time", "more than twenty-five years"),
    ],
}


@pytest.mark.parametrize("kind", SEVERAL)
def test_each_of_several_mistakes_is_flagged_at_its_cell(made, kind):
    assert_all_flagged(made, SEVERAL[kind])

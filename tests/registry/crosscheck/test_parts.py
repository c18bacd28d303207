"""Parts that are more than their whole."""

import pytest

from tests.registry.spoil import assert_all_flagged, more, nothing, put, row

SEVERAL = {
    "parts of a whole": [
        (put("trials", 0, n_total="100", n_male="60"), "trials", "n_cik + n_control", "fewer patients than in all"),
        (put("entities", 0, n_patients="40", n_cik="45"), "entities", "n_cik", "more than n_patients"),
        (put("medians", 0, n_events="60"), "medians", "n_events", "more than"),
        (put("comparisons", 0, n_events_cik="60"), "comparisons", "n_events_cik", "more than"),
        (row("arms", group="cik", n_assigned="40", n_treated="45"), "arms", "n_treated", "more than n_assigned"),
        (put("arms", 0, os_events="60", pfs_events="50"), "arms", "os_events", "more than"),
        (put("arms", 0, n_male="30", n_female="30"), "arms", "n_male + n_female", "more than"),
        (put("arms", 0, age_reported="57", age_range_reported="60-72"), "arms", "age_reported", "outside its range"),
        (nothing, "arms", "pfs_events", "fewer than the deaths"),
        (
            put("responses", 0, n_evaluable="", cr="5", pr="40", sd="30", pd="25"),
            "responses",
            "cr + pr + mr + sd + pd",
            "more responses than patients",
        ),
        (
            put("responses", 1, n_evaluable="10", cr="", pr="", sd="", pd="", orr_pct="45", dcr_pct="40"),
            "responses",
            "orr_pct",
            "no number of",
        ),
        (nothing, "responses", "dcr_pct", "less than the objective"),
        (more("adverse_events", 0, grade_reported="3-4", n_affected="20"), "adverse_events", "n_affected", "severe"),
        (more("adverse_events", 0, n_affected="14"), "adverse_events", "n_affected", "another number than in"),
        (
            more("adverse_events", 0, term_reported="any adverse event", n_affected="5"),
            "adverse_events",
            "n_affected",
            "with any adverse event",
        ),
        (row("patients", patient_no="101", age="0.5"), "patients", "patient_no", "more patients than"),
        (
            put("patients", 0, os_time="9", os_event="1", pfs_time="12", pfs_event="0", unit="months"),
            "patients",
            "pfs_time",
            "longer than the survival",
        ),
        (nothing, "patients", "pfs_event", "the patient died"),
    ],
}


@pytest.mark.parametrize("kind", SEVERAL)
def test_each_of_several_mistakes_is_flagged_at_its_cell(made, kind):
    assert_all_flagged(made, SEVERAL[kind])

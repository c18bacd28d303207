"""Times of the wrong unit, and beyond what can have been observed."""

import pytest

from tests.registry.spoil import assert_flagged


def medians_in_years(made):
    made.tables["landmarks"].clear()
    for row in (0, 1):
        made.set("medians", row, unit="years")


MISTAKES = {
    "medians of both groups in weeks": (
        lambda made: [made.set("medians", at, unit="weeks") for at in (0, 1)],
        "medians",
        "unit",
    ),
    "a median of a rate": (lambda made: made.set("medians", 0, endpoint="ORR"), "medians", "endpoint"),
    "medians in years": (medians_in_years, "medians", "unit"),
    "follow-up in years": (lambda made: made.set("trials", 0, followup_months="3"), "trials", "followup_months"),
    "follow-up impossible": (lambda made: made.set("trials", 0, followup_months="300"), "trials", "followup_months"),
    "median of 0": (lambda made: made.set("medians", 0, median_reported="0"), "medians", "median_reported"),
    "rate at the start": (lambda made: made.add("landmarks", 0, time="0", survival_pct="100"), "landmarks", "time"),
    "median of weeks as months": (
        lambda made: [made.tables["landmarks"].clear(), made.set("medians", 0, median_reported="62")],
        "medians",
        "unit",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_flagged_at_its_cell(made, mistake):
    assert_flagged(made, MISTAKES[mistake])

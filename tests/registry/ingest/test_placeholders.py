"""Words that stand for nothing, in columns that are looked up."""

import pytest

from tests.registry.spoil import assert_flagged

MISTAKES = {
    "placeholder for a country": (lambda made: made.set("trials", 0, country="NA"), "trials", "country"),
    "no for a country": (lambda made: made.set("trials", 0, country="no"), "trials", "country"),
    "number for a country": (lambda made: made.set("trials", 0, country="156"), "trials", "country"),
    "placeholder for a treatment": (lambda made: made.set("trials", 0, co_treatment="NR"), "trials", "co_treatment"),
    "placeholder for a title": (lambda made: made.set("trials", 0, title="TBD"), "trials", "title"),
    "question mark for a place": (lambda made: made.set("medians", 0, locator="?"), "medians", "locator"),
    "n/a for a place": (lambda made: made.set("comparisons", 0, locator="n/a"), "comparisons", "locator"),
    "none for an author": (lambda made: made.set("trials", 0, first_author="none"), "trials", "first_author"),
    "placeholder for an event": (
        lambda made: made.set("adverse_events", 0, term_reported="n/a"),
        "adverse_events",
        "term_reported",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_flagged_at_its_cell(made, mistake):
    assert_flagged(made, MISTAKES[mistake])

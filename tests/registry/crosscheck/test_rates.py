"""Rates that are no per cent, or that their counts do not give."""

import pytest

from tests.registry.spoil import assert_flagged


def all_rates_as_fractions(made):
    made.tables["medians"].clear()
    made.set("landmarks", 0, survival_pct="0.2").set("landmarks", 1, survival_pct="0.08")


MISTAKES = {
    "rates as fractions": (all_rates_as_fractions, "landmarks", "survival_pct"),
    "one rate as a fraction": (lambda made: made.set("landmarks", 0, survival_pct="0.64"), "landmarks", "survival_pct"),
    "response rate as a fraction": (
        lambda made: made.set("responses", 0, orr_pct="0.45", cr="", pr="", sd="", pd=""),
        "responses",
        "orr_pct",
    ),
    "event rate as a fraction": (
        lambda made: made.set("adverse_events", 0, pct="0.267", n_affected=""),
        "adverse_events",
        "pct",
    ),
    "responses lost": (lambda made: made.set("responses", 0, sd="0"), "responses", "cr + pr + mr + sd + pd"),
    "1 for all, beside 41": (
        lambda made: [made.set("landmarks", row, survival_pct=rate) for row, rate in ((0, "1"), (1, "41"))],
        "landmarks",
        "survival_pct",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_flagged_at_its_cell(made, mistake):
    assert_flagged(made, MISTAKES[mistake])

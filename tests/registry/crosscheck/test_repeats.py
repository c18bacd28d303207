"""Facts entered twice, and rows of other patients."""

import numpy as np
import pytest

import ircc_lib as ircc
from tests.registry.spoil import assert_flagged

MISTAKES = {
    "median twice": (lambda made: made.add("medians", 0), "medians", "median_reported"),
    "rate twice": (lambda made: made.add("landmarks", 0), "landmarks", "survival_pct"),
    "rate twice in two units": (
        lambda made: made.add("landmarks", 0, time="3", unit="years"),
        "landmarks",
        "survival_pct",
    ),
    "rate twice with two values": (
        lambda made: made.add("landmarks", 0, survival_pct="22"),
        "landmarks",
        "survival_pct",
    ),
    "response twice": (lambda made: made.add("responses", 0), "responses", "n_evaluable"),
    "event twice": (lambda made: made.add("adverse_events", 0), "adverse_events", "term_reported"),
    "two ratios of one endpoint": (
        lambda made: made.add("comparisons", 0, estimate="0.70", ci_low="0.5", ci_high="0.98"),
        "comparisons",
        "estimate",
    ),
    "real-world comparison in a randomised trial": (
        lambda made: made.add("comparisons", 0, estimate="0.50", note="real-world cohort"),
        "comparisons",
        "note",
    ),
    "comparison of more patients than randomised": (
        lambda made: made.add("comparisons", 0, estimate="0.50", note="before matching, 300 v 400"),
        "comparisons",
        "note",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_flagged_at_its_cell(made, mistake):
    assert_flagged(made, MISTAKES[mistake])


def test_a_fact_entered_twice_counts_once(made):
    once = ircc.log_hazard_ratios(made.load(), "OS", rungs=[3, 5])
    for row in (0, 1):
        made.add("landmarks", row, time="3", unit="years").add("medians", row)
    twice = ircc.log_hazard_ratios(made.load(), "OS", rungs=[3, 5])
    assert twice["log_hr"].tolist() == once["log_hr"].tolist()
    assert np.exp(once["log_hr"].iloc[0]) == pytest.approx(np.log(0.20) / np.log(0.08))


def test_a_comparison_of_others_is_never_the_randomised_effect(made):
    made.set("comparisons", 0, test="log-rank")
    made.add("comparisons", 0, estimate="0.30", ci_low="0.2", ci_high="0.45", note="unmatched real-world cohort")
    made.tables["comparisons"].reverse()
    [ratio] = ircc.log_hazard_ratios(made.load(), "OS")["hr"]
    assert ratio == pytest.approx(0.62, abs=0.001)

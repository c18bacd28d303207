"""Intervals that are not where ratios, rates and p-values say."""

import pytest

from tests.registry.spoil import assert_all_flagged, more, nothing, put

SEVERAL = {
    "ratios": [
        (put("comparisons", 0, ci_high="0.66"), "comparisons", "estimate", "far from the middle"),
        (put("comparisons", 0, p_value="0.00001"), "comparisons", "p_value", "far from the p-value"),
        (put("comparisons", 0, adjusted_for="age"), "comparisons", "adjusted", "not adjusted"),
        (put("comparisons", 0, n_events_cik="3", n_events_control="4"), "comparisons", "n_events_cik", "too few"),
        (more("comparisons", 0, subgroup="all patients"), "comparisons", "subgroup", "all patients"),
        (more("comparisons", 0, endpoint="PFS", orientation="within_cik"), "comparisons", "orientation", "no part"),
        (more("comparisons", 0, endpoint="DFS", effect_type="RR"), "comparisons", "effect_type", "odds"),
        (more("comparisons", 0, endpoint="ORR"), "comparisons", "effect_type", "no time"),
        (more("comparisons", 0, endpoint="TTP", estimate=""), "comparisons", "estimate", "without its ratio"),
        (more("comparisons", 0, endpoint="EFS", estimate="1"), "comparisons", "estimate", "favours nobody"),
        (
            more("comparisons", 0, endpoint="RFS", test="log-rank", adjusted="yes"),
            "comparisons",
            "adjusted",
            "log-rank",
        ),
    ],
    "rates and medians": [
        (put("landmarks", 0, ci_low="0.1", ci_high="0.33"), "landmarks", "survival_pct", "outside its interval"),
        (put("landmarks", 1, ci_low="3"), "landmarks", "ci_low", "one bound"),
        (put("landmarks", 0, n_at_risk="10"), "landmarks", "n_at_risk", "more at risk than"),
        (more("landmarks", 0, time="48", survival_pct="15", n_at_risk="20"), "landmarks", "n_at_risk", "more at risk"),
        (put("landmarks", 1, n_at_risk="0"), "landmarks", "n_at_risk", "nobody at risk"),
        (more("landmarks", 0, group="all", survival_pct="40"), "landmarks", "survival_pct", "outside both groups"),
        (put("medians", 0, ci_low="1.2", ci_high="14.2"), "medians", "ci_high", "ends at the median"),
        (put("medians", 1, unit="weeks", ci_high="12"), "medians", "unit", "another unit than"),
        (nothing, "medians", "ci_low", "no lower bound"),
        (more("medians", 0, endpoint="PFS", median_reported="9", unit="days"), "medians", "unit", "below one month"),
    ],
}


@pytest.mark.parametrize("kind", SEVERAL)
def test_each_of_several_mistakes_is_flagged_at_its_cell(made, kind):
    assert_all_flagged(made, SEVERAL[kind])

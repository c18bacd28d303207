"""Significant trials, by the rule and by what was tested, recomputed from small and raw tables."""

import pytest

import ircc_lib as ircc
from ircc_lib.analysis.outcomes.significance import five_year_trials, significant_trials
from ircc_lib.analysis.outcomes.significance_table import significance_table
from tests.analysis.outcomes.small import small_registry

P = {"p_value": 0.03, "p_relation": "exact", "p_value_reported": "0.03"}


@pytest.mark.parametrize(
    "row, counts",
    [
        (P, True),
        (P | {"p_value": 0.05}, False),
        ({"p_value": 0.05, "p_relation": "below", "p_value_reported": "<0.05"}, True),
        ({"p_value": 0.1, "p_relation": "below", "p_value_reported": "<0.1"}, False),
        ({"p_value": 0.05, "p_relation": "above", "p_value_reported": ">0.05"}, False),
        ({"p_relation": "not significant", "p_value_reported": "ns"}, False),
        ({"p_relation": "ambiguous", "p_value_reported": "0.001 or 0.004"}, True),
        ({"p_relation": "ambiguous", "p_value_reported": "0.001 or 0.4"}, False),
        ({}, False),
        (P | {"direction": "no_difference"}, False),
        (P | {"direction": "unclear"}, False),
        (P | {"subgroup": "stage III"}, False),
        (P | {"orientation": "within_cik"}, False),
        (P | {"orientation": "cik_vs_control"}, True),
        ({"effect_type": "HR", "ci_low": 0.4, "ci_high": 0.9}, True),
        ({"effect_type": "HR", "ci_low": 0.4, "ci_high": 1.1}, False),
        ({"effect_type": "HR", "ci_low": 0.4, "ci_high": 0.9, "ci_level": 0.9}, False),
    ],
)
def test_a_trial_counts_by_the_rule(row, counts):
    found = significant_trials(small_registry([row]), "OS")
    assert found == ({"A2010": "comparisons:2"} if counts else {})


@pytest.mark.parametrize(
    "row, result",
    [
        (P, "tested"),
        ({"p_relation": "not significant", "p_value_reported": "ns", "direction": "no_difference"}, "tested"),
        ({"effect_type": "HR", "ci_low": 0.4, "ci_high": 1.1}, "tested"),
        ({"note": "called significantly longer, no p printed"}, "in words"),
        ({"note": "called longer"}, "neither"),
        ({"note": "called not significantly different", "direction": "no_difference"}, "neither"),
    ],
)
def test_tested_means_a_printed_p_value_or_interval(row, result):
    table = significance_table(small_registry([row]))
    whole = table[table["by"].eq("all trials") & table["endpoint"].eq("OS")]
    counts = whole[["tested", "in_words"]].sum().tolist()
    assert counts == {"tested": [1, 0], "in words": [0, 1], "neither": [0, 0]}[result]


@pytest.mark.parametrize(("p_value", "counts"), [(0.0401, False), (0.02, True)])
def test_a_one_sided_p_value_is_doubled(p_value, counts):
    """Kong 2017 prints a one-sided .0401 for PFS: .0802 two-sided."""
    row = P | {"p_value": p_value, "note": "intention to treat, one-sided"}
    assert bool(significant_trials(small_registry([row]), "OS")) is counts


def test_the_better_endpoint_of_a_family_decides(reg):
    """Xu 2016 printed no gain in DFS (p .334); its TTR does not stand for it."""
    none = {"endpoint": "DFS", "endpoint_family": "PFS", "p_value": 0.334, "p_relation": "exact"}
    none |= {"p_value_reported": "0.334", "direction": "no_difference"}
    gain = P | {"endpoint": "TTR", "endpoint_family": "PFS"}
    assert significant_trials(small_registry([gain, none]), "PFS") == {}
    assert list(significant_trials(small_registry([gain]), "PFS")) == ["A2010"]
    found = significant_trials(reg, "PFS")
    assert "Xu2016" not in found and "Kong2017" not in found


def test_every_count_of_significant_trials_stands_beside_those_tested(reg):
    """Of the ten-year edition, counted by hand over comparisons.csv: OS of trials random by their own record."""
    figure = ircc.survival.significance_counts(reg.edition("ten-year"))
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert "6 of 16 +2" in texts  # Peng 2017 and Zhan 2012 say so in words
    assert "OS 6 of 16" in figure.alt


def test_reports_of_the_same_patients_are_one_trial_in_the_counts():
    trials = [{"trial_id": "A2010", "cohort": "A"}, {"trial_id": "A2015", "cohort": "A"}]
    table = significance_table(small_registry([P, P | {"trial_id": "A2015"}], trials=trials))
    whole = table[table["by"].eq("all trials") & table["endpoint"].eq("OS")].iloc[0]
    assert (whole["tested"], whole["significant"], whole["trial_ids"]) == (1, 1, "A2010; A2015")


@pytest.mark.parametrize(
    "rates, counts",
    [
        ([{"survival": 0.6, **P}, {"group": "control", "survival": 0.4, **P}], True),
        ([{"survival": 0.4, **P}, {"group": "control", "survival": 0.6, **P}], False),
        ([{"survival": 0.6}, {"group": "control", "survival": 0.4}], False),
        ([{"survival": 0.6, "time": 36.0, **P}, {"group": "control", "survival": 0.4, "time": 36.0, **P}], False),
        ([{"survival": 0.6, **P}], False),
    ],
)
def test_five_year_survival_needs_both_arms_higher_with_cik_and_a_p_value(rates, counts):
    assert (list(five_year_trials(small_registry(landmarks=rates))) == ["A2010"]) is counts


def test_an_unknown_endpoint_family_is_refused(reg):
    for call in (significant_trials, ircc.survival.median_pairs, ircc.survival.landmark_pairs):
        with pytest.raises(ValueError, match="family"):
            call(reg, "DFS")
    with pytest.raises(ValueError, match="endpoint"):
        ircc.survival.pseudo_cohort(reg, endpoint="DFS")

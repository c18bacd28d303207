"""Medians, rates, significant trials and pseudo-cohorts, recomputed from small and raw tables."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import ircc_lib as ircc
from benchmarks.coverage import FOLLOW_UP, rates, simulated
from ircc_lib.analysis.outcomes.pseudo_cohort import arm_curve, rmst_by_entity, shared_horizon
from ircc_lib.analysis.outcomes.significance_table import significance_table
from ircc_lib.analysis.time_to_event.rates import rate_interval, wilson_interval


@pytest.fixture(scope="module")
def registry():
    return ircc.load_registry()


def small_registry(comparisons=(), landmarks=(), medians=(), trials=None):
    """A registry of a few rows with the columns that the rules read."""
    trials = trials or [{"trial_id": "A2010", "cohort": "A"}, {"trial_id": "B2012", "cohort": "B"}]
    base = {"year": 2010, "design": "randomised", "allocation_basis": "own record", "n_cik": 40, "n_control": 40}
    columns = {
        "comparisons": {
            "trial_id": "A2010",
            "endpoint": "OS",
            "endpoint_family": "OS",
            "subgroup": None,
            "effect_type": None,
            "orientation": None,
            "ci_low": None,
            "ci_high": None,
            "ci_level": 0.95,
            "p_value": None,
            "p_relation": None,
            "p_value_reported": None,
            "direction": "cik_better",
            "note": None,
        },
        "landmarks": {
            "trial_id": "A2010",
            "endpoint": "OS",
            "endpoint_family": "OS",
            "group": "cik",
            "arm": None,
            "time": 60.0,
            "survival": 0.5,
            "p_value": None,
            "p_relation": None,
            "p_value_reported": None,
        },
        "medians": {
            "trial_id": "A2010",
            "endpoint": "OS",
            "endpoint_family": "OS",
            "group": "cik",
            "arm": None,
            "median": 12.0,
            "statistic": "median",
            "reached": True,
            "ci_low": None,
            "ci_high": None,
        },
    }
    tables = {}
    for name, given in (("comparisons", comparisons), ("landmarks", landmarks), ("medians", medians)):
        rows = pd.DataFrame([columns[name] | row for row in given], columns=list(columns[name]))
        for column in rows.columns:
            kind = (
                "float64"
                if column in ("ci_low", "ci_high", "ci_level", "p_value", "time", "survival", "median")
                else "str"
            )
            rows[column] = rows[column].astype("boolean" if column == "reached" else kind)
        tables[name] = rows.assign(row_id=[f"{name}:{line}" for line in range(2, len(rows) + 2)])
    return SimpleNamespace(
        trials=pd.DataFrame([base | row for row in trials]),
        **tables,
        entities=pd.DataFrame({"trial_id": [row["trial_id"] for row in trials], "entity": "gastric cancer"}),
    )


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
    found = ircc.survival.significant_trials(small_registry([row]), "OS")
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
    assert bool(ircc.survival.significant_trials(small_registry([row]), "OS")) is counts


def test_the_better_endpoint_of_a_family_decides(registry):
    """Xu 2016 printed no gain in DFS (p .334); its TTR does not stand for it."""
    none = {"endpoint": "DFS", "endpoint_family": "PFS", "p_value": 0.334, "p_relation": "exact"}
    none |= {"p_value_reported": "0.334", "direction": "no_difference"}
    gain = P | {"endpoint": "TTR", "endpoint_family": "PFS"}
    assert ircc.survival.significant_trials(small_registry([gain, none]), "PFS") == {}
    assert list(ircc.survival.significant_trials(small_registry([gain]), "PFS")) == ["A2010"]
    found = ircc.survival.significant_trials(registry, "PFS")
    assert "Xu2016" not in found and "Kong2017" not in found


def test_every_count_of_significant_trials_stands_beside_those_tested(registry):
    """Of the ten-year edition, counted by hand over comparisons.csv: OS of trials random by their own record."""
    figure = ircc.survival.significance_counts(registry.edition("ten-year"))
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
    assert (list(ircc.survival.five_year_trials(small_registry(landmarks=rates))) == ["A2010"]) is counts


def test_an_unknown_endpoint_family_is_refused(registry):
    for call in (ircc.survival.significant_trials, ircc.survival.median_pairs, ircc.survival.landmark_pairs):
        with pytest.raises(ValueError, match="family"):
            call(registry, "DFS")
    with pytest.raises(ValueError, match="endpoint"):
        ircc.survival.pseudo_cohort(registry, endpoint="DFS")


def test_pairs_of_medians_are_those_of_the_raw_table(registry):
    raw = pd.read_csv("data/raw/medians.csv", dtype=str)
    months = raw[raw["unit"].eq("months") & raw["endpoint"].eq("OS")]
    for side in ("cik", "control"):
        whole = months[months["group"].eq(side)].set_index("trial_id")["median_reported"]
        pairs = ircc.survival.median_pairs(registry, "OS").query("arm == ''").set_index("trial_id")[side].dropna()
        both = whole.index.intersection(pairs.index)
        assert len(both) > 10
        np.testing.assert_allclose(pairs[both].astype(float), whole[both].astype(float))


def test_means_and_unnamed_averages_are_no_medians(registry):
    """Peng 2017 prints a survival time without a name, Zhang 2018 means."""
    medians = ircc.survival.median_pairs(registry, "OS")
    listed = ircc.survival.medians_table(registry, "OS").data.set_index("trial_id")["statistic"]
    for trial_id, statistic in (("Peng2017", "not named"), ("Zhang2018", "mean")):
        assert trial_id not in set(medians["trial_id"]) and listed[trial_id] == statistic
    drawn = ircc.survival.medians(registry, "OS").data["trial_id"]
    assert not {"Peng2017", "Zhang2018"} & set(drawn)
    mean = {"median": 24.0, "statistic": "mean"}
    small = small_registry(medians=[mean, mean | {"group": "control", "median": 12.0}])
    assert len(ircc.survival.pseudo_cohort(small)) == 0


def test_five_year_survival_compares_within_trials_and_carries_no_arm_to_another(registry):
    table = ircc.survival.five_year_survival(registry)
    both = table[table["kind"].eq("both arms of the trial")]
    assert both.groupby("trial_id")["group"].agg(set).map(lambda arms: arms == {"cik", "control"}).all()
    jin = both[both["trial_id"].eq("Jin2014")].set_index("group")["survival"]
    assert jin.round(3).to_dict() == {"cik": 0.277, "control": 0.092}
    alone = table[table["kind"].eq("single arm")]["trial_id"]
    assert "Anon2015a" in set(alone) and not set(alone) & set(both["trial_id"])


def test_a_report_without_a_year_is_not_taken_for_the_latest_of_its_patients(registry):
    """FanUndated is of the patients of Zhao 2013."""
    pairs = ircc.survival.landmark_pairs(registry, "OS", months=[60])
    assert "Zhao2013" in set(pairs["trial_id"]) and "FanUndated" not in set(pairs["trial_id"])


def test_the_effective_number_is_that_of_greenwoods_variance():
    # R: n (1 - S) / (S * integrate(function(u) h exp(h u) / (1 - u / 120), 0, 60)), h = -log(S) / 60
    found = rate_interval(0.5, 100, 60, follow_up=(0, 120))
    assert found.effective_n == pytest.approx(69.35794, rel=0.01)


def test_wilsons_interval_is_that_of_newcombe():
    # Newcombe RG (1998), Stat Med 17:857, table I, method 3: 81/263, 15/148, 0/20 and 29/29
    for events, n, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (29, 29, 0.8830, 1),
    ):
        assert wilson_interval(events / n, n) == pytest.approx((low, high), abs=6e-5)


def test_a_rate_of_patients_who_were_all_followed_has_wilsons_interval_and_censoring_widens_it():
    full = rate_interval(81 / 263, 263, 60, follow_up=(60, 90))
    assert full.effective_n == pytest.approx(263)
    assert (full.ci_low, full.ci_high) == pytest.approx((0.2553, 0.3662), abs=6e-5)
    known, unknown = (rate_interval(81 / 263, 263, 60, follow_up=window) for window in ((0, 72), None))
    assert known.effective_n < unknown.effective_n < 263
    assert known.ci_high > unknown.ci_high > full.ci_high


def test_the_interval_of_a_rate_holds_the_truth_also_where_many_are_censored():
    rng = np.random.default_rng(5)
    for shape in ("exponential", "Weibull 1.5"):
        for window in FOLLOW_UP.values():
            arm, truth = simulated(rng, shape, 60, 0.0, window, trials=2_000), 0.5**2
            if shape == "Weibull 1.5":
                truth = 0.5 ** (2**1.5)
            found = [rate_interval(float(rate), 60, 36, follow_up=window) for rate in rates(arm, [36.0])[:, 0]]
            assert 0.93 <= np.mean([one.ci_low <= truth <= one.ci_high for one in found]) <= 0.98


@pytest.mark.parametrize("values", [(40, 60, 60), (0.4, 0, 60), (0.4, 60, 0)])
def test_a_rate_that_cannot_be_is_refused(values):
    with pytest.raises(ValueError, match="survival|patients|time"):
        rate_interval(*values)


def test_a_pseudo_arm_passes_through_its_points_and_ends_at_the_last():
    time, event = arm_curve([24, 12, 36], [0.5, 0.8, 0.2], 1000)
    assert [(time > at).mean() for at in (12, 24)] == pytest.approx([0.8, 0.5])
    assert (time[event == 0] == 36).all() and (event == 0).mean() == pytest.approx(0.2)
    # exponential between the points: half of the log-fall is done after half of the time
    assert (time > 18).mean() == pytest.approx(np.sqrt(0.8 * 0.5), abs=1e-3)
    assert (time > 6).mean() == pytest.approx(np.sqrt(0.8), abs=1e-3)


def test_a_pseudo_arm_can_die_out():
    time, event = arm_curve([12, 24], [0.5, 0.0], 10)
    assert event.all() and time.max() < 24


@pytest.mark.parametrize(
    "times, survival, n",
    [
        ([], [], 5),
        ([12], [0.5], 0),
        ([12, 12], [0.5, 0.4], 5),
        ([0], [1], 5),
        ([12, 24], [0.4, 0.5], 5),
        ([12], [1.2], 5),
    ],
)
def test_points_that_are_no_curve_are_refused(times, survival, n):
    with pytest.raises(ValueError):
        arm_curve(times, survival, n)


def test_the_pseudo_cohort_is_the_same_each_time_and_tells_who_is_left_out():
    points = [{"survival": 0.6}, {"group": "control", "survival": 0.4}, {"trial_id": "B2012", "survival": 0.3}]
    registry = small_registry(landmarks=points)
    cohort = ircc.survival.pseudo_cohort(registry)
    pd.testing.assert_frame_equal(cohort, ircc.survival.pseudo_cohort(registry))
    assert cohort.groupby("arm")["event"].sum().to_dict() == {"cik": 16, "control": 24}
    assert cohort.attrs["left_out"].to_dict("records") == [
        {"trial_id": "B2012", "cohort": "B", "why": "rates or medians of one arm only"}
    ]
    assert len(ircc.survival.pseudo_cohort(registry, randomised=False)) == 0


def test_restricted_means_compare_within_trials_up_to_a_time_that_is_known():
    points = [
        {"trial_id": trial, "group": group, "survival": level, "time": time}
        for trial, time, cik, control in (("A2010", 36.0, 0.6, 0.4), ("B2012", 24.0, 0.7, 0.7))
        for group, level in (("cik", cik), ("control", control))
    ]
    cohort = ircc.survival.pseudo_cohort(small_registry(landmarks=points))
    assert shared_horizon(cohort) == 24
    assert rmst_by_entity(cohort).empty  # two trials are not pooled
    row = rmst_by_entity(cohort, at_least=2).iloc[0]
    assert (row["trials"], row["n"], row["horizon"]) == (2, 160, 24)
    # exact areas under the exponential curves of the two trials
    area = {level: 36 / -np.log(level) * (1 - level ** (24 / 36)) for level in (0.6, 0.4)}
    assert row["difference"] == pytest.approx((area[0.6] - area[0.4]) / 2, abs=0.05)
    assert row["ci_low"] < row["difference"] < row["ci_high"]

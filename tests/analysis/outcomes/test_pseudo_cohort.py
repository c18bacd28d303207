"""Pseudo-cohorts: arms through reported points, restricted means within trials."""

import numpy as np
import pandas as pd
import pytest

import ircc_lib as ircc
from ircc_lib.analysis.outcomes.pseudo_cohort import arm_curve, rmst_by_entity
from tests.analysis.outcomes.small import small_registry


def test_five_year_survival_compares_within_trials_and_carries_no_arm_to_another(reg):
    table = ircc.survival.five_year_survival(reg)
    both = table[table["kind"].eq("both arms of the trial")]
    assert both.groupby("trial_id")["group"].agg(set).map(lambda arms: arms == {"cik", "control"}).all()
    jin = both[both["trial_id"].eq("Jin2014")].set_index("group")["survival"]
    assert jin.round(3).to_dict() == {"cik": 0.277, "control": 0.092}
    alone = table[table["kind"].eq("single arm")]["trial_id"]
    assert "Anon2015a" in set(alone) and not set(alone) & set(both["trial_id"])


def test_a_five_year_rate_has_the_interval_of_its_effective_number_and_not_of_whole_patients():
    rates = [{"survival": 0.5}, {"group": "control", "survival": 0.5}]
    trials = [{"trial_id": "A2010", "cohort": "A", "n_cik": 100, "n_control": 100, "followup_months": None}]
    row = ircc.survival.five_year_survival(small_registry(landmarks=rates, trials=trials)).iloc[0]
    # R: n (1 - S) / (S * integrate(function(u) h exp(h u) / (1 - u / 120), 0, 60)), h = log(2) / 60, n = 100: 69.35794;
    # Wilson with 69.35794: 0.5 -+ 1.959964 * sqrt(0.25 / m + 1.959964^2 / (4 m^2)) / (1 + 1.959964^2 / m)
    assert row["effective"] == pytest.approx(69.35794, rel=0.01) and row["n"] == 100
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((0.385458, 0.614542), abs=1e-3)
    assert row["interval"] == "follow-up assumed"  # which the table says, and the figure dots


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
    reg = small_registry(landmarks=points)
    cohort = ircc.survival.pseudo_cohort(reg)
    pd.testing.assert_frame_equal(cohort, ircc.survival.pseudo_cohort(reg))
    assert cohort.groupby("arm")["event"].sum().to_dict() == {"cik": 16, "control": 24}
    assert cohort.attrs["left_out"].to_dict("records") == [
        {"trial_id": "B2012", "cohort": "B", "why": "rates or medians of one arm only"}
    ]
    assert len(ircc.survival.pseudo_cohort(reg, randomised=False)) == 0


def test_restricted_means_compare_within_trials_up_to_a_time_that_is_known():
    points = [
        {"trial_id": trial, "group": group, "survival": level, "time": time}
        for trial, time, cik, control in (("A2010", 36.0, 0.6, 0.4), ("B2012", 24.0, 0.7, 0.7))
        for group, level in (("cik", cik), ("control", control))
    ]
    cohort = ircc.survival.pseudo_cohort(small_registry(landmarks=points))
    assert rmst_by_entity(cohort).empty  # two trials are not pooled
    row = rmst_by_entity(cohort, at_least=2).iloc[0]
    assert (row["trials"], row["n"], row["horizon"]) == (2, 160, 24)
    # exact areas under the exponential curves of the two trials
    area = {level: 36 / -np.log(level) * (1 - level ** (24 / 36)) for level in (0.6, 0.4)}
    assert row["difference"] == pytest.approx((area[0.6] - area[0.4]) / 2, abs=0.05)
    assert row["ci_low"] < row["difference"] < row["ci_high"]

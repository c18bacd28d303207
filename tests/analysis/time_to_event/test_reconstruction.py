"""Patients reconstructed from exact, rounded and digitised curves of R's data sets."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ircc_lib as ircc
from benchmarks.digitised import cell

REFERENCE = Path(__file__).parents[2] / "reference" / "survival"
ARMS = pd.read_csv(REFERENCE / "arms.csv")
CURVES = pd.read_csv(REFERENCE / "curves.csv")
EXPECTED = pd.read_csv(REFERENCE / "expected.csv").set_index(["dataset", "quantity"])["value"]
DATASETS = sorted(set(ARMS["dataset"]) - {"aml"})  # aml: 23 patients, tested with its flat points below


def at_risk(time, risk_times):
    return [int((time >= at).sum()) for at in risk_times]


def arm_of(dataset, arm):
    patients = ARMS[(ARMS["dataset"] == dataset) & (ARMS["arm"] == arm)]
    curve = CURVES[(CURVES["dataset"] == dataset) & (CURVES["arm"] == arm)]
    return patients, curve["time"].to_numpy(float), curve["survival"].to_numpy()


def error_of_log_hr(
    dataset, change=lambda times, survival: (times, survival), last=lambda patients, times: patients["time"].max()
):
    """Reconstructed against R's log hazard ratio, from the curve and seven numbers at risk of each arm."""
    arms = []
    for arm in (0, 1):
        patients, times, survival = arm_of(dataset, arm)
        risk_times = np.linspace(0, last(patients, times), 7)
        ipd = ircc.reconstruct_ipd(*change(times, survival), risk_times, at_risk(patients["time"], risk_times))
        assert len(ipd) == len(patients)
        arms.append(ipd.assign(arm=arm))
    found = ircc.survival.cox_hazard_ratio(pd.concat(arms)).log_hr
    return abs(found - EXPECTED[dataset, "cox_log_hr"].item())


def test_exact_curves_with_seven_numbers_at_risk_give_the_hazard_ratio_again():
    errors = [error_of_log_hr(dataset) for dataset in DATASETS]
    assert len(errors) >= 6
    assert np.mean(errors) <= 0.008
    assert max(errors) <= 0.02


def test_a_risk_table_that_ends_with_the_last_event_will_do():
    errors = [error_of_log_hr(dataset, last=lambda patients, times: times[-1]) for dataset in DATASETS]
    assert np.mean(errors) <= 0.008
    assert max(errors) <= 0.02


def test_exact_curves_give_events_and_numbers_at_risk_of_every_step():
    for dataset in DATASETS:
        for arm in (0, 1):
            patients, times, survival = arm_of(dataset, arm)
            risk_times = np.linspace(0, patients["time"].max(), 7)
            ipd = ircc.reconstruct_ipd(times, survival, risk_times, at_risk(patients["time"], risk_times))
            assert ipd["event"].sum() == patients["event"].sum()
            assert at_risk(ipd["time"], times) == at_risk(patients["time"], times)


@pytest.mark.parametrize("dataset", ["aml", "kidney", "ovarian", "pbc"])
def test_flat_points_of_an_exact_curve_place_the_censored_patients(dataset):
    for arm in (0, 1):
        patients = ARMS[(ARMS["dataset"] == dataset) & (ARMS["arm"] == arm)]
        fitted = ircc.kaplan_meier(patients["time"], patients["event"]).survival_function_.iloc[1:, 0]
        risk_times = np.linspace(0, patients["time"].max(), 7)
        ipd = ircc.reconstruct_ipd(fitted.index, fitted, risk_times, at_risk(patients["time"], risk_times))
        assert sorted(ipd["time"].unique()) == sorted(patients["time"].unique())


@pytest.mark.parametrize("decimals", [3, 4])
def test_survival_printed_with_a_few_decimals_stays_close(decimals):
    def rounded(times, survival):
        return times, survival.round(decimals)

    errors = [error_of_log_hr(dataset, rounded) for dataset in DATASETS if dataset != "ovarian"]
    assert np.mean(errors) < 0.02 and max(errors) < 0.05


def test_digitising_noise_is_borne():
    def digitised(times, survival):
        noise = np.random.default_rng(20260101)
        doubled = np.repeat(times, 2) + noise.normal(0, 0.001 * times[-1], 2 * times.size)
        before = np.concatenate([[1.0], survival[:-1]])
        steps = np.stack([before, survival], axis=1).ravel() + noise.normal(0, 0.002, 2 * times.size)
        end = [1.2 * times[-1]]
        return np.append(np.maximum(doubled, 0), end), np.append(steps.clip(0, 1), survival[-1])

    errors = [error_of_log_hr(dataset, digitised) for dataset in ("colon", "lung", "pbc", "veteran", "gbsg")]
    assert max(errors) < 0.1


def test_vertical_steps_and_the_first_point_change_nothing():
    _, times, survival = arm_of("lung", 0)
    risk_times = np.linspace(0, 900, 7)
    numbers = at_risk(arm_of("lung", 0)[0]["time"], risk_times)
    plain = ircc.reconstruct_ipd(times, survival, risk_times, numbers)
    before = np.concatenate([[1.0], survival[:-1]])
    vertical = ircc.reconstruct_ipd(
        np.concatenate([[0], np.repeat(times, 2)]),
        np.concatenate([[1], np.stack([before, survival], 1).ravel()]),
        risk_times,
        numbers,
    )
    pd.testing.assert_frame_equal(plain, vertical)


def test_the_reported_total_of_events_settles_an_open_last_interval():
    patients, times, survival = arm_of("colon", 1)
    grid = np.linspace(0, times[-1], 60)
    drawn = np.array([np.append(1.0, survival)[np.searchsorted(times, at, side="right")] for at in grid]).round(2)
    total = int(patients["event"].sum())
    without = ircc.reconstruct_ipd(grid, drawn, [0], [len(patients)])
    told = ircc.reconstruct_ipd(grid, drawn, [0], [len(patients)], total_events=total)
    assert told["event"].sum() == total != without["event"].sum()


def test_no_event_gives_censored_patients_only():
    ipd = ircc.reconstruct_ipd([0, 12, 24], [1, 1, 1], [0, 12, 24], [10, 8, 3])
    assert ipd["event"].sum() == 0 and at_risk(ipd["time"], [0, 12, 24]) == [10, 8, 3]


def test_a_table_that_counts_after_the_events_of_its_time_is_understood():
    ipd = ircc.reconstruct_ipd([2, 4, 6], [0.75, 0.5, 0.0], [0, 2, 4, 6], [4, 3, 2, 0])
    assert ipd["event"].tolist() == [1, 1, 1, 1] and ipd["time"].tolist() == [2, 4, 6, 6]


def test_a_curve_is_flat_after_its_last_point_and_a_longer_risk_table_contradicts_nothing():
    with pytest.warns(UserWarning, match="the curve ends at 3 and is taken as flat up to 6"):
        ipd = ircc.reconstruct_ipd([0, 1, 2, 3], [1, 0.9, 0.7, 0.7], [0, 1, 2, 3, 4, 5, 6], [20, 20, 18, 9, 5, 3, 1])
    assert at_risk(ipd["time"], range(7)) == [20, 20, 18, 9, 5, 3, 1]
    assert "flat" in ipd.attrs["notes"][0]


def test_a_flat_end_that_is_noisy_is_read():
    rng = np.random.default_rng(2)
    times = np.linspace(0, 36, 40)
    level = np.maximum(np.exp(-times / 20), 0.4) + rng.normal(0, 0.005, 40)
    counts = [100, 74, 54, 40, 30, 20, 9]
    with pytest.warns(UserWarning, match="within reading error"):
        ipd = ircc.reconstruct_ipd(times, np.append(1.004, level[1:]), np.linspace(0, 36, 7), counts)
    assert at_risk(ipd["time"], np.linspace(0, 36, 7)) == counts
    assert ipd["time"].max() == pytest.approx(36) and ipd["event"].sum() == pytest.approx(50, abs=12)


def test_points_a_pixel_outside_the_axes_are_moved_onto_them_and_said():
    times, survival = [-0.02, 1, 2, 3, 4], [1.01, 0.8, 0.5, 0.2, -0.01]
    with pytest.warns(UserWarning, match=r"2 point\(s\) of the curve lay outside the axes"):
        ipd = ircc.reconstruct_ipd(times, survival, [0, 2, 4], [40, 32, 0])
    assert len(ipd) == 40 and ipd["event"].sum() >= 36


def test_more_patients_at_risk_than_the_curve_leaves_are_refused():
    with pytest.raises(ValueError, match="38 of 40 patients are counted at 12, where the curve has fallen to 0.50"):
        ircc.reconstruct_ipd([0, 5, 10, 12, 20], [1, 0.7, 0.5, 0.5, 0.4], [0, 12], [40, 38])


@pytest.mark.parametrize("total", [30, 45, 55])
def test_the_reported_total_of_events_is_kept_whatever_the_curve_leaves_open(total):
    rng = np.random.default_rng(3)
    times = np.linspace(1, 36, 40)
    level = np.clip(np.exp(-times / 36) + rng.normal(0, 0.003, 40), 0, 1)
    counts = [100, 70, 45, 25]
    ipd = ircc.reconstruct_ipd(times, level, [0, 10, 20, 30], counts, total_events=total)
    assert ipd["event"].sum() == total and len(ipd) == 100
    assert at_risk(ipd["time"], [0, 10, 20, 30]) == counts


def test_a_total_that_the_curve_cannot_have_is_refused():
    with pytest.raises(
        ValueError, match="total_events is 5, but the curve and the numbers at risk leave no more than 0"
    ):
        ircc.reconstruct_ipd([0, 12, 24], [1, 1, 1], [0, 12, 24], [10, 8, 3], total_events=5)


@pytest.mark.parametrize(
    ("how", "points", "allowed"), [("evenly", 20, 0.03), ("evenly", 40, 0.02), ("at steps", 40, 0.025)]
)
def test_clicked_curves_give_the_hazard_ratio_within_what_is_asked(how, points, allowed):
    errors, refused = cell(np.random.default_rng(6), "exponential", 120, points, how, trials=25)
    assert refused == 0 and np.abs(errors).mean() < allowed


GOOD = {"times": [0, 1, 2, 3], "survival": [1, 0.9, 0.7, 0.7], "risk_times": [0, 1, 2], "at_risk": [20, 19, 16]}


@pytest.mark.parametrize(
    "change, why",
    [
        ({"times": [], "survival": []}, "empty"),
        ({"risk_times": [], "at_risk": []}, "empty"),
        ({"survival": [1, 0.9, np.nan, 0.7]}, "not a finite number"),
        ({"survival": [100, 90, 70, 70]}, "survival above 1"),
        ({"survival": [1, 0.9, -0.1, -0.2]}, "negative"),
        ({"survival": [1, 0.9, 0.7]}, "differ in length"),
        ({"at_risk": [20, 19]}, "differ in length"),
        ({"times": [0, 2, 1, 3]}, "not increasing"),
        ({"times": [0, 0, 0, 0]}, "no time"),
        ({"risk_times": [0, 2, 1]}, "risk_times are not increasing"),
        ({"risk_times": [0, 1, 1]}, "risk_times are not increasing"),
        ({"at_risk": [20, 21, 16]}, "rises"),
        ({"at_risk": [0, 0, 0]}, "no patients"),
        ({"at_risk": [20, 18.5, 16]}, "not whole"),
        ({"risk_times": [1.5, 2, 3]}, "time 0"),
        (
            {"survival": [1, 0.7, 0.7, 0.7], "at_risk": [20, 20, 20]},
            "20 of 20 patients are counted at 2, where the curve",
        ),
        ({"survival": [1.03, 0.9, 0.7, 0.7]}, "survival above 1"),
        ({"survival": [1, 0.9, 0.7, -0.03]}, "negative"),
        ({"survival": [1, 0.9, 0.7, 0], "risk_times": [0, 2, 4], "at_risk": [20, 16, 3]}, "longer than the curve"),
        ({"total_events": 21}, "total_events"),
        ({"total_events": -1}, "total_events"),
    ],
)
def test_input_that_cannot_be_a_curve_is_refused(change, why):
    with pytest.raises(ValueError, match=why):
        ircc.reconstruct_ipd(**(GOOD | change))


def levels(time, event, at):
    """Kaplan-Meier survival by its definition, at some times."""
    steps = np.unique(time)
    n = np.array([(time >= step).sum() for step in steps])
    d = np.array([((time == step) & (event == 1)).sum() for step in steps])
    return np.append(1.0, np.cumprod(1 - d / n))[np.searchsorted(steps, at, side="right")]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=2, max_size=40), st.integers(2, 8))
def test_any_cohort_is_reconstructed_with_all_its_patients_and_its_curve(patients, rows):
    time, event = (np.array(values, dtype=float) for values in zip(*patients))
    points = np.append(0.0, np.unique(time))
    curve, risk_times = levels(time, event, points), np.linspace(0, time.max(), rows)
    ipd = ircc.reconstruct_ipd(points, curve, risk_times, at_risk(time, risk_times))
    assert len(ipd) == len(time)
    again = levels(ipd["time"].to_numpy(), ipd["event"].to_numpy(), points)
    np.testing.assert_allclose(again, curve, atol=1e-9)

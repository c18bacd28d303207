"""Curves, tests and restricted means against R's survival package (tests/reference/survival)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ircc_lib as ircc

REFERENCE = Path(__file__).parents[2] / "reference" / "survival"
ARMS = pd.read_csv(REFERENCE / "arms.csv")
CURVES = pd.read_csv(REFERENCE / "curves.csv")
EXPECTED = pd.read_csv(REFERENCE / "expected.csv")
DATASETS = sorted(ARMS["dataset"].unique())


def patients(dataset):
    return ARMS[ARMS["dataset"] == dataset]


def expected(dataset, quantity):
    rows = EXPECTED[(EXPECTED["dataset"] == dataset) & (EXPECTED["quantity"] == quantity)]
    return rows["value"].item()


@pytest.mark.parametrize("dataset", DATASETS)
def test_kaplan_meier_equals_survfit_at_every_event(dataset):
    for name, curve in CURVES[CURVES["dataset"] == dataset].groupby("arm"):
        everybody = patients(dataset)
        rows = everybody[everybody["arm"].eq(name)]
        fitted = ircc.kaplan_meier(rows["time"], rows["event"])
        np.testing.assert_allclose(fitted.predict(curve["time"].to_numpy()), curve["survival"], atol=1e-12)


@pytest.mark.parametrize("dataset", DATASETS)
def test_log_rank_equals_survdiff(dataset):
    test = ircc.survival.logrank(patients(dataset))
    assert test.statistic == pytest.approx(expected(dataset, "logrank_chisq"), rel=1e-8)
    assert test.p_value == pytest.approx(expected(dataset, "logrank_p"), rel=1e-8)


@pytest.mark.parametrize("dataset", DATASETS)
def test_cox_equals_coxph(dataset):
    fit = ircc.survival.cox_hazard_ratio(patients(dataset))
    found = [fit.log_hr, fit.se, fit.p_value, fit.ci_low, fit.ci_high]
    names = ["cox_log_hr", "cox_se", "cox_p", "cox_ci_low", "cox_ci_high"]
    np.testing.assert_allclose(found, [expected(dataset, name) for name in names], rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("dataset", DATASETS)
def test_restricted_mean_and_its_error_equal_survfit(dataset):
    rows = EXPECTED[(EXPECTED["dataset"] == dataset) & EXPECTED["quantity"].isin(["rmean", "rmean_se"])]
    for horizon, at_horizon in rows.groupby("horizon"):
        table = at_horizon.pivot(index="arm", columns="quantity", values="value")
        difference = ircc.rmst_difference(patients(dataset), horizon=horizon)
        found = [difference.control.rmst, difference.cik.rmst, difference.control.se, difference.cik.se]
        np.testing.assert_allclose(found, [*table["rmean"], *table["rmean_se"]], rtol=1e-9, atol=1e-9)
        assert difference.estimate == pytest.approx(table["rmean"][1] - table["rmean"][0])
        assert difference.se == pytest.approx(np.hypot(*table["rmean_se"]))
        assert difference.ci_low <= difference.estimate <= difference.ci_high


def two_arms(**changes):
    rows = {"time": [3.0, 6, 9, 4, 8, 12], "event": [1, 1, 0, 1, 0, 0], "arm": ["control"] * 3 + ["cik"] * 3}
    return pd.DataFrame(rows | changes)


def test_the_difference_is_cik_minus_control_whatever_the_arms_are_called():
    by_name = ircc.rmst_difference(two_arms(), horizon=8)
    by_number = ircc.rmst_difference(two_arms(arm=[0] * 3 + [1] * 3), horizon=8)
    assert by_name.estimate > 0
    assert by_name == by_number


def test_a_horizon_beyond_the_follow_up_is_refused_unless_survival_is_0():
    with pytest.raises(ValueError, match="beyond the follow-up"):
        ircc.rmst_difference(two_arms(), horizon=10)
    all_died = two_arms(event=[1, 1, 1, 1, 0, 0])
    assert ircc.rmst_difference(all_died, horizon=12).control.rmst == pytest.approx(6)


@pytest.mark.parametrize(
    "changes, why",
    [
        ({"arm": ["cik"] * 6}, "two arms"),
        ({"arm": ["a", "a", "b", "b", "c", "c"]}, "two arms"),
        ({"arm": ["cik", "cik", "cik", "control", "control", None]}, "empty"),
        ({"time": [3.0, 6, np.nan, 4, 8, 12]}, "missing"),
        ({"time": [3.0, -6, 9, 4, 8, 12]}, "negative"),
        ({"event": [1, 2, 0, 1, 0, 0]}, "other than 0"),
    ],
)
def test_patients_that_cannot_be_compared_are_refused(changes, why):
    for compare in (
        ircc.survival.logrank,
        ircc.survival.cox_hazard_ratio,
        lambda ipd: ircc.rmst_difference(ipd, horizon=5),
    ):
        with pytest.raises(ValueError, match=why):
            compare(two_arms(**changes))


def test_arms_without_events_have_no_ratio():
    with pytest.raises(ValueError, match="no events"):
        ircc.survival.logrank(two_arms(event=[0] * 6))
    with pytest.raises(ValueError, match="control arm has no events"):
        ircc.survival.cox_hazard_ratio(two_arms(event=[0, 0, 0, 1, 1, 1]))


def test_a_missing_column_an_empty_arm_and_a_negative_horizon_are_named():
    with pytest.raises(ValueError, match="no column 'arm'"):
        ircc.survival.logrank(two_arms().drop(columns="arm"))
    with pytest.raises(ValueError, match="no patients"):
        ircc.kaplan_meier([], [])
    with pytest.raises(ValueError, match="differ in length"):
        ircc.kaplan_meier([1, 2], [1])
    with pytest.raises(ValueError, match="horizon is -1; it must be above 0"):
        ircc.rmst_difference(two_arms(), horizon=-1)


def test_times_that_differ_in_the_last_bit_are_one_time():
    # survival 3.5-3 on tests/reference/survival/equal_times.csv (weeks and days turned into months):
    # survdiff(Surv(time, event) ~ arm)$chisq, coxph(Surv(time, event) ~ arm == "cik")$coef
    ipd = pd.read_csv(REFERENCE / "equal_times.csv", float_precision="round_trip")
    months = ipd.assign(
        time=[t * 7 / 30.4375 / 7 if arm == "cik" else t / 7 * (7 / 30.4375) for t, arm in zip(ipd["time"], ipd["arm"])]
    )
    assert len(set(months["time"])) > ipd["time"].nunique()  # the same times, in other bits
    for patients in (ipd, months):
        test = ircc.survival.logrank(patients)
        assert (test.statistic, test.p_value) == pytest.approx((1.1153178, 0.29093), abs=5e-6)
        assert ircc.survival.cox_hazard_ratio(patients).log_hr == pytest.approx(-0.7694707, abs=1e-6)


def test_a_likelihood_without_a_maximum_is_refused_in_words_and_the_log_rank_test_stands():
    # R 4.2: coxph warns that the coefficient may be infinite; survdiff gives p 0.0067
    ipd = pd.DataFrame({"time": range(1, 9), "event": [1, 1, 1, 1, 1, 1, 0, 1], "arm": ["control"] * 4 + ["cik"] * 4})
    with pytest.raises(ValueError, match="not finite: no patient of the CIK arm has an event while"):
        ircc.survival.cox_hazard_ratio(ipd)
    turned = ipd.assign(arm=ipd["arm"].map({"control": "cik", "cik": "control"}))
    with pytest.raises(ValueError, match="no patient of the control arm"):
        ircc.survival.cox_hazard_ratio(turned)
    assert ircc.survival.logrank(ipd).p_value == pytest.approx(0.0067, abs=5e-5)

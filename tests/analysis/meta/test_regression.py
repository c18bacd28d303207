"""Subgroups, meta-regression, sensitivity and small-study effects against metafor."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ircc_lib as ircc

PINNED = Path(__file__).parents[2] / "reference/metafor/effects.json"
REFERENCE = json.loads(PINNED.read_text(encoding="utf-8"))
BCG = pd.DataFrame(REFERENCE["moderators"])
SETS = REFERENCE["pooling"]


def named(value):
    return (
        value
        if isinstance(value, str)
        else "-".join(str(value[key]) for key in ("method", "test", "formula", "estimator", "asked") if key in value)
    )


def same(found, expected, tolerance=1e-4):
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("fit", REFERENCE["regressions"], ids=named)
def test_meta_regression_is_metafors(fit):
    names = [name for name in ("ablat", "alloc") if name in fit["formula"]]
    found = ircc.meta.regression(BCG["yi"], BCG["sei"], BCG[names], method=fit["method"], knha=fit["test"] == "knha")
    for key in ("estimate", "se", "ci_low", "ci_high", "p_value"):
        same(found.coefficients[key], fit[key])
    for key in ("tau2", "i2", "q", "q_p_value", "qm", "qm_p_value"):
        assert getattr(found, key) == pytest.approx(fit[key], rel=1e-4, abs=1e-4), key
    if fit["method"] == "FE":  # metafor gives the R2 of the weighted regression here, another quantity
        assert math.isnan(found.r2)
    else:
        assert found.r2 == pytest.approx(fit["r2"], abs=1e-3)


@pytest.mark.parametrize("fit", REFERENCE["subgroup"], ids=named)
def test_subgroups_and_the_test_between_them_are_metafors(fit):
    found = ircc.meta.subgroups(BCG["yi"], BCG["sei"], BCG["alloc"], method=fit["method"], knha=fit["test"] == "knha")
    table = found.table()
    assert table["group"].tolist() == fit["group"]
    for key in ("estimate", "se", "k"):
        same(table[key], fit[key])
    assert (found.q_between, found.p_value) == pytest.approx((fit["q_between"], fit["q_between_p"]), abs=1e-4)


def test_a_group_of_one_trial_is_named_and_enters_the_test_unpooled():
    found = ircc.meta.subgroups([-0.5, -0.4, 0.1], [0.1, 0.1, 0.1], ["a", "a", "b"], knha=False)
    assert list(found.pooled) == ["a"] and found.single == {"b": 2} and found.df == 1


@pytest.mark.parametrize(
    ("moderators", "words"),
    [
        ({"year": [2000.0, None, 2002.0, 2003.0]}, "trial 2 has no year"),
        ({"year": [2000, 2000, 2000, 2000]}, "cannot be told apart"),
        ({"a": [1, 2, 3, 4], "b": [2, 4, 6, 8]}, "cannot be told apart"),
        ({"a": [1, 2, 3]}, "4 trials but 3 rows"),
        ({"a": list("wxyz")}, "cannot carry"),
    ],
)
def test_a_regression_that_cannot_be_fitted_is_refused_with_the_reason(moderators, words):
    with pytest.raises(ValueError, match=words):
        ircc.meta.regression([0.1, 0.2, 0.3, 0.5], [0.1] * 4, pd.DataFrame(moderators))


SENSITIVITY = [(name, fit) for name, data in REFERENCE["sensitivity"].items() for fit in data["leave_one_out"]]


@pytest.mark.parametrize(("name", "fit"), SENSITIVITY, ids=named)
def test_leaving_out_each_trial_gives_metafors_results(name, fit):
    data = SETS[name]
    found = ircc.meta.leave_one_out(data["yi"], data["sei"], method=fit["method"], knha=fit["test"] == "knha")
    for key, theirs in (
        ("estimate", "estimate"),
        ("se", "se"),
        ("ci_low", "ci.lb"),
        ("ci_high", "ci.ub"),
        ("p_value", "pval"),
    ):
        same(found[key], fit["left"][theirs])


@pytest.mark.parametrize(("name", "fit"), SENSITIVITY, ids=named)
def test_influence_is_metafors(name, fit):
    data = SETS[name]
    found = ircc.meta.influence(data["yi"], data["sei"], method=fit["method"], knha=fit["test"] == "knha")
    theirs = {"cook_d": "cook.d", "cov_r": "cov.r", "tau2_without": "tau2.del", "q_without": "QE.del", "dfbeta": "dfbs"}
    for key in found.columns.drop("influential"):
        same(found[key], fit["influence"][theirs.get(key, key)])
    assert found["influential"].tolist() == fit["influence"]["influential"]


@pytest.mark.parametrize("name", list(REFERENCE["sensitivity"]))
def test_the_cumulative_effect_is_metafors_from_the_second_trial_on(name):
    data = SETS[name]
    for fit in REFERENCE["sensitivity"][name]["cumulative"]:
        found = ircc.meta.cumulative(
            data["yi"], data["sei"], range(len(data["yi"])), method=fit["method"], knha=fit["test"] == "knha"
        )
        for key, theirs in (
            ("estimate", "estimate"),
            ("se", "se"),
            ("ci_low", "ci.lb"),
            ("p_value", "pvals"),
            ("tau2", "tau2"),
        ):
            same(found[key], fit[theirs][1:])


def test_trials_of_one_year_enter_the_cumulative_effect_together():
    found = ircc.meta.cumulative([-0.5, -0.3, -0.6, 0.1], [0.2] * 4, [2010, 2008, 2010, 2015])
    assert found["order"].tolist() == [2010, 2015] and found["k"].tolist() == [3, 4]


@pytest.mark.parametrize("name", list(REFERENCE["bias"]))
def test_eggers_test_is_regtest_of_the_linear_model(name):
    found = ircc.meta.egger(SETS[name]["yi"], SETS[name]["sei"])
    for key, value in REFERENCE["bias"][name]["egger"].items():
        # The near-equal standard errors of one set leave the slope some 1e5 wide.
        assert getattr(found, key) == pytest.approx(value, rel=1e-4, abs=1e-4), key


def test_asymmetry_cannot_be_tested_where_all_errors_are_equal_or_trials_are_two():
    with pytest.raises(ValueError, match="equal"):
        ircc.meta.egger([0.1, 0.2, 0.3], [0.1, 0.1, 0.1])
    with pytest.raises(ValueError, match="at least 3"):
        ircc.meta.egger([0.1, 0.2], [0.1, 0.2])


FILLS = [(name, fit) for name, data in REFERENCE["bias"].items() for fit in data["fills"]]


@pytest.mark.parametrize(("name", "fit"), FILLS, ids=named)
def test_trim_and_fill_is_metafors(name, fit):
    data = SETS[name]
    found = ircc.meta.trim_and_fill(
        data["yi"],
        data["sei"],
        method=fit["method"],
        knha=fit["test"] == "knha",
        estimator=fit["estimator"],
        side=None if fit["asked"] == "auto" else fit["asked"],
    )
    assert (found.k0, found.side) == (fit["k0"], fit["side"])
    same(np.sort(found.filled["yi"]), np.sort(np.atleast_1d(fit["filled_yi"])))
    for key in ("estimate", "se", "ci_low", "ci_high", "tau2"):
        assert getattr(found.pooled, key) == pytest.approx(fit[key], rel=1e-4, abs=1e-4), key


def test_the_bands_of_a_funnel_are_where_effects_become_significant():
    bands = ircc.meta.funnel_contours([0.1, 0.4])
    edge = bands[bands["level"].eq(0.95)].iloc[-1]
    assert edge["high"] == pytest.approx(1.959964 * edge["se"], abs=1e-5) and edge["low"] == -edge["high"]

"""Selection models against metafor's selmodel, the worst case by hand."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import ircc_lib as ircc

PINNED = Path(__file__).parents[2] / "reference/metafor/selection.json"
SETS = json.loads(PINNED.read_text(encoding="utf-8"))


@pytest.mark.parametrize("weights", ["step", "moderate", "severe"])
@pytest.mark.parametrize("name", SETS)
def test_selection_models_are_metafors(name, weights):
    data = SETS[name]
    found, wanted = ircc.meta.selection_model(data["yi"], data["sei"], weights=weights), data[weights]
    for key in ("estimate", "se", "ci_low", "ci_high", "tau2", "p_value"):
        assert getattr(found, key) == pytest.approx(wanted[key], abs=1e-3), key
    assert found.unadjusted == pytest.approx(data["ml"]["estimate"], abs=1e-5)
    if weights == "step":
        assert found.delta == pytest.approx(wanted["delta"], rel=1e-3)
        assert found.delta_p == pytest.approx(wanted["delta_p"], abs=1e-3)
    assert f"{math.exp(wanted['estimate']):.2f}" in str(found) and "<table>" in found._repr_html_()


def test_a_step_needs_trials_on_both_sides_of_it():
    with pytest.raises(ValueError, match="none of the trials is significant in favour"):
        ircc.meta.selection_model([-0.1, 0.2, 0.1], [0.2, 0.2, 0.3])
    with pytest.raises(ValueError, match="weights 'other' is not known"):
        ircc.meta.selection_model([-0.1, 0.2, 0.1], [0.2, 0.2, 0.3], weights="other")


def test_the_worst_case_counts_only_trials_that_are_not_significant_in_favour():
    # equal errors and no variance beyond them: plain means. In favour: -0.6 and -0.5; others: -0.1, 0.1, 0.2, 0.2
    y, s = [-0.6, -0.5, -0.1, 0.1, 0.2, 0.2], [0.25] * 6
    found = ircc.meta.worst_case(y, s)
    assert (found.k, found.affirmative) == (6, 2)
    assert found.worst.estimate == pytest.approx(0.1)
    under = found.under.set_index("eta")["estimate"]
    assert under[1] == pytest.approx(-0.7 / 6)
    assert under[4] == pytest.approx((-1.1 + 4 * 0.4) / (2 + 16))
    assert found.s_value == pytest.approx(1.1 / 0.4)
    assert found.s_value_ci == 1  # the interval holds 0 without any selection
    assert "2.8 to 1" in str(found) and "<table>" in found._repr_html_()


def test_the_sandwich_error_is_that_of_its_formula():
    y, s = np.array([-0.9, -0.7, -0.2, -0.1]), np.array([0.2, 0.2, 0.2, 0.2])
    row = ircc.meta.worst_case(y, s, etas=(3,)).under.iloc[1]
    share = np.array([1, 1, 3, 3]) / 8
    mean = (share * y).sum()
    se = math.sqrt((share**2 * (y - mean) ** 2 / (1 - share)).sum())
    # Satterthwaite by simulation: a sum of squares with mean m and variance v has 2 m^2 / v degrees of freedom
    drawn = np.random.default_rng(0).normal(size=(400_000, 4))
    squares = (share**2 / (1 - share) * (drawn - (drawn * share).sum(axis=1, keepdims=True)) ** 2).sum(axis=1)
    df = 2 * squares.mean() ** 2 / squares.var()
    reach = stats.t.ppf(0.975, df)
    assert (row["estimate"], row["ci_high"]) == pytest.approx((mean, mean + reach * se), rel=1e-2)


def test_trials_of_one_weight_have_one_degree_of_freedom_fewer_than_there_are():
    y, s = np.array([-0.9, -0.7, -0.2, -0.1]), np.array([0.2, 0.2, 0.2, 0.2])
    row = ircc.meta.worst_case(y, s).under.iloc[0]
    se = y.std(ddof=1) / 2
    assert row["ci_high"] == pytest.approx(y.mean() + 3.182446 * se, rel=1e-6)  # t(3) from tables


def test_an_interval_that_the_worst_case_takes_to_no_effect_has_a_selection_that_does_so():
    y, s = [-1.2, -1.1, -1.0, -0.9, -0.5, -0.1, -0.6, 0.1], [0.3, 0.3, 0.25, 0.3, 0.4, 0.3, 0.5, 0.3]
    found = ircc.meta.worst_case(y, s)
    low, high = found.worst.hazard_ratio_ci
    assert low < 1 < high and math.isinf(found.s_value) and 1 < found.s_value_ci < 1e6


def test_no_selection_is_enough_where_the_others_point_the_same_way():
    found = ircc.meta.worst_case([-0.6, -0.7, -0.2, -0.3], [0.2, 0.2, 0.2, 0.2])
    assert math.isinf(found.s_value) and "no selection of this kind is enough" in str(found)

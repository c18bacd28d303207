"""Pooling against R's metafor (tests/reference/metafor), and what must hold of any pooling."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ircc_lib as ircc
from ircc_lib.analysis.meta.pooling import pool_many
from tests.analysis.meta.metafor import FOLDER, SETS

FITS = [(name, fit) for name, data in SETS.items() for fit in data["fits"]]
TOLERANCE = {"FE": 1e-6, "DL": 1e-6, "REML": 1e-4, "PM": 1e-4}
KNHA = {"z": False, "knha": True, "adhoc": "adhoc"}
KEYS = ["estimate", "se", "ci_low", "ci_high", "p_value", "tau2", "i2", "h2", "q", "q_p_value"]


def named(value):
    return value if isinstance(value, str) else f"{value['method']}-{value['test']}"


def pooled(name, fit, **options):
    data = SETS[name]
    return ircc.pool(data["yi"], data["sei"], method=fit["method"], knha=KNHA[fit["test"]], **options)


@pytest.mark.parametrize(("name", "fit"), FITS, ids=named)
def test_every_number_of_a_pooled_effect_is_metafors(name, fit):
    found = pooled(name, fit)
    for key in KEYS:
        assert getattr(found, key) == pytest.approx(
            fit[key], rel=TOLERANCE[fit["method"]], abs=TOLERANCE[fit["method"]]
        ), key


@pytest.mark.parametrize(("name", "fit"), [case for case in FITS if case[1]["method"] != "FE"], ids=named)
def test_prediction_and_tau2_intervals_are_metafors(name, fit):
    found = pooled(name, fit)
    for key in ("pi_low", "pi_high", "tau2_ci_low", "tau2_ci_high"):
        assert getattr(found, key) == pytest.approx(
            fit[key], rel=TOLERANCE[fit["method"]], abs=TOLERANCE[fit["method"]]
        ), key


@pytest.mark.parametrize(
    ("name", "fit"), [case for case in FITS if case[1]["method"] != "FE" and len(SETS[case[0]]["yi"]) > 2], ids=named
)
def test_higgins_prediction_interval_is_metafors_riley(name, fit):
    found = pooled(name, fit, pi="higgins")
    assert (found.pi_low, found.pi_high) == pytest.approx((fit["higgins_low"], fit["higgins_high"]), rel=1e-4, abs=1e-4)


def test_trials_that_agree_do_not_make_the_reported_interval_narrower_than_theirs():
    alike = [-0.40, -0.38], [0.30, 0.25]
    narrow, honest = ircc.pool(*alike, knha=True), ircc.pool(*alike)
    assert narrow.ci_high - narrow.ci_low < 2 * 1.96 * 0.25 < honest.ci_high - honest.ci_low


def test_two_trials_give_an_honest_wide_interval_and_no_higgins_prediction():
    found = ircc.pool([-0.62, -0.11], [0.21, 0.17], pi="higgins")
    assert found.ci_low < -3 and found.ci_high > 2  # t with one degree of freedom
    assert math.isnan(found.pi_low) and math.isnan(found.pi_high)


def test_a_common_effect_has_no_prediction_interval_and_no_tau2_interval():
    found = ircc.pool([-0.6, -0.1, 0.2], [0.2, 0.2, 0.3], method="FE")
    assert found.tau2 == 0 and math.isnan(found.pi_low) and math.isnan(found.tau2_ci_high)


@pytest.mark.parametrize(
    ("yi", "sei", "words"),
    [
        ([], [], "at least 2 trials"),
        ([0.1], [0.2], "at least 2 trials"),
        ([0.1, 0.2], [0.1], "2 effects but 1 standard errors"),
        ([0.1, 0.2], [0.1, 0.0], "trial 2 has a standard error of 0"),
        ([0.1, 0.2], [-0.1, 0.1], "trial 1 has a standard error of -0.1"),
        ([0.1, math.nan], [0.1, 0.1], "trial 2 has no finite effect"),
        ([0.1, 0.2], [0.1, math.inf], "trial 2 has no finite standard error"),
        ([0.1, None], [0.1, 0.1], "trial 2 has no finite effect"),
        (["a", "b"], [0.1, 0.1], "not all numbers"),
        ([[0.1, 0.2]], [[0.1, 0.2]], "flat list"),
    ],
)
def test_what_cannot_be_pooled_is_refused_with_the_reason(yi, sei, words):
    with pytest.raises(ValueError, match=words):
        ircc.pool(yi, sei)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "XX"}, "REML, ML, DL, PM or FE"),
        ({"alpha": 0}, "between 0 and 1"),
        ({"pi": "other"}, "metafor or higgins"),
        ({"knha": "other"}, "True, False or adhoc"),
    ],
)
def test_unknown_options_are_refused_with_what_is_allowed(options, words):
    with pytest.raises(ValueError, match=words):
        ircc.pool([0.1, 0.2], [0.1, 0.1], **options)


def test_identical_estimates_warn_that_knapp_hartung_has_no_width():
    with pytest.warns(UserWarning, match="identical"):
        found = ircc.pool([0.3, 0.3, 0.3], [0.1, 0.2, 0.3], knha=True)
    assert found.se == 0 and math.isnan(found.p_value)


def test_restricted_likelihood_with_two_maxima_ends_in_the_higher_one():
    data = json.loads((FOLDER / "reml_two_maxima.json").read_text(encoding="utf-8"))
    for test, truth in ((False, data["truth_z"]), (True, data["truth_knha"])):
        found = ircc.pool(data["yi"], data["sei"], knha=test)
        assert found.se == pytest.approx(truth["se"], abs=1e-6)
        assert (found.ci_low, found.ci_high) == pytest.approx(truth["ci"], abs=1e-6)
    assert found.tau2 == pytest.approx(data["truth_z"]["tau2"], abs=1e-6)
    assert found.estimate == pytest.approx(data["truth_z"]["estimate"], abs=1e-6)


def restricted_log_likelihood(tau2, y, s):
    """By its formula (Viechtbauer 2005), for (k, sets) arrays and one tau2 a set."""
    w = 1 / (s**2 + tau2)
    mean = (w * y).sum(axis=0) / w.sum(axis=0)
    return 0.5 * (np.log(w).sum(axis=0) - np.log(w.sum(axis=0)) - (w * (y - mean) ** 2).sum(axis=0))


def test_no_tau2_of_a_fine_grid_is_more_likely_than_the_one_found_in_2000_random_sets():
    random = np.random.default_rng(11)
    for k in (3, 5, 8, 13, 22):
        s = np.exp(random.uniform(np.log(0.05), np.log(1.2), (k, 400)))
        y = random.normal(-0.3, np.sqrt(s**2 + random.choice([0, 0.02, 0.1, 0.5], 400)))
        found = pool_many(y.T, s.T)[:, 1]
        grid = np.append(0.0, np.geomspace(1e-5, 8, 1500))[:, None] * (y.var(axis=0) + (s**2).mean(axis=0))
        best = np.max([restricted_log_likelihood(tau2, y, s) for tau2 in grid], axis=0)
        assert (restricted_log_likelihood(found, y, s) > best - 1e-7).all()


def test_the_default_is_what_the_report_uses():
    data = SETS["three"]
    assert ircc.pool(data["yi"], data["sei"]).se == ircc.pool(data["yi"], data["sei"], knha="adhoc").se


trials = st.lists(
    st.tuples(st.floats(-3, 3), st.floats(0.05, 2)), min_size=2, max_size=12, unique_by=lambda pair: round(pair[0], 3)
)
methods = st.sampled_from(["REML", "ML", "DL", "PM", "FE"])


def close(a, b):
    return a == pytest.approx(b, rel=1e-4, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(trials, methods, st.randoms())
def test_the_order_of_trials_does_not_matter(data, method, random):
    mixed = random.sample(data, len(data))
    one, other = (ircc.pool(*zip(*rows), method=method) for rows in (data, mixed))
    assert close(one.estimate, other.estimate) and close(one.se, other.se) and close(one.tau2, other.tau2)


@settings(max_examples=60, deadline=None)
@given(trials, methods)
def test_swapping_the_arms_flips_the_sign_and_nothing_else(data, method):
    y, s = np.array(data).T
    one, other = ircc.pool(y, s, method=method), ircc.pool(-y, s, method=method)
    assert close(one.estimate, -other.estimate) and close(one.ci_low, -other.ci_high) and close(one.tau2, other.tau2)


@settings(max_examples=60, deadline=None)
@given(trials, methods, st.floats(0.01, 100))
def test_a_change_of_unit_scales_the_result(data, method, factor):
    y, s = np.array(data).T
    one, other = ircc.pool(y, s, method=method), ircc.pool(factor * y, factor * s, method=method)
    assert close(other.estimate / factor, one.estimate) and close(other.se / factor, one.se)
    assert close(other.tau2 / factor**2, one.tau2) and close(other.i2, one.i2)


@settings(max_examples=40, deadline=None)
@given(trials, methods)
def test_weights_are_percent_and_the_estimate_lies_among_the_trials(data, method):
    y, s = np.array(data).T
    found = ircc.pool(y, s, method=method)
    assert found.weights.sum() == pytest.approx(100) and found.weights.min() > 0
    assert y.min() - 1e-9 <= found.estimate <= y.max() + 1e-9


@pytest.mark.parametrize("method", ["REML", "DL", "PM", "FE"])
def test_the_batch_gives_each_data_set_what_pool_gives_it(method):
    random = np.random.default_rng(3)
    y, s = random.normal(-0.3, 0.5, (50, 12)), random.uniform(0.05, 0.8, (50, 12))
    for row, (estimate, tau2) in enumerate(pool_many(y, s, method=method)):
        alone = ircc.pool(y[row], s[row], method=method)
        assert (estimate, tau2) == pytest.approx((alone.estimate, alone.tau2), abs=1e-6)


def test_a_bootstrap_repeats_itself_and_centres_on_the_pooled_effect():
    data = SETS["trials40"]
    draws = ircc.meta.bootstrap_pool(data["yi"], data["sei"], replicates=10_000, seed=7)
    assert draws.shape == (10_000, 2)
    assert np.array_equal(draws, ircc.meta.bootstrap_pool(data["yi"], data["sei"], replicates=10_000, seed=7))
    reference = next(fit for fit in data["fits"] if fit["method"] == "REML" and fit["test"] == "z")
    assert draws[:, 0].mean() == pytest.approx(reference["estimate"], abs=0.02)
    assert draws[:, 0].std() == pytest.approx(reference["se"], rel=0.25)


def test_a_pooled_effect_reads_as_a_hazard_ratio_in_text_and_html():
    found = ircc.pool(SETS["bcg"]["yi"], SETS["bcg"]["sei"], knha=True)
    bcg = next(fit for fit in SETS["bcg"]["fits"] if fit["method"] == "REML" and fit["test"] == "knha")
    ratio = f"{math.exp(bcg['estimate']):.2f}"
    assert ratio in str(found) and ratio in found._repr_html_() and "Knapp-Hartung" in str(found)
    assert found.hazard_ratio == pytest.approx(math.exp(bcg["estimate"]), abs=1e-4)
    assert found.exp().pi_high == pytest.approx(math.exp(bcg["pi_high"]), abs=1e-3)
    with pytest.raises(ValueError, match="logit"):
        _ = found.proportion

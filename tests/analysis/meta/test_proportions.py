"""Pooled proportions against metafor's rma.glmm, and at the edges where there is nothing to estimate."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

import ircc_lib as ircc
from ircc_lib.analysis.meta.proportions import clopper_pearson

PINNED = Path(__file__).parents[2] / "reference/metafor/proportions.json"
SETS = json.loads(PINNED.read_text(encoding="utf-8"))["proportions"]


@pytest.mark.parametrize("name", SETS)
def test_the_pooled_logit_is_metafors(name):
    data = SETS[name]
    found = ircc.pool_proportions(data["x"], data["n"], test="z", sparse="model")
    assert found.estimate == pytest.approx(data["estimate"], abs=1e-3)
    assert found.proportion == pytest.approx(1 / (1 + math.exp(-data["estimate"])), abs=1e-3)


@pytest.mark.parametrize("name", SETS)
def test_its_error_variance_and_tests_are_metafors(name):
    data = SETS[name]
    found = ircc.pool_proportions(data["x"], data["n"], test="z", sparse="model")
    assert found.se == pytest.approx(data["se"], rel=3e-3, abs=1e-3)
    assert found.tau2 == pytest.approx(data["tau2"], rel=1e-3, abs=1e-3)
    assert found.i2 == pytest.approx(data["i2"], abs=0.01)
    assert (found.q, found.q_p_value) == pytest.approx((data["q_lrt"], data["q_lrt_p"]), abs=1e-6)
    assert found.q_wald == pytest.approx(data["q_wald"], abs=1e-4)
    assert (found.pi_low, found.pi_high) == pytest.approx((data["pi_low"], data["pi_high"]), abs=1e-2)


def test_more_nodes_approach_the_integral_itself():
    x, n = np.array([1, 4, 2, 9]), np.array([12, 20, 31, 25])
    found = ircc.pool_proportions(x, n, nodes=41)

    def minus_log_likelihood(mu, tau):
        def of_one(k, m):
            def at(u):
                return stats.binom.pmf(k, m, 1 / (1 + np.exp(-mu - tau * u))) * stats.norm.pdf(u)

            return integrate.quad(at, -9, 9, epsabs=1e-13, limit=200)[0]

        return -sum(math.log(of_one(k, m)) for k, m in zip(x, n))

    best, tau = minus_log_likelihood(found.estimate, math.sqrt(found.tau2)), math.sqrt(found.tau2)
    for step in (-1e-3, 1e-3):
        assert minus_log_likelihood(found.estimate + step, tau) > best
        assert minus_log_likelihood(found.estimate, tau + step) > best


def test_no_events_anywhere_is_a_proportion_of_0_with_the_exact_upper_limit():
    found = ircc.pool_proportions([0, 0, 0], [53, 13, 55])
    low, high = stats.binomtest(0, 121).proportion_ci(method="exact")
    assert found.proportion == 0 and found.proportion_ci == pytest.approx((low, high))
    assert found.method == "exact" and found.events == 0 and found.n == 121
    assert math.isnan(found.pi_low) and "0.000" in str(found)


def test_few_events_are_added_up_with_the_exact_interval_and_not_pooled():
    found = ircc.pool_proportions([1, 0, 0], [34, 50, 893])  # a death in 977: the model says 0 to 9.7 %
    low, high = stats.binomtest(1, 977).proportion_ci(method="exact")
    assert found.method == "exact" and found.proportion == pytest.approx(1 / 977)
    assert found.proportion_ci == pytest.approx((low, high)) and math.isnan(found.pi_low)
    assert "1 of 977" in str(found) and "too few events" in str(found) and "pooled" not in str(found).splitlines()[0]


def test_trials_that_differ_too_widely_for_one_rate_are_added_up():
    x, n = [45, 0, 0, 0, 0, 14], [50, 60, 80, 40, 60, 26]
    found = ircc.pool_proportions(x, n)
    assert found.method == "exact" and found.tau2 > 4
    assert found.proportion_ci == pytest.approx(stats.binomtest(59, 316).proportion_ci(method="exact"))
    assert ircc.pool_proportions(x, n, sparse="model").method == "GLMM"


def test_intervals_of_few_trials_are_those_of_t_with_k_minus_1():
    data = [12, 20, 9], [60, 55, 41]
    wide, narrow = ircc.pool_proportions(*data), ircc.pool_proportions(*data, test="z")
    ratio = (wide.ci_high - wide.estimate) / (narrow.ci_high - narrow.estimate)
    assert ratio == pytest.approx(4.302653 / 1.959964, rel=1e-6)  # quantiles of t(2) and the normal, from tables


def test_events_in_everybody_is_the_mirror_of_events_in_nobody():
    none, all_ = ircc.pool_proportions([0, 0], [20, 31]), ircc.pool_proportions([20, 31], [20, 31])
    assert all_.proportion == 1
    assert all_.proportion_ci == pytest.approx((1 - none.proportion_ci[1], 1.0))


@pytest.mark.parametrize(
    ("events", "n", "words"),
    [
        ([], [], "at least 2 trials"),
        ([3], [10], "at least 2 trials"),
        ([3, 11], [10, 10], "trial 2 has 11 events of 10"),
        ([-1, 2], [10, 10], "trial 1 has -1 events"),
        ([1, 2], [0, 10], "at least 1 is needed"),
        ([1.5, 2], [10, 10], "not a whole number"),
        ([math.nan, 2], [10, 10], "not a whole number"),
        ([1, 2, 3], [10, 10], "3 counts of events but 2"),
    ],
)
def test_impossible_counts_are_refused_with_the_reason(events, n, words):
    with pytest.raises(ValueError, match=words):
        ircc.pool_proportions(events, n)


def test_all_or_nothing_in_every_trial_has_no_finite_estimate_and_is_refused():
    # rma.glmm stops somewhere on the way to infinity here (tau2 = 38,937), wherever its optimiser gives up.
    with pytest.raises(ValueError, match="no finite estimate"):
        ircc.pool_proportions([0, 30], [20, 30])


def test_another_method_is_refused():
    with pytest.raises(ValueError, match="GLMM"):
        ircc.pool_proportions([1, 2], [10, 10], method="DL")


counts = st.lists(
    st.integers(2, 80).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2, max_size=8
)


@settings(max_examples=25, deadline=None)
@given(counts)
def test_counting_those_without_the_event_mirrors_the_result(data):
    x, n = np.array(data).T
    assume(x.sum() in (0, n.sum()) or np.any((x > 0) & (x < n)))
    one, other = ircc.pool_proportions(x, n), ircc.pool_proportions(n - x, n)
    assert one.proportion == pytest.approx(1 - other.proportion, abs=2e-3)
    assert 0 <= one.proportion_ci[0] <= one.proportion <= one.proportion_ci[1] <= 1


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_exact_intervals_are_those_of_the_binomial_test(pair):
    events, n = pair
    theirs = stats.binomtest(events, n).proportion_ci(method="exact")
    assert clopper_pearson(events, n) == pytest.approx(tuple(theirs), abs=1e-9)

"""Intervals of survival rates."""

import numpy as np
import pytest

from benchmarks.coverage import FOLLOW_UP, rates, simulated
from ircc_lib.analysis.time_to_event.rates import rate_interval, wilson_interval


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

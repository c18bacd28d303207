"""The formulae of the hierarchy, held to R's survival package and to what must hold of any of them."""

import math
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.coverage import FOLLOW_UP, covered, printed
from ircc_lib.analysis.time_to_event.censoring import follow_up_window, greenwood, unknown_window
from ircc_lib.analysis.time_to_event.from_rates import events_from_rates, from_survival_rates
from ircc_lib.analysis.time_to_event.published import (
    NotEstimableError,
    from_interval,
    from_log_rank,
    from_medians,
    from_p_value,
    interval_skew,
)

REFERENCE = Path(__file__).parents[2] / "reference" / "effects"
ARMS = pd.read_csv(REFERENCE / "arms.csv").set_index("set")
LANDMARKS = dict(list(pd.read_csv(REFERENCE / "landmarks.csv").groupby("set")))
GROUPED = pd.read_csv(REFERENCE / "grouped.csv", dtype={"cik": str, "control": str})
# 500 simulated trials a cell: what the mean over six cells may be (the benchmark has all cells, 2,000 trials each)
COVERAGE = {
    "1 ratio and interval": (0.93, 0.975),
    "2 ratio and p": (0.93, 0.975),
    "3 rates, follow-up known": (0.93, 0.975),
    "3 rates, follow-up unknown": (0.92, 0.99),
    "3 one rate, follow-up unknown": (0.92, 0.99),
    "4 p and events": (0.93, 0.975),
    "5 medians, follow-up known": (0.93, 0.995),
    "5 medians, follow-up unknown": (0.92, 0.999),
    "5 medians, shape known": (0.93, 0.975),
}
unhurried = settings(deadline=None)  # the machine's load is no finding
PROPORTIONAL = [name for name in ARMS.index if name != "veteran"]  # its curves cross


def printed_rates(name, **options):
    arms, at = ARMS.loc[name], LANDMARKS[name]
    window = None if math.isnan(arms.follow_up) else follow_up_window(arms.follow_up)
    return from_survival_rates(
        list(at.time), list(at.cik), list(at.control), arms.n_cik, arms.n_control, follow_up=window, **options
    )


@pytest.mark.parametrize("name", ARMS.index)
def test_a_ratio_with_its_interval_gives_back_coxs_estimate_and_standard_error(name):
    arms = ARMS.loc[name]
    found = from_interval(arms.hr, arms.ci_low, arms.ci_high)
    assert found.log_hr == pytest.approx(arms.log_hr, abs=1e-6)
    assert found.se == pytest.approx(arms.se, abs=1e-6)


@pytest.mark.parametrize("name", ARMS.index)
def test_a_ratio_with_its_p_value_gives_back_coxs_standard_error(name):
    arms = ARMS.loc[name]
    assert from_p_value(arms.hr, arms.wald_p).se == pytest.approx(arms.se, rel=1e-6)


@pytest.mark.parametrize("name", ARMS.index)
def test_a_log_rank_p_with_its_events_comes_close_to_cox(name):
    arms = ARMS.loc[name]
    found = from_log_rank(arms.log_rank_p, arms.events, arms.n_cik, arms.n_control, favours_cik=arms.log_hr < 0)
    assert found.log_hr == pytest.approx(arms.log_hr, abs=0.025)
    assert 0.94 < found.se / arms.se < 1.01


@pytest.mark.parametrize("name", PROPORTIONAL)
def test_a_few_survival_rates_come_within_a_tenth_of_coxs_log_hazard_ratio(name):
    found = printed_rates(name)
    assert found.log_hr == pytest.approx(ARMS.log_hr[name], abs=0.1)
    assert 0.95 < found.se / ARMS.se[name] < 1.5


def test_between_landmarks_far_apart_a_ratio_of_risks_is_further_from_cox_than_one_of_hazards():
    distance = {
        ratio: np.mean([abs(printed_rates(name, ratio=ratio).log_hr - ARMS.log_hr[name]) for name in PROPORTIONAL])
        for ratio in ("hazard", "risk")
    }
    assert distance["hazard"] < distance["risk"]


@pytest.mark.parametrize("name", [name for name in PROPORTIONAL if ARMS.follow_up[name] > 0])
def test_events_counted_from_rates_and_follow_up_come_near_those_observed(name):
    observed = LANDMARKS[name].events.iloc[-1]
    assert printed_rates(name).events == pytest.approx(observed, rel=0.17)


@pytest.mark.parametrize("name", [name for name in PROPORTIONAL if ARMS.median_cik[name] > 0])
def test_two_medians_come_within_a_tenth_of_coxs_log_hazard_ratio(name):
    arms = ARMS.loc[name]
    found = from_medians(arms.median_cik, arms.median_control, arms.n_cik, arms.n_control)
    assert found.log_hr == pytest.approx(arms.log_hr, abs=0.1)
    assert found.se > arms.se


@pytest.mark.parametrize("row", list(GROUPED.itertuples()), ids=lambda row: row.cik)
def test_rates_without_censoring_are_the_grouped_proportional_hazards_model(row):
    left = [[int(count) for count in getattr(row, arm).split()] for arm in ("cik", "control")]
    rates = [[count / n for count in counts] for counts, n in zip(left, (row.n_cik, row.n_control))]
    found = from_survival_rates(range(1, len(rates[0]) + 1), *rates, row.n_cik, row.n_control)
    exact = 1e-6 if len(rates[0]) == 1 else 0.01
    assert found.log_hr == pytest.approx(row.log_hr, abs=exact)
    assert found.se == pytest.approx(row.se, abs=exact)


def falling_rates():
    """Two arms' survival at one to five landmarks, every step down."""
    steps = st.lists(st.tuples(st.floats(0.3, 0.97), st.floats(0.3, 0.97)), min_size=1, max_size=5)
    return steps.map(lambda pairs: np.cumprod(pairs, axis=0))


@unhurried
@given(falling_rates(), st.integers(20, 500), st.integers(20, 500), st.booleans())
def test_swapping_the_arms_turns_the_effect_round(rates, n_cik, n_control, censored):
    times = [12 * (i + 1) for i in range(len(rates))]
    window = (6, 12 * len(rates) + 24) if censored else None
    one = from_survival_rates(times, list(rates[:, 0]), list(rates[:, 1]), n_cik, n_control, follow_up=window)
    two = from_survival_rates(times, list(rates[:, 1]), list(rates[:, 0]), n_control, n_cik, follow_up=window)
    assert one.log_hr == pytest.approx(-two.log_hr, abs=1e-9)
    assert one.se == pytest.approx(two.se)


@unhurried
@given(st.floats(0.1, 0.9), st.floats(0.2, 5), st.integers(30, 300))
def test_rates_of_proportional_hazards_give_the_ratio_itself(control, hr, n):
    rates = [[level**hr for level in (control, control**2)], [control, control**2]]
    if min(rates[0]) > 1e-6 and max(rates[0]) < 1 - 1e-6:
        assert from_survival_rates([12, 24], *rates, n, n).log_hr == pytest.approx(math.log(hr), abs=1e-6)


@unhurried
@given(falling_rates(), st.integers(20, 500), st.floats(1.5, 10))
def test_more_patients_never_widen_the_interval(rates, n, times_more):
    times = list(range(1, len(rates) + 1))
    few = from_survival_rates(times, list(rates[:, 0]), list(rates[:, 1]), n, n)
    many = from_survival_rates(times, list(rates[:, 0]), list(rates[:, 1]), n * times_more, n * times_more)
    assert many.log_hr == pytest.approx(few.log_hr, abs=1e-9)
    assert many.se < few.se


@unhurried
@given(falling_rates(), st.integers(20, 500), st.floats(1, 60))
def test_censoring_leaves_fewer_events(rates, n, beyond):
    times = list(range(1, len(rates) + 1))
    full = events_from_rates(times, list(rates[:, 0]), n)
    counted = from_survival_rates(times, list(rates[:, 0]), list(rates[:, 0]), n, n, follow_up=(0, times[-1] + beyond))
    assert counted.events <= 2 * full


@unhurried
@given(st.floats(0.05, 20), st.floats(0.05, 1.5), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_the_level_of_the_interval_is_respected(hr, se, level):
    reach = -NormalDist().inv_cdf((1 - level) / 2) * se
    found = from_interval(hr, hr * math.exp(-reach), hr * math.exp(reach), level=level)
    assert found.se == pytest.approx(se, rel=1e-9)
    assert interval_skew(hr, hr * math.exp(-reach), hr * math.exp(reach)) < 1e-6


@unhurried
@given(st.floats(0.05, 0.95) | st.floats(1.05, 20), st.floats(1e-8, 0.99))
def test_a_smaller_p_value_means_a_smaller_standard_error(hr, p):
    assert from_p_value(hr, p / 2).se < from_p_value(hr, p).se


def test_an_interval_without_events_in_an_arm_is_joined_to_the_next():
    joined = from_survival_rates([12, 24], [1.0, 0.93], [0.98, 0.80], 45, 45)
    direct = from_survival_rates([24], [0.93], [0.80], 45, 45)
    assert (joined.log_hr, joined.se) == pytest.approx((direct.log_hr, direct.se))


def test_a_last_interval_without_events_in_an_arm_is_joined_to_the_one_before():
    joined = from_survival_rates([12, 24, 36], [0.45, 0.10, 0.10], [0.61, 0.21, 0.17], 22, 37)
    direct = from_survival_rates([12, 36], [0.45, 0.10], [0.61, 0.17], 22, 37)
    assert (joined.log_hr, joined.se) == pytest.approx((direct.log_hr, direct.se))


def test_a_landmark_at_which_an_arm_has_died_out_is_left_out():
    with_zero = from_survival_rates([12, 24, 36], [0.67, 0.29, 0.08], [0.44, 0.10, 0.0], 48, 48)
    without = from_survival_rates([12, 24], [0.67, 0.29], [0.44, 0.10], 48, 48)
    assert with_zero.log_hr == pytest.approx(without.log_hr)


@pytest.mark.parametrize(
    "rates",
    [([1.0], [0.9]), ([0.9], [1.0]), ([1.0], [1.0]), ([0.0], [0.5]), ([0.8, 0.9], [0.7, 0.6])],
    ids=["none in cik", "none in control", "none at all", "all in cik", "rising"],
)
def test_rates_that_determine_no_ratio_say_so(rates):
    with pytest.raises(NotEstimableError):
        from_survival_rates(range(12, 12 * len(rates[0]) + 1, 12), *rates, 40, 40)


@pytest.mark.parametrize("hr, p", [(1, 0.5), (0.5, 1), (0.5, 0), (-1, 0.1)])
def test_a_ratio_of_one_or_a_p_of_nought_or_one_determines_no_standard_error(hr, p):
    with pytest.raises(NotEstimableError):
        from_p_value(hr, p)


def test_an_interval_that_is_no_interval_is_refused():
    for hr, low, high in ((0.5, 0.9, 0.2), (0.5, 0, 0.9), (0.5, 0.5, 0.5)):
        with pytest.raises(NotEstimableError):
            from_interval(hr, low, high)


def test_rates_that_cannot_be_rates_are_an_error_of_the_caller():
    for times, cik in (([12], [1.2]), ([0], [0.5]), ([24, 12], [0.5, 0.4]), ([], [])):
        with pytest.raises(ValueError):
            from_survival_rates(times, cik, cik, 10, 10)


def test_follow_up_lies_even_around_its_median():
    assert follow_up_window(60, 24) == (48, 72)
    assert follow_up_window(10, 48) == (0, 20)


def test_the_error_of_two_medians_is_that_of_sample_medians_and_of_an_unknown_shape():
    # exponential, nobody censored before the medians: var(log median) = 1 / (n ln2^2), by hand
    sampling = (1 / 50 + 1 / 80) / math.log(2) ** 2
    known = from_medians(20, 10, 50, 80, follow_up=(30, 40), shape_sd=0)
    assert known.se == pytest.approx(math.sqrt(sampling), rel=1e-9)
    found = from_medians(20, 10, 50, 80, follow_up=(30, 40))
    assert found.se == pytest.approx(math.sqrt(sampling + (0.4 * math.log(2)) ** 2), rel=1e-9)
    assert from_medians(20, 10, 50, 80).se > found.se


def test_where_the_shape_is_known_two_medians_give_the_ratio_of_the_cumulative_hazards():
    # Weibull with shape 1.5: H = t^1.5, so HR = (10 / 20)^1.5 = 0.3536; the error is that of the medians alone
    known = from_medians(20, 10, 80, 80, follow_up=(60, 80), cumulative_hazard=lambda months: months**1.5)
    plain = from_medians(20, 10, 80, 80, follow_up=(60, 80), shape_sd=0.0)
    assert math.exp(known.log_hr) == pytest.approx(0.353553, abs=1e-6)
    assert known.se == plain.se == pytest.approx(math.sqrt(2 / 80) / math.log(2))
    with pytest.raises(NotEstimableError, match="cumulative hazard"):
        from_medians(20, 10, 80, 80, cumulative_hazard=lambda months: months - 10)


def test_medians_that_no_patient_could_have_are_refused():
    for medians, sizes in (((0, 10), (50, 50)), ((20, 10), (0, 50))):
        with pytest.raises(NotEstimableError):
            from_medians(*medians, *sizes)


def test_unknown_follow_up_widens_the_interval_of_rates():
    rates = [36], [0.64], [0.41], 40, 40
    assert from_survival_rates(*rates, follow_up=unknown_window([36])).se > from_survival_rates(*rates).se


def test_without_censoring_greenwoods_variance_is_the_binomial_one():
    for q in (0.1, 0.5, 0.9):
        assert greenwood(-math.log(1 - q), 0.0) == pytest.approx(q / (1 - q))
        assert greenwood(-math.log(1 - q), 1e-9) == pytest.approx(q / (1 - q), rel=1e-6)


def test_events_after_the_last_landmark_are_counted_up_to_the_end_of_follow_up():
    # exponential with a median of 24 months, all followed for 48: three quarters have died
    assert events_from_rates([12, 24], [2**-0.5, 0.5], 100, follow_up=(47.999, 48)) == pytest.approx(75, abs=0.01)


@pytest.mark.parametrize("method", sorted(COVERAGE))
def test_intervals_cover_the_truth_as_often_as_they_say(method):
    rng, (lowest, highest) = np.random.default_rng(7), COVERAGE[method]
    shares = [
        covered(printed(shape, 60, window, rng, trials=500)[method])[0]
        for shape in ("exponential", "Weibull 0.7", "Weibull 1.5")
        for window in FOLLOW_UP.values()
    ]
    assert lowest <= np.mean(shares) <= highest
    assert min(shares) > lowest - 0.03

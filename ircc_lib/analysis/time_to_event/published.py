"""The log hazard ratio of two arms, from whatever a report prints of them.

Vocabulary: an *effect* is a log hazard ratio of CIK against control, negative where the
CIK arm does better; *cik* and *control* are the two arms; *events* are deaths or
progressions. One function a kind of evidence, from the most direct to the least:
a hazard ratio with its interval, with its p-value, survival rates at landmark times,
a log-rank p-value with a number of events, and two medians.

The methods are those that reviews of time-to-event data use: Parmar, Torri and Stewart
1998 (doi:10.1002/(SICI)1097-0258(19981230)17:24<2815::AID-SIM110>3.0.CO;2-8), Williamson
et al. 2002 (doi:10.1002/sim.1303) and Tierney et al. 2007 (doi:10.1186/1745-6215-8-16).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ircc_lib.analysis.normal import NORMAL
from ircc_lib.analysis.time_to_event.censoring import (
    NODES,
    WEIGHTS,
    greenwood,
    greenwood_until,
    leaving_of,
    unknown_window,
)

RATES_TOLERANCE = 1e-9  # two printed rates are the same rate
SHAPE_SD = 0.4  # of the Weibull shape about 1 where only medians are printed: 0.7 to 1.5 are usual


class NotEstimable(ValueError):  # noqa: N818
    """What was reported does not determine a hazard ratio; the message says why."""


@dataclass(frozen=True)
class LogHazardRatio:
    """A log hazard ratio (negative in favour of CIK), its standard error, and the events behind it."""

    log_hr: float
    se: float
    events: float | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.log_hr) and math.isfinite(self.se) and self.se > 0):
            raise NotEstimable(f"no finite estimate: log HR {self.log_hr}, standard error {self.se}")


def from_interval(hr: float, ci_low: float, ci_high: float, *, level: float = 0.95) -> LogHazardRatio:
    """A reported hazard ratio with its confidence interval.

    ``se = (ln ci_high - ln ci_low) / (2 z)``, z the normal quantile of (1 + level) / 2
    (Parmar et al. 1998, equation 7; Tierney et al. 2007).

    Parameters
    ----------
    hr, ci_low, ci_high : hazard ratio, CIK against control, and its limits, all above 0
    level : the interval's confidence level, 0 to 1

    Raises
    ------
    NotEstimable : a value is not above 0, or the limits are not in order

    >>> estimate = from_interval(0.5, 0.25, 1.0)
    >>> round(estimate.log_hr, 4), round(estimate.se, 4)
    (-0.6931, 0.3537)
    """
    if not (hr > 0 and 0 < ci_low < ci_high):
        raise NotEstimable(f"no usable interval: {ci_low:g} to {ci_high:g} around {hr:g}")
    if not 0 < level < 1:
        raise ValueError(f"level: {level:g} is not between 0 and 1")
    return LogHazardRatio(math.log(hr), math.log(ci_high / ci_low) / (2 * NORMAL.inv_cdf((1 + level) / 2)))


def interval_skew(hr: float, ci_low: float, ci_high: float) -> float:
    """How far a hazard ratio lies from the middle of its interval on the log scale.

    0 is the middle, 1 a limit. Rounding of printed values alone gives a few hundredths;
    more says that the interval is not one of the usual Wald kind, or misprinted.

    >>> round(interval_skew(0.5, 0.25, 1.0), 6), round(interval_skew(0.6, 0.25, 1.0), 2)
    (0.0, 0.26)
    """
    low, high = math.log(ci_low), math.log(ci_high)
    return abs(2 * math.log(hr) - low - high) / (high - low)


def from_p_value(hr: float, p_value: float) -> LogHazardRatio:
    """A reported hazard ratio with the exact two-sided p-value of its test.

    ``se = |ln hr| / z``, z the normal quantile of 1 - p/2 (Parmar et al. 1998; Tierney et
    al. 2007). A ratio of exactly 1, or a p-value of 0 or 1, does not determine it.

    >>> round(from_p_value(0.5, 0.05).se, 4)
    0.3537
    """
    if not hr > 0:
        raise NotEstimable(f"hazard ratio {hr:g} is not above 0")
    if hr == 1 or not 0 < p_value < 1:
        raise NotEstimable(f"a hazard ratio of {hr:g} with p = {p_value:g} does not determine a standard error")
    return LogHazardRatio(math.log(hr), abs(math.log(hr) / NORMAL.inv_cdf(p_value / 2)))


def from_survival_rates(
    times: Sequence[float],
    cik: Sequence[float],
    control: Sequence[float],
    n_cik: float,
    n_control: float,
    *,
    follow_up: tuple[float, float] | None = None,
    ratio: str = "hazard",
) -> LogHazardRatio:
    """Survival rates of both arms at the same times: the interval method.

    Time is cut at the landmarks. In each interval and arm, q is the share of those at
    risk who have the event, and R the number at risk, allowing for censoring. The
    interval's log ratio is ``ln(H_cik / H_control)`` with ``H = -ln(1 - q)``, its variance
    ``q / ((1 - q) R H^2)`` summed over the arms; intervals are pooled by inverse variance
    (Parmar et al. 1998; Williamson et al. 2002; Tierney et al. 2007).

    Those authors read narrow intervals off a curve and take ``ln(q_cik / q_control)`` with
    variance ``1/d - 1/R``; between printed landmarks, years apart, that ratio of risks
    falls short of the hazard ratio. The ratio of cumulative hazards does not, however
    wide the interval (Prentice and Gloeckler 1978, doi:10.2307/2529588), and the two agree
    as intervals narrow. ``ratio="risk"`` gives the authors' own.

    An interval in which an arm has no event says nothing by itself and is joined to the
    next one (the original replaces the zero by 1e-6, which gives it no weight). Where an
    arm's survival is 0 the ratio is not defined, and that landmark is left out.

    Parameters
    ----------
    times : months, increasing, above 0
    cik, control : survival at these times, 0 to 1
    n_cik, n_control : patients at the start
    follow_up : shortest and longest follow-up in months; censoring is taken to be even
        between them. None: no one is censored before the last landmark.

    Raises
    ------
    NotEstimable : survival rises with time, or no interval with events in both arms

    >>> estimate = from_survival_rates([36], [0.64], [0.4096], 100, 100)
    >>> round(math.exp(estimate.log_hr), 4), round(estimate.se, 4)
    (0.5, 0.2153)
    """
    _check_rates(times, cik, control, n_cik, n_control)
    kept = _informative(times, cik, control)
    if not kept:
        raise NotEstimable("no interval in which both arms had events and survivors")
    arms = [
        _intervals([times[i] for i in kept], [arm[i] for i in kept], n, follow_up)
        for arm, n in ((cik, n_cik), (control, n_control))
    ]
    events = sum(one.events for arm in arms for one in arm)
    pieces = [_interval_ratio(of_cik, of_control, ratio) for of_cik, of_control in zip(*arms)]
    weight = sum(1 / variance for _, variance in pieces)
    log_hr = sum(log_ratio / variance for log_ratio, variance in pieces) / weight
    return LogHazardRatio(log_hr, math.sqrt(1 / weight), events)


def events_from_rates(
    times: Sequence[float], survival: Sequence[float], n: float, *, follow_up: tuple[float, float] | None = None
) -> float:
    """Events of one arm by the end of its follow-up, from its survival rates.

    Up to the last landmark as `from_survival_rates` counts them; after it those that the hazard of the last
    interval gives among the patients who are still followed, until the longest follow-up. Without
    `follow_up` nobody is censored, and nothing is known after the last landmark.

    >>> round(events_from_rates([12, 24], [0.8, 0.5], 40), 6)
    20.0
    >>> round(events_from_rates([12, 24], [0.8, 0.5], 40, follow_up=(24, 48)), 1)
    27.0
    """
    found = _intervals(times, survival, n, follow_up)
    events = sum(one.events for one in found)
    last = times[-1]
    if follow_up is None or follow_up[1] <= last or survival[-1] <= 0:
        return events
    start = times[-2] if len(times) > 1 else 0.0
    rate = -math.log1p(-found[-1].q) / (last - start)
    shortest, longest = max(follow_up[0], last), follow_up[1]

    def followed(at: float) -> float:
        return 1.0 if at <= shortest else (longest - at) / (longest - shortest)

    length = longest - last
    later = sum(
        weight * rate * length * math.exp(-rate * length * at) * followed(last + length * at)
        for at, weight in zip(NODES, WEIGHTS)
    )
    return events + found[-1].left * later


def from_log_rank(
    p_value: float, events: float, n_cik: float, n_control: float, *, favours_cik: bool
) -> LogHazardRatio:
    """An exact two-sided log-rank p-value with the number of events in both arms.

    ``V = events n_cik n_control / (n_cik + n_control)^2``, ``O - E = z sqrt(V)`` with the
    sign of the stated direction, ``ln HR = (O - E) / V`` and ``se = 1 / sqrt(V)`` (Parmar et
    al. 1998; Tierney et al. 2007, their methods for a p-value and the total of events).

    >>> estimate = from_log_rank(0.05, 64, 50, 50, favours_cik=True)
    >>> round(estimate.log_hr, 4), estimate.se
    (-0.49, 0.25)
    """
    if not 0 < p_value <= 1:
        raise NotEstimable(f"p = {p_value:g} is not an exact p-value")
    if not (events > 0 and n_cik > 0 and n_control > 0):
        raise NotEstimable("no events, or an empty arm")
    variance = events * n_cik * n_control / (n_cik + n_control) ** 2
    log_hr = -NORMAL.inv_cdf(p_value / 2) / math.sqrt(variance)
    return LogHazardRatio(-log_hr if favours_cik else log_hr, 1 / math.sqrt(variance), events)


def from_medians(
    cik: float,
    control: float,
    n_cik: float,
    n_control: float,
    *,
    follow_up: tuple[float, float] | None = None,
    shape_sd: float = SHAPE_SD,
    cumulative_hazard: Callable[[float], float] | None = None,
) -> LogHazardRatio:
    """Median times of both arms under an exponential model, or one of a known shape.

    The hazard of an exponential survival time is ln 2 over its median, so that
    ``HR = control / cik`` (Tierney et al. 2007, appendix). The error is that of two sample medians and
    of the model: ``var = (c_cik / n_cik + c_control / n_control) / ln2^2 + (shape_sd log_hr)^2``. A sample
    median has more error than a rate estimated from all events: its variance is that of the
    Kaplan-Meier curve there over the squared slope (Collett, Modelling Survival Data in Medical
    Research, 3rd ed. 2015, section 2.4), and ``c`` is 1 without censoring before the median and more with it.
    Under a Weibull model of shape a the log ratio of the medians is the log hazard ratio over a;
    the second term is for a shape that is not known, with a standard deviation of 0.4 about 1. Where the shape of
    survival is known, ``HR = H(control) / H(cik)`` by the cumulative hazard H, and there is no second term.

    Parameters
    ----------
    cik, control : medians in months, above 0
    n_cik, n_control : patients of the arms
    follow_up : shortest and longest follow-up in months, censoring even between them. None: not
        known, taken as even up to twice the later median
    shape_sd : of the Weibull shape about 1; 0 where survival is known to be exponential
    cumulative_hazard : of the months, up to a factor, where the shape of survival is known:
        ``lambda months: months**1.5`` for a Weibull shape of 1.5. No report's medians tell it

    Raises
    ------
    NotEstimable : a median is not above 0, an arm has no patients, or the hazard does not rise to the medians

    >>> estimate = from_medians(20, 10, 80, 80, follow_up=(60, 80))
    >>> round(estimate.log_hr, 4), round(estimate.se, 4)
    (-0.6931, 0.359)
    """
    if not (cik > 0 and control > 0):
        raise NotEstimable("a median is not above 0")
    if not (n_cik > 0 and n_control > 0):
        raise NotEstimable("an arm without patients")
    window = follow_up or unknown_window([max(cik, control)])
    known = cumulative_hazard is not None
    hazard = cumulative_hazard if cumulative_hazard is not None else float
    if not all(hazard(median) > 0 and math.isfinite(hazard(median)) for median in (cik, control)):
        raise NotEstimable("the cumulative hazard at a median is not above 0")
    log_hr = math.log(hazard(control) / hazard(cik))
    sampling = sum(_median_variance(median, window) / n for median, n in ((cik, n_cik), (control, n_control)))
    return LogHazardRatio(log_hr, math.sqrt(sampling + (0.0 if known else (shape_sd * log_hr) ** 2)))


def _median_variance(median: float, window: tuple[float, float]) -> float:
    """Of the log of a sample median, times the patients: Greenwood's variance there over the squared slope."""
    return greenwood_until(median, math.log(2), window) / math.log(2) ** 2


def events_from_median(median: float, n: float, horizon: float) -> float:
    """Events expected among `n` patients followed for `horizon` months, survival exponential.

    >>> events_from_median(12, 100, 24)
    75.0
    """
    return n * (1 - 2 ** (-horizon / median))


def _check_rates(
    times: Sequence[float], cik: Sequence[float], control: Sequence[float], n_cik: float, n_control: float
) -> None:
    if not len(times) == len(cik) == len(control) > 0:
        raise ValueError("times and the rates of both arms must be of the same length, at least 1")
    if not (min(times) > 0 and all(a < b for a, b in zip(times, times[1:]))):
        raise ValueError(f"times must increase from above 0, found {list(times)}")
    if not all(0 <= rate <= 1 for rate in [*cik, *control]):
        raise ValueError("survival must lie between 0 and 1")
    if not (n_cik > 0 and n_control > 0):
        raise NotEstimable("an arm without patients")
    for arm in (cik, control):
        if any(later > earlier + RATES_TOLERANCE for earlier, later in zip(arm, arm[1:])):
            raise NotEstimable("survival rises with time in an arm")


def _informative(times: Sequence[float], cik: Sequence[float], control: Sequence[float]) -> list[int]:
    """Landmarks that close an interval in which both arms had events and survivors."""

    def fell(start: int | None, end: int) -> bool:
        return all(arm[end] < (1.0 if start is None else arm[start]) - RATES_TOLERANCE for arm in (cik, control))

    alive = [i for i in range(len(times)) if cik[i] > 0 and control[i] > 0]
    kept: list[int] = []
    for i in alive:
        if fell(kept[-1] if kept else None, i):
            kept.append(i)
    if kept and kept[-1] != alive[-1]:
        kept[-1] = alive[-1]  # the last stretch had no event in an arm: it joins the one before
    return kept


class Interval(NamedTuple):
    """From one landmark to the next: `q` the share of those at risk with the event, `events` their
    number, `leaving` the share of those still followed who leave, and the patients at risk at its ends."""

    q: float
    events: float
    leaving: float
    at_risk: float
    left: float


def _intervals(times: Sequence[float], survival: Sequence[float], n: float, follow_up: Any) -> list[Interval]:
    """With censoring even between the shortest and longest follow-up, a share f of those
    under observation leaves during an interval, on average half-way through it; the
    number at risk is R (1 - f/2) (Parmar et al. 1998), and R (1 - q)(1 - f) go on.
    """
    found, at_risk, start, before = [], float(n), 0.0, 1.0
    for end, after in zip(times, survival):
        leaving = leaving_of(start, end, follow_up)
        q = 1 - after / before if before > 0 else 0.0
        left = at_risk * (1 - q) * (1 - leaving)
        found.append(Interval(q, q * at_risk * (1 - leaving / 2), leaving, at_risk, left))
        at_risk, start, before = left, end, after
    return found


def _interval_ratio(cik: Interval, control: Interval, ratio: str) -> tuple[float, float]:
    """The log ratio of one interval, CIK against control, and its variance."""
    if ratio == "risk":
        parts = [(math.log(one.q), (1 - one.q) / one.events) for one in (cik, control)]
    elif ratio == "hazard":
        hazards = [-math.log1p(-one.q) for one in (cik, control)]
        parts = [
            (math.log(h), greenwood(h, one.leaving) / (one.at_risk * h**2)) for h, one in zip(hazards, (cik, control))
        ]
    else:
        raise ValueError(f"ratio: {ratio!r} is not one of 'hazard', 'risk'")
    return parts[0][0] - parts[1][0], parts[0][1] + parts[1][1]

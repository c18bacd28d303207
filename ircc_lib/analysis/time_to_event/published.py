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
from collections.abc import Callable
from dataclasses import dataclass

from ircc_lib.analysis.normal import NORMAL
from ircc_lib.analysis.time_to_event.censoring import (
    greenwood_until,
    unknown_window,
)

SHAPE_SD = 0.4  # of the Weibull shape about 1 where only medians are printed: 0.7 to 1.5 are usual


class NotEstimableError(ValueError):
    """What was reported does not determine a hazard ratio; the message says why."""


@dataclass(frozen=True)
class LogHazardRatio:
    """A log hazard ratio (negative in favour of CIK), its standard error, and the events behind it."""

    log_hr: float
    se: float
    events: float | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.log_hr) and math.isfinite(self.se) and self.se > 0):
            raise NotEstimableError(f"no finite estimate: log HR {self.log_hr}, standard error {self.se}")


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
    NotEstimableError : a value is not above 0, or the limits are not in order

    >>> estimate = from_interval(0.5, 0.25, 1.0)
    >>> round(estimate.log_hr, 4), round(estimate.se, 4)
    (-0.6931, 0.3537)
    """
    if not (hr > 0 and 0 < ci_low < ci_high):
        raise NotEstimableError(f"no usable interval: {ci_low:g} to {ci_high:g} around {hr:g}")
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
        raise NotEstimableError(f"hazard ratio {hr:g} is not above 0")
    if hr == 1 or not 0 < p_value < 1:
        raise NotEstimableError(f"a hazard ratio of {hr:g} with p = {p_value:g} does not determine a standard error")
    return LogHazardRatio(math.log(hr), abs(math.log(hr) / NORMAL.inv_cdf(p_value / 2)))


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
        raise NotEstimableError(f"p = {p_value:g} is not an exact p-value")
    if not (events > 0 and n_cik > 0 and n_control > 0):
        raise NotEstimableError("no events, or an empty arm")
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
    NotEstimableError : a median is not above 0, an arm has no patients, or the hazard does not rise to the medians

    >>> estimate = from_medians(20, 10, 80, 80, follow_up=(60, 80))
    >>> round(estimate.log_hr, 4), round(estimate.se, 4)
    (-0.6931, 0.359)
    """
    if not (cik > 0 and control > 0):
        raise NotEstimableError("a median is not above 0")
    if not (n_cik > 0 and n_control > 0):
        raise NotEstimableError("an arm without patients")
    window = follow_up or unknown_window([max(cik, control)])
    known = cumulative_hazard is not None
    hazard = cumulative_hazard if cumulative_hazard is not None else float
    if not all(hazard(median) > 0 and math.isfinite(hazard(median)) for median in (cik, control)):
        raise NotEstimableError("the cumulative hazard at a median is not above 0")
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

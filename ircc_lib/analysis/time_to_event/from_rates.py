"""A hazard ratio from survival rates printed for both arms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from ircc_lib.analysis.time_to_event.censoring import (
    NODES,
    WEIGHTS,
    greenwood,
    leaving_of,
)
from ircc_lib.analysis.time_to_event.published import LogHazardRatio, NotEstimableError

RATES_TOLERANCE = 1e-9  # two printed rates are the same rate


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
    NotEstimableError : survival rises with time, or no interval with events in both arms

    >>> estimate = from_survival_rates([36], [0.64], [0.4096], 100, 100)
    >>> round(math.exp(estimate.log_hr), 4), round(estimate.se, 4)
    (0.5, 0.2153)
    """
    _check_rates(times, cik, control, n_cik, n_control)
    kept = _informative(times, cik, control)
    if not kept:
        raise NotEstimableError("no interval in which both arms had events and survivors")
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
        raise NotEstimableError("an arm without patients")
    for arm in (cik, control):
        if any(later > earlier + RATES_TOLERANCE for earlier, later in zip(arm, arm[1:])):
            raise NotEstimableError("survival rises with time in an arm")


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
    """From one landmark to the next.

    `q` is the share of those at risk with the event, `events` their number, `leaving` the share of those still
    followed who leave; then the patients at risk at its ends.
    """

    q: float
    events: float
    leaving: float
    at_risk: float
    left: float


def _intervals(times: Sequence[float], survival: Sequence[float], n: float, follow_up: Any) -> list[Interval]:
    """The intervals between landmarks, with censoring even between the shortest and longest follow-up.

    A share f of those under observation leaves during an interval, on average half-way through it; the
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

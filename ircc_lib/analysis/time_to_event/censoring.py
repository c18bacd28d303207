"""Follow-up and censoring: who is still followed, and what censoring does to the error of a survival curve."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from numpy.polynomial.legendre import leggauss

NODES, WEIGHTS = ((leggauss(16)[0] + 1) / 2).tolist(), (leggauss(16)[1] / 2).tolist()
_LEAVE_AT_MOST = 0.98  # of those followed in an interval: someone was still followed when a rate was printed


def follow_up_window(median: float, accrual: float | None = None) -> tuple[float, float]:
    """Shortest and longest follow-up around a reported median, in months.

    With accrual even over `accrual` months, half of it lies on either side of the median
    (Tierney et al. 2007). Without it, the widest even spread that has this median: from
    none to twice the median.

    >>> follow_up_window(40, 24), follow_up_window(40)
    ((28.0, 52.0), (0.0, 80))
    """
    if accrual is None or accrual / 2 >= median:
        return 0.0, 2 * median
    return median - accrual / 2, median + accrual / 2


def unknown_window(times: Sequence[float]) -> tuple[float, float]:
    """Shortest and longest follow-up where none is reported: even from none to twice the last time printed.

    To take nobody as censored would make the interval too narrow; half of the patients being followed
    beyond the last landmark is what trials with a reported follow-up have (simulated in ``benchmarks/coverage.py``).

    >>> unknown_window([12, 36])
    (0.0, 72)
    """
    return 0.0, 2 * max(times)


def leaving_of(start: float, end: float, follow_up: Any) -> float:
    """The share of those followed at `start` whose follow-up ends before `end`."""
    if follow_up is None:
        return 0.0
    shortest, longest = follow_up
    if end >= longest:
        # A rate at or beyond the longest follow-up: someone was still observed there.
        longest = end + (end - start)
    first = max(start, shortest)
    return 0.0 if end <= first else (end - first) / (longest - first)


def greenwood(hazard: float, leaving: float) -> float:
    """Greenwood's variance of -log S over an interval, times the patients at risk at its start.

    The integral over u from 0 to 1 of ``h e^(h u) / (1 - f u)``: a constant hazard with the sum `hazard` (h), a share
    `leaving` (f) of those still followed censored evenly meanwhile. Without censoring it is ``q / (1 - q)``.

    >>> round(greenwood(math.log(2), 0.0), 3), round(greenwood(math.log(2), 0.5), 3)
    (1.0, 1.442)
    """
    leaving = min(leaving, _LEAVE_AT_MOST)
    if leaving == 0:
        return math.expm1(hazard)
    return sum(weight * hazard * math.exp(hazard * at) / (1 - leaving * at) for at, weight in zip(NODES, WEIGHTS))


def greenwood_until(time: float, hazard: float, window: tuple[float, float]) -> float:
    """`greenwood` from the start to `time`: nobody is censored until the shortest follow-up, then evenly."""
    whole = min(window[0], time)
    before = hazard * whole / time
    variance = greenwood(before, 0.0)
    if time > whole:
        variance += math.exp(before) * greenwood(hazard - before, leaving_of(whole, time, window))
    return variance

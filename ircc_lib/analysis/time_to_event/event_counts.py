"""Whole numbers behind the drops of a Kaplan-Meier curve.

Each drop S_after / S_before equals 1 - d/n with whole d (events) and n (patients at risk), and n lies
between the numbers printed below the curve and never rises. A curve in double precision
leaves in most drops one such pair; a curve rounded to a few decimals leaves one where n is small.
"""

from __future__ import annotations

from math import ceil, floor
from typing import Any, NamedTuple

import numpy as np

EXACT = 1e-11  # error of a curve that a program computed in double precision
TOO_MANY = 50  # candidates from which a drop is taken to say nothing about its numbers


class Curve(NamedTuple):
    """Drops of a survival curve: when, to which level; and until when it is drawn."""

    times: np.ndarray
    survival: np.ndarray
    flat: np.ndarray  # times of points without a drop: in an exact curve, of censored patients
    end: float
    points: int
    since: np.ndarray  # time of the point before each drop
    as_read: bool  # False when points had to be averaged to make the curve fall


class RiskTable(NamedTuple):
    """Times, ascending, and the patients at risk at each."""

    times: np.ndarray
    at_risk: np.ndarray


class Drop(NamedTuple):
    """One drop with its whole numbers: `n` patients at risk just before, `d` events."""

    n: int
    d: int


def drops_that_tell(curve: Curve, table: RiskTable, total_events: int | None = None) -> tuple[dict[int, Drop], bool]:
    """The drops, by position, whose whole numbers follow from the curve; and whether all do."""
    if not curve.as_read or curve.times.size == 0:
        return {}, False
    rounding = rounding_of(curve.survival)
    # as many patients as the decimals can tell apart explain any rounded curve exactly, by chance
    if rounding is None or table.at_risk[0] < 0.5 / rounding:
        choices = _consistent(_candidates(curve, table, EXACT), curve, table)
        settled = [one for one in choices if one]
        if len(settled) == len(choices):
            return dict(enumerate(_settled(settled, total_events))), True
    if rounding is None:
        return {}, False
    choices = _consistent(_candidates(curve, table, rounding), curve, table)
    if sum(one == [] for one in choices) > 0.1 * len(choices):
        return {}, False  # rounding alone does not explain these points: they are digitised
    told = {i: one[0] for i, one in enumerate(choices) if one and len(one) == 1}
    return told, len(told) == len(choices)


def rounding_of(survival: np.ndarray) -> float | None:
    """Half a unit of the last decimal printed, if the values were rounded to 2..9 decimals."""
    for decimals in range(2, 10):
        scaled = survival * 10.0**decimals
        if np.abs(scaled - np.round(scaled)).max() < 1e-5:
            return 0.5000001 * 10.0**-decimals
    return None


def _candidates(curve: Curve, table: RiskTable, error: float) -> list[list[Drop] | None]:
    """For each drop all (n, d) with d/n within the error of the curve and n within the risk table."""
    after = curve.survival
    before = np.concatenate([[1.0], after[:-1]])
    before_error = np.concatenate([[0.0], np.full(after.size - 1, error)])
    lowest = 1 - (after + error) / np.maximum(before - before_error, 1e-300)
    highest = 1 - np.maximum(after - error, 0) / (before + before_error)
    # a number printed at the very time of a drop bounds neither side: some tables count before, some after
    previous = np.maximum(np.searchsorted(table.times, curve.times, side="left") - 1, 0)
    following = np.searchsorted(table.times, curve.times, side="right")
    most = table.at_risk[previous]
    least = np.append(table.at_risk, 0)[following] + 1
    return [_whole_numbers(*bounds) for bounds in zip(lowest.tolist(), highest.tolist(), least.tolist(), most.tolist())]


def _whole_numbers(low: float, high: float, n_low: int, n_high: int) -> list[Drop] | None:
    """All n in n_low..n_high and d >= 1 with low <= d/n <= high; None if they are too many to tell."""
    found: list[Drop] = []
    for d in range(max(ceil(n_low * low), 1), floor(n_high * high) + 1):
        first = max(ceil(d / high), n_low - 1 + d)  # after the drop the next number printed is still there
        last = min(floor(d / low), n_high) if low > 0 else n_high
        found += [Drop(n, d) for n in range(first, min(last, first + TOO_MANY) + 1)]
        if len(found) > TOO_MANY:
            return None
    return found


def _consistent(choices: list[Any], curve: Curve, table: RiskTable) -> list[list[Drop] | None]:
    """Strike candidates that no order of falling numbers at risk can hold."""
    printed = dict(zip(table.times.tolist(), table.at_risk.tolist()))
    choices = [
        drops and ([one for one in drops if one.n == printed.get(time)] or drops)
        for time, drops in zip(curve.times.tolist(), choices)
    ]
    most = int(table.at_risk[0])
    for i, drops in enumerate(choices):
        choices[i] = drops and [one for one in drops if one.n <= most]
        if choices[i]:
            most = max(one.n - one.d for one in choices[i])
    least = 0
    for i in range(len(choices) - 1, -1, -1):
        choices[i] = choices[i] and [one for one in choices[i] if one.n - one.d >= least]
        if choices[i]:
            least = min(one.n for one in choices[i])
    return choices


def _settled(choices: list[list[Drop]], total_events: int | None) -> list[Drop]:
    """One candidate a drop: the fewest events, unless the reported total asks for more.

    Fewer tied events mean more patients censored before the drop. Where the drops that leave no choice show
    no censoring at all, none is assumed: the most events are taken.
    """
    certain = [drops[0] if len(drops) == 1 else None for drops in choices]
    censoring = any(one and other and one.n - one.d > other.n for one, other in zip(certain, certain[1:]))
    settled: list[Drop] = []
    for drops in choices:
        most = settled[-1].n - settled[-1].d if settled else np.inf
        allowed = [one for one in drops if one.n <= most]
        settled.append((min if censoring else max)(allowed, key=lambda one: one.d))
    if total_events is None:
        return settled
    missing = total_events - sum(one.d for one in settled)
    for i in range(len(settled) - 1, -1, -1):
        room = settled[i - 1].n - settled[i - 1].d if i else np.inf
        for other in choices[i]:
            if 0 < other.d - settled[i].d <= missing and other.n <= room:
                missing -= other.d - settled[i].d
                settled[i] = other
    return settled

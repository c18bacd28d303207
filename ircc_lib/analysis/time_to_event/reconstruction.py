"""Patients behind a published Kaplan-Meier curve: times and events that would draw it again.

Guyot et al. (2012) find, between two printed numbers at risk, how many patients must have
been censored for the curve to arrive at the second number. We first let the curve speak for
itself: each drop S_after / S_before equals 1 - d/n with whole numbers d and n, so a curve
that is read exactly, or to known decimals, often tells the number at risk at its own drops.
Where it does not, Guyot's search fills in.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ircc_lib.analysis.time_to_event.curve import beyond_the_curve, check_total, read_curve, read_risk_table
from ircc_lib.analysis.time_to_event.event_counts import Curve, Drop, RiskTable, drops_that_tell
from ircc_lib.analysis.time_to_event.total_events import to_total

LOST_TAIL = 1.0  # lengths by which a curve that ends in a drop is continued at most


def reconstruct_ipd(
    times: ArrayLike, survival: ArrayLike, risk_times: ArrayLike, at_risk: ArrayLike, *, total_events: int | None = None
) -> pd.DataFrame:
    """Individual patient data from a Kaplan-Meier curve and the numbers at risk below it.

    Parameters
    ----------
    times, survival : array_like
        (m,) points of the curve, survival 0..1. Repeated times are the two ends of a
        vertical step, points that rise are averaged as digitising noise, and times may run back by up
        to 5 % of the axis. The point (0, 1) may be left out.
    risk_times, at_risk : array_like
        (k,) times of the risk table, increasing, and the patients still at risk.
        A number printed at the time of a drop counts the patients before the drop.
    total_events : int, optional
        Events reported for the arm; the reconstructed patients have as many. What the curve leaves open
        is settled in its last interval first, the rest between all, the numbers at risk standing.

    Returns
    -------
    DataFrame
        With ``at_risk[0]`` rows, in order of time: ``time`` (the unit given) and ``event`` (1 event, 0
        censored). Censored times lie at the flat points of an exact curve, else evenly between the times that
        enclose them. Patients still at risk at the end are censored where curve and risk table end. An exact
        curve given by its drops alone has lost its flat tail: its last patients are censored after it, at the
        rate of its second half and within its own length again.

    Raises
    ------
    ValueError : empty or NaN input, lengths that differ, survival outside 0..1, times that do not
        increase, numbers at risk that rise, more patients at risk than the curve leaves (38 of 40 where it has
        fallen to 0.5), patients counted after it has reached 0, and a total of events that it cannot have.

    Warns
    -----
    UserWarning : points within reading error of the axes (2 %) are moved onto them; a curve that ends before
        the last patient is counted is taken as flat up to there. The sentences are also in ``.attrs["notes"]``.

    References
    ----------
    Guyot P, Ades AE, Ouwens MJ, Welton NJ (2012), doi:10.1186/1471-2288-12-9.

    Examples
    --------
    Four patients: an event at 1, one censored between 1 and 3, an event at 3.

    >>> reconstruct_ipd([1, 3, 4], [0.75, 0.375, 0.375], [0, 2, 4], [4, 2, 1])
       time  event
    0   1.0      1
    1   1.5      0
    2   3.0      1
    3   4.0      0
    """
    curve, notes = read_curve(times, survival)
    table = read_risk_table(risk_times, at_risk, curve)
    check_total(total_events, table)
    known, exact = drops_that_tell(curve, table, total_events)
    notes += beyond_the_curve(table, curve)
    if exact:
        patients = _patients(curve, table, known, None)
    else:
        patients = _patients(curve._replace(flat=np.empty(0), as_read=False), table, known, total_events)
    for note in notes:
        warnings.warn(note, UserWarning, stacklevel=2)
    patients.attrs["notes"] = notes
    return patients


class Knot(NamedTuple):
    """A time at which the number at risk is known, printed or told by the drop there."""

    time: float
    n: int
    drop: Drop | None


class Stretch(NamedTuple):
    """From one knot to the next: who starts it, and the drops in it whose numbers are not known."""

    n: int
    survival: float
    start: float
    until: float
    drops: list[tuple[float, float]]


def _patients(curve: Curve, table: RiskTable, known: dict[int, Drop], total_events: int | None) -> pd.DataFrame:
    """Walk from knot to knot: events at the drops, the missing patients censored evenly between."""
    knots = _knots(curve, table, known)
    end = max(curve.end, knots[-1].time)
    unknown = _unknown_drops(curve, knots, known)
    events = [(knot.time, knot.drop.d) for knot in knots if knot.drop]  # time, how many
    censored = []  # from, until, how many
    survival, gone_before = 1.0, 0
    for k, knot in enumerate(knots):
        happened = knot.drop.d if knot.drop else 0
        survival *= 1 - happened / knot.n if knot.n else 1
        following = knots[k + 1] if k + 1 < len(knots) else None
        until = following.time if following else end
        stretch = Stretch(knot.n - happened, survival, knot.time, until, unknown[k])
        wanted = None
        if total_events is not None and unknown[k] and not any(unknown[k + 1 :]):
            wanted = max(total_events - sum(d for _, d in events), 0)
        if following:
            found = _closed(stretch, following.n, wanted)
            gone = stretch.n - sum(one.d for one in found) - following.n
        else:
            found, gone = _open(stretch, gone_before / knot.time if knot.time else 0.0, wanted)
        survival *= float(np.prod([1 - one.d / one.n for one in found if one.n]))
        events += [(time, one.d) for (time, _), one in zip(stretch.drops, found)]
        censored.append((stretch.start, stretch.until, gone))
        gone_before += gone
    still = int(table.at_risk[0]) - sum(d for _, d in events) - gone_before
    if total_events is not None and sum(d for _, d in events) != total_events:
        events, censored, still = to_total(events, censored, still, total_events)
    later = _end_of_lost_tail(curve, end, censored, still)
    shown = curve.flat.size > 0 and bool(curve.times.size) and curve.flat[0] < curve.times[-1]
    if not curve.as_read:
        events = _between_points(events, curve, table)
    return _frame(events, [*censored, (end, later, still)], curve.flat, shown)


def _knots(curve: Curve, table: RiskTable, known: dict[int, Drop]) -> list[Knot]:
    told = {float(curve.times[i]): drop for i, drop in known.items()}
    last_drop = curve.times[-1] if curve.times.size else 0.0
    knots = [Knot(time, drop.n, drop) for time, drop in told.items()]
    for time, n in zip(table.times.tolist(), table.at_risk.tolist()):
        # a 0 printed at a drop was counted after it
        if time not in told and (n > 0 or time > last_drop):
            knots.append(Knot(time, n, None))
    return sorted(knots, key=lambda knot: knot.time)


def _unknown_drops(curve: Curve, knots: list[Knot], known: dict[int, Drop]) -> list[list[Any]]:
    """For each knot the drops (time, level) from it up to the next knot that are still to be read."""
    drops: list[list[Any]] = [[] for _ in knots]
    home = np.searchsorted([knot.time for knot in knots], curve.times, side="right") - 1
    for i, (time, level) in enumerate(zip(curve.times.tolist(), curve.survival.tolist())):
        if i not in known:
            drops[home[i]].append((time, level))
    return drops


def _walk(stretch: Stretch, gone: int) -> list[Drop]:
    """Events at each drop if `gone` patients were censored evenly over the stretch (Guyot 2012, step 3).

    The next level is compared with the survival of the patients so far, not with the level printed
    before, so that rounding to whole patients does not add up.
    """
    survival, length, events, found = stretch.survival, stretch.until - stretch.start, 0, []
    for time, level in stretch.drops:
        left_already = min(int((gone + 1) * (time - stretch.start) / length), gone) if length else 0
        n = max(stretch.n - events - left_already, 0)
        d = min(max(round(n * (1 - level / survival)), 0), n) if survival > 0 else 0
        survival *= 1 - d / n if n else 1
        events += d
        found.append(Drop(n, d))
    return found


def _closed(stretch: Stretch, n_end: int, wanted: int | None) -> list[Drop]:
    """Drops before a known number at risk: search the censored patients that lead to it (steps 2 to 5)."""
    if not stretch.drops:
        return []
    most = stretch.n - n_end
    kept = stretch.drops[-1][1] / stretch.survival if stretch.survival else 1.0
    gone, tried, found = min(max(round(stretch.n * kept) - n_end, 0), most), set(), []
    while gone not in tried:
        tried.add(gone)
        found = _walk(stretch, gone)
        gone = min(max(most - sum(one.d for one in found), 0), most)
    return _summing_to(found, most if wanted is None else min(wanted, most), exactly=wanted is not None)


def _open(stretch: Stretch, rate: float, wanted: int | None) -> tuple[list[Drop], int]:
    """Drops after the last known number at risk, and the patients censored meanwhile (steps 7 and 8).

    They leave at the rate of the time before, unless the total of events says how many leave.
    """
    length = stretch.until - stretch.start
    if not stretch.drops:
        return [], stretch.n if length else 0
    gone = min(round(rate * length), stretch.n)
    if wanted is not None:
        gone = _bisected(lambda leaving: sum(one.d for one in _walk(stretch, leaving)) <= wanted, stretch.n)
    found = _walk(stretch, gone)
    if wanted is not None:
        found = _summing_to(found, min(wanted, stretch.n), exactly=True)
    return found, min(gone, stretch.n - sum(one.d for one in found))


def _bisected(enough: Callable[[int], bool], most: int) -> int:
    """The least number 0..most that is enough, or most."""
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low


def _summing_to(drops: list[Drop], total: int, *, exactly: bool) -> list[Drop]:
    """The drops with events taken from, or (if `exactly`) added to, the last ones until they sum to total."""
    drops = list(drops)
    difference = total - sum(one.d for one in drops)
    for i in range(len(drops) - 1, -1, -1):
        n, d = drops[i]
        change = min(difference, n - d) if exactly and difference > 0 else max(min(difference, 0), -d)
        drops[i] = Drop(n, d + change)
        difference -= change
    return drops


def _between_points(events: list[Any], curve: Curve, table: RiskTable) -> list[Any]:
    """Several events at one clicked point happened since the point before it: they are set evenly up to it.

    Not across a time of the risk table, whose numbers stand.
    """
    since = dict(zip(curve.times.tolist(), curve.since.tolist()))
    placed = []
    for time, d in events:
        counted = table.times[np.searchsorted(table.times, time, side="right") - 1]
        start = max(since.get(time, time), float(counted))
        placed += [(start + (time - start) * (one + 1) / d, 1) for one in range(d)]
    return placed


def _end_of_lost_tail(curve: Curve, end: float, censored: list[Any], still: int) -> float:
    """Until when the patients leave who are still at risk at the end of a curve that ends in a drop.

    A drawn curve ends in a flat tail. One given as its drops has lost the tail, and its last patients
    leave at the rate of its second half, within its own length again.
    """
    if not (still and curve.as_read and curve.times.size and curve.times[-1] == curve.end):
        return end
    start, until, count = np.array(censored, dtype=float).T
    late = (count * np.clip((until - end / 2) / np.maximum(until - start, 1e-9), 0, 1)).sum()
    return end + min(still * (end / 2) / late if late else np.inf, LOST_TAIL * end)


def _frame(events: list[Any], censored: list[Any], flat: np.ndarray, shown: bool) -> pd.DataFrame:
    """One row per patient, from (time, events) and (from, until, censored between them)."""
    times = [np.repeat([time for time, _ in events], [d for _, d in events])]
    drops = {time for time, _ in events} if shown else set()
    times += [_spread(start, until, count, flat, start in drops) for start, until, count in censored if count > 0]
    time = np.concatenate(times).astype(float)
    event = np.zeros(time.size, dtype=int)
    event[: times[0].size] = 1
    order = np.lexsort((1 - event, time))
    return pd.DataFrame({"time": time[order], "event": event[order]})


def _spread(start: float, until: float, count: int, flat: np.ndarray, tied: bool) -> np.ndarray:
    """Censored times between two times: at the curve's own flat points, or else evenly.

    Where a curve shows its censored times (`tied`), those it does not show are hidden by the drop before
    them.
    """
    seen = flat[np.searchsorted(flat, start) : np.searchsorted(flat, until)]
    if seen.size == 0 and tied:
        return np.full(count, start)
    if seen.size == 0:
        return start + (until - start) * np.arange(1, count + 1) / (count + 1)
    if seen.size >= count:
        return seen[np.linspace(0, seen.size - 1, count).round().astype(int)]
    hidden = np.resize([start, *seen] if tied else seen, count - seen.size)
    return np.concatenate([seen, hidden])

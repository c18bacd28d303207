"""A published curve and its risk table as numbers: read, put in order, refused where they cannot be one."""

from __future__ import annotations

import numpy as np
from scipy.optimize import isotonic_regression

from ircc_lib.analysis.time_to_event.event_counts import Curve, RiskTable, rounding_of

BACKWARDS = 0.05  # a digitised point may lie this share of the time axis before its predecessor
BEYOND = 1.3  # patients counted this many lengths of a digitised curve after its start are not its patients


def _numbers(name: str, values) -> np.ndarray:
    array = np.asarray(values, dtype=float).ravel()
    if array.size == 0:
        raise ValueError(f"{name} is empty")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds a value that is not a finite number")
    if array.min() < 0:
        raise ValueError(f"{name} holds a negative value: {array.min():g}")
    return array


def read_curve(times, survival) -> Curve:
    times, survival = _numbers("times", times), _numbers("survival", survival)
    if times.size != survival.size:
        raise ValueError(f"times and survival differ in length: {times.size} and {survival.size}")
    if survival.max() > 1:
        raise ValueError(f"survival above 1: {survival.max():g} (proportions 0..1 are expected, not percent)")
    if times.max() == 0:
        raise ValueError("times do not increase: the curve covers no time after 0")
    if -np.diff(times, prepend=0.0).min() > BACKWARDS * times.max():
        raise ValueError("times are not increasing: a point lies far before its predecessor")
    order = np.lexsort((-survival, times))
    times, survival = times[order], survival[order]
    falling = bool((np.diff(survival) <= 0).all())
    if not falling:
        survival = np.minimum(isotonic_regression(survival, increasing=False).x, 1.0)
    last_at_time = np.append(np.diff(times) > 0, True)
    points, levels = times[last_at_time], survival[last_at_time]
    drop = np.diff(levels, prepend=1.0) < -1e-12
    flat = points[~drop & (points > 0)]
    return Curve(points[drop], levels[drop], flat, float(points[-1]), int(points.size), falling)


def read_risk_table(risk_times, at_risk, curve: Curve) -> RiskTable:
    times, counts = _numbers("risk_times", risk_times), _numbers("at_risk", at_risk)
    if times.size != counts.size:
        raise ValueError(f"risk_times and at_risk differ in length: {times.size} and {counts.size}")
    if (np.diff(times) <= 0).any():
        raise ValueError("risk_times are not increasing")
    if (counts != np.round(counts)).any():
        raise ValueError("at_risk holds a number that is not whole")
    if (np.diff(counts) > 0).any():
        raise ValueError("at_risk rises with time: patients cannot come back into the risk set")
    if counts[0] == 0:
        raise ValueError("at_risk starts at 0: there are no patients to reconstruct")
    if curve.times.size and times[0] > curve.times[0]:
        raise ValueError(
            f"risk_times start at {times[0]:g}, after the first drop at {curve.times[0]:g}: "
            "the number at risk at time 0 is needed"
        )
    reached_0 = curve.as_read and curve.times.size and curve.survival[-1] == 0
    if reached_0 and counts[times > (1 + BACKWARDS) * curve.times[-1]].any():
        raise ValueError("the risk table is longer than the curve: it counts patients after survival reached 0")
    times[0] = 0.0
    return RiskTable(times, counts.astype(int))


def check_total(total_events, table: RiskTable) -> None:
    if total_events is not None and not 0 <= total_events <= table.at_risk[0]:
        raise ValueError(f"total_events must lie between 0 and the {table.at_risk[0]} patients, found {total_events}")


def check_reach(table: RiskTable, curve: Curve, exact: bool) -> None:
    """A curve drawn to its last patient cannot have patients beyond; one given by its drops can."""
    counted = table.times[table.at_risk > 0]
    ends_flat = curve.times.size == 0 or curve.times[-1] < curve.end
    if exact and ends_flat:
        furthest = (1 + BACKWARDS) * curve.end
    elif exact and rounding_of(curve.survival) is None:
        furthest = np.inf
    else:
        furthest = curve.end if counted.size > curve.points + 1 else BEYOND * curve.end
    if counted[-1] >= furthest and counted[-1] > curve.end:
        raise ValueError(
            f"the risk table is longer than the curve: it counts patients at {counted[-1]:g}, "
            f"the curve ends at {curve.end:g}"
        )

"""A published curve and its risk table as numbers: read, put in order, refused where they cannot be one."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import isotonic_regression

from ircc_lib.analysis.arguments import vector, whole
from ircc_lib.analysis.time_to_event.event_counts import Curve, RiskTable

BACKWARDS = 0.05  # a digitised point may lie this share of the time axis before its predecessor
READING_ERROR = 0.02  # by which a clicked point may lie outside the axes: survival, and share of the time axis
CONTRADICTION = (
    0.05  # of survival by which more patients may be at risk than the curve leaves: reading error and rounding
)


def _numbers(name: str, values: ArrayLike, below_0: float = 0.0) -> np.ndarray:
    array = vector(name, values)
    if array.size == 0:
        raise ValueError(f"{name} is empty")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds a value that is not a finite number")
    if array.min() < -below_0:
        raise ValueError(f"{name} holds a negative value: {array.min():g}")
    return array


def read_curve(times: ArrayLike, survival: ArrayLike) -> tuple[Curve, list[str]]:
    """The drops of a curve, and what had to be put right to read them."""
    return _read(_numbers("times", times, np.inf), _numbers("survival", survival, READING_ERROR))


def _read(times: np.ndarray, survival: np.ndarray) -> tuple[Curve, list[str]]:
    if times.size != survival.size:
        raise ValueError(f"times and survival differ in length: {times.size} and {survival.size}")
    if survival.max() > 1 + READING_ERROR:
        raise ValueError(f"survival above 1: {survival.max():g} (proportions 0..1 are expected, not percent)")
    if times.max() <= 0:
        raise ValueError("times do not increase: the curve covers no time after 0")
    if times.min() < -READING_ERROR * times.max():
        raise ValueError(f"times holds a negative value: {times.min():g}")
    notes = []
    outside = int(((survival > 1) | (survival < 0) | (times < 0)).sum())
    if outside:
        notes.append(
            f"{outside} point(s) of the curve lay outside the axes, within reading error, and were moved onto them"
        )
    times, survival = np.maximum(times, 0.0), survival.clip(0.0, 1.0)
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
    since = np.append(0.0, points[:-1])[drop]
    as_read = falling and not outside
    curve = Curve(points[drop], levels[drop], flat, float(points[-1]), int(points.size), since, as_read)
    return curve, notes


def read_risk_table(risk_times: ArrayLike, at_risk: ArrayLike, curve: Curve) -> RiskTable:
    """The numbers at risk, refused where they contradict themselves or the curve."""
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
    if curve.times.size and times[0] > curve.times[0] and curve.survival[0] < 1 - CONTRADICTION:
        raise ValueError(
            f"risk_times start at {times[0]:g}, after the first drop at {curve.times[0]:g}: "
            "the number at risk at time 0 is needed"
        )
    _refuse_contradiction(times, counts, curve)
    times[0] = 0.0
    return RiskTable(times, counts.astype(int))


def _refuse_contradiction(times: np.ndarray, counts: np.ndarray, curve: Curve) -> None:
    """Of n patients no more than n S(t) can be at risk at t: a Kaplan-Meier curve never lies below their share."""
    if not curve.times.size:
        return
    shortly_before = times - BACKWARDS * curve.end
    levels = np.append(1.0, curve.survival)[np.searchsorted(curve.times, shortly_before, side="right")]
    reached_0 = curve.as_read and curve.survival[-1] == 0
    allowed = counts[0] * (levels + np.where(reached_0 & (levels == 0), 0.0, CONTRADICTION)) + 1
    beyond_0 = reached_0 & (levels == 0) & (counts > 0)
    wrong = np.flatnonzero((counts > allowed) | beyond_0)
    if wrong.size:
        i = wrong[0]
        shown = "to 0" if levels[i] == 0 else f"to {levels[i]:.2f}"
        raise ValueError(
            f"at_risk contradicts survival: {counts[i]:g} of {counts[0]:g} patients are counted at {times[i]:g}, "
            f"where the curve has fallen {shown}"
            + (", so that the risk table is longer than the curve" if levels[i] == 0 else "")
        )


def check_total(total_events: int | None, table: RiskTable) -> None:
    """Refuse a total that is no whole number of the patients."""
    if total_events is None:
        return
    if not 0 <= whole("total_events", total_events, at_least=0) <= table.at_risk[0]:
        raise ValueError(f"total_events must lie between 0 and the {table.at_risk[0]} patients, found {total_events}")


def beyond_the_curve(table: RiskTable, curve: Curve) -> list[str]:
    """That patients are counted after the last point of a curve, which is then taken as flat: no contradiction."""
    last = table.times[table.at_risk > 0][-1]
    if last <= (1 + READING_ERROR) * curve.end:
        return []
    return [f"the curve ends at {curve.end:g} and is taken as flat up to {last:g}, where patients are still at risk"]

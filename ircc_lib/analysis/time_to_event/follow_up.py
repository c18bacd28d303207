"""The follow-up of patients: times and events that were read and checked, and who is at risk when."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ircc_lib.analysis.arguments import frame, vector

SAME_TIME = float(np.sqrt(np.finfo(float).eps))  # survival's tolerance for times that are equal but for rounding
CIK_ARM = ("cik", "CIK", 1, True)  # values that name the arm with CIK cells


def risk_sets(time: np.ndarray, event: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distinct times, patients at risk just before each, events at each."""
    steps, position, count = np.unique(time, return_inverse=True, return_counts=True)
    events = np.bincount(position, weights=event, minlength=steps.size)
    at_risk = time.size - np.concatenate([[0], np.cumsum(count)[:-1]])
    return steps, at_risk, events


def two_arms(ipd: pd.DataFrame, arm: str) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """(time, event) of the CIK arm and of the control arm."""
    if not isinstance(arm, str):
        raise TypeError(f"arm: the name of a column is needed, found {type(arm).__name__}")
    frame("ipd", ipd, ("time", "event"))
    if arm not in ipd.columns:
        raise ValueError(f"arm: ipd has no column {arm!r}, found {list(ipd.columns)}")
    if ipd[arm].isna().any():
        raise ValueError(f"ipd: {arm!r} is empty for {int(ipd[arm].isna().sum())} patients")
    arms = ipd[arm].to_numpy()
    names = sorted(ipd[arm].unique().tolist(), key=lambda name: (str(type(name)), name))
    if len(names) != 2:
        raise ValueError(f"ipd: two arms are needed in {arm!r}, found {len(names)}: {names[:5]}")
    cik = next((name for name in names if name in CIK_ARM), names[-1])
    chosen = arms == cik
    time, event = observed(ipd["time"], ipd["event"])
    return (time[chosen], event[chosen]), (time[~chosen], event[~chosen])


def observed(time: ArrayLike, event: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Times and events as arrays, ties joined; a ValueError in words where they are no follow-up of patients."""
    time, event = vector("time", time, "times"), vector("event", event, "events")
    if time.size == 0:
        raise ValueError("time: there are no patients")
    if time.size != event.size:
        raise ValueError(f"time and event differ in length: {time.size} and {event.size}")
    if not np.isfinite(time).all() or (time < 0).any():
        raise ValueError("time holds a value that is missing, infinite or negative")
    if not np.isin(event, (0, 1)).all():
        raise ValueError("event holds a value other than 0 (censored) and 1 (event)")
    return _ties_joined(time), event


def _ties_joined(time: np.ndarray) -> np.ndarray:
    """Times that differ by no more than rounding are one time: 2 weeks and 14 days in months.

    The rule of `aeqSurv` of R's survival (its ``timefix``): neighbours no further apart than 1.5e-8,
    or than that share of the mean of the distinct times.
    """
    distinct = np.unique(time)
    gap = np.diff(distinct)
    apart = (gap > SAME_TIME) & (gap > SAME_TIME * np.abs(distinct).mean())
    first = distinct[np.append(True, apart)]
    return first[np.searchsorted(first, time, side="right") - 1]

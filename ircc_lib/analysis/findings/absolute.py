"""From a ratio to patients: how many more or fewer per 1,000, at a stated risk without the cells."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ircc_lib.analysis.effects.moderators import trial_characteristics
from ircc_lib.text import signed, with_interval

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

PATIENTS = 1_000
HORIZONS = (12.0, 24.0, 36.0, 60.0)  # months at which a control group's survival may be taken
NEAR = 0.5  # months


@dataclass(frozen=True, kw_only=True)
class Absolute:
    """More (or, negative, fewer) of 1,000 patients with the outcome when the cells are given.

    Attributes
    ----------
    control : float
        Of 1,000 patients without the cells.
    difference, low, high : float
        More of 1,000 with them, with the 95 % interval of the ratio carried over; the control risk counts as known.
    """

    control: float
    difference: float
    low: float
    high: float

    def __str__(self) -> str:
        low, high = sorted((self.low, self.high))
        return f"{with_interval(self.difference, low, high, signed)} per 1,000"


def survivors_per_1000(hr: float, ci_low: float, ci_high: float, *, control_survival: float) -> Absolute:
    """More survivors per 1,000, from a hazard ratio.

    Survival with the cells is S^HR under proportional hazards (Altman and Andersen 1999, doi
    10.1136/bmj.319.7223.1492).

    Parameters
    ----------
    hr, ci_low, ci_high : float
        Hazard ratio and its interval; below 1 favours the cells.
    control_survival : float
        Survival without them at the time asked about, 0 to 1.

    Raises
    ------
    ValueError
        If a ratio is not above 0 or the survival lies outside 0 to 1.

    Examples
    --------
    >>> str(survivors_per_1000(0.54, 0.41, 0.71, control_survival=0.4))
    '+210 (+122 to +287) per 1,000'
    """
    for name, ratio in (("hr", hr), ("ci_low", ci_low), ("ci_high", ci_high)):
        if not ratio > 0:
            raise ValueError(f"{name}: a ratio above 0 is asked for, found {ratio!r}")
    if not 0 <= control_survival <= 1:
        raise ValueError(f"control_survival: 0 to 1 is asked for, found {control_survival!r}")
    more = [PATIENTS * (control_survival**ratio - control_survival) for ratio in (hr, ci_high, ci_low)]
    return Absolute(control=PATIENTS * control_survival, difference=more[0], low=more[1], high=more[2])


def events_per_1000(rr: float, ci_low: float, ci_high: float, *, control_risk: float) -> Absolute:
    """More patients with an outcome per 1,000, from a risk ratio.

    Parameters
    ----------
    rr, ci_low, ci_high : float
        Risk ratio and its interval.
    control_risk : float
        Risk without the cells, 0 to 1; what would exceed all patients is all of them.

    Raises
    ------
    ValueError
        If a ratio is negative or the risk lies outside 0 to 1.

    Examples
    --------
    >>> str(events_per_1000(1.5, 1.2, 2.0, control_risk=0.4))
    '+200 (+80 to +400) per 1,000'
    """
    for name, ratio in (("rr", rr), ("ci_low", ci_low), ("ci_high", ci_high)):
        if not ratio >= 0:
            raise ValueError(f"{name}: a ratio of 0 or more is asked for, found {ratio!r}")
    if not 0 <= control_risk <= 1:
        raise ValueError(f"control_risk: 0 to 1 is asked for, found {control_risk!r}")
    more = [PATIENTS * (min(1.0, control_risk * ratio) - control_risk) for ratio in (rr, ci_low, ci_high)]
    return Absolute(control=PATIENTS * control_risk, difference=more[0], low=more[1], high=more[2])


def control_survival(
    reg: Registry, family: str, horizon: float | None = None, *, setting: str | None = None
) -> dict[str, Any] | None:
    """Survival of the control groups at one time: the middle of them, and the quarter that did worst and best.

    Parameters
    ----------
    reg : Registry
    family : str
        ``OS`` or ``PFS``.
    horizon : float, optional
        Months; by default that of `HORIZONS` which most control groups report, the later of two.
    setting : str, optional
        Only control groups of trials in this setting: patients in advanced disease die at another rate than those
        after curative treatment, so that an effect among the one is no difference per 1,000 of the other.

    Returns
    -------
    dict or None
        horizon (months), groups, median, low, high (quartiles; 0 to 1), trial_ids; None where no control group
        reports a rate then.
    """
    rates = reg.landmarks
    rates = rates[
        rates["endpoint_family"].eq(family)
        & rates["group"].eq("control")
        & rates["arm"].isna()
        & rates["survival"].notna()
    ]
    rates = rates.merge(reg.trials[["trial_id", "cohort"]].drop_duplicates("trial_id"), on="trial_id")
    if setting is not None and len(rates):
        known = trial_characteristics(reg, rates[["trial_id"]])["setting"]
        rates = rates[known.eq(setting).to_numpy()]
    found = []
    for months in HORIZONS if horizon is None else (horizon,):
        then = rates[(rates["time"] - months).abs().lt(NEAR)].drop_duplicates("cohort")
        if len(then):
            found.append((len(then), months, then))
    if not found:
        return None
    groups, months, then = max(found, key=lambda one: one[:2])
    low, median, high = np.quantile(then["survival"].astype(float), [0.25, 0.5, 0.75])
    return {
        "horizon": months,
        "groups": groups,
        "median": float(median),
        "low": float(low),
        "high": float(high),
        "trial_ids": "; ".join(then["trial_id"]),
    }


def known(*values: float) -> bool:
    """Whether all the numbers are there."""
    return not any(pd.isna(value) or math.isinf(value) for value in values)

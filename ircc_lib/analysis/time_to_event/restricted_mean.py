"""Restricted mean survival: the area under a Kaplan-Meier curve up to a horizon.

It is summed over the steps of the curve, since lifelines integrates its variance numerically.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from ircc_lib.analysis.arguments import number
from ircc_lib.analysis.normal import Z95
from ircc_lib.analysis.readable import Readable
from ircc_lib.analysis.time_to_event.follow_up import risk_sets, two_arms
from ircc_lib.text import p_text, tenths, with_interval


@dataclass(frozen=True, kw_only=True)
class RestrictedMean:
    """Mean time survived up to the horizon, of one arm."""

    rmst: float
    se: float


@dataclass(frozen=True, kw_only=True, repr=False)
class RmstDifference(Readable):
    """Restricted mean survival of CIK minus control, in the unit of the times (months)."""

    estimate: float
    se: float
    ci_low: float
    ci_high: float
    p_value: float
    horizon: float
    cik: RestrictedMean
    control: RestrictedMean

    def _rows(self) -> list[tuple[str, str]]:
        return [
            ("CIK minus control, months", with_interval(self.estimate, self.ci_low, self.ci_high, tenths)),
            ("test against none", p_text(self.p_value)),
            ("restricted mean of CIK", f"{self.cik.rmst:.1f} (SE {self.cik.se:.1f})"),
            ("restricted mean of control", f"{self.control.rmst:.1f} (SE {self.control.se:.1f})"),
            ("up to", f"{self.horizon:g} months"),
        ]


def rmst_difference(ipd: pd.DataFrame, *, arm: str = "arm", horizon: float) -> RmstDifference:
    """Difference of restricted mean survival time, CIK minus control: positive favours CIK.

    The mean is the area under the step function S up to the horizon, its variance Greenwood's:
    the sum over event times t <= horizon of A(t)^2 d / (n (n - d)), where A(t) is the area from t to the
    horizon. Both are finite sums, equal to ``rmean`` and ``se(rmean)`` of R's ``survfit``.

    Parameters
    ----------
    ipd : DataFrame
        One row per patient: ``time`` (months), ``event`` (1, 0) and the column `arm`, which holds two values:
        ``cik`` (or 1) and ``control`` (or 0), or any two others, the one that sorts last taken as CIK.
    arm : str
        The column of ``ipd`` that names the arm.
    horizon : float
        Months; not beyond the follow-up of either arm, unless its curve has reached 0.

    Returns
    -------
    RmstDifference
        estimate, se, ci_low, ci_high (95 %), p_value, and rmst and se of ``.cik``, ``.control``.

    Raises
    ------
    ValueError : not two arms, a horizon that is not positive or lies beyond the follow-up of an arm.

    References
    ----------
    Royston P, Parmar MKB (2013), doi:10.1186/1471-2288-13-152.

    Examples
    --------
    >>> import pandas as pd
    >>> ipd = pd.DataFrame({"time": [6, 12, 12, 12], "event": [1, 0, 0, 0],
    ...                     "arm": ["control", "control", "cik", "cik"]})
    >>> rmst_difference(ipd, horizon=12).estimate
    3.0
    """
    horizon = number("horizon", horizon, low=0)
    cik, control = (_restricted_mean(time, event, horizon) for time, event in two_arms(ipd, arm))
    estimate, se = cik.rmst - control.rmst, float(np.hypot(cik.se, control.se))
    half = Z95 * se
    p_value = float(2 * norm.sf(abs(estimate) / se)) if se > 0 else float("nan")
    return RmstDifference(
        estimate=estimate,
        se=se,
        ci_low=estimate - half,
        ci_high=estimate + half,
        p_value=p_value,
        horizon=float(horizon),
        cik=cik,
        control=control,
    )


def _restricted_mean(time: np.ndarray, event: np.ndarray, horizon: float) -> RestrictedMean:
    steps, at_risk, events = risk_sets(time, event)
    survival = np.cumprod(1 - events / at_risk)
    if horizon > time.max() and survival[-1] > 0:
        raise ValueError(f"horizon {horizon:g} lies beyond the follow-up of an arm, which ends at {time.max():g}")
    within = (steps <= horizon) & (events > 0)
    steps, at_risk, events, survival = (values[within] for values in (steps, at_risk, events, survival))
    ends = np.append(steps, horizon)
    areas = np.diff(ends, prepend=0.0) * np.concatenate([[1.0], survival])
    to_horizon = np.cumsum(areas[:0:-1])[::-1]  # area from each step on
    left = at_risk - events
    variance = (to_horizon**2 * events / (at_risk * np.where(left > 0, left, 1)) * (left > 0)).sum()
    return RestrictedMean(rmst=float(areas.sum()), se=float(np.sqrt(variance)))

"""Two arms over time: Kaplan-Meier curves, the tests between them, restricted mean survival.

Estimators are lifelines'. The restricted mean is summed over the steps of the curve here, since
lifelines integrates its variance numerically.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import norm

from ircc_lib.analysis.arguments import frame, number, vector
from ircc_lib.analysis.normal import Z95
from ircc_lib.analysis.readable import Readable
from ircc_lib.text import p_text, tenths, with_interval

if TYPE_CHECKING:
    from lifelines import KaplanMeierFitter

SAME_TIME = float(np.sqrt(np.finfo(float).eps))  # survival's tolerance for times that are equal but for rounding
CIK_ARM = ("cik", "CIK", 1, True)  # values that name the arm with CIK cells


@dataclass(frozen=True, kw_only=True)
class LogRank:
    """The log-rank test of two arms."""

    statistic: float
    p_value: float


@dataclass(frozen=True, kw_only=True)
class HazardRatio:
    """Cox's proportional hazards: `log_hr` of CIK against control, below 0 in favour of CIK."""

    log_hr: float
    se: float
    hr: float
    ci_low: float
    ci_high: float
    p_value: float


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


def kaplan_meier(time: ArrayLike, event: ArrayLike, *, label: str | None = None) -> KaplanMeierFitter:
    """The Kaplan-Meier curve of one arm.

    Parameters
    ----------
    time : array_like
        (n,) follow-up in months.
    event : array_like
        (n,) 1 event, 0 censored.
    label : str, optional
        Name of the curve.

    Returns
    -------
    KaplanMeierFitter
        Lifelines' fitted ``KaplanMeierFitter``, its interval on the log(-log) scale (95 %).

    Raises
    ------
    ValueError : empty, lengths that differ, times that are negative or missing, events other than 0 and 1.

    References
    ----------
    Kaplan EL, Meier P (1958), doi:10.1080/01621459.1958.10501452.

    Examples
    --------
    >>> curve = kaplan_meier([6, 12, 18, 24], [1, 0, 1, 0])
    >>> round(float(curve.predict(18)), 3)
    0.375
    """
    from lifelines import KaplanMeierFitter

    time, event = _observed(time, event)
    return KaplanMeierFitter(label=label or "survival").fit(time, event)


def logrank(ipd: pd.DataFrame, *, arm: str = "arm") -> LogRank:
    """Log-rank test between the two arms of `ipd` (columns ``time``, ``event`` and `arm`).

    Equals ``survdiff`` of R's survival. Raises ValueError if there are not two arms, or no events.

    Parameters
    ----------
    ipd : DataFrame
        One row per patient: time (months), event (1, or 0 where censored) and the arm.
    arm : str
        The column of ``ipd`` that names the arm.

    Returns
    -------
    LogRank
        Statistic and two-sided p-value of the test.

    References
    ----------
    Mantel N (1966), Cancer Chemother Rep 50:163-170.

    Examples
    --------
    >>> import pandas as pd
    >>> ipd = pd.DataFrame({"time": [5, 9, 12, 20], "event": [1, 1, 1, 0],
    ...                     "arm": ["control", "control", "cik", "cik"]})
    >>> round(logrank(ipd).p_value, 3)
    0.09
    """
    from lifelines.statistics import logrank_test

    cik, control = _two_arms(ipd, arm)
    if not (cik[1].any() or control[1].any()):
        raise ValueError("there are no events: the arms cannot be compared")
    test = logrank_test(cik[0], control[0], cik[1], control[1])
    return LogRank(statistic=float(test.test_statistic), p_value=float(test.p_value))


def cox_hazard_ratio(ipd: pd.DataFrame, *, arm: str = "arm") -> HazardRatio:
    """Hazard ratio of CIK against control by Cox's partial likelihood, ties by Efron's method.

    Equals ``coxph`` of R's survival.

    Parameters
    ----------
    ipd : DataFrame
        One row per patient: time (months), event (1, or 0 where censored) and the arm.
    arm : str
        The column of ``ipd`` that names the arm.

    Returns
    -------
    HazardRatio
        Hazard ratio of CIK against control, with its interval and p-value.

    Raises
    ------
    ValueError : not two arms, or a hazard ratio that is 0 or infinite: an arm without events, or without
        any while the other arm is still followed (monotone likelihood).

    References
    ----------
    Cox DR (1972), doi:10.1111/j.2517-6161.1972.tb00899.x; Efron B (1977), doi:10.1080/01621459.1977.10480613.

    Examples
    --------
    >>> import pandas as pd
    >>> ipd = pd.DataFrame({"time": [5, 9, 12, 7, 12, 20], "event": [1, 1, 1, 1, 1, 0],
    ...                     "arm": ["control"] * 3 + ["cik"] * 3})
    >>> cox_hazard_ratio(ipd).hr < 1
    True
    """
    from lifelines import CoxPHFitter

    cik, control = _two_arms(ipd, arm)
    for name, (_, event) in (("CIK", cik), ("control", control)):
        if not event.any():
            raise ValueError(f"the {name} arm has no events: the hazard ratio is not finite")
    _refuse_infinite(cik, control)
    rows = pd.DataFrame(
        {
            "time": np.concatenate([cik[0], control[0]]),
            "event": np.concatenate([cik[1], control[1]]),
            "cik": np.repeat([1, 0], [cik[0].size, control[0].size]),
        }
    )
    fit = CoxPHFitter().fit(rows, "time", "event", fit_options={"precision": 1e-12, "r_precision": 1e-14})
    log_hr, se = float(fit.params_["cik"]), float(fit.standard_errors_["cik"])
    return HazardRatio(
        log_hr=log_hr,
        se=se,
        hr=float(np.exp(log_hr)),
        ci_low=float(np.exp(log_hr - Z95 * se)),
        ci_high=float(np.exp(log_hr + Z95 * se)),
        p_value=float(2 * norm.sf(abs(log_hr / se))),
    )


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
    cik, control = (_restricted_mean(time, event, horizon) for time, event in _two_arms(ipd, arm))
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
    steps, at_risk, events = _risk_sets(time, event)
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


def _risk_sets(time: np.ndarray, event: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distinct times, patients at risk just before each, events at each."""
    steps, position, count = np.unique(time, return_inverse=True, return_counts=True)
    events = np.bincount(position, weights=event, minlength=steps.size)
    at_risk = time.size - np.concatenate([[0], np.cumsum(count)[:-1]])
    return steps, at_risk, events


def _two_arms(ipd: pd.DataFrame, arm: str) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
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
    time, event = _observed(ipd["time"], ipd["event"])
    return (time[chosen], event[chosen]), (time[~chosen], event[~chosen])


def _observed(time: ArrayLike, event: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
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


def _refuse_infinite(cik: tuple[Any, ...], control: tuple[Any, ...]) -> None:
    """A partial likelihood that rises without end has no maximum: an event falls in one arm only, always."""
    steps = np.unique(np.concatenate([cik[0][cik[1] == 1], control[0][control[1] == 1]]))
    (left1, d1), (left0, d0) = (
        (
            np.array([(time >= step).sum() for step in steps]),
            np.array([((time == step) & (event == 1)).sum() for step in steps]),
        )
        for time, event in (cik, control)
    )
    both = (left1 > 0) & (left0 > 0)
    for name, other, d in (("CIK", "control", d1), ("control", "CIK", d0)):
        if not d[both].any():
            raise ValueError(
                f"the hazard ratio is not finite: no patient of the {name} arm has an event "
                f"while patients of the {other} arm are still followed; logrank tests such arms"
            )

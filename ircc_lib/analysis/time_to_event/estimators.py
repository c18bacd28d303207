"""Kaplan-Meier curves, the log-rank test and the hazard ratio of two arms; the estimators are lifelines'."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import norm

from ircc_lib.analysis.normal import Z95
from ircc_lib.analysis.time_to_event.follow_up import observed, two_arms

if TYPE_CHECKING:
    from lifelines import KaplanMeierFitter


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

    time, event = observed(time, event)
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

    cik, control = two_arms(ipd, arm)
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

    cik, control = two_arms(ipd, arm)
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

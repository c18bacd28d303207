"""Pool events between two arms: Mantel-Haenszel and Peto, from counts.

Zero cells as the Cochrane Handbook has them (Higgins et al., version 6, section 10.4.4):
Mantel-Haenszel and Peto pool the counts as they are, without a correction. A trial with no
events in either arm (or in all patients of both, for odds) says nothing about a ratio and
adds nothing to it; a risk difference counts it, as a difference of 0. A half is added to
the four cells only to show a single trial's own ratio where one of them is 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from ircc_lib.analysis.arguments import choice, number
from ircc_lib.analysis.meta.proportions import checked_counts
from ircc_lib.analysis.meta.result import PooledEffect

MEASURES = ("RR", "OR", "RD")


def mantel_haenszel(
    events: ArrayLike,
    n: ArrayLike,
    events_control: ArrayLike,
    n_control: ArrayLike,
    *,
    measure: str = "RR",
    alpha: float = 0.05,
) -> PooledEffect:
    """Pool risk ratios, odds ratios or risk differences (Mantel & Haenszel 1959), as `rma.mh`.

    Parameters
    ----------
    events, n : array_like, shape (k,)
        Of at least two trials: patients with the event and patients in the CIK arm.
    events_control, n_control : array_like of int, shape (k,)
        The same in the control arm.
    measure : str
        ``RR`` (log risk ratio; variance of Greenland & Robins 1985,
        doi:10.2307/2530643), ``OR`` (log odds ratio; Robins, Breslow & Greenland 1986,
        doi:10.2307/2531052) or ``RD`` (risk difference, CIK minus control; Sato et al. 1989).
    alpha : float
        1 minus the level of the interval.

    Returns
    -------
    PooledEffect
        A common effect: no tau2 and no prediction interval. Heterogeneity is tested over
        the single trials' effects (with a half added to their zero cells), as `rma.mh` does.

    Raises
    ------
    ValueError
        if fewer than two trials are given, a count is wrong, or no trial has an event in
        one of the arms, so that a ratio does not exist

    Examples
    --------
    >>> pooled = mantel_haenszel([30, 14], [65, 45], [21, 10], [47, 45])
    >>> round(pooled.exp().estimate, 2)
    1.14
    """
    a, n1, c, n2 = _tables(events, n, events_control, n_control)
    number("alpha", alpha, low=0, high=1)
    choice("measure", measure, MEASURES)
    estimate, variance = {"RR": _risk_ratio, "OR": _odds_ratio, "RD": _risk_difference}[measure](a, n1, c, n2)
    single = _own_effects(a, n1, c, n2, measure)
    weights = {"RR": c * n1 / (n1 + n2), "OR": (n1 - a) * c / (n1 + n2), "RD": n1 * n2 / (n1 + n2)}[measure]
    return _pooled(
        float(estimate),
        float(np.sqrt(variance)),
        single,
        weights,
        a.size,
        alpha,
        "MH",
        "identity" if measure == "RD" else "log",
    )


def peto(
    events: ArrayLike, n: ArrayLike, events_control: ArrayLike, n_control: ArrayLike, *, alpha: float = 0.05
) -> PooledEffect:
    """Peto's one-step log odds ratio (Yusuf et al. 1985), as `rma.peto`.

    Good for rare events and arms of similar size; biased for large effects. Parameters,
    result and errors as for `mantel_haenszel`.

    Parameters
    ----------
    events : array_like of int, shape (k,)
        Patients with the event, of each trial.
    n : array_like of int, shape (k,)
        Patients of each trial.
    events_control : array_like of int, shape (k,)
        Patients of the control group with the event, of each trial.
    n_control : array_like of int, shape (k,)
        Patients of the control group, of each trial.
    alpha : float
        1 minus the level of the interval.

    Returns
    -------
    PooledEffect
        The pooled effect with its interval.

    Examples
    --------
    >>> pooled = peto([30, 14], [65, 45], [21, 10], [47, 45])
    >>> round(pooled.exp().estimate, 2)
    1.24
    """
    a, n1, c, n2 = _tables(events, n, events_control, n_control)
    number("alpha", alpha, low=0, high=1)
    difference, variance = _peto_parts(a, n1, c, n2)
    total = variance.sum()
    if total == 0:
        raise ValueError("the event occurred in nobody or in everybody; an odds ratio does not exist")
    estimate, se = difference.sum() / total, 1 / np.sqrt(total)
    told = variance > 0
    q = (difference[told] ** 2 / variance[told]).sum() - difference.sum() ** 2 / total
    df = int(told.sum()) - 1
    spread = _spread(max(0.0, float(q)), df)
    return PooledEffect(
        estimate=float(estimate),
        se=float(se),
        **_wald(estimate, se, alpha),
        k=a.size,
        method="Peto",
        level=1 - alpha,
        scale="log",
        weights=100 * variance / total,
        **spread,
    )


def two_by_two_effects(
    events: ArrayLike, n: ArrayLike, events_control: ArrayLike, n_control: ArrayLike, *, measure: str = "RR"
) -> pd.DataFrame:
    """Each trial's own effect, for display: estimate and se, NaN where a trial has no say.

    A half is added to all four cells of a trial of which one is 0 (RR, OR), as metafor's ``escalc`` does. A ratio of
    two arms without events is left empty, and so is an odds ratio where everybody is affected; a risk ratio is 1 there.

    Parameters
    ----------
    events : array_like of int, shape (k,)
        Patients with the event, of each trial.
    n : array_like of int, shape (k,)
        Patients of each trial.
    events_control : array_like of int, shape (k,)
        Patients of the control group with the event, of each trial.
    n_control : array_like of int, shape (k,)
        Patients of the control group, of each trial.
    measure : str
        ``RR`` (risk ratio), ``OR`` (odds ratio) or ``RD`` (risk difference).

    Returns
    -------
    DataFrame
        One row per trial: estimate (a logarithm for ratios, 0 to 1 for a difference) and se.

    Examples
    --------
    >>> two_by_two_effects([5, 0], [10, 10], [2, 0], [10, 10])["estimate"].round(2).tolist()
    [0.92, nan]
    """
    a, n1, c, n2 = _tables(events, n, events_control, n_control, at_least=1)
    choice("measure", measure, MEASURES)
    if measure == "RR":
        everybody = _own_effects(a, n1, c, n2, measure, keep_silent=True)
        return everybody.mask(pd.Series((a == 0) & (c == 0)), axis="index")
    if measure == "RD":  # a difference exists for every trial; the half enters its error only
        return _own_effects(a, n1, c, n2, measure, keep_silent=True).assign(estimate=a / n1 - c / n2)
    return _own_effects(a, n1, c, n2, measure)


def _own_effects(
    a: np.ndarray, n1: np.ndarray, c: np.ndarray, n2: np.ndarray, measure: str, *, keep_silent: bool = False
) -> pd.DataFrame:
    """Each trial's effect with a half added to the cells of trials with a zero cell."""
    b, d = n1 - a, n2 - c
    silent = ((a == 0) & (c == 0)) | ((b == 0) & (d == 0))
    add = np.where((a == 0) | (b == 0) | (c == 0) | (d == 0), 0.5, 0.0)
    a, b, c, d = a + add, b + add, c + add, d + add
    if measure == "RD":
        p1, p2 = a / (a + b), c / (c + d)
        estimate, variance = p1 - p2, p1 * (1 - p1) / (a + b) + p2 * (1 - p2) / (c + d)
    elif measure == "RR":
        estimate, variance = np.log(a / (a + b) * (c + d) / c), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    else:
        estimate, variance = np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d
    silent = silent & (not keep_silent)
    return pd.DataFrame(
        {"estimate": np.where(silent, np.nan, estimate), "se": np.where(silent, np.nan, np.sqrt(variance))}
    )


def _tables(
    events: ArrayLike, n: ArrayLike, events_control: ArrayLike, n_control: ArrayLike, *, at_least: int = 2
) -> tuple[np.ndarray, ...]:
    a, n1 = checked_counts(events, n, what="events in the CIK arm")
    names = ("events_control", "n_control")
    c, n2 = checked_counts(events_control, n_control, what="events in the control arm", names=names)
    if a.size != c.size:
        raise ValueError(f"events, events_control: {a.size} CIK arms but {c.size} control arms were given")
    if a.size < at_least:
        raise ValueError(f"events: pooling needs at least {at_least} trials; {a.size} given")
    return a, n1, c, n2


def _risk_ratio(a: np.ndarray, n1: np.ndarray, c: np.ndarray, n2: np.ndarray) -> tuple[float, float]:
    if a.sum() == 0 or c.sum() == 0:
        raise ValueError("no trial has an event in one of the arms; a risk ratio does not exist")
    total = n1 + n2
    r, s = (a * n2 / total).sum(), (c * n1 / total).sum()
    return np.log(r / s), max(0.0, ((n1 * n2 * (a + c) / total**2) - a * c / total).sum() / (r * s))


def _odds_ratio(a: np.ndarray, n1: np.ndarray, c: np.ndarray, n2: np.ndarray) -> tuple[float, float]:
    total, b, d = n1 + n2, n1 - a, n2 - c
    agree, differ = (a + d) / total, (b + c) / total
    r, s = a * d / total, b * c / total
    if r.sum() == 0 or s.sum() == 0:
        raise ValueError("one arm has the event in nobody or everybody of every trial; an odds ratio does not exist")
    variance = (
        (agree * r).sum() / r.sum() ** 2
        + (agree * s + differ * r).sum() / (r.sum() * s.sum())
        + (differ * s).sum() / s.sum() ** 2
    ) / 2
    return np.log(r.sum() / s.sum()), variance


def _risk_difference(a: np.ndarray, n1: np.ndarray, c: np.ndarray, n2: np.ndarray) -> tuple[float, float]:
    total = n1 + n2
    weight = (n1 * n2 / total).sum()
    estimate = ((a * n2 - c * n1) / total).sum() / weight
    p = (c * (n1 / total) ** 2 - a * (n2 / total) ** 2 + n1 * n2 * (n2 - n1) / (2 * total**2)).sum()
    q = ((a * (n2 - c) + c * (n1 - a)) / total).sum() / 2
    return estimate, max(0.0, (estimate * p + q) / weight**2)


def _peto_parts(a: np.ndarray, n1: np.ndarray, c: np.ndarray, n2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Observed minus expected, and the hypergeometric variance, of each trial."""
    total, events = n1 + n2, a + c
    variance = events * (total - events) * n1 * n2 / (total**2 * (total - 1))
    return a - events * n1 / total, variance


def _pooled(
    estimate: float, se: float, single: pd.DataFrame, weights: np.ndarray, k: int, alpha: float, method: str, scale: str
) -> PooledEffect:
    told = single["estimate"].notna().to_numpy()
    w = 1 / single["se"].to_numpy()[told] ** 2
    q = float((w * (single["estimate"].to_numpy()[told] - estimate) ** 2).sum())
    share = 100 * weights / weights.sum() if weights.sum() > 0 else None
    return PooledEffect(
        estimate=estimate,
        se=se,
        **_wald(estimate, se, alpha),
        k=k,
        method=method,
        level=1 - alpha,
        scale=scale,
        weights=share,
        **_spread(q, int(told.sum()) - 1),
    )


def _wald(estimate: float, se: float, alpha: float) -> dict[str, Any]:
    reach = float(stats.norm.isf(alpha / 2)) * se
    # nobody or everybody has the event: a difference of 0 with an error of 0, which tests nothing
    return {
        "ci_low": float(estimate - reach),
        "ci_high": float(estimate + reach),
        "p_value": float(2 * stats.norm.sf(abs(estimate / se))) if se > 0 else float("nan"),
    }


def _spread(q: float, df: int) -> dict[str, Any]:
    if df < 1:
        return {"q": 0.0, "q_df": 0, "q_p_value": 1.0, "i2": 0.0, "h2": 1.0}
    return {
        "q": q,
        "q_df": df,
        "q_p_value": float(stats.chi2.sf(q, df)),
        "i2": max(0.0, 100 * (q - df) / q) if q > 0 else 0.0,
        "h2": q / df,
    }

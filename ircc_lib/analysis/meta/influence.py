"""What the pooled effect owes to single trials: cumulative, leave-one-out, influence."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from ircc_lib.analysis.arguments import labels
from ircc_lib.analysis.meta.estimators import Fit, fit
from ircc_lib.analysis.meta.pooling import check_options, checked_effects, pool, quantile

_PARTS = ("estimate", "se", "ci_low", "ci_high", "p_value", "tau2", "i2")


def cumulative(
    yi: ArrayLike,
    sei: ArrayLike,
    order: ArrayLike,
    *,
    method: str = "REML",
    knha: bool | str = "adhoc",
    alpha: float = 0.05,
) -> pd.DataFrame:
    """The pooled effect as it stood after each trial, or after each year.

    Parameters
    ----------
    yi, sei : array_like, shape (k,)
        At least two trials.
    order : array_like, shape (k,)
        Order enter together, so that the row of a year holds all its trials.
    method, knha, alpha : str
        As for `pool`.

    Returns
    -------
    DataFrame
        One row per distinct `order` from the second trial on: order, k, estimate, se, ci_low,
        ci_high, p_value, tau2, i2.

    Examples
    --------
    >>> cumulative([-0.5, -0.3, -0.6], [0.2, 0.25, 0.3], [2008, 2010, 2010])["k"].tolist()
    [3]
    """
    y, s = checked_effects(yi, sei)
    check_options(method, alpha, "metafor", knha)
    when = labels("order", order, y.size)
    try:
        steps = sorted(when.unique())
    except TypeError:
        raise TypeError("order: the values cannot be put in order") from None
    rows = []
    for value in steps:
        so_far = (when <= value).to_numpy()
        if so_far.sum() < 2:
            continue
        effect = pool(y[so_far], s[so_far], method=method, knha=knha, alpha=alpha)
        rows.append({"order": value, "k": effect.k, **{part: getattr(effect, part) for part in _PARTS}})
    return pd.DataFrame(rows, columns=["order", "k", *_PARTS])


def leave_one_out(
    yi: ArrayLike, sei: ArrayLike, *, method: str = "REML", knha: bool | str = "adhoc", alpha: float = 0.05
) -> pd.DataFrame:
    """The pooled effect without each trial in turn.

    Returns one row per trial, in the order given: estimate, se, ci_low, ci_high, p_value, tau2
    of the others (at least two of them, so k >= 3).

    Parameters
    ----------
    yi : array_like of float, shape (k,)
        Effects of the trials, on the scale on which they are pooled.
    sei : array_like of float, shape (k,)
        Their standard errors, above 0.
    method : str
        Estimator of the variance between trials, as for `pool`.
    knha : bool or str
        Correction by Knapp and Hartung, as for `pool`.
    alpha : float
        1 minus the level of the interval.

    Returns
    -------
    DataFrame
        One row per trial left out, in the order given.

    Examples
    --------
    >>> leave_one_out([-0.5, -0.3, -0.6], [0.2, 0.25, 0.3])["estimate"].round(2).tolist()
    [-0.42, -0.53, -0.42]
    """
    y, s = checked_effects(yi, sei, at_least=3)
    check_options(method, alpha, "metafor", knha)
    model = _without_each(y, s, method, knha)
    estimate, se = model.beta[0], np.sqrt(model.cov[0, 0])
    reach = quantile(model.df, alpha) * se
    z = np.abs(estimate / se)
    return pd.DataFrame(
        {
            "estimate": estimate,
            "se": se,
            "ci_low": estimate - reach,
            "ci_high": estimate + reach,
            "p_value": 2 * (stats.norm.sf(z) if model.df is None else stats.t.sf(z, model.df)),
            "tau2": model.tau2,
        }
    )


def influence(yi: ArrayLike, sei: ArrayLike, *, method: str = "REML", knha: bool | str = "adhoc") -> pd.DataFrame:
    """How far each trial moves the result: the diagnostics of metafor's `influence`.

    Returns one row per trial: rstudent (its distance from the others' prediction in standard
    errors), dffits, cook_d, cov_r, tau2_without, q_without, hat, weight (percent), dfbeta and
    ``influential`` by the cut-offs of Viechtbauer & Cheung (2010, doi:10.1002/jrsm.11).

    Parameters
    ----------
    yi : array_like of float, shape (k,)
        Effects of the trials, on the scale on which they are pooled.
    sei : array_like of float, shape (k,)
        Their standard errors, above 0.
    method : str
        Estimator of the variance between trials, as for `pool`.
    knha : bool or str
        Correction by Knapp and Hartung, as for `pool`.

    Returns
    -------
    DataFrame
        One row per trial, in the order given.

    Examples
    --------
    >>> found = influence([-0.5, -0.3, -0.6, 3.0], [0.2, 0.25, 0.3, 0.2])
    >>> found["rstudent"].abs().idxmax()
    3
    """
    y, s = checked_effects(yi, sei, at_least=3)
    check_options(method, 0.05, "metafor", knha)
    v, ones = s**2, np.ones((y.size, 1))
    full = fit(y[:, None], v[:, None], ones, method=method, knha=knha)
    without = _without_each(y, s, method, knha)
    w = 1 / (v + full.tau2[0])
    hat = w / w.sum()
    others, variance = without.beta[0], without.cov[0, 0]
    # Knapp-Hartung's dispersion of the fit without the trial; 1 for Wald's.
    model_variance = 1 / _sum_without_own(1 / (v[:, None] + without.tau2))
    scale = variance / model_variance
    shift = full.beta[0, 0] - others
    spread = v + without.tau2
    dffits = shift / np.sqrt(scale * hat * spread)
    dfbeta = shift / np.sqrt(scale / (1 / (v[:, None] + without.tau2)).sum(axis=0))
    cook = shift**2 / full.cov[0, 0, 0]
    influential = (
        (np.abs(dffits) > 3 * np.sqrt(1 / (y.size - 1)))
        | (stats.chi2.cdf(cook, 1) > 0.5)
        | (hat > 3 / y.size)
        | (np.abs(dfbeta) > 1)
    )
    return pd.DataFrame(
        {
            "rstudent": (y - others) / np.sqrt(v * scale + variance + without.tau2 * scale),
            "dffits": dffits,
            "cook_d": cook,
            "cov_r": variance / full.cov[0, 0, 0],
            "tau2_without": without.tau2,
            "q_without": _q_without(y, v),
            "hat": hat,
            "weight": 100 * hat,
            "dfbeta": dfbeta,
            "influential": influential,
        }
    )


def _without_each(y: np.ndarray, s: np.ndarray, method: str, knha: bool | str) -> Fit:
    """All k fits of k - 1 trials side by side."""
    kept = np.array([[j for j in range(y.size) if j != i] for i in range(y.size)]).T
    return fit(y[kept], s[kept] ** 2, np.ones((y.size - 1, 1)), method=method, knha=knha)


def _sum_without_own(values: np.ndarray) -> np.ndarray:
    """Column sums without the diagonal: what is left when trial i is left out of set i."""
    return values.sum(axis=0) - np.diagonal(values)


def _q_without(y: np.ndarray, v: np.ndarray) -> np.ndarray:
    w = np.tile(1 / v[:, None], y.size)
    np.fill_diagonal(w, 0.0)
    mean = (w * y[:, None]).sum(axis=0) / w.sum(axis=0)
    return (w * (y[:, None] - mean) ** 2).sum(axis=0)

"""Pool the effects of several trials: one call, one result, as metafor's `rma` gives it."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from pymare.stats import q_profile
from scipy import stats

from ircc_lib.analysis.arguments import choice, number, vector, whole
from ircc_lib.analysis.meta.estimators import METHODS, fit
from ircc_lib.analysis.meta.result import PooledEffect

REPORTED = "adhoc"
"""The interval of every pooled hazard ratio in the report, and the default: wide and honest with few trials."""
_BATCH = 2_000  # bootstrap replicates fitted side by side: their arrays stay in the cache


def pool(
    yi: ArrayLike,
    sei: ArrayLike,
    *,
    method: str = "REML",
    knha: bool | str = "adhoc",
    alpha: float = 0.05,
    pi: str = "metafor",
    scale: str = "log",
    tau2_ci: bool = True,
) -> PooledEffect:
    """Pool effects and their standard errors (inverse-variance meta-analysis).

    Parameters
    ----------
    yi : array_like, shape (k,)
        Effects of at least two trials, for instance log hazard ratios (negative favours CIK).
    sei : array_like, shape (k,)
        Their standard errors, above 0.
    method : str
        ``REML`` (Viechtbauer 2005), ``ML``, ``DL`` (DerSimonian & Laird 1986,
        doi:10.1016/0197-2456(86)90046-2), ``PM`` (Paule & Mandel 1982) or ``FE`` (common effect).
    knha : bool or str
        ``"adhoc"``, as in the report: Knapp & Hartung's (2003, doi:10.1002/sim.1482) standard
        error and t with k - 1 degrees of freedom, but never with a standard error below Wald's
        (Röver, Knapp & Friede 2015, doi:10.1186/s12874-015-0091-1); True: Knapp & Hartung's
        whatever it is; False: Wald's z.
    alpha : float
        1 minus the level of all intervals.
    pi : str
        Prediction interval. ``metafor``: the quantile of the confidence interval and
        ``sqrt(tau2 + se^2)``, so t with k - 1 under `knha`; ``higgins``: t with k - 2
        (Higgins, Thompson & Spiegelhalter 2009, doi:10.1111/j.1467-985X.2008.00552.x),
        NaN for two trials. A common-effect model has none: NaN.
    scale : str
        What the effects are, for display: ``log`` ratios or ``identity``.
    tau2_ci : bool
        Whether to find the interval of tau2, which takes a third of the time.

    Returns
    -------
    PooledEffect
        The pooled effect with its interval, its prediction interval and the spread between trials.

    Raises
    ------
    ValueError
        if fewer than two trials are given, or a value is missing, infinite, or a standard
        error is not above 0

    Notes
    -----
    Two trials give a very wide interval under `knha`: t with one degree of freedom. Where few
    trials happen to agree, Knapp and Hartung's interval is narrower than those of the trials
    themselves; ``"adhoc"`` is not, and the report uses it throughout (`REPORTED`).

    Examples
    --------
    >>> pooled = pool([-0.5, -0.3, -0.6], [0.2, 0.25, 0.3])
    >>> round(pooled.hazard_ratio, 2)
    0.63
    """
    y, s = checked_effects(yi, sei)
    check_options(method, alpha, pi, knha)
    choice("scale", scale, ("log", "identity", "logit"))
    design, v = np.ones((y.size, 1)), s**2
    model = fit(y[:, None], v[:, None], design, method=method, knha=knha)
    estimate, tau2 = float(model.beta[0, 0]), float(model.tau2[0])
    se = float(np.sqrt(model.cov[0, 0, 0]))
    test = _test(estimate, se, model.df, alpha)
    spread = np.sqrt(tau2 + se**2)
    reach = _prediction_quantile(y.size, model.df, alpha, pi, method) * spread
    wanted = tau2_ci and method != "FE"
    low, high = _tau2_interval(y, v, design, alpha) if wanted else (np.nan, np.nan)
    weights = 1 / (v + tau2)
    return PooledEffect(
        estimate=estimate,
        se=se,
        **test,
        k=y.size,
        method=method,
        knha=knha,
        level=1 - alpha,
        scale=scale,
        tau2=tau2,
        tau2_ci_low=low,
        tau2_ci_high=high,
        **heterogeneity(y, v, design, tau2, method),
        pi_low=estimate - reach,
        pi_high=estimate + reach,
        weights=100 * weights / weights.sum(),
    )


def bootstrap_pool(
    yi: ArrayLike, sei: ArrayLike, *, replicates: int = 10_000, seed: int = 1, method: str = "REML"
) -> np.ndarray:
    """The pooled estimate in `replicates` resamples of the trials, fitted side by side.

    Parameters
    ----------
    yi, sei : array_like, shape (k,)
        At least two trials, as for `pool`.
    replicates : int
        Resamples of k trials drawn with replacement.
    seed : int
        Seed of the random numbers.
    method : str
        As for `pool`.

    Returns
    -------
    numpy.ndarray
        shape (replicates, 2): pooled estimate and tau2 of each resample.

    Examples
    --------
    >>> draws = bootstrap_pool([-0.5, -0.3, -0.6], [0.2, 0.25, 0.3], replicates=100)
    >>> draws.shape
    (100, 2)
    """
    y, s = checked_effects(yi, sei)
    check_options(method, 0.05, "metafor")
    whole("replicates", replicates, at_least=1)
    whole("seed", seed, at_least=0)
    drawn = np.random.default_rng(seed).integers(y.size, size=(y.size, replicates))
    return pool_many(y[drawn].T, s[drawn].T, method=method)


def pool_many(yi: ArrayLike, sei: ArrayLike, *, method: str = "REML") -> np.ndarray:
    """Pool many data sets of the same number of trials: (sets, k) in, (sets, 2) out.

    The columns are the pooled estimate and tau2; each equals `pool` of that row.

    Parameters
    ----------
    yi : array_like of float, shape (k,)
        Effects of the trials, on the scale on which they are pooled.
    sei : array_like of float, shape (k,)
        Their standard errors, above 0.
    method : str
        Estimator of the variance between trials, as for `pool`.

    Returns
    -------
    ndarray, shape (sets, 2)
        Pooled estimate and variance between trials of each set.

    Examples
    --------
    >>> pool_many([[0.1, 0.3], [0.2, 0.2]], [[0.1, 0.1], [0.1, 0.1]]).round(2)
    array([[0.2 , 0.01],
           [0.2 , 0.  ]])
    """
    check_options(method, 0.05, "metafor")
    y, s = _sets("yi", yi), _sets("sei", sei)
    if y.shape != s.shape:
        raise ValueError(f"yi, sei: effects and standard errors differ in shape: {y.shape} and {s.shape}")
    checked_effects(y.ravel(), s.ravel())
    if y.shape[1] < 2:
        raise ValueError("yi: each data set needs at least two trials to pool")
    design, results = np.ones((y.shape[1], 1)), []
    for start in range(0, y.shape[0], _BATCH):
        part = slice(start, start + _BATCH)
        model = fit(y[part].T, s[part].T ** 2, design, method=method, knha=False)
        results.append(np.column_stack([model.beta[0], model.tau2]))
    return np.concatenate(results)


def _sets(name: str, values: ArrayLike) -> np.ndarray:
    try:
        array = np.atleast_2d(np.asarray(values, dtype=float))
    except (TypeError, ValueError):
        raise ValueError(f"{name}: an array of data sets by trials is needed, all numbers") from None
    if array.ndim != 2:
        raise ValueError(f"{name}: an array of data sets by trials is needed, found the shape {array.shape}")
    return array


def checked_effects(
    yi: ArrayLike, sei: ArrayLike, *, at_least: int = 2, names: tuple[str, str] = ("yi", "sei")
) -> tuple[np.ndarray, np.ndarray]:
    """Effects and standard errors as float arrays, or a ValueError that says what is wrong."""
    y, s = vector(names[0], yi, "effects"), vector(names[1], sei, "standard errors")
    if y.size != s.size:
        raise ValueError(
            f"{names[0]}, {names[1]}: {y.size} effects but {s.size} standard errors were given; "
            "each trial needs one of each"
        )
    if y.size < at_least:
        raise ValueError(f"{names[0]}: at least {at_least} trials are needed; {y.size} given")
    for name, what, values in ((names[0], "effect", y), (names[1], "standard error", s)):
        bad = np.flatnonzero(~np.isfinite(values))
        if bad.size:
            raise ValueError(f"{name}: trial {bad[0] + 1} has no finite {what}: {values[bad[0]]}")
    bad = np.flatnonzero(s <= 0)
    if bad.size:
        raise ValueError(f"{names[1]}: trial {bad[0] + 1} has a standard error of {s[bad[0]]:g}; it must be above 0")
    return y, s


def heterogeneity(y: np.ndarray, v: np.ndarray, design: np.ndarray, tau2: float, method: str) -> dict[str, Any]:
    """Cochran's Q, I2 (percent) and H2 about the common-effect fit, by metafor's definitions."""
    w = 1 / v
    common = fit(y[:, None], v[:, None], design, method="FE", knha=False)
    df = y.size - design.shape[1]
    q = float((w * (y - design @ common.beta[:, 0]) ** 2).sum())
    trace = w.sum() - np.trace(common.cov[:, :, 0] @ (design.T @ (design * (w**2)[:, None])))
    typical = df / trace  # the "typical" sampling variance of Higgins & Thompson (2002)
    if method == "FE":
        i2, h2 = max(0.0, 100 * (q - df) / q) if q > 0 else 0.0, q / df
    else:
        i2, h2 = 100 * tau2 / (typical + tau2), tau2 / typical + 1
    return {"q": q, "q_df": df, "q_p_value": float(stats.chi2.sf(q, df)), "i2": float(i2), "h2": float(h2)}


def quantile(df: int | None, alpha: float) -> float:
    """The two-sided critical value: t with `df`, or normal where `df` is None."""
    return float(stats.norm.isf(alpha / 2) if df is None else stats.t.isf(alpha / 2, df))


def _test(estimate: float, se: float, df: int | None, alpha: float) -> dict[str, Any]:
    reach = quantile(df, alpha) * se
    if se == 0:
        warnings.warn(
            "the trials' estimates are identical, so Knapp and Hartung's standard error is 0; "
            "knha=False gives an interval",
            UserWarning,
            stacklevel=3,
        )
        p = np.nan
    else:
        z = abs(estimate / se)
        p = float(2 * (stats.norm.sf(z) if df is None else stats.t.sf(z, df)))
    return {"ci_low": estimate - reach, "ci_high": estimate + reach, "p_value": p}


def _prediction_quantile(k: int, df: int | None, alpha: float, pi: str, method: str) -> float:
    if method == "FE":
        return np.nan  # one true effect for all trials: nothing is left to predict
    if pi == "metafor":
        return quantile(df, alpha)
    return quantile(k - 2, alpha) if k > 2 else np.nan


def _tau2_interval(y: np.ndarray, v: np.ndarray, design: np.ndarray, alpha: float) -> tuple[float, float]:
    """Q-profile (Viechtbauer 2007, doi:10.1002/sim.2514)."""
    found = q_profile(y[:, None], v[:, None], design, alpha=alpha)
    return float(found["ci_l"]), float(found["ci_u"])


def check_options(method: str, alpha: float, pi: str, knha: bool | str = True) -> None:
    """Refuse what `pool` does not know, with what it does."""
    choice("method", method, METHODS)
    number("alpha", alpha, low=0, high=1)
    choice("pi", pi, ("metafor", "higgins"))
    choice("knha", knha, (True, False, "adhoc"))

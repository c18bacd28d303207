"""Are small trials different from large ones? Egger's test, trim and fill, funnel contours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from ircc_lib.analysis.arguments import choice, number, vector, whole
from ircc_lib.analysis.meta.estimators import fit
from ircc_lib.analysis.meta.pooling import check_options, checked_effects, pool
from ircc_lib.analysis.meta.result import PooledEffect

_ROUNDS = 100


@dataclass(frozen=True, kw_only=True)
class EggerTest:
    """Egger's regression of the effect on its standard error.

    t, df, p_value : test that effect and standard error are unrelated
    slope, slope_se : change of the effect for one unit of standard error
    limit, limit_low, limit_high : the effect at a standard error of 0, with its 95 % interval
    """

    t: float
    df: int
    p_value: float
    slope: float
    slope_se: float
    limit: float
    limit_low: float
    limit_high: float
    k: int


def egger(yi: ArrayLike, sei: ArrayLike, *, alpha: float = 0.05) -> EggerTest:
    """Test funnel asymmetry (Egger et al. 1997, doi:10.1136/bmj.315.7109.629).

    Weighted regression of the effects on their standard errors with weights ``1/sei^2`` and
    a free dispersion, metafor's ``regtest(model="lm")``. With fewer than ten trials the
    test has little power (Sterne et al. 2011, doi:10.1136/bmj.d4002).

    Parameters
    ----------
    yi, sei : array_like, shape (k,)
        Effects of at least three trials and their standard errors, which must differ.
    alpha : float
        1 minus the level of the interval.

    Returns
    -------
    EggerTest
        Intercept, its interval and the p-value of the test.

    Examples
    --------
    >>> round(egger([-0.2, -0.5, -0.9, -0.4], [0.1, 0.2, 0.4, 0.3]).p_value, 2)
    0.09
    """
    y, s = checked_effects(yi, sei, at_least=3)
    number("alpha", alpha, low=0, high=1)
    if np.ptp(s) <= 1e-12 * s.max():
        raise ValueError("sei: all standard errors are equal; asymmetry cannot be seen in such trials")
    # The same line in y/s on 1/s: its intercept is the slope on the standard error.
    design = np.column_stack([1 / s, np.ones(y.size)])
    q, r = np.linalg.qr(design)
    limit, slope = np.linalg.solve(r, q.T @ (y / s))
    df = y.size - 2
    residual = y / s - design @ np.array([limit, slope])
    inverse = np.linalg.inv(r)
    limit_se, slope_se = np.sqrt((inverse**2).sum(axis=1) * (residual @ residual) / df)
    reach = stats.t.isf(alpha / 2, df) * limit_se
    t = slope / slope_se
    return EggerTest(
        t=float(t),
        df=df,
        p_value=float(2 * stats.t.sf(abs(t), df)),
        slope=float(slope),
        slope_se=float(slope_se),
        limit=float(limit),
        limit_low=float(limit - reach),
        limit_high=float(limit + reach),
        k=y.size,
    )


@dataclass(frozen=True, kw_only=True)
class TrimFill:
    """The pooled effect after filling in the trials that symmetry would ask for.

    k0, k0_se : trials filled in, and the standard error of that number
    side : the side of the funnel on which they are missing, ``left`` or ``right``
    filled : DataFrame yi, sei of the trials filled in
    pooled : the effect of the trials with the filled ones
    """

    k0: int
    k0_se: float
    side: str
    estimator: str
    filled: pd.DataFrame
    pooled: PooledEffect


def trim_and_fill(
    yi: ArrayLike,
    sei: ArrayLike,
    *,
    side: str | None = None,
    estimator: str = "L0",
    method: str = "REML",
    knha: bool | str = "adhoc",
    alpha: float = 0.05,
) -> TrimFill:
    """Duval & Tweedie's trim and fill (2000, doi:10.1111/j.0006-341X.2000.00455.x).

    A way to look at the funnel's symmetry, not an estimate of what unpublished trials found.

    Parameters
    ----------
    yi, sei : array_like, shape (k,)
        At least three trials.
    side : str, optional
        Where trials are thought missing; by default the side opposite to that towards
        which small trials lean.
    estimator : str
        Estimator of the number of missing trials: ``L0``, ``R0`` or ``Q0``.
    method, knha, alpha : str
        As for `pool`.

    Returns
    -------
    TrimFill
        The number of trials filled in, their effects, and the pooled effect with them.

    Examples
    --------
    >>> trim_and_fill([-0.2, -0.5, -0.9, -0.4], [0.1, 0.2, 0.4, 0.3], method="DL").side
    'right'
    """
    y, s = checked_effects(yi, sei, at_least=3)
    check_options(method, alpha, "metafor", knha)
    choice("estimator", estimator, ("L0", "R0"))
    if side is None:
        side = _missing_side(y, s, method)
    choice("side", side, ("left", "right"))
    sign = -1.0 if side == "right" else 1.0
    order = np.argsort(sign * y, kind="stable")
    sorted_y, sorted_s = sign * y[order], s[order]
    k0, k0_se, centre = _number_missing(sorted_y, sorted_s, estimator, method)
    mirrored = sign * (2 * centre - sorted_y[y.size - k0 :]) if k0 else np.empty(0)
    filled = pd.DataFrame({"yi": mirrored, "sei": sorted_s[y.size - k0 :] if k0 else np.empty(0)})
    pooled = pool(
        np.concatenate([y, filled["yi"]]), np.concatenate([s, filled["sei"]]), method=method, knha=knha, alpha=alpha
    )
    return TrimFill(k0=k0, k0_se=k0_se, side=side, estimator=estimator, filled=filled, pooled=pooled)


def _missing_side(y: np.ndarray, s: np.ndarray, method: str) -> str:
    design = np.column_stack([np.ones(y.size), s])
    slope = fit(y[:, None], s[:, None] ** 2, design, method=method, knha=False).beta[1, 0]
    return "right" if slope < 0 else "left"


def _number_missing(y: np.ndarray, s: np.ndarray, estimator: str, method: str) -> tuple[int, float, float]:
    """Trim the k0 largest, centre on the rest, count anew, until k0 stays."""
    k, k0, before = y.size, 0, -1
    k0_se = centre = np.nan
    for _ in range(_ROUNDS):
        if k0 == before:
            return k0, k0_se, centre
        before, kept = k0, slice(0, k - k0)
        centre = _centre(y[kept], s[kept], method)
        distance = y - centre
        ranks = stats.rankdata(np.abs(distance), method="ordinal") * np.sign(distance)
        estimate, k0_se = _estimators(ranks, k)[estimator]
        k0 = max(0, round(estimate))
    raise ValueError("trim and fill did not settle: the number of missing trials keeps changing")


def _centre(y: np.ndarray, s: np.ndarray, method: str) -> float:
    if y.size < 2:
        return float(y[0])
    return float(fit(y[:, None], s[:, None] ** 2, np.ones((y.size, 1)), method=method, knha=False).beta[0, 0])


def _estimators(ranks: np.ndarray, k: int) -> dict[str, tuple[float, float]]:
    """R0 and L0, each with its standard error (Duval & Tweedie 2000)."""
    lowest = np.max(-ranks[ranks < 0], initial=0)
    r0 = k - lowest - 1
    t = ranks[ranks > 0].sum()
    l0 = (4 * t - k * (k + 1)) / (2 * k - 1)
    variance = (
        k * (k + 1) * (2 * k + 1) + 10 * l0**3 + 27 * l0**2 + 17 * l0 - 18 * k * l0**2 - 18 * k * l0 + 6 * k**2 * l0
    ) / 24
    return {
        "R0": (float(r0), float(np.sqrt(2 * max(0, r0) + 2))),
        "L0": (float(l0), float(4 * np.sqrt(max(variance, 0.0)) / (2 * k - 1))),
    }


def funnel_contours(
    sei: ArrayLike, *, centre: float = 0.0, levels: Sequence[float] = (0.90, 0.95, 0.99), steps: int = 60
) -> pd.DataFrame:
    """The bands of a contour-enhanced funnel (Peters et al. 2008, doi:10.1016/j.jclinepi.2007.11.010).

    Parameters
    ----------
    sei : array_like, shape (k,)
        Standard errors, of which the largest sets the funnel's depth.
    centre : float
        The effect the bands are drawn around; 0, no effect, shows significance.
    levels : sequence of float
        Levels of the contours, between 0 and 1.
    steps : int
        Standard errors at which each contour is given.

    Returns
    -------
    DataFrame
        level, se, low, high: the band at each standard error, from 0 to 1.05 times the largest.

    Examples
    --------
    >>> funnel_contours([0.2, 0.4], levels=(0.95,), steps=2)["high"].round(3).tolist()
    [0.0, 0.823]
    """
    s = vector("sei", sei, "standard errors")
    _, s = checked_effects(np.zeros(s.size), s, at_least=1, names=("sei", "sei"))
    centre, steps = number("centre", centre), whole("steps", steps, at_least=2)
    within = vector("levels", levels)
    if within.size == 0 or not ((within > 0) & (within < 1)).all():
        raise ValueError("levels: at least one is needed, and each must lie between 0 and 1")
    depth = np.linspace(0, 1.05 * s.max(), steps)
    bands = []
    for level in within:
        reach = stats.norm.isf((1 - level) / 2) * depth
        bands.append(pd.DataFrame({"level": level, "se": depth, "low": centre - reach, "high": centre + reach}))
    return pd.concat(bands, ignore_index=True)

"""The random-effects model ``y = X b + u + e``, u ~ N(0, tau2), e ~ N(0, v), fitted by PyMARE.

Everything here works on D data sets side by side (arrays of K trials by D sets), so that a
bootstrap of ten thousand poolings is one fit. PyMARE estimates; only Paule-Mandel, which it
lacks, is solved here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from pymare.estimators import DerSimonianLaird, VarianceBasedLikelihoodEstimator
from pymare.stats import knapp_hartung_cov_and_dof, weighted_least_squares

METHODS = ("REML", "ML", "DL", "PM", "FE")
# Tighter than PyMARE's defaults: tau2 to some 1e-7 of itself, where they leave 1e-5 with few trials.
_SEARCH = {"xtol": 1e-8, "ftol": 1e-15}
_GRID = 40  # values of tau2, from 0 to four times the variance between estimates, tried beside the search
_GOLDEN = 60  # steps, each to 0.62 of the bracket
_STEPS = 1000
_CONVERGED = 1e-11  # of tau2 plus the mean sampling variance: far below what is reported


class Fit(NamedTuple):
    """Coefficients (P, D), their covariance (P, P, D), tau2 (D,) and degrees of freedom (None: normal)."""

    beta: np.ndarray
    cov: np.ndarray
    tau2: np.ndarray
    df: int | None


def fit(y: np.ndarray, v: np.ndarray, design: np.ndarray, *, method: str, knha: bool | str) -> Fit:
    """Fit D models at once: `y` and `v` are (K, D), `design` is (K, P).

    Knapp & Hartung (2003, doi:10.1002/sim.1482): the covariance is scaled by the residual
    dispersion and referred to t with K - P degrees of freedom. ``"adhoc"`` lets the scaling
    widen the interval but not narrow it (Röver, Knapp & Friede 2015, doi:10.1186/s12874-015-0091-1).
    """
    tau2 = between_variance(y, v, design, method=method)
    beta, cov = weighted_least_squares(y, v, design, tau2=tau2, return_cov=True)
    if not knha:
        return Fit(beta, cov, tau2, None)
    scaled, _ = knapp_hartung_cov_and_dof(y, v, design, beta, cov, tau2=tau2, conservative=knha == "adhoc")
    return Fit(beta, scaled, tau2, design.shape[0] - design.shape[1])


def between_variance(y: np.ndarray, v: np.ndarray, design: np.ndarray, *, method: str) -> np.ndarray:
    """tau2 of each of the D data sets by the method named."""
    if method == "FE":
        return np.zeros(y.shape[1])
    if method == "DL":
        return np.ravel(DerSimonianLaird(small_sample_correction="wald").fit(y, v, design).params_["tau2"])
    if method == "PM":
        return _paule_mandel(y, v, design)
    return _likelihood(y, v, design, method=method)


def _likelihood(y: np.ndarray, v: np.ndarray, design: np.ndarray, *, method: str) -> np.ndarray:
    """The tau2 of the highest (restricted) likelihood, which can have more than one maximum.

    PyMARE's search ends in one of them. Where a grid of tau2 shows a higher one, the search is
    repeated about it (the first 22 trials of metadat's dat.lau1992 have two: 0 and 0.012).
    """
    estimator = VarianceBasedLikelihoodEstimator(method=method, small_sample_correction="wald", **_SEARCH)
    tau2 = np.ravel(estimator.fit(y, v, design).params_["tau2"])
    scale = y.var(axis=0) + v.mean(axis=0)
    grid = np.concatenate([[0.0], np.geomspace(1e-4, 4.0, _GRID)])[:, None] * scale
    heights = np.array([_log_likelihood(at, y, v, design, method) for at in grid])
    best, sets = heights.argmax(axis=0), np.arange(tau2.size)
    missed = heights[best, sets] > _log_likelihood(tau2, y, v, design, method) + 1e-9
    if missed.any():
        chosen, sets = best[missed], sets[missed]
        low, high = grid[np.maximum(chosen - 1, 0), sets], grid[np.minimum(chosen + 1, _GRID), sets]
        tau2[missed] = _peak(low, high, y[:, missed], v[:, missed], design, method)
    return tau2


def _peak(
    low: np.ndarray, high: np.ndarray, y: np.ndarray, v: np.ndarray, design: np.ndarray, method: str
) -> np.ndarray:
    """The maximum of each likelihood between two bounds (golden section)."""
    ratio = (np.sqrt(5) - 1) / 2
    for _ in range(_GOLDEN):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        up = _log_likelihood(left, y, v, design, method) < _log_likelihood(right, y, v, design, method)
        low, high = np.where(up, left, low), np.where(up, high, right)
    middle = (low + high) / 2
    edge = _log_likelihood(low, y, v, design, method) > _log_likelihood(middle, y, v, design, method)
    return np.where(edge, low, middle)


def _log_likelihood(tau2: np.ndarray, y: np.ndarray, v: np.ndarray, design: np.ndarray, method: str) -> np.ndarray:
    """Profile log-likelihood of each of the D data sets at its `tau2` (D,), without its constant."""
    w = 1.0 / (v + tau2)
    if design.shape[1] == 1 and (design == 1).all():  # the mean alone: no matrices, for bootstraps of thousands
        total = w.sum(axis=0)
        residual, information = y - (w * y).sum(axis=0) / total, np.log(total)
    else:
        beta, cov = weighted_least_squares(y, v, design, tau2=tau2, return_cov=True)
        residual, information = y - design @ beta, -np.linalg.slogdet(np.moveaxis(cov, 2, 0))[1]
    height = 0.5 * np.log(w).sum(axis=0) - 0.5 * (w * residual**2).sum(axis=0)
    return height - 0.5 * information if method == "REML" else height


def _paule_mandel(y: np.ndarray, v: np.ndarray, design: np.ndarray) -> np.ndarray:
    """The tau2 at which the generalised Q equals its expectation K - P.

    Paule & Mandel (1982, doi:10.6028/jres.087.022). Q falls and is convex in tau2, so
    Newton's steps from 0 climb to the root without passing it.
    """
    df = design.shape[0] - design.shape[1]
    tau2, scale = np.zeros(y.shape[1]), v.mean(axis=0)
    for _ in range(_STEPS):
        w = 1.0 / (v + tau2)
        residual = y - design @ weighted_least_squares(y, v, design, tau2=tau2)
        excess = (w * residual**2).sum(axis=0) - df
        fall = np.maximum(((w * residual) ** 2).sum(axis=0), np.finfo(float).tiny)
        step = np.maximum(excess, 0.0) / fall
        tau2 = tau2 + step
        if np.all(step <= _CONVERGED * (tau2 + scale)):
            break
    return tau2

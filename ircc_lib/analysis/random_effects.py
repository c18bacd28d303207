"""The random-effects model ``y = X b + u + e``, u ~ N(0, tau2), e ~ N(0, v): its estimators.

Everything here works on D data sets side by side (arrays of K trials by D sets), so that a
bootstrap of ten thousand poolings is one fit. PyMARE estimates; two things are added to
it. Its REML search stops where the likelihood is flat, some 1e-5 from the optimum, so the
score equation is solved from there (Newton, with Fisher scoring where the likelihood is
not concave). Paule-Mandel, which it lacks, is the root of the generalised Q.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from pymare.estimators import DerSimonianLaird, VarianceBasedLikelihoodEstimator
from pymare.stats import knapp_hartung_cov_and_dof, weighted_least_squares

METHODS = ("REML", "DL", "PM", "FE")
_STEPS = 100
_CONVERGED = 1e-11  # of tau2 plus the mean sampling variance: far below what is reported


class Fit(NamedTuple):
    """Coefficients (P, D), their covariance (P, P, D), tau2 (D,) and degrees of freedom (None: normal)."""

    beta: np.ndarray
    cov: np.ndarray
    tau2: np.ndarray
    df: int | None


def fit(y: np.ndarray, v: np.ndarray, X: np.ndarray, *, method: str, knha: bool) -> Fit:
    """Fit D models at once: `y` and `v` are (K, D), `X` is (K, P).

    Knapp & Hartung (2003, doi:10.1002/sim.1482): the covariance is scaled by the residual
    dispersion and referred to t with K - P degrees of freedom.
    """
    tau2 = between_variance(y, v, X, method=method)
    beta, cov = weighted_least_squares(y, v, X, tau2=tau2, return_cov=True)
    if not knha:
        return Fit(beta, cov, tau2, None)
    cov, _ = knapp_hartung_cov_and_dof(y, v, X, beta, cov, tau2=tau2)
    return Fit(beta, cov, tau2, X.shape[0] - X.shape[1])


def between_variance(y: np.ndarray, v: np.ndarray, X: np.ndarray, *, method: str) -> np.ndarray:
    """tau2 of each of the D data sets by the method named."""
    if method == "FE":
        return np.zeros(y.shape[1])
    if method == "DL":
        return np.ravel(DerSimonianLaird(small_sample_correction="wald").fit(y, v, X).params_["tau2"])
    if method == "PM":
        return _paule_mandel(y, v, X)
    return _restricted_likelihood(y, v, X)


def _restricted_likelihood(y: np.ndarray, v: np.ndarray, X: np.ndarray) -> np.ndarray:
    """REML: PyMARE's search for the highest peak, then the root of the score beside it.

    Viechtbauer (2005, doi:10.3102/10769986030003261): with P = W - WX(X'WX)^-1 X'W the
    score is (y'PPy - tr P) / 2, its derivative tr(PP)/2 - y'PPPy, its expectation -tr(PP)/2.
    """
    estimator = VarianceBasedLikelihoodEstimator(method="REML", small_sample_correction="wald")
    tau2 = np.ravel(estimator.fit(y, v, X).params_["tau2"]).copy()
    scale = v.mean(axis=0)
    open_ = np.arange(tau2.size)
    for _ in range(_STEPS):
        step = _score_step(y[:, open_], v[:, open_], X, tau2[open_])
        moved = np.maximum(tau2[open_] + step, 0.0)
        change = np.abs(moved - tau2[open_])
        tau2[open_] = moved
        open_ = open_[change > _CONVERGED * (moved + scale[open_])]
        if not open_.size:
            break
    return tau2


def _score_step(y: np.ndarray, v: np.ndarray, X: np.ndarray, tau2: np.ndarray) -> np.ndarray:
    w = 1.0 / (v + tau2)
    py, cov = _project(y, w, X)
    ppy, _ = _project(py, w, X)
    m2 = np.einsum("kp,kd,kq->dpq", X, w**2, X)
    m3 = np.einsum("kp,kd,kq->dpq", X, w**3, X)
    c = np.moveaxis(cov, -1, 0)
    cm2 = c @ m2
    trace_p = w.sum(axis=0) - np.trace(cm2, axis1=1, axis2=2)
    trace_pp = ((w**2).sum(axis=0) - 2 * np.trace(c @ m3, axis1=1, axis2=2)
                + np.trace(cm2 @ cm2, axis1=1, axis2=2))
    score = (py**2).sum(axis=0) - trace_p
    curvature = 2 * (py * ppy).sum(axis=0) - trace_pp
    # Newton where the likelihood is concave, else Fisher's expected information.
    return score / np.where(curvature > 0, curvature, trace_pp)


def _project(z: np.ndarray, w: np.ndarray, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """P z for each data set, and (X'WX)^-1."""
    beta, cov = weighted_least_squares(z, None, X, return_cov=True, w=w)
    return w * (z - X @ beta), cov


def _paule_mandel(y: np.ndarray, v: np.ndarray, X: np.ndarray) -> np.ndarray:
    """The tau2 at which the generalised Q equals its expectation K - P.

    Paule & Mandel (1982, doi:10.6028/jres.087.022). Q falls and is convex in tau2, so
    Newton's steps from 0 climb to the root without passing it.
    """
    df = X.shape[0] - X.shape[1]
    tau2, scale = np.zeros(y.shape[1]), v.mean(axis=0)
    for _ in range(10 * _STEPS):
        w = 1.0 / (v + tau2)
        py, _ = _project(y, w, X)
        excess = (py**2 / w).sum(axis=0) - df
        step = np.maximum(excess, 0.0) / np.maximum((py**2).sum(axis=0), np.finfo(float).tiny)
        tau2 = tau2 + step
        if np.all(step <= _CONVERGED * (tau2 + scale)):
            break
    return tau2

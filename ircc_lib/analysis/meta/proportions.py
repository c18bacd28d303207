"""Pool proportions: the binomial-normal model, with no continuity correction.

Each trial's events are binomial; the logits of their probabilities are normal around the
pooled logit with variance tau2 (Stijnen, Hamza & Ozdemir 2010, doi:10.1002/sim.4040). The
likelihood of a trial integrates over its own logit by adaptive Gauss-Hermite quadrature
(Pinheiro & Bates 1995, doi:10.1080/10618600.1995.10474663): nodes are placed about the
mode of the integrand, at the width of its curvature, so trials with no events need no help.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import ArrayLike
from scipy import optimize, stats
from scipy.special import expit, logit, xlogy

from ircc_lib.analysis.arguments import choice, number, vector, whole
from ircc_lib.analysis.meta.result import PooledEffect

METAFOR_NODES = 7  # rma.glmm's default; enough to 1e-4 unless tau2 is well above 1
_SEARCH_NODES = 101  # smooth enough that the search cannot stop at a ripple of the quadrature
_MODE_STEPS = 50
MIN_EVENTS = 5  # with fewer, or fewer patients without the event, counts are added up and not pooled
MAX_TAU2 = 4.0  # on the logit scale: two trials in three between 2 and 73 % about a pooled 12 %


def pool_proportions(
    events: ArrayLike,
    n: ArrayLike,
    *,
    method: str = "GLMM",
    alpha: float = 0.05,
    nodes: int = METAFOR_NODES,
    test: str = "t",
    sparse: str = "sum",
) -> PooledEffect:
    """Pool events of patients over trials, on the logit scale.

    Parameters
    ----------
    events : array_like, shape (k,)
        Of at least two trials: patients with the event, whole numbers from 0 to `n`.
    n : array_like, shape (k,)
        Patients evaluated, whole numbers above 0.
    method : str
        ``GLMM``, the binomial-normal model by maximum likelihood.
    alpha : float
        1 minus the level of the intervals.
    nodes : int
        Nodes of the quadrature.
    test : str
        ``t``: intervals by t with k - 1 degrees of freedom (with z three trials cover 81 to 86 %,
        by simulation); ``z``: the normal quantile, metafor's default.
    sparse : str
        ``sum``: with fewer than five events, or fewer than five patients without one, or tau2
        above 4, the model has nothing to go on, and the counts are added up instead; ``model``: the
        model whatever comes out.

    Returns
    -------
    PooledEffect
        On the logit scale (`estimate`, `se`, `ci_low` ...); read `.proportion`,
        `.proportion_ci` and `.proportion_pi` (0..1). `q` is the likelihood-ratio test of one
        proportion against one for each trial, `q_wald` its Wald form. Where the
        counts are only added up (see `sparse`; always where no trial has an event, or every patient
        has one), `method` reads ``exact``: the proportion is that of the summed counts, no pooled rate,
        its interval that of Clopper & Pearson (1934, doi:10.1093/biomet/26.4.404), and there is no
        prediction interval. The trials themselves should then be shown.

    Raises
    ------
    ValueError
        if fewer than two trials are given; a count is missing, not whole, negative, or larger
        than its denominator; or some trials have the event in nobody and all others in
        everybody, so that the variation between them has no finite estimate (see `poolable`)

    Examples
    --------
    >>> pooled = pool_proportions([0, 3, 9], [20, 31, 40])
    >>> round(pooled.proportion, 3)
    0.097
    """
    x, m = checked_counts(events, n)
    choice("method", method, ("GLMM",))
    if x.size < 2:
        raise ValueError(f"events: pooling needs at least 2 trials; {x.size} given (for one, see clopper_pearson)")
    number("alpha", alpha, low=0, high=1)
    choice("test", test, ("t", "z"))
    choice("sparse", sparse, ("sum", "model"))
    whole("nodes", nodes, at_least=1)
    few = min(x.sum(), (m - x).sum()) < MIN_EVENTS
    if x.sum() in (0, m.sum()) or (few and sparse == "sum"):
        return _summed(x, m, alpha)
    if not poolable(x, m):
        raise ValueError(
            "each trial has the event in nobody or in everybody, and both kinds occur: "
            "the variation between the trials has no finite estimate"
        )
    estimate, tau = _maximise(x, m, nodes)
    se, tau2 = _standard_error(x, m, estimate, tau, nodes), tau**2
    if tau2 > MAX_TAU2 and sparse == "sum":
        return _summed(x, m, alpha, tau2)
    reference = stats.t(x.size - 1) if test == "t" else stats.norm()
    z = float(reference.isf(alpha / 2))
    reach = z * np.sqrt(se**2 + tau2)
    return PooledEffect(
        estimate=estimate,
        se=se,
        ci_low=estimate - z * se,
        ci_high=estimate + z * se,
        p_value=float(2 * reference.sf(abs(estimate / se))),
        k=x.size,
        method="GLMM",
        level=1 - alpha,
        scale="logit",
        tau2=tau2,
        **_heterogeneity(x, m, tau2),
        pi_low=estimate - reach,
        pi_high=estimate + reach,
        events=int(x.sum()),
        n=int(m.sum()),
    )


def poolable(events: ArrayLike, n: ArrayLike) -> bool:
    """Whether `pool_proportions` has an answer: two trials, and not all of them all or nothing.

    >>> poolable([0, 3], [20, 31]), poolable([0, 31], [20, 31]), poolable([0, 0], [20, 31])
    (True, False, True)
    """
    x, m = checked_counts(events, n)
    return x.size > 1 and (x.sum() in (0, m.sum()) or bool(np.any((x > 0) & (x < m))))


def clopper_pearson(events: int, n: int, *, alpha: float = 0.05) -> tuple[float, float]:
    """The exact interval of one proportion (Clopper & Pearson 1934): each tail at most alpha/2.

    >>> [round(bound, 4) for bound in clopper_pearson(0, 20)]
    [0.0, 0.1684]

    Parameters
    ----------
    events : int
        Patients with the event.
    n : int
        Patients.
    alpha : float
        1 minus the level of the interval.

    Returns
    -------
    tuple of float
        Lower and upper limit, 0 to 1.
    """
    (x,), (m,) = checked_counts([events], [n])
    number("alpha", alpha, low=0, high=1)
    interval = stats.binomtest(int(x), int(m)).proportion_ci(1 - alpha, method="exact")
    return float(interval.low), float(interval.high)


def checked_counts(
    events: ArrayLike, n: ArrayLike, *, what: str = "events", names: tuple[str, str] = ("events", "n")
) -> tuple[np.ndarray, np.ndarray]:
    """Events and denominators as whole numbers, or a ValueError that says what is wrong."""
    x, m = _whole(names[0], events, what), _whole(names[1], n, "patients")
    if x.size != m.size:
        raise ValueError(
            f"{names[0]}, {names[1]}: {x.size} counts of {what} but {m.size} of patients; each trial needs one of each"
        )
    if np.any(m < 1):
        raise ValueError(
            f"{names[1]}: trial {np.flatnonzero(m < 1)[0] + 1} has {m.min():g} patients; at least 1 is needed"
        )
    bad = np.flatnonzero((x < 0) | (x > m))
    if bad.size:
        raise ValueError(f"{names[0]}: trial {bad[0] + 1} has {x[bad[0]]:g} {what} of {m[bad[0]]:g} patients")
    return x, m


def _whole(name: str, values: ArrayLike, what: str) -> np.ndarray:
    array = vector(name, values, f"counts of {what}")
    bad = np.flatnonzero(~np.isfinite(array) | (array != np.round(array)))
    if bad.size:
        raise ValueError(f"{name}: trial {bad[0] + 1}: {array[bad[0]]} {what} is not a whole number")
    return array


def _summed(x: np.ndarray, m: np.ndarray, alpha: float, tau2: float = 0.0) -> PooledEffect:
    low, high = clopper_pearson(x.sum(), m.sum(), alpha=alpha)
    with np.errstate(divide="ignore"):
        estimate, low, high = (float(logit(value)) for value in (x.sum() / m.sum(), low, high))
    return PooledEffect(
        estimate=estimate,
        se=np.nan,
        ci_low=low,
        ci_high=high,
        p_value=np.nan,
        k=x.size,
        method="exact",
        tau2=tau2,
        scale="logit",
        level=1 - alpha,
        events=int(x.sum()),
        n=int(m.sum()),
    )


def _maximise(x: np.ndarray, m: np.ndarray, nodes: int) -> tuple[float, float]:
    """The logit and tau (standard deviation between trials) of the highest likelihood."""
    common = float(logit(x.sum() / m.sum()))
    smoothed = logit((x + 0.5) / (m + 1))  # where to start looking, nothing more
    start = float(smoothed.mean()), max(float(smoothed.std()), 0.1)
    near = _climb(x, m, start, _SEARCH_NODES, step=0.5, close=1e-4)
    mu, tau = _climb(x, m, near, nodes, step=0.02, close=1e-8)
    # tau = 0 is the edge of the model: there the binomial likelihood is exact, and wins ties.
    if log_likelihood(x, m, common, 0.0, nodes) >= log_likelihood(x, m, mu, tau, nodes) - 1e-9:
        return common, 0.0
    return mu, tau


def _climb(
    x: np.ndarray, m: np.ndarray, start: tuple[float, float], nodes: int, *, step: float, close: float
) -> tuple[float, float]:
    mu, tau = start
    simplex = [(mu, tau), (mu + step, tau), (mu, tau * (1 + step) + 1e-3)]
    found = optimize.minimize(
        lambda at: -log_likelihood(x, m, at[0], abs(at[1]), nodes),
        start,
        method="Nelder-Mead",
        options={"initial_simplex": simplex, "xatol": close, "fatol": close**1.5, "maxiter": 2000},
    )
    return float(found.x[0]), float(abs(found.x[1]))


@lru_cache(maxsize=8)
def _quadrature(nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes for a standard normal, and the logs of their weights over its density."""
    node, weight = hermegauss(nodes)
    return node, np.log(weight) - 0.5 * np.log(2 * np.pi) + 0.5 * node**2


def log_likelihood(x: np.ndarray, m: np.ndarray, mu: float, tau: float, nodes: int) -> float:
    """Log-likelihood of the binomial-normal model, without its binomial coefficients.

    x, m : events and patients of each trial; mu : pooled logit; tau : standard deviation
    """
    if tau == 0:
        return float((xlogy(x, expit(mu)) + xlogy(m - x, expit(-mu))).sum())
    # The integrand over u ~ N(0, 1) is exp(x eta - m log(1 + e^eta)) with eta = mu + tau u.
    mode, width = _mode(x, m, mu, tau)
    node, log_weight = _quadrature(nodes)
    u = mode[:, None] + width[:, None] * node
    eta = mu + tau * u
    log_value = x[:, None] * eta - m[:, None] * np.logaddexp(0, eta) - 0.5 * u**2
    terms = log_value + log_weight
    peak = terms.max(axis=1)
    return float((peak + np.log(np.exp(terms - peak[:, None]).sum(axis=1)) + np.log(width)).sum())


def _mode(x: np.ndarray, m: np.ndarray, mu: float, tau: float) -> tuple[np.ndarray, np.ndarray]:
    """Where each trial's integrand is highest, and its width there.

    The slope falls from u = 0 on, so the mode lies between 0 and the slope at 0; Newton's
    steps that leave this bracket are replaced by its middle.
    """
    slope, spread = tau * (x - m * expit(mu)), tau**2 * m
    low, high, u = np.minimum(slope, 0), np.maximum(slope, 0), np.zeros(x.size)
    for _ in range(_MODE_STEPS):
        p = expit(mu + tau * u)
        slope = tau * (x - m * p) - u
        step = slope / (1 + spread * p * (1 - p))
        np.copyto(low, u, where=slope > 0)
        np.copyto(high, u, where=slope < 0)
        u = u + step
        inside = (u >= low) & (u <= high)
        if not inside.all():
            u = np.where(inside, u, (low + high) / 2)
        if np.abs(step).max() < 1e-12:
            break
    p = expit(mu + tau * u)
    return u, 1 / np.sqrt(1 + spread * p * (1 - p))


def _standard_error(x: np.ndarray, m: np.ndarray, mu: float, tau: float, nodes: int) -> float:
    """From the observed information in (logit, tau) by central differences, as lme4 takes it."""
    if tau == 0:
        p = expit(mu)
        return float(1 / np.sqrt(m.sum() * p * (1 - p)))
    h = 1e-3 * np.array([1.0, min(tau, 1.0)])

    def at(a: int, b: int) -> float:
        return log_likelihood(x, m, mu + a * h[0], tau + b * h[1], nodes)

    here = at(0, 0)
    mm = (at(1, 0) - 2 * here + at(-1, 0)) / h[0] ** 2
    tt = (at(0, 1) - 2 * here + at(0, -1)) / h[1] ** 2
    mt = (at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * h[0] * h[1])
    return float(np.sqrt(-1 / (mm - mt**2 / tt)))


def _heterogeneity(x: np.ndarray, m: np.ndarray, tau2: float) -> dict[str, Any]:
    """Likelihood-ratio and Wald tests of one common proportion, I2 (percent) and H2."""
    own, common, df = x / m, x.sum() / m.sum(), x.size - 1
    lrt = 2 * (xlogy(x, own / common) + xlogy(m - x, (1 - own) / (1 - common))).sum()
    # Typical variance from the logits, half an event added where a trial has none or all
    # (metafor's convention; the estimate itself is not touched by it).
    add = np.where((x == 0) | (x == m), 0.5, 0.0)
    v = 1 / (x + add) + 1 / (m - x + add)
    w = 1 / v
    typical = df / (w.sum() - (w**2).sum() / w.sum())
    inner = (x > 0) & (x < m)  # an infinite logit has no weight in the Wald form
    w, y = w[inner], logit(own[inner])
    wald = float((w * (y - (w * y).sum() / w.sum()) ** 2).sum()) if inner.any() else np.nan
    return {
        "q": float(lrt),
        "q_df": df,
        "q_p_value": float(stats.chi2.sf(lrt, df)),
        "q_wald": wald,
        "i2": float(100 * tau2 / (typical + tau2)),
        "h2": float(tau2 / typical + 1),
    }

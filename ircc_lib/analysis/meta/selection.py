"""What if trials were published by their results? Selection models, and the worst case.

Effects are read as in the rest of the library: below 0 is what the trials hoped for, and the one-sided
p-value of a trial is that of its effect being below 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import optimize, stats
from scipy.special import ndtr

from ircc_lib.analysis.arguments import choice, number, vector
from ircc_lib.analysis.meta.pooling import checked_effects, pool
from ircc_lib.analysis.meta.result import OnLogScale, PooledEffect
from ircc_lib.analysis.readable import Readable
from ircc_lib.text import p_text, with_interval

ONE_SIDED = 0.025
# Vevea & Woods (2005, doi:10.1037/1082-989X.10.4.428), table 1: one-tailed selection
_STEPS = (0.005, 0.01, 0.05, 0.10, 0.25, 0.35, 0.50, 0.65, 0.75, 0.90, 0.95, 0.99, 0.995, 1.0)
FIXED = {
    "moderate": (1, 0.99, 0.95, 0.80, 0.75, 0.65, 0.60, 0.55, 0.50, 0.50, 0.50, 0.50, 0.50, 0.50),
    "severe": (1, 0.99, 0.90, 0.75, 0.60, 0.50, 0.40, 0.35, 0.30, 0.25, 0.10, 0.10, 0.10, 0.10),
}
ETAS = (2.0, 4.0, 10.0)


@dataclass(frozen=True, kw_only=True, repr=False)
class SelectionModel(OnLogScale, Readable):
    """The pooled effect if trials had been selected by their p-values.

    Attributes
    ----------
    estimate, se, ci_low, ci_high, p_value : effect corrected for the selection, Wald's interval at `level`
    tau2 : variance between trials
    weights : step, moderate or severe
    delta : how often a trial without a one-sided p below 0.025 is seen for each one with it; the step
        model estimates it, NaN otherwise
    delta_p : likelihood-ratio test that there is no selection (step model)
    unadjusted : the estimate by maximum likelihood without selection
    k, affirmative : trials, and those with a one-sided p below 0.025
    """

    estimate: float
    se: float
    ci_low: float
    ci_high: float
    p_value: float
    tau2: float
    weights: str
    delta: float
    delta_p: float
    unadjusted: float
    k: int
    affirmative: int
    level: float

    def _rows(self) -> list[tuple[str, str]]:
        rows = [
            (f"ratio, {self.weights} selection", _ratio(self.estimate, self.ci_low, self.ci_high)),
            ("without selection", f"{math.exp(self.unadjusted):.2f}"),
            ("trials", f"{self.k}, of which significant in favour: {self.affirmative}"),
            ("heterogeneity", f"τ² = {self.tau2:.3f}"),
        ]
        if not math.isnan(self.delta):
            rows.insert(2, ("others seen per significant trial", f"{self.delta:.2f}, {p_text(self.delta_p)}"))
        return rows


def selection_model(yi: ArrayLike, sei: ArrayLike, *, weights: str = "step", alpha: float = 0.05) -> SelectionModel:
    """The pooled effect under selection by p-values, as metafor's ``selmodel(type = "stepfun")``.

    Parameters
    ----------
    yi, sei : array_like, shape (k,)
        Effects of at least three trials, below 0 in favour, and their standard errors.
    weights : str
        ``step``: one step at a one-sided p of 0.025, its height estimated (Vevea & Hedges 1995,
        doi:10.1007/BF02294384); ``moderate`` or ``severe``: the weights that Vevea & Woods (2005,
        doi:10.1037/1082-989X.10.4.428) fix for one-tailed selection, as a sensitivity analysis.
    alpha : float
        1 minus the level of the interval.

    Returns
    -------
    SelectionModel
        The pooled effect under selection, and the weight of what is selected against.

    Raises
    ------
    ValueError
        as `pool`; and for ``step`` if all trials, or none, are significant in favour, so that the step
        has nothing to be estimated from

    Examples
    --------
    >>> found = selection_model([-0.9, -0.7, -0.6, -0.1, -0.2], [0.3, 0.3, 0.25, 0.2, 0.3], weights="moderate")
    >>> round(found.hazard_ratio, 2), found.affirmative
    (0.67, 3)
    """
    y, s = checked_effects(yi, sei, at_least=3)
    choice("weights", weights, ("step", *FIXED))
    number("alpha", alpha, low=0, high=1)
    affirmative = int((ndtr(y / s) < ONE_SIDED).sum())
    free = weights == "step"
    if free and affirmative in (0, y.size):
        which = "none of the trials is" if affirmative == 0 else "all trials are"
        raise ValueError(f"yi: {which} significant in favour; the step of the selection has nothing to rest on")
    likelihood = _Likelihood(y, s, (ONE_SIDED, 1.0) if free else _STEPS, None if free else FIXED[weights])
    plain = _Likelihood(y, s, (1.0,), (1.0,))
    pooled = pool(y, s, method="ML", tau2_ci=False)
    unselected = plain([pooled.estimate, math.sqrt(pooled.tau2)])
    height, at = likelihood.highest(pooled)
    se = likelihood.error(at)
    reach = float(stats.norm.isf(alpha / 2)) * se
    return SelectionModel(
        estimate=float(at[0]),
        se=se,
        ci_low=float(at[0] - reach),
        ci_high=float(at[0] + reach),
        p_value=float(2 * stats.norm.sf(abs(at[0]) / se)),
        tau2=float(at[1] ** 2),
        weights=weights,
        delta=float(np.exp(at[2])) if free else math.nan,
        delta_p=float(stats.chi2.sf(max(2 * (height - unselected), 0.0), 1)) if free else math.nan,
        unadjusted=pooled.estimate,
        k=y.size,
        affirmative=affirmative,
        level=1 - alpha,
    )


class _Likelihood:
    """Of the effects that were seen, given the weight of each interval of one-sided p-values.

    Parameters at which it is taken: mu, tau and, where the weights are not fixed, log delta.
    """

    def __init__(self, y: np.ndarray, s: np.ndarray, steps: Any, fixed: Any) -> None:
        self.y, self.s, self.fixed = y, s, None if fixed is None else np.array(fixed, dtype=float)
        self.edges = stats.norm.ppf(np.array(steps))[:, None] * s  # effects at which p reaches each step
        self.place = np.searchsorted(np.array(steps), ndtr(y / s), side="left")

    def __call__(self, at: Any) -> float:
        mu, tau = at[0], at[1]
        weight = np.array([1.0, math.exp(min(at[2], 50.0))]) if self.fixed is None else self.fixed
        scale = np.sqrt(self.s**2 + tau**2)
        drops = weight.copy()  # from the weight of each interval to that of the next, the last to 0
        drops[:-1] -= weight[1:]
        seen = drops @ ndtr((self.edges - mu) / scale)
        u = (self.y - mu) / scale
        return float((np.log(weight[self.place]) - 0.5 * u**2 - np.log(scale) - np.log(np.maximum(seen, 1e-300))).sum())

    def highest(self, start: PooledEffect) -> tuple[float, np.ndarray]:
        """The greatest height, and where it is; looked for from the pooled effect without selection."""
        deltas = [[0.0], [-1.5], [1.0]] if self.fixed is None else [[]]
        tops = [self._uphill([start.estimate, math.sqrt(start.tau2) + 0.05, *delta], 1e-4) for delta in deltas]
        best = min(tops, key=lambda top: top.fun)
        for _ in range(2):  # anew from where it stopped: the simplex can collapse
            best = self._uphill(best.x, 1e-9)
        return -float(best.fun), np.array([best.x[0], abs(best.x[1]), *best.x[2:]])

    def _uphill(self, at: Any, precision: float) -> Any:
        options = {"xatol": precision, "fatol": precision / 1_000, "maxiter": 5_000, "maxfev": 5_000}
        return optimize.minimize(lambda x: -self(x), at, method="Nelder-Mead", options=options)

    def error(self, at: np.ndarray) -> float:
        """The standard error of mu from the observed information, in mu, tau2 and delta as metafor takes it."""
        inside = [0] + ([1] if at[1] ** 2 > 1e-8 else []) + list(range(2, at.size))
        natural = np.array([at[0], at[1] ** 2, *np.exp(at[2:])])
        step = 1e-4 * np.maximum(np.abs(natural), 0.01)

        def height(moved: np.ndarray) -> float:
            return self([moved[0], math.sqrt(max(moved[1], 0.0)), *np.log(moved[2:])])

        def curved(i: int, j: int) -> float:
            total = 0.0
            for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
                moved = natural.copy()
                moved[i] += a * step[i]
                moved[j] += b * step[j]
                total += a * b * height(moved)
            return total / (4 * step[i] * step[j])

        information = -np.array([[curved(i, j) for j in inside] for i in inside])
        return float(math.sqrt(np.linalg.inv(information)[0, 0]))


@dataclass(frozen=True, kw_only=True, repr=False)
class WorstCase(Readable):
    """How strong publication bias would have to be to explain an effect away.

    Attributes
    ----------
    worst : the trials that are not significant in favour, pooled alone; None with fewer than two of them
    under : one row per selection ratio `eta` (1: none): estimate, ci_low, ci_high, if significant trials in favour were
        published `eta` times as often as others
    s_value : the ratio at which the estimate would be 0; infinite where no ratio is enough
    s_value_ci : the ratio at which its interval would reach 0; 1 where it does so without any
    k, affirmative : trials, and those significant in favour
    """

    worst: PooledEffect | None
    under: pd.DataFrame
    s_value: float
    s_value_ci: float
    k: int
    affirmative: int

    def _rows(self) -> list[tuple[str, str]]:
        worst = self.worst
        rows = [
            (f"ratio, selection {row['eta']:g} to 1", _ratio(row["estimate"], row["ci_low"], row["ci_high"]))
            for row in self.under.to_dict("records")
        ]
        shown = "fewer than two trials" if worst is None else _ratio(worst.estimate, worst.ci_low, worst.ci_high)
        return [
            *rows,
            ("worst case: not significant alone", shown),
            ("selection that would give 1", _times(self.s_value)),
            ("selection that the interval bears", _times(self.s_value_ci)),
            ("trials", f"{self.k}, of which significant in favour: {self.affirmative}"),
        ]


def worst_case(yi: ArrayLike, sei: ArrayLike, *, etas: tuple[float, ...] = ETAS, alpha: float = 0.05) -> WorstCase:
    """Sensitivity to publication bias (Mathur & VanderWeele 2020, doi:10.1111/rssc.12440).

    Trials that are significant in favour (two-sided 0.05, effect below 0) are taken to be published `eta` times as
    often as others; others are weighted up by eta. In the worst case, eta beyond all bounds, only the others count.

    Parameters
    ----------
    yi, sei : array_like, shape (k,)
        Effects of at least two trials, below 0 in favour, and their standard errors.
    etas : tuple[float, ...]
        Selection ratios to show, each at least 1.
    alpha : float
        1 minus the level of the intervals.

    Returns
    -------
    WorstCase
        The pooled effects under selection ratios, and the ratio that is needed to lose the effect.

    Notes
    -----
    Weights ``eta / (sei^2 + tau2)``, or without eta for the trials in favour, with the tau2 of all trials (REML).
    Intervals by a sandwich variance with each residual over ``sqrt(1 - leverage)``, and t with the degrees of freedom
    of Satterthwaite (Tipton 2015, doi:10.1037/met0000011): k - 1 where all trials weigh the same, and fewer as eta
    leaves fewer of them to count, so that the intervals end in that of the worst case.

    Examples
    --------
    >>> found = worst_case([-0.9, -0.7, -0.6, -0.1, -0.2], [0.3, 0.3, 0.25, 0.2, 0.3])
    >>> found.affirmative, round(found.worst.hazard_ratio, 2), found.s_value
    (3, 0.88, inf)
    """
    y, s = checked_effects(yi, sei)
    number("alpha", alpha, low=0, high=1)
    shown = vector("etas", etas, "selection ratios")
    if not ((shown >= 1) & np.isfinite(shown)).all():
        raise ValueError("etas: each selection ratio must be at least 1")
    ratios = [1.0, *shown.tolist()]
    affirmative = (y < 0) & (np.abs(y / s) >= stats.norm.isf(ONE_SIDED))
    spread = s**2 + pool(y, s, tau2_ci=False).tau2
    w = 1 / spread

    def at(eta: float) -> tuple[float, float]:
        weight = np.where(affirmative, w, eta * w)
        share = weight / weight.sum()
        estimate = float((share * y).sum())
        parts = share**2 / np.maximum(1 - share, 1e-12)
        t = float(stats.t.isf(alpha / 2, _satterthwaite(share, parts, spread)))
        return estimate, t * float(np.sqrt((parts * (y - estimate) ** 2).sum()))

    rows = [
        {"eta": eta, "estimate": mean, "ci_low": mean - reach, "ci_high": mean + reach}
        for eta in ratios
        for mean, reach in [at(eta)]
    ]
    others = ~affirmative
    return WorstCase(
        worst=pool(y[others], s[others], alpha=alpha, tau2_ci=False) if others.sum() > 1 else None,
        under=pd.DataFrame(rows),
        s_value=_reaches_0(lambda eta: at(eta)[0]),
        s_value_ci=_reaches_0(lambda eta: sum(at(eta))),
        k=y.size,
        affirmative=int(affirmative.sum()),
    )


def _satterthwaite(share: np.ndarray, parts: np.ndarray, spread: np.ndarray) -> float:
    """Degrees of freedom of ``sum(parts * residual^2)`` where trials vary by `spread` about a mean weighed by `share`."""
    residual = np.eye(share.size) - share  # residuals = residual @ y
    form = (parts[:, None] * residual * spread) @ residual.T
    return float(np.trace(form) ** 2 / np.trace(form @ form))


def _reaches_0(bound: Callable[[float], float], most: float = 1e6) -> float:
    """The selection ratio at which a bound that starts below 0 is 0."""
    if bound(1.0) >= 0:
        return 1.0
    if bound(most) < 0:
        return math.inf
    return float(optimize.brentq(bound, 1.0, most, xtol=1e-9))


def _ratio(estimate: float, low: float, high: float) -> str:
    return with_interval(math.exp(estimate), math.exp(low), math.exp(high))


def _times(ratio: float) -> str:
    return "no selection of this kind is enough" if math.isinf(ratio) else f"{ratio:.1f} to 1"

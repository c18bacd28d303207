"""The likelihood of trials by what each printed, its maximum and its profile (see `pool_all_evidence`)."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

NODES = 16  # of the quadrature over the event fraction
_FAR = 5.0  # log hazard ratios beyond this are not looked for
_COARSE = 5  # steps on either side of 0, of which the highest shows where to search
_TRIED = (0.0, 0.01, 0.04, 0.16, 0.64, 2.56, 25.0)  # tau2
_TINY = 1e-300


class Likelihood:
    """The terms of the likelihood, flat: trial, event fraction and side of each, so that all are computed at once.

    A term is a density at a z that is known (`exact`), or the probability of a z between two limits (`between`).
    """

    def __init__(self, table: pd.DataFrame, fraction: tuple[float, float]) -> None:
        a, b = fraction
        node, weight = special.roots_jacobi(NODES, b - 1, a - 1)
        node, weight = (1 + node) / 2, weight / weight.sum()
        trial, information, share, low, high = [], [], [], [], []
        for place, row in enumerate(table.to_dict("records")):
            v, w = _information(row, node, weight)
            for side in _sides(row):
                trial.append(np.full(v.size, place))
                information.append(v)
                share.append(w)
                low.append(np.full(v.size, side[0]))
                high.append(np.full(v.size, side[1]))
        v, self.share, lower, upper = (np.concatenate(part) for part in (information, share, low, high))
        self.start = np.flatnonzero(np.diff(np.concatenate(trial), prepend=-1))
        self.exact = np.isnan(upper)
        self.between = ~self.exact
        self._of_exact = [part[self.exact] for part in (lower, np.sqrt(v), v)]
        self._of_between = [part[self.between] for part in (lower, upper, np.sqrt(v), v)]

    def of_trials(self, mu: float, tau2: float) -> np.ndarray:
        """The log likelihood of each trial, at a mean `mu` and a variance between trials `tau2`."""
        return np.log(self._terms(mu, tau2)[0])

    def height_and_slopes(self, mu: float, tau2: float) -> tuple[float, float, float]:
        """The log-likelihood and its slopes in mu and in tau2."""
        value, by_mu, by_tau2 = self._terms(mu, tau2)
        return float(np.log(value).sum()), float((by_mu / value).sum()), float((by_tau2 / value).sum())

    def _terms(self, mu: float, tau2: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        value, by_mu, by_tau2 = (np.empty(self.share.size) for _ in range(3))
        e, b = self.exact, self.between
        z, root, v = self._of_exact
        scale = np.sqrt(1 + tau2 * v)
        u = (z - mu * root) / scale
        value[e] = density = _density(u) / scale
        by_mu[e] = density * u * root / scale
        by_tau2[e] = density * (u**2 - 1) * v / (2 * scale**2)
        low, high, root, v = self._of_between
        scale = np.sqrt(1 + tau2 * v)
        lower, upper = (low - mu * root) / scale, (high - mu * root) / scale
        at_lower, at_upper = _density(lower), _density(upper)
        value[b] = _between(lower, upper)
        by_mu[b] = (at_lower - at_upper) * root / scale
        by_tau2[b] = (_times(lower, at_lower) - _times(upper, at_upper)) * v / (2 * scale**2)
        sums = [np.add.reduceat(self.share * part, self.start) for part in (value, by_mu, by_tau2)]
        return sums[0] + _TINY, sums[1], sums[2]


def _information(row: dict[str, Any], node: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The values that the information of a trial may have, and how likely each is."""
    if row["kind"] == "estimate":
        return np.array([row["se"] ** -2]), np.ones(1)
    n = row["n_cik"] + row["n_control"]
    full = row["n_cik"] * row["n_control"] / n**2
    if np.isnan(row["events"]):
        return node * n * full, weight
    return np.array([row["events"] * full]), np.ones(1)


def _sides(row: dict[str, Any]) -> list[tuple[float, float]]:
    """Where the z of a trial lies: at a value (value, NaN), or between two."""
    if row["kind"] == "estimate":
        return [(row["estimate"] / row["se"], math.nan)]
    z = float(stats.norm.isf(row["p"] / 2))
    signs = [row["direction"]] if row["direction"] else [-1.0, 1.0]
    if row["kind"] == "p":
        return [(sign * z, math.nan) for sign in signs]
    if row["kind"] in ("p below", "significant"):
        return [(-math.inf, -z) if sign < 0 else (z, math.inf) for sign in signs]
    return [(-z, z)]


def _density(u: np.ndarray) -> np.ndarray:
    return np.exp(-0.5 * u**2) / math.sqrt(2 * math.pi)


def _times(u: np.ndarray, density: np.ndarray) -> np.ndarray:
    """A value times its density, 0 where it is infinite."""
    return np.where(np.isfinite(u), u, 0.0) * density


def _between(lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Probability between two values, from the tail in which it is exact."""
    turn = lower > 0
    return special.ndtr(np.where(turn, -lower, upper)) - special.ndtr(np.where(turn, -upper, lower))


class Fit:
    """The maximum of the likelihood, and its profile over mu.

    All roots are of slopes in one direction: the profile's slope in mu is that of the likelihood at the best tau2.
    """

    def __init__(self, table: pd.DataFrame, fraction: tuple[float, float]) -> None:
        self.likelihood = Likelihood(table, fraction)
        estimates = table[table["kind"].eq("estimate")]
        printed, se = estimates["estimate"].to_numpy(dtype=float), estimates["se"].to_numpy(dtype=float)
        near = [(mu, tau2) for mu in np.linspace(-_FAR, _FAR, 2 * _COARSE + 1) for tau2 in _TRIED[:4]]
        near += [(mean, tau2) for tau2 in _TRIED for mean in _mean(printed, se, tau2)]
        start, self._near = max(near, key=lambda at: self._height(*at))
        self.mu = self._highest_from(start)
        tau2 = self._best_tau2(self.mu, everywhere=True)
        self.tau, self.height, self._near = math.sqrt(tau2), self._height(self.mu, tau2), tau2

    def _highest_from(self, mu: float) -> float:
        """Uphill along the profile until its slope turns: a precise trial makes a narrow peak."""
        slope, step = self._slope(mu), 1e-3
        sign = 1 if slope > 0 else -1
        while slope * sign > 0 and abs(mu) <= _FAR:
            before, mu, step = mu, mu + sign * step, 2 * step
            slope = self._slope(mu)
        if slope == 0 or abs(mu) > _FAR:
            return float(mu)
        return _root(self._slope, *sorted((before, mu)))

    def interval(self, t: float) -> tuple[float, float]:
        """Where the profile has fallen by half of t squared."""
        low, high = (self._end(sign, t**2 / 2) for sign in (-1, 1))
        return low, high

    def t_against(self, mu: float) -> float:
        """The signed root of the likelihood ratio, without its sign."""
        return math.sqrt(max(2 * (self.height - self.profile(mu)), 0.0))

    def profile(self, mu: float) -> float:
        """The log-likelihood at `mu`, highest over tau2."""
        return self._height(mu, self._best_tau2(mu))

    def information(self, h: float = 1e-3) -> np.ndarray:
        """What each trial says about mu: minus the curvature of its log-likelihood there, at least 0."""
        low, middle, high = (self.likelihood.of_trials(self.mu + d, self.tau**2) for d in (-h, 0.0, h))
        return np.maximum((2 * middle - low - high) / h**2, 0.0)

    def _height(self, mu: float, tau2: float) -> float:
        return self.likelihood.height_and_slopes(mu, tau2)[0]

    def _slope(self, mu: float) -> float:
        """Of the profile in mu."""
        self._near = self._best_tau2(mu)
        return self.likelihood.height_and_slopes(mu, self._near)[1]

    def _best_tau2(self, mu: float, *, everywhere: bool = False) -> float:
        """The tau2 of the highest likelihood at `mu`; looked for about the last one first."""

        @cache  # the ends of an interval are asked for again by who looks for the root in it
        def slope(tau2: float) -> float:
            return self.likelihood.height_and_slopes(mu, tau2)[2]

        low, high = 0.5 * self._near, 2 * self._near + 0.01
        if self._near == 0.0 and not everywhere and slope(0.0) <= 0:
            return 0.0
        if everywhere or slope(low) <= 0 or slope(high) >= 0:
            heights = [self._height(mu, tau2) for tau2 in _TRIED]
            best = int(np.argmax(heights))
            low, high = _TRIED[max(best - 1, 0)], _TRIED[min(best + 1, len(_TRIED) - 1)]
            if slope(low) <= 0:
                low = _TRIED[best]
            if slope(low) <= 0 or slope(high) >= 0:
                return _TRIED[best]
        return _root(slope, low, high)

    def _end(self, sign: int, drop: float) -> float:
        """Where the profile has fallen by `drop` on one side; infinite where it does not."""

        def left(mu: float) -> float:
            return self.profile(mu) - (self.height - drop)

        step, inner = 0.25, self.mu
        while abs(inner) < 2 * _FAR:
            outer = inner + sign * step
            if left(outer) < 0:
                return float(optimize.brentq(left, inner, outer, xtol=1e-6))
            inner, step = outer, 2 * step
        return sign * math.inf


def _root(slope: Callable[[float], float], low: float, high: float) -> float:
    return float(optimize.brentq(slope, low, high, xtol=1e-12, rtol=1e-10))


def _mean(estimates: np.ndarray, se: np.ndarray, tau2: float) -> list[float]:
    """The mean of the estimates by inverse variance, none where there are none."""
    w = 1 / (se**2 + tau2)
    return [float((w * estimates).sum() / w.sum())] if estimates.size else []

"""Groups of trials pooled apart, and the test that they differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from ircc_lib.analysis.arguments import labels
from ircc_lib.analysis.meta.pooling import check_options, checked_effects, pool
from ircc_lib.analysis.meta.result import PooledEffect
from ircc_lib.analysis.readable import Readable
from ircc_lib.text import counted, p_text


@dataclass(frozen=True, kw_only=True, repr=False)
class Subgroups(Readable):
    """Pooled effects by group.

    pooled : group -> PooledEffect, for groups of at least two trials
    single : group -> position of its one trial; nothing was pooled there, it enters the test as it is
    q_between, df, p_value : test that all groups share one effect (chi-square)
    """

    pooled: dict[str, PooledEffect]
    single: dict[str, int]
    q_between: float
    df: int
    p_value: float

    def table(self) -> pd.DataFrame:
        """One row per group: group, k, estimate, se, ci_low, ci_high, tau2, i2."""
        rows = [
            {
                "group": group,
                **{
                    key: getattr(effect, key)
                    for key in ("k", "estimate", "se", "ci_low", "ci_high", "p_value", "tau2", "i2")
                },
            }
            for group, effect in self.pooled.items()
        ]
        return pd.DataFrame(rows)

    def _rows(self) -> list[tuple[str, str]]:
        rows = [
            (str(group), f"{effect.shown()!r}; {counted(effect.k, 'trial')}") for group, effect in self.pooled.items()
        ]
        rows += [(str(group), "one trial: nothing to pool") for group in self.single]
        return [*rows, ("differences", self.sentence)]

    @property
    def sentence(self) -> str:
        """The test in words, as it stands under a forest plot."""
        if self.df < 1:
            return "only one group: there is nothing to compare"
        return f"test for subgroup differences: Q = {self.q_between:.2f} on {self.df} df, {p_text(self.p_value)}"


def subgroups(
    yi: ArrayLike,
    sei: ArrayLike,
    group: ArrayLike,
    *,
    method: str = "REML",
    knha: bool | str = "adhoc",
    alpha: float = 0.05,
    wald_test: bool = False,
) -> Subgroups:
    """Pool each group of trials on its own and test whether the groups differ.

    Each group has its own tau2; the test is Cochran's Q over the groups' pooled effects and
    their standard errors (Borenstein et al. 2009, Introduction to Meta-Analysis, ch. 19).

    Parameters
    ----------
    yi, sei : array_like, shape (k,)
        Effects and standard errors.
    group : array_like, shape (k,)
        The group of each trial, none missing.
    method, knha, alpha : str
        As for `pool`.
    wald_test : bool
        Test with Wald's standard errors, whatever those of the intervals.

    Returns
    -------
    Subgroups
        The pooled effect of each group, and the test of a difference between groups.

    Raises
    ------
    ValueError
        as `pool`, and if a group is missing or the lengths differ

    Examples
    --------
    >>> found = subgroups([-0.5, -0.4, 0.1, 0.2], [0.1, 0.1, 0.1, 0.1], list("aabb"), knha=False)
    >>> round(found.q_between, 1), found.df
    (36.0, 1)
    """
    y, s = checked_effects(yi, sei)
    check_options(method, alpha, "metafor", knha)
    groups = labels("group", group, y.size)
    pooled, single, effects = {}, {}, []
    for label, rows in groups.groupby(groups, sort=True).groups.items():
        rows = np.asarray(rows)
        if rows.size == 1:
            single[label] = int(rows[0])
            effects.append((y[rows[0]], s[rows[0]]))
        else:
            effect = pooled[label] = pool(y[rows], s[rows], method=method, knha=knha, alpha=alpha)
            wald = (1 / (s[rows] ** 2 + effect.tau2)).sum() ** -0.5
            effects.append((effect.estimate, wald if wald_test else effect.se))
    estimate, se = np.array(effects).T
    q, df = _q(estimate, se), len(effects) - 1
    return Subgroups(
        pooled=pooled, single=single, q_between=q, df=df, p_value=float(stats.chi2.sf(q, df)) if df else np.nan
    )


def _q(estimate: np.ndarray, se: np.ndarray) -> float:
    w = 1 / se**2
    return float((w * (estimate - (w * estimate).sum() / w.sum()) ** 2).sum())

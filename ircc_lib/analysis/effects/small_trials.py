"""Are small trials different? And does the effect change along a numeric characteristic?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ircc_lib.analysis.effects.pooled import FEWEST
from ircc_lib.analysis.meta.bias import EggerTest, egger
from ircc_lib.analysis.meta.pooling import REPORTED, pool
from ircc_lib.analysis.meta.regression import MetaRegression, meta_regression

MIN_TRIALS_FOR_EGGER = 10  # below it the test says little (Sterne et al. 2011, doi:10.1136/bmj.d4002)
MIN_TRIALS_FOR_REGRESSION = 10  # Cochrane Handbook 2023, 10.11.5.1


@dataclass(frozen=True, kw_only=True)
class SmallTrials:
    """The centre of a funnel and the test of its asymmetry; None where there are too few trials."""

    pooled: float | None
    test: EggerTest | None


def small_trials(effects: pd.DataFrame) -> SmallTrials:
    """The pooled log hazard ratio of one kind of trials, and Egger's test.

    Nothing is filled in: trim and fill on standard errors that are in part assumed would
    strengthen an effect by trials that nobody made.

    Raises
    ------
    ValueError
        randomised and other trials are mixed

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> found = small_trials(ircc.log_hazard_ratios(ircc.load_registry(), "OS").query("randomised"))
    >>> found.pooled < 0
    True
    """
    if effects["randomised"].nunique() > 1:
        raise ValueError("randomised and non-randomised trials are not pooled together: pass one kind")
    if len(effects) < FEWEST:
        return SmallTrials(pooled=None, test=None)
    values = effects["log_hr"].tolist(), effects["se"].tolist()
    test = egger(*values) if effects["se"].nunique() > 1 else None
    return SmallTrials(pooled=pool(*values, knha=REPORTED, tau2_ci=False).estimate, test=test)


def line_along(effects: pd.DataFrame, by: str) -> MetaRegression | None:
    """Meta-regression on a numeric characteristic and, where there are both kinds, on randomisation.

    None below ten trials, and where all are alike in `by`.

    Raises
    ------
    ValueError
        `by` is not numeric

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> effects = ircc.log_hazard_ratios(ircc.load_registry(), "OS").dropna(subset=["year"])
    >>> line_along(effects, "year").coefficients["name"].iloc[1]
    'year'
    """
    if not pd.api.types.is_numeric_dtype(effects[by]):
        raise ValueError(
            f"by: {by!r} is not numeric; a figure by group is hazard_ratios.subgroup_forest(effects, {by!r})"
        )
    if len(effects) < MIN_TRIALS_FOR_REGRESSION:
        return None
    moderators = pd.DataFrame({by: effects[by].astype(float)})
    if effects["randomised"].nunique() > 1:
        moderators["randomised"] = np.where(effects["randomised"], "yes", "no")
    try:
        return meta_regression(effects["log_hr"].tolist(), effects["se"].tolist(), moderators, knha=REPORTED)
    except ValueError:  # all trials alike: there is no line to draw
        return None

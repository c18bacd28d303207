"""Are small trials different? And does the effect change along a numeric characteristic?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ircc_lib.analysis.effects.effects import by_allocation
from ircc_lib.analysis.effects.pooled import FEWEST
from ircc_lib.analysis.endpoints import endpoint_of
from ircc_lib.analysis.meta.bias import EggerTest, egger, funnel_contours
from ircc_lib.analysis.meta.pooling import REPORTED, pool
from ircc_lib.analysis.meta.regression import MetaRegression, meta_regression
from ircc_lib.analysis.meta.selection import selection_model, worst_case

LEVELS = (0.99, 0.95, 0.9)  # of the bands of a funnel, the innermost last
MIN_TRIALS_FOR_EGGER = 10  # below it the test says little (Sterne et al. 2011, doi:10.1136/bmj.d4002)
MIN_TRIALS_FOR_REGRESSION = 10  # Cochrane Handbook 2023, 10.11.5.1
MIN_TRIALS_FOR_SELECTION = 10  # below it a selection model has hardly anything to go on
WEIGHTS = {
    "step": "trials without a significant gain were published less often, by a share estimated from the data",
    "moderate": "selection by p-value was moderate (Vevea and Woods)",
    "severe": "selection by p-value was severe (Vevea and Woods)",
}
WORST_CASE = "only the trials that are not significant in favour of CIK are believed"


@dataclass(frozen=True, kw_only=True)
class SmallTrials:
    """The centre of a funnel and the test of its asymmetry, None where there are too few trials; its bands.

    Attributes
    ----------
    pooled : float or None
        The pooled log hazard ratio.
    test : EggerTest or None
    bands : DataFrame
        Where a trial is not significant at 1, 5 and 10 %, see `meta.funnel_contours`; empty without trials.
    """

    pooled: float | None
    test: EggerTest | None
    bands: pd.DataFrame


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
        return SmallTrials(pooled=None, test=None, bands=pd.DataFrame())
    values = effects["log_hr"].tolist(), effects["se"].tolist()
    test = egger(*values) if effects["se"].nunique() > 1 else None
    return SmallTrials(
        pooled=pool(*values, knha=REPORTED, tau2_ci=False).estimate,
        test=test,
        bands=funnel_contours(values[1], levels=LEVELS),
    )


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


def under_selection(effects: pd.DataFrame) -> pd.DataFrame:
    """The pooled hazard ratio if trials had been published by their p-values; kinds of trials apart.

    Parameters
    ----------
    effects : DataFrame
        Rows of `log_hazard_ratios`.

    Returns
    -------
    DataFrame
        Where a kind has ten trials, one row per model of selection (`meta.selection_model`) and one for the
        worst case (`meta.worst_case`): ``randomised``, ``what``, ``k`` trials, ``hr``, ``ci_low``, ``ci_high``;
        ``s_value``, how many times as often significant trials would have to be published to bring the ratio to 1,
        and ``s_value_ci``, to bring the end of its interval there.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> found = under_selection(ircc.log_hazard_ratios(ircc.load_registry(), "OS"))
    >>> bool(found["hr"].gt(0).all())
    True
    """
    rows = []
    for randomised, part in by_allocation(effects).items():
        if len(part) < MIN_TRIALS_FOR_SELECTION:
            continue
        values = part["log_hr"].tolist(), part["se"].tolist()
        worst = worst_case(*values)
        about = {"randomised": randomised, "s_value": worst.s_value, "s_value_ci": worst.s_value_ci}
        for weights, what in WEIGHTS.items():
            try:
                found = selection_model(*values, weights=weights)
            except ValueError:  # all trials on one side of the cut-off: nothing to estimate the selection from
                continue
            low, high = found.hazard_ratio_ci
            rows.append(
                about | {"what": what, "k": len(part), "hr": found.hazard_ratio, "ci_low": low, "ci_high": high}
            )
        if worst.worst is not None:
            shown = worst.worst.exp()
            ends = {"hr": shown.estimate, "ci_low": shown.ci_low, "ci_high": shown.ci_high}
            rows.append(about | {"what": WORST_CASE, "k": worst.worst.k} | ends)
    table = pd.DataFrame(rows, columns=["randomised", "what", "k", "hr", "ci_low", "ci_high", "s_value", "s_value_ci"])
    table.attrs["endpoint"] = endpoint_of(effects)
    return table

"""The pooled hazard ratios that the report leads with, and those of groups of trials."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from ircc_lib.analysis.effects.effects import by_allocation, log_hazard_ratios
from ircc_lib.analysis.meta.pooling import REPORTED, pool

ENDPOINTS = {"OS": "overall survival", "PFS": "progression- or disease-free survival"}
COLUMNS = [
    "endpoint",
    "group",
    "trials",
    "patients",
    "hr",
    "ci_low",
    "ci_high",
    "pi_low",
    "pi_high",
    "p_value",
    "i2",
    "tau2",
    "direct",
    "common_hr",
    "common_ci_low",
    "common_ci_high",
    "trial_ids",
]
FEWEST = 3  # trials that a random-effects result needs: the variance between two is a guess
NO_VARIANCE = 1e-6  # tau2 at or below it is none
DIRECT = 2  # the rungs of the ladder on which a hazard ratio was reported


def pooled_evidence(reg, *, endpoints: Iterable[str] = ("OS", "PFS")) -> pd.DataFrame:
    """Pooled hazard ratios, randomised and other controlled trials apart.

    Parameters
    ----------
    reg : Registry
    endpoints : ``OS``, ``PFS`` (the whole family)

    Returns
    -------
    DataFrame, two rows an endpoint: ``endpoint``, ``group`` (randomised, not randomised),
    ``trials`` with an effect, ``patients`` of their arms (missing where unknown), ``hr``,
    ``ci_low``, ``ci_high``, ``pi_low``, ``pi_high`` (below 1 favours CIK; REML with the Hartung-Knapp
    interval, never narrower than Wald's), ``p_value``, ``i2`` (percent), ``tau2``,
    ``direct`` (trials that reported a hazard ratio themselves), ``common_hr`` and its interval,
    ``trial_ids``. One trial gives its own effect and interval. Two are not pooled: ``hr`` is missing and
    ``common_hr`` is what they say if they estimate one and the same effect. There is no prediction interval
    below three trials or where no variance between trials was found. Randomised is what a trial's own record calls so;
    trials that only a review calls randomised are in neither group.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> pooled = pooled_evidence(ircc.load_registry(), endpoints=["OS"])
    >>> pooled["group"].tolist()
    ['randomised', 'not randomised']
    """
    rows = []
    for endpoint in endpoints:
        effects = log_hazard_ratios(reg, endpoint=endpoint)
        for randomised, chosen in by_allocation(effects).items():
            group = "randomised" if randomised else "not randomised"
            rows.append({"endpoint": endpoint, "group": group} | pooled_row(chosen))
    return pd.DataFrame(rows, columns=COLUMNS)


def pooled_row(effects: pd.DataFrame) -> dict:
    """One group of effects pooled, with what a reader needs to judge it.

    Parameters
    ----------
    effects : rows of `log_hazard_ratios`, possibly none
    """
    k = len(effects)
    sizes = [
        cik + control
        for cik, control in zip(effects["n_cik"].tolist(), effects["n_control"].tolist())
        if not (pd.isna(cik) or pd.isna(control))
    ]
    row = {
        "trials": k,
        "patients": float(sum(sizes)) if sizes else np.nan,
        "direct": sum(rung <= DIRECT for rung in effects["rung"].tolist()),
        "trial_ids": "; ".join(effects["trial_id"]),
    }
    if k == 0:
        return row
    if k == 1:
        return row | {name: effects[name].iloc[0] for name in ("hr", "ci_low", "ci_high", "p_value")}
    if k < FEWEST:
        return row | _common(effects)
    pooled = pool(effects["log_hr"], effects["se"], knha=REPORTED, tau2_ci=False)
    ratio = pooled.exp()
    varies = pooled.tau2 > NO_VARIANCE
    return row | {
        "hr": ratio.estimate,
        "ci_low": ratio.ci_low,
        "ci_high": ratio.ci_high,
        "pi_low": ratio.pi_low if varies else np.nan,
        "pi_high": ratio.pi_high if varies else np.nan,
        "p_value": pooled.p_value,
        "i2": pooled.i2,
        "tau2": pooled.tau2,
    }


def _common(effects: pd.DataFrame) -> dict:
    common = pool(effects["log_hr"], effects["se"], method="FE", knha=False, tau2_ci=False).exp()
    return {"common_hr": common.estimate, "common_ci_low": common.ci_low, "common_ci_high": common.ci_high}

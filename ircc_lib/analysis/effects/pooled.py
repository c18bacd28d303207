"""The pooled hazard ratios that the report leads with, and those of groups of trials."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from ircc_lib.analysis.effects.effects import log_hazard_ratios
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
    "trial_ids",
]
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
    ``ci_low``, ``ci_high``, ``pi_low``, ``pi_high`` (below 1 favours CIK; REML with Knapp and
    Hartung's interval, never narrower than Wald's), ``p_value``, ``i2`` (percent), ``tau2``,
    ``direct`` (trials that reported a hazard ratio themselves), ``trial_ids``. One trial gives its
    own effect and interval without heterogeneity, none gives missing values.

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
        for group, wanted in (("randomised", True), ("not randomised", False)):
            chosen = effects[effects["randomised"].astype(bool) == wanted]
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
    pooled = pool(effects["log_hr"], effects["se"], knha=REPORTED, tau2_ci=False)
    ratio = pooled.exp()
    return row | {
        "hr": ratio.estimate,
        "ci_low": ratio.ci_low,
        "ci_high": ratio.ci_high,
        "pi_low": ratio.pi_low,
        "pi_high": ratio.pi_high,
        "p_value": pooled.p_value,
        "i2": pooled.i2,
        "tau2": pooled.tau2,
    }

"""What each report gives to the pooled hazard ratios: its effect, with grade and weight, or why it gives none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.effects.effects import by_allocation, effect_exclusions, log_hazard_ratios
from ircc_lib.analysis.effects.pooled import FEWEST
from ircc_lib.analysis.endpoints import ENDPOINTS
from ircc_lib.analysis.meta.pooling import pool

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

COLUMNS = [
    "trial_id",
    "outcome",
    "endpoint",
    "group",
    "hr",
    "ci_low",
    "ci_high",
    "ci_printed",
    "quality",
    "method",
    "trials",
    "weight",
    "given_by",
    "reason",
]
GROUPS = {True: "randomised", False: "not randomised"}
REVIEW_ONLY = "randomised in the words of a review alone"


def contributions(reg: Registry) -> pd.DataFrame:
    """The place of each report in the forests of overall and of progression-free survival.

    Parameters
    ----------
    reg : Registry
        Whole, or an edition.

    Returns
    -------
    DataFrame
        One row per report and outcome (``OS``, ``PFS``) on which its cohort reports: the effect as in
        `log_hazard_ratios`; ``group`` in which it is pooled; ``trials`` of that group; ``weight``, 0 to 1, missing
        where nothing is pooled; ``given_by``, the report that gives the effect of these patients; ``reason`` why
        there is none.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> rows = contributions(ircc.load_registry().edition("ten-year"))
    >>> rows[rows["trial_id"].eq("Liu2012") & rows["outcome"].eq("OS")]["quality"].item()
    'C'
    """
    reports = reg.trials.groupby("cohort")["trial_id"].agg(list)
    rows: list[dict[str, Any]] = []
    for outcome in ENDPOINTS:
        effects = log_hazard_ratios(reg, outcome)
        for group, part in _groups(effects):
            pooled = pool(part["log_hr"], part["se"]).weights if len(part) >= FEWEST and group else None
            weights = [None] * len(part) if pooled is None else (pooled / 100).tolist()
            for effect, weight in zip(part.to_dict("records"), weights):
                kept = {key: effect[key] for key in COLUMNS if key in effect and key != "trial_id"}
                place = {"outcome": outcome, "group": group or REVIEW_ONLY, "trials": len(part), "weight": weight}
                rows += [
                    {"trial_id": report, "given_by": effect["trial_id"], **kept, **place}
                    for report in reports[effect["cohort"]]
                ]
        for left in effect_exclusions(reg, outcome).to_dict("records"):
            kept = {"outcome": outcome, "endpoint": left["endpoint"], "reason": left["reason"]}
            rows.append({"trial_id": left["trial_id"], "given_by": left["trial_id"], **kept})
    return pd.DataFrame(rows, columns=COLUMNS)


def _groups(effects: pd.DataFrame) -> list[tuple[str | None, pd.DataFrame]]:
    """The groups that are pooled, by their names, and the trials that are in none."""
    parts = by_allocation(effects)
    pooled = [(GROUPS[randomised], part) for randomised, part in parts.items()]
    apart = effects[~effects["trial_id"].isin(pd.concat(part["trial_id"] for part in parts.values()))]
    return [*pooled, (None, apart)]

"""How far the pooled hazard ratio depends on what is let in and how it is pooled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.effects.effects import by_allocation, effects_of
from ircc_lib.analysis.effects.extraction.choice import evidence_on
from ircc_lib.analysis.effects.pooled import FEWEST, pooled_row
from ircc_lib.analysis.facts import trial_entities
from ircc_lib.analysis.meta.pooling import pool
from ircc_lib.registry.rows import rows_of

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


COLUMNS = ["randomised", "what", "trials", "hr", "ci_low", "ci_high", "i2", "trial_ids"]
RUNGS = {
    "reported hazard ratios only": (1, 2),
    "reported, or from survival rates": (1, 2, 3),
    "all but medians": (1, 2, 3, 4),
}
UNNAMED = ("median", "not named")
SHARED = ("stated", "likely")  # certainties of an overlap that count


def effect_sensitivity(reg: Registry, endpoint: str = "OS") -> pd.DataFrame:
    """The pooled hazard ratio under other choices, randomised and other trials apart.

    The choices: kinds of evidence; with averages that are not named taken as medians; with the trials that
    only a review calls randomised; trials read in their own record and not in a review's
    table; without the trial of most weight; grades A to C; without ratios that contradict the trial's own test;
    of trials whose patients likely overlap only the largest; the Hartung-Knapp interval unmodified, which can come
    out narrower than Wald's where few trials happen to agree; Wald's
    interval; the DerSimonian-Laird estimator; a common effect.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    endpoint : str
        ``OS``, ``PFS`` (its whole family), or one endpoint.

    Returns
    -------
    DataFrame
        One row per kind of trial and choice that leaves at least three trials: randomised, what, trials,
        hr, ci_low, ci_high, i2 (per cent), trial_ids.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> table = ircc.robustness.sensitivity(ircc.load_registry(), "OS")
    >>> table["what"].iloc[0]
    'all trials'
    """
    reports, entities = evidence_on(reg, endpoint), trial_entities(reg)
    everything = effects_of(reports, entities)
    further = {what: by_allocation(effects_of(reports, entities, rungs=rungs)) for what, rungs in RUNGS.items()}
    unnamed = effects_of(evidence_on(reg, endpoint, averages=UNNAMED), entities)
    further["averages not named taken as medians"] = by_allocation(unnamed)
    rows = []
    for randomised, part in by_allocation(everything).items():
        chosen = {"all trials": part} | {what: parts[randomised] for what, parts in further.items()}
        chosen |= {
            "grades A to C": part[part["quality"] <= "C"],
            "without ratios that contradict the trial's own test": part[~part["contradicts_own_test"]],
            "read in their own record": part[part["record_level"] == "own record"],
            "without likely overlaps of patients": without_overlaps(part, reg.overlaps),
        }
        if randomised:
            chosen["with trials that only a review calls randomised"] = everything[
                everything["randomised"] | everything["review_only"]
            ]
        if len(part) > 1:
            chosen["without the trial of most weight"] = part.drop(part["se"].idxmin())
        rows += [
            {"randomised": randomised, "what": what} | pooled_row(table)
            for what, table in chosen.items()
            if len(table) >= FEWEST
        ]
        rows += _otherwise_pooled(part, randomised)
    table = pd.DataFrame(rows, columns=COLUMNS)
    table.attrs["endpoint"] = endpoint
    return table


def without_overlaps(effects: pd.DataFrame, overlaps: pd.DataFrame) -> pd.DataFrame:
    """Of trials that share patients, for certain or likely, only the one with the smallest standard error.

    Examples
    --------
    >>> effects = pd.DataFrame({"trial_id": ["A", "B", "C"], "se": [0.1, 0.2, 0.3]})
    >>> pair = pd.DataFrame({"trial_id": ["A"], "other_trial_id": ["B"], "certainty": ["likely"]})
    >>> without_overlaps(effects, pair)["trial_id"].tolist()
    ['A', 'C']
    """
    se = dict(zip(effects["trial_id"], effects["se"]))
    left_out: set[str] = set()
    for row in rows_of(overlaps[overlaps["certainty"].isin(SHARED)]):
        pair = [row["trial_id"], row["other_trial_id"]]
        if all(trial_id in se and trial_id not in left_out for trial_id in pair):
            left_out.add(max(pair, key=se.__getitem__))
    return effects[~effects["trial_id"].isin(left_out)]


def _otherwise_pooled(part: pd.DataFrame, randomised: bool) -> list[dict[str, Any]]:
    if len(part) < FEWEST:
        return []
    ways: dict[str, dict[str, Any]] = {
        "Hartung-Knapp interval, unmodified": {"knha": True},
        "Wald's interval": {"knha": False},
        "DerSimonian-Laird, Wald's interval": {"method": "DL", "knha": False},
        "common effect": {"method": "FE", "knha": False},
    }
    effects = part["log_hr"].tolist(), part["se"].tolist()
    found = {what: pool(*effects, tau2_ci=False, **options) for what, options in ways.items()}
    rows = [
        {
            "hr": (shown := pooled.exp()).estimate,
            "ci_low": shown.ci_low,
            "ci_high": shown.ci_high,
            "i2": pooled.i2,
            "what": what,
        }
        for what, pooled in found.items()
    ]
    return [
        row | {"randomised": randomised, "trials": len(part), "trial_ids": "; ".join(part["trial_id"])} for row in rows
    ]

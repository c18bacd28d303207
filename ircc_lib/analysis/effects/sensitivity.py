"""How far the pooled hazard ratio depends on what is let in and how it is pooled."""

from __future__ import annotations

import pandas as pd

from ircc_lib.analysis.effects.effects import effects_of, evidence_on
from ircc_lib.analysis.effects.pooled import pooled_row
from ircc_lib.analysis.meta.pooling import pool
from ircc_lib.analysis.outcomes.significance import trial_entities

COLUMNS = ["randomised", "what", "trials", "hr", "ci_low", "ci_high", "i2", "trial_ids"]
RUNGS = {
    "reported hazard ratios only (rungs 1 and 2)": (1, 2),
    "and those from survival rates (rungs 1 to 3)": (1, 2, 3),
    "all but medians (rungs 1 to 4)": (1, 2, 3, 4),
}


def effect_sensitivity(reg, endpoint: str = "OS") -> pd.DataFrame:
    """The pooled hazard ratio under other choices, randomised and other trials apart.

    The choices: rungs of the ladder; trials read in their own record and not in a review's
    table; without the trial of most weight; grades A to C; Knapp and Hartung's interval as they
    gave it, which can come out narrower than Wald's where few trials happen to agree; Wald's
    interval; the DerSimonian-Laird estimator; a common effect.

    Returns
    -------
    DataFrame
        one row a kind of trial and choice with at least one trial: randomised, what, trials,
        hr, ci_low, ci_high, i2 (per cent), trial_ids

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> table = ircc.robustness.sensitivity(ircc.load_registry(), "OS")
    >>> table["what"].iloc[0]
    'all trials'
    """
    reports, entities = evidence_on(reg, endpoint), trial_entities(reg)
    everything = effects_of(reports, entities)
    by_rung = {what: effects_of(reports, entities, rungs=rungs) for what, rungs in RUNGS.items()}
    rows = []
    for randomised in (True, False):
        part = everything[everything["randomised"] == randomised]
        chosen = {"all trials": part} | {
            what: table[table["randomised"] == randomised] for what, table in by_rung.items()
        }
        chosen |= {
            "grades A to C": part[part["quality"] <= "C"],
            "read in their own record": part[part["record_level"] == "own record"],
        }
        if len(part) > 1:
            chosen["without the trial of most weight"] = part.drop(part["se"].idxmin())
        rows += [
            {"randomised": randomised, "what": what} | pooled_row(table) for what, table in chosen.items() if len(table)
        ]
        rows += _otherwise_pooled(part, randomised)
    return pd.DataFrame(rows, columns=COLUMNS)


def _otherwise_pooled(part: pd.DataFrame, randomised: bool) -> list[dict]:
    if len(part) < 2:
        return []
    ways = {
        "Knapp and Hartung's interval, though it be narrower": {"knha": True},
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

"""Our pooled hazard ratios beside those that others have published on the same tumours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ircc_lib.analysis.effects.effects import by_allocation, log_hazard_ratios
from ircc_lib.analysis.effects.pooled import pooled_row
from ircc_lib.analysis.endpoints import PFS_FAMILY
from ircc_lib.registry.editions import find_editions
from ircc_lib.registry.vocabulary import vocabulary

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


WIDEST = 10  # ratio of the limits of an interval beyond which it agrees with nearly anything
OURS = {"randomised": True, "other": False}
COMPARED = [
    "meta_id",
    "first_author",
    "year",
    "tumour",
    "entity",
    "product",
    "endpoint",
    "our_endpoint",
    "n_studies",
    "hr",
    "ci_low",
    "ci_high",
    *(f"{part}_{group}" for group in OURS for part in ("k", "hr", "ci_low", "ci_high", "overlap")),
    "source_url",
    "locator",
    "row_id",
]


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """What could be laid side by side, and what could not.

    Attributes
    ----------
    compared : one row per published pooled hazard ratio of an entity and endpoint that we have
        effects on: theirs (hr, ci_low, ci_high), ours in randomised and in other trials
        (k, hr, ci_low, ci_high; one trial stands for itself, two are not pooled), and whether the
        intervals overlap where ours is narrow enough to tell
    left_out : the other published results, each with the reason
    """

    compared: pd.DataFrame
    left_out: pd.DataFrame


def published_agreement(reg: Registry) -> Agreement:
    """Published pooled hazard ratios against ours for the same tumour entity and endpoint.

    Their tumours are read through the registry's own map, and a small table of the further
    names that reviews use (``published_tumours.csv``). Endpoints of the PFS family are compared
    with our effects of that family. Reviews overlap with us and with each other in their
    trials, so that agreement is no independent confirmation.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Agreement
        What was compared, and what was left out and why.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "hepatocellular carcinoma" in set(published_agreement(ircc.load_registry()).compared["entity"])
    True
    """
    theirs = _placed(reg)
    effects = {endpoint: log_hazard_ratios(reg, endpoint) for endpoint in ("OS", "PFS")}
    ours = {
        key: _pooled(effects[key[1]], key[0])
        for key in set(zip(theirs["entity"], theirs["our_endpoint"]))
        if key[1] in effects and pd.notna(key[0])
    }
    cut = _cut(reg)
    theirs["reason"] = [_reason(row, ours, cut) for row in theirs.to_dict("records")]
    compared = theirs[theirs["reason"] == ""]
    rows = [row | _beside(row, ours[row["entity"], row["our_endpoint"]]) for row in compared.to_dict("records")]
    left = theirs.loc[
        theirs["reason"] != "",
        ["meta_id", "year", "tumour", "endpoint", "effect_type", "estimate", "reason", "source_url", "row_id"],
    ]
    return Agreement(compared=pd.DataFrame(rows, columns=COMPARED), left_out=left.reset_index(drop=True))


def _placed(reg: Registry) -> pd.DataFrame:
    """The published results with the entity and endpoint of ours that they speak of."""
    known = reg.tumours.set_index("tumour_reported")["entity"].to_dict()
    known |= vocabulary("published_tumours").set_index("reported")["entity"].to_dict()
    kinds = {"OS": "OS"} | {name: "PFS" for name in PFS_FAMILY}
    table = reg.meta_analyses
    # "OS, CIK-only subgroup" is OS: what follows the comma says of whom
    return table.assign(
        entity=table["tumour"].map(known),
        hr=table["estimate"],
        our_endpoint=table["endpoint"].str.split(", ").str[0].map(kinds),
    )


def _pooled(effects: pd.DataFrame, entity: str) -> dict[str, dict[str, Any]]:
    parts = by_allocation(effects[effects["entity"] == entity])
    return {name: pooled_row(parts[wanted]) for name, wanted in OURS.items()}


def _cut(reg: Registry) -> int | None:
    """The last year of the registry's edition; None where it has no end."""
    edition = find_editions().get(reg.edition_name or "")
    return edition.cut if edition else None


def _reason(row: dict[str, Any], ours: dict[Any, Any], cut: int | None) -> str:
    if cut is not None and not (pd.notna(row["year"]) and row["year"] <= cut):
        return "not known to be published by this edition's date"
    if row["effect_type"] != "HR":
        return "not a hazard ratio" if pd.notna(row["effect_type"]) else "no measure of effect named"
    if pd.isna(row["hr"]):
        return "no estimate printed"
    if pd.isna(row["our_endpoint"]):
        return f"no such endpoint here: {row['endpoint']}"
    if pd.isna(row["entity"]):
        return "a tumour or mixture that is no entity here"
    found = ours[row["entity"], row["our_endpoint"]]
    return "" if any(part["trials"] for part in found.values()) else "no effect of ours on this tumour and endpoint"


def informs(low: float, high: float) -> bool:
    """Whether an interval is narrow enough for its overlap with another to say something."""
    return high <= WIDEST * low


def _beside(row: dict[str, Any], found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for group, part in found.items():
        low, high = part.get("ci_low", np.nan), part.get("ci_high", np.nan)
        ends = [row["ci_low"], row["ci_high"], low, high]
        meet = "yes" if row["ci_low"] <= high and low <= row["ci_high"] else "no"
        overlap = "" if np.isnan(ends).any() or not informs(low, high) else meet
        cells |= {
            f"k_{group}": part["trials"],
            f"hr_{group}": part.get("hr", np.nan),
            f"ci_low_{group}": low,
            f"ci_high_{group}": high,
            f"overlap_{group}": overlap,
        }
    return cells

"""Harm by arm: CIK beside control of the same trial, and the trials that were randomised compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ircc_lib.analysis.outcomes.between_arms import between, pairs_of, risk_ratios
from ircc_lib.analysis.outcomes.harm.adverse_events import adverse_event_counts
from ircc_lib.analysis.outcomes.harm.severe import severe_class
from ircc_lib.registry.rows import rows_of

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


OUTCOMES = ["any adverse event", "severe adverse event (grade 3 to 5)", "serious adverse event", "treatment death"]
_ANY = ("any adverse event", "any treatment-related adverse event")
_CLASSES = {
    "adverse event of grade 3 to 5": OUTCOMES[1],
    "severe adverse event, as worded": OUTCOMES[1],
    "serious adverse event": OUTCOMES[2],
    "treatment-related death": OUTCOMES[3],
}
_SIDE = ["events", "n", "percent", "why"]


def harm_by_arm(reg: Registry) -> pd.DataFrame:
    """Every adverse event that a trial with a control group states for CIK or control, both arms in a row.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    DataFrame
        trial_id, cohort, year, allocation, randomised (by its own record), outcome (of `OUTCOMES`, else the term), term,
        grade, and for each of ``cik`` and ``control`` events, n, percent (0..1) and why (no count); rr, ci_low, ci_high
        (where both are counted; above 1: more with CIK), row_ids. Randomised trials first, summary events
        before single terms.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> rows = harm_by_arm(ircc.load_registry()).set_index(["trial_id", "outcome"])
    >>> rows.loc[("Lee2015", "any adverse event"), ["events_cik", "n_cik"]].tolist()
    [71, 114]
    """
    counts = adverse_event_counts(reg)
    controlled = counts[counts["allocation"].ne("no control group") & counts["arm"].isna()]
    sides: dict[tuple[Any, ...], dict[str, dict[str, Any]]] = {}
    for row in rows_of(controlled[controlled["group"].isin(["cik", "control"])]):
        if row["denominator"] == "patients":
            key = row["trial_id"], row["term"], str(row["grade"]), row["serious"]
            sides.setdefault(key, {}).setdefault(row["group"], row)
    compared = _with_control(sides)
    rows = [_side_by_side(found) for key, found in sides.items() if key[0] in compared]
    rows.sort(key=lambda row: (not row["randomised"], _place(row), str(row["year"]), row["trial_id"], row["term"]))
    return pd.DataFrame(rows, columns=_COLUMNS)


def randomised_of(pairs: pd.DataFrame) -> pd.DataFrame:
    """CIK against control by outcome (`OUTCOMES`), of the `harm_pairs` that were randomised by their own record.

    As `response_between_arms` (random effects over three trials or more, the common effect beside it, the own ratio
    of one), with the sums of events and patients of each arm.
    """
    rows = []
    for outcome in OUTCOMES:
        chosen = pairs[pairs["outcome"].eq(outcome) & pairs["randomised"].astype(bool)]
        sums = {name: int(chosen[name].sum()) for name in ("events", "n", "events_control", "n_control")}
        rows.append({"outcome": outcome} | between(chosen) | sums)
    return pd.DataFrame(rows)


def harm_pairs(reg: Registry) -> pd.DataFrame:
    """Trials that count any, severe or serious events or treatment deaths in both arms (`pairs_of`), with ``outcome``.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> set(harm_pairs(ircc.load_registry())["outcome"]) <= set(OUTCOMES)
    True
    """
    counts = adverse_event_counts(reg)
    counts = counts[counts["pooled"]]
    outcome = pd.Series([_outcome(row) for row in rows_of(counts)], index=counts.index, dtype="str")
    pairs = pairs_of(counts.assign(outcome=outcome)[outcome.isin(OUTCOMES)], of=["outcome"])
    return pairs.sort_values("outcome", key=lambda names: names.map(OUTCOMES.index), kind="stable", ignore_index=True)


def _outcome(row: dict[str, Any]) -> str:
    known = _CLASSES.get(severe_class(row) or "")
    if known:
        return known
    return OUTCOMES[0] if row["term"] in _ANY and not row["severe"] else row["term"]


def _side_by_side(found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    row = found.get("cik") or found["control"]
    shared = ("trial_id", "cohort", "year", "allocation", "randomised", "term", "grade")
    made = {name: row[name] for name in shared} | {"outcome": _outcome(row)}
    for side in ("cik", "control"):
        values = found.get(side)
        for name in _SIDE:
            made[f"{name}_{side}"] = values[name] if values else None
        if values is None:
            made[f"why_{side}"] = "not reported"
    made["row_ids"] = "; ".join(side["row_ids"] for side in found.values())
    counted = all(pd.notna(made[f"n_{side}"]) for side in ("cik", "control"))
    return made | (_ratio(found) if counted else dict.fromkeys(("rr", "ci_low", "ci_high"), np.nan))


def _ratio(found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    counts = [[found[side][name]] for side in ("cik", "control") for name in ("events", "n")]
    return {
        name: float(values[0]) for name, values in risk_ratios(*counts).items() if name in ("rr", "ci_low", "ci_high")
    }


def _with_control(sides: dict[tuple[Any, ...], dict[str, dict[str, Any]]]) -> set[str]:
    """Trials that state something of their control group."""
    return {key[0] for key, found in sides.items() if "control" in found}


def _place(row: dict[str, Any]) -> int:
    return OUTCOMES.index(row["outcome"]) if row["outcome"] in OUTCOMES else len(OUTCOMES)


_COLUMNS = ["trial_id", "cohort", "year", "allocation", "randomised", "outcome", "term", "grade"]
_COLUMNS += [f"{name}_{side}" for side in ("cik", "control") for name in _SIDE]
_COLUMNS += ["rr", "ci_low", "ci_high", "row_ids"]

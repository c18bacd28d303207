"""Trials that compare their arms without an estimate, and how strong a publication bias would have to be."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from ircc_lib.analysis.effects.all_evidence import pool_all_evidence
from ircc_lib.analysis.effects.effects import by_allocation
from ircc_lib.analysis.effects.pooled import FEWEST, pooled_row
from ircc_lib.analysis.meta.all_evidence import KINDS
from ircc_lib.analysis.meta.selection import selection_model, worst_case
from ircc_lib.figures.chapters.hazard_ratios.forest import DESIGN_HEADINGS, ENDPOINTS
from ircc_lib.figures.display import column
from ircc_lib.figures.display.exhibit import Prose, Table, prose
from ircc_lib.text import counted, joined, with_interval

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

MIN_TRIALS_FOR_SELECTION = 10  # below it a selection model has hardly anything to go on
_SELECTION_COLUMNS = [
    column.text("kind", "Design"),
    column.text("what", "If"),
    column.text("ratio", "Hazard ratio (95 % CI)"),
    column.number("k", "Number"),
]


def all_evidence_table(
    reg: Registry, effects: pd.DataFrame, *, endpoint: str = "OS", name: str = "all-evidence"
) -> Table | Prose:
    """The pooled result beside that of all trials that compare their arms, whatever they report.

    Parameters
    ----------
    reg : Registry
    effects : DataFrame
        Rows of `log_hazard_ratios`.
    endpoint : str
        ``OS`` or ``PFS`` (the whole family).
    name : str
        Of the table.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> reg = ircc.load_registry()
    >>> all_evidence_table(reg, ircc.log_hazard_ratios(reg, "OS")).data["what"].iloc[0]
    'trials with an estimate'
    """
    rows, said = [], []
    for randomised, part in by_allocation(effects).items():
        if len(part) < FEWEST:
            continue
        heading, found = DESIGN_HEADINGS[randomised], pool_all_evidence(reg, endpoint, randomised=randomised)
        headline = pooled_row(part)
        rows.append(_row(heading, "trials with an estimate", len(part), *(headline[key] for key in _ENDS)))
        rows += [
            _row(
                heading,
                f"with the trials that report none, {_events(one)}",
                found.k,
                one.hazard_ratio,
                *one.hazard_ratio_ci,
            )
            for one in (found, *found.sensitivity)
        ]
        kinds = [f"{KINDS[kind]} ({count})" for kind, count in found.kinds.items() if kind != "estimate"]
        said.append(f"{heading}: {joined(kinds) or 'no further trial'}")
    if not rows:
        return prose("Fewer than three trials of a kind have an estimate; there is nothing to set beside them.")
    return Table(
        data=pd.DataFrame(rows),
        name=name,
        caption=f"The pooled hazard ratio for {ENDPOINTS.get(endpoint, endpoint)} with the trials that compare their arms "
        f"and report no estimate. They enter by what they say. {'; '.join(said)}. The result rests on the share of "
        "patients with the event, so three are shown.",
        columns=[
            column.text("kind", "Design"),
            column.text("what", "Trials pooled"),
            column.number("k", "Number"),
            column.text("ratio", "Hazard ratio (95 % CI)"),
        ],
    )


def selection_table(effects: pd.DataFrame, *, endpoint: str = "OS", name: str = "selection") -> Table | Prose:
    """The pooled result if trials had been published by their p-values.

    Parameters
    ----------
    effects : DataFrame
        Rows of `log_hazard_ratios`.
    endpoint : str
        For the words.
    name : str
        Of the table.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> effects = ircc.log_hazard_ratios(ircc.load_registry(), "OS")
    >>> "not significant" in " ".join(selection_table(effects).data["what"])
    True
    """
    rows, said = [], []
    for randomised, part in by_allocation(effects).items():
        if len(part) < MIN_TRIALS_FOR_SELECTION:
            continue
        heading, values = DESIGN_HEADINGS[randomised], (part["log_hr"].tolist(), part["se"].tolist())
        worst = worst_case(*values)
        for weights, what in _WEIGHTS.items():
            try:
                found = selection_model(*values, weights=weights)
            except ValueError:  # all trials on one side of the cut-off: nothing to estimate the selection from
                continue
            rows.append(_row(heading, what, len(part), found.hazard_ratio, *found.hazard_ratio_ci))
        if worst.worst is not None:
            shown = worst.worst.exp()
            what = "only the trials that are not significant in favour of CIK are believed"
            rows.append(_row(heading, what, worst.worst.k, shown.estimate, shown.ci_low, shown.ci_high))
        said.append(f"{heading}: {_s_value(worst.s_value)}")
    if not rows:
        return prose(
            "Selection models of {outcome} need at least ten trials of a kind; this edition has fewer.",
            outcome=ENDPOINTS.get(endpoint, endpoint),
        )
    return Table(
        data=pd.DataFrame(rows),
        name=name,
        caption=f"The pooled hazard ratio for {ENDPOINTS.get(endpoint, endpoint)} under publication bias (step function and "
        "weights of Vevea and Woods 2005; worst case of Mathur and VanderWeele 2020). " + "; ".join(said) + ".",
        columns=_SELECTION_COLUMNS,
    )


_ENDS = ("hr", "ci_low", "ci_high")
_WEIGHTS = {
    "step": "trials with p above 0.025 one-sided were seen less often, as often as the data say",
    "moderate": "selection by p-values was moderate",
    "severe": "selection by p-values was severe",
}


def _row(kind: str, what: str, k: int, hr: float, low: float, high: float) -> dict:
    words = with_interval(hr, low, high)
    return {"kind": kind, "what": what, "k": k, "ratio": words, "hr": hr, "ci_low": low, "ci_high": high}


def _events(found) -> str:
    a, b = found.event_fraction
    return f"events in {100 * a / (a + b):.0f} % of patients"


def _s_value(value: float) -> str:
    if math.isinf(value):
        return "no selection of this kind alone would bring the ratio to 1"
    return f"significant trials would have to be published {counted(round(value), 'time')} as often to bring the ratio to 1"

"""Trials that compare their arms without an estimate, and how strong a publication bias would have to be."""

from __future__ import annotations

import math

import pandas as pd

from ircc_lib.analysis.endpoints import endpoint_of, outcome_of
from ircc_lib.figures.chapters.hazard_ratios.forest import DESIGN_HEADINGS
from ircc_lib.figures.display import column
from ircc_lib.figures.display.exhibit import Prose, Table, prose
from ircc_lib.registry.rows import rows_of
from ircc_lib.text import counted, with_interval


def all_evidence_table(found: pd.DataFrame) -> Table | Prose:
    """The pooled result beside that of all trials that compare their arms, whatever they report.

    Parameters
    ----------
    found : DataFrame
        What `robustness.all_evidence` returns.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> reg = ircc.load_registry()
    >>> found = ircc.robustness.all_evidence(reg, ircc.log_hazard_ratios(reg, "OS"))
    >>> all_evidence_table(found).data["what"].iloc[0]
    'trials with an estimate'
    """
    if found.empty:
        return prose("Fewer than three trials of a kind have an estimate; there is nothing to set beside them.")
    said = [
        f"{heading}: {found.loc[found['randomised'].eq(kind), 'kinds'].iloc[0] or 'no further trial'}"
        for kind, heading in DESIGN_HEADINGS.items()
        if kind in set(found["randomised"])
    ]
    return Table(
        data=_shown(found, [_trials(share) for share in found["event_fraction"]]),
        name=f"all-evidence-{endpoint_of(found).lower()}",
        caption=f"The pooled hazard ratio for {outcome_of(found)} with the trials that compare their arms "
        f"and report no estimate. They enter by what they say. {'; '.join(said)}. The result rests on the share of "
        "patients with the event, so three are shown.",
        columns=_columns("Trials pooled"),
    )


def selection_table(found: pd.DataFrame) -> Table | Prose:
    """The pooled result if trials had been published by their p-values.

    Parameters
    ----------
    found : DataFrame
        What `robustness.selection` returns.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> found = ircc.robustness.selection(ircc.log_hazard_ratios(ircc.load_registry(), "OS"))
    >>> "not significant" in " ".join(selection_table(found).data["what"])
    True
    """
    if found.empty:
        return prose(
            "Selection models of {outcome} need at least ten trials of a kind; this edition has fewer.",
            outcome=outcome_of(found),
        )
    kinds = rows_of(found.drop_duplicates("randomised"))
    said = [f"{DESIGN_HEADINGS[row['randomised']]}: {_s_value(row['s_value'])}" for row in kinds]
    return Table(
        data=_shown(found, found["what"]),
        name=f"selection-{endpoint_of(found).lower()}",
        caption=f"The pooled hazard ratio for {outcome_of(found)} under publication bias (step function and "
        "weights of Vevea and Woods 2005; worst case of Mathur and VanderWeele 2020). " + "; ".join(said) + ".",
        columns=_columns("If"),
    )


def _columns(what: str) -> list[column.Column]:
    return [
        column.text("kind", "Design"),
        column.text("what", what),
        column.number("k"),
        column.text("ratio", "Hazard ratio (95 % CI)"),
    ]


def _shown(found: pd.DataFrame, what) -> pd.DataFrame:
    ends = zip(found["hr"], found["ci_low"], found["ci_high"])
    return found.assign(
        kind=found["randomised"].map(DESIGN_HEADINGS), what=what, ratio=[with_interval(*row) for row in ends]
    )


def _trials(share: float) -> str:
    if math.isnan(share):
        return "trials with an estimate"
    return f"with the trials that report none, events in {100 * share:.0f} % of patients"


def _s_value(value: float) -> str:
    if math.isinf(value):
        return "no selection of this kind alone would bring the ratio to 1"
    return f"significant trials would have to be published {counted(round(value), 'time')} as often to bring the ratio to 1"

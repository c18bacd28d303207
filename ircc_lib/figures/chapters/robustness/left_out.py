"""Trials that compare their arms without an estimate, and how strong a publication bias would have to be."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ircc_lib.analysis.effects.robustness.small_trials import WORST_CASE
from ircc_lib.analysis.endpoints import endpoint_of, outcome_of
from ircc_lib.figures.chapters.hazard_ratios.wording import DESIGN_HEADINGS
from ircc_lib.figures.display import column
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.figures.display.table import Table
from ircc_lib.registry.rows import rows_of
from ircc_lib.text import with_interval


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
    """
    if found.empty:
        return prose(
            "Selection models of {outcome} need at least ten trials of a kind; this edition has fewer.",
            outcome=outcome_of(found),
        )
    said = [_bias_words(DESIGN_HEADINGS[kind], part) for kind, part in found.groupby("randomised", sort=False)]
    return Table(
        data=_shown(found, found["what"]),
        name=f"selection-{endpoint_of(found).lower()}",
        caption=f"The pooled hazard ratio for {outcome_of(found)} of controlled trials under publication bias (step function and "
        "weights of Vevea and Woods 2005; worst case of Mathur and VanderWeele 2020). " + " ".join(said),
        columns=_columns("If"),
    )


def _columns(what: str) -> list[column.Column]:
    return [
        column.text("kind", "Design"),
        column.text("what", what),
        column.number("k", "Trials"),
        column.text("ratio", "Hazard ratio (95 % CI)"),
    ]


def _shown(found: pd.DataFrame, what: Any) -> pd.DataFrame:
    ends = zip(found["hr"], found["ci_low"], found["ci_high"])
    return found.assign(
        kind=found["randomised"].map(DESIGN_HEADINGS), what=what, ratio=[with_interval(*row) for row in ends]
    )


def _trials(share: float) -> str:
    if math.isnan(share):
        return "trials with an estimate"
    return f"with the trials that report none, events in {100 * share:.0f} % of patients"


def _bias_words(heading: str, rows: pd.DataFrame) -> str:
    """The worst case and the S-values, of the ratio and of its interval."""
    parts = []
    for worst in rows_of(rows[rows["what"].eq(WORST_CASE)]):
        none = ", which includes no effect" if worst["ci_low"] <= 1 <= worst["ci_high"] else ""
        said = with_interval(worst["hr"], worst["ci_low"], worst["ci_high"])
        parts.append(f"the {worst['k']:,} trials without a significant gain give {said} alone{none}")
    ratio, end = rows["s_value"].iloc[0], rows["s_value_ci"].iloc[0]
    if ratio <= 1:
        parts.append("the ratio does not favour CIK as it stands")
    else:
        parts.append(
            "no selection of this kind would bring the ratio itself to 1"
            if math.isinf(ratio)
            else f"the ratio would be 1 if significant gains were published {_times(ratio)} as often as other results"
        )
        parts.append(
            "none would bring its interval there"
            if math.isinf(end)
            else f"its interval would reach 1 if significant gains were published {_times(end)} as often as other results"
            if end > 1
            else "its interval includes 1 without any"
        )
    return f"{heading}: {'; '.join(parts)}."


def _times(ratio: float) -> str:
    """A selection ratio in words; small ones to one decimal, for they matter.

    >>> _times(1.26), _times(14.2)
    ('1.3 times', '14 times')
    """
    return f"{ratio:.1f} times" if ratio < 10 else f"{ratio:.0f} times"

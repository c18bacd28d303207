"""Each randomised trial by outcome: what is known of it, and which way it points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.findings.missing import ESTIMATE, NO_DIFFERENCE, OUTCOMES, SILENT, UNKNOWN, missing_results
from ircc_lib.figures.display import column
from ircc_lib.figures.display.exhibit import Table
from ircc_lib.registry.rows import rows_of

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

LABELS = {
    "objective response": "Response",
    "any adverse event": "Any harm",
    "severe or serious adverse event": "Severe harm",
}


def missing_by_trial(reg: Registry, *, name: str = "missing-by-trial") -> Table:
    """The matrix of missing results, in the manner of ROB-ME (Page 2023, doi:10.1136/bmj-2023-076754).

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    name : str
        Of the table.

    Returns
    -------
    Table
        The table with its caption and the rows that it shows.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> table = missing_by_trial(ircc.load_registry())
    >>> "no difference" in table.data.set_index("trial_id").loc["Xu2016", "OS"]
    True
    """
    found = missing_results(reg)
    found = found.assign(said=[_said(row) for row in rows_of(found[["status", "points"]])])
    shown = [outcome for outcome in OUTCOMES if found.loc[found["outcome"].eq(outcome), "said"].ne("").any()]
    about = found.drop_duplicates("trial_id")[["trial_id", "n_total"]].set_index("trial_id")
    matrix = found.pivot(index="trial_id", columns="outcome", values="said").reindex(index=about.index, columns=shown)
    data = pd.concat([about, matrix], axis=1).reset_index()
    return Table(
        data=data,
        name=name,
        caption="Trials randomised by their own record, by what they report of each outcome between their groups: an "
        "estimate, a p-value only, words only, or that there was no difference. An empty cell is silence.",
        columns=[
            column.trial("trial_id"),
            column.number("n_total"),
            *(column.text(outcome, LABELS.get(outcome, outcome), filter=True) for outcome in shown),
        ],
    )


def _said(row: dict[str, Any]) -> str:
    if row["status"] == SILENT:
        return ""
    if row["status"] in (ESTIMATE, NO_DIFFERENCE) or row["points"] in ("", UNKNOWN):
        return row["status"]
    return f"{row['status']}, {row['points']}"

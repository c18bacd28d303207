"""Missing results: how many trials give no estimate of an outcome, then each randomised trial by outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.findings.missing import (
    ESTIMATE,
    NO_DIFFERENCE,
    OUTCOMES,
    SILENT,
    UNKNOWN,
    missing_results,
    missing_summary,
)
from ircc_lib.figures.display import column
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.figures.display.table import Table
from ircc_lib.registry.rows import rows_of
from ircc_lib.text import capital, counted, joined

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

OF_OUTCOME = {"OS": "overall survival"}
LABELS = {
    "objective response": "Response",
    "any adverse event": "Any harm",
    "severe or serious adverse event": "Severe harm",
}


def missing_sentence(missing: pd.DataFrame) -> Prose:
    """Of each outcome, how many trials give an estimate, how many report it without one and which way they point.

    Parameters
    ----------
    missing : DataFrame
        As `missing_results` returns it.

    Returns
    -------
    Prose
        One paragraph for the page.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "no difference" in missing_sentence(ircc.update.missing_results(ircc.load_registry()))
    True
    """
    outcomes = rows_of(missing_summary(missing))
    if not outcomes:
        return prose("No trial that was randomised by its own record compares its groups in any of these outcomes.")
    return prose(
        "Of {n} randomised by {their} own record, by what is known of the difference between the groups. {outcomes}.",
        n=counted(outcomes[0]["trials"], "trial"),
        their="its" if outcomes[0]["trials"] == 1 else "their",
        outcomes=". ".join(_one_outcome(row) for row in outcomes),
    )


def _one_outcome(row: dict[str, Any]) -> str:
    """``OS: 11 with an estimate; 7 without one (5 no difference, 2 for CIK; 777 patients); 17 silent``."""
    name = capital(OF_OUTCOME.get(row["outcome"], row["outcome"]))
    unknown = row["left_out"] - row["for_cik"] - row["neither"] - row["against_cik"]
    points = joined(
        f"{n:,} {words}"
        for n, words in (
            (row["neither"], "no difference"),
            (row["for_cik"], "for CIK"),
            (row["against_cik"], "against CIK"),
            (unknown, "direction not stated"),
        )
        if n
    )
    without = (
        f"{row['left_out']:,} reported without one ({points}; {counted(row['patients_left_out'], 'patient')})"
        if row["left_out"]
        else "none reported without one"
    )
    return f"{name}: {row['estimate']:,} with an estimate, {without}, {row['silent']:,} silent"


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

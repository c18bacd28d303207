"""Missing results: by outcome, and trial by trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ircc_lib.analysis.findings.missing import (
    ESTIMATE,
    NO_DIFFERENCE,
    SILENT,
    UNKNOWN,
    missing_results,
    missing_summary,
)
from ircc_lib.figures.display import column
from ircc_lib.figures.display.exhibit import Table
from ircc_lib.text import capital

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


def missing_table(reg: Registry) -> Table:
    """Randomised trials by outcome: who gives an estimate, who reports without one, who is silent.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Table
        The table with its caption and the rows that it shows.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> missing_table(ircc.load_registry()).name
    'missing-results'
    """
    return Table(
        data=missing_summary(missing_results(reg)),
        name="missing-results",
        caption="Missing results (after ROB-ME): trials randomised by their own record by what they report of each "
        "outcome. Those left out report it without an estimate that could be pooled.",
        columns=[
            column.text("outcome"),
            column.number("trials", "Randomised trials"),
            column.number("estimate"),
            column.number("p_only", "p-value only"),
            column.number("words_only"),
            column.number("no_difference", "Said not to differ"),
            column.number("silent"),
            column.number("neither", "Left out: no difference"),
            column.number("for_cik", "Left out: for CIK"),
            column.number("against_cik", "Left out: against"),
            column.number("patients_left_out"),
            column.trial("left_out_ids", "Left out"),
        ],
    )


def missing_trials_table(reg: Registry) -> Table:
    """Each randomised trial by outcome: how it is known, and which way it points where it gives no estimate.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Table
        The table with its caption and the rows that it shows.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> table = missing_trials_table(ircc.load_registry())
    >>> table.data.set_index("trial_id").loc["Kong2017", "OS"]
    'not different'
    """
    missing = missing_results(reg)
    said = missing.assign(said=[_said(status, points) for status, points in zip(missing["status"], missing["points"])])
    told = list(dict.fromkeys(missing.loc[missing["status"].ne(SILENT), "outcome"]))
    rows = said.pivot(index="trial_id", columns="outcome", values="said")
    about = missing.drop_duplicates("trial_id")[["trial_id", "year", "n_total"]]
    data = (
        about.merge(rows.reset_index(), on="trial_id", how="left")
        if len(about)
        else about.reindex(columns=[*about, *told])
    )
    return Table(
        data=pd.DataFrame(data[["trial_id", "n_total", *told]]),
        name="missing-trials",
        caption="Trials randomised by their own record, oldest first, by what they report of each outcome: an estimate, a "
        "p-value or words alone and which way they point, or nothing (–).",
        columns=[
            column.trial("trial_id"),
            column.number("n_total"),
            *(column.text(name, capital(name)) for name in told),
        ],
    )


def _said(status: str, points: str) -> str:
    if status == SILENT:
        return "–"
    if status == ESTIMATE:
        return "estimate"
    if status == NO_DIFFERENCE:
        return "not different"
    return f"{status}: {'direction not stated' if points == UNKNOWN else points}"

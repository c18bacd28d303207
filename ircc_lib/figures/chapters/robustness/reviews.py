"""What others pooled, beside what we did."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ircc_lib.analysis.effects.published import Agreement
from ircc_lib.figures.display import column
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.figures.display.table import Table
from ircc_lib.text import counted, joined, verb, with_interval


def published_agreement_table(agreement: Agreement, *, name: str = "published-agreement") -> Table | Prose:
    """Published pooled hazard ratios beside ours of the same tumour and endpoint.

    Parameters
    ----------
    agreement : DataFrame
        As `published_agreement` returns it.
    name : str
        Name of the table, unique on its page.
    """
    rows = agreement.compared
    if rows.empty:
        return prose(
            "No review published by this edition's date gives a hazard ratio for a tumour and endpoint that it has effects on."
        )
    theirs = [with_interval(row.hr, row.ci_low, row.ci_high) for row in rows.itertuples()]
    by = [_review(row) for row in rows.itertuples()]
    ours = {
        f"ours_{group}": [
            _ours(*values)
            for values in rows[[f"{part}_{group}" for part in ("k", "hr", "ci_low", "ci_high")]].itertuples(index=False)
        ]
        for group in ("randomised", "other")
    }
    found = [rows[f"overlap_{group}"] for group in ("randomised", "other")]
    both, no = (sum(int(part.isin(words).sum()) for part in found) for words in (["yes", "no"], ["no"]))
    caption = (
        f"{counted(len(rows), 'pooled hazard ratio')} of published reviews beside ours. Of "
        f"{counted(both, 'pair')} in which ours is narrow enough to tell, {both - no} overlap. Reviews share trials with "
        f"us and with each other: agreement is no independent confirmation."
    )
    return Table(
        data=rows.assign(by=by, theirs=theirs, **ours),
        name=name,
        caption=caption,
        columns=[
            column.text("by", "Review"),
            column.entity("entity", "Tumour", filter=True),
            column.text("product", "Their product"),
            column.text("endpoint", filter=True),
            column.text("theirs", "Review's HR"),
            column.text("locator", "Based on"),
            column.text("ours_randomised", "Ours, randomised"),
            column.text("overlap_randomised", "Overlap"),
            column.text("ours_other", "Ours, not randomised"),
            column.text("overlap_other", "Overlap (not randomised)"),
            column.paper("source_url"),
            column.row("row_id"),
        ],
    )


def published_agreement_left_out(agreement: Agreement) -> Prose:
    """How many published results could not be compared, by reason.

    Parameters
    ----------
    agreement : DataFrame
        As `published_agreement` returns it.
    """
    counts = agreement.left_out["reason"].value_counts()
    if counts.empty:
        return prose("Every published result could be compared.")
    parts = joined(f"{number} ({reason})" for reason, number in counts.items())
    return prose(
        "{n} published {results} could not be laid beside ours: {parts}.",
        n=len(agreement.left_out),
        results=verb(len(agreement.left_out), "result", "results"),
        parts=parts,
    )


def _ours(k: int, hr: float, low: float, high: float) -> str:
    if not k:
        return "none"
    if pd.isna(hr):
        return "two trials, not pooled"
    return f"{with_interval(hr, low, high)}, {'one trial' if k == 1 else f'{int(k)} trials'}"


def _review(row: Any) -> str:
    """Author and year of a published review; where no author is known, that it is one, and of which year."""
    if pd.isna(row.first_author):
        return (
            "Review, no author or year stated" if pd.isna(row.year) else f"Review of {row.year:.0f}, no author stated"
        )
    return row.first_author if pd.isna(row.year) else f"{row.first_author} {row.year:.0f}"

"""The chapter on data quality as tables: flags with their rows, agreement of two extractions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ircc_lib.analysis.counts.quality import agreement, completeness, inferred, not_enrolled, screening_reasons
from ircc_lib.figures.display import column
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.figures.display.table import Table
from ircc_lib.text import counted, percent, percents, span, verb

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


def screening_table(everything: Registry) -> Table:
    """Every record that was found and not enrolled, with its reason and source.

    Parameters
    ----------
    everything : Registry
        The whole registry, with what no edition leaves out.

    Returns
    -------
    Table
        The table with its caption and the rows that it shows.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> screening_table(ircc.load_registry()).name
    'screening'
    """
    reasons = screening_reasons(everything)
    screened = not_enrolled(everything)
    since = len(everything.screening) - len(screened)
    more = (
        f" {counted(since, 'record')} first set aside {verb(since, 'has', 'have')} since been enrolled."
        if since
        else ""
    )
    caption = (
        f"{counted(len(screened), 'record')} {verb(len(screened), 'was', 'were')} kept and not "
        f"enrolled, for {counted(len(reasons), 'kind')} of reason.{more}"
    )
    return Table(
        data=screened,
        name="screening",
        caption=caption,
        columns=[
            column.text("record"),
            column.text("first_author", "Author"),
            column.text("year"),
            column.text("tumour_summary", "Tumours"),
            column.text("product", filter=True),
            column.text("reason", filter=True),
            column.paper("source_url"),
            column.number("n_total"),
            column.text("title"),
        ],
    )


def completeness_table(reg: Registry) -> Table:
    """The share of rows that state each column, as numbers.

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
    >>> completeness_table(ircc.load_registry()).name
    'completeness-table'
    """
    return Table(
        data=completeness(reg),
        name="completeness-table",
        caption="Rows that state each column of each table.",
        columns=[
            column.text("table", filter=True),
            column.text("column"),
            column.number("stated"),
            column.number("rows"),
            column.percent("share"),
        ],
    )


def flags_table(reg: Registry) -> Table | Prose:
    """Every value that cleaning could not read or finds doubtful, with its row.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Table or Prose
        The table with its rows; a sentence where nothing is flagged.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> flags_table(ircc.load_registry()).name
    'flags'
    """
    flags = reg.flags
    if flags.empty:
        return prose("Nothing is flagged in these records.")
    kinds = flags.groupby(["table", "column"]).ngroups
    return Table(
        data=flags,
        name="flags",
        caption=f"{counted(len(flags), 'flag')} in {counted(kinds, 'column')}; flagged rows stay in the registry.",
        columns=[
            column.row("row_id"),
            column.trial("trial_id"),
            column.text("column", filter=True),
            column.text("found"),
            column.text("why"),
            column.text("allowed"),
            column.text("answer", "Answered by a reader", filter=True),
        ],
    )


def inferred_sentence(reg: Registry) -> Prose:
    """What of the records was inferred or is second-hand, so that a reader need not take all of it as read.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Prose
        One paragraph for the page.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "inferred" in inferred_sentence(ircc.load_registry())
    True
    """
    n = inferred(reg)
    return prose(
        "Values are kept as reported, and what was inferred says so: the year of {inferred} was inferred from an issue "
        "code, an address or a DOI{unknown}; random allocation of {review} is stated by a "
        "review only; {whole} {were} read in tables of reviews alone. Results that need more than a record states, such "
        "as hazard ratios from rates, name their assumptions beside them.",
        inferred=counted(n["year inferred"], "report"),
        unknown=f" and that of {counted(n['year unknown'], 'report')} is not known" if n["year unknown"] else "",
        review=counted(n["allocation by a review"], "report"),
        whole=counted(n["record by a review"], "report"),
        were=verb(n["record by a review"], "was", "were"),
    )


def flags_sentence(reg: Registry) -> Prose:
    """How many flags, and where most of them are.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Prose
        One paragraph for the page.
    """
    flags = reg.flags
    if not len(flags):
        return prose("Nothing is flagged in these records.")
    by_place = (flags["table"].astype(str) + ", column " + flags["column"].astype(str)).value_counts()
    trials = flags["trial_id"].dropna().nunique()
    return prose(
        "{flags} {concern} {trials}; most are in table {place} ({n:,}). {answered}A flag is a question to the "
        "record and not a verdict: the value stays out of calculations where it could not be read, is impossible or "
        "repeats another, and in where it is only doubtful.",
        flags=counted(len(flags), "flag"),
        concern=verb(len(flags), "concerns", "concern"),
        trials=counted(trials, "report"),
        answered=_answered(flags),
        place=by_place.index[0],
        n=int(by_place.iloc[0]),
    )


def _answered(flags: pd.DataFrame) -> str:
    done = int(flags["answer"].notna().sum()) if "answer" in flags else 0
    if not done:
        return ""
    who = ("All of them" if done > 1 else "It") if done == len(flags) else f"{done:,} of them"
    return f"{who} {verb(done, 'was', 'were')} answered by a registrar. "


def agreement_table(reg: Registry) -> Table:
    """Agreement of the two extractions with exact 95 % intervals.

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
    >>> agreement_table(ircc.load_registry()).name
    'agreement'
    """
    table = agreement(reg)
    table["interval"] = [f"{span(low, high, percents)} %" for low, high in zip(table["ci_low"], table["ci_high"])]
    return Table(
        data=table,
        name="agreement",
        caption=str(agreement_sentence(reg)),
        columns=[
            column.text("what", "Values"),
            column.number("compared"),
            column.number("agreeing"),
            column.percent("share", "Agreement", digits=1),
            column.text("interval", "95 % interval"),
            column.text("note", "Where they differ"),
        ],
    )


def agreement_sentence(reg: Registry) -> Prose:
    """How far two independent extractions agree, over all values."""
    table = agreement(reg)
    table = table[table["compared"] > 0]
    if table.empty:
        return prose("No second extraction was compared.")
    compared, agreeing = int(table["compared"].sum()), int(table["agreeing"].sum())
    worst = table.loc[table["share"].idxmin()]
    differ = compared - agreeing
    return prose(
        "Second extractions of reports, made without sight of the first, agree in {agreeing:,} of "
        "{compared:,} values ({share}); {differ:,} {verb}, and the lowest agreement is that of "
        "{worst} ({low}). They cover most of the first reports of the whole registry, not of this edition alone.",
        agreeing=agreeing,
        compared=compared,
        share=percent(agreeing / compared),
        differ=differ,
        verb=verb(differ, "differs", "differ"),
        worst=worst["what"],
        low=percent(worst["share"]),
    )


def whole_sentence(everything: Registry, reg: Registry) -> Prose:
    """Whether this edition is the whole registry or a part of it.

    Parameters
    ----------
    everything : Registry
        The whole registry, with what no edition leaves out.
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Prose
        One paragraph for the page.
    """
    n, whole = len(reg.trials), len(everything.trials)
    if n == whole:
        return prose("This edition holds every enrolled report of the registry.")
    return prose(
        "This edition holds {n:,} of the {whole:,} enrolled reports; the others were published after its data cut.",
        n=n,
        whole=whole,
    )

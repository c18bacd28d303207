"""The standard in tables and sentences: its items, what almost nobody states, what could be pooled if they did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ircc_lib.analysis.endpoints import OUTCOMES
from ircc_lib.analysis.standard.items import Item, read_items
from ircc_lib.analysis.standard.recoverable import MORE
from ircc_lib.analysis.standard.score import ABSTRACT, NOT_ASKED, WHOLE
from ircc_lib.figures.chapters.standard.score_map import what_was_read
from ircc_lib.figures.display import column
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.figures.display.table import Table
from ircc_lib.text import counted, percent

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

RARELY = 0.1


def standard_sentence(scored: pd.DataFrame, totals: pd.DataFrame) -> Prose:
    """How much is stated, of what, in what was read.

    Parameters
    ----------
    scored : DataFrame
        As `score` returns it.
    totals : DataFrame
        As `scores` returns it.

    Returns
    -------
    Prose
        One paragraph for the page.
    """
    if totals.empty:
        return prose("There is no trial in this edition.")
    held = [
        f"{counted(len(part), 'record')} held to {words} state a median of {_middle(part['held_share'])}"
        for words, part in ((words, totals[totals["held_to"].eq(words)]) for words in (ABSTRACT, WHOLE))
        if len(part)
    ]
    return prose(
        "What was read of a trial is rated, not the trial ({read}). A record is held to the items that CONSORT asks of an "
        "abstract until its full text has been read: {held} of those that apply and were looked for. Of all items of "
        "the standard, which a full text should state, what was read holds a median of {share}, of the essential ones "
        "{essential}. No trial is called poorly reported before its full text has been read.{unasked}",
        held="; ".join(held),
        share=_middle(totals["share"]),
        essential=percent(totals["essential_share"].median()),
        read=what_was_read(totals),
        unasked=_unasked(scored),
    )


def _middle(shares: pd.Series) -> str:
    low, high = (percent(shares.quantile(part)) for part in (0.25, 0.75))
    return f"{percent(shares.median())} (middle half {low} to {high})"


def _unasked(scored: pd.DataFrame) -> str:
    n = scored.loc[scored["status"].eq(NOT_ASKED), "item_id"].nunique()
    if not n:
        return ""
    return (
        f" {counted(n, 'item')} could not be recorded before 2026; where nobody has looked for them they count as "
        "not looked for, and in no share."
    )


def items_table(items: list[Item] | None = None) -> Table:
    """Every item of the standard: what, why, an example, where it comes from.

    Parameters
    ----------
    items : list of Item
        Items of the reporting standard.

    Returns
    -------
    Table
        The table with its caption and the rows that it shows.

    Examples
    --------
    >>> items_table().name
    'standard-items'
    """
    items = read_items() if items is None else items
    rows = pd.DataFrame(
        [
            {
                "item_id": one.item_id,
                "domain": one.domain,
                "item": one.item,
                "level": "essential" if one.essential else "desirable",
                "abstract": "yes" if one.in_abstract else "",
                "why": one.why,
                "example": one.example,
                "sources": one.sources,
            }
            for one in items
        ],
        columns=["item_id", "domain", "item", "level", "abstract", "why", "example", "sources"],
    )
    return Table(
        data=rows,
        name="standard-items",
        caption="The reporting standard: what a report must state, item by item, why it is asked for, and where it comes from.",
        columns=[
            column.text("item_id", "Item"),
            column.text("item", "What to state"),
            column.text("level", filter=True),
            column.text("domain", filter=True),
            column.text("abstract", "In the abstract"),
            column.text("why"),
            column.text("example"),
            column.text("sources"),
        ],
    )


def rarely_stated(summary: pd.DataFrame) -> Table:
    """Essential items that fewer than one trial in ten states, and those that nobody has looked for yet.

    Parameters
    ----------
    summary : DataFrame
        As `summary` returns it by item.

    Returns
    -------
    Table
        The table with its caption and the rows that it shows.
    """
    chosen = summary[summary["essential"] & (summary["share"].lt(RARELY) | summary["applicable"].eq(0))]
    chosen = chosen[chosen["applicable"].gt(0) | chosen["not_looked_for"].gt(0)].sort_values(
        ["in_abstract", "share"], ascending=[False, True], na_position="last"
    )
    chosen = chosen.assign(abstract=chosen["in_abstract"].map({True: "yes", False: ""}))
    return Table(
        data=chosen,
        name="standard-rarely-stated",
        caption="Essential items that fewer than one record in ten states, or that nobody has looked for yet; those that "
        "CONSORT asks even of an abstract first.",
        columns=[
            column.text("item_id", "Item"),
            column.text("item", "What to state"),
            column.text("abstract", "In the abstract"),
            column.number("stated", "State it"),
            column.number("applicable", "Applies to and looked for"),
            column.number("read_in_full", "Of these read in full text"),
            column.percent("share"),
            column.percent("share_low", "95 % CI from"),
            column.percent("share_high", "95 % CI to"),
            column.number("not_looked_for"),
        ],
    )


def scores_table(totals: pd.DataFrame) -> Table:
    """Each trial's score beside what was read of it.

    Parameters
    ----------
    totals : DataFrame
        As `scores` returns it.

    Returns
    -------
    Table
        The table with its caption and the rows that it shows.
    """
    return Table(
        data=totals,
        name="standard-scores",
        caption="What the record read of each trial states: items stated of items that apply and were looked for. A "
        "record is held to the items of an abstract until the trial's full text has been read.",
        columns=[
            column.trial("trial_id"),
            column.text("read_in", "Read in", filter=True),
            column.text("held_to", "Held to", filter=True),
            column.number("held_stated", "Stated of these"),
            column.number("held_applicable", "Applicable of these"),
            column.percent("held_share", "Share of these"),
            column.number("stated", "Stated of all"),
            column.number("applicable", "Applicable of all"),
            column.percent("share", "Share of all"),
            column.percent("essential_share", "Essential"),
            column.text("year", digits=0),
        ],
    )


def recoverable_sentence(reg: Registry, found: pd.DataFrame, endpoint: str = "OS") -> Prose:
    """What could be pooled if one thing more had been stated.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    found : DataFrame
        As `recoverable` returns it for the endpoint.
    endpoint : str
        ``OS`` or ``PFS``.

    Returns
    -------
    Prose
        One paragraph for the page.
    """
    from ircc_lib.analysis.effects.effects import log_hazard_ratios

    with_one = len(log_hazard_ratios(reg, endpoint))
    words = OUTCOMES[endpoint]
    if found.empty:
        return prose("Every trial that compares its arms in {words} gives a hazard ratio.", words=words)
    single = found[found["lacks"].ne(MORE)]
    facts = single["lacks"].str.split("; ").explode().value_counts()
    either = int(single["lacks"].str.contains("; ").sum())
    return prose(
        "Of {all} that compare their arms in {words}, the records read of {without} give no hazard ratio by any way that "
        "the registry knows ({read}). {single} of them would need a single fact more{facts}{either}.",
        read=what_was_read(reg.trials[reg.trials["cohort"].isin(found["cohort"])]),
        all=counted(with_one + len(found), "trial"),
        words=words,
        without=f"{len(found):,}",
        single=f"{len(single):,}",
        either=f"; for {either:,} any one of several would do" if either else "",
        facts="".join([": ", "; ".join(f"{fact} ({n:,})" for fact, n in facts.items())]) if len(facts) else "",
    )


def recoverable_table(found: pd.DataFrame, endpoint: str = "OS") -> Table:
    """The trials without a hazard ratio and what each lacks.

    Parameters
    ----------
    found : DataFrame
        As `recoverable` returns it.
    endpoint : str
        ``OS`` or ``PFS``.

    Returns
    -------
    Table
        The table with its caption and the rows that it shows.
    """
    return Table(
        data=found,
        name=f"standard-recoverable-{endpoint.lower()}",
        caption=f"Trials on {'overall survival' if endpoint == 'OS' else 'progression or recurrence'} without a hazard "
        "ratio, and the fact that would have given one; where several stand, any of them would do.",
        columns=[
            column.trial("trial_id"),
            column.text("lacks", "Missing fact", filter=True),
            column.text("read_in", "Read in", filter=True),
        ],
    )

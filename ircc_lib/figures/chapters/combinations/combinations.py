"""What CIK cells are combined with, counted and with the pooled hazard ratios of each group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ircc_lib.analysis.counts.counts import NOT_STATED
from ircc_lib.analysis.effects.combinations import combination_table
from ircc_lib.analysis.endpoints import endpoint_of, outcome_of
from ircc_lib.figures.chapters.counts.bar_charts import category_bars
from ircc_lib.figures.chapters.counts.sentences import at_most
from ircc_lib.figures.display import column
from ircc_lib.figures.display.figure import Figure
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.figures.display.table import Table
from ircc_lib.figures.draw.diamonds import diamonds, ratio_text
from ircc_lib.text import counted, joined, verb

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


MIN_TRIALS = 3  # below that a pooled interval says little
CAUTION = "These are comparisons between trials, not within them."


def combination_figure(reg: Registry) -> Figure:
    """Trials and patients of each partner of CIK cells.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Figure
        The figure with its caption, alternative text and the rows that it draws.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> combination_figure(ircc.load_registry()).name
    'combinations'
    """
    table = combination_table(reg)
    return category_bars(
        table,
        name="combinations",
        title="Trials by what CIK cells were combined with",
        words=_combination_words(table, reg),
        shared=at_most(reg),
    )


def _combination_words(table: pd.DataFrame, reg: Registry) -> str:
    named = table[table["category"] != NOT_STATED]
    cohorts = reg.trials["cohort"].nunique()
    if named.empty:
        return f"None of the {counted(cohorts, 'trial')} states what CIK cells were combined with."
    leaders = joined(f"{row.category} ({row.trials:,})" for row in named.head(3).itertuples())
    unstated = int(table.loc[table["category"] == NOT_STATED, "trials"].sum())
    states = verb(unstated, "states", "state")
    lacking = f" {counted(unstated, 'trial')} {states} no partner." if unstated else ""
    partners = verb(
        min(len(named), 3), "the most frequent partner of CIK cells is", "CIK cells are most often combined with"
    )
    return f"In {counted(cohorts, 'trial')}, {partners} {leaders}.{lacking}"


def combinations_table(reg: Registry) -> Table:
    """Trials and patients of each partner, as a table.

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
    >>> combinations_table(ircc.load_registry()).name
    'combinations-table'
    """
    return Table(
        data=combination_table(reg),
        name="combinations-table",
        caption="Trials and patients by what CIK cells were combined with; a trial may be in several rows."
        f"{at_most(reg)}",
        columns=[
            column.text("category", "Combined with"),
            column.number("trials"),
            column.percent("share", digits=1),
            column.number("patients"),
            column.number("cik_patients"),
        ],
    )


def combination_effects(pooled: pd.DataFrame) -> Figure | Prose:
    """Pooled hazard ratios of each partner; a sentence where no trial yields one.

    Parameters
    ----------
    pooled : DataFrame
        What `pooled_by_combination` returns.

    Returns
    -------
    Figure or Prose
        The figure with the rows that it draws; a sentence where there is nothing to draw.
    """
    name = outcome_of(pooled)
    if pooled.empty:
        return prose("No trial of this edition yields a hazard ratio for {name}.", name=name)
    rows = pooled.assign(
        section=pooled["partner"],
        label=[f"{group} ({counted(trials, 'trial')})" for group, trials in zip(pooled["group"], pooled["trials"])],
    )
    several = pooled[pooled["trials"] > 1]
    facts = "; ".join(f"{row['partner']}, {row['group']}: {ratio_text(row)}" for row in several.to_dict("records"))
    caption = (
        f"Pooled hazard ratios for {name} by what CIK cells were combined with. {CAUTION} Squares are single trials."
    )
    return diamonds(
        rows,
        name=f"combinations-{endpoint_of(pooled).lower()}",
        caption=caption,
        title=f"Hazard ratios for {name} by combination, controlled trials",
        alt=f"{facts or 'No group holds more than one trial'}.",
    )


def combination_sentence(pooled: pd.DataFrame) -> Prose:
    """How far the pooled results of the combinations lie apart, with the caution they need.

    Parameters
    ----------
    pooled : DataFrame
        What `pooled_by_combination` returns.

    Returns
    -------
    Prose
        One paragraph for the page.
    """
    several = pooled[(pooled["trials"] >= MIN_TRIALS) & pooled["partner"].ne(NOT_STATED)]
    if len(several) < 2:
        return prose(
            "{n} of these groups holds {few} trials or more, so there is nothing to compare.",
            n="One" if len(several) else "None",
            few=MIN_TRIALS,
        )
    low, high = several.loc[several["hr"].idxmin()], several.loc[several["hr"].idxmax()]
    apart = low["ci_high"] < high["ci_low"]
    return prose(
        "Among groups of at least {few} trials the pooled hazard ratio runs from {low} ({low_name}, "
        "{low_group}) to {high} ({high_name}, {high_group}); their 95 % intervals {overlap}. "
        "The groups share trials and differ in tumours and designs.",
        low=f"{low['hr']:.2f}",
        few=MIN_TRIALS,
        low_name=low["partner"],
        low_group=low["group"],
        high=f"{high['hr']:.2f}",
        high_name=high["partner"],
        high_group=high["group"],
        overlap="do not overlap" if apart else "overlap",
    )

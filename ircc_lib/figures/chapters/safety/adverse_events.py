"""Adverse events drawn and as tables: by term, by infusion, and those without a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ircc_lib.analysis.outcomes.harm.adverse_events import adverse_event_counts, adverse_event_rates
from ircc_lib.analysis.outcomes.harm.in_words import (
    events_per_infusion,
    events_without_number,
)
from ircc_lib.figures.display import column
from ircc_lib.figures.display.figure import Figure
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.figures.display.table import Table
from ircc_lib.figures.draw.rates import RULE, WHO, named_groups, rate_figure, rate_lines, rate_words
from ircc_lib.text import capital, counted, joined, verb

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

HOW_COUNTED = (
    f"{RULE} Trials mostly list the events that occurred, so that the rates are those of trials that mention an event."
)
LEADING = 3  # terms named in a caption
MOST_NAMED = 6  # events without a number that a caption names


def adverse_event_figure(reg: Registry) -> Figure:
    """The rate of each adverse event among CIK-treated patients, by CTCAE term and organ class."""
    rates = adverse_event_rates(reg)
    seen = rates[rates["events"].gt(0)]
    lines = rate_lines(seen.assign(label=seen["term"].map(short_term)), heading="soc", label="label")
    alt, unseen = _event_words(seen), _unseen_words(rates, reg)
    return rate_figure(
        lines,
        axis="CIK-treated patients with the event (%)",
        name="adverse-events",
        caption=f"{HOW_COUNTED} {unseen}".strip(),
        title="Adverse events among CIK-treated patients, by CTCAE term",
        alt=alt,
        data=rates,
        nothing="No trial of this edition counts an adverse event among its patients.",
    )


def short_term(term: str) -> str:
    """A CTCAE term as a figure has room for it.

    >>> short_term("Skin and subcutaneous tissue disorders - Other, specify: rash")
    'Rash (other, specified)'
    """
    head, _, other = term.partition(" - Other, specify")
    if head == term:
        return term
    named = other.removeprefix(":").strip()
    return f"{capital(named)} (other, specified)" if named else f"{head}, not specified further"


def adverse_event_table(reg: Registry) -> Table:
    """Every reported adverse event with its count, its denominator or the lack of one."""
    counts = adverse_event_counts(reg).assign(who=lambda t: named_groups(t))
    done = int(counts["pooled"].sum())
    return Table(
        data=counts,
        name="adverse-events-table",
        caption=f"All {counted(len(counts), 'reported adverse event')}, as counts where the record allows "
        f"one; {done:,} "
        f"{verb(done, 'enters', 'enter')} a rate, the others say why not.",
        columns=[
            column.trial("trial_id"),
            column.text("who", "Group", filter=True),
            column.text("term", "Term (CTCAE v5.0)", filter=True),
            column.text("term_reported"),
            column.text("grade"),
            column.number("events", "Affected"),
            column.number("n", "Patients counted"),
            column.text("denominator", filter=True),
            column.text("source", "Count from", filter=True),
            column.percent("percent", "Rate", digits=1),
            column.text("why", "Not pooled because"),
            column.row("row_ids"),
        ],
    )


def without_number_table(reg: Registry) -> Table | Prose:
    """Events that records say occurred and do not count."""
    rows = events_without_number(reg)
    if rows.empty:
        return prose("Every event that a record of this edition says occurred comes with a number.")
    rows = rows.assign(who=named_groups(rows)).sort_values("called_severe", ascending=False, kind="stable")
    trials = rows["trial_id"].nunique()
    return Table(
        data=rows,
        name="events-without-number",
        caption=f"{counted(len(rows), 'adverse event')} of {counted(trials, 'trial')} that occurred, of which the record "
        "gives no number, or not of how many. They are in no rate, and no rate of 0 elsewhere denies them.",
        columns=[
            column.trial("trial_id"),
            column.text("who", "Group"),
            column.text("term_reported"),
            column.text("grade"),
            column.text("denominator", "Counted among"),
            column.text("note", "In the record"),
            column.row("row_ids"),
        ],
    )


def infusion_table(reg: Registry) -> Table | Prose:
    """Adverse events counted among infusions or cycles, apart from those among patients."""
    table = events_per_infusion(reg).assign(who=lambda t: t["group"].map(WHO))
    if table.empty:
        return prose("No trial of this edition counts events among infusions or cycles.")
    caption = (
        "Adverse events counted among infusions or cycles, not patients. The intervals are exact for "
        "independent infusions; "
        "those of one patient are not independent, so they are too narrow."
    )
    return Table(
        data=table,
        name="events-per-infusion",
        caption=caption,
        columns=[
            column.trial("trial_id"),
            column.text("term_reported", "Event"),
            column.text("grade", "Grade as reported"),
            column.number("events"),
            column.number("n", "Counted among"),
            column.text("denominator", "What is counted"),
            column.percent("percent", "Rate", digits=2),
            column.percent("ci_low", digits=2),
            column.percent("ci_high", digits=2),
            column.text("note"),
            column.row("row_ids"),
        ],
    )


def _event_words(rates: pd.DataFrame) -> str:
    if rates.empty:
        return "No trial of this edition counts an adverse event among its patients."
    trials = len({trial for ids in rates["trial_ids"] for trial in ids.split("; ")})
    leaders = rates[rates["proportion"].notna() & rates["trials"].gt(1)].sort_values("n", ascending=False).head(LEADING)
    found = "; ".join(f"{short_term(row['term'])}: {rate_words(row)}" for row in leaders.to_dict("records"))
    leading = f"Counted in the most patients: {found}." if found else "No term is pooled."
    return (
        f"{counted(len(rates), 'CTCAE term')} from {counted(trials, 'trial')} that "
        f"{verb(trials, 'gives', 'give')} a count among "
        f"CIK-treated patients, events of any grade. {leading}"
    )


def _unseen_words(rates: pd.DataFrame, reg: Registry) -> str:
    """Terms that were counted and not seen, with what other records say; they are drawn in no figure."""
    unseen = rates[rates["events"].eq(0)]
    if unseen.empty:
        return ""
    named = joined(f"{short_term(row['term'])} (0 of {row['n']})" for row in unseen.to_dict("records"))
    bare = events_without_number(reg)
    elsewhere = joined(bare["term_reported"].drop_duplicates().head(MOST_NAMED))
    against = f" Other records name events without a number, among them {elsewhere}." if elsewhere else ""
    return f"Counted and not seen: {named}; not drawn.{against}"

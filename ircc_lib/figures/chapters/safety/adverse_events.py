"""The chapter on harm: events by term, events by infusion, and what is not said."""

from __future__ import annotations

import pandas as pd

from ircc_lib.analysis.outcomes.adverse_events import (
    adverse_event_counts,
    adverse_event_rates,
    events_per_infusion,
    none_without_denominator,
    safety_statements,
)
from ircc_lib.figures.display.exhibit import Column, Exhibit, Prose, Table, cite, prose
from ircc_lib.figures.draw.rates import RULE, WHO, named_groups, rate_figure, rate_lines, rate_words
from ircc_lib.text import counted, percent, verb

LEADING = 3  # terms named in a caption


def adverse_event_figure(reg) -> Exhibit:
    """The rate of each adverse event among CIK-treated patients, by CTCAE term and organ class.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> adverse_event_figure(ircc.load_registry()).name
    'adverse-events'
    """
    rates = adverse_event_rates(reg)
    lines = rate_lines(rates.assign(label=rates["term"].map(short_term)), heading="soc", label="label")
    caption = _event_words(rates)
    return rate_figure(
        lines,
        axis="CIK-treated patients with the event (%)",
        name="adverse-events",
        caption=caption,
        title="Adverse events by CTCAE term",
        alt=caption,
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
    return f"{named[:1].upper()}{named[1:]} (other, specified)" if named else "Other, not specified further"


def adverse_event_table(reg) -> Table:
    """Every reported adverse event with its count, its denominator or the lack of one.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> adverse_event_table(ircc.load_registry()).name
    'adverse-events-table'
    """
    counts = adverse_event_counts(reg).assign(who=lambda t: named_groups(t))
    done = int(counts["pooled"].sum())
    return Table(
        data=counts,
        name="adverse-events-table",
        caption=f"All {counted(len(counts), 'reported adverse event')}, as counts where the record allows "
        f"one; {done:,} "
        f"{verb(done, 'enters', 'enter')} a rate, the others say why not.",
        columns=[
            Column(key="trial_id", label="Trial", kind="trial"),
            Column(key="who", label="Group", filter=True),
            Column(key="term", label="Term (CTCAE v5.0)", filter=True),
            Column(key="term_reported", label="As reported"),
            Column(key="grade", label="Grade"),
            Column(key="events", label="Affected", kind="number"),
            Column(key="n", label="Of", kind="number"),
            Column(key="denominator", label="Denominator", filter=True),
            Column(key="percent", label="Rate", kind="percent", digits=1),
            Column(key="why", label="Not pooled because"),
            Column(key="row_ids", label="Source", kind="row"),
        ],
    )


def safety_sentence(reg) -> Prose:
    """How many trials say anything about harm.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> safety_sentence(ircc.load_registry()).startswith("Of ")
    True
    """
    table = safety_statements(reg).set_index("statement")["trials"]
    some, none, nothing = (int(table[key]) for key in table.index)
    return prose(
        "Of {total}, {some} {report} adverse events with a number, {none} {state} only that there "
        "were none of a "
        "kind, and the records read of {nothing} ({share}) say nothing about harm, which is not "
        "the same as none.",
        total=counted(some + none + nothing, "trial"),
        some=some,
        report=verb(some, "reports", "report"),
        none=none,
        state=verb(none, "states", "state"),
        nothing=nothing,
        share=percent(nothing / max(1, some + none + nothing)),
    )


def none_sentence(reg) -> Prose:
    """Statements of no events that name no number of patients.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "number of patients" in none_sentence(ircc.load_registry())
    True
    """
    ids = none_without_denominator(reg)["trial_id"].drop_duplicates().tolist()
    if not ids:
        return prose("Every statement that an event did not occur comes with a number of patients.")
    return prose(
        "{n} {state} that events of a kind did not occur without the number of patients "
        "({trials}); such a statement "
        "is no rate of 0 % and is not pooled.",
        n=counted(len(ids), "trial"),
        state=verb(len(ids), "states", "state"),
        trials=cite(ids),
    )


def infusion_table(reg) -> Table | Prose:
    """Events counted among infusions or cycles, apart from those among patients.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> infusion_table(ircc.load_registry()).name
    'events-per-infusion'
    """
    table = events_per_infusion(reg).assign(who=lambda t: t["group"].map(WHO))
    if table.empty:
        return prose("No trial of this edition counts events among infusions or cycles.")
    caption = (
        "Events counted among infusions or cycles, not patients. The intervals are exact for "
        "independent infusions; "
        "those of one patient are not independent, so they are too narrow."
    )
    return Table(
        data=table,
        name="events-per-infusion",
        caption=caption,
        columns=[
            Column(key="trial_id", label="Trial", kind="trial"),
            Column(key="term", label="Term"),
            Column(key="grade", label="Grade as printed"),
            Column(key="events", label="Events", kind="number"),
            Column(key="n", label="Of", kind="number"),
            Column(key="denominator", label="Denominator"),
            Column(key="percent", label="Rate", kind="percent", digits=2),
            Column(key="ci_low", label="95 % CI from", kind="percent", digits=2),
            Column(key="ci_high", label="to", kind="percent", digits=2),
            Column(key="note", label="Note"),
            Column(key="row_ids", label="Source", kind="row"),
        ],
    )


def _event_words(rates: pd.DataFrame) -> str:
    if rates.empty:
        return "No trial of this edition counts an adverse event among its patients."
    trials = len({trial for ids in rates["trial_ids"] for trial in ids.split("; ")})
    leaders = rates[rates["trials"] > 1].sort_values("n", ascending=False).head(LEADING)
    found = "; ".join(f"{short_term(row['term'])}: {rate_words(row)}" for row in leaders.to_dict("records"))
    leading = f"Counted in the most patients: {found}." if found else "No term is counted in two trials."
    return (
        f"{counted(len(rates), 'CTCAE term')} from {counted(trials, 'trial')} that "
        f"{verb(trials, 'gives', 'give')} a count among "
        f"CIK-treated patients, events of any grade. {leading} {RULE} Trials mostly list the events that "
        f"occurred, so that the "
        "rates are those of trials that mention an event."
    )

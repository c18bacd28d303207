"""The chapter on harm: events by term, severe ones, graft-versus-host disease, deaths."""

from __future__ import annotations

import pandas as pd

from ..analysis.safety import (adverse_event_counts, adverse_event_rates, events_per_infusion, gvhd_counts,
                               gvhd_rates, none_without_denominator, safety_statements, severe_counts, severe_rates)
from ..registry.labels import trial_label
from ..words import counted, joined, percent, verb
from .exhibit import Column, Exhibit, Prose, Table, cite, prose
from .forest_shares import forest_proportions
from .rates import WHO, rate_figure, rate_lines, rate_words

SOURCES = {"autologous": "autologous cells", "allogeneic": "allogeneic cells", "both": "cells of both sources",
           "unreported": "cells of a source not stated"}
LEADING = 3  # terms named in a caption
RULE = ("Coloured squares pool two or more trials (binomial-normal model, the rate of the median trial); grey ones are "
        "single trials with exact intervals.")


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
        lines, axis="CIK-treated patients with the event (%)", name="adverse-events", caption=caption,
        title="Adverse events by CTCAE term", alt=caption, data=rates,
        nothing="No trial of this edition counts an adverse event among its patients.")


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
    counts = adverse_event_counts(reg).assign(who=lambda t: _who(t))
    done = int(counts["pooled"].sum())
    return Table(
        data=counts, name="adverse-events-table",
        caption=f"All {counted(len(counts), 'reported adverse event')}, as counts where the record allows one; {done:,} "
                f"{verb(done, 'enters', 'enter')} a rate, the others say why not.",
        columns=[Column(key="trial_id", label="Trial", kind="trial"), Column(key="who", label="Group", filter=True),
                 Column(key="term", label="Term (CTCAE v5.0)", filter=True), Column(key="term_reported", label="As reported"),
                 Column(key="grade", label="Grade"), Column(key="events", label="Affected", kind="number"),
                 Column(key="n", label="Of", kind="number"),
                 Column(key="denominator", label="Denominator", filter=True),
                 Column(key="percent", label="Rate", kind="percent", digits=1),
                 Column(key="why", label="Not pooled because"), Column(key="row_ids", label="Source", kind="row")])


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
    return prose("Of {total}, {some} {report} adverse events with a number, {none} {state} only that there were none of a "
                 "kind, and the records read of {nothing} ({share}) say nothing about harm, which is not the same as none.",
                 total=counted(some + none + nothing, "trial"), some=some, report=verb(some, "reports", "report"), none=none,
                 state=verb(none, "states", "state"), nothing=nothing,
                 share=percent(nothing / max(1, some + none + nothing)))


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
    return prose("{n} {state} that events of a kind did not occur without the number of patients ({trials}); such a statement "
                 "is no rate of 0 % and is not pooled.", n=counted(len(ids), "trial"),
                 state=verb(len(ids), "states", "state"), trials=cite(ids))


def severe_figure(reg) -> Exhibit:
    """Grade 3 to 5, severe and serious events and treatment-related deaths under CIK cells, pooled.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> severe_figure(ircc.load_registry()).name
    'severe-events'
    """
    rates = severe_rates(reg)
    drawn = rates[rates["trials"].gt(0) & rates["group"].eq("cik")]
    drawn = drawn.assign(label=drawn["outcome"].map(_capital), head="CIK-treated patients")
    caption = _severe_words(drawn)
    return rate_figure(
        rate_lines(drawn, heading="head", label="label"), axis="Patients with the event (%)", name="severe-events",
        title="Severe and serious adverse events", caption=caption, alt=caption, data=rates,
        nothing="No trial of this edition counts severe events among its patients.")


def severe_between_sentence(reg) -> Prose:
    """The trials that count severe harm in both arms, each with its own numbers.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "arms" in severe_between_sentence(ircc.load_registry())
    True
    """
    counts = severe_counts(reg)
    counts = counts[counts["pooled"] & counts["group"].isin(["cik", "control"])]
    found = [(trial, outcome, part.set_index("group")) for (trial, outcome), part in counts.groupby(["trial_id", "outcome"])
             if len(part) == 2]
    if not found:
        return prose("No trial of this edition counts severe harm in both arms, so nothing can be said about a difference.")
    said = joined(f"{trial_label(trial)}: {outcome}, {arms['events']['cik']} of {arms['n']['cik']} with CIK cells and "
                  f"{arms['events']['control']} of {arms['n']['control']} without" for trial, outcome, arms in found)
    return prose("Severe harm is counted in both arms by {n} ({trials}). {said}. A pooled rate of CIK-treated patients cannot be "
                 "set against this: it is of other trials with other treatments beside the cells.",
                 n=counted(len({trial for trial, _, _ in found}), "trial"),
                 trials=cite(dict.fromkeys(trial for trial, _, _ in found)), said=said)


def severe_table(reg) -> Table:
    """The trials behind the rates of severe harm.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> severe_table(ircc.load_registry()).name
    'severe-events-table'
    """
    counts = severe_counts(reg).assign(who=lambda t: _who(t))
    return Table(data=counts, name="severe-events-table",
                 caption="Severe and serious events and treatment-related deaths, trial by trial.",
                 columns=[Column(key="outcome", label="Outcome", filter=True), *_trial_columns()])


def death_sentence(reg) -> Prose:
    """Treatment-related deaths: events, patients, and the exact upper limit where there were none.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "death" in death_sentence(ircc.load_registry())
    True
    """
    rates = severe_rates(reg)
    row = rates[rates["outcome"].eq("treatment-related death") & rates["group"].eq("cik")].iloc[0]
    if row["trials"] == 0:
        return prose("No trial of this edition states how many of its patients died of the treatment.")
    trials = cite(row["trial_ids"].split("; "))
    of = f"{counted(int(row['n']), 'patient')} of {counted(int(row['trials']), 'trial')}"
    if row["events"] == 0:
        return prose("No treatment-related death was counted among {of} that state it ({trials}); the exact upper limit of "
                     "the 95 % interval is {high}.", of=of, trials=trials, high=f"{100 * row['ci_high']:.2f} %")
    return prose("{events} among {of} that state it ({trials}): {rate}.",
                 events=_capital(counted(int(row["events"]), "treatment-related death")), of=of, trials=trials,
                 rate=rate_words(row))


def gvhd_figure(reg) -> Exhibit:
    """Graft-versus-host disease in each trial that counts it, by donor source and form.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> gvhd_figure(ircc.load_registry()).name
    'gvhd'
    """
    counts, rates = gvhd_counts(reg), gvhd_rates(reg)
    shown = counts[counts["pooled"]]
    shown = shown.assign(kind_of=shown["cell_source"].map(SOURCES).map(_capital) + ", " + shown["form"])
    figure = forest_proportions(shown, by="kind_of", what="patients with graft-versus-host disease")
    keys = ["trial_id", "cell_source", "form", "grade", "events", "n", "percent", "pooled", "why"]
    caption = _gvhd_words(rates)
    return figure.describe(name="gvhd", title="Graft-versus-host disease by donor source", caption=caption, alt=caption,
                           data=counts[keys])


def gvhd_table(reg) -> Table:
    """Graft-versus-host disease as reported, trial by trial.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> gvhd_table(ircc.load_registry()).name
    'gvhd-table'
    """
    counts = gvhd_counts(reg).assign(who=lambda t: _who(t))
    return Table(data=counts, name="gvhd-table", caption="Graft-versus-host disease by donor source, form and grade as reported.",
                 columns=[Column(key="cell_source", label="Donor source", filter=True), Column(key="form", label="Form", filter=True),
                          *_trial_columns()])


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
    caption = ("Events counted among infusions or cycles, not patients. The intervals are exact for independent infusions; "
               "those of one patient are not independent, so they are too narrow.")
    return Table(data=table, name="events-per-infusion", caption=caption, columns=[
        Column(key="trial_id", label="Trial", kind="trial"), Column(key="term", label="Term"),
        Column(key="grade", label="Grade as printed"), Column(key="events", label="Events", kind="number"),
        Column(key="n", label="Of", kind="number"), Column(key="denominator", label="Denominator"),
        Column(key="percent", label="Rate", kind="percent", digits=2),
        Column(key="ci_low", label="95 % CI from", kind="percent", digits=2),
        Column(key="ci_high", label="to", kind="percent", digits=2), Column(key="note", label="Note"),
        Column(key="row_ids", label="Source", kind="row")])


def _trial_columns() -> list[Column]:
    return [Column(key="trial_id", label="Trial", kind="trial"), Column(key="who", label="Group", filter=True),
            Column(key="term_reported", label="As reported"), Column(key="grade", label="Grade"),
            Column(key="events", label="Affected", kind="number"), Column(key="n", label="Of", kind="number"),
            Column(key="percent", label="Rate", kind="percent", digits=1), Column(key="why", label="Not pooled because"),
            Column(key="note", label="Note"), Column(key="row_ids", label="Source", kind="row")]


def _who(table: pd.DataFrame) -> pd.Series:
    arm = table["arm"].fillna("").map(lambda arm: f" ({arm})" if arm else "")
    return table["group"].map(WHO).fillna(table["group"]) + arm


def _event_words(rates: pd.DataFrame) -> str:
    if rates.empty:
        return "No trial of this edition counts an adverse event among its patients."
    trials = len({trial for ids in rates["trial_ids"] for trial in ids.split("; ")})
    leaders = rates[rates["trials"] > 1].sort_values("n", ascending=False).head(LEADING)
    found = "; ".join(f"{short_term(row['term'])}: {rate_words(row)}" for row in leaders.to_dict("records"))
    leading = f" Counted in the most patients: {found}." if found else " No term is counted in more than one trial."
    return (f"{counted(len(rates), 'CTCAE term')} from {counted(trials, 'trial')} that {verb(trials, 'gives', 'give')} a count among "
            f"CIK-treated patients, events of any grade.{leading} {RULE} Trials mostly list the events that occurred, so that the "
            "rates are those of trials that mention an event.")


def _severe_words(drawn: pd.DataFrame) -> str:
    if drawn.empty:
        return "No trial of this edition counts severe events among its patients."
    found = "; ".join(f"{row['outcome']}: {rate_words(row)}" for row in drawn.to_dict("records"))
    return (f"{_capital(found)}. {RULE} Where no patient of any trial had the event the rate is 0 and the interval exact for the "
            "summed counts. Trials that combine CIK cells with chemotherapy count the harm of both.")


def _gvhd_words(rates: pd.DataFrame) -> str:
    counted_rows, silent = rates[rates["trials"] > 0], rates[rates["trials"] == 0]
    found = "; ".join(f"{row['cell_source']} cells, {row['form']}: {rate_words(row)}" for row in counted_rows.to_dict("records"))
    lead = f"{_capital(found)}." if found else "No trial of this edition counts graft-versus-host disease."
    quiet = [f"{SOURCES.get(row['cell_source'], row['cell_source'])} ({counted(row['trials_of_source'], 'trial')})"
             for row in silent.to_dict("records")]
    either = joined(quiet).replace(" and ", " or ")
    return lead + (f" It is counted by no trial of {either}." if quiet else "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

"""Severe harm in the chapter on safety: by class, deaths, graft-versus-host disease."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from ircc_lib.analysis.outcomes.harm.in_words import severe_elsewhere
from ircc_lib.analysis.outcomes.harm.severe import gvhd_counts, gvhd_rates, severe_counts, severe_rates
from ircc_lib.figures.chapters.safety.sentences import severe_elsewhere_sentence
from ircc_lib.figures.display import column, style
from ircc_lib.figures.display.column import Column
from ircc_lib.figures.display.figure import Figure
from ircc_lib.figures.display.sentence import Prose, cite, prose
from ircc_lib.figures.display.table import Table
from ircc_lib.figures.draw.lines import Line
from ircc_lib.figures.draw.measure import wrapped
from ircc_lib.figures.draw.proportions import forest_proportions
from ircc_lib.figures.draw.rates import RULE, named_groups, rate_figure, rate_lines, rate_words
from ircc_lib.text import capital, counted, joined, verb

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


HOW_SEVERE = f"{RULE} Trials that combine CIK cells with chemotherapy count the harm of both."
NOTE = 7.1  # inches that a note has
SOURCES = {
    "autologous": "autologous cells",
    "allogeneic": "allogeneic cells",
    "both": "cells of both sources",
    "unreported": "cells of a source not stated",
}


def severe_figure(reg: Registry) -> Figure:
    """Grade 3 to 5, severe and serious events and treatment-related deaths under CIK cells, pooled."""
    rates = severe_rates(reg)
    drawn = rates[rates["trials"].gt(0) & rates["group"].eq("cik")]
    drawn = drawn.assign(label=drawn["outcome"].map(capital), head="CIK-treated patients")
    aside = Markup(severe_elsewhere_sentence(reg)).striptags()
    lines = rate_lines(drawn, heading="head", label="label")
    lines += [Line(kind="note", cells={"what": text}) for text in wrapped(aside, NOTE, style.TEXT)]
    return rate_figure(
        lines,
        axis="Patients with the event (%)",
        name="severe-events",
        title="Severe and serious adverse events among CIK-treated patients",
        caption=f"{HOW_SEVERE} {aside}",
        alt=_severe_words(drawn),
        data=rates,
        nothing="No trial of this edition counts severe events among its patients.",
    )


def severe_table(reg: Registry) -> Table:
    """The trials behind the rates of severe harm."""
    counts = severe_counts(reg).assign(who=lambda t: named_groups(t))
    return Table(
        data=counts,
        name="severe-events-table",
        caption="Severe and serious events and treatment-related deaths, trial by trial.",
        columns=[column.text("outcome", filter=True), *_trial_columns()],
    )


def death_sentence(reg: Registry) -> Prose:
    """Treatment-related deaths: events, patients, trials, the exact interval, and what else the same trials say."""
    rates = severe_rates(reg)
    row = rates[rates["outcome"].eq("treatment-related death") & rates["group"].eq("cik")].iloc[0]
    if row["trials"] == 0:
        return prose("No trial of this edition states how many of its patients died of the treatment.")
    ids = row["trial_ids"].split("; ")
    elsewhere = severe_elsewhere(reg)
    but = list(dict.fromkeys(elsewhere.loc[elsewhere["trial_id"].isin(ids), "trial_id"]))
    return prose(
        "{events} among {patients} of {trials} that {state} it ({cited}); exact 95 % interval {low} to {high}. "
        "{but}No other trial says whether a patient died of the treatment.",
        events=capital(counted(int(row["events"]), "treatment-related death")),
        patients=counted(int(row["n"]), "patient"),
        trials=counted(int(row["trials"]), "trial"),
        state=verb(int(row["trials"]), "states", "state"),
        cited=cite(ids),
        low=f"{100 * row['ci_low']:.2f} %",
        high=f"{100 * row['ci_high']:.2f} %",
        but=Markup(prose("Of these, {trials} reports severe events that were not fatal. ", trials=cite(but)))
        if but
        else "",
    )


def gvhd_figure(reg: Registry) -> Figure:
    """Graft-versus-host disease in each trial that counts it, by donor source and form."""
    counts, rates = gvhd_counts(reg), gvhd_rates(reg)
    shown = counts[counts["pooled"]]
    shown = shown.assign(kind_of=shown["cell_source"].map(SOURCES).map(capital) + ", " + shown["form"])
    figure = forest_proportions(shown, by="kind_of", what="patients with graft-versus-host disease")
    keys = ["trial_id", "cell_source", "form", "grade", "events", "n", "percent", "pooled", "why"]
    return figure.describe(
        name="gvhd",
        title="Graft-versus-host disease among CIK-treated patients, by donor source",
        caption=_gvhd_silence(rates),
        alt=_gvhd_words(rates),
        data=counts[keys],
    )


def gvhd_table(reg: Registry) -> Table:
    """Graft-versus-host disease as reported, trial by trial."""
    counts = gvhd_counts(reg).assign(who=lambda t: named_groups(t))
    return Table(
        data=counts,
        name="gvhd-table",
        caption="Graft-versus-host disease by donor source, form and grade as reported, trial by trial.",
        columns=[
            column.text("cell_source", "Donor source", filter=True),
            column.text("form", filter=True),
            *_trial_columns(),
        ],
    )


def _trial_columns() -> list[Column]:
    return [
        column.trial("trial_id"),
        column.text("who", "Group", filter=True),
        column.text("term_reported"),
        column.text("grade"),
        column.number("events", "Affected"),
        column.number("n", "Patients counted"),
        column.percent("percent", "Rate", digits=1),
        column.text("why", "Not pooled because"),
        column.text("note"),
        column.row("row_ids"),
    ]


def _severe_words(drawn: pd.DataFrame) -> str:
    if drawn.empty:
        return "No trial of this edition counts severe events among its patients."
    found = "; ".join(f"{row['outcome']}: {rate_words(row)}" for row in drawn.to_dict("records"))
    return f"{capital(found)}."


def _gvhd_words(rates: pd.DataFrame) -> str:
    counted_rows = rates[rates["trials"] > 0]
    found = "; ".join(
        f"{SOURCES.get(row['cell_source'], row['cell_source'])}, {row['form']}: {rate_words(row)}"
        for row in counted_rows.to_dict("records")
    )
    return f"{capital(found)}." if found else "No trial of this edition counts graft-versus-host disease."


def _gvhd_silence(rates: pd.DataFrame) -> str:
    """Of which sources no trial counts it."""
    silent = rates[rates["trials"] == 0]
    quiet = [
        f"{SOURCES.get(row['cell_source'], row['cell_source'])} ({counted(row['trials_of_source'], 'trial')})"
        for row in silent.to_dict("records")
    ]
    either = joined(quiet).replace(" and ", " or ")
    return "Intervals of single trials are exact." + (f" It is counted by no trial of {either}." if quiet else "")

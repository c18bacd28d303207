"""Severe harm in the chapter on safety: by class, deaths, graft-versus-host disease."""

from __future__ import annotations

import pandas as pd

from ircc_lib.analysis.outcomes.severe import gvhd_counts, gvhd_rates, severe_counts, severe_rates
from ircc_lib.figures.display.exhibit import Column, Exhibit, Prose, Table, cite, prose
from ircc_lib.figures.draw.proportions import forest_proportions
from ircc_lib.figures.draw.rates import RULE, capital, named_groups, rate_figure, rate_lines, rate_words
from ircc_lib.registry.labels import trial_label
from ircc_lib.text import counted, joined

WIDE = 75  # percent: I2 that Higgins et al. (2003, doi:10.1136/bmj.327.7414.557) call high
SOURCES = {
    "autologous": "autologous cells",
    "allogeneic": "allogeneic cells",
    "both": "cells of both sources",
    "unreported": "cells of a source not stated",
}


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
    drawn = drawn.assign(label=drawn["outcome"].map(capital), head="CIK-treated patients")
    caption = _severe_words(drawn, severe_counts(reg))
    return rate_figure(
        rate_lines(drawn, heading="head", label="label"),
        axis="Patients with the event (%)",
        name="severe-events",
        title="Severe and serious adverse events",
        caption=caption,
        alt=caption,
        data=rates,
        nothing="No trial of this edition counts severe events among its patients.",
    )


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
    pairs = counts.groupby(["trial_id", "outcome"])
    found = [(*names, part.set_index("group")) for names, part in pairs if len(part) == 2]
    if not found:
        return prose(
            "No trial of this edition counts severe harm in both arms, so nothing can be said about a difference."
        )
    said = joined(
        f"{trial_label(trial)}: {outcome}, {_of(arms, 'cik')} with CIK cells and {_of(arms, 'control')} without"
        for trial, outcome, arms in found
    )
    return prose(
        "Severe harm is counted in both arms by {n} ({trials}). {said}. A pooled rate of "
        "CIK-treated patients cannot be "
        "set against this: it is of other trials with other treatments beside the cells.",
        n=counted(len({trial for trial, _, _ in found}), "trial"),
        trials=cite(dict.fromkeys(trial for trial, _, _ in found)),
        said=said,
    )


def severe_table(reg) -> Table:
    """The trials behind the rates of severe harm.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> severe_table(ircc.load_registry()).name
    'severe-events-table'
    """
    counts = severe_counts(reg).assign(who=lambda t: named_groups(t))
    return Table(
        data=counts,
        name="severe-events-table",
        caption="Severe and serious events and treatment-related deaths, trial by trial.",
        columns=[Column(key="outcome", label="Outcome", filter=True), *_trial_columns()],
    )


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
        return prose(
            "No treatment-related death was counted among {of} that state it ({trials}); the exact "
            "upper limit of "
            "the 95 % interval is {high}.",
            of=of,
            trials=trials,
            high=f"{100 * row['ci_high']:.2f} %",
        )
    return prose(
        "{events} among {of} that state it ({trials}): {rate}.",
        events=capital(counted(int(row["events"]), "treatment-related death")),
        of=of,
        trials=trials,
        rate=rate_words(row),
    )


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
    shown = shown.assign(kind_of=shown["cell_source"].map(SOURCES).map(capital) + ", " + shown["form"])
    figure = forest_proportions(shown, by="kind_of", what="patients with graft-versus-host disease")
    keys = ["trial_id", "cell_source", "form", "grade", "events", "n", "percent", "pooled", "why"]
    caption = _gvhd_words(rates)
    return figure.describe(
        name="gvhd", title="Graft-versus-host disease by donor source", caption=caption, alt=caption, data=counts[keys]
    )


def gvhd_table(reg) -> Table:
    """Graft-versus-host disease as reported, trial by trial.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> gvhd_table(ircc.load_registry()).name
    'gvhd-table'
    """
    counts = gvhd_counts(reg).assign(who=lambda t: named_groups(t))
    return Table(
        data=counts,
        name="gvhd-table",
        caption="Graft-versus-host disease by donor source, form and grade as reported.",
        columns=[
            Column(key="cell_source", label="Donor source", filter=True),
            Column(key="form", label="Form", filter=True),
            *_trial_columns(),
        ],
    )


def _of(arms: pd.DataFrame, group: str) -> str:
    return f"{arms['events'][group]} of {arms['n'][group]}"


def _trial_columns() -> list[Column]:
    return [
        Column(key="trial_id", label="Trial", kind="trial"),
        Column(key="who", label="Group", filter=True),
        Column(key="term_reported", label="As reported"),
        Column(key="grade", label="Grade"),
        Column(key="events", label="Affected", kind="number"),
        Column(key="n", label="Of", kind="number"),
        Column(key="percent", label="Rate", kind="percent", digits=1),
        Column(key="why", label="Not pooled because"),
        Column(key="note", label="Note"),
        Column(key="row_ids", label="Source", kind="row"),
    ]


def _disagreement(drawn: pd.DataFrame, counts: pd.DataFrame) -> str:
    """For outcomes on which the trials differ widely: how few of them the events come from."""
    said = []
    for row in drawn[drawn["i2"] > WIDE].to_dict("records"):
        behind = counts[counts["pooled"] & counts["outcome"].eq(row["outcome"]) & counts["group"].eq("cik")]
        some = int(behind["events"].gt(0).sum())
        said.append(
            f"The trials disagree on the {row['outcome']} (I² {row['i2']:.0f} %): all "
            f"{row['events']} events come from "
            f"{some} of {row['trials']} trials, and no single rate describes them. "
        )
    return "".join(said)


def _severe_words(drawn: pd.DataFrame, counts: pd.DataFrame) -> str:
    if drawn.empty:
        return "No trial of this edition counts severe events among its patients."
    found = "; ".join(f"{row['outcome']}: {rate_words(row)}" for row in drawn.to_dict("records"))
    return (
        f"{capital(found)}. {_disagreement(drawn, counts)}{RULE} Where no patient of any trial had the "
        f"event the rate is 0 and the "
        f"interval exact for the "
        "summed counts. Trials that combine CIK cells with chemotherapy count the harm of both."
    )


def _gvhd_words(rates: pd.DataFrame) -> str:
    counted_rows, silent = rates[rates["trials"] > 0], rates[rates["trials"] == 0]
    found = "; ".join(
        f"{row['cell_source']} cells, {row['form']}: {rate_words(row)}" for row in counted_rows.to_dict("records")
    )
    lead = f"{capital(found)}." if found else "No trial of this edition counts graft-versus-host disease."
    quiet = [
        f"{SOURCES.get(row['cell_source'], row['cell_source'])} ({counted(row['trials_of_source'], 'trial')})"
        for row in silent.to_dict("records")
    ]
    either = joined(quiet).replace(" and ", " or ")
    return lead + (f" It is counted by no trial of {either}." if quiet else "")

"""Harm in a few sentences, for the front page and the head of the chapter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.outcomes.harm.by_arm import OUTCOMES
from ircc_lib.analysis.outcomes.harm.summary import harm_summary
from ircc_lib.figures.chapters.safety.between_arms import arm_text, between_sentence
from ircc_lib.figures.chapters.safety.sentences import severe_elsewhere_sentence
from ircc_lib.figures.display.sentence import Prose, cite, prose
from ircc_lib.registry.rows import rows_of
from ircc_lib.text import counted, joined, percent, verb

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


MOST_NAMED = 4  # trials that a line can name


def summary_sentence(reg: Registry) -> Prose:
    """What is known of harm, as loud as benefit: between arms, severe events, deaths, and silence."""
    found = harm_summary(reg)
    parts = [between_sentence(reg)]
    if len(found.severe_elsewhere):
        parts.append(severe_elsewhere_sentence(reg))
    if found.deaths["trials"]:
        parts.append(
            prose(
                "Treatment-related deaths: {events} of {n} in the {trials} that {state} it.",
                events=found.deaths["events"],
                n=counted(found.deaths["n"], "patient"),
                trials=counted(found.deaths["trials"], "trial"),
                state=verb(found.deaths["trials"], "states", "state"),
            )
        )
    parts.append(
        prose(
            "The records read of {silent} of {trials} ({share}) say nothing about harm.",
            silent=found.silent,
            trials=counted(found.trials, "trial"),
            share=percent(found.silent_share),
        )
    )
    return Prose(" ".join(parts))


def _between(name: str, rows: list[dict[str, Any]]) -> Prose:
    """An outcome of both arms: the trial's own counts or percentages, the sums of the counts where several have them."""
    if not rows:
        return Prose("")
    by_cohort = {
        row["cohort"]: row for row in reversed(rows) if not (pd.isna(row["n_cik"]) or pd.isna(row["n_control"]))
    }
    counted_rows = list(reversed(by_cohort.values()))
    if len(counted_rows) < 2:
        [row, *_] = counted_rows or rows
        return prose(
            "{name} in {cik} with CIK cells and {control} without ({trial})",
            name=name,
            cik=arm_text(row, "cik"),
            control=arm_text(row, "control"),
            trial=cite([row["trial_id"]]),
        )
    sums = {
        key: int(sum(row[key] for row in counted_rows))
        for key in ("events_cik", "n_cik", "events_control", "n_control")
    }
    return prose(
        "{name} in {events_cik:,} of {n_cik:,} with CIK cells and {events_control:,} of {n_control:,} without ({trials})",
        name=name,
        trials=cite([row["trial_id"] for row in counted_rows])
        if len(counted_rows) <= MOST_NAMED
        else counted(len(counted_rows), "trial"),
        **sums,
    )


def harm_line(reg: Registry) -> Prose:
    """One line on harm: any and serious events between randomised arms, severe events, silence."""
    found = harm_summary(reg)
    rows = rows_of(found.by_arm)
    told = [
        _between(name, [row for row in rows if row["outcome"] == outcome])
        for name, outcome in (("any adverse event", OUTCOMES[0]), ("serious adverse events", OUTCOMES[2]))
    ]
    between = Prose("; ".join(part for part in told if part)) or (
        "no trial randomised by its own record states any adverse event of both arms"
    )
    severe = found.severe_elsewhere
    named = severe[severe["events"].notna()]
    more = "".join(
        prose(
            "; grade {grade} in {events} of {n:,} {of}",
            grade=one["grade"],
            events=one["events"],
            n=int(one["n"]),
            of=one["denominator"],
        )
        for one in named.to_dict("records")
    )
    bare = list(dict.fromkeys(severe.loc[severe["events"].isna() & severe["percent"].isna(), "term_reported"]))
    if bare:
        more += prose("; {what} reported without a number", what=joined(bare))
    silent = (
        prose("; every record says something of harm.")
        if not found.silent
        else prose(
            "; {silent} of {trials} ({share}) {say} nothing about harm.",
            say=verb(found.silent, "says", "say"),
            silent=found.silent,
            trials=counted(found.trials, "trial"),
            share=percent(found.silent_share),
        )
    )
    return Prose(f"Harm: {between}{more}{silent}")

"""Harm in a few sentences, for the front page and the head of the chapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ircc_lib.analysis.outcomes.harm.by_arm import OUTCOMES
from ircc_lib.analysis.outcomes.harm.summary import harm_summary
from ircc_lib.figures.chapters.safety.adverse_events import severe_elsewhere_sentence
from ircc_lib.figures.chapters.safety.between_arms import arm_text, between_sentence
from ircc_lib.figures.display.exhibit import Prose, cite, prose
from ircc_lib.text import counted, joined, percent, verb

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


def summary_sentence(reg: Registry) -> Prose:
    """What is known of harm, as loud as benefit: between arms, severe events, deaths, and silence.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "infusions" in summary_sentence(ircc.load_registry())
    True
    """
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


def harm_line(reg: Registry) -> Prose:
    """One line on harm: any and serious events between randomised arms, severe events, silence.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> harm_line(ircc.load_registry()).startswith("Harm")
    True
    """
    found = harm_summary(reg)
    rows = {row["outcome"]: row for row in reversed(found.by_arm.to_dict("records"))}  # the oldest of each outcome
    any_event, serious = rows.get(OUTCOMES[0]), rows.get(OUTCOMES[2])
    between = "no trial randomised by its own record states any adverse event of both arms"
    if any_event:
        between = prose(
            "any adverse event in {cik} with CIK cells and {control} without ({trial})",
            cik=arm_text(any_event, "cik"),
            control=arm_text(any_event, "control"),
            trial=cite([any_event["trial_id"]]),
        )
    if serious:
        between += prose(
            "; serious adverse events in {cik} and {control} ({trial})",
            cik=arm_text(serious, "cik"),
            control=arm_text(serious, "control"),
            trial=cite([serious["trial_id"]]),
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
    silent = prose(
        "; {silent} of {trials} ({share}) {say} nothing about harm.",
        say=verb(found.silent, "says", "say"),
        silent=found.silent,
        trials=counted(found.trials, "trial"),
        share=percent(found.silent_share),
    )
    return Prose(f"Harm: {between}{more}{silent}")

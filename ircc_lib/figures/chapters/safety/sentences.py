"""Harm in words: how many trials say anything, which say that there was none, and severe harm that no rate counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from ircc_lib.analysis.outcomes.harm.adverse_events import adverse_event_counts
from ircc_lib.analysis.outcomes.harm.in_words import (
    COMPARED,
    NONE,
    NOTHING,
    SOME,
    compared_in_words,
    none_without_denominator,
    safety_statements,
    severe_elsewhere,
)
from ircc_lib.analysis.outcomes.harm.severe import severe_counts
from ircc_lib.figures.display.sentence import Prose, cite, prose
from ircc_lib.text import capital, counted, joined, percent, verb

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

SEVERE_WORDS = "grade 3|severe|serious"  # of what a comparison between arms is


def safety_sentence(reg: Registry) -> Prose:
    """How many trials say anything about harm."""
    table = safety_statements(reg).set_index("statement")["trials"].astype(int)
    total, nothing = int(table.sum()), int(table[NOTHING])
    kinds = (
        (table[SOME], "reports", "report", "adverse events that occurred"),
        (table[NONE], "says", "say", "only that a certain event did not occur"),
        (table[COMPARED], "gives", "give", "only a comparison in words"),
    )
    parts = [f"{n:,} {verb(n, one, more)} {what}" for n, one, more, what in kinds if n]
    if nothing:
        share = percent(nothing / total)
        parts.append(
            f"{nothing:,} ({share}) {verb(nothing, 'says', 'say')} nothing about harm in the record read, which is not the "
            "same as none"
        )
    if total > 1 and nothing == total:
        return prose(
            "{none} of the {total} says anything about harm in the records read, which is not the same as none.",
            none="Neither" if total == 2 else "None",
            total=counted(total, "trial"),
        )
    if total == 1 and parts:
        return prose("The one trial {what}.", what=parts[0].removeprefix("1 ").removeprefix("(100 %) "))
    return prose(
        "Of {total}, {parts}.", total=counted(total, "trial"), parts=joined(parts) or "none says anything about harm"
    )


def none_sentence(reg: Registry) -> Prose:
    """Statements of no events that name no number of patients."""
    ids = none_without_denominator(reg)["trial_id"].drop_duplicates().tolist()
    if not ids:
        return prose("Every statement that an event did not occur comes with a number of patients.")
    return prose(
        "{n} {say} that a kind of event did not occur but {give} no number of patients ({trials}). Such a statement "
        "is no rate of 0 % and is not pooled.",
        n=capital(counted(len(ids), "trial")),
        say=verb(len(ids), "says", "say"),
        give=verb(len(ids), "gives", "give"),
        trials=cite(ids),
    )


def severe_elsewhere_sentence(reg: Registry) -> Prose:
    """Severe events that occurred and are in no rate of patients; empty where there are none."""
    rows = severe_elsewhere(reg)
    if rows.empty:
        return _severe_nowhere_else(reg)
    said = []
    for trial_id, part in rows.groupby("trial_id", sort=False):
        numbers = part[part["events"].notna()]
        counts = [
            f"grade {row['grade']} in {row['events']:,} of {row['n']:,} {row['denominator']} "
            f"({100 * row['percent']:.2f} %)"
            for row in numbers.to_dict("records")
        ]
        shares = part[part["events"].isna() & part["percent"].notna()]
        counts += [
            f"{row['term_reported']} in {100 * row['percent']:.1f} % of patients, their number not reported"
            for row in shares.to_dict("records")
        ]
        named = [str(term) for term in part[part["events"].isna() & part["percent"].isna()]["term_reported"]]
        words = [f"{joined(named)}, without a number"] if named else []
        said.append(prose("{trial} ({facts})", trial=cite([trial_id]), facts="; ".join(counts + words)))
    return Prose(
        prose("Severe harm beside the counts of patients: {facts}.", facts=Markup("; ").join(map(Markup, said)))
    )


def _severe_nowhere_else(reg: Registry) -> Prose:
    """That no further record calls an event severe, and which ones compare severe harm without a number."""
    counts = adverse_event_counts(reg)
    told = len(severe_counts(reg)) or counts["severe"].any()
    beside = "Beside what is counted here, " if told else ""
    compared = compared_in_words(reg)
    compared = compared[compared["endpoint"].str.contains(SEVERE_WORDS, case=False)]
    if len(compared):
        return prose(
            "{beside}{trials} {compare} severe events of the arms in words or by a test, without a number; no other record "
            "calls an event severe.",
            beside=beside,
            trials=cite(compared["trial_id"].drop_duplicates()),
            compare=verb(compared["trial_id"].nunique(), "compares", "compare"),
        )
    if reg.tables["adverse_events"].empty:
        return prose("No record says anything of severe events.")
    return prose(capital(f"{beside}no record calls an event severe."))

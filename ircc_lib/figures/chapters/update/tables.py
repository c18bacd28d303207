"""The summary of findings, and the different questions, as tables."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ircc_lib.analysis.endpoints import OUTCOMES
from ircc_lib.figures.chapters.update.answer import ratio_words, sure, whole
from ircc_lib.figures.display import column
from ircc_lib.figures.display.table import Table
from ircc_lib.text import capital, counted, signed, with_interval

_NONE = {"HR": "no estimate", "RR": "no counts of both arms", "": "no rates of both arms"}


def findings_table(findings: pd.DataFrame, name: str = "findings") -> Table:
    """The summary of findings as a table.

    Parameters
    ----------
    findings : DataFrame
        As `summary_of_findings` returns it.
    name : str
        Unique on its page.

    Returns
    -------
    Table
        The table with its caption and the rows that it shows.
    """
    shown = findings.assign(
        randomised=[_trials(row) for row in findings.to_dict("records")],
        effect=[_effect(row) for row in findings.to_dict("records")],
        absolute=[_absolute(row) for row in findings.to_dict("records")],
        sure=[sure(row) for row in findings.to_dict("records")],
        others=[_others(row) for row in findings.to_dict("records")],
        known=[_known(row) for row in findings.to_dict("records")],
        why=[_why(row) for row in findings.to_dict("records")],
    )
    return Table(
        data=shown,
        name=name,
        caption="Survival, response and harm in trials randomised by their own record, beside them the others; 95 % intervals. HR below 1 favours the "
        "cells, RR above 1 means more of the outcome. Patients are those of the arms, else the stated total. Certainty (GRADE) by "
        "fixed rules unless a reviewer is named.",
        columns=[
            column.text("outcome"),
            column.text("randomised"),
            column.text("effect"),
            column.text("absolute", "Of 1,000 patients"),
            column.text("sure", "Certainty"),
            column.text("others", "Not randomised"),
            column.note("known", "What else is known"),
            column.why("why", "Why this certainty, and at what risk"),
        ],
    )


def question_table(questions: pd.DataFrame, endpoint: str = "OS") -> Table:
    """Hazard ratios by setting and by comparator.

    Parameters
    ----------
    questions : DataFrame
        As `by_question` returns it.
    endpoint : str
        ``OS`` or ``PFS``.

    Returns
    -------
    Table
        The table with its caption and the rows that it shows.
    """
    shown = questions.assign(
        question=[_asked(by, value) for by, value in zip(questions["by"], questions["value"])],
        allocation=questions["randomised"].map({True: "randomised", False: "not randomised"}),
        effect=[_question(row) for row in questions.to_dict("records")],
    )
    return Table(
        data=shown,
        name=f"questions-{endpoint.lower()}",
        caption=f"Different questions on {OUTCOMES[endpoint]}: controlled trials in adjuvant and advanced disease, and by "
        "what the cells were compared with. Fewer than three trials are not pooled. Patients are those of the arms, else the "
        "stated total.",
        columns=[
            column.text("question"),
            column.text("allocation"),
            column.number("trials"),
            column.number("patients", digits=0),
            column.text("effect", "Hazard ratio (95 % CI)"),
            column.trial("trial_ids", "Based on"),
        ],
    )


def _asked(by: str, value: str) -> str:
    """``Advanced disease``, ``Compared with no treatment``."""
    if value == "not stated":
        return f"{capital(by)} not stated"
    return capital(value) if by == "setting" else f"Compared with {'no treatment' if value == 'none' else value}"


def _trials(row: dict[str, Any]) -> str:
    n = int(row["trials"])
    return f"{counted(n, 'trial')}, {whole(row['patients'])} patients" if n else _NONE[row["measure"]]


def _effect(row: dict[str, Any]) -> str:
    if pd.isna(row["ratio"]):
        return (
            "–"
            if not row["trials"]
            else f"{'counts' if row['measure'] else 'rates'} alone"
            if row["trials"] == 1
            else "not pooled"
        )
    return f"{row['measure']} {ratio_words(row)}" + ("" if row["pooled"] else " (one trial)")


def _absolute(row: dict[str, Any]) -> str:
    if pd.isna(row["difference_per_1000"]):
        return "–"
    return (
        f"{with_interval(row['difference_per_1000'], row['difference_low'], row['difference_high'], signed)}; "
        f"{row['control_per_1000']:.0f} without the cells"
    )


def _others(row: dict[str, Any]) -> str:
    n = row["other_trials"]
    if pd.isna(n) or not n:
        return "–"
    ratio = "" if pd.isna(row["other_ratio"]) else f"{row['measure']} {ratio_words(row, 'other_')}; "
    patients = (
        ""
        if pd.isna(row["other_patients"]) or not row["other_patients"]
        else f", {whole(row['other_patients'])} patients"
    )
    return f"{ratio}{counted(int(n), 'trial')}{patients}; {row['other_certainty']}"


def _known(row: dict[str, Any]) -> str:
    return capital(row["note"]) if isinstance(row["note"], str) and not row["sensitivity"] else ""


def _why(row: dict[str, Any]) -> str:
    if row["sensitivity"]:
        return capital(row["note"])
    worst = row["worst_case"] if isinstance(row["worst_case"], str) else ""
    parts = [row["reasons"] if row["trials"] else "", worst, _at(row)]
    return ". ".join(capital(part) for part in parts if part)


def _at(row: dict[str, Any]) -> str:
    """At whose risk the absolute effect is, and what it is where that is low or high."""
    if pd.isna(row["difference_per_1000"]):
        return ""
    low, high = row["control_low_per_1000"], row["control_high_per_1000"]
    spread = (
        ""
        if round(low) == round(high)
        else f"; {row['difference_at_low']:+.0f} where it is {low:.0f}, {row['difference_at_high']:+.0f} where it is {high:.0f}"
    )
    return f"per 1,000 {row['at']}{spread}"


def _question(row: dict[str, Any]) -> str:
    if not pd.isna(row["hr"]):
        return with_interval(row["hr"], row["ci_low"], row["ci_high"]) + (" (one trial)" if row["trials"] == 1 else "")
    return "not pooled; common effect " + with_interval(row["common_hr"], row["common_ci_low"], row["common_ci_high"])

"""The front page's answer: one sentence, and the summary of findings."""

from __future__ import annotations

import pandas as pd

from ircc_lib.analysis.findings.benefit import OS, WITH_ALL
from ircc_lib.figures.display import column
from ircc_lib.figures.display.exhibit import Prose, Table, prose
from ircc_lib.text import capital, counted, joined, signed, span, verb, with_interval

WITH = f"{OS}, {WITH_ALL}"
OUTCOMES = {"OS": "overall survival", "PFS": "progression or recurrence"}


def known_sentence(findings: pd.DataFrame) -> Prose:
    """What is known of survival, and how sure it is, in one or two sentences.

    Parameters
    ----------
    findings : DataFrame
        As `summary_of_findings` returns it.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "certain" in known_sentence(ircc.update.findings(ircc.load_registry()))
    True
    """
    rows = findings.set_index("outcome")
    row = rows.loc[OS]
    if not row["trials"]:
        if not row["other_trials"]:
            return prose(
                "No trial of this edition gives an estimate of overall survival: nothing is known for certain."
            )
        n = int(row["other_trials"])
        return prose(
            "Whether CIK cells prolong survival is very uncertain: no trial randomised by its own record gives an "
            "estimate of it, and {n} that {were} not randomised {give}, which is no firm evidence of an effect of the "
            "cells ({certainty} certainty).",
            n=counted(n, "trial"),
            were=verb(n, "was", "were"),
            give=f"{verb(n, 'gives', 'give')} a hazard ratio of {_ratio(row, 'other_')}"
            if not pd.isna(row["other_ratio"])
            else f"{verb(n, 'is', 'are')} too few to pool",
            certainty=row["other_certainty"],
        )
    return prose(
        "{verdict}: in {n} randomised by {their} own record that {give} an estimate ({patients} patients{mixed}), {what}"
        "{every}. The certainty is {certainty}{why}.",
        verdict=_verdict(row),
        n=counted(int(row["trials"]), "trial"),
        their=verb(int(row["trials"]), "its", "their"),
        give=verb(int(row["trials"]), "gives", "give"),
        patients=_whole(row["patients"]),
        mixed=_mixed(row),
        what=_what(row),
        every=_missing_words(row, rows.loc[WITH] if WITH in rows.index else None),
        certainty=_sure(row),
        why=f" ({joined(_kinds(row['reasons']))})" if row["reasons"] else "",
    )


def findings_table(findings: pd.DataFrame, name: str = "findings") -> Table:
    """The summary of findings as a table.

    Parameters
    ----------
    findings : DataFrame
        As `summary_of_findings` returns it.
    name : str
        Unique on its page.
    """
    shown = findings.assign(
        randomised=[_trials(row) for row in findings.to_dict("records")],
        effect=[_effect(row) for row in findings.to_dict("records")],
        absolute=[_absolute(row) for row in findings.to_dict("records")],
        sure=[_sure(row) for row in findings.to_dict("records")],
        others=[_others(row) for row in findings.to_dict("records")],
        known=[_known(row) for row in findings.to_dict("records")],
        why=[_why(row) for row in findings.to_dict("records")],
    )
    return Table(
        data=shown,
        name=name,
        caption="Trials randomised by their own record, beside them the others; 95 % intervals. HR below 1 favours the "
        "cells, RR above 1 means more of the outcome. Certainty (GRADE) by fixed rules unless a reviewer is named.",
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
    """
    shown = questions.assign(
        allocation=questions["randomised"].map({True: "randomised", False: "not randomised"}),
        effect=[_question(row) for row in questions.to_dict("records")],
    )
    return Table(
        data=shown,
        name=f"questions-{endpoint.lower()}",
        caption=f"Different questions, {OUTCOMES[endpoint]}: adjuvant and advanced disease, and what the cells were "
        "compared with. Fewer than three trials are not pooled.",
        columns=[
            column.text("by"),
            column.text("value", "Question"),
            column.text("allocation"),
            column.number("trials"),
            column.number("patients", digits=0),
            column.text("effect", "Hazard ratio (95 % CI)"),
            column.trial("trial_ids", "Based on"),
        ],
    )


def _what(row) -> str:
    if not row["pooled"]:
        one = f"the hazard ratio of death is {_ratio(row)}" if row["trials"] == 1 else "their results are not pooled"
        return one + (f"; {row['note']}" if row["note"] and row["trials"] == 2 else "")
    absolute = (
        "" if pd.isna(row["difference_per_1000"]) else f", about {_more_of(row)} of 1,000 {row['at'].split(',')[0]}"
    )
    clear = "" if row["ci_high"] < 1 or row["ci_low"] > 1 else ", compatible with benefit, none and harm"
    return f"the pooled hazard ratio of death is {_ratio(row)}{absolute}{clear}"


def _more_of(row) -> str:
    low, high = row["difference_low"], row["difference_high"]
    more = "more" if row["difference_per_1000"] >= 0 else "fewer"
    return f"{abs(row['difference_per_1000']):.0f} {more} ({span(low, high, signed)})"


def _missing_words(row, every) -> str:
    out = int(row["left_out"]) if not pd.isna(row["left_out"]) else 0
    if not out:
        return ""
    neither = int(row["left_out_neither"])
    said = f", {neither:,} of them no difference" if neither else ""
    said = ", no difference" if out == neither == 1 else said
    more = f"{out:,} more {verb(out, 'reports', 'report')} on it without an estimate{said}"
    if every is None:
        return f"; {more}"
    return f"; {more}, and with those that can be included the ratio is {_ratio(every)}"


def _verdict(row) -> str:
    """GRADE's verbs (Santesso 2020, doi 10.1016/j.jclinepi.2019.10.014)."""
    if row["certainty"] == "very low" or pd.isna(row["ratio"]):
        return "Whether CIK cells prolong survival is very uncertain"
    word = {"low": "may ", "moderate": "probably ", "high": ""}[row["certainty"]]
    if row["ci_low"] < 1 < row["ci_high"]:
        return f"CIK cells {word}make little or no difference to survival"
    does = "prolong" if row["ci_high"] < 1 else "shorten"
    return f"CIK cells {word}{does} survival"


def _mixed(row) -> str:
    parts = []
    if row["tumours"] > 1:
        parts.append(f"{int(row['tumours']):,} tumours")
    if row["settings"] > 1:
        parts.append("adjuvant and advanced disease together")
    if row["trials"] > 1 and row["direct"] < row["trials"]:
        direct = int(row["direct"])
        said = f"{direct:,}" if direct else "none"
        parts.append(f"{said} of the {int(row['trials']):,} ratios reported, the others derived")
    return f"; {', '.join(parts)}" if parts else ""


def _kinds(reasons: str) -> list[str]:
    return [reason.partition(" (")[0] for reason in reasons.split("; ")]


def _trials(row: dict) -> str:
    n = int(row["trials"])
    return f"{counted(n, 'trial')}, {_whole(row['patients'])} patients" if n else "no trial"


def _effect(row: dict) -> str:
    if pd.isna(row["ratio"]):
        return "not pooled" if row["trials"] else "–"
    return f"{row['measure']} {_ratio(row)}" + ("" if row["pooled"] else " (one trial)")


def _absolute(row: dict) -> str:
    if pd.isna(row["difference_per_1000"]):
        return "–"
    return (
        f"{with_interval(row['difference_per_1000'], row['difference_low'], row['difference_high'], signed)}; "
        f"{row['control_per_1000']:.0f} without the cells"
    )


def _sure(row) -> str:
    if row["sensitivity"]:
        return "sensitivity analysis"
    if not row["trials"] and not row["judged_by"]:
        return "–"
    return f"{row['certainty']} ({row['judged_by']})" if row["judged_by"] else row["certainty"]


def _others(row: dict) -> str:
    n = row["other_trials"]
    if pd.isna(n) or not n:
        return "–"
    ratio = "" if pd.isna(row["other_ratio"]) else f"{row['measure']} {_ratio(row, 'other_')}; "
    patients = (
        ""
        if pd.isna(row["other_patients"]) or not row["other_patients"]
        else f", {_whole(row['other_patients'])} patients"
    )
    return f"{ratio}{counted(int(n), 'trial')}{patients}; {row['other_certainty']}"


def _known(row: dict) -> str:
    return capital(row["note"]) if isinstance(row["note"], str) and not row["sensitivity"] else ""


def _why(row: dict) -> str:
    if row["sensitivity"]:
        return capital(row["note"])
    parts = [row["reasons"] if row["trials"] else "", _at(row)]
    return ". ".join(capital(part) for part in parts if part)


def _at(row: dict) -> str:
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


def _question(row: dict) -> str:
    if not pd.isna(row["hr"]):
        return with_interval(row["hr"], row["ci_low"], row["ci_high"]) + (" (one trial)" if row["trials"] == 1 else "")
    return "not pooled; common effect " + with_interval(row["common_hr"], row["common_ci_low"], row["common_ci_high"])


def _ratio(row, prefix: str = "") -> str:
    return with_interval(*(row[prefix + name] for name in ("ratio", "ci_low", "ci_high")))


def _whole(number) -> str:
    return "an unstated number of" if pd.isna(number) else f"{int(number):,}"

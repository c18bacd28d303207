"""The front page's answer: one sentence, the summary of findings, and what is missing from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ircc_lib.analysis.findings.missing import missing_results, missing_summary
from ircc_lib.analysis.findings.summary import OS
from ircc_lib.figures.display.exhibit import Column, Prose, Table, prose
from ircc_lib.text import counted, joined, verb

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

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
    row = findings.set_index("outcome").loc[OS]
    if not row["trials"]:
        if not row["other_trials"]:
            return prose(
                "No trial of this edition gives an estimate of overall survival: nothing is known for certain."
            )
        return prose(
            "No trial randomised by its own record gives an estimate of overall survival; {n} that {were} not randomised "
            "{give} a hazard ratio of {ratio}, which is no certain evidence of an effect of the cells.",
            n=counted(int(row["other_trials"]), "trial"),
            were=verb(int(row["other_trials"]), "was", "were"),
            give=verb(int(row["other_trials"]), "gives", "give"),
            ratio=_ratio(row, "other_"),
        )
    return prose(
        "In {n} randomised by their own record that {give} an estimate ({patients} patients), {what}; the certainty is "
        "{certainty}{why}.{missing}",
        n=counted(int(row["trials"]), "trial"),
        give=verb(int(row["trials"]), "gives", "give"),
        patients=_whole(row["patients"]),
        what=_what(row),
        certainty=row["certainty"],
        why=f" ({joined(_kinds(row['reasons']))})" if row["reasons"] else "",
        missing=_missing_words(row),
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
        more=[_more(row) for row in findings.to_dict("records")],
    )
    return Table(
        data=shown,
        name=name,
        caption="Trials randomised by their own record, beside them the others. HR hazard ratio, RR risk ratio, 95 % "
        "interval: HR below 1 favours the cells, RR above 1 means more of the outcome. Certainty (GRADE) is an automatic "
        "first judgement unless a name stands by it.",
        columns=[
            Column(key="outcome", label="Outcome"),
            Column(key="randomised", label="Randomised"),
            Column(key="effect", label="Effect"),
            Column(key="absolute", label="Of 1,000 patients"),
            Column(key="sure", label="Certainty"),
            Column(key="others", label="Not randomised"),
            Column(key="more", label="Why, and what else is known", kind="note"),
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
            Column(key="by", label="By"),
            Column(key="value", label="Question"),
            Column(key="allocation", label="Allocation"),
            Column(key="trials", label="Trials", kind="number"),
            Column(key="patients", label="Patients", kind="number", digits=0),
            Column(key="effect", label="Hazard ratio (95 % CI)"),
            Column(key="trial_ids", label="Based on", kind="trial"),
        ],
    )


def missing_table(reg: Registry) -> Table:
    """Randomised trials by outcome: who gives an estimate, who reports without one, who is silent.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> missing_table(ircc.load_registry()).name
    'missing-results'
    """
    labels = (
        ("outcome", "Outcome", "text"),
        ("trials", "Randomised trials", "number"),
        ("estimate", "Estimate", "number"),
        ("p_only", "p-value only", "number"),
        ("words_only", "Words only", "number"),
        ("no_difference", "Said not to differ", "number"),
        ("silent", "Silent", "number"),
        ("neither", "Left out: no difference", "number"),
        ("for_cik", "Left out: for CIK", "number"),
        ("against_cik", "Left out: against", "number"),
        ("patients_left_out", "Patients left out", "number"),
        ("left_out_ids", "Left out", "trial"),
    )
    return Table(
        data=missing_summary(missing_results(reg)),
        name="missing-results",
        caption="Missing results (after ROB-ME): trials randomised by their own record by what they report of each "
        "outcome. Those left out report it without an estimate that could be pooled.",
        columns=[Column(key=key, label=label, kind=kind) for key, label, kind in labels],
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
    return f"{abs(row['difference_per_1000']):.0f} {more} ({low:+.0f} to {high:+.0f})"


def _missing_words(row) -> str:
    out = int(row["left_out"]) if not pd.isna(row["left_out"]) else 0
    if not out:
        return ""
    neither = int(row["left_out_neither"])
    said = f", {neither:,} of them no difference" if neither else ""
    return f" {out:,} more randomised {verb(out, 'trial reports', 'trials report')} on it without an estimate{said}."


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
        f"{row['difference_per_1000']:+.0f} ({row['difference_low']:+.0f} to {row['difference_high']:+.0f}); "
        f"{row['control_per_1000']:.0f} without the cells"
    )


def _sure(row: dict) -> str:
    return f"{row['certainty']} ({row['judged_by']})" if row["judged_by"] else row["certainty"]


def _others(row: dict) -> str:
    n = row["other_trials"]
    if pd.isna(n) or not n:
        return "–"
    ratio = "" if pd.isna(row["other_ratio"]) else f"{row['measure']} {_ratio(row, 'other_')}, "
    return f"{ratio}{counted(int(n), 'trial')}"


def _more(row: dict) -> str:
    at = "" if pd.isna(row["difference_per_1000"]) else f"per 1,000 {row['at']}"
    parts = [row["note"] if isinstance(row["note"], str) else "", row["reasons"], at]
    return ". ".join(part[:1].upper() + part[1:] for part in parts if part)


def _question(row: dict) -> str:
    if not pd.isna(row["hr"]):
        return f"{row['hr']:.2f} ({row['ci_low']:.2f} to {row['ci_high']:.2f})" + (
            " (one trial)" if row["trials"] == 1 else ""
        )
    return (
        f"not pooled; common effect {row['common_hr']:.2f} ({row['common_ci_low']:.2f} to {row['common_ci_high']:.2f})"
    )


def _ratio(row, prefix: str = "") -> str:
    return f"{row[prefix + 'ratio']:.2f} ({row[prefix + 'ci_low']:.2f} to {row[prefix + 'ci_high']:.2f})"


def _whole(number) -> str:
    return "an unstated number of" if pd.isna(number) else f"{int(number):,}"

"""The front page's answer, in one sentence."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ircc_lib.analysis.findings.benefit import OS, WITH_ALL
from ircc_lib.analysis.findings.certainty import is_little
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.text import counted, joined, verb, with_interval

WITH = f"{OS}, {WITH_ALL}"


def known_sentence(findings: pd.DataFrame) -> Prose:
    """What is known of survival, and how sure it is, in one or two sentences.

    Parameters
    ----------
    findings : DataFrame
        As `summary_of_findings` returns it.

    Returns
    -------
    Prose
        One paragraph for the page.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "certain" in known_sentence(ircc.update.findings(ircc.load_registry()))
    True
    """
    rows = findings.set_index("outcome")
    row = rows.loc[OS]
    if not row["trials"]:
        told = _without_estimate(row)
        if not row["other_trials"]:
            return prose("{none}{told}: nothing is known for certain.", none=_nothing(row), told=told)
        n = int(row["other_trials"])
        return prose(
            "Whether CIK cells prolong survival is very uncertain: no trial randomised by its own record gives an "
            "estimate of it{told}, and {n} that {were} not randomised {give}, which is no firm evidence of an effect of the "
            "cells ({certainty} certainty).",
            told=told,
            n=counted(n, "trial"),
            were=verb(n, "was", "were"),
            give=f"{verb(n, 'gives', 'give')} a hazard ratio of {ratio_words(row, 'other_')}"
            if not pd.isna(row["other_ratio"])
            else f"{verb(n, 'is', 'are')} too few to pool",
            certainty=row["other_certainty"],
        )
    return prose(
        "{verdict}: in {n} randomised by {their} own record that {give} an estimate ({patients} "
        "patients{mixed}), {what}"
        "{every}. The certainty is {certainty}{why}.",
        verdict=_verdict(row),
        n=counted(int(row["trials"]), "trial"),
        their=verb(int(row["trials"]), "its", "their"),
        give=verb(int(row["trials"]), "gives", "give"),
        patients=whole(row["patients"]),
        mixed=_mixed(row),
        what=_what(row),
        every=_missing_words(row, rows.loc[WITH] if WITH in rows.index else None),
        certainty=sure(row),
        why=f" ({joined(_kinds(row['reasons']))})" if row["reasons"] else "",
    )


def _what(row: Any) -> str:
    little = is_little(row["ci_low"], row["ci_high"])
    apart = little or row["ci_high"] < 1 or row["ci_low"] > 1
    clear = "" if apart else ", compatible with benefit, none and harm"
    if row["trials"] == 1:
        return f"the hazard ratio of death is {ratio_words(row)}{clear}"
    if not row["pooled"]:
        return f"which are not pooled{row['note'].removeprefix('two trials are not pooled')}"
    absolute = "" if pd.isna(row["difference_per_1000"]) else f", {_more_of(row)}"
    return f"the pooled hazard ratio of death is {ratio_words(row)}{absolute}{clear}"


def _more_of(row: Any) -> str:
    """``about 190 more of 1,000 alive at 12 months (113 to 251 more)``."""
    low, high = row["difference_low"], row["difference_high"]
    more = "more" if row["difference_per_1000"] >= 0 else "fewer"
    ends = (
        f"{min(abs(low), abs(high)):.0f} to {max(abs(low), abs(high)):.0f} {more}"
        if (low > 0) == (high > 0)
        else f"from {abs(low):.0f} fewer to {high:.0f} more"
    )
    return f"about {abs(row['difference_per_1000']):.0f} {more} of 1,000 {row['at'].split(',')[0]} ({ends})"


def _missing_words(row: Any, every: Any) -> str:
    """Of randomised trials beside those with an estimate: how many report without one, what they say, who is silent."""
    out, silent = _whole_or_none(row["left_out"]), _whole_or_none(row["silent"])
    said = ""
    if out:
        said += f"; {out:,} more {verb(out, 'reports', 'report')} on it without an estimate{_no_difference(row)}"
        said += f", and with those that can be included the ratio is {ratio_words(every)}" if every is not None else ""
    if silent:
        said += f"; {silent:,} more {verb(silent, 'says', 'say')} nothing of it"
    return said


def _nothing(row: pd.Series) -> str:
    """That no pool of survival has a trial; those that only a review calls randomised are in none."""
    n = _whole_or_none(row["review_only"])
    if not n:
        return "No trial of this edition gives an estimate of overall survival"
    which = verb(n, "The only trial that gives", f"The only {n:,} trials that give")
    return (
        f"{which} an estimate of overall survival {verb(n, 'is', 'are')} called randomised by a review alone and "
        f"{verb(n, 'is', 'are')} not pooled"
    )


def _without_estimate(row: Any) -> str:
    """The same where no randomised trial gives an estimate."""
    out = _whole_or_none(row["left_out"])
    if not out:
        return ""
    who = f"{counted(out, 'randomised trial')} {verb(out, 'reports', 'report')} on survival without one"
    return f" ({who}{_no_difference(row)})"


def _no_difference(row: Any) -> str:
    out, neither = _whole_or_none(row["left_out"]), _whole_or_none(row["left_out_neither"])
    if not neither:
        return ""
    return f", {'' if out == 1 else 'all of them ' if out == neither else f'{neither:,} of them '}no difference"


def _whole_or_none(number: Any) -> int:
    return 0 if pd.isna(number) else int(number)


def _verdict(row: Any) -> str:
    """GRADE's verbs (Santesso 2020, doi 10.1016/j.jclinepi.2019.10.014)."""
    whether = (
        "Whether CIK cells prolong survival"
        if not row["ratio"] > 1
        else "Whether CIK cells prolong or shorten survival"
    )
    if row["certainty"] == "very low":
        return f"{whether} is very uncertain"
    if pd.isna(row["ratio"]):
        return f"{whether} is uncertain"
    word = {"low": "may ", "moderate": "probably ", "high": ""}[row["certainty"]]
    if is_little(row["ci_low"], row["ci_high"]):
        return f"CIK cells {word}make little or no difference to survival"
    if row["ci_low"] <= 1 <= row["ci_high"]:
        return f"{whether} is uncertain"
    does = "prolong" if row["ci_high"] < 1 else "shorten"
    return f"CIK cells {word}{does} survival"


def _mixed(row: Any) -> str:
    parts = []
    if row["tumours"] > 1:
        parts.append(f"{int(row['tumours']):,} tumours")
    if row["settings"] > 1:
        parts.append("adjuvant and advanced disease together")
    if row["trials"] > 1 and row["direct"] < row["trials"]:
        direct, n = int(row["direct"]), int(row["trials"])
        parts.append(
            f"{direct:,} of the {n:,} ratios reported, the others derived"
            if direct
            else f"all {n:,} ratios derived, none reported"
        )
    return f"; {', '.join(parts)}" if parts else ""


def _kinds(reasons: str) -> list[str]:
    return [reason.partition(" (")[0] for reason in reasons.split("; ")]


def sure(row: Any) -> str:
    """The certainty of a row, with who judged it."""
    if row["sensitivity"]:
        return "sensitivity analysis"
    if not row["trials"] and not row["judged_by"]:
        return "–"
    return f"{row['certainty']} ({row['judged_by']})" if row["judged_by"] else row["certainty"]


def ratio_words(row: Any, prefix: str = "") -> str:
    """A ratio of the summary with its interval."""
    return with_interval(*(row[prefix + name] for name in ("ratio", "ci_low", "ci_high")))


def whole(number: Any) -> str:
    """A number of patients, or that there is none."""
    return "an unstated number of" if pd.isna(number) else f"{int(number):,}"

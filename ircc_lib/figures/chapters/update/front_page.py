"""The front page's sentences: what the pooled results say, what they are worth, how to cite them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ircc_lib.analysis.allocation import randomised
from ircc_lib.analysis.counts.patients import patient_bounds
from ircc_lib.analysis.effects.effects import by_allocation, log_hazard_ratios
from ircc_lib.analysis.effects.extraction.evidence import CONTROLLED
from ircc_lib.analysis.endpoints import ENDPOINTS
from ircc_lib.analysis.findings.body import worst_case_words
from ircc_lib.figures.chapters.update.claims_list import Claims
from ircc_lib.figures.display.figure import Figure
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.figures.draw.diamonds import diamonds, ratio_text
from ircc_lib.registry.citation import cite_report
from ircc_lib.text import capital, counted, joined, verb

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry
HOW = "Diamonds are pooled results, squares single trials, bars the prediction interval for a further trial."


def claims_shown(claims: pd.DataFrame) -> Claims:
    """The claims of an edition beside the published ones.

    Parameters
    ----------
    claims : DataFrame
        What `headline` returns.

    Returns
    -------
    Claims
        The claims of the front page, each with its trials.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> claims_shown(ircc.headline(ircc.load_registry().edition("first"))).name
    'claims'
    """
    compared = claims[claims["published"].notna() & claims["value"].notna()]
    edition = claims["published_edition"].dropna()
    of_what = f"the {edition.iloc[0]} publication" if len(edition) else "a publication"
    told = claims[claims["value"].notna()]
    unanswered = len(claims) - len(told)
    more = f" {counted(unanswered, 'claim')} that no count of records answers {verb(unanswered, 'is', 'are')} left out."
    more = more if unanswered else ""
    caption = (
        f"{counted(len(compared), 'claim')} of {of_what} beside the value recomputed from the "
        f"records; each opens the trials that it counts.{more}"
    )
    shown = told.assign(
        value=[f"{value:,} %" if unit == "%" else value for value, unit in zip(told["value"], told["unit"])]
    )
    return Claims(data=shown, name="claims", caption=caption)


def pooled_figure(pooled: pd.DataFrame) -> Figure:
    """The pooled OS and PFS results, randomised and other controlled trials apart.

    Parameters
    ----------
    pooled : DataFrame
        What `pooled_evidence` returns.

    Returns
    -------
    Figure
        The figure with its caption, alternative text and the rows that it draws.
    """
    rows = pooled.assign(
        label=[f"{group} ({counted(trials, 'trial')})" for group, trials in zip(pooled["group"], pooled["trials"])],
        section=pooled["endpoint"].map(lambda endpoint: ENDPOINTS[endpoint].capitalize()),
    )
    words = _pooled_words(pooled)
    return diamonds(rows, name="pooled", title="Pooled hazard ratios of the controlled trials", caption=HOW, alt=words)


def _pooled_words(pooled: pd.DataFrame) -> str:
    parts = [
        f"{row['endpoint']} {row['group']} {ratio_text(row)}" for row in pooled.to_dict("records") if row["trials"]
    ]
    if not parts:
        return "No trial of this edition yields a hazard ratio."
    return f"Hazard ratio with 95 % interval: {'; '.join(parts)}."


def what_it_means(reg: Registry, pooled: pd.DataFrame) -> Prose:
    """How good the evidence is: designs, how effects were had, what was counted once.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    pooled : DataFrame
        What `pooled_evidence` returns.

    Returns
    -------
    Prose
        One paragraph for the page.
    """
    parts: list[str] = []
    parts += _directness(pooled)
    worst = worst_case_words(by_allocation(log_hazard_ratios(reg, "OS"))[True])
    parts += [f"{capital(worst)} (overall survival, randomised)."] if worst else []
    parts += _double_counting(reg)
    review = int(reg.trials["record_level"].eq("review table").sum())
    if review:
        parts.append(f"{counted(review, 'report')} {verb(review, 'is', 'are')} known only from a review's table.")
    parts.append(
        f"{_abstracts(reg)}None of these numbers shows by itself that CIK cells prolong the life of a given patient."
    )
    return prose("{text}", text=" ".join(parts))


def _abstracts(reg: Registry) -> str:
    read = reg.trials["locator"].str.contains("abstract", na=False)
    if not read.any():
        return ""
    return (
        f"{counted(int(read.sum()), 'report')} of {len(read):,} {verb(int(read.sum()), 'was', 'were')} "
        "read as an abstract, and abstracts report significant results more readily than others. "
    )


def _directness(pooled: pd.DataFrame) -> list[str]:
    facts, reported, every = [], 0, 0
    for endpoint, rows in pooled.groupby("endpoint", sort=False):
        k, direct = int(rows["trials"].sum()), int(rows["direct"].sum())
        reported, every = reported + direct, every + k
        if k:
            facts.append(f"{direct or 'none'} of {k:,} for {endpoint}")
    return (
        []
        if not facts
        else [
            f"Of the pooled effects, {joined(facts)} {verb(every, 'was', 'were')} reported as "
            f"{verb(every, 'a hazard ratio', 'hazard ratios')}{_derived(reported, every)}."
        ]
    )


def _derived(reported: int, every: int) -> str:
    if reported == every:
        return ""
    return (
        f"; {_rest(reported, every)} derived from survival rates, p-values or medians and less certain than it looks"
        if every - reported == 1
        else f"; {_rest(reported, every)} derived from survival rates, p-values or medians and less certain than they look"
    )


def _rest(reported: int, every: int) -> str:
    one = every - reported == 1
    if reported:
        return "the other is" if one else "the others are"
    return "it is" if one else "all are"


def _double_counting(reg: Registry) -> list[str]:
    cohorts = reg.cohorts
    shared = cohorts[cohorts["reports"] > 1]
    if not len(shared):
        return [
            "No two reports are known to describe the same patients, but overlaps that the records do "
            "not disclose remain possible."
        ]
    reports = int(shared["reports"].sum())
    return [
        f"{reports:,} reports describe {counted(len(shared), 'group')} of patients between them and are "
        "counted once; overlaps that the records do not disclose remain possible."
    ]


def whole_sentence(reg: Registry) -> Prose:
    """Of how many trials and patients, and how the trials with groups formed them.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Prose
        One paragraph for the page.
    """
    cohorts, trials = reg.cohorts, reg.trials
    if cohorts.empty:
        return prose("This part of the registry holds no trial.")
    own = trials.loc[randomised(trials), "cohort"].nunique()
    designs = trials.loc[trials["design"].isin(CONTROLLED), "cohort"].nunique()
    review = trials.loc[trials["design"].eq("randomised") & ~randomised(trials), "cohort"]
    only = review[~review.isin(trials.loc[randomised(trials), "cohort"])].nunique()
    said = f", {only:,} more only in the words of a review" if only else ""
    return prose(
        "The edition holds {n} with {patients}, {cik}. {without}; "
        "of the {controlled} that {have} one, {own} {were} randomised by {its} own record{said}.",
        n=counted(len(cohorts), "trial"),
        patients=_patients(reg),
        cik=_given(reg),
        without=_without_controls(len(cohorts) - designs),
        controlled=f"{designs:,}",
        have=verb(designs, "has", "have"),
        own=f"{own:,}" if own else "none",
        were=verb(own, "was", "were"),
        its=verb(own, "its", "their"),
        said=said,
    )


def _without_controls(trials: int) -> str:
    if not trials:
        return "Every trial has a control group"
    return f"{trials:,} {verb(trials, 'has', 'have')} no control group"


def _patients(reg: Registry) -> str:
    """How many patients at most, and at least where trials may share some."""
    bounds = patient_bounds(reg)["patients"]
    said = counted(int(bounds.max()), "patient")
    if bounds.min() == bounds.max():
        return said
    return f"at most {said} (at least {int(bounds.min()):,}, if trials that may share patients do)"


def _given(reg: Registry) -> str:
    """How many of the patients were given CIK cells, and how many trials do not say."""
    bounds, silent = patient_bounds(reg)["cik_patients"], int(reg.cohorts["n_cik"].isna().sum())
    aside = [f"at least {int(bounds.min()):,}"] if bounds.min() != bounds.max() else []
    aside += [f"{counted(silent, 'trial')} {verb(silent, 'does', 'do')} not say how many"] if silent else []
    told = f" ({'; '.join(aside)})" if aside else ""
    return f"{int(bounds.max()):,} of them given CIK cells{told}"


def how_to_cite(reg: Registry) -> Prose:
    """The citation of this report, by which its numbers can be found again, and of the paper of its edition.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Prose
        One paragraph for the page.
    """
    return prose("Numbers of this page: {citation}", citation=cite_report(reg))

"""The front page's sentences: what the pooled results say, what they are worth, how to cite them."""

from __future__ import annotations

import pandas as pd

from ircc_lib.analysis.counts.counts import design_by_cohort
from ircc_lib.analysis.effects.pooled import ENDPOINTS
from ircc_lib.figures.chapters.update.claims import Claims, KeyFigures
from ircc_lib.figures.display.exhibit import Exhibit, Prose, prose
from ircc_lib.figures.draw.diamonds import diamonds, ratio_text
from ircc_lib.registry.editions import find_editions
from ircc_lib.text import counted, joined, percent, verb

CONTROLLED = ["randomised", "controlled_nonrandomised", "retrospective_controlled"]


def claims_exhibit(claims: pd.DataFrame) -> Claims:
    """The claims of an edition beside the published ones.

    Parameters
    ----------
    claims : what `headline` returns

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> claims_exhibit(ircc.headline(ircc.load_registry().edition("first"))).name
    'claims'
    """
    compared = claims[claims["published"].notna() & claims["value"].notna()]
    edition = claims["published_edition"].dropna()
    of_what = f"the {edition.iloc[0]} publication" if len(edition) else "a publication"
    caption = (
        f"{counted(len(compared), 'claim')} of {of_what} beside the value recomputed from the "
        "records; each opens the trials that it counts."
    )
    shown = claims.assign(
        value=[
            f"{value:,} %" if unit == "%" and value is not None else value
            for value, unit in zip(claims["value"], claims["unit"])
        ]
    )
    return Claims(data=shown, name="claims", caption=caption)


def headline_figures(claims: pd.DataFrame, pooled: pd.DataFrame) -> KeyFigures:
    """The numbers of the edition that a reader should leave with.

    Parameters
    ----------
    claims : what `headline` returns
    pooled : what `pooled_evidence` returns
    """
    by_key = claims.dropna(subset=["key"]).set_index("key")
    rows = []
    for key, label in (
        ("trials", "trials"),
        ("patients", "patients"),
        ("cik_patients", "treated with CIK cells"),
        ("entities", "tumour entities"),
    ):
        published = by_key.loc[key, "published"]
        stated = isinstance(published, str)
        edition = by_key.loc[key, "published_edition"]
        note = f"{edition} publication: {published}" if stated else "not published"
        rows.append({"label": label, "value": by_key.loc[key, "value"], "note": note, "chapter": "02_counts"})
    for row in pooled.to_dict("records"):
        if row["trials"] and row["group"] == "randomised":
            pooled_or_not = "nothing to pool" if row["trials"] == 1 else "pooled"
            rows.append(
                {
                    "label": f"hazard ratio, {row['endpoint']}, randomised trials",
                    "value": ratio_text(row),
                    "note": f"{counted(row['trials'], 'trial')}, {pooled_or_not}; below 1 favours CIK",
                    "chapter": "04_hazard_ratios",
                }
            )
    return KeyFigures(data=pd.DataFrame(rows), name="key-figures")


def pooled_figure(pooled: pd.DataFrame) -> Exhibit:
    """The pooled OS and PFS results, randomised and other controlled trials apart.

    Parameters
    ----------
    pooled : what `pooled_evidence` returns
    """
    rows = pooled.assign(
        label=[f"{group} ({counted(trials, 'trial')})" for group, trials in zip(pooled["group"], pooled["trials"])],
        section=pooled["endpoint"].map(lambda endpoint: ENDPOINTS[endpoint].capitalize()),
    )
    words = _pooled_words(pooled)
    return diamonds(
        rows, name="pooled", title="Pooled hazard ratios of the controlled trials", caption=words, alt=words
    )


def _pooled_words(pooled: pd.DataFrame) -> str:
    parts = [
        f"{row['endpoint']} {row['group']} {ratio_text(row)}" for row in pooled.to_dict("records") if row["trials"]
    ]
    if not parts:
        return "No trial of this edition yields a hazard ratio."
    return (
        f"Hazard ratio with 95 % interval: {'; '.join(parts)}. Diamonds are pooled results, squares "
        "single trials, thin lines the prediction interval for a further trial."
    )


def pooled_sentences(pooled: pd.DataFrame, *, endpoint: str) -> Prose:
    """What the pooled trials say of one endpoint, randomised first: a sentence each.

    Parameters
    ----------
    pooled : what `pooled_evidence` returns
    endpoint : ``OS`` or ``PFS``
    """
    rows = pooled[pooled["endpoint"].eq(endpoint)]
    return prose("{text}", text=" ".join(_pooled_sentence(row) for row in rows.to_dict("records")))


def _pooled_sentence(row: dict) -> str:
    who = "randomised trials" if row["group"] == "randomised" else "controlled but not randomised trials"
    endpoint = ENDPOINTS[row["endpoint"]]
    if row["trials"] == 0:
        return f"No {who.removesuffix('s')} of this edition yields a hazard ratio for {endpoint}."
    if row["trials"] == 1:
        return (
            f"One {who.removesuffix('s')} yields a hazard ratio for {endpoint}: {ratio_text(row)}; "
            "there is nothing to pool."
        )
    clear = (
        "in favour of CIK"
        if row["ci_high"] < 1
        else "against CIK"
        if row["ci_low"] > 1
        else "compatible with benefit, with none and with harm"
    )
    further = (
        "includes 1, so that a further trial could well show no benefit"
        if row["pi_high"] > 1 > row["pi_low"]
        else "excludes 1"
    )
    return (
        f"The {row['trials']:,} {who} with a hazard ratio for {endpoint} give {ratio_text(row)} "
        f"together, {clear}; heterogeneity is I² = {row['i2']:.0f} %, and the prediction interval "
        f"({row['pi_low']:.2f} to {row['pi_high']:.2f}) {further}."
    )


def what_it_means(reg, pooled: pd.DataFrame) -> Prose:
    """How good the evidence is: designs, how effects were had, what was counted once.

    Parameters
    ----------
    reg : Registry
    pooled : what `pooled_evidence` returns
    """
    designs = design_by_cohort(reg)
    n, controlled = len(designs), designs[designs.isin(CONTROLLED)]
    randomised = int(controlled.eq("randomised").sum())
    parts = []
    if n:
        parts.append(
            f"Of {counted(n, 'trial')}, {len(controlled):,} {verb(len(controlled), 'has', 'have')} "
            f"a control group and {randomised:,} {verb(randomised, 'is', 'are')} randomised; "
            f"{percent(1 - randomised / n)} are not, and in those a difference between groups may "
            "come from how the patients were chosen."
        )
    parts += _directness(pooled)
    parts += _double_counting(reg)
    review = int(reg.trials["record_level"].eq("review table").sum())
    if review:
        parts.append(f"{counted(review, 'report')} {verb(review, 'is', 'are')} known only from a review's table.")
    parts.append(
        f"{_abstracts(reg)}None of these numbers shows by itself that CIK cells prolong the life of a given patient."
    )
    return prose("{text}", text=" ".join(parts))


def _abstracts(reg) -> str:
    read = reg.trials["locator"].str.contains("abstract", na=False)
    if not read.any():
        return ""
    return (
        f"{counted(int(read.sum()), 'report')} of {len(read):,} {verb(int(read.sum()), 'was', 'were')} "
        "read as an abstract, and abstracts print significant results more readily than others. "
    )


def _directness(pooled: pd.DataFrame) -> list[str]:
    facts = []
    for endpoint, rows in pooled.groupby("endpoint", sort=False):
        k, direct = int(rows["trials"].sum()), int(rows["direct"].sum())
        if k:
            facts.append(f"{direct or 'none'} of {k:,} for {endpoint}")
    return (
        []
        if not facts
        else [
            f"Of the pooled effects, {joined(facts)} were reported as hazard ratios; the others are derived from "
            "survival rates, p-values or medians and are less certain than they look."
        ]
    )


def _double_counting(reg) -> list[str]:
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


def chapter_figures(reg, pooled: pd.DataFrame) -> KeyFigures:
    """One number from each chapter, with the page that it comes from.

    Parameters
    ----------
    reg : Registry
    pooled : what `pooled_evidence` returns
    """
    trials = reg.trials
    survival = reg.medians["trial_id"].nunique(), reg.landmarks["trial_id"].nunique()
    effects = pooled.groupby("endpoint", sort=False)["trials"].sum()
    rows = [
        (
            "01_quality",
            "records not enrolled",
            len(reg.screening),
            "found in public sources, kept aside with the reason",
        ),
        ("02_counts", "reports", len(trials), f"of {counted(trials['cohort'].nunique(), 'trial')}"),
        ("03_survival", "reports with medians", survival[0], f"and {survival[1]:,} with survival rates at a time"),
        (
            "04_hazard_ratios",
            "effects",
            int(effects.sum()),
            joined(f"{k:,} for {endpoint}" for endpoint, k in effects.items()),
        ),
        ("07_response", "reports with response", reg.responses["trial_id"].nunique(), "by arm and by criteria"),
        ("08_safety", "reports with adverse events", reg.adverse_events["trial_id"].nunique(), "terms mapped to CTCAE"),
        (
            "09_combinations",
            "reports with a co-treatment",
            int(trials["co_treatments"].notna().sum()),
            "chemotherapy, local therapy and others",
        ),
    ]
    return KeyFigures(data=pd.DataFrame(rows, columns=["chapter", "label", "value", "note"]), name="chapters")


def how_to_cite(reg) -> Prose:
    """The citation of this edition, or of the registry where it has none."""
    edition = find_editions().get(reg.edition_name)
    if edition is None:
        return prose("This is the whole registry without an edition's data cut; cite the edition that you use.")
    return prose("Please cite: {citation}", citation=edition.citation)

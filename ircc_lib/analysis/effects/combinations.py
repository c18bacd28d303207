"""What CIK cells are combined with, and how outcomes differ between those groups of trials.

These are comparisons between trials and not within them: the groups differ in tumours,
stages, years and designs as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.counts.counts import NOT_STATED, added
from ircc_lib.analysis.effects.effects import by_allocation, log_hazard_ratios
from ircc_lib.analysis.effects.extraction.evidence import stated
from ircc_lib.analysis.effects.pooled import COLUMNS, pooled_row
from ircc_lib.registry.rows import rows_of

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


# A partner of CIK cells, and the co-treatments and products of the registry that it means.
PARTNERS = {
    "chemotherapy": ["chemotherapy"],
    "local therapy (TACE, ablation)": ["TACE", "ablation"],
    "surgery": ["surgery"],
    "radiotherapy": ["radiotherapy"],
    "targeted therapy": ["targeted therapy"],
    "checkpoint inhibitor": ["immune checkpoint inhibitor"],
    "transplantation": ["transplantation"],
    "hyperthermia": ["hyperthermia"],
    "dendritic cells": ["dendritic cells", "DC-CIK"],
    "gene-modified or armed CIK": ["modified-CIK"],
    "CAR-CIK": ["CAR-CIK"],
    "other": ["other"],
}
_PARTNER = {term: partner for partner, terms in PARTNERS.items() for term in terms}


def combinations(reg: Registry) -> pd.DataFrame:
    """The partners of CIK cells in each report.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    DataFrame
        One row per report and partner: ``trial_id``, ``cohort``, ``partner``. A report with several partners has
        several rows; ``not stated`` stands for reports that name no co-treatment and whose product is CIK
        alone.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> pairs = combinations(ircc.load_registry())
    >>> "chemotherapy" in set(pairs["partner"])
    True
    """
    trials = rows_of(reg.trials[["trial_id", "cohort", "product", "co_treatments"]])
    pairs = [
        (trial["trial_id"], trial["cohort"], _PARTNER.get(term, "other"))
        for trial in trials
        if stated(trial["co_treatments"])
        for term in trial["co_treatments"].split("; ")
    ]
    pairs += [
        (trial["trial_id"], trial["cohort"], _PARTNER[trial["product"]])
        for trial in trials
        if trial["product"] in _PARTNER
    ]
    combined = {cohort for _, cohort, _ in pairs}
    pairs += [(trial["trial_id"], trial["cohort"], NOT_STATED) for trial in trials if trial["cohort"] not in combined]
    return pd.DataFrame(list(dict.fromkeys(pairs)), columns=["trial_id", "cohort", "partner"])


def combination_table(reg: Registry) -> pd.DataFrame:
    """Trials and patients of each partner of CIK cells.

    Returns
    -------
    DataFrame, most trials first, what is not stated last: ``category`` (the partner),
    ``trials``, ``share`` (0..1), ``patients``, ``cik_patients``, ``trial_ids``

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> bool((combination_table(ircc.load_registry())["share"] <= 1).all())
    True
    """
    cohorts = {cohort["cohort"]: cohort for cohort in rows_of(reg.cohorts.reset_index())}
    members: dict[str, dict[str, list[str]]] = {}
    for pair in rows_of(combinations(reg)):
        members.setdefault(pair["partner"], {}).setdefault(pair["cohort"], []).append(pair["trial_id"])
    rows: list[dict[str, Any]] = [
        {
            "category": partner,
            "trials": len(reports),
            "share": len(reports) / len(cohorts),
            "patients": added(cohorts[cohort]["n_total"] for cohort in reports),
            "cik_patients": added(cohorts[cohort]["n_cik"] for cohort in reports),
            "trial_ids": "; ".join(trial_id for _, found in sorted(reports.items()) for trial_id in found),
        }
        for partner, reports in members.items()
    ]
    rows.sort(key=lambda row: (row["category"] == NOT_STATED, -row["trials"], row["category"]))
    return pd.DataFrame(rows, columns=["category", "trials", "share", "patients", "cik_patients", "trial_ids"])


def pooled_by_combination(reg: Registry, endpoint: str = "OS") -> pd.DataFrame:
    """Pooled hazard ratios of the trials of each partner, randomised and not apart.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    endpoint : str
        ``OS`` or ``PFS`` (the whole family).

    Returns
    -------
    DataFrame
        One row per partner and design group with at least one effect: the columns of `pooled_evidence` and
        ``partner``. A trial with two partners is in both, so that the groups are not independent.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> table = pooled_by_combination(ircc.load_registry(), endpoint="OS")
    >>> bool((table["trials"] >= 1).all())
    True
    """
    effects = log_hazard_ratios(reg, endpoint=endpoint)
    pairs = combinations(reg)[["cohort", "partner"]].drop_duplicates()
    joint = effects.drop(columns="partner", errors="ignore").merge(pairs, on="cohort")
    rows = []
    for randomised, kind in by_allocation(joint).items():
        group = "randomised" if randomised else "not randomised"
        rows += [
            {"endpoint": endpoint, "partner": partner, "group": group} | pooled_row(part)
            for partner, part in kind.groupby("partner")
        ]
    table = pd.DataFrame(rows, columns=["partner", *COLUMNS])
    order = combination_table(reg)["category"].tolist()
    table = (
        table.assign(place=table["partner"].map(order.index), later=table["group"].ne("randomised"))
        .sort_values(["place", "later"])
        .drop(columns=["place", "later"])
        .reset_index(drop=True)
    )
    table.attrs["endpoint"] = endpoint
    return table

"""What CIK cells are combined with, and how outcomes differ between those groups of trials.

These are comparisons between trials and not within them: the groups differ in tumours,
stages, years and designs as well.
"""

from __future__ import annotations

import pandas as pd

from .counts import NOT_STATED
from .effects import log_hazard_ratios
from .pooled_evidence import COLUMNS, pooled_row

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


def combinations(reg) -> pd.DataFrame:
    """The partners of CIK cells in each report.

    Returns
    -------
    DataFrame, one row a report and partner: ``trial_id``, ``cohort``, ``partner``. A report
    with several partners has several rows; ``not stated`` stands for reports that name no
    co-treatment and whose product is CIK alone.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> pairs = combinations(ircc.load_registry())
    >>> "chemotherapy" in set(pairs["partner"])
    True
    """
    trials = reg.trials[["trial_id", "cohort", "product", "co_treatments"]]
    given = trials.assign(term=trials["co_treatments"].str.split("; ")).explode("term")
    made = trials.assign(term=trials["product"])
    given["partner"] = given["term"].map(lambda term: _PARTNER.get(term, "other"), na_action="ignore")
    made["partner"] = made["term"].map(_PARTNER)
    pairs = pd.concat([given, made]).dropna(subset=["partner"])[["trial_id", "cohort", "partner"]]
    alone = trials[~trials["cohort"].isin(pairs["cohort"])].assign(partner=NOT_STATED)
    return pd.concat([pairs,
                      alone[["trial_id", "cohort", "partner"]]]).drop_duplicates().reset_index(drop=True)


def combination_table(reg) -> pd.DataFrame:
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
    cohorts = reg.cohorts[["n_total", "n_cik"]]
    pairs = combinations(reg).groupby(["partner", "cohort"])["trial_id"].agg("; ".join).reset_index()
    pairs = pairs.merge(cohorts, left_on="cohort", right_index=True)
    table = pairs.groupby("partner").agg(
        trials=("cohort", "size"), trial_ids=("trial_id", "; ".join)).reset_index()
    grouped = pairs.groupby("partner")
    table["patients"] = grouped["n_total"].sum(min_count=1).to_numpy()
    table["cik_patients"] = grouped["n_cik"].sum(min_count=1).to_numpy()
    table["share"] = table["trials"] / max(len(cohorts), 1)
    table["last"] = table["partner"].eq(NOT_STATED)
    table = table.sort_values(["last", "trials", "partner"], ascending=[True, False, True])
    table = table.rename(columns={"partner": "category"}).reset_index(drop=True)
    return table[["category", "trials", "share", "patients", "cik_patients", "trial_ids"]]


def pooled_by_combination(reg, *, endpoint: str = "OS") -> pd.DataFrame:
    """Pooled hazard ratios of the trials of each partner, randomised and not apart.

    Parameters
    ----------
    reg : Registry
    endpoint : ``OS`` or ``PFS`` (the whole family)

    Returns
    -------
    DataFrame, one row a partner and design group with at least one effect: the columns of
    `pooled_evidence` and ``partner``. A trial with two partners is in both, so that the
    groups are not independent.

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
    for (partner, randomised), part in joint.groupby(["partner", joint["randomised"].astype(bool)]):
        group = "randomised" if randomised else "not randomised"
        rows.append({"endpoint": endpoint, "partner": partner, "group": group} | pooled_row(part))
    table = pd.DataFrame(rows, columns=["partner", *COLUMNS])
    order = combination_table(reg)["category"].tolist()
    return (table.assign(place=table["partner"].map(order.index), later=table["group"].ne("randomised"))
            .sort_values(["place", "later"]).drop(columns=["place", "later"]).reset_index(drop=True))

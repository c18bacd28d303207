"""How many: trials and patients by year, tumour, country, design, product and co-treatment.

A trial is a cohort: reports of the same patients are counted once, with the size of the
largest of them. A report that states no total counts with the arms that it states.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

NOT_STATED = "not stated"
DIMENSIONS = {
    "entity": "tumour entity", "organ_system": "organ system", "country": "country", "design": "design",
    "product": "product", "co_treatment": "co-treatment", "cell_source": "source of the cells",
    "phase": "phase", "publication_type": "publication", "record_level": "record read",
}
_DESIGNS = {
    "randomised": "randomised", "controlled_nonrandomised": "non-randomised with controls",
    "retrospective_controlled": "retrospective with controls", "single_arm": "single arm",
    "case_report": "case report",
}


def growth(reg) -> pd.DataFrame:
    """Trials and patients of each year and up to it.

    Returns
    -------
    DataFrame, one row a year from the first to the last, years without a trial included:
    ``year``, ``trials``, ``patients``, ``cik_patients`` of cohorts first reported in that
    year, and the same with ``_so_far`` added up to its end.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> table = growth(ircc.load_registry())
    >>> int(table["trials_so_far"].iloc[-1]) == int(table["trials"].sum())
    True
    """
    cohorts = reg.cohorts
    by_year = cohorts.groupby("year").agg(
        trials=("n_total", "size"), patients=("n_total", "sum"), cik_patients=("n_cik", "sum"))
    if len(by_year):
        years = range(int(by_year.index.min()), int(by_year.index.max()) + 1)
        by_year = by_year.reindex(pd.Index(years, name="year"), fill_value=0)
    so_far = by_year.cumsum().add_suffix("_so_far")
    return by_year.join(so_far).astype("Int64").reset_index()


def tabulate(reg, by: str) -> pd.DataFrame:
    """Trials and patients in each category of one description of the trials.

    Parameters
    ----------
    reg : Registry
    by : one of ``entity``, ``organ_system``, ``country``, ``design``, ``product``,
        ``co_treatment``, ``cell_source``, ``phase``, ``publication_type``, ``record_level``

    Returns
    -------
    DataFrame, most trials first and what is not stated last: ``category``, ``trials``
    (cohorts), ``share`` of all cohorts (0..1), ``patients``, ``cik_patients`` (missing where
    no trial of the category states any), ``trial_ids`` ("; "-joined). A trial of two
    tumours or co-treatments is in both categories, so shares may add to more than 1.

    Raises
    ------
    ValueError if `by` is no such description

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> table = tabulate(ircc.load_registry(), "design")
    >>> round(float(table["share"].sum()), 6)
    1.0
    """
    if by not in DIMENSIONS:
        raise ValueError(f"by: found {by!r}; one of {', '.join(DIMENSIONS)}")
    pairs = _categories(reg, by)
    cohorts = reg.cohorts
    sizes = _entity_sizes(reg, by, cohorts)
    members = pairs.groupby(["category", "cohort"], sort=False)["trial_id"].agg("; ".join).reset_index()
    members = members.merge(sizes, on=[key for key in ("category", "cohort") if key in sizes], how="left")
    table = members.groupby("category", sort=False).agg(
        trials=("cohort", "size"), trial_ids=("trial_id", "; ".join)).reset_index()
    for name in ("patients", "cik_patients"):
        table[name] = members.groupby("category", sort=False)[name].sum(min_count=1).to_numpy()
    table["share"] = table["trials"] / max(len(cohorts), 1)
    table["last"] = table["category"].eq(NOT_STATED)
    table = table.sort_values(["last", "trials", "patients", "category"],
                              ascending=[True, False, False, True])
    return table[["category", "trials", "share", "patients", "cik_patients",
                  "trial_ids"]].reset_index(drop=True)


def _categories(reg, by: str) -> pd.DataFrame:
    """Pairs of trial and category, each once."""
    ordered = reg.trials.sort_values(["year", "trial_id"], kind="stable")
    trials = ordered[["trial_id", "cohort"]]
    if by in ("entity", "organ_system"):
        pairs = trials.merge(reg.entities[["trial_id", by]], on="trial_id", how="left")
    elif by == "co_treatment":
        lists = ordered["co_treatments"].str.split("; ")
        pairs = trials.assign(co_treatment=lists).explode("co_treatment")
    else:
        pairs = trials.assign(**{by: ordered[by]})
    named = pairs.rename(columns={by: "category"})
    if by == "design":
        named["category"] = named["category"].map(design_words)
    named["category"] = named["category"].replace({"unreported": np.nan, "": np.nan})
    named = _fill_within_cohort(named).drop_duplicates(["trial_id", "category"])
    return named if by in ("entity", "organ_system", "co_treatment") else _one_a_cohort(named)


def _fill_within_cohort(pairs: pd.DataFrame) -> pd.DataFrame:
    """Drop a report's missing category where another report of the same patients states one."""
    stated = pairs.groupby("cohort")["category"].transform("count") > 0
    kept = pairs[pairs["category"].notna() | ~stated]
    return kept.assign(category=kept["category"].fillna(NOT_STATED))


def _one_a_cohort(pairs: pd.DataFrame) -> pd.DataFrame:
    """One category a cohort: the one that most of its reports state, the earliest where they tie."""
    counts = pairs.groupby(["cohort", "category"], sort=False).size().reset_index(name="reports")
    chosen = counts.sort_values("reports", ascending=False, kind="stable").drop_duplicates("cohort")
    return pairs.merge(chosen[["cohort", "category"]], on=["cohort", "category"])


def _entity_sizes(reg, by: str, cohorts: pd.DataFrame) -> pd.DataFrame:
    """Patients a cohort brings to a category: all of them, or those stated for that tumour."""
    whole = cohorts[["n_total", "n_cik"]].rename(columns={"n_total": "patients", "n_cik": "cik_patients"})
    if by not in ("entity", "organ_system"):
        return whole.reset_index()
    stated = reg.entities.drop(columns="cohort", errors="ignore").merge(
        reg.trials[["trial_id", "cohort"]], on="trial_id")
    one_tumour = stated.groupby("cohort")[by].transform("nunique").eq(1)
    report = stated.groupby(["cohort", by, "trial_id"])[["n_patients", "n_cik"]].sum(min_count=1)
    parts = report.groupby(["cohort", by]).max().reset_index()
    parts = parts.rename(columns={by: "category", "n_patients": "patients", "n_cik": "cik_patients"})
    alone = parts["cohort"].isin(stated.loc[one_tumour, "cohort"])
    parts.loc[alone, ["patients", "cik_patients"]] = whole.reindex(parts.loc[alone, "cohort"]).to_numpy()
    return parts


def design_by_cohort(reg) -> pd.Series:
    """The design of each cohort: that of most of its reports, the earliest where they tie.

    Returns
    -------
    Series of designs as the registry names them, indexed by cohort

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> reg = ircc.load_registry()
    >>> len(design_by_cohort(reg)) == reg.trials["cohort"].nunique()
    True
    """
    trials = reg.trials.sort_values(["year", "trial_id"], kind="stable")
    chosen = _one_a_cohort(trials[["trial_id", "cohort"]].assign(category=trials["design"]))
    return chosen.drop_duplicates("cohort").set_index("cohort")["category"]


def design_words(design) -> object:
    """A design as a reader would say it.

    Examples
    --------
    >>> design_words("controlled_nonrandomised")
    'non-randomised with controls'
    """
    return _DESIGNS.get(design, design)

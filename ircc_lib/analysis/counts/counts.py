"""How many: trials and patients by year, tumour, country, design, product and co-treatment.

A trial is a cohort: reports of the same patients are counted once, with the size of the
largest of them. A report that states no total counts with the arms that it states.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ircc_lib.registry.rows import by_year, rows_of

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


NOT_STATED = "not stated"
DIMENSIONS = {
    "entity": "tumour entity",
    "organ_system": "organ system",
    "country": "country",
    "design": "design",
    "product": "product",
    "co_treatment": "co-treatment",
    "cell_source": "source of the cells",
    "phase": "phase",
    "publication_type": "publication",
    "record_level": "record read",
}
TUMOUR = ("entity", "organ_system")  # stated a tumour, of which a trial may have several
_COLUMNS = {"co_treatment": "co_treatments"}
_DESIGNS = {
    "randomised": "randomised",
    "controlled_nonrandomised": "non-randomised with controls",
    "retrospective_controlled": "retrospective with controls",
    "single_arm": "single arm",
    "case_report": "case report",
}


def growth(reg: Registry) -> pd.DataFrame:
    """Trials and patients of each year and up to it.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    DataFrame
        One row per year from the first to the last, years without a trial included, cohorts whose year is not
        known in none of them (`year_unknown`): ``year``, ``trials``, ``patients``, ``cik_patients`` of cohorts
        first reported in that year, and the same with ``_so_far`` added up to its end.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> table = growth(ircc.load_registry())
    >>> int(table["trials_so_far"].iloc[-1]) == int(table["trials"].sum())
    True
    """
    cohorts = reg.cohorts
    by_year = cohorts.groupby("year").agg(
        trials=("n_total", "size"), patients=("n_total", "sum"), cik_patients=("n_cik", "sum")
    )
    if len(by_year):
        years = range(int(by_year.index.min()), int(by_year.index.max()) + 1)
        by_year = by_year.reindex(pd.Index(years, name="year"), fill_value=0)
    so_far = by_year.cumsum().add_suffix("_so_far")  # of cohorts whose year is known
    return by_year.join(so_far).astype("Int64").reset_index()


def year_unknown(reg: Registry) -> dict[str, int]:
    """Trials and patients of cohorts of which no report has a known year.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> reg = ircc.load_registry()
    >>> year_unknown(reg)["trials"] + int(growth(reg)["trials"].sum()) == len(reg.cohorts)
    True
    """
    undated = reg.cohorts[reg.cohorts["year"].isna()]
    return {
        "trials": len(undated),
        "patients": int(undated["n_total"].sum()),
        "cik_patients": int(undated["n_cik"].sum()),
    }


def tabulate(reg: Registry, by: str) -> pd.DataFrame:
    """Trials and patients in each category of one description of the trials.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    by : str
        One of ``entity``, ``organ_system``, ``country``, ``design``, ``product``,
        ``co_treatment``, ``cell_source``, ``phase``, ``publication_type``, ``record_level``.

    Returns
    -------
    DataFrame
        Most trials first and what is not stated last: ``category``, ``trials`` (cohorts), ``share`` of all
        cohorts (0..1), ``patients``, ``cik_patients`` (missing where no trial of the category states any),
        ``trial_ids`` ("; "-joined). A trial of two tumours or co-treatments is in both categories, so shares
        may add to more than 1.

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
    members: dict[str, dict[str, list[str]]] = {}
    for trial_id, cohort, category in _categories(reg, by):
        members.setdefault(category, {}).setdefault(cohort, []).append(trial_id)
    sizes, cohorts, rows = _sizes(reg, by), len(reg.cohorts), []
    for category, reports in members.items():
        keys = [(cohort, category) if by in TUMOUR else cohort for cohort in reports]
        patients, cik = zip(*(sizes.get(key, (np.nan, np.nan)) for key in keys))
        rows.append(
            {
                "category": category,
                "trials": len(reports),
                "share": len(reports) / cohorts,
                "patients": added(patients),
                "cik_patients": added(cik),
                "trial_ids": "; ".join(trial_id for found in reports.values() for trial_id in found),
            }
        )
    return pd.DataFrame(
        sorted(rows, key=_place), columns=["category", "trials", "share", "patients", "cik_patients", "trial_ids"]
    )


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    patients = -1 if pd.isna(row["patients"]) else row["patients"]
    return row["category"] == NOT_STATED, -row["trials"], -patients, row["category"]


def _categories(reg: Registry, by: str) -> list[tuple[str, str, str]]:
    """Report, cohort and category, each once, the oldest report first.

    A report that states none is left out where another report of the same patients states one.
    """
    given = _stated(reg, by)
    pairs = [
        (trial_id, cohort, category)
        for trial_id, cohort in _oldest_first(reg)
        for category in given.get(trial_id, [None])
    ]
    stated = {cohort for _, cohort, category in pairs if category is not None}
    named = list(
        dict.fromkeys(
            (trial_id, cohort, NOT_STATED if category is None else category)
            for trial_id, cohort, category in pairs
            if category is not None or cohort not in stated
        )
    )
    return named if by in (*TUMOUR, "co_treatment") else _one_a_cohort(named)


def _stated(reg: Registry, by: str) -> dict[str, list[str | None]]:
    """The categories that each report states; None where it states none."""
    table, column = (reg.entities, by) if by in TUMOUR else (reg.trials, _COLUMNS.get(by, by))
    given: dict[str, list[str | None]] = {}
    for trial_id, value in zip(table["trial_id"].tolist(), table[column].tolist()):
        lacking = pd.isna(value) or value in ("unreported", "")
        values = [None] if lacking else value.split("; ") if by == "co_treatment" else [value]
        given.setdefault(trial_id, []).extend(map(design_words, values) if by == "design" else values)
    return given


def _oldest_first(reg: Registry) -> list[tuple[str, str]]:
    """Reports and their cohorts."""
    reports = sorted(rows_of(reg.trials[["trial_id", "cohort", "year"]]), key=by_year)
    return [(report["trial_id"], report["cohort"]) for report in reports]


def _one_a_cohort(pairs: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """One category a cohort: the one that most of its reports state, the earliest where they tie."""
    reports: dict[str, Counter[str]] = {}
    for _, cohort, category in pairs:
        reports.setdefault(cohort, Counter())[category] += 1
    chosen = {cohort: max(found, key=found.__getitem__) for cohort, found in reports.items()}
    return [pair for pair in pairs if pair[2] == chosen[pair[1]]]


def _sizes(reg: Registry, by: str) -> dict[Any, Any]:
    """Patients, and those treated with CIK, of each cohort; of a tumour those stated for it.

    For tumours the keys are pairs of cohort and tumour; a cohort of one tumour brings all its patients.
    """
    cohorts = reg.cohorts
    whole = dict(zip(cohorts.index.tolist(), zip(cohorts["n_total"].tolist(), cohorts["n_cik"].tolist())))
    if by not in TUMOUR:
        return whole
    cohort_of = dict(_oldest_first(reg))
    stated: dict[tuple[str, str], dict[str, list[dict[str, Any]]]] = {}
    for row in rows_of(reg.entities[["trial_id", by, "n_patients", "n_cik"]]):
        if row["trial_id"] in cohort_of and not pd.isna(row[by]):
            key = cohort_of[row["trial_id"]], row[by]
            stated.setdefault(key, {}).setdefault(row["trial_id"], []).append(row)
    tumours = Counter(cohort for cohort, _ in stated)
    return {
        (cohort, tumour): whole[cohort] if tumours[cohort] == 1 else _largest(reports.values())
        for (cohort, tumour), reports in stated.items()
    }


def _largest(reports: Iterable[list[dict[str, Any]]]) -> tuple[Any, ...]:
    """Of the reports of a cohort on a tumour the largest sizes, each the sum of a report's rows."""
    return tuple(
        max((size for rows in reports if not pd.isna(size := added(row[name] for row in rows))), default=np.nan)
        for name in ("n_patients", "n_cik")
    )


def added(sizes: Iterable[int]) -> float:
    """The sum of the sizes that are known, NaN where none is.

    >>> added([12, pd.NA, 30]), added([pd.NA])
    (42, nan)
    """
    known = [size for size in sizes if not pd.isna(size)]
    return sum(known) if known else np.nan


def design_by_cohort(reg: Registry) -> pd.Series:
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
    design_of = dict(zip(reg.trials["trial_id"].tolist(), reg.trials["design"].tolist()))
    pairs = [
        (trial_id, cohort, design_of[trial_id])
        for trial_id, cohort in _oldest_first(reg)
        if not pd.isna(design_of[trial_id])
    ]
    chosen = {cohort: design for _, cohort, design in _one_a_cohort(pairs)}
    return pd.Series(
        list(chosen.values()), index=pd.Index(list(chosen), name="cohort", dtype="str"), name="category", dtype="str"
    )


def design_words(design: Any) -> str | None:
    """A design as a reader would say it.

    Examples
    --------
    >>> design_words("controlled_nonrandomised")
    'non-randomised with controls'
    """
    return _DESIGNS.get(design, design)

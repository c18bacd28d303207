"""Which trials report a significantly better outcome with CIK cells, and by which rows.

The rule, the same for every count of the report. Judged are between-group comparisons that concern the whole
trial (no subgroup) and patients with against patients without CIK cells (not CIK patients with each other).

* *Tested* is a trial that prints a p-value (exact, a bound, or "not significant") or a 95 % confidence interval of
  a hazard ratio. Of several endpoints of the progression family the first of PFS, DFS, RFS, EFS, TTP and TTR that
  was tested decides, so that a gain in a lesser endpoint does not stand for none in the better one.
* *Significant* is one of these whose comparison is stated to favour CIK and has an exact p-value below 0.05, one
  stated to lie below a bound of at most 0.05, or a 95 % interval of the hazard ratio that excludes 1. A p-value
  reported as one of several counts only if all of them are below 0.05. A one-sided p-value is doubled first.
* *In words* is a trial that is not tested and whose record calls the gain significant without a number.

No p-value is computed here, and none is corrected for the number of tests of a trial.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.facts import with_trial
from ircc_lib.registry.rows import rows_of, usable_rows

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


ALPHA = 0.05
FAMILIES = ("PFS", "OS")
FIVE_YEARS = 60.0  # months
ORDER = ["OS", "PFS", "DFS", "RFS", "EFS", "TTP", "TTR"]  # of the endpoints of a family, the better first
_PRINTED = ("exact", "below", "above", "not significant", "ambiguous")
_NUMBER = re.compile(r"\d*\.\d+")
_FIVE_YEAR_NOTE = r"\b(?:5|five)-year"


def significant_comparisons(reg: Registry) -> pd.DataFrame:
    """Comparisons of whole trials against control, each judged by the rule of this module.

    Returns
    -------
    DataFrame
        The rows of ``reg.comparisons`` that the rule may judge, with ``cohort``, ``design``, ``allocation`` (in
        words), ``entity`` (the tumour entity; `SEVERAL` for more than one), and bools: ``tested``, ``decides``
        (of the endpoint that speaks for its family), ``significant`` and ``in_words``.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> judged = significant_comparisons(ircc.load_registry())
    >>> bool(judged["subgroup"].isna().all() and judged["significant"].any())
    True
    """
    return with_trial(reg, _judged(_of_whole_trials(usable_rows(reg.comparisons))))


def significant_trials(reg: Registry, family: str) -> dict[str, str]:
    """Trials with a significant gain in an endpoint family, each with the rows that say so.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    family : str
        ``OS``, or ``PFS`` for progression- or disease-free survival (PFS, TTP, DFS, RFS, TTR, EFS).

    Returns
    -------
    dict
        trial_id -> row_ids of the significant comparisons, "; "-joined, in the registry's order.

    Raises
    ------
    ValueError : an unknown family

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> significant_trials(ircc.load_registry(), "OS")["Zhao2013"].startswith("comparisons:")
    True
    """
    if family not in FAMILIES:
        raise ValueError(f"endpoint family must be one of {FAMILIES}, found {family!r}")
    rows = _judged(_of_whole_trials(usable_rows(reg.comparisons)))
    return _rows_by_trial(rows[rows["endpoint_family"].eq(family) & rows["significant"]])


def five_year_trials(reg: Registry) -> dict[str, str]:
    """Trials with significantly better 5-year overall survival, each with the rows that say so.

    Counted are trials that print overall survival at 60 months of whole arms, higher with CIK, with a
    p-value below 0.05 beside the rates; and trials with a significant OS comparison of which the note says
    that it is the 5-year one.

    Returns
    -------
    dict of str
        By trial_id.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "Zhao2013" in five_year_trials(ircc.load_registry())
    True
    """
    return _five_year_trials(five_year_rates(reg), significant_comparisons(reg))


def _of_whole_trials(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["subgroup"].isna() & ~rows["orientation"].eq("within_cik").fillna(False)]


def _judged(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with ``tested``, ``decides``, ``significant`` and ``in_words``, by the rule of this module."""
    rows = rows.assign(tested=_tested(rows), place=rows["endpoint"].map(_place))
    keys = [rows["trial_id"], rows["endpoint_family"]]
    any_test = rows["tested"].groupby(keys).transform("any") if len(rows) else rows["tested"]
    first = (
        rows["place"].where(rows["tested"] | ~any_test).groupby(keys).transform("min") if len(rows) else rows["place"]
    )
    decides = rows["tested"] & rows["place"].eq(first)
    said = rows["note"].astype("str").str.contains("significan", case=False)
    words = ~any_test & said & rows["direction"].eq("cik_better").fillna(False)
    rows = rows.assign(decides=decides, significant=decides & _significant(rows), in_words=words)
    return rows.drop(columns="place")


def _place(endpoint: Any) -> int:
    return ORDER.index(endpoint) if endpoint in ORDER else len(ORDER)


def _tested(rows: pd.DataFrame) -> pd.Series:
    ratio = rows["effect_type"].eq("HR") & rows["ci_low"].notna() & rows["ci_high"].notna()
    return (rows["p_relation"].isin(_PRINTED) | ratio).fillna(False).astype(bool)


def _significant(rows: pd.DataFrame) -> pd.Series:
    better = rows["direction"].eq("cik_better").fillna(False)
    return better & (_small_p(rows) | _interval_excludes_one(rows))


def _small_p(rows: pd.DataFrame) -> pd.Series:
    two_sided = rows["p_value"] * _sides(rows)
    exact = rows["p_relation"].eq("exact") & two_sided.lt(ALPHA)
    bound = rows["p_relation"].eq("below") & two_sided.le(ALPHA)
    several = rows["p_relation"].eq("ambiguous") & rows["p_value_reported"].map(_all_small).astype(bool)
    return (exact | bound | several).fillna(False).astype(bool)


def _sides(rows: pd.DataFrame) -> pd.Series:
    """2 for a p-value that is printed as one-sided, which a two-sided one is twice of; else 1."""
    one = pd.Series(False, index=rows.index)
    for column in ("alternative", "note"):
        if column in rows:
            one |= rows[column].astype("str").str.contains(r"one.sided", case=False)
    return one.map({True: 2.0, False: 1.0}).astype(float)


def _all_small(reported: Any) -> bool:
    numbers = _NUMBER.findall(str(reported))
    return bool(numbers) and all(float(number) < ALPHA for number in numbers)


def _interval_excludes_one(rows: pd.DataFrame) -> pd.Series:
    ratio = rows["effect_type"].eq("HR") & rows["ci_level"].ge(1 - ALPHA)
    return (ratio & (rows["ci_high"].lt(1) | rows["ci_low"].gt(1))).fillna(False).astype(bool)


def _rows_by_trial(rows: pd.DataFrame) -> dict[str, str]:
    return rows.groupby("trial_id", sort=False)["row_id"].agg("; ".join).to_dict() if len(rows) else {}


def five_year_rates(reg: Registry) -> pd.DataFrame:
    """Usable rates of overall survival of whole groups at five years."""
    rates = usable_rows(reg.landmarks)
    return rates[rates["endpoint_family"].eq("OS") & rates["arm"].isna() & (rates["time"] - FIVE_YEARS).abs().lt(0.5)]


def _five_year_trials(rates: pd.DataFrame, judged: pd.DataFrame) -> dict[str, str]:
    arms: dict[str, dict[str, float]] = {"cik": {}, "control": {}}
    for row in rows_of(rates.loc[rates["survival"].notna(), ["trial_id", "group", "survival"]]):
        arms.get(row["group"], {}).setdefault(row["trial_id"], row["survival"])
    higher = [trial_id for trial_id, rate in arms["cik"].items() if rate > arms["control"].get(trial_id, rate)]
    rates = rates[_small_p(rates) & rates["trial_id"].isin(higher)]
    noted = judged[
        judged["significant"]
        & judged["endpoint_family"].eq("OS")
        & judged["note"].astype("str").str.contains(_FIVE_YEAR_NOTE, case=False)
    ]
    return _rows_by_trial(pd.concat([rates[["trial_id", "row_id"]], noted[["trial_id", "row_id"]]]))

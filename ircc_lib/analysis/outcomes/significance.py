"""Which trials report a significantly better outcome with CIK cells, and by which rows.

The rule, the same for every count of the report. A trial counts for an endpoint if at least one of its
between-group comparisons

* concerns the whole trial (no subgroup) and patients with against patients without CIK cells
  (not CIK patients with each other),
* is stated to favour CIK, and
* has an exact p-value below 0.05, or one stated to lie below a bound of at most 0.05, or a
  95 % confidence interval of the hazard ratio that excludes 1. A p-value reported as one of several
  counts only if all of them are below 0.05.

No p-value is computed here, and none is corrected for the number of tests of a trial.
"""

from __future__ import annotations

import re

import pandas as pd

from ircc_lib.registry.rows import rows_of, usable_rows

ALPHA = 0.05
SEVERAL = "several entities"  # of a trial in more than one tumour
FAMILIES = ("PFS", "OS")
FIVE_YEARS = 60.0  # months
_FACTS = ["trial_id", "cohort", "year", "design", "n_cik", "n_control"]
_NUMBER = re.compile(r"\d*\.\d+")
_FIVE_YEAR_NOTE = r"\b(?:5|five)-year"


def significant_comparisons(reg) -> pd.DataFrame:
    """Comparisons of whole trials against control, each judged by the rule of this module.

    Parameters
    ----------
    reg : Registry

    Returns
    -------
    The rows of ``reg.comparisons`` that the rule may judge, with ``cohort``, ``design``, ``entity`` (the
    tumour entity; `SEVERAL` for more than one) and ``significant`` (bool).

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> judged = significant_comparisons(ircc.load_registry())
    >>> bool(judged["subgroup"].isna().all() and judged["significant"].any())
    True
    """
    rows = with_trial(reg, _of_whole_trials(usable_rows(reg.comparisons)))
    return rows.assign(significant=_significant(rows))


def significant_trials(reg, family: str) -> dict[str, str]:
    """Trials with a significant gain in an endpoint family, each with the rows that say so.

    Parameters
    ----------
    reg : Registry
    family : ``OS``, or ``PFS`` for progression- or disease-free survival (PFS, TTP, DFS, RFS, TTR, EFS)

    Returns
    -------
    dict : trial_id -> row_ids of the significant comparisons, "; "-joined, in the registry's order

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
    rows = _of_whole_trials(usable_rows(reg.comparisons))
    rows = rows[rows["endpoint_family"].eq(family)]
    return _rows_by_trial(rows[_significant(rows)])


def five_year_trials(reg) -> dict[str, str]:
    """Trials with significantly better 5-year overall survival, each with the rows that say so.

    Counted are trials that print overall survival at 60 months of whole arms, higher with CIK, with a
    p-value below 0.05 beside the rates; and trials with a significant OS comparison of which the note says
    that it is the 5-year one.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "Zhao2013" in five_year_trials(ircc.load_registry())
    True
    """
    return _five_year_trials(_five_year_rates(reg), significant_comparisons(reg))


def significance_table(reg) -> pd.DataFrame:
    """How many trials gained significantly, by endpoint and then by entity and by design.

    Returns
    -------
    DataFrame: ``by`` (all trials, design, entity), ``value``, ``endpoint`` (PFS, OS, 5-year OS), ``tested``
    (cohorts with a whole-trial comparison of it against control), ``significant`` (cohorts), ``trial_ids``
    (of the significant ones, "; "-joined). Cohorts are counted, so that reports of the same patients count
    once.
    """
    judged, rates, facts = significant_comparisons(reg), _five_year_rates(reg), trial_facts(reg)
    rows = rows_of(judged[["trial_id", "cohort", "design", "entity", "endpoint_family", "significant"]])
    found = [
        row
        for family in FAMILIES
        for row in _tallied([row for row in rows if row["endpoint_family"] == family], family)
    ]
    five = _five_year_trials(rates, judged)
    arms: dict[str, set[str]] = {}
    for trial_id, group in zip(rates["trial_id"].tolist(), rates["group"].tolist()):
        arms.setdefault(trial_id, set()).add(group)
    both = [trial_id for trial_id, groups in arms.items() if groups >= {"cik", "control"}]
    named = [row["trial_id"] for row in rows if row["trial_id"] in five]
    tested = [
        facts[trial_id] | {"significant": trial_id in five}
        for trial_id in dict.fromkeys(both + named)
        if trial_id in facts
    ]
    return pd.DataFrame(
        found + _tallied(tested, "5-year OS"), columns=["by", "value", "endpoint", "tested", "significant", "trial_ids"]
    )


def with_trial(reg, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with the cohort, year, design, sizes and tumour entity of their trial."""
    about = reg.trials[_FACTS].drop_duplicates("trial_id").set_index("trial_id").reindex(rows["trial_id"])
    rows = rows.drop(columns=["cohort", "year", "design"], errors="ignore").reset_index(drop=True)
    rows = rows.assign(**about.reset_index(drop=True))
    rows["entity"] = rows["trial_id"].map(trial_entities(reg)).fillna("not stated")
    rows["randomised"] = rows["design"].eq("randomised").fillna(False).astype(bool)
    return rows


def trial_entities(reg) -> pd.Series:
    """The tumour entity of each trial; `SEVERAL` where it has more than one.

    Returns
    -------
    Series, indexed by trial_id

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> trial_entities(ircc.load_registry())["Lee2019"]
    'hepatocellular carcinoma'
    """
    entities = _entity_by_trial(reg)
    return pd.Series(
        list(entities.values()),
        index=pd.Index(list(entities), name="trial_id", dtype="str"),
        name="entity",
        dtype="str",
    )


def trial_facts(reg) -> dict[str, dict]:
    """What `with_trial` adds to rows, by trial, for those that are read one by one.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> trial_facts(ircc.load_registry())["Lee2019"]["entity"]
    'hepatocellular carcinoma'
    """
    entities = _entity_by_trial(reg)
    return {
        row["trial_id"]: row
        | {"entity": entities.get(row["trial_id"], "not stated"), "randomised": row["design"] == "randomised"}
        for row in rows_of(reg.trials[_FACTS])
    }


def _entity_by_trial(reg) -> dict[str, str]:
    named: dict[str, set[str]] = {}
    for trial_id, entity in zip(reg.entities["trial_id"].tolist(), reg.entities["entity"].tolist()):
        named.setdefault(trial_id, set()).add(entity)
    return {trial_id: found.pop() if len(found) == 1 else SEVERAL for trial_id, found in sorted(named.items())}


def _of_whole_trials(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["subgroup"].isna() & ~rows["orientation"].eq("within_cik").fillna(False)]


def _significant(rows: pd.DataFrame) -> pd.Series:
    better = rows["direction"].eq("cik_better").fillna(False)
    return better & (_small_p(rows) | _interval_excludes_one(rows))


def _small_p(rows: pd.DataFrame) -> pd.Series:
    exact = rows["p_relation"].eq("exact") & rows["p_value"].lt(ALPHA)
    bound = rows["p_relation"].eq("below") & rows["p_value"].le(ALPHA)
    several = rows["p_relation"].eq("ambiguous") & rows["p_value_reported"].map(_all_small).astype(bool)
    return (exact | bound | several).fillna(False).astype(bool)


def _all_small(reported) -> bool:
    numbers = _NUMBER.findall(str(reported))
    return bool(numbers) and all(float(number) < ALPHA for number in numbers)


def _interval_excludes_one(rows: pd.DataFrame) -> pd.Series:
    ratio = rows["effect_type"].eq("HR") & rows["ci_level"].ge(1 - ALPHA)
    return (ratio & (rows["ci_high"].lt(1) | rows["ci_low"].gt(1))).fillna(False).astype(bool)


def _rows_by_trial(rows: pd.DataFrame) -> dict[str, str]:
    return rows.groupby("trial_id", sort=False)["row_id"].agg("; ".join).to_dict() if len(rows) else {}


def _five_year_rates(reg) -> pd.DataFrame:
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


def _tallied(rows: list[dict], endpoint: str) -> list[dict]:
    """Cohorts tested and gained, of all rows and by design and entity."""
    found = []
    for by in ("all trials", "design", "entity"):
        groups: dict[str, list[dict]] = {}
        for row in rows:
            value = row.get(by, by)
            if not pd.isna(value):
                groups.setdefault(value, []).append(row)
        for value, members in sorted(groups.items()):
            gained = [row for row in members if row["significant"]]
            found.append(
                {
                    "by": by,
                    "value": value,
                    "endpoint": endpoint,
                    "tested": len({row["cohort"] for row in members}),
                    "significant": len({row["cohort"] for row in gained}),
                    "trial_ids": "; ".join(dict.fromkeys(row["trial_id"] for row in gained)),
                }
            )
    return found

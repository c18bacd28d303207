"""Counts of trials by what they found: significant gains, five-year survival, responses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.allocation import OWN_RECORD
from ircc_lib.analysis.claims.patients import cohorts_of, count_cohorts
from ircc_lib.analysis.outcomes.significance import (
    five_year_rates,
    five_year_trials,
    significant_comparisons,
    significant_trials,
)
from ircc_lib.analysis.outcomes.significance_table import FIVE, significance_table
from ircc_lib.registry.rows import usable_rows
from ircc_lib.text import counted, verb

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

RESPONSE_COUNTS = ["cr", "pr", "mr", "sd", "pd"]


def count_significant(combine: Callable[..., Any], *families: str) -> Callable[..., Any]:
    """Cohorts with a significant gain in these endpoint families, combined by set operation."""

    def count(reg: Registry) -> tuple[int, list[str]]:
        found = {family: list(significant_trials(reg, family)) for family in families}
        kept = combine(*(cohorts_of(reg, ids) for ids in found.values()))
        every = [trial for ids in found.values() for trial in ids]
        cohort = reg.trials.set_index("trial_id")["cohort"]
        return count_cohorts(reg, [trial for trial in every if cohort[trial] in kept])

    return count


def count_tested(*families: str) -> Callable[..., Any]:
    """How many of our trials tested endpoints of these families, in words, as a function of a registry."""

    def gap(reg: Registry) -> str:
        tests = significant_comparisons(reg)
        asked = tests["endpoint_family"].isin(families)
        tested = tests.loc[asked & tests["tested"], "cohort"].nunique()
        words = tests.loc[asked & tests["in_words"], "cohort"].nunique()
        more = (
            f" {words:,} more {verb(words, 'calls', 'call')} a gain significant without a number and "
            f"{verb(words, 'is', 'are')} not counted."
            if words
            else ""
        )
        return (
            f"Of our {counted(reg.trials['cohort'].nunique(), 'trial')}, {tested:,} "
            f"{verb(tested, 'reports', 'report')} a p-value or an interval of a whole-trial comparison of "
            f"{' or '.join(families)} with controls in the record read.{more}"
        )

    return gap


def out_of(combine: Callable[..., Any], *families: str) -> Callable[..., Any]:
    """How many trials tested it, and of those randomised by their own record how many gained."""

    def of(reg: Registry) -> str:
        tests = significant_comparisons(reg)
        tests = tests[tests["endpoint_family"].isin(families) & tests["tested"]]
        own = tests[tests["randomised"]]

        def gained(rows: pd.DataFrame) -> int:
            by_family = [
                set(rows.loc[rows["endpoint_family"].eq(name) & rows["significant"], "cohort"]) for name in families
            ]
            return len(combine(*by_family))

        return f"of {tests['cohort'].nunique():,} tested; {_randomised(gained(own), own['cohort'].nunique())}"

    return of


def count_five_year(reg: Registry) -> tuple[int, list[str]]:
    """Trials with a significant gain in five-year survival."""
    return count_cohorts(reg, five_year_trials(reg))


def five_year_of(reg: Registry) -> str:
    """How many trials tested five-year survival, and of those randomised by their own record how many gained."""
    table = significance_table(reg)
    table = table[table["endpoint"].eq(FIVE)]

    def row(value: str) -> pd.Series:
        return table[table["value"].eq(value)][["tested", "significant"]].sum()

    every, own = row("all trials"), row(OWN_RECORD)
    return f"of {every['tested']:,} tested; {_randomised(own['significant'], own['tested'])}"


def five_year_gap(reg: Registry) -> str:
    """How many of our trials report a five-year survival rate at all."""
    n = len(cohorts_of(reg, five_year_rates(reg)["trial_id"]))
    return f"{counted(n, 'trial')} of ours {verb(n, 'reports', 'report')} a 5-year survival rate in the record read."


def best_responses(reg: Registry) -> pd.DataFrame:
    """Response counts of the whole CIK arm, one row per cohort: that of most evaluable patients."""
    rows = usable_rows(reg.responses)
    rows = rows[rows["group"].eq("cik") & rows["arm"].isna() & rows[RESPONSE_COUNTS].notna().any(axis=1)]
    rows = rows.drop(columns="cohort", errors="ignore").merge(reg.trials[["trial_id", "cohort"]], on="trial_id")
    known = rows.assign(n=rows["n_evaluable"].fillna(rows[RESPONSE_COUNTS].sum(axis=1)))
    return known.sort_values("n", ascending=False, kind="stable").drop_duplicates("cohort")


def count_responses(*columns: str) -> Callable[..., Any]:
    """How many patients responded, summed over `columns`, as a function of a registry."""

    def count(reg: Registry) -> tuple[int, list[str]]:
        rows = best_responses(reg).dropna(subset=list(columns), how="all")
        return int(rows[list(columns)].sum().sum()), rows["trial_id"].tolist()

    return count


def responses_known(reg: Registry) -> str:
    """In how many of our trials, and of how many patients, the response is counted."""
    rows = best_responses(reg)
    return (
        f"{counted(len(rows), 'trial')} of ours {verb(len(rows), 'reports', 'report')} response counts of "
        f"the whole CIK arm, of {counted(int(rows['n'].sum()), 'patient')} in all."
    )


def mean_response(reg: Registry) -> tuple[float | None, list[str]]:
    """The mean of the trials' response rates, in per cent."""
    rates = response_rates(reg)
    return (round(100 * rates["rate"].mean(), 1) if len(rates) else None), rates["trial_id"].tolist()


def response_rates(reg: Registry) -> pd.DataFrame:
    """Objective response rate of each cohort's whole CIK arm: as reported, else CR + PR of the evaluable."""
    rows = usable_rows(reg.responses[reg.responses["group"].eq("cik") & reg.responses["arm"].isna()])
    counted_rate = ((rows["cr"] + rows["pr"]) / rows["n_evaluable"]).astype("Float64")
    rate = rows["orr"].astype("Float64").fillna(counted_rate).astype(float)
    rated = rows.assign(rate=rate).dropna(subset=["rate"]).drop(columns="cohort", errors="ignore")
    rated = rated.merge(reg.trials[["trial_id", "cohort"]], on="trial_id")
    return rated.sort_values("n_evaluable", ascending=False, kind="stable").drop_duplicates("cohort")


def _randomised(gained: int, tested: int) -> str:
    return f"randomised {gained:,} of {tested:,}" if tested else "none of them randomised"

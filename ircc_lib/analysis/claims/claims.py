"""The claims that the report makes: what each counts, by which definition, and what our records lack.

Each count gives a value and the trials behind it; each gap is a sentence on what the records do not say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.counts.patients import patient_bounds
from ircc_lib.analysis.counts.quality import not_enrolled
from ircc_lib.analysis.outcomes.allocation import OWN_RECORD
from ircc_lib.analysis.outcomes.significance import five_year_trials, significant_comparisons, significant_trials
from ircc_lib.analysis.outcomes.significance_table import FIVE, significance_table
from ircc_lib.registry.editions import find_editions
from ircc_lib.registry.rows import usable_rows
from ircc_lib.text import counted, joined, verb

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


RESPONSE_COUNTS = ["cr", "pr", "mr", "sd", "pd"]
LARGEST = 5  # trials whose share of all patients is told


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One countable statement.

    Attributes
    ----------
    key, claim, unit, definition : its name, its words, what the value counts, and by which rule
    count : from a registry to the value and the trials behind it
    gap : from a registry to a sentence on what its records lack for this claim
    ambiguity : what is unclear about the published counterpart, where there is one
    of : from a registry to what the value is out of, in words, where it is a part
    core : whether every edition makes the claim, or only those whose publication did
    """

    key: str
    claim: str
    unit: str
    definition: str
    count: Callable[..., Any]
    gap: Callable[..., Any] = lambda reg: ""
    ambiguity: str = ""
    of: Callable[..., Any] = lambda reg: ""
    core: bool = False


def _count_trials(reg: Registry) -> tuple[int, list[str]]:
    return reg.trials["cohort"].nunique(), reg.trials["trial_id"].tolist()


def _sum_of(column: str) -> Callable[..., Any]:
    def count(reg: Registry) -> tuple[int, list[str]]:
        known = reg.cohorts.dropna(subset=[column])
        return int(known[column].sum()), known["trial_ids"].str.split("; ").explode().tolist()

    return count


def _lacking(column: str, what: str) -> Callable[..., Any]:
    def gap(reg: Registry) -> str:
        missing = reg.cohorts[column].isna().sum()
        if not missing:
            return ""
        return (
            f"{counted(missing, 'trial')} of ours {verb(missing, 'does', 'do')} not state {what} and "
            f"{verb(missing, 'adds', 'add')} nothing here."
        )

    return gap


def _size_and_gap(column: str, what: str) -> Callable[..., Any]:
    """What is lacking, and how much of the sum the largest trials bring."""
    lacking = _lacking(column, what)

    def gap(reg: Registry) -> str:
        sizes = reg.cohorts[column].dropna()
        if len(sizes) <= 2 * LARGEST:
            return lacking(reg)
        top = int(sizes.nlargest(LARGEST).sum())
        return f"The {LARGEST} largest trials bring {top:,} of these patients. {lacking(reg)}".strip()

    return gap


def _count_entities(reg: Registry) -> tuple[int, list[str]]:
    named = reg.entities[reg.entities["specified"].astype(bool)]
    return named["entity"].nunique(), named["trial_id"].drop_duplicates().tolist()


def _unspecified_entities(reg: Registry) -> str:
    n = reg.entities.loc[~reg.entities["specified"].astype(bool), "trial_id"].nunique()
    names = reg.entities.loc[reg.entities["specified"].astype(bool), "tumour_reported"].nunique()
    return (
        f"We group {names:,} reported names of tumours by OncoTree; {counted(n, 'report')} also "
        f"{verb(n, 'names', 'name')} tumours without saying which, and these are not counted."
    )


def _reports(reg: Registry) -> str:
    reports, cohorts = len(reg.trials), reg.trials["cohort"].nunique()
    screened = len(not_enrolled(reg))
    return " ".join(
        part
        for part in (
            f"Ours are {cohorts:,} groups of patients in {counted(reports, 'report')}; "
            f"{counted(screened, 'more record')} {verb(screened, 'was', 'were')} found but could not be enrolled.",
            _perhaps_not_theirs(reg),
        )
        if part
    )


def _perhaps_not_theirs(reg: Registry) -> str:
    """Trials of ours that the publication can hardly have counted, by kind."""
    edition = find_editions().get(reg.edition_name or "")
    kinds = {
        "appeared in the year of the publication or later": reg.trials["year"].ge(edition.published)
        if edition and edition.published
        else reg.trials["year"].isna() & False,
        "{are} case reports": reg.trials["design"].eq("case_report"),
        "{are} known only from the table of a review": reg.trials["record_level"].eq("review table"),
        "{are} known only as a conference abstract": reg.trials["publication_type"].eq("conference abstract"),
    }
    cohort = reg.trials["cohort"]
    parts = []
    for words, mask in kinds.items():
        mask = mask.fillna(False).astype(bool)
        n = len(set(cohort[mask]) - set(cohort[~mask]))
        if n:
            parts.append(f"{n:,} {words.format(are=verb(n, 'is', 'are'))}")
    return f"Of ours, {joined(parts)}, which the publication may have left out." if parts else ""


def _at_least(column: str) -> Callable[..., Any]:
    """The sum if trials that may share patients do, and count once."""

    def of(reg: Registry) -> str:
        bounds = patient_bounds(reg)[column]
        least = int(bounds.min())
        return "" if least == bounds.max() else f"at least {least:,}, if trials that may share patients do"

    return of


def _cohorts_of(reg: Registry, trial_ids: Iterable[str]) -> set[Any]:
    return set(reg.trials.loc[reg.trials["trial_id"].isin(set(trial_ids)), "cohort"])


def _count_cohorts(reg: Registry, trial_ids: Iterable[str]) -> tuple[int, list[str]]:
    wanted = set(trial_ids)
    trial_ids = [trial for trial in reg.trials["trial_id"] if trial in wanted]
    return len(_cohorts_of(reg, trial_ids)), trial_ids


def _significant(combine: Callable[..., Any], *families: str) -> Callable[..., Any]:
    """Cohorts with a significant gain in these endpoint families, combined by set operation."""

    def count(reg: Registry) -> tuple[int, list[str]]:
        found = {family: list(significant_trials(reg, family)) for family in families}
        kept = combine(*(_cohorts_of(reg, ids) for ids in found.values()))
        every = [trial for ids in found.values() for trial in ids]
        cohort = reg.trials.set_index("trial_id")["cohort"]
        return _count_cohorts(reg, [trial for trial in every if cohort[trial] in kept])

    return count


def _tested(*families: str) -> Callable[..., Any]:
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


def _out_of(combine: Callable[..., Any], *families: str) -> Callable[..., Any]:
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

        return f"of {tests['cohort'].nunique():,} tested; randomised {gained(own):,} of {own['cohort'].nunique():,}"

    return of


def _count_five_year(reg: Registry) -> tuple[int, list[str]]:
    return _count_cohorts(reg, five_year_trials(reg))


def _five_year_of(reg: Registry) -> str:
    table = significance_table(reg)
    table = table[table["endpoint"].eq(FIVE)]

    def row(value: str) -> pd.Series:
        return table[table["value"].eq(value)][["tested", "significant"]].sum()

    every, own = row("all trials"), row(OWN_RECORD)
    return f"of {every['tested']:,} tested; randomised {own['significant']:,} of {own['tested']:,}"


def _five_year_gap(reg: Registry) -> str:
    rates = reg.landmarks[reg.landmarks["endpoint_family"].eq("OS") & reg.landmarks["time"].round(1).eq(60)]
    n = len(_cohorts_of(reg, rates["trial_id"]))
    return f"{counted(n, 'trial')} of ours {verb(n, 'reports', 'report')} a 5-year survival rate in the record read."


def _count_autologous(reg: Registry) -> tuple[int, list[str]]:
    source = reg.trials["cell_source"].isin(["autologous", "both"])
    return _count_cohorts(reg, reg.trials.loc[source, "trial_id"])


def _unreported_source(reg: Registry) -> str:
    stated = reg.trials["cell_source"].isin(["autologous", "allogeneic", "both"])
    n = int((~stated.groupby(reg.trials["cohort"]).any()).sum())
    lacking = f"{counted(n, 'trial')} of ours {verb(n, 'does', 'do')} not state the source of the cells."
    return lacking if n else ""


def best_responses(reg: Registry) -> pd.DataFrame:
    """Response counts of the whole CIK arm, one row a cohort: that of most evaluable patients."""
    rows = usable_rows(reg.responses)
    rows = rows[rows["group"].eq("cik") & rows["arm"].isna() & rows[RESPONSE_COUNTS].notna().any(axis=1)]
    rows = rows.drop(columns="cohort", errors="ignore").merge(reg.trials[["trial_id", "cohort"]], on="trial_id")
    known = rows.assign(n=rows["n_evaluable"].fillna(rows[RESPONSE_COUNTS].sum(axis=1)))
    return known.sort_values("n", ascending=False, kind="stable").drop_duplicates("cohort")


def _response(*columns: str) -> Callable[..., Any]:
    def count(reg: Registry) -> tuple[int, list[str]]:
        rows = best_responses(reg).dropna(subset=list(columns), how="all")
        return int(rows[list(columns)].sum().sum()), rows["trial_id"].tolist()

    return count


def _responses_known(reg: Registry) -> str:
    rows = best_responses(reg)
    return (
        f"{counted(len(rows), 'trial')} of ours {verb(len(rows), 'reports', 'report')} response counts of "
        f"the whole CIK arm, of {counted(int(rows['n'].sum()), 'patient')} in all."
    )


def _mean_response(reg: Registry) -> tuple[float | None, list[str]]:
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


BOTH_OR_EITHER = (
    "The publication gives one number for median PFS and OS together and does not say whether "
    "a trial had to improve both; we show PFS, OS, either and both."
)
ONCE = "patients of several reports are counted once, with the largest number stated"
CLAIMS = [
    Claim(
        key="trials",
        claim="Trials",
        unit="trials",
        core=True,
        count=_count_trials,
        gap=_reports,
        definition="Groups of patients who received CIK cells (cohorts), each counted once however many "
        "reports describe it; single-arm series and case reports are included.",
    ),
    Claim(
        key="patients",
        claim="Patients enrolled",
        unit="patients",
        core=True,
        count=_sum_of("n_total"),
        of=_at_least("patients"),
        gap=_size_and_gap("n_total", "how many patients they enrolled"),
        definition=f"All patients of those trials, controls included: the stated total, else the stated "
        f"arms added; {ONCE}.",
    ),
    Claim(
        key="cik_patients",
        claim="Patients treated with CIK cells",
        unit="patients",
        core=True,
        count=_sum_of("n_cik"),
        of=_at_least("cik_patients"),
        gap=_size_and_gap("n_cik", "how many patients received CIK cells"),
        definition=f"Patients of the CIK arms, alone or with other treatment; {ONCE}.",
    ),
    Claim(
        key="entities",
        claim="Distinct tumour entities",
        unit="entities",
        core=True,
        count=_count_entities,
        gap=_unspecified_entities,
        definition="Tumour entities named by at least one trial, reported names grouped by the registry's "
        "table of tumours; unspecified and mixed groups are not entities.",
    ),
    Claim(
        key="pfs",
        claim="Trials with significantly improved PFS",
        unit="trials",
        core=True,
        count=_significant(lambda pfs: pfs, "PFS"),
        of=_out_of(lambda pfs: pfs, "PFS"),
        gap=_tested("PFS"),
        definition="Trials with a comparison of the whole trial with controls that is stated to favour CIK, at a "
        "two-sided p below 0.05 (one-sided values are doubled; where several are reported, all must be below) or with a "
        "95 % interval of the hazard ratio that excludes 1. Of PFS, DFS, RFS, EFS, TTP and TTR the first that a report tested "
        "decides. A gain called significant without a number does not count.",
    ),
    Claim(
        key="os",
        claim="Trials with significantly improved OS",
        unit="trials",
        core=True,
        count=_significant(lambda os: os, "OS"),
        of=_out_of(lambda os: os, "OS"),
        gap=_tested("OS"),
        definition="By the same rule as PFS, for overall survival.",
    ),
    Claim(
        key="pfs_or_os",
        claim="Trials with significantly improved PFS or OS",
        unit="trials",
        core=True,
        count=_significant(set.union, "PFS", "OS"),
        of=_out_of(set.union, "PFS", "OS"),
        gap=_tested("PFS", "OS"),
        ambiguity=BOTH_OR_EITHER,
        definition="Trials counted under PFS, under OS, or under both.",
    ),
    Claim(
        key="pfs_and_os",
        claim="Trials with significantly improved PFS and OS",
        unit="trials",
        core=True,
        count=_significant(set.intersection, "PFS", "OS"),
        of=_out_of(set.intersection, "PFS", "OS"),
        gap=_tested("PFS", "OS"),
        ambiguity=BOTH_OR_EITHER,
        definition="Trials counted both under PFS and under OS.",
    ),
    Claim(
        key="five_year",
        claim="Trials with significantly better 5-year survival",
        unit="trials",
        core=True,
        count=_count_five_year,
        of=_five_year_of,
        gap=_five_year_gap,
        definition="Trials that report 5-year overall survival of both whole arms, higher with CIK, with "
        "p < 0.05 beside it; and trials with a significant comparison of OS that is noted to be "
        "that of 5-year survival.",
    ),
    Claim(
        key="mean_response",
        claim="Mean response rate",
        unit="%",
        count=_mean_response,
        gap=_responses_known,
        definition="Mean over trials of the objective response rate in the whole CIK arm: as reported, "
        "else complete and partial responses of those evaluable. Trials weigh the same "
        "whatever their size.",
    ),
    Claim(
        key="male",
        claim="Male patients",
        unit="patients",
        count=_sum_of("n_male"),
        gap=_lacking("n_male", "how many patients were men"),
        definition=f"Men among all patients; {ONCE}.",
    ),
    Claim(
        key="female",
        claim="Female patients",
        unit="patients",
        count=_sum_of("n_female"),
        gap=_lacking("n_female", "how many patients were women"),
        definition=f"Women among all patients; {ONCE}.",
    ),
    Claim(
        key="autologous",
        claim="Trials with autologous CIK cells",
        unit="trials",
        count=_count_autologous,
        gap=_unreported_source,
        definition="Trials that state that the cells, all or some of them, came from the patients themselves.",
    ),
    Claim(
        key="response_known",
        claim="Patients with a reported clinical response",
        unit="patients",
        count=lambda reg: (int(best_responses(reg)["n"].sum()), best_responses(reg)["trial_id"].tolist()),
        gap=_responses_known,
        definition="Evaluable patients of whole CIK arms for which at least one response count is stated.",
    ),
    *(
        Claim(
            key=key,
            claim=claim,
            unit="patients",
            count=_response(*columns),
            gap=_responses_known,
            definition=f"{words} in whole CIK arms; {ONCE}.",
        )
        for key, claim, words, columns in (
            ("complete_response", "Complete response", "Patients with complete response", ["cr"]),
            ("partial_response", "Partial response", "Patients with partial response", ["pr"]),
            ("minor_response", "Minor response", "Patients with minor response", ["mr"]),
            (
                "total_response",
                "Complete, partial or minor response",
                "Patients with complete, partial or minor response",
                ["cr", "pr", "mr"],
            ),
            ("stable_disease", "Stable disease", "Patients with stable disease", ["sd"]),
            ("progressive_disease", "Progressive disease", "Patients with progressive disease", ["pd"]),
        )
    ),
]

"""Counts of trials, reports, patients and tumours, and what the records lack of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from ircc_lib.analysis.counts.patients import patient_bounds
from ircc_lib.analysis.counts.quality import not_enrolled
from ircc_lib.registry.editions import find_editions
from ircc_lib.text import counted, joined, verb

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

LARGEST_TRIALS = 5  # trials whose share of all patients is told


def count_trials(reg: Registry) -> tuple[int, list[str]]:
    """Trials as groups of patients, and the reports of them."""
    return reg.trials["cohort"].nunique(), reg.trials["trial_id"].tolist()


def sum_of(column: str) -> Callable[..., Any]:
    """The sum of a column over trials that state it, as a function of a registry."""

    def count(reg: Registry) -> tuple[int, list[str]]:
        known = reg.cohorts.dropna(subset=[column])
        return int(known[column].sum()), known["trial_ids"].str.split("; ").explode().tolist()

    return count


def lacking(column: str, what: str) -> Callable[..., Any]:
    """How many of our trials do not state what is summed, as a function of a registry."""

    def gap(reg: Registry) -> str:
        missing = reg.cohorts[column].isna().sum()
        if not missing:
            return ""
        return (
            f"{counted(missing, 'trial')} of ours {verb(missing, 'does', 'do')} not state {what} and "
            f"{verb(missing, 'adds', 'add')} nothing here."
        )

    return gap


def size_and_gap(column: str, what: str) -> Callable[..., Any]:
    """What is lacking, and how much of the sum the largest trials bring."""
    told = lacking(column, what)

    def gap(reg: Registry) -> str:
        sizes = reg.cohorts[column].dropna()
        if len(sizes) <= 2 * LARGEST_TRIALS:
            return told(reg)
        top = int(sizes.nlargest(LARGEST_TRIALS).sum())
        return f"The {LARGEST_TRIALS} largest trials bring {top:,} of these patients. {told(reg)}".strip()

    return gap


def count_entities(reg: Registry) -> tuple[int, list[str]]:
    """Distinct tumour entities, unspecified ones apart."""
    named = reg.entities[reg.entities["specified"].astype(bool)]
    return named["entity"].nunique(), named["trial_id"].drop_duplicates().tolist()


def unspecified_entities(reg: Registry) -> str:
    """How names of tumours were grouped, and how many reports leave a tumour unnamed."""
    n = reg.entities.loc[~reg.entities["specified"].astype(bool), "trial_id"].nunique()
    names = reg.entities.loc[reg.entities["specified"].astype(bool), "tumour_reported"].nunique()
    return (
        f"We group {names:,} reported names of tumours by OncoTree; {counted(n, 'report')} also "
        f"{verb(n, 'names', 'name')} tumours without saying which, and these are not counted."
    )


def reports_of_cohorts(reg: Registry) -> str:
    """How many reports there are of our trials, and how many records were found and not enrolled."""
    reports, cohorts = len(reg.trials), reg.trials["cohort"].nunique()
    screened = len(not_enrolled(reg))
    return " ".join(
        part
        for part in (
            f"Ours are {cohorts:,} groups of patients in {counted(reports, 'report')}; "
            f"{counted(screened, 'more record')} {verb(screened, 'was', 'were')} found but could not be enrolled.",
            perhaps_not_theirs(reg),
        )
        if part
    )


def perhaps_not_theirs(reg: Registry) -> str:
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


def at_least(column: str) -> Callable[..., Any]:
    """The sum if trials that may share patients do, and count once."""

    def of(reg: Registry) -> str:
        bounds = patient_bounds(reg)[column]
        least = int(bounds.min())
        return "" if least == bounds.max() else f"at least {least:,}, if trials that may share patients do"

    return of


def count_autologous(reg: Registry) -> tuple[int, list[str]]:
    """Trials with cells of the patients themselves."""
    source = reg.trials["cell_source"].isin(["autologous", "both"])
    return count_cohorts(reg, reg.trials.loc[source, "trial_id"])


def unreported_source(reg: Registry) -> str:
    """How many of our trials do not state the source of their cells."""
    stated = reg.trials["cell_source"].isin(["autologous", "allogeneic", "both"])
    n = int((~stated.groupby(reg.trials["cohort"]).any()).sum())
    lacking = f"{counted(n, 'trial')} of ours {verb(n, 'does', 'do')} not state the source of the cells."
    return lacking if n else ""


def cohorts_of(reg: Registry, trial_ids: Iterable[str]) -> set[Any]:
    """The groups of patients that these reports describe."""
    return set(reg.trials.loc[reg.trials["trial_id"].isin(set(trial_ids)), "cohort"])


def count_cohorts(reg: Registry, trial_ids: Iterable[str]) -> tuple[int, list[str]]:
    """How many groups of patients these reports describe, and the reports in the registry's order."""
    wanted = set(trial_ids)
    trial_ids = [trial for trial in reg.trials["trial_id"] if trial in wanted]
    return len(cohorts_of(reg, trial_ids)), trial_ids

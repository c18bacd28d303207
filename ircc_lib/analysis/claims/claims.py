"""The claims that the report makes: what each counts, by which definition, and what our records lack.

Each count gives a value and the trials behind it; each gap is a sentence on what the records do not say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ircc_lib.analysis.claims.outcomes import (
    best_responses,
    count_five_year,
    count_responses,
    count_significant,
    count_tested,
    five_year_gap,
    five_year_of,
    mean_response,
    out_of,
    responses_known,
)
from ircc_lib.analysis.claims.patients import (
    at_least,
    count_autologous,
    count_entities,
    count_trials,
    lacking,
    reports_of_cohorts,
    size_and_gap,
    sum_of,
    unreported_source,
    unspecified_entities,
)


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
        count=count_trials,
        gap=reports_of_cohorts,
        definition="Groups of patients who received CIK cells (cohorts), each counted once however many "
        "reports describe it; single-arm series and case reports are included.",
    ),
    Claim(
        key="patients",
        claim="Patients enrolled",
        unit="patients",
        core=True,
        count=sum_of("n_total"),
        of=at_least("patients"),
        gap=size_and_gap("n_total", "how many patients they enrolled"),
        definition=f"All patients of those trials, controls included: the stated total, else the stated "
        f"arms added; {ONCE}.",
    ),
    Claim(
        key="cik_patients",
        claim="Patients treated with CIK cells",
        unit="patients",
        core=True,
        count=sum_of("n_cik"),
        of=at_least("cik_patients"),
        gap=size_and_gap("n_cik", "how many patients received CIK cells"),
        definition=f"Patients of the CIK arms, alone or with other treatment; {ONCE}.",
    ),
    Claim(
        key="entities",
        claim="Distinct tumour entities",
        unit="entities",
        core=True,
        count=count_entities,
        gap=unspecified_entities,
        definition="Tumour entities named by at least one trial, reported names grouped by the registry's "
        "table of tumours; unspecified and mixed groups are not entities.",
    ),
    Claim(
        key="pfs",
        claim="Trials with significantly improved PFS",
        unit="trials",
        core=True,
        count=count_significant(lambda pfs: pfs, "PFS"),
        of=out_of(lambda pfs: pfs, "PFS"),
        gap=count_tested("PFS"),
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
        count=count_significant(lambda os: os, "OS"),
        of=out_of(lambda os: os, "OS"),
        gap=count_tested("OS"),
        definition="By the same rule as PFS, for overall survival.",
    ),
    Claim(
        key="pfs_or_os",
        claim="Trials with significantly improved PFS or OS",
        unit="trials",
        core=True,
        count=count_significant(set.union, "PFS", "OS"),
        of=out_of(set.union, "PFS", "OS"),
        gap=count_tested("PFS", "OS"),
        ambiguity=BOTH_OR_EITHER,
        definition="Trials counted under PFS, under OS, or under both.",
    ),
    Claim(
        key="pfs_and_os",
        claim="Trials with significantly improved PFS and OS",
        unit="trials",
        core=True,
        count=count_significant(set.intersection, "PFS", "OS"),
        of=out_of(set.intersection, "PFS", "OS"),
        gap=count_tested("PFS", "OS"),
        ambiguity=BOTH_OR_EITHER,
        definition="Trials counted both under PFS and under OS.",
    ),
    Claim(
        key="five_year",
        claim="Trials with significantly better 5-year survival",
        unit="trials",
        core=True,
        count=count_five_year,
        of=five_year_of,
        gap=five_year_gap,
        definition="Trials that report 5-year overall survival of both whole arms, higher with CIK, with "
        "p < 0.05 beside it; and trials with a significant comparison of OS that is noted to be "
        "that of 5-year survival.",
    ),
    Claim(
        key="mean_response",
        claim="Mean response rate",
        unit="%",
        count=mean_response,
        gap=responses_known,
        definition="Mean over trials of the objective response rate in the whole CIK arm: as reported, "
        "else complete and partial responses of those evaluable. Trials weigh the same "
        "whatever their size.",
    ),
    Claim(
        key="male",
        claim="Male patients",
        unit="patients",
        count=sum_of("n_male"),
        gap=lacking("n_male", "how many patients were men"),
        definition=f"Men among all patients; {ONCE}.",
    ),
    Claim(
        key="female",
        claim="Female patients",
        unit="patients",
        count=sum_of("n_female"),
        gap=lacking("n_female", "how many patients were women"),
        definition=f"Women among all patients; {ONCE}.",
    ),
    Claim(
        key="autologous",
        claim="Trials with autologous CIK cells",
        unit="trials",
        count=count_autologous,
        gap=unreported_source,
        definition="Trials that state that the cells, all or some of them, came from the patients themselves.",
    ),
    Claim(
        key="response_known",
        claim="Patients with a reported clinical response",
        unit="patients",
        count=lambda reg: (int(best_responses(reg)["n"].sum()), best_responses(reg)["trial_id"].tolist()),
        gap=responses_known,
        definition="Evaluable patients of whole CIK arms for which at least one response count is stated.",
    ),
    *(
        Claim(
            key=key,
            claim=claim,
            unit="patients",
            count=count_responses(*columns),
            gap=responses_known,
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

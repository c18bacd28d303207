"""Do a trial's design, its groups and its treatment go together?"""

from __future__ import annotations

import re

import pandas as pd

from ircc_lib.registry.ingest.flags import Flags

MOST_OF_A_CASE_REPORT = 10
EARLIEST_PATIENT = 1985
"""The year before which no patient of a CIK report, nor of its historical controls, was enrolled."""

OLDEST = 90
"""Years above which a median age is a slip of the hand."""

YOUNGEST = 18
"""Years below which a median age is one of children, or of a decimal point in the wrong place."""

CELLS = {"absolute": (1e7, 1e12), "per kg": (1e5, 2e9)}
"""The doses of CIK cells that reports print lie well within these (2.5 x 10^7 to 6.1 x 10^10; 5 x 10^6 to 2 x 10^8 a kg)."""

UNEQUAL = 4.0
"""How many times as large as the other a randomised group may be; the registry's lie between 0.9 and 2."""

LONGEST_ENROLMENT = 20.0
"""Years of enrolment, of which the registry's longest has seventeen."""

ALONE = ["single_arm", "case_report"]


def flag(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Flag designs that the rest of the trial contradicts."""
    trials = tables["trials"]
    _controls(tables, trials, flags)
    _allocation(trials, flags)
    _patients(trials, flags)
    _treatment(trials, flags)


def _controls(tables: dict[str, pd.DataFrame], trials: pd.DataFrame, flags: Flags) -> None:
    patients = trials["n_total"].fillna(trials["n_cik"])
    alone = trials["design"].isin(ALONE)
    flags.add(
        "trials",
        (trials["design"] == "case_report") & (patients > MOST_OF_A_CASE_REPORT),
        "design",
        trials["design"],
        "a case report of " + patients.astype("str") + " patients",
        "another design, or the number of patients of the report",
    )
    flags.add(
        "trials",
        alone & (trials["n_control"] > 0),
        "design",
        trials["design"],
        "a design without controls, yet n_control is " + trials["n_control"].astype("str"),
        "a controlled design, or no n_control",
    )
    of_alone = set(trials.loc[alone, "trial_id"])
    for name in ("medians", "landmarks", "responses", "adverse_events"):
        table = tables[name]
        flags.add(
            name,
            table["trial_id"].isin(of_alone) & (table["group"] == "control"),
            "group",
            table["group_reported"],
            "a control group in a trial whose design has none",
            "cik or all, or a controlled design in trials",
        )
    flags.add(
        "trials",
        ~alone & (trials["n_control"] == 0),
        "n_control",
        trials["n_control"],
        "a controlled design without one control",
        "the patients of the control group, or an empty cell where they are not told",
    )
    flags.add(
        "trials",
        trials["n_cik"] == 0,
        "n_cik",
        trials["n_cik"],
        "no patient received the cells",
        "the patients who did, or an empty cell where they are not told",
    )


def _allocation(trials: pd.DataFrame, flags: Flags) -> None:
    random, design = trials["allocation"] == "random", trials["design"]
    flags.add(
        "trials",
        (design == "randomised") & (trials["allocation"] == "not random"),
        "allocation",
        trials["allocation"],
        "not random, yet the design is randomised",
        "random, or another design",
    )
    flags.add(
        "trials",
        (random & (design != "randomised")) | (design.isin(ALONE) & trials["allocation"].notna()),
        "allocation",
        trials["allocation"],
        "an allocation to groups that the design does not have, " + design,
        "the design randomised, or another allocation",
    )
    flags.add(
        "trials",
        trials["allocation"].isna() & trials["allocation_basis"].notna(),
        "allocation_basis",
        trials["allocation_basis"],
        "whose word an allocation is that is not told",
        "the allocation, or an empty cell",
    )
    ratio = trials["n_cik"].astype("float64") / trials["n_control"].where(trials["n_control"] > 0).astype("float64")
    flags.add(
        "trials",
        (design == "randomised") & ((ratio > UNEQUAL) | (ratio < 1 / UNEQUAL)),
        "n_cik",
        trials["n_cik"],
        "groups so unequal that no trial has randomised to them, n_control " + trials["n_control"].astype("str"),
        "the patients of each group as randomised",
    )
    title = trials["title"].fillna("")
    says = title.str.contains(r"(?<!non)(?<!non-)randomi[sz]ed|随机", flags=re.I)
    more = title.str.contains(
        r"follow-?up of|real-world|retrospective|matched|non-?randomi|quasi|post[- ]hoc|protocol", flags=re.I
    )
    flags.add(
        "trials",
        says & ~more & (design != "randomised"),
        "design",
        design,
        "the title says that the trial is randomised",
        "randomised, or another title",
    )
    flags.add(
        "trials",
        title.str.contains(r"\bretrospective (?:study|analysis|cohort)|\bcase report\b|\bsingle-arm\b", flags=re.I)
        & (design == "randomised"),
        "design",
        design,
        "the title says that the trial is not randomised",
        "another design, or another title",
    )


def _patients(trials: pd.DataFrame, flags: Flags) -> None:
    both = trials["n_cik"] + trials["n_control"]
    third = trials["comparator"].fillna("").str.contains(r";|third arm|\bgroups\b|\barms\b")
    flags.add(
        "trials",
        (both < trials["n_total"]) & ~third,
        "n_cik + n_control",
        both,
        "fewer patients than in all, n_total " + trials["n_total"].astype("str"),
        "n_total, or a comparator that names the third group",
    )
    for doubtful, why, allowed in (
        (
            trials["age_median"] < YOUNGEST,
            "a median age below eighteen",
            "children, or the decimal point one place further",
        ),
        (trials["age_median"] > OLDEST, "a median age above ninety", "years, not months; the age as printed"),
    ):
        flags.add("trials", doubtful, "age_median", trials["age_median"], why, allowed)
    flags.add(
        "trials",
        trials["enrol_start"].dt.year < EARLIEST_PATIENT,
        "enrol_start",
        trials["enrol_start_reported"],
        "earlier than any patient who received CIK cells",
        f"{EARLIEST_PATIENT} or later",
    )
    flags.add(
        "trials",
        (trials["enrol_end"] - trials["enrol_start"]).dt.days > 365.25 * LONGEST_ENROLMENT,
        "enrol_start",
        trials["enrol_start_reported"],
        "more than twenty years before enrol_end " + trials["enrol_end_reported"],
        "the dates as printed",
    )
    flags.add(
        "trials",
        trials["n_centres"] > trials["n_total"].fillna(both),
        "n_centres",
        trials["n_centres"],
        "more centres than patients",
        "the number of hospitals",
    )
    listed = trials["centres"].str.count(";") + 1
    flags.add(
        "trials",
        trials["n_centres"] < listed,
        "n_centres",
        trials["n_centres"],
        "fewer than the centres that are listed, " + listed.astype("str"),
        "the number of those listed at least",
    )
    flags.add(
        "trials",
        trials["followup_months"].isna() & trials["followup_method"].notna(),
        "followup_method",
        trials["followup_method"],
        "the method of a follow-up that is not stated",
        "followup_months, or an empty cell",
    )
    flags.add(
        "trials",
        trials["followup_months"] == 0,
        "followup_months",
        trials["followup_months"],
        "a follow-up of zero",
        "months above 0, or an empty cell",
    )
    flags.add(
        "trials",
        trials["stage_reported"].fillna("").str.contains(r"\b(?:V|VI+|[5-9])\b(?!\s*(?:cm|mm|years|patients|%))")
        & ~trials["stage_reported"].fillna("").str.contains("score|Table"),
        "stage_reported",
        trials["stage_reported"],
        "a stage beyond IV",
        "stages I to IV, or the words as printed",
    )
    _performance(trials, flags)


def _performance(trials: pd.DataFrame, flags: Flags) -> None:
    said = trials["performance_status"].fillna("")
    numbers = said.str.findall(r"(?<![\d.])\d+(?![\d.%])").map(lambda found: [int(one) for one in found])
    karnofsky = said.str.contains("kps|karnofsky", case=False)
    zubrod = said.str.contains("ecog|who|zubrod", case=False)
    beyond = [
        bool(found) and ((k and any(n > 100 or n % 10 for n in found)) or (z and not k and any(n > 5 for n in found)))
        for found, k, z in zip(numbers, karnofsky, zubrod)
    ]
    flags.add(
        "trials",
        pd.Series(beyond, index=trials.index),
        "performance_status",
        said,
        "a value that the scale does not have",
        "ECOG 0 to 5, or KPS in tens up to 100",
    )
    flags.add(
        "trials",
        numbers.map(bool).astype(bool) & ~karnofsky & ~zubrod,
        "performance_status",
        said,
        "the scale is not named",
        "ECOG 0-2, KPS >= 70 and so on",
    )


def _treatment(trials: pd.DataFrame, flags: Flags) -> None:
    phases = trials["phase"].str.extract(r"^(\d)[abc]?/(\d)").astype("float64")
    flags.add(
        "trials",
        phases[1] < phases[0],
        "phase",
        trials["phase"],
        "the phases are in falling order",
        "the lower first, as in 1/2",
    )
    flags.add(
        "trials",
        trials["comparator"].str.strip().str.casefold().eq(trials["product"].str.casefold())
        | trials["comparator"].str.contains(r"^(?:DC-?)?CIK(?: cells)?\s*(?:\+|plus|combined|and)", flags=re.I),
        "comparator",
        trials["comparator"],
        "the control group is said to have received the cells",
        "what the control group received",
    )
    reported = trials["product_reported"].fillna("")
    flags.add(
        "trials",
        (trials["product"] == "CIK") & reported.str.contains(r"\bDC|dendritic", flags=re.I),
        "product",
        trials["product"],
        "the product as reported speaks of dendritic cells",
        "DC-CIK, or another product as reported",
    )
    for basis, (least, most) in CELLS.items():
        of = trials["cells_basis"] == basis
        low = trials["cells_low"].fillna(trials["cells_centre"]).fillna(trials["cells_high"])
        high = trials["cells_high"].fillna(trials["cells_centre"]).fillna(trials["cells_low"])
        flags.add(
            "trials",
            of & ((low < least) | (high > most)),
            "cells_reported",
            trials["cells_reported"],
            "no report has given so many or so few cells" + (" per kg" if basis == "per kg" else ""),
            f"{least:g} to {most:g}" + (" per kg" if basis == "per kg" else "") + ", or the same if it is right",
        )

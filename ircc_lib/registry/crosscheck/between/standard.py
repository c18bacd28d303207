"""Do the tables of the reporting standard agree with the trial: arms, products, conduct?"""

from __future__ import annotations

import pandas as pd

from ircc_lib.registry.ingest.flags import Flags

GRADINGS = {"CTCAE v2": 1998, "CTCAE v3": 2003, "CTCAE v4": 2009, "CTCAE v5": 2017}
"""The year in which the National Cancer Institute issued each version."""

LEAST_VIABLE = 70.0
"""Per cent of viable cells below which authorities ask for reasons (FDA, 21 CFR 1271 guidance on somatic cell therapy, 2008)."""

CULTURE = (5, 60)
"""Days within which CIK cells are grown; two to four weeks are usual."""

AGES_APART = 5.0
"""Years that the median of all may lie outside those of both groups, through means beside medians."""


def flag(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Flag arms, products and conduct that contradict the trial, or each other."""
    about = tables["trials"].set_index("trial_id")
    if len(tables["arms"]):
        _of_arms(tables["arms"], about, flags)
    if len(tables["conduct"]):
        _of_conduct(tables["conduct"], about, flags)
    if len(tables["products"]):
        _of_products(tables["products"], about, flags)


def _of_conduct(conduct: pd.DataFrame, about: pd.DataFrame, flags: Flags) -> None:
    design = conduct["trial_id"].map(about["design"])
    randomised = design == "randomised"
    flags.add(
        "conduct",
        randomised & conduct["control_selection"].isin(["matched", "propensity score", "historical"]),
        "control_selection",
        conduct["control_selection"],
        "controls chosen in a way that no randomised trial has",
        "concurrent or an empty cell, or another design in trials",
    )
    for column in ("sequence_generation", "allocation_concealment"):
        flags.add(
            "conduct",
            ~randomised & conduct[column].notna() & ~conduct[column].isin(["none", "other", "alternation or date"]),
            column,
            conduct[column],
            "a random allocation, yet the design is " + design.astype("str"),
            "an empty cell, or the design randomised in trials",
        )
    year = conduct["trial_id"].map(about["year"]).astype("float64")
    start = conduct["trial_id"].map(about["enrol_start"])
    flags.add(
        "conduct",
        (conduct["data_cutoff"].dt.year > year) | (conduct["data_cutoff"] < start),
        "data_cutoff",
        conduct["data_cutoff_reported"],
        "after the year of publication, or before enrolment began",
        "between the two",
    )
    end = conduct["trial_id"].map(about["enrol_end"])
    flags.add(
        "conduct",
        (conduct["data_cutoff"] < end)
        & (conduct["data_cutoff"].dt.year < end.dt.year)
        & ~(conduct["data_cutoff"] < start),
        "data_cutoff",
        conduct["data_cutoff_reported"],
        "before enrolment ended",
        "the day until which patients were followed",
    )
    issued = conduct["ae_grading"].map(GRADINGS)
    flags.add(
        "conduct",
        issued > year,
        "ae_grading",
        conduct["ae_grading"],
        "a version that was issued after the report, in " + issued.astype("Int64").astype("str"),
        "the version as printed",
    )


def _of_products(products: pd.DataFrame, about: pd.DataFrame, flags: Flags) -> None:
    source = products["trial_id"].map(about["cell_source"])
    own = products["donor_relation"] == "patient"
    flags.add(
        "products",
        products["donor_relation"].notna() & ((own & (source == "allogeneic")) | (~own & (source == "autologous"))),
        "donor_relation",
        products["donor_relation"],
        "another donor than cell_source of the trial, " + source.astype("str"),
        "patient where the cells are autologous, and only there",
    )
    flags.add(
        "products",
        products["group"] == "control",
        "group",
        products["group_reported"],
        "a product of the group that received none",
        "cik, with an optional :arm, or an empty cell",
    )
    flags.add(
        "products",
        own & (products["starting_material"] == "cord blood"),
        "starting_material",
        products["starting_material"],
        "cord blood, yet the donor is the patient",
        "peripheral blood or leukapheresis, or the donor cord blood",
    )
    flags.add(
        "products",
        (products["viability_pct"] >= 1) & (products["viability_pct"] < LEAST_VIABLE),
        "viability_pct",
        products["viability_pct"],
        "fewer viable cells than any product is released with",
        f"{LEAST_VIABLE:g} or more, or the same if it is right",
    )
    days = pd.to_numeric(products["culture_days"].astype("str").str.extract(r"^(\d+(?:\.\d+)?)$")[0], errors="coerce")
    flags.add(
        "products",
        (days < CULTURE[0]) | (days > CULTURE[1]),
        "culture_days",
        products["culture_days"],
        "no CIK cells are grown for so few or so many days",
        f"{CULTURE[0]} to {CULTURE[1]} days, or the same if it is right",
    )
    kind = products["trial_id"].map(about["product"])
    said = products["modification"].fillna("")
    wants = said.map(lambda one: "CAR-CIK" if one == "CAR" else "DC-CIK" if one.startswith("DC,") else "")
    lacks = said.eq("none") & kind.isin(["DC-CIK", "CAR-CIK", "modified-CIK"])
    flags.add(
        "products",
        (wants.ne("") & kind.isin(["CIK", "DC-CIK", "CAR-CIK"]) & wants.ne(kind)) | lacks,
        "modification",
        products["modification"],
        "another product than that of the trial, " + kind.astype("str"),
        "what was added to the cells, or another product in trials",
    )


def _of_arms(arms: pd.DataFrame, about: pd.DataFrame, flags: Flags) -> None:
    whole = arms["arm"].isna() & arms["group"].isin(["cik", "control"])
    both = whole.groupby(arms["trial_id"]).transform("sum").eq(2) & whole
    trials = {
        name: arms["trial_id"].map(about[name]).astype("float64")
        for name in ("n_total", "n_male", "n_female", "age_median")
    }
    sums = {
        name: arms[name]
        .where(both)
        .astype("float64")
        .groupby(arms["trial_id"])
        .transform(lambda of: of.sum(min_count=2))
        for name in ("n_male", "n_female")
    }
    everybody = (sums["n_male"] + sums["n_female"]).eq(trials["n_total"])
    flags.add(
        "arms",
        both & everybody & sums["n_male"].ne(trials["n_male"]) & trials["n_male"].notna(),
        "n_male",
        arms["n_male"],
        "the men of both groups are " + sums["n_male"].astype("Int64").astype("str") + ", in trials they are "
        + trials["n_male"].astype("Int64").astype("str"),
        "the men of this group: are men and women the wrong way round?",
    )  # fmt: skip
    cells = r"(?<!no )(?<!without )(?<!no DC-)(?<!without DC-)\bCIK\b"
    says = arms["description"].fillna("").str.contains(cells)
    of_cik = (says & (arms["group"] == "cik")).groupby(arms["trial_id"]).transform("any")
    flags.add(
        "arms",
        (arms["group"] == "control") & says & ~of_cik,
        "description",
        arms["description"],
        "the control group is said to have received the cells, and the other not",
        "the groups the right way round",
    )
    age = pd.to_numeric(arms["age_reported"], errors="coerce").where(both)
    low, high = (age.groupby(arms["trial_id"]).transform(what) for what in ("min", "max"))
    told = age.groupby(arms["trial_id"]).transform("count").eq(2)
    between = (trials["age_median"] >= low - AGES_APART) & (trials["age_median"] <= high + AGES_APART)
    flags.add(
        "arms",
        told & trials["age_median"].notna() & ~between,
        "age_reported",
        arms["age_reported"],
        "the age of all, " + trials["age_median"].astype("str") + ", is far from those of both groups",
        "the age of this group",
    )
    span = (
        arms["age_range_reported"]
        .str.extract(r"^\s*(\d+(?:\.\d+)?)\s*(?:-|to)\s*(\d+(?:\.\d+)?)\s*$")
        .astype("float64")
    )
    flags.add(
        "arms",
        span[0] > span[1],
        "age_range_reported",
        arms["age_range_reported"],
        "the range falls",
        "the lower age first",
    )

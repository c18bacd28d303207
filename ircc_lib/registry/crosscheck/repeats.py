"""Is a fact entered twice, or twice with different values? And is a row of other patients than the trial's?

Two columns are added: ``repeats`` names the first row that says the same fact, so that it counts once;
``other_patients`` says that a row of a randomised trial is of other patients than those randomised.
"""

from __future__ import annotations

import re

import pandas as pd

from ircc_lib.registry.crosscheck.sizes import arm_sizes
from ircc_lib.registry.ingest.flags import Flags

_WHAT = {
    "medians": ["endpoint", "group", "arm", "statistic"],
    "landmarks": ["endpoint", "group", "arm", "time"],
    "comparisons": ["endpoint", "subgroup", "effect_type", "orientation", "adjusted", "test", "note"],
    "responses": ["group", "arm", "criteria", "note"],
    "adverse_events": ["group", "arm", "term_reported", "grade_reported", "denominator", "note"],
}
_VALUES = {
    "medians": ["median", "reached"],
    "landmarks": ["survival"],
    "comparisons": ["estimate", "ci_low", "ci_high", "p_value", "p_relation", "direction"],
    "responses": ["n_evaluable", "cr", "pr", "mr", "sd", "pd", "orr_pct", "dcr_pct"],
    "adverse_events": ["n_affected", "n_at_risk", "pct"],
}
_COLUMN = {
    "medians": "median_reported",
    "landmarks": "survival_pct",
    "comparisons": "estimate",
    "responses": "n_evaluable",
    "adverse_events": "term_reported",
}
_OTHERS = re.compile(
    r"\bbefore (?:propensity[- ]score )?matching\b|\bunmatched\b|\breal[- ]world\b|\bhistorical (?:control|cohort)"
    r"|\bpropensity\b|\bexternal control|\bsynthetic control|\bnon-?randomi[sz]ed\b|\bretrospective\b|\bmatched cohort\b",
    re.I,
)
_SIZES = re.compile(
    r"(?<![\d.])(\d{2,5}) ?(?:v|vs|versus|against)\.? ?(\d{2,5})(?![\d.])(?! ?(?:%|per ?cent|months|years|weeks|days))",
    re.I,
)


def flag(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Mark and flag facts that are there again, or there with another value, and rows of other patients."""
    for name in _WHAT:
        _repeats(name, tables[name], flags)
    for name in ("medians", "landmarks", "comparisons"):
        _other_patients(name, tables, flags)


def _repeats(name: str, table: pd.DataFrame, flags: Flags) -> None:
    keys = table[["trial_id", *_WHAT[name]]].copy()
    for column in keys.select_dtypes("str"):
        keys[column] = keys[column].str.strip().str.casefold()
    values = table[_VALUES[name]].copy()
    for column in keys.select_dtypes("float64"):
        keys[column] = keys[column].round(1)
    for column in values.select_dtypes("float64"):
        values[column] = values[column].round(1 if column == "median" else 4)
    stated = values.notna().any(axis="columns")
    facts = pd.concat([keys, values], axis="columns").astype("object")
    facts = facts.where(facts.notna(), None)
    place = facts.apply(tuple, axis="columns") if len(facts) else pd.Series(dtype="object")
    first = table["row_id"].groupby(place).transform("first") if len(facts) else table["row_id"]
    again = stated & (first != table["row_id"])
    if name == "adverse_events":
        again = first != table["row_id"]
    table["repeats"] = first.where(again).astype("str")
    flags.add(name, again, _COLUMN[name], table[_COLUMN[name]], "the same fact as in " + first, "each fact once")
    if name in ("medians", "landmarks", "comparisons") and len(table):
        _contradictions(name, table, keys, values, again, flags)


def _contradictions(
    name: str, table: pd.DataFrame, keys: pd.DataFrame, values: pd.DataFrame, again: pd.Series, flags: Flags
) -> None:
    """The same question answered in two ways."""
    value = values[_VALUES[name][0]]
    if name == "comparisons":
        keys = keys.drop(columns=["note", "test"])
    asked = keys.astype("object").where(keys.notna(), None).apply(tuple, axis="columns")
    usable = value.notna() & ~again
    several = value.where(usable).groupby(asked).transform("nunique") > 1
    first = table["row_id"].where(usable).groupby(asked).transform("first")
    flags.add(
        name,
        several & usable & (first != table["row_id"]),
        _COLUMN[name],
        table[_COLUMN[name]],
        "another value than in " + first.fillna("") + ", of the same patients and endpoint",
        "one value, or what tells the two apart (subgroup, arm, adjusted)",
    )


def _other_patients(name: str, tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    table, trials = tables[name], tables["trials"]
    design = table["trial_id"].map(trials.set_index("trial_id")["design"])
    told = ["note", *(["subgroup"] if name == "comparisons" else ["arm"])]
    words = pd.Series("", index=table.index).str.cat([table[column].fillna("") for column in told], sep=" ")
    found = words.str.extract(f"({_OTHERS.pattern})", flags=re.I, expand=True)[0]
    larger = (
        _larger(words, table["trial_id"], arm_sizes(trials))
        if name == "comparisons"
        else pd.Series(False, index=table.index)
    )
    doubtful = (design == "randomised") & (found.notna() | larger)
    table["other_patients"] = doubtful.fillna(False).astype(bool)
    flags.add(
        name,
        doubtful,
        "note",
        found.fillna("more patients than were randomised"),
        "the row seems to be of other patients than those randomised, and is left out of the trial's effect",
        "a comparison of the randomised arms; another cohort is a trial of its own",
    )


def _larger(words: pd.Series, trial_ids: pd.Series, arms: pd.DataFrame) -> pd.Series:
    """Whether a row speaks of more patients in two groups than the trial has in all."""
    sizes = words.str.extract(_SIZES.pattern, flags=re.I).astype("float64")
    total = arms["all"].iloc[arms.index.get_indexer(trial_ids)].astype("float64").set_axis(words.index)
    return (sizes.sum(axis="columns", min_count=2) > total).fillna(False)

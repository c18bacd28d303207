"""Are intervals where ratios, rates and p-values say that they are?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from ircc_lib.registry.ingest.flags import Flags

LEAN = 0.2
"""How far from the middle of its interval, as a share of its width on the log scale, a ratio may lie beyond rounding."""

STRONGER = 1.5
"""Standard errors by which a p-value may differ from that of the interval: a log-rank test is another test."""


def flag(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Flag intervals that are lopsided, one-sided, of another scale, or of another p-value."""
    for name in ("comparisons", "meta_analyses"):
        if len(tables[name]):
            _lopsided(name, tables[name], flags)
    if len(tables["comparisons"]):
        _p_values(tables["comparisons"], flags)
        _incomplete(tables["comparisons"], flags)
    if len(tables["landmarks"]):
        _of_rates(tables["landmarks"], flags)
    _of_medians(tables["medians"], flags)
    _units(tables, flags)
    _between_arms(tables, flags)


def _logs(table: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    numbers = (table[name].where(table[name] > 0) for name in ("estimate", "ci_low", "ci_high"))
    estimate, low, high = (np.log(number.astype("float64")) for number in numbers)
    return estimate, low, high


def _lopsided(name: str, table: pd.DataFrame, flags: Flags) -> None:
    estimate, low, high = _logs(table)
    width = (high - low).where(high > low)
    rounding = _rounding(table["ci_low_reported"], table["ci_low"]) + _rounding(
        table["ci_high_reported"], table["ci_high"]
    )
    rounding += 2 * _rounding(table["estimate_reported"], table["estimate"])
    off = ((estimate - low) / width - 0.5).abs() - rounding / width
    inside = (estimate >= low) & (estimate <= high)
    flags.add(
        name,
        table["effect_type"].isin(["HR", "RR", "OR"]) & inside & (off > LEAN),
        "estimate",
        table["estimate_reported"],
        "far from the middle of its interval " + table["ci_low_reported"] + " to " + table["ci_high_reported"],
        "a ratio near " + "the square root of the product of its bounds",
    )


def _rounding(text: pd.Series, value: pd.Series) -> pd.Series:
    """Half of the last printed digit, on the log scale."""
    digits = text.str.extract(r"\.(\d+)")[0].str.len().fillna(0)
    return (0.5 * 10.0 ** -digits.astype("float64") / value.where(value > 0)).fillna(0.0)


def _p_values(comparisons: pd.DataFrame, flags: Flags) -> None:
    estimate, low, high = _logs(comparisons)
    se = (high - low) / (2 * -ndtri((1 - comparisons["ci_level"].astype("float64")) / 2))
    z = (estimate / se.where(se > 0)).abs()
    sides = comparisons["alternative"].eq("one-sided") | comparisons["note"].str.contains("one-sided", na=False)
    stated = comparisons["p_value"].where(comparisons["p_value"] > 0).astype("float64")
    of_p = pd.Series(-ndtri(stated / np.where(sides, 1, 2)), index=comparisons.index)
    apart = (of_p - z).where(comparisons["p_relation"] == "below", (of_p - z).abs())
    flags.add(
        "comparisons",
        comparisons["p_relation"].isin(["exact", "below"]) & (apart > STRONGER),
        "p_value",
        comparisons["p_value_reported"],
        "far from the p-value of the interval, about " + pd.Series(2 * ndtr(-z), index=z.index).map("{:.2g}".format),
        "the p-value of this ratio",
    )


def _incomplete(comparisons: pd.DataFrame, flags: Flags) -> None:
    said = comparisons["subgroup"].fillna("")
    flags.add(
        "comparisons",
        said.str.fullmatch(
            r"(?:all|overall|whole|total|entire|itt|everyone|none|intention[- ]to[- ]treat)"
            r"(?: (?:patients?|population|cohort|group|set|trial))?",
            case=False,
        ),
        "subgroup",
        said,
        "words for all patients, which make the row one of a part of them",
        "an empty cell for all patients",
    )
    flags.add(
        "comparisons",
        comparisons["estimate"].isna() & (comparisons["ci_low"].notna() | comparisons["ci_high"].notna()),
        "estimate",
        "",
        "an interval without its ratio",
        "the ratio as printed",
    )
    nothing = comparisons[["estimate", "p_value", "p_relation", "direction"]].isna().all(axis="columns")
    flags.add(
        "comparisons",
        nothing,
        "estimate",
        "",
        "the row holds neither ratio nor p-value nor direction",
        "a result, or no row",
    )
    flags.add(
        "comparisons",
        comparisons["adjusted_for"].notna() & comparisons["adjusted"].eq("no"),
        "adjusted",
        comparisons["adjusted"],
        "not adjusted, yet adjusted_for names " + comparisons["adjusted_for"].fillna(""),
        "yes, or no adjusted_for",
    )
    flags.add(
        "comparisons",
        comparisons["test"].eq("log-rank") & comparisons["adjusted"].eq("yes"),
        "adjusted",
        comparisons["adjusted"],
        "a log-rank test is not adjusted for other variables",
        "the test cox, or no",
    )
    whole = comparisons["subgroup"].isna()
    flags.add(
        "comparisons",
        whole & comparisons["orientation"].eq("within_cik"),
        "orientation",
        comparisons["orientation"],
        "a ratio within the CIK group, yet no part of it is named",
        "cik_vs_control or control_vs_cik, or a subgroup",
    )
    survival = comparisons["endpoint_family"].isin(["OS", "PFS"])
    flags.add(
        "comparisons",
        survival & comparisons["effect_type"].isin(["RR", "OR"]) & whole,
        "effect_type",
        comparisons["effect_type"],
        "a ratio of risks or odds of an endpoint of time, which is not pooled with hazard ratios",
        "HR, or the same if it is printed so",
    )
    flags.add(
        "comparisons",
        comparisons["endpoint"].isin(["ORR", "DCR"]) & comparisons["effect_type"].eq("HR"),
        "effect_type",
        comparisons["effect_type"],
        "a hazard ratio of an endpoint that has no time",
        "RR or OR",
    )
    flags.add(
        "comparisons",
        comparisons["estimate"].eq(1) & comparisons["direction"].isin(["cik_better", "control_better"]),
        "estimate",
        comparisons["estimate_reported"],
        "a ratio of 1 favours nobody, yet the direction is " + comparisons["direction"],
        "the ratio as printed, or no_difference",
    )
    events = comparisons["n_events_cik"] + comparisons["n_events_control"]
    estimate, low, high = _logs(comparisons)
    se = (high - low) / (2 * -ndtri((1 - comparisons["ci_level"].astype("float64")) / 2))
    # the variance of a log hazard ratio is at least 4 / events (Schoenfeld 1981), whatever the sizes of the groups
    flags.add(
        "comparisons",
        comparisons["effect_type"].eq("HR") & (se**2 < 0.75 * 4 / events.where(events > 0).astype("float64"))
        | (events.eq(0) & comparisons["estimate"].notna()),
        "n_events_cik",
        comparisons["n_events_cik"],
        "too few events for so narrow an interval",
        "the events of both groups",
    )


def _of_rates(landmarks: pd.DataFrame, flags: Flags) -> None:
    rate = landmarks["survival"]
    outside = (rate < landmarks["ci_low"]) | (rate > landmarks["ci_high"])
    interval = landmarks["ci_low_reported"].fillna("") + " to " + landmarks["ci_high_reported"].fillna("")
    flags.add(
        "landmarks",
        outside,
        "survival_pct",
        landmarks["survival_pct"],
        "outside its interval " + interval,
        "a rate within its interval, both in per cent",
    )
    one = landmarks["ci_low"].isna() != landmarks["ci_high"].isna()
    flags.add("landmarks", one, "ci_low", interval, "the interval has one bound", "both bounds")
    keys = ["trial_id", "endpoint", "group_reported"]
    ordered = landmarks.sort_values([*keys, "time"], kind="stable")
    groups = [ordered[key] for key in keys]
    earlier = (
        ordered["n_at_risk"].astype("float64").groupby(groups).cummin().groupby(groups).shift().reindex(landmarks.index)
    )
    flags.add(
        "landmarks",
        landmarks["n_at_risk"] > earlier,
        "n_at_risk",
        landmarks["n_at_risk"],
        "more at risk than at an earlier time, " + earlier.round().astype("Int64").astype("str"),
        "no more than at earlier times",
    )
    flags.add(
        "landmarks",
        (landmarks["n_at_risk"] == 0) & (rate > 0),
        "n_at_risk",
        landmarks["n_at_risk"],
        "nobody at risk, yet a rate above zero",
        "the patients still followed at that time",
    )


def _of_medians(medians: pd.DataFrame, flags: Flags) -> None:
    low, high, value = medians["ci_low"], medians["ci_high"], medians["median"]
    interval = medians["ci_low_reported"].fillna("") + " to " + medians["ci_high_reported"].fillna("")
    flags.add(
        "medians",
        low.isna() & high.notna(),
        "ci_low",
        interval,
        "the interval has no lower bound",
        "both bounds; the upper one alone may be missing, where it is not reached",
    )
    flags.add(
        "medians",
        (high == value) & (low < value) | ((low == value) & (high > value)),
        "ci_high",
        interval,
        "the interval ends at the median itself: is it a standard error, or a range?",
        "the bounds of the 95 % interval",
    )
    flags.add(
        "medians",
        (value > 0) & ((low < value / 8) | (high > 8 * value)),
        "ci_low",
        interval,
        "bounds eight times below or above the median",
        "the bounds of the 95 % interval, in the unit of the median",
    )
    mean = medians["statistic"] == "mean"
    flags.add(
        "medians",
        mean & ~medians["reached"].fillna(True).astype(bool),
        "statistic",
        medians["statistic"],
        "a mean that is not reached",
        "median",
    )


def _units(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Two groups of one endpoint in different units, where the printed numbers are alike."""
    medians, landmarks = tables["medians"], tables["landmarks"]
    for name, table, number, keys in (
        ("medians", medians, "median_reported", ["trial_id", "endpoint"]),
        ("landmarks", landmarks, "time_reported", ["trial_id", "endpoint"]),
    ):
        whole = table[table["arm"].isna() & table["group"].isin(["cik", "control"])]
        if name == "landmarks":
            keys = [*keys, number]
        units = whole.groupby(keys)["unit_reported"].transform("nunique")
        usual = whole.groupby(keys)["unit_reported"].transform("first")
        mixed = (units > 1) & (whole["unit_reported"] != usual)
        flags.add(
            name,
            mixed.reindex(table.index, fill_value=False),
            "unit",
            table["unit_reported"],
            "another unit than in the other group of this endpoint",
            "the unit as printed",
        )
    months = medians["median"]
    short = (months > 0) & (months < 1) & medians["endpoint_family"].isin(["OS", "PFS"])
    flags.add(
        "medians",
        short,
        "unit",
        medians["median_reported"] + " " + medians["unit_reported"].fillna(""),
        "a median below one month",
        "the unit as printed; months are more usual",
    )


def _between_arms(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """What is said of all patients lies between what is said of the two groups."""
    for name, value, reported, keys in (
        ("medians", "median", "median_reported", ["trial_id", "endpoint", "statistic"]),
        ("landmarks", "survival_pct", "survival_pct", ["trial_id", "endpoint", "time"]),
        ("responses", "orr_pct", "orr_pct", ["trial_id", "criteria"]),
    ):
        table = tables[name]
        if not len(table):
            continue
        whole = table["arm"].isna()
        at = [table[key].astype("object").where(table[key].notna(), "") for key in keys]
        arms = table[value].astype("float64").where(whole & table["group"].isin(["cik", "control"]))
        grouped = arms.groupby(at)
        both = grouped.transform("count") >= 2
        least, most = grouped.transform("min"), grouped.transform("max")
        outside = (table[value] < least - 1) | (table[value] > most + 1)
        flags.add(
            name,
            whole & (table["group"] == "all") & both & outside,
            reported,
            table[reported],
            "said of all patients, yet outside both groups, " + least.astype("str") + " and " + most.astype("str"),
            "a value between those of the two groups",
        )

"""Do results agree with each other: intervals, p-values, directions, curves?"""

import pandas as pd

from ircc_lib.registry.ingest.flags import Flags

ROUNDING_POINTS = 1.0
"""Percentage points by which printed rates may differ through rounding."""

ROUNDING_MONTHS = 0.5
"""Months by which a printed median may differ through rounding to whole months."""

SIGNIFICANT = 0.05
"""The level at which the registry's publications call a difference significant."""

_RATIOS = ["HR", "RR", "OR"]


def flag(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Flag intervals, p-values, directions and curves that contradict each other."""
    for name in ("medians", "comparisons", "meta_analyses"):
        _intervals(name, tables[name], flags)
    _direction(tables["comparisons"], flags)
    _rising_survival(tables["landmarks"], flags)
    _median_against_landmarks(tables["medians"], tables["landmarks"], flags)
    _progression_after_death(tables, flags)


def _intervals(name: str, table: pd.DataFrame, flags: Flags) -> None:
    column = "median" if name == "medians" else "estimate"
    reported = column + "_reported"
    outside = (table[column] < table["ci_low"]) | (table[column] > table["ci_high"])
    interval = table["ci_low_reported"] + " to " + table["ci_high_reported"]
    flags.add(
        name,
        outside,
        reported if name == "medians" else column,
        table[reported],
        "outside its interval " + interval.fillna("of one bound"),
        "a value within its interval",
    )
    if name == "medians":
        return
    level = table["ci_level"] if "ci_level" in table else 0.95
    ratio = table["effect_type"].isin(_RATIOS) & (level == 0.95)
    excludes = (table["ci_low"] > 1) | (table["ci_high"] < 1)
    includes = (table["ci_low"] < 1) & (table["ci_high"] > 1)
    one_sided = table["note"].str.contains("one-sided", na=False) if "note" in table else False
    disagree = (excludes & not_significant(table)) | (includes & significant(table))
    flags.add(
        name,
        ratio & ~one_sided & disagree,
        "p_value",
        table["p_value_reported"],
        "contradicts the interval " + interval,
        "significant where the interval excludes 1, and only there",
    )


def significant(table: pd.DataFrame) -> pd.Series:
    """Where the p-value is below the level, whatever it is exactly."""
    value, relation = table["p_value"], table["p_relation"]
    return ((relation == "exact") & (value < SIGNIFICANT)) | ((relation == "below") & (value <= SIGNIFICANT))


def not_significant(table: pd.DataFrame) -> pd.Series:
    """Where the p-value is above the level, whatever it is exactly."""
    value, relation = table["p_value"], table["p_relation"]
    return (
        ((relation == "exact") & (value > SIGNIFICANT))
        | (relation == "not significant")
        | ((relation == "above") & (value >= SIGNIFICANT))
    )


def _direction(comparisons: pd.DataFrame, flags: Flags) -> None:
    direction = comparisons["direction"]
    claims_difference = direction.isin(["cik_better", "control_better"])
    contradicts = (claims_difference & not_significant(comparisons)) | (
        (direction == "no_difference") & significant(comparisons)
    )
    flags.add(
        "comparisons",
        contradicts,
        "p_value",
        comparisons["p_value_reported"],
        "contradicts the stated direction " + direction,
        f"below {SIGNIFICANT} where a difference is stated, and only there",
    )
    better = {"cik_vs_control": comparisons["estimate"] < 1, "control_vs_cik": comparisons["estimate"] > 1}
    for orientation, favours_cik in better.items():
        stated = (
            (comparisons["orientation"] == orientation)
            & (comparisons["effect_type"] == "HR")
            & (comparisons["estimate"].notna() & (comparisons["estimate"] != 1))
        )
        against = stated & (
            (favours_cik & (direction == "control_better")) | (~favours_cik & (direction == "cik_better"))
        )
        flags.add(
            "comparisons",
            against,
            "estimate",
            comparisons["estimate_reported"],
            "points against the stated direction " + direction,
            "a hazard ratio on the stated side of 1",
        )


def _rising_survival(landmarks: pd.DataFrame, flags: Flags) -> None:
    keys = ["trial_id", "endpoint", "group_reported"]
    ordered = landmarks.sort_values([*keys, "time"], kind="stable")
    earlier = (
        ordered.groupby(keys, sort=False)["survival_pct"]
        .cummin()
        .groupby([ordered[key] for key in keys], sort=False)
        .shift()
    )
    earlier = earlier.reindex(landmarks.index)
    flags.add(
        "landmarks",
        landmarks["survival_pct"] > earlier,
        "survival_pct",
        landmarks["survival_pct"],
        "survival rises with time, from " + earlier.astype("str") + " %",
        "no more than at earlier times",
    )


def _median_against_landmarks(medians: pd.DataFrame, landmarks: pd.DataFrame, flags: Flags) -> None:
    keys = ["trial_id", "endpoint", "group_reported"]
    of_half = medians["statistic"] != "mean"  # a mean may lie on either side of the time by which half had the event
    told = medians[of_half].assign(_at=medians.index[of_half])[[*keys, "median", "reached", "_at"]]
    both = told.merge(landmarks[[*keys, "time", "survival_pct", "row_id"]], on=keys)
    below = both["survival_pct"] < 50 - ROUNDING_POINTS
    above = both["survival_pct"] > 50 + ROUNDING_POINTS
    too_low = below & ((both["time"] < both["median"] - ROUNDING_MONTHS) | ~both["reached"].fillna(True))
    too_high = above & (both["time"] > both["median"] + ROUNDING_MONTHS)
    against = both[too_low | too_high].drop_duplicates("_at").set_index("_at")
    said = (
        against["survival_pct"].astype("str")
        + " % at "
        + against["time"].round(1).astype("str")
        + " months ("
        + against["row_id"]
        + ")"
    ).reindex(medians.index)
    flags.add(
        "medians",
        said.notna(),
        "median_reported",
        medians["median_reported"] + " " + medians["unit_reported"].fillna(""),
        "contradicts the survival rate of " + said,
        "a median on the same side of 50 % survival",
    )


def _progression_after_death(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Who lives without progression lives: PFS is never above OS in the same patients."""
    for name, value, reported, keys in (
        ("landmarks", "survival_pct", "survival_pct", ["time"]),
        ("medians", "median", "median_reported", []),
    ):
        table = tables[name]
        keys = ["trial_id", "group_reported", *keys]
        alive = table.loc[table["endpoint"] == "OS", [*keys, value]].drop_duplicates(keys)
        free = table.loc[table["endpoint_family"] == "PFS", [*keys, value]]
        free = free.assign(_at=free.index)
        both = free.merge(alive, on=keys, suffixes=("", "_os")).set_index("_at")
        alive = both[value + "_os"].reindex(table.index)
        flags.add(
            name,
            table[value] > alive,
            reported,
            table[reported],
            "above overall survival, " + alive.round(1).astype("str"),
            "overall survival at most",
        )

"""Are ratios and their intervals complete, and do they go with the medians, the rates and the p-values?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ircc_lib.registry.crosscheck.agreement import not_significant, significant
from ircc_lib.registry.ingest.flags import Flags

FAR = float(np.log(2.5))
"""How far a log hazard ratio may lie from that of the medians or rates: they are other summaries of the same curves."""

OPPOSITE = float(np.log(1.5))
"""How far apart two on opposite sides of 1 may lie."""


def flag(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Flag ratios that lack what makes them usable, and those that the rest of the trial contradicts."""
    comparisons = tables["comparisons"]
    _complete(comparisons, flags)
    _against_curves(tables, flags)
    _against_landmark_p(tables["landmarks"], comparisons, flags)
    _arms(tables, flags)


def _complete(comparisons: pd.DataFrame, flags: Flags) -> None:
    stated = comparisons["estimate"].notna()
    for column, what in (
        ("effect_type", "the ratio's kind is not stated, so it is not used"),
        ("orientation", "which way the ratio is written is not stated, so it is not used"),
        ("direction", "which group did better is not stated"),
    ):
        flags.add("comparisons", stated & comparisons[column].isna(), column, comparisons["estimate"], what, "a value")
    one = comparisons["ci_low"].isna() != comparisons["ci_high"].isna()
    flags.add(
        "comparisons",
        one,
        "ci_low",
        comparisons["ci_low_reported"].fillna("") + " to " + comparisons["ci_high_reported"].fillna(""),
        "the interval has one bound",
        "both bounds",
    )
    for column in ("estimate", "ci_low"):
        flags.add(
            "comparisons",
            comparisons[column] == 0,
            column,
            comparisons[column + "_reported"],
            "a ratio of zero, which no interval can hold",
            "a number above 0",
        )


def _against_curves(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    comparisons = tables["comparisons"]
    reported = np.log(comparisons["estimate"].where(comparisons["estimate"] > 0))
    reported = reported.where(comparisons["orientation"] != "control_vs_cik", -reported)
    usable = (
        comparisons["effect_type"].eq("HR")
        & comparisons["orientation"].isin(["cik_vs_control", "control_vs_cik"])
        & comparisons["subgroup"].isna()
    )
    keys = pd.MultiIndex.from_frame(comparisons[["trial_id", "endpoint"]])
    for what, expected in (("medians", _of_medians(tables["medians"])), ("rates", _of_rates(tables["landmarks"]))):
        implied = pd.Series(expected.reindex(keys).to_numpy(dtype="float64"), index=comparisons.index)
        apart = (reported - implied).abs()
        contradicts = (apart > FAR) | ((reported * implied < 0) & (apart > OPPOSITE))
        flags.add(
            "comparisons",
            usable & contradicts,
            "estimate",
            comparisons["estimate_reported"],
            f"far from what the {what} of the two groups say, about "
            + np.exp(implied.where(comparisons["orientation"] != "control_vs_cik", -implied)).round(2).astype("str"),
            "a ratio on the side of 1 that orientation says, and groups the right way round",
        )


def _of_medians(medians: pd.DataFrame) -> pd.Series:
    """The log hazard ratio of exponential curves with these medians, by trial and endpoint."""
    whole = medians[medians["arm"].isna() & (medians["median"] > 0) & medians["repeats"].isna()]
    arms = whole.drop_duplicates(["trial_id", "endpoint", "group"]).pivot(
        index=["trial_id", "endpoint"], columns="group", values="median"
    )
    arms = arms.reindex(columns=["cik", "control"]).astype("float64")
    return np.log(arms["control"] / arms["cik"])


def _of_rates(landmarks: pd.DataFrame) -> pd.Series:
    """The log hazard ratio of proportional curves through the latest rates, by trial and endpoint."""
    inside = landmarks["survival"].between(0.01, 0.99)
    whole = landmarks[landmarks["arm"].isna() & inside & (landmarks["time"] > 0) & landmarks["repeats"].isna()]
    whole = whole.assign(time=whole["time"].round(1)).drop_duplicates(["trial_id", "endpoint", "group", "time"])
    arms = whole.pivot(index=["trial_id", "endpoint", "time"], columns="group", values="survival")
    arms = arms.reindex(columns=["cik", "control"]).dropna().astype("float64")
    ratio = np.log(np.log(arms["cik"]) / np.log(arms["control"]))
    return ratio.groupby(level=["trial_id", "endpoint"]).last()


def _against_landmark_p(landmarks: pd.DataFrame, comparisons: pd.DataFrame, flags: Flags) -> None:
    """The p-value beside the latest rate against that of the whole curves."""
    whole = comparisons[comparisons["subgroup"].isna() & comparisons["p_value"].notna()]
    keys = ["trial_id", "endpoint"]
    tested = pd.concat(
        [whole[keys], significant(whole).rename("yes"), not_significant(whole).rename("no")], axis="columns"
    )
    tested = tested.groupby(keys)[["yes", "no"]].agg(["any", "all"])
    at = pd.MultiIndex.from_frame(landmarks[keys])
    always = {
        answer: pd.Series(tested[answer, "all"].reindex(at).to_numpy(), index=landmarks.index).eq(True)
        for answer in ("yes", "no")
    }
    latest = landmarks["time"].eq(
        landmarks["time"].where(landmarks["p_value"].notna()).groupby([landmarks[key] for key in keys]).transform("max")
    )
    whole_arm = landmarks["arm"].isna() & latest
    against = (significant(landmarks) & always["no"]) | (not_significant(landmarks) & always["yes"])
    flags.add(
        "landmarks",
        whole_arm & against,
        "p_value",
        landmarks["p_value_reported"],
        "contradicts the p-value of the comparison of this endpoint",
        "the p-value printed for this rate",
    )


def _arms(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Names of arms that only one row of the trial knows."""
    names = ("medians", "landmarks", "responses", "adverse_events", "arms")
    told = pd.concat([tables[name][["trial_id", "arm"]].assign(table=name) for name in names]).dropna(subset="arm")
    arms: dict[str, dict[str, list[str]]] = {}
    for trial, arm, name in zip(told["trial_id"], told["arm"], told["table"]):
        arms.setdefault(trial, {}).setdefault(arm, []).append(name)
    listed = {trial for trial, known in arms.items() if any("arms" in rows for rows in known.values())}
    for name in names[:-1]:
        table = tables[name]
        alone = [
            not pd.isna(arm) and _is_strange(arm, name, arms[trial], trial in listed)
            for trial, arm in zip(table["trial_id"], table["arm"])
        ]
        flags.add(
            name,
            pd.Series(alone, index=table.index, dtype="bool"),
            "group",
            table["group_reported"],
            "no other row of the trial knows this arm",
            "cik, control or all, or an arm of the table arms",
        )


def _is_strange(arm: str, table: str, arms: dict[str, list[str]], listed: bool) -> bool:
    """Whether an arm is not that of the table arms, is written like another, or stands alone in its table."""
    if "arms" in arms[arm]:
        return False
    if len(arms[arm]) > 1:
        return False
    others = [other for other in arms if other != arm]
    if listed or any(sorted(_letters(other)) == sorted(_letters(arm)) for other in others):
        return True
    return not any(table in arms[other] and len(arms[other]) == 1 for other in others)


def _letters(arm: str) -> str:
    return "".join(sign for sign in arm.casefold() if sign.isalnum())

"""Can the times be: of medians, of rates, of follow-up?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ircc_lib.registry.ingest.flags import Flags

LONGEST_MEDIAN = 120.0
LONGEST_FOLLOWUP = 180.0
"""Months above which a median, or a median follow-up, is rather of another unit."""

FIRST_PATIENT = 1991
"""The year of the first report on CIK cells (Schmidt-Wolf 1991, J Exp Med 174:139): nothing is followed from before."""

BEYOND_FOLLOWUP = 3.0
"""Times the median follow-up that a rate or a median may reach."""


MEDIAN_BEYOND = 2.0
"""Times the median follow-up that a median may reach: few are followed so long, and half must have had the event."""


SCALE = 4.0
"""Times as long as a median that the rates of the same patients may say, by an exponential curve."""


def flag(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Flag times of zero, of the wrong unit, and beyond what can have been observed."""
    medians, landmarks, trials = tables["medians"], tables["landmarks"], tables["trials"]
    flags.add(
        "medians",
        medians["median"] <= 0,
        "median_reported",
        medians["median_reported"],
        "a median of zero",
        "a time after the start; it is left out of effects",
    )
    flags.add(
        "landmarks",
        landmarks["time"] <= 0,
        "time",
        landmarks["time_reported"],
        "a rate at the start, where all are alive",
        "a time after the start; it is left out of curves and effects",
    )
    flags.add(
        "medians",
        medians["median"] > LONGEST_MEDIAN,
        "unit",
        medians["median_reported"] + " " + medians["unit_reported"].fillna(""),
        "a median of more than ten years",
        "the unit as printed; months are more usual",
    )
    window = _observable(trials)
    followup = trials["followup_months"]
    flags.add(
        "trials",
        (followup > LONGEST_FOLLOWUP) | (followup > window),
        "followup_months",
        followup,
        "longer than can have been observed",
        "months from the start of enrolment to publication at most",
    )
    latest = (
        pd.concat([landmarks[["trial_id", "time"]], medians[["trial_id", "median"]].rename(columns={"median": "time"})])
        .groupby("trial_id")["time"]
        .max()
    )
    reported = trials["trial_id"].map(latest).astype("float64")
    flags.add(
        "trials",
        reported > BEYOND_FOLLOWUP * followup,
        "followup_months",
        followup,
        "much shorter than a time that is reported, " + reported.round(1).astype("str") + " months",
        "months, not years",
    )
    followed = medians["trial_id"].map(followup.set_axis(trials["trial_id"])).astype("float64")
    flags.add(
        "medians",
        (medians["median"] > MEDIAN_BEYOND * followed) & (medians["median"] <= LONGEST_MEDIAN),
        "unit",
        medians["median_reported"] + " " + medians["unit_reported"].fillna(""),
        "far beyond the median follow-up, " + followed.round(1).astype("str") + " months",
        "the unit as printed: weeks or days may have been typed as months",
    )
    for name, column in (("landmarks", "time"), ("medians", "median")):
        table = tables[name]
        most = table["trial_id"].map(window.set_axis(trials["trial_id"])).astype("float64")
        flags.add(
            name,
            table[column] > most,
            "unit",
            table[column + "_reported"] + " " + table["unit_reported"].fillna(""),
            "longer than from the start of enrolment to publication, " + most.round().astype("str") + " months",
            "the unit as printed",
        )

    _scale(medians, landmarks, flags)
    flags.add(
        "medians",
        medians["endpoint"].isin(["ORR", "DCR"]),
        "endpoint",
        medians["endpoint"],
        "an endpoint that has no time",
        "an endpoint of time; a rate of response goes to responses",
    )


def _scale(medians: pd.DataFrame, landmarks: pd.DataFrame, flags: Flags) -> None:
    """A median many times longer or shorter than the rates of the same patients say: it is of another unit."""
    keys = ["trial_id", "endpoint", "group_reported"]
    inside = landmarks[landmarks["survival"].between(0.05, 0.9) & (landmarks["time"] > 0)]
    both = medians.assign(_at=medians.index)[[*keys, "median", "_at"]].merge(
        inside[[*keys, "time", "survival"]], on=keys
    )
    both = both[both["median"] > 0]
    said = both["time"].astype("float64") * np.log(0.5) / np.log(both["survival"].astype("float64"))
    ratio = both["median"].astype("float64") / said
    far = both[(ratio > SCALE) | (ratio < 1 / SCALE)].assign(said=said.round(1)).drop_duplicates("_at").set_index("_at")
    implied = far["said"].reindex(medians.index)
    flags.add(
        "medians",
        implied.notna(),
        "unit",
        medians["median_reported"] + " " + medians["unit_reported"].fillna(""),
        "far from what the rates of these patients say, about " + implied.astype("str") + " months",
        "the unit as printed, in medians and landmarks",
    )


def _observable(trials: pd.DataFrame) -> pd.Series:
    """Months from the first patient to the end of the year of publication."""
    start = trials["enrol_start"].dt.year + (trials["enrol_start"].dt.month - 1) / 12
    first = start.astype("float64").fillna(float(FIRST_PATIENT))
    return 12 * (trials["year"].astype("float64") + 1 - first)

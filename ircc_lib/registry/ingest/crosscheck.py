"""Cross-checks: values that can be read and yet do not go together. The rows stay, flagged."""

import pandas as pd

from ircc_lib.registry.ingest.flags import Flags

ROUNDING_POINTS = 1.0
"""Percentage points by which printed rates may differ through rounding."""

ROUNDING_MONTHS = 0.5
"""Months by which a printed median may differ through rounding to whole months."""

SIGNIFICANT = 0.05
"""The level at which the registry's publications call a difference significant."""

_RATIOS = ["HR", "RR", "OR"]


def flag_doubts(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Flag everything doubtful across the cleaned tables."""
    _sizes(tables, flags)
    _report(tables, flags)
    for name in ("medians", "comparisons", "meta_analyses"):
        _intervals(name, tables[name], flags)
    _direction(tables["comparisons"], flags)
    _rising_survival(tables["landmarks"], flags)
    _median_against_landmarks(tables["medians"], tables["landmarks"], flags)
    _progression_after_death(tables, flags)
    _responses(tables["responses"], flags)
    _adverse_events(tables["adverse_events"], flags)


def _sizes(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    trials = tables["trials"]
    total = trials["n_total"]
    for parts in (["n_cik", "n_control"], ["n_male", "n_female"]):
        together = trials[parts].sum(axis="columns", min_count=1)
        flags.add(
            "trials",
            together > total,
            " + ".join(parts),
            together,
            "more patients than in all, n_total " + total.astype("str"),
            "n_total at most",
        )
    sizes = trials.set_index("trial_id")[["n_total", "n_cik"]]
    for name, column, whole in (
        ("entities", "n_patients", "n_total"),
        ("entities", "n_cik", "n_cik"),
        ("medians", "n", "n_total"),
        ("responses", "n_evaluable", "n_total"),
    ):
        table = tables[name]
        of_trial = _of_trial(sizes[whole], table["trial_id"])
        flags.add(
            name,
            table[column] > of_trial,
            column,
            table[column],
            f"more than the trial's {whole} " + of_trial.astype("str"),
            f"{whole} of the trial at most",
        )
    events = tables["adverse_events"]
    of_trial = _of_trial(sizes["n_total"], events["trial_id"])
    too_many = (events["n_at_risk"] > of_trial) & (events["denominator"] == "patients")
    flags.add(
        "adverse_events",
        too_many,
        "n_at_risk",
        events["n_at_risk"],
        "more at risk than patients in the trial, n_total " + of_trial.astype("str"),
        "patients of the trial, or a note that names the unit (vocabularies/denominators.csv)",
    )


def _of_trial(values: pd.Series, trial_ids: pd.Series) -> pd.Series:
    return values.iloc[values.index.get_indexer(trial_ids)].set_axis(trial_ids.index)


def _report(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    trials = tables["trials"]
    year = trials["year"]
    for column in ("enrol_start", "enrol_end"):
        flags.add(
            "trials",
            trials[column].dt.year > year,
            column,
            trials[column + "_reported"],
            "later than the year of publication " + year.astype("str"),
            "the year of publication at most",
        )
    flags.add(
        "trials",
        trials["enrol_end"] < trials["enrol_start"],
        "enrol_end",
        trials["enrol_end_reported"],
        "before enrol_start " + trials["enrol_start_reported"],
        "enrol_start or later",
    )
    flags.add(
        "trials",
        ~trials["trial_id"].isin(tables["entities"]["trial_id"]),
        "trial_id",
        trials["trial_id"],
        "no tumour is recorded for this trial",
        "a row in entities",
    )
    for column in ("pmid", "doi"):
        again = trials[column].notna() & trials[column].str.lower().duplicated(keep=False)
        flags.add("trials", again, column, trials[column], "another report has the same", "one report each")


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
    disagree = (excludes & _not_significant(table)) | (includes & _significant(table))
    flags.add(
        name,
        ratio & ~one_sided & disagree,
        "p_value",
        table["p_value_reported"],
        "contradicts the interval " + interval,
        "significant where the interval excludes 1, and only there",
    )


def _significant(table: pd.DataFrame) -> pd.Series:
    value, relation = table["p_value"], table["p_relation"]
    return ((relation == "exact") & (value < SIGNIFICANT)) | ((relation == "below") & (value <= SIGNIFICANT))


def _not_significant(table: pd.DataFrame) -> pd.Series:
    value, relation = table["p_value"], table["p_relation"]
    return (
        ((relation == "exact") & (value > SIGNIFICANT))
        | (relation == "not significant")
        | ((relation == "above") & (value >= SIGNIFICANT))
    )


def _direction(comparisons: pd.DataFrame, flags: Flags) -> None:
    direction = comparisons["direction"]
    claims_difference = direction.isin(["cik_better", "control_better"])
    contradicts = (claims_difference & _not_significant(comparisons)) | (
        (direction == "no_difference") & _significant(comparisons)
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
    told = medians.assign(_at=medians.index)[[*keys, "median", "reached", "_at"]]
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


def _responses(responses: pd.DataFrame, flags: Flags) -> None:
    counted = responses[["cr", "pr", "mr", "sd", "pd"]].sum(axis="columns", min_count=1)
    evaluable = responses["n_evaluable"]
    flags.add(
        "responses",
        counted > evaluable,
        "cr + pr + mr + sd + pd",
        counted,
        "more responses than evaluable patients, n_evaluable " + evaluable.astype("str"),
        "n_evaluable at most",
    )
    for column, parts in (("orr_pct", ["cr", "pr"]), ("dcr_pct", ["cr", "pr", "sd"])):
        complete = responses[parts].notna().all(axis="columns")
        minor = responses["mr"].fillna(0)
        rate = 100 * responses[parts].sum(axis="columns") / evaluable
        with_minor = 100 * (responses[parts].sum(axis="columns") + minor) / evaluable
        differs = (rate - responses[column]).abs().gt(ROUNDING_POINTS) & (with_minor - responses[column]).abs().gt(
            ROUNDING_POINTS
        )
        flags.add(
            "responses",
            complete & differs,
            column,
            responses[column],
            "differs from the counts, which give " + rate.round(1).astype("str") + " %",
            f"the rate of {' + '.join(parts)}, within {ROUNDING_POINTS:g} point",
        )


def _adverse_events(events: pd.DataFrame, flags: Flags) -> None:
    affected, at_risk = events["n_affected"], events["n_at_risk"]
    flags.add(
        "adverse_events",
        affected > at_risk,
        "n_affected",
        affected,
        "more affected than at risk, n_at_risk " + at_risk.astype("str"),
        "n_at_risk at most",
    )
    rate = 100 * affected / at_risk
    flags.add(
        "adverse_events",
        (rate - events["pct"]).abs() > ROUNDING_POINTS,
        "pct",
        events["pct"],
        "differs from the counts, which give " + rate.round(1).astype("str") + " %",
        f"n_affected of n_at_risk, within {ROUNDING_POINTS:g} point",
    )

"""Are parts no more than their whole, within a row and across rows of one trial?"""

from __future__ import annotations

import pandas as pd

from ircc_lib.registry.crosscheck.sizes import arm_sizes
from ircc_lib.registry.ingest.flags import Flags

_WITHIN = (
    ("entities", "n_cik", "n_patients"),
    ("medians", "n_events", "n"),
    ("arms", "n_treated", "n_assigned"),
    ("arms", "n_analysed", "n_assigned"),
    ("screening", "n_cik", "n_total"),
    ("screening", "n_control", "n_total"),
)
"""Table, part, whole: the part is at most the whole of its own row."""

ROUNDED = 0.6
"""Percentage points within which a rate printed to whole per cents lies from that of a count."""

_FLOW = ("screened", "enrolled", "infused", "completed")


def flag(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Flag parts that are more than their whole, and rates that no number of patients gives."""
    for name, part, whole in _WITHIN:
        _at_most(name, tables[name], part, tables[name][whole], whole, flags)
    sizes = arm_sizes(tables["trials"])
    _of_groups(tables, sizes, flags)
    _rates(tables, flags)
    for name, question in (
        ("arms", _arms),
        ("entities", _entities),
        ("adverse_events", _adverse_events),
        ("flow", _flow),
        ("patients", _patients),
    ):
        if len(tables[name]):
            question(tables[name], sizes, flags)


def _at_most(name: str, table: pd.DataFrame, column: str, whole: pd.Series, called: str, flags: Flags) -> None:
    flags.add(
        name,
        table[column] > whole,
        column,
        table[column],
        f"more than {called}, " + whole.astype("str"),
        f"{called} at most",
    )


def _size(table: pd.DataFrame, sizes: pd.DataFrame, group: pd.Series | str) -> pd.Series:
    """Patients of the group of each row, or of the trial where the group's are not told."""
    of = sizes.iloc[sizes.index.get_indexer(table["trial_id"])].set_axis(table.index)
    group = group if isinstance(group, pd.Series) else pd.Series(group, index=table.index)
    own = of["all"].where(group == "all", of["control"].where(group == "control", of["cik"]))
    return own.fillna(of["all"])


def _of_groups(tables: dict[str, pd.DataFrame], sizes: pd.DataFrame, flags: Flags) -> None:
    comparisons, medians = tables["comparisons"], tables["medians"]
    for group in ("cik", "control"):
        _at_most(
            "comparisons",
            comparisons,
            f"n_events_{group}",
            _size(comparisons, sizes, group),
            "the patients of the group",
            flags,
        )
    _at_most(
        "medians", medians, "n_events", _size(medians, sizes, medians["group"]), "the patients of the group", flags
    )
    responses, events = tables["responses"], tables["adverse_events"]
    kinds = ["cr", "pr", "mr", "sd", "pd"]
    counted = responses[kinds].sum(axis="columns", min_count=1)
    of_group = _size(responses, sizes, responses["group"])
    flags.add(
        "responses",
        responses["n_evaluable"].isna() & (counted > of_group),
        "cr + pr + mr + sd + pd",
        counted,
        "more responses than patients of the group, " + of_group.astype("str"),
        "patients, not per cent",
    )
    of_group = _size(events, sizes, events["group"])
    flags.add(
        "adverse_events",
        events["n_at_risk"].isna() & (events["denominator"] == "patients") & (events["n_affected"] > of_group),
        "n_affected",
        events["n_affected"],
        "more affected than patients of the group, " + of_group.astype("str"),
        "patients; a note names another unit (vocabularies/denominators.csv)",
    )


def _arms(arms: pd.DataFrame, sizes: pd.DataFrame, flags: Flags) -> None:
    of_arm = _size(arms, sizes, arms["group"])
    largest = arms[["n_assigned", "n_treated", "n_analysed"]].max(axis="columns").astype("Int64").fillna(of_arm)
    for column in ("os_events", "pfs_events"):
        _at_most("arms", arms, column, largest, "the patients of the arm", flags)
    sexes = arms["n_male"].fillna(0) + arms["n_female"].fillna(0)
    flags.add(
        "arms",
        sexes > largest,
        "n_male + n_female",
        sexes,
        "more than the patients of the arm, " + largest.astype("str"),
        "the patients of the arm at most",
    )
    flags.add(
        "arms",
        arms["pfs_events"] < arms["os_events"],
        "pfs_events",
        arms["pfs_events"],
        "fewer than the deaths, os_events " + arms["os_events"].astype("str"),
        "progressions or deaths: os_events at least",
    )
    age = pd.to_numeric(arms["age_reported"], errors="coerce")
    span = (
        arms["age_range_reported"]
        .str.extract(r"^\s*(\d+(?:\.\d+)?)\s*(?:-|to)\s*(\d+(?:\.\d+)?)\s*$")
        .astype("float64")
    )
    flags.add(
        "arms",
        (age < span[0]) | (age > span[1]) | (age > 90),
        "age_reported",
        arms["age_reported"],
        "above ninety years, or outside its range " + arms["age_range_reported"].fillna(""),
        "years within the range",
    )


def _rates(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Rates out of order, and rates that no whole number of patients gives."""
    responses, events = tables["responses"], tables["adverse_events"]
    flags.add(
        "responses",
        responses["dcr_pct"] < responses["orr_pct"],
        "dcr_pct",
        responses["dcr_pct"],
        "less than the objective response rate " + responses["orr_pct"].astype("str") + " %",
        "orr_pct at least: who responds is controlled",
    )
    for name, table, whole, columns in (
        ("responses", responses, "n_evaluable", ("orr_pct", "dcr_pct")),
        ("adverse_events", events, "n_at_risk", ("pct",)),
    ):
        size = table[whole].where(table[whole] > 0).astype("float64")
        for column in columns:
            count = (table[column] * size / 100).round()
            counted = table["n_affected"].notna() if name == "adverse_events" else table["cr"].notna()
            flags.add(
                name,
                ((100 * count / size - table[column]).abs() > ROUNDED) & ~counted,
                column,
                table[column],
                f"no number of {whole} " + table[whole].astype("str") + " patients gives this rate",
                f"the rate of a whole number of patients, or another {whole}",
            )


def _entities(entities: pd.DataFrame, sizes: pd.DataFrame, flags: Flags) -> None:
    total = entities["n_patients"].groupby(entities["trial_id"]).transform("sum", min_count=1)
    whole = _size(entities, sizes, "all")
    several = entities["trial_id"].duplicated(keep=False)
    fits = entities["n_patients"] <= whole
    largest = entities["n_patients"] == entities["n_patients"].groupby(entities["trial_id"]).transform("max")
    flags.add(
        "entities",
        several & fits & largest & (total > whole),
        "n_patients",
        entities["n_patients"],
        "the patients of all tumours are " + total.astype("str") + ", more than the trial's " + whole.astype("str"),
        "each patient under one tumour",
    )
    flags.add(
        "entities",
        ~several & (entities["n_patients"] < whole),
        "n_patients",
        entities["n_patients"],
        "fewer than the trial's " + whole.astype("str") + ", and no other tumour is recorded",
        "the trial's patients, or a row for each other tumour",
    )


def _adverse_events(events: pd.DataFrame, sizes: pd.DataFrame, flags: Flags) -> None:
    """Severe events among all of the same term, and one term among patients with any event."""
    keys = [
        events[name].astype("object").where(events[name].notna(), "")
        for name in ("trial_id", "group", "arm", "denominator")
    ]
    keys.append(events["term"].astype("object").where(events["term"].notna(), events["term_reported"]))
    ungraded = events["grade_reported"].isna()
    every = events["n_affected"].where(ungraded).astype("float64").groupby(keys).transform("max")
    flags.add(
        "adverse_events",
        (events["grade_low"] >= 3).fillna(False) & (events["n_affected"] > every),
        "n_affected",
        events["n_affected"],
        "more severe events than events of any grade, " + every.round().astype("Int64").astype("str"),
        "the events of any grade at most",
    )
    several = events["n_affected"].where(ungraded & (events["denominator"] == "patients")).groupby(keys)
    first = events["row_id"].groupby(keys).transform("first")
    flags.add(
        "adverse_events",
        (several.transform("nunique") > 1) & ungraded & (first != events["row_id"]) & events["note"].isna(),
        "n_affected",
        events["n_affected"],
        "another number than in " + first + ", of the same event and group",
        "one number, or what tells the two apart (grade, arm, note)",
    )
    whole = events["n_affected"].where(
        events["term_reported"].str.fullmatch(r"any adverse events?", case=False) & ungraded
    )
    any_event = whole.astype("float64").groupby(keys[:4]).transform("max")
    flags.add(
        "adverse_events",
        (events["n_affected"] > any_event) & (events["denominator"] == "patients"),
        "n_affected",
        events["n_affected"],
        "more than the patients with any adverse event, " + any_event.round().astype("Int64").astype("str"),
        "those with any adverse event at most",
    )


def _flow(flow: pd.DataFrame, sizes: pd.DataFrame, flags: Flags) -> None:
    keys = [flow["trial_id"], flow["group_reported"]]
    for place, stage in enumerate(_FLOW[1:] + ("analysed",), 1):
        earlier = _FLOW[:place] if stage != "analysed" else ("screened", "enrolled")
        before = flow["n"].where(flow["stage"].isin(earlier)).astype("float64").groupby(keys).transform("min")
        flags.add(
            "flow",
            (flow["stage"] == stage) & (flow["n"] > before),
            "n",
            flow["n"],
            f"more {stage} than at an earlier stage, " + before.round().astype("Int64").astype("str"),
            "no more than at earlier stages",
        )
    whole = _size(flow, sizes, flow["group"])
    flags.add(
        "flow",
        flow["stage"].isin(["enrolled", "infused", "completed", "analysed"]) & (flow["n"] > whole),
        "n",
        flow["n"],
        "more than the patients of the group, " + whole.astype("str"),
        "the size of the group in trials at most",
    )


def _patients(patients: pd.DataFrame, sizes: pd.DataFrame, flags: Flags) -> None:
    flags.add(
        "patients",
        patients["patient_no"] > _size(patients, sizes, "all"),
        "patient_no",
        patients["patient_no"],
        "more patients than the trial has",
        "the number of the patient within the report",
    )
    flags.add(
        "patients",
        patients["pfs_time"] > patients["os_time"],
        "pfs_time",
        patients["pfs_time_reported"],
        "longer than the survival of the patient, " + patients["os_time_reported"],
        "os_time at most",
    )
    flags.add(
        "patients",
        (patients["os_event"] == 1) & (patients["pfs_event"] == 0) & (patients["pfs_time"] >= patients["os_time"]),
        "pfs_event",
        patients["pfs_event"],
        "the patient died, yet no event is recorded",
        "1: progression or death",
    )
    flags.add(
        "patients",
        patients["age"] < 1,
        "age",
        patients["age"],
        "an age below one year",
        "years",
    )

"""Harm: adverse events in numbers with their denominators.

Three things are kept apart: events among patients, events among infusions or cycles, and
what a record does not say. "None" is a count of 0 with a denominator; "none reported" is a
statement without one; a trial that says nothing is neither.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ircc_lib.analysis.meta.proportions import clopper_pearson
from ircc_lib.analysis.outcomes.reported_counts import Count, count_of, count_of_percentage, prints_as, shown_percent
from ircc_lib.analysis.outcomes.response import one_report_a_cohort, pooled_row
from ircc_lib.registry.rows import rows_of, table_of

COLUMNS = {
    "trial_id": "str",
    "cohort": "str",
    "year": "Int64",
    "design": "str",
    "cell_source": "str",
    "group": "str",
    "arm": "str",
    "term": "str",
    "soc": "str",
    "kind": "str",
    "grade": "str",
    "grade_low": "Int64",
    "grade_high": "Int64",
    "severe": "boolean",
    "serious": "bool",
    "denominator": "str",
    "events": "Int64",
    "n": "Int64",
    "percent": "float64",
    "source": "str",
    "pooled": "bool",
    "why": "str",
    "term_reported": "str",
    "note": "str",
    "row_ids": "str",
}
_KEYS = ["trial_id", "group", "term", "severe"]


def adverse_event_counts(reg) -> pd.DataFrame:
    """Every reported adverse event as a count, with its trial.

    Parameters
    ----------
    reg : Registry

    Returns
    -------
    DataFrame
        one row a trial, group, arm and term: trial_id, cohort, year, design, cell_source,
        group, arm, term (CTCAE v5.0 or the class of a summary statement), soc, kind (ctcae,
        summary, gvhd, death), grade (as reported), grade_low, grade_high, severe (grade 3 or
        higher only), serious, denominator (patients, infusions, cycles), events, n, percent
        (0..1), source of the count, pooled (bool), why (not), term_reported, note, row_ids

    Notes
    -----
    Single grades of one event in one group are added up, as a patient is counted at the worst
    grade (CTCAE v5.0). Case reports and parts of an arm are listed, not pooled.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> counts = adverse_event_counts(ircc.load_registry())
    >>> bool((counts.loc[counts["pooled"], "denominator"] == "patients").all())
    True
    """
    facts = rows_of(reg.trials[["trial_id", "cohort", "year", "design", "cell_source"]])
    about = {trial["trial_id"]: trial for trial in facts}
    rows = _grades_added(
        [about[row["trial_id"]] | _counted(row) for row in rows_of(reg.adverse_events) if row["trial_id"] in about]
    )
    for row in rows:
        row["why"] = _why_not(row)
        row["pooled"] = not row["why"]
    return table_of(one_report_a_cohort(rows, by=["cohort", "group", "term", "severe"]), COLUMNS)


def adverse_event_rates(reg, *, group: str = "cik") -> pd.DataFrame:
    """The rate of each CTCAE term among patients, pooled where two trials or more count it.

    Returns
    -------
    DataFrame
        soc, term, trials, events, n, proportion, ci_low, ci_high, pi_low, pi_high (0..1), i2
        (percent), tau2, method, trial_ids; most frequent organ class and term first

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "Fever" in set(adverse_event_rates(ircc.load_registry())["term"])
    True
    """
    counts = adverse_event_counts(reg)
    chosen = counts[counts["pooled"] & counts["kind"].eq("ctcae") & counts["group"].eq(group) & ~counts["severe"]]
    rows = [
        {"soc": soc, "term": term} | pooled_row(part)
        for (soc, term), part in chosen.groupby(["soc", "term"], sort=True)
    ]
    table = pd.DataFrame(rows, columns=["soc", "term", *pooled_row(chosen.iloc[:0])])
    size = table.groupby("soc")["events"].transform("sum")
    return (
        table.assign(size=size)
        .sort_values(["size", "soc", "events", "n"], ascending=[False, True, False, False])
        .drop(columns="size")
        .reset_index(drop=True)
    )


def events_per_infusion(reg) -> pd.DataFrame:
    """Events whose denominator is infusions or cycles: counts among those, never among patients.

    Returns
    -------
    DataFrame
        trial_id, group, term, grade, denominator, events, n, percent, ci_low, ci_high (0..1;
        exact, and too narrow in so far as infusions of one patient are alike), note, row_ids

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> set(events_per_infusion(ircc.load_registry())["denominator"]) <= {"infusions", "cycles"}
    True
    """
    counts = adverse_event_counts(reg)
    table = counts[counts["denominator"].ne("patients")].copy()
    known = table["source"].ne("")
    limits = [
        clopper_pearson(row["events"], row["n"]) if ok else (np.nan, np.nan) for ok, row in zip(known, rows_of(table))
    ]
    table["ci_low"], table["ci_high"] = [low for low, _ in limits], [high for _, high in limits]
    return table[
        [
            "trial_id",
            "group",
            "term",
            "grade",
            "denominator",
            "events",
            "n",
            "percent",
            "ci_low",
            "ci_high",
            "why",
            "note",
            "row_ids",
        ]
    ].reset_index(drop=True)


def safety_statements(reg) -> pd.DataFrame:
    """What each trial's record says about harm at all.

    Returns
    -------
    DataFrame
        statement ("events reported", "only that there were none of a kind", "nothing"),
        trials, share (0..1), trial_ids; counted by cohort

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> float(safety_statements(ircc.load_registry())["share"].sum().round(6))
    1.0
    """
    events = reg.adverse_events
    cohort_of = dict(zip(reg.trials["trial_id"].tolist(), reg.trials["cohort"].tolist()))
    some: dict[str, bool] = {}  # whether any of a cohort's statements is of an event that occurred
    for trial_id, affected, pct in zip(
        events["trial_id"].tolist(), events["n_affected"].fillna(0).tolist(), events["pct"].fillna(0).tolist()
    ):
        cohort = cohort_of.get(trial_id)
        some[cohort] = some.get(cohort, False) or affected > 0 or pct > 0
    words = {True: "events reported", False: "only that there were none of a kind", None: "nothing"}
    found: dict[str, list[str]] = {statement: [] for statement in words.values()}
    for cohort, trial_ids in reg.cohorts["trial_ids"].items():
        found[words[some.get(cohort)]].append(trial_ids)
    return pd.DataFrame(
        [
            {
                "statement": statement,
                "trials": len(cohorts),
                "share": len(cohorts) / max(1, len(reg.cohorts)),
                "trial_ids": "; ".join(cohorts),
            }
            for statement, cohorts in found.items()
        ]
    )


def none_without_denominator(reg) -> pd.DataFrame:
    """Statements that an event did not occur, by trials that do not say among how many.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> none_without_denominator(ircc.load_registry())["n"].isna().all()
    np.True_
    """
    counts = adverse_event_counts(reg)
    said = reg.adverse_events.loc[reg.adverse_events["n_affected"].eq(0), "row_id"]
    return counts[counts["n"].isna() & counts["row_ids"].isin(said)].reset_index(drop=True)


def read_event(row: dict) -> Count:
    """The count of one row of the table adverse_events."""
    events, n, pct = row["n_affected"], row["n_at_risk"], row["pct"]
    if pd.notna(events) and pd.notna(n):
        count = count_of(events, n)
        if count.source and pd.notna(pct) and not prints_as(int(events), int(n), pct):
            return Count(why=f"{int(events)} of {int(n)} is not the {shown_percent(pct)} printed")
        return count
    if pd.notna(pct) and pd.isna(events):
        return count_of_percentage(pct, n)
    if pd.notna(events):
        return Count(why=f"{int(events)}, but the number of patients is not stated")
    return Count(why="neither a count nor a percentage")


def _counted(row: dict) -> dict:
    count = read_event(row)
    return row | {
        "events": count.events,
        "n": count.n,
        "source": count.source,
        "why": count.why,
        "percent": count.events / count.n if count.source else row["pct"] / 100,
        "severe": pd.notna(row["grade_low"]) and row["grade_low"] >= 3,
        "grade": row["grade_reported"],
        "row_ids": row["row_id"],
    }


def _grades_added(rows: list[dict]) -> list[dict]:
    """Single grades of the same event in the same patients as one row."""
    graded: dict[tuple, list[dict]] = {}
    for place, row in enumerate(rows):
        single = (
            pd.notna(row["grade_low"])
            and row["grade_low"] == row["grade_high"]
            and row["source"]
            and pd.isna(row["arm"])
            and row["denominator"] == "patients"
            and row["kind"] != "death"
        )
        key = tuple(row[name] for name in [*_KEYS, "n"]) if single else place
        graded.setdefault(key, []).append(row)
    return [found[0] if len(found) == 1 else _added(found) for found in graded.values()]


def _added(grades: list[dict]) -> dict:
    events = sum(row["events"] for row in grades)
    notes = dict.fromkeys(row["note"] for row in grades if pd.notna(row["note"]))
    return grades[0] | {
        "events": events,
        "source": "grades added up",
        "percent": events / grades[0]["n"],
        "grade": ", ".join(row["grade"] for row in grades),
        "grade_high": max(row["grade_high"] for row in grades),
        "note": "; ".join(notes),
        "row_ids": "; ".join(row["row_id"] for row in grades),
    }


def _why_not(row: dict) -> str:
    if row["denominator"] != "patients":
        return f"counted among {row['denominator']}"
    if row["why"]:
        return row["why"]
    if pd.notna(row["arm"]):
        return "part of an arm, or one of several arms"
    if row["group"] == "all":
        return "CIK and control patients together"
    return "a case report, published for its outcome" if row["design"] == "case_report" else ""

"""Harm: adverse events in numbers with their denominators.

Three things are kept apart: events among patients, events among infusions or cycles, and
what a record does not say. "None" is a count of 0 with a denominator; "none reported" is a
statement without one; an event that occurred without a number is an event; a trial that says
nothing is none of these. Where a row gives events but no number of patients, that of its whole
arm is taken; a statement of no events is never given one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.facts import trial_facts
from ircc_lib.analysis.outcomes.pooled_counts import one_report_a_cohort, pooled_row
from ircc_lib.analysis.outcomes.reported_counts import Count, count_of, count_of_percentage, prints_as, shown_percent
from ircc_lib.registry.rows import rows_of, table_of, usable_rows

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


COLUMNS = {
    "trial_id": "str",
    "cohort": "str",
    "year": "Int64",
    "design": "str",
    "allocation": "str",
    "randomised": "bool",
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
    "called_severe": "bool",
    "serious": "bool",
    "denominator": "str",
    "events": "Int64",
    "n": "Int64",
    "percent": "float64",
    "occurred": "bool",
    "source": "str",
    "pooled": "bool",
    "why": "str",
    "term_reported": "str",
    "note": "str",
    "row_ids": "str",
}
NOT_PRINTED = "occurred; the number is not printed"
_SIZES = {"cik": "n_cik", "control": "n_control", "all": "n_total"}
_ARM_SIZES = ("n_treated", "n_analysed", "n_assigned")  # the first that is stated: harm is counted in the treated
_KEYS = ["trial_id", "group", "term", "severe"]


def adverse_event_counts(reg: Registry) -> pd.DataFrame:
    """Every reported adverse event as a count, with its trial.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    DataFrame
        One row per trial, group, arm and term: trial_id, cohort, year, design, allocation (in words),
        randomised (by its own record), cell_source, group, arm, term (CTCAE v5.0, the class of a
        summary statement, or as reported where neither is known), soc, kind (ctcae, summary, gvhd,
        death), grade (as reported), grade_low, grade_high, severe (grade 3 or higher only),
        called_severe (that, or called severe), serious, denominator (patients, infusions, cycles),
        events, n, percent (0..1), occurred (whether the record says that it happened), source of the
        count, pooled (bool), why (not), term_reported, note, row_ids.

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
    about = trial_facts(reg, "cell_source", "n_total")
    reported = [row for row in rows_of(usable_rows(reg.adverse_events)) if row["trial_id"] in about]
    sizes = _fitting(_arm_sizes(reg), reported)
    rows = [about[row["trial_id"]] | _counted(row, sizes.get((row["trial_id"], row["group"]))) for row in reported]
    rows = _grades_added(_differences(rows))
    for row in rows:
        row["why"] = _why_not(row)
        row["pooled"] = not row["why"]
    return table_of(one_report_a_cohort(rows, by=["cohort", "group", "term", "severe"]), COLUMNS)


def adverse_event_rates(reg: Registry, *, group: str = "cik") -> pd.DataFrame:
    """The rate of each CTCAE term among patients, pooled where two trials or more count it.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    group : str
        ``cik`` or ``control``.

    Returns
    -------
    DataFrame
        soc, term, trials, events, n, proportion, ci_low, ci_high, pi_low, pi_high (0..1), i2
        (percent), tau2, method, trial_ids; most frequent organ class and term first.

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


def read_event(row: dict[str, Any], arm_size: int | None = None) -> Count:
    """The count of one row of the table adverse_events.

    Parameters
    ----------
    row : of the cleaned table
    arm_size : patients of its arm; taken where the row has events or a percentage but no number of patients
    """
    events, n, pct = row["n_affected"], row["n_at_risk"], row["pct"]
    if pd.isna(events) and pd.isna(pct):
        return Count(why=NOT_PRINTED)
    filled = pd.isna(n) and arm_size is not None and _occurred(row)
    source = "counts"
    if filled:
        n, source = arm_size, "counts, of the arm's size"
    if pd.notna(events) and pd.notna(n):
        count = count_of(events, n, source=source)
        if count.source and pd.notna(pct) and not prints_as(int(events), int(n), pct):
            return Count(why=f"{int(events)} of {int(n)} is not the {shown_percent(pct)} printed")
        return count
    if pd.notna(events):
        return Count(why=f"{int(events)}, but the number of patients is not stated")
    count = count_of_percentage(pct, n)
    return replace(count, source="percentage of the arm's size") if filled and count.source else count


def _occurred(row: dict[str, Any]) -> bool:
    """Whether a row says that the event happened: by a number above 0, or by being there without one."""
    numbers = [row[name] for name in ("n_affected", "pct") if pd.notna(row[name])]
    return any(number > 0 for number in numbers) or not numbers


def _arm_sizes(reg: Registry) -> dict[tuple[str, str], int]:
    """Patients of each trial's whole groups: as its arms are printed, else as the trial's row has them."""
    trials = rows_of(reg.trials[["trial_id", *_SIZES.values()]])
    sizes = {(trial["trial_id"], group): trial[name] for trial in trials for group, name in _SIZES.items()}
    arms = reg.tables.get("arms")  # not among the tables of every page
    for arm in rows_of(arms[arms["arm"].isna()]) if arms is not None else []:
        stated = [arm[name] for name in _ARM_SIZES if pd.notna(arm[name])]
        if stated:
            sizes[arm["trial_id"], arm["group"]] = stated[0]
    return {key: int(size) for key, size in sizes.items() if pd.notna(size)}


def _fitting(sizes: dict[tuple[Any, ...], int], rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], int]:
    """The sizes of which at least half of an arm's percentages without a denominator are whole numbers."""
    fits: dict[tuple[Any, ...], list[bool]] = {}
    for row in rows:
        key = row["trial_id"], row["group"]
        if key in sizes and pd.isna(row["n_at_risk"]) and pd.isna(row["n_affected"]) and pd.notna(row["pct"]):
            fits.setdefault(key, []).append(bool(count_of_percentage(row["pct"], sizes[key]).source))
    return {key: size for key, size in sizes.items() if 2 * sum(fits.get(key, [])) >= len(fits.get(key, []))}


def _counted(row: dict[str, Any], arm_size: int | None) -> dict[str, Any]:
    whole = pd.isna(row["arm"]) and row["denominator"] == "patients"
    count = read_event(row, arm_size if whole else None)
    severe = bool(pd.notna(row["grade_low"]) and row["grade_low"] >= 3)
    return row | {
        "term": row["term"] if pd.notna(row["term"]) else row["term_reported"],
        "events": count.events,
        "n": count.n,
        "source": count.source,
        "why": count.why,
        "percent": count.proportion if count.source else row["pct"] / 100,
        "occurred": _occurred(row),
        "severe": severe,
        "called_severe": severe or str(row["grade_reported"]).lower() == "severe",
        "grade": row["grade_reported"],
        "row_ids": row["row_id"],
    }


def _differences(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The number of the higher grades where a record prints all grades and the lower ones of the same events.

    215 infusions with an event of grade 1 to 4, 204 of them of grade 1 to 2: 11 of grade 3 to 4.
    """
    known = {_graded(row): row for row in rows if row["source"] and pd.notna(row["grade_low"])}
    return [_difference(row, known) if row["why"] == NOT_PRINTED and row["severe"] else row for row in rows]


def _graded(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["trial_id"], row["group"], row["term_reported"], row["denominator"], row["grade_low"], row["grade_high"]


def _difference(row: dict[str, Any], known: dict[tuple[Any, ...], dict[str, Any]]) -> dict[str, Any]:
    base = _graded(row)[:4]
    whole, lower = known.get((*base, 1, row["grade_high"])), known.get((*base, 1, row["grade_low"] - 1))
    if whole is None or lower is None or whole["n"] != lower["n"] or lower["events"] > whole["events"]:
        return row
    events = whole["events"] - lower["events"]
    return row | {
        "events": events,
        "n": whole["n"],
        "percent": events / whole["n"],
        "source": "difference of printed counts",
        "why": "",
        "row_ids": "; ".join((row["row_ids"], whole["row_ids"], lower["row_ids"])),
    }


def _grades_added(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Single grades of the same event in the same patients as one row."""
    graded: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for place, row in enumerate(rows):
        single = (
            pd.notna(row["grade_low"])
            and row["grade_low"] == row["grade_high"]
            and row["source"]
            and pd.isna(row["arm"])
            and row["denominator"] == "patients"
            and row["kind"] != "death"
        )
        key = tuple(row[name] for name in [*_KEYS, "n"]) if single else (place,)
        graded.setdefault(key, []).append(row)
    return [found[0] if len(found) == 1 else _added(found) for found in graded.values()]


def _added(grades: list[dict[str, Any]]) -> dict[str, Any]:
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


def _why_not(row: dict[str, Any]) -> str:
    if row["why"]:
        return row["why"]
    if row["denominator"] != "patients":
        return f"counted among {row['denominator']}"
    if pd.notna(row["arm"]):
        return "part of an arm, or one of several arms"
    if row["group"] == "all":
        return "CIK and control patients together"
    return "a case report, published for its outcome" if row["design"] == "case_report" else ""

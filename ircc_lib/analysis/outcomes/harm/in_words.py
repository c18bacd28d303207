"""Harm that records state without a number of patients: silence, none of a kind, events that occurred, comparisons.

A trial that says nothing about harm is no trial without harm; an event that occurred without a number
enters no rate, and is told beside every rate that would read as if it had not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ircc_lib.analysis.allocation import OWN_RECORD, allocation
from ircc_lib.analysis.meta.proportions import clopper_pearson
from ircc_lib.analysis.outcomes.harm.adverse_events import NOT_PRINTED, adverse_event_counts
from ircc_lib.registry.rows import rows_of, table_of

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


HARM = r"adverse events"  # the endpoints of `comparisons` that concern harm
SOME, NONE, COMPARED, NOTHING = (
    "adverse events reported",
    "only that a certain event did not occur",
    "only a comparison in words",
    "nothing",
)
DIRECTIONS = {
    "no_difference": "no difference",
    "control_better": "more with CIK",
    "cik_better": "less with CIK",
    "unclear": "direction not stated",
}
_COMPARED = {
    "trial_id": "str",
    "cohort": "str",
    "year": "Int64",
    "allocation": "str",
    "randomised": "bool",
    "endpoint": "str",
    "result": "str",
    "p_value_reported": "str",
    "note": "str",
    "row_id": "str",
}


def safety_statements(reg: Registry) -> pd.DataFrame:
    """What each trial's records say about harm at all.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    DataFrame
        statement (`SOME`, `NONE`, `COMPARED`, `NOTHING`), trials, share (0..1), trial_ids; counted by cohort.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> float(safety_statements(ircc.load_registry())["share"].sum().round(6))
    1.0
    """
    counts = adverse_event_counts(reg)
    occurred, stated = set(counts.loc[counts["occurred"], "cohort"]), set(counts["cohort"])
    compared = set(compared_in_words(reg)["cohort"])
    found: dict[str, list[str]] = {statement: [] for statement in (SOME, NONE, COMPARED, NOTHING)}
    for cohort, trial_ids in reg.cohorts["trial_ids"].items():
        kinds = ((SOME, occurred), (NONE, stated), (COMPARED, compared))
        found[next((kind for kind, cohorts in kinds if cohort in cohorts), NOTHING)].append(trial_ids)
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


def none_without_denominator(reg: Registry) -> pd.DataFrame:
    """Statements that an event did not occur, by trials that do not say among how many.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> bool(none_without_denominator(ircc.load_registry())["n"].isna().all())
    True
    """
    counts = adverse_event_counts(reg)
    return counts[counts["n"].isna() & ~counts["occurred"]].reset_index(drop=True)


def events_without_number(reg: Registry) -> pd.DataFrame:
    """Events that a record says occurred and does not count, rows of `adverse_event_counts`.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    DataFrame
        One row per event, those called severe first.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "Anaphylaxis" in set(events_without_number(ircc.load_registry())["term"])
    True
    """
    counts = adverse_event_counts(reg)
    bare = counts[counts["why"].eq(NOT_PRINTED)]
    return bare.sort_values(["called_severe", "trial_id"], ascending=[False, True], kind="stable", ignore_index=True)


def severe_elsewhere(reg: Registry) -> pd.DataFrame:
    """Severe or serious harm that occurred and is in no rate of patients.

    Its number is not printed, or is a percentage of patients not told, or is one among infusions or cycles.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    DataFrame
        Rows of `adverse_event_counts`.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "Zhang2015a" in set(severe_elsewhere(ircc.load_registry())["trial_id"])
    True
    """
    counts = adverse_event_counts(reg)
    severe = counts["called_severe"].fillna(False).astype(bool) | counts["serious"]
    told = ~counts["pooled"] & (counts["events"].isna() | counts["denominator"].ne("patients"))
    outside = told & counts["arm"].isna() & counts["group"].ne("control") & counts["kind"].ne("gvhd")
    return counts[severe & counts["occurred"] & outside].reset_index(drop=True)


def events_per_infusion(reg: Registry) -> pd.DataFrame:
    """Events whose denominator is infusions or cycles: counts among those, never among patients.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    DataFrame
        trial_id, group, term, grade, denominator, events, n, percent, ci_low, ci_high (0..1;
        exact, and too narrow in so far as infusions of one patient are alike), why, note, row_ids;
        severe events first.

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
    columns = ["trial_id", "group", "term", "term_reported", "grade", "denominator", "events", "n", "percent"]
    table = table.sort_values("called_severe", ascending=False, kind="stable")
    return table[[*columns, "ci_low", "ci_high", "source", "why", "note", "row_ids"]].reset_index(drop=True)


def compared_in_words(reg: Registry) -> pd.DataFrame:
    """Comparisons of harm between whole arms as the records state them, with or without a p-value.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    DataFrame
        trial_id, cohort, year, allocation, randomised (by its own record), endpoint, result (`DIRECTIONS`),
        p_value_reported, note, row_id; randomised trials first.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> table = compared_in_words(ircc.load_registry()).set_index("trial_id")
    >>> table.loc["Kong2017", "result"]
    'no difference'
    """
    trials = {row["trial_id"]: row for row in rows_of(reg.trials[_TRIAL])}
    compared = reg.tables.get("comparisons")
    rows = []
    for row in rows_of(compared) if compared is not None else []:
        harm = HARM in str(row["endpoint"]) and row["trial_id"] in trials and pd.isna(row["subgroup"])
        if harm and row["orientation"] != "within_cik":
            trial = trials[row["trial_id"]]
            words = allocation(trial)
            rows.append(
                trial
                | row
                | {
                    "allocation": words,
                    "randomised": words == OWN_RECORD,
                    "result": DIRECTIONS.get(row["direction"], "not stated"),
                }
            )
    rows.sort(key=lambda row: (not row["randomised"], row["trial_id"]))
    return table_of(rows, _COMPARED)


_TRIAL = ["trial_id", "cohort", "year", "design", "allocation_basis"]

"""Response of the tumour: who responded, of how many, in which arm.

Counts are taken as reported, or read back from a percentage where one count alone rounds
to it. Everything else is listed with the reason, and not pooled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ircc_lib.analysis.facts import trial_facts
from ircc_lib.analysis.outcomes.between_arms import between, pairs_of
from ircc_lib.analysis.outcomes.pooled_counts import one_report_a_cohort, pooled_row
from ircc_lib.analysis.outcomes.reported_counts import Count, count_of, count_of_percentage, prints_as, shown_percent
from ircc_lib.registry.rows import rows_of, table_of, usable_rows

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


OUTCOMES = {"objective response": ("cr", "pr"), "disease control": ("cr", "pr", "sd"), "complete response": ("cr",)}
_PERCENT = {"objective response": "orr_pct", "disease control": "dcr_pct"}
DESIGNS = {"randomised, own record": True, "not randomised, or only by a review": False}
KINDS = ("both arms counted", "one arm alone")
_CATEGORIES = ["cr", "pr", "mr", "sd", "pd"]
COLUMNS = {
    "trial_id": "str",
    "cohort": "str",
    "year": "Int64",
    "design": "str",
    "allocation": "str",
    "randomised": "bool",
    "outcome": "str",
    "group": "str",
    "arm": "str",
    "events": "Int64",
    "n": "Int64",
    "percent": "float64",
    "source": "str",
    "criteria": "str",
    "pooled": "bool",
    "why": "str",
    "note": "str",
    "row_ids": "str",
}


def response_counts(reg: Registry) -> pd.DataFrame:
    """Responders and patients of every trial, outcome and group.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    DataFrame
        One row per trial, outcome (objective response: CR + PR; disease control: also SD and
        minor response; complete response) and group (cik, control): trial_id, cohort, year,
        design, allocation (in words), randomised (by its own record), outcome, group, arm, events, n,
        percent (0..1), source of the
        count, criteria (missing: not stated), pooled (bool), why (not), note, row_ids.

    Notes
    -----
    A group is its whole arm. Arms of their own stand for the group where they hold all its
    patients together (their counts are added) or where one of them is the group as the
    registry counts it. Of reports on the same patients the one with the most patients is pooled.
    Case reports are listed only: a case is published for its outcome.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> response_counts(ircc.load_registry()).columns[6:8].tolist()
    ['outcome', 'group']
    """
    about = trial_facts(reg, "n_total")
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows_of(usable_rows(reg.responses)):
        if row["trial_id"] in about:
            groups.setdefault((row["trial_id"], row["group"]), []).append(row | about[row["trial_id"]])
    found = [entry for rows in groups.values() for outcome in OUTCOMES for entry in _group_rows(rows, outcome)]
    return table_of(one_report_a_cohort(found, by=["cohort", "outcome", "group"]), COLUMNS)


def pooled_response(reg: Registry) -> pd.DataFrame:
    """The counts of each outcome in each group together, pooled where they allow it (`pooled_counts`).

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    DataFrame
        outcome, kind (`KINDS`: of trials that count both arms, or one arm alone), group (cik, control), trials,
        events, n, proportion, ci_low, ci_high (0..1), pi_low, pi_high, i2 (percent), tau2, method, trial_ids;
        one trial and sums have an exact interval, none has NaN.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> pooled_response(ircc.load_registry())["group"].tolist()[:2]
    ['cik', 'control']
    """
    counts = response_counts(reg)
    counts = counts[counts["pooled"]]
    counts = counts.assign(kind=arm_kind(counts))
    rows = []
    for outcome in OUTCOMES:
        for kind, group in [(KINDS[0], "cik"), (KINDS[0], "control"), (KINDS[1], "cik")]:
            chosen = counts[counts["outcome"].eq(outcome) & counts["kind"].eq(kind) & counts["group"].eq(group)]
            rows.append({"outcome": outcome, "kind": kind, "group": group} | pooled_row(chosen))
    return pd.DataFrame(rows)


def arm_kind(counts: pd.DataFrame) -> pd.Series:
    """Whether the other arm of the trial is counted for the same outcome too (`KINDS`), a row of pooled counts each."""
    groups = counts.groupby(["trial_id", "outcome"])["group"].transform("nunique")
    return groups.gt(1).map({True: KINDS[0], False: KINDS[1]}).astype("str")


def response_pairs(reg: Registry, outcome: str = "objective response") -> pd.DataFrame:
    """Trials with counts of an outcome in both arms, and each one's own risk ratio (`pairs_of`).

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> bool(response_pairs(ircc.load_registry())["n_control"].gt(0).all())
    True
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"outcome {outcome!r} is not known; choose one of {', '.join(OUTCOMES)}")
    counts = response_counts(reg)
    return pairs_of(counts[counts["pooled"] & counts["outcome"].eq(outcome)])


def response_between_arms(reg: Registry) -> pd.DataFrame:
    """CIK against control by outcome, trials that were randomised by their own record and others apart.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    DataFrame
        outcome, design (`DESIGNS`), trials, patients, rr, rr_low, rr_high, p_value (random effects over three
        trials or more; of one trial its own ratio), pi_low, pi_high (prediction interval; none without variation),
        common, common_low, common_high (Mantel-Haenszel, two trials or more), rd (risk difference, 0..1,
        Mantel-Haenszel), rd_low, rd_high, i2, tau2, q_p_value, trial_ids.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> response_between_arms(ircc.load_registry())["design"].unique().tolist()
    ['randomised, own record', 'not randomised, or only by a review']
    """
    rows = []
    for outcome in ("objective response", "disease control"):
        pairs = response_pairs(reg, outcome)
        for design, wanted in DESIGNS.items():
            rows.append(
                {"outcome": outcome, "design": design} | between(pairs[pairs["randomised"].astype(bool) == wanted])
            )
    return pd.DataFrame(rows)


def _group_rows(rows: list[dict[str, Any]], outcome: str) -> list[dict[str, Any]]:
    """Entries of one trial's group: the whole arm by its first usable row, arms of their own each."""
    first = rows[0]
    base = {name: first[name] for name in ("trial_id", "cohort", "year", "design", "allocation", "randomised", "group")}
    base["outcome"] = outcome
    readings = [(row, count) for row in rows if (count := read_response(row, outcome))]
    whole = [reading for reading in readings if pd.isna(reading[0]["arm"])]
    parts = [reading for reading in readings if pd.notna(reading[0]["arm"])]
    made = []
    if whole:
        row, count = next((reading for reading in whole if reading[1].source), whole[0])
        made.append(base | _entry([row], count, arm=None))
    return made + _arm_rows(base, parts, has_whole=any(pd.isna(row["arm"]) for row in rows))


def _arm_rows(
    base: dict[str, Any], parts: list[tuple[dict[str, Any], Count]], *, has_whole: bool
) -> list[dict[str, Any]]:
    known = [count for _, count in parts if count.source]
    size = _group_size(parts[0][0]) if parts else None
    if not has_whole and len(known) == len(parts) > 1 and sum(count.n or 0 for count in known) == size:
        both = Count(events=sum(count.events or 0 for count in known), n=size, source="arms added up")
        return [base | _entry([row for row, _ in parts], both, arm=" + ".join(row["arm"] for row, _ in parts))]
    standing = [not has_whole and bool(count.source) and count.n == size for _, count in parts]
    alone = sum(standing) == 1  # two arms of the group's size: neither is the group
    return [
        base
        | _entry([row], count, arm=row["arm"], why="" if stands and alone else "part of an arm, or one of several arms")
        for (row, count), stands in zip(parts, standing)
    ]


def _entry(rows: list[dict[str, Any]], count: Count, *, arm: str | None, why: str = "") -> dict[str, Any]:
    case = "a case report, published for its outcome" if rows[0]["design"] == "case_report" else ""
    why = count.why or why or case
    notes = [row["note"] for row in rows if pd.notna(row["note"])]
    return {
        "arm": arm,
        "events": count.events,
        "n": count.n,
        "source": count.source,
        "percent": count.proportion,
        "criteria": rows[0]["criteria"] if pd.notna(rows[0]["criteria"]) else None,
        "pooled": not why,
        "why": why,
        "note": "; ".join(dict.fromkeys(notes)),
        "row_ids": "; ".join(row["row_id"] for row in rows),
    }


def read_response(row: dict[str, Any], outcome: str) -> Count | None:
    """The count of one row for one outcome; None where the row does not speak of it."""
    given = {name: row[name] for name in _CATEGORIES if pd.notna(row[name])}
    n = row["n_evaluable"]
    if pd.isna(n) and {"cr", "pr", "sd", "pd"} <= set(given):
        n = sum(given.values())
    pct = row[_PERCENT[outcome]] if outcome in _PERCENT else np.nan
    complete = bool(given) and pd.notna(n) and sum(given.values()) == n
    wanted = [*OUTCOMES[outcome], *(["mr"] if outcome == "disease control" and "mr" in given else [])]
    if given and pd.notna(n) and all(name in given or complete for name in wanted):
        events = int(sum(given.get(name, 0) for name in wanted))
        count = count_of(events, n, source="categories")
        if count.source and pd.notna(pct) and not prints_as(events, int(n), pct):
            return Count(why=f"the categories make {events} of {int(n)}, the printed rate is {shown_percent(pct)}")
        return count
    if pd.notna(pct):
        return count_of_percentage(pct, n)
    if outcome == "complete response":
        return Count(why="number of patients not stated") if "cr" in given else None
    if not any(name in given for name in wanted):
        return None
    missing = [name.upper() for name in wanted if name not in given and not complete]
    return Count(why=f"{' and '.join(missing)} not reported" if missing else "number of patients not stated")


def _group_size(row: dict[str, Any]) -> int | None:
    """Patients of the group as the registry counts them, or the total without the other group."""
    own, other = ("n_cik", "n_control") if row["group"] == "cik" else ("n_control", "n_cik")
    size = row[own]
    if pd.isna(size) and pd.notna(row["n_total"]) and pd.notna(row[other]):
        size = row["n_total"] - row[other]
    return None if pd.isna(size) else int(size)

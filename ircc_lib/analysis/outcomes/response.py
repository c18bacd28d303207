"""Response of the tumour: who responded, of how many, in which arm.

Counts are taken as reported, or read back from a percentage where one count alone rounds
to it. Everything else is listed with the reason, and not pooled.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ircc_lib.analysis.meta.proportions import clopper_pearson, pool_proportions, poolable
from ircc_lib.analysis.meta.result import PooledEffect
from ircc_lib.analysis.meta.two_by_two import mantel_haenszel, two_by_two_effects
from ircc_lib.analysis.outcomes.reported_counts import Count, count_of, count_of_percentage, prints_as, shown_percent
from ircc_lib.registry.rows import rows_of, table_of

OUTCOMES = {"objective response": ("cr", "pr"), "disease control": ("cr", "pr", "sd"), "complete response": ("cr",)}
_PERCENT = {"objective response": "orr_pct", "disease control": "dcr_pct"}
_CATEGORIES = ["cr", "pr", "mr", "sd", "pd"]
COLUMNS = {
    "trial_id": "str",
    "cohort": "str",
    "year": "Int64",
    "design": "str",
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


def response_counts(reg) -> pd.DataFrame:
    """Responders and patients of every trial, outcome and group.

    Parameters
    ----------
    reg : Registry

    Returns
    -------
    DataFrame
        one row a trial, outcome (objective response: CR + PR; disease control: also SD and
        minor response; complete response) and group (cik, control): trial_id, cohort, year,
        design, randomised, outcome, group, arm, events, n, percent (0..1), source of the
        count, criteria (missing: not stated), pooled (bool), why (not), note, row_ids

    Notes
    -----
    A group is its whole arm. Arms of their own stand for the group where they hold all its
    patients together (their counts are added) or where one of them is the group as the
    registry counts it. Of reports on the same patients the one with the most patients is pooled.
    Case reports are listed only: a case is published for its outcome.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> response_counts(ircc.load_registry()).columns[5:7].tolist()
    ['outcome', 'group']
    """
    facts = rows_of(reg.trials[["trial_id", "cohort", "year", "design", "n_total", "n_cik", "n_control"]])
    about = {trial["trial_id"]: trial for trial in facts}
    groups: dict[tuple, list[dict]] = {}
    for row in rows_of(reg.responses):
        if row["trial_id"] in about:
            groups.setdefault((row["trial_id"], row["group"]), []).append(row | about[row["trial_id"]])
    found = [entry for rows in groups.values() for outcome in OUTCOMES for entry in _group_rows(rows, outcome)]
    return table_of(one_report_a_cohort(found, by=["cohort", "outcome", "group"]), COLUMNS)


def pooled_response(reg) -> pd.DataFrame:
    """The pooled proportion of each outcome in each group (`pool_proportions`).

    Returns
    -------
    DataFrame
        outcome, group, trials, events, n, proportion, ci_low, ci_high (0..1), pi_low, pi_high,
        i2 (percent), tau2, method, trial_ids; one trial has its own exact interval, none has NaN

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> pooled_response(ircc.load_registry())["group"].tolist()[:2]
    ['cik', 'control']
    """
    counts = response_counts(reg)
    counts = counts[counts["pooled"]]
    rows = []
    for outcome in OUTCOMES:
        for group in ("cik", "control"):
            chosen = counts[counts["outcome"].eq(outcome) & counts["group"].eq(group)]
            rows.append({"outcome": outcome, "group": group} | pooled_row(chosen))
    return pd.DataFrame(rows)


def pooled_row(chosen: pd.DataFrame, effect: PooledEffect | None = None) -> dict:
    """Counts of some trials pooled (`effect`, where that was done before), or the exact interval of one."""
    row = {
        "trials": len(chosen),
        "events": int(chosen["events"].sum()),
        "n": int(chosen["n"].sum()),
        "trial_ids": "; ".join(chosen["trial_id"]),
    }
    blank = dict.fromkeys(("proportion", "ci_low", "ci_high", "pi_low", "pi_high", "i2", "tau2"), np.nan)
    if len(chosen) == 0:
        return row | blank | {"method": "nothing to pool"}
    if len(chosen) == 1:
        low, high = clopper_pearson(row["events"], row["n"])
        return (
            row
            | blank
            | {"proportion": row["events"] / row["n"], "ci_low": low, "ci_high": high, "method": "one trial, exact"}
        )
    if effect is None and not poolable(chosen["events"], chosen["n"]):
        return row | blank | {"method": "all or nothing in every trial: no finite estimate"}
    effect = effect or pool_group(chosen)
    (low, high), (pi_low, pi_high) = effect.proportion_ci, effect.proportion_pi
    return row | {
        "proportion": effect.proportion,
        "ci_low": low,
        "ci_high": high,
        "pi_low": pi_low,
        "pi_high": pi_high,
        "i2": effect.i2,
        "tau2": effect.tau2,
        "method": effect.method,
    }


def pool_group(chosen: pd.DataFrame) -> PooledEffect:
    """`pool_proportions` of the columns events and n."""
    return pool_proportions(chosen["events"].astype(float), chosen["n"].astype(float))


def response_pairs(reg, outcome: str = "objective response") -> pd.DataFrame:
    """Trials with counts in both arms, and each one's own risk ratio.

    Returns
    -------
    DataFrame
        trial_id, year, randomised, events, n (CIK), events_control, n_control, log_rr, se,
        rr, ci_low, ci_high (above 1: more often under CIK)

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> bool(response_pairs(ircc.load_registry())["n_control"].gt(0).all())
    True
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"outcome {outcome!r} is not known; choose one of {', '.join(OUTCOMES)}")
    counts = response_counts(reg)
    counts = counts[counts["pooled"] & counts["outcome"].eq(outcome)]
    keys = ["trial_id", "year", "randomised"]
    cik = counts.loc[counts["group"].eq("cik"), [*keys, "events", "n"]]
    control = counts.loc[counts["group"].eq("control"), ["trial_id", "events", "n"]]
    pairs = cik.merge(control, on="trial_id", suffixes=("", "_control")).sort_values(["year", "trial_id"])
    pairs = pairs.reset_index(drop=True)
    if pairs.empty:
        return pairs.assign(log_rr=[], se=[], rr=[], ci_low=[], ci_high=[])
    own = two_by_two_effects(*_arrays(pairs))
    reach = 1.959964 * own["se"]
    return pairs.assign(
        log_rr=own["estimate"],
        se=own["se"],
        rr=np.exp(own["estimate"]),
        ci_low=np.exp(own["estimate"] - reach),
        ci_high=np.exp(own["estimate"] + reach),
    )


def pairs_poolable(pairs: pd.DataFrame) -> bool:
    """Whether a risk ratio can be pooled: two trials, and an event in each arm of one of them."""
    return len(pairs) > 1 and pairs["events"].sum() > 0 and pairs["events_control"].sum() > 0


def pool_pairs(pairs: pd.DataFrame, *, measure: str = "RR") -> PooledEffect:
    """Mantel-Haenszel over the rows of `response_pairs` (ValueError with fewer than two)."""
    return mantel_haenszel(*_arrays(pairs), measure=measure)


def response_between_arms(reg) -> pd.DataFrame:
    """CIK against control by outcome, randomised trials and others apart (Mantel-Haenszel).

    Returns
    -------
    DataFrame
        outcome, design (randomised, not randomised), trials, patients, rr, rr_low, rr_high,
        p_value, rd (risk difference, 0..1), rd_low, rd_high, i2, q_p_value, trial_ids

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> response_between_arms(ircc.load_registry())["design"].unique().tolist()
    ['randomised', 'not randomised']
    """
    rows = []
    for outcome in ("objective response", "disease control"):
        pairs = response_pairs(reg, outcome)
        for design, wanted in (("randomised", True), ("not randomised", False)):
            rows.append(
                {"outcome": outcome, "design": design} | _between(pairs[pairs["randomised"].astype(bool) == wanted])
            )
    return pd.DataFrame(rows)


def _between(pairs: pd.DataFrame) -> dict:
    row = {
        "trials": len(pairs),
        "patients": int(pairs[["n", "n_control"]].to_numpy(dtype=float).sum()),
        "trial_ids": "; ".join(pairs["trial_id"]),
    }
    names = ("rr", "rr_low", "rr_high", "p_value", "rd", "rd_low", "rd_high", "i2", "q_p_value")
    if not pairs_poolable(pairs):
        blank = dict.fromkeys(names, np.nan)
        if len(pairs) == 1:
            blank |= {"rr": pairs["rr"].iloc[0], "rr_low": pairs["ci_low"].iloc[0], "rr_high": pairs["ci_high"].iloc[0]}
        return row | blank
    ratio, difference = pool_pairs(pairs), pool_pairs(pairs, measure="RD")
    shown = ratio.exp()
    return row | dict(
        zip(
            names,
            (
                shown.estimate,
                shown.ci_low,
                shown.ci_high,
                ratio.p_value,
                difference.estimate,
                difference.ci_low,
                difference.ci_high,
                ratio.i2,
                ratio.q_p_value,
            ),
        )
    )


def one_report_a_cohort(rows: list[dict], *, by: list[str]) -> list[dict]:
    """Of the rows about the same patients leave the largest pooled, the latest where they are equal."""
    pooled = [row for row in rows if row["pooled"]]
    ranked = sorted(pooled, key=lambda row: (row["n"], 0 if pd.isna(row["year"]) else row["year"]), reverse=True)
    largest: dict[tuple, dict] = {}
    for row in ranked:
        largest.setdefault(tuple(row[key] for key in by), row)
    for row in pooled:
        kept = largest[tuple(row[key] for key in by)]
        if row is not kept:
            row["pooled"], row["why"] = False, f"same patients as {kept['trial_id']}"
    return rows


def _group_rows(rows: list[dict], outcome: str) -> list[dict]:
    """Entries of one trial's group: the whole arm by its first usable row, arms of their own each."""
    first = rows[0]
    base = {name: first[name] for name in ("trial_id", "cohort", "year", "design", "group")}
    base |= {"randomised": first["design"] == "randomised", "outcome": outcome}
    readings = [(row, count) for row in rows if (count := read_response(row, outcome))]
    whole = [reading for reading in readings if pd.isna(reading[0]["arm"])]
    parts = [reading for reading in readings if pd.notna(reading[0]["arm"])]
    made = []
    if whole:
        row, count = next((reading for reading in whole if reading[1].source), whole[0])
        made.append(base | _entry([row], count, arm=None))
    return made + _arm_rows(base, parts, has_whole=any(pd.isna(row["arm"]) for row in rows))


def _arm_rows(base: dict, parts: list[tuple[dict, Count]], *, has_whole: bool) -> list[dict]:
    known = [count for _, count in parts if count.source]
    size = _group_size(parts[0][0]) if parts else None
    if not has_whole and len(known) == len(parts) > 1 and sum(count.n for count in known) == size:
        both = Count(events=sum(count.events for count in known), n=size, source="arms added up")
        return [base | _entry([row for row, _ in parts], both, arm=" + ".join(row["arm"] for row, _ in parts))]
    standing = [not has_whole and bool(count.source) and count.n == size for _, count in parts]
    alone = sum(standing) == 1  # two arms of the group's size: neither is the group
    return [
        base
        | _entry([row], count, arm=row["arm"], why="" if stands and alone else "part of an arm, or one of several arms")
        for (row, count), stands in zip(parts, standing)
    ]


def _entry(rows: list[dict], count: Count, *, arm: str | None, why: str = "") -> dict:
    case = "a case report, published for its outcome" if rows[0]["design"] == "case_report" else ""
    why = count.why or why or case
    notes = [row["note"] for row in rows if pd.notna(row["note"])]
    return {
        "arm": arm,
        "events": count.events,
        "n": count.n,
        "source": count.source,
        "percent": count.events / count.n if count.source else np.nan,
        "criteria": rows[0]["criteria"] if pd.notna(rows[0]["criteria"]) else None,
        "pooled": not why,
        "why": why,
        "note": "; ".join(dict.fromkeys(notes)),
        "row_ids": "; ".join(row["row_id"] for row in rows),
    }


def read_response(row: dict, outcome: str) -> Count | None:
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


def _group_size(row: dict) -> int | None:
    """Patients of the group as the registry counts them, or the total without the other group."""
    own, other = ("n_cik", "n_control") if row["group"] == "cik" else ("n_control", "n_cik")
    size = row[own]
    if pd.isna(size) and pd.notna(row["n_total"]) and pd.notna(row[other]):
        size = row["n_total"] - row[other]
    return None if pd.isna(size) else int(size)


def _arrays(pairs: pd.DataFrame) -> list[np.ndarray]:
    return [pairs[name].to_numpy(dtype=float) for name in ("events", "n", "events_control", "n_control")]

"""Trials that compared their arms and give no hazard ratio: which one thing, had it been stated, would have given it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.effects.effects import effect_exclusions
from ircc_lib.registry.rows import rows_by, rows_of

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

MORE = "more than one thing"
INTERVAL, EVENTS, EXACT_P = "the interval of the hazard ratio", "the number of events", "the exact p-value"
SIZES, OTHER_RATE, OTHER_MEDIAN = "the size of both arms", "the rate of the other arm", "the median of the other arm"


def recoverable(reg: Registry, endpoint: str = "OS") -> pd.DataFrame:
    """What a controlled trial without a hazard ratio lacks.

    There are four ways to a hazard ratio: the ratio with its interval; an exact p-value with the number of events
    (Parmar 1998, doi 10.1002/(SICI)1097-0258(19981230)17:24<2815::AID-SIM110>3.0.CO;2-8); rates of both arms at one
    time, and medians of both arms, with the sizes of the arms. A trial that is one fact short of one of them counts
    under that fact.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    endpoint : str
        ``OS``, or ``PFS`` for its family.

    Returns
    -------
    DataFrame
        One row per cohort that reports on the endpoint and yields no hazard ratio: trial_id, cohort, read_in, lacks
        (the fact, several joined by "; " where any of them would do, or "more than one thing").

    Raises
    ------
    ValueError
        If the registry knows no such endpoint.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> sorted(ircc.standard.recoverable(ircc.load_registry(), "OS"))
    ['cohort', 'lacks', 'read_in', 'trial_id']
    """
    left_out = effect_exclusions(reg, endpoint)
    trials = {row["trial_id"]: row for row in rows_of(reg.trials)}
    tables = {
        name: rows_by(_asked(reg.tables[name], endpoint), "trial_id")
        for name in ("comparisons", "landmarks", "medians")
    }
    rows = [
        {
            "trial_id": row.trial_id,
            "cohort": row.cohort,
            "read_in": trials[row.trial_id]["read_in"],
            "lacks": "; ".join(
                _single_facts(
                    trials[row.trial_id], **{name: part.get(row.trial_id, []) for name, part in tables.items()}
                )
            )
            or MORE,
        }
        for row in left_out.itertuples()
    ]
    return pd.DataFrame(rows, columns=["trial_id", "cohort", "read_in", "lacks"])


def _asked(table: pd.DataFrame, endpoint: str) -> pd.DataFrame:
    """Rows of the endpoint (or its family) that speak of the whole trial or of a whole arm."""
    kept = table["endpoint_family"].eq("PFS") if endpoint == "PFS" else table["endpoint"].eq(endpoint)
    for column in ("subgroup", "arm"):
        if column in table:
            kept &= table[column].isna()
    return table[kept]


def _single_facts(
    trial: dict[str, Any],
    *,
    comparisons: list[dict[str, Any]],
    landmarks: list[dict[str, Any]],
    medians: list[dict[str, Any]],
) -> list[str]:
    sized = not (pd.isna(trial["n_cik"]) or pd.isna(trial["n_control"]))
    found = []
    for row in comparisons:
        if row["orientation"] == "within_cik":
            continue
        exact = row["p_relation"] == "exact"
        if row["effect_type"] == "HR" and not pd.isna(row["estimate"]) and pd.isna(row["ci_low"]) and not exact:
            found.append(INTERVAL)
        if exact:
            found.append(EVENTS)  # the exact p-value is there, so the events are what lacks
        elif not pd.isna(row["p_value_reported"]) and _events_known(row):
            found.append(EXACT_P)
    by_time: dict[tuple[Any, ...], set[str]] = {}
    for row in landmarks:
        if not pd.isna(row["survival"]) and row["group"] in ("cik", "control"):
            by_time.setdefault((row["endpoint"], row["time"]), set()).add(row["group"])
    middle = {row["group"] for row in medians if not pd.isna(row["reached"]) and row["reached"]}
    for groups, other in ((list(by_time.values()), OTHER_RATE), ([middle & {"cik", "control"}], OTHER_MEDIAN)):
        found += [SIZES for both in groups if len(both) == 2 and not sized]
        found += [other for one in groups if len(one) == 1 and sized]
    return list(dict.fromkeys(found))


def _events_known(row: dict[str, Any]) -> bool:
    return not any(pd.isna(row.get(column)) for column in ("n_events_cik", "n_events_control"))

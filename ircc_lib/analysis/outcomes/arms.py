"""What each arm reached: medians and survival rates, CIK beside control of the same trial.

Reports of the same patients (a cohort) are shown once for each endpoint and arm: the latest report.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.effects.extraction.evidence import stated
from ircc_lib.analysis.facts import trial_facts, with_trial
from ircc_lib.registry.rows import by_year, rows_of, table_of, usable_rows

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


YEARS = (12.0, 24.0, 36.0, 60.0)
_SIDES = ("cik", "control")


MEDIAN = "median"
NOT_NAMED = "not named"
OF_RECURRED = "median of those who recurred"
"""A time to recurrence counted among those who had one: no median of the arm, and no point of its curve."""
_RECURRED = re.compile(r"\bof (?:the |those )?(?:patients )?who recurred\b")


def median_pairs(reg: Registry, family: str, *, only_medians: bool = True) -> pd.DataFrame:
    """Median survival of CIK and control arms of the same trial.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    family : str
        ``OS`` or ``PFS`` (with TTP, DFS, RFS, TTR, EFS).
    only_medians : bool
        Leave out means, averages that the record does not name, and medians of those who recurred.

    Returns
    -------
    DataFrame
        One row per trial, endpoint and pair of arms: ``trial_id``, ``cohort``, ``entity``, ``design``,
        ``allocation``, ``randomised``, ``endpoint``, ``arm`` (empty for whole arms), ``statistic`` (median,
        mean, not named, median of those who recurred), and for each of ``cik`` and ``control`` ``<side>``
        (months, NA when not reached), ``<side>_reached``, ``<side>_ci_low``, ``<side>_ci_high``; ``rows``.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> pairs = median_pairs(ircc.load_registry(), "OS")
    >>> pairs.set_index("trial_id").loc["Chen2015", ["cik", "control"]].tolist()
    [45.0, 44.0]
    """
    # a median printed as a text that could not be read is neither a value nor "not reached"
    rows = [
        row | {"statistic": statistic(row)}
        for row in _of_family(usable_rows(reg.medians), family)
        if stated(row["median"]) or (stated(row["reached"]) and not row["reached"])
    ]
    rows = [row for row in rows if not only_medians or row["statistic"] == MEDIAN]
    values = {"median": "float64", "reached": "boolean", "ci_low": "float64", "ci_high": "float64"}
    return _side_by_side(reg, rows, {"endpoint": "str", "arm": "str", "statistic": "str"}, values)


def statistic(row: dict[str, Any]) -> str:
    """What a row of the medians is: a median of its arm, or something else that the arms cannot be compared by."""
    if stated(row.get("note")) and _RECURRED.search(row["note"]):
        return OF_RECURRED
    return row["statistic"] if stated(row["statistic"]) else NOT_NAMED


def landmark_pairs(reg: Registry, family: str, *, months: Sequence[float] = YEARS) -> pd.DataFrame:
    """Survival rates of CIK and control arms of the same trial at the same time.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    family : str
        ``OS`` or ``PFS``.
    months : sequence of float
        Times to keep.

    Returns
    -------
    DataFrame
        One row per trial, endpoint, whole arms and time: ``time`` (months), ``cik`` and ``control`` (0..1),
        ``difference``, ``n_cik``, ``n_control``, trial columns as in `median_pairs`, ``rows``.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> rates = landmark_pairs(ircc.load_registry(), "OS", months=[60])
    >>> rates.set_index("trial_id").loc["Zhao2013", ["cik", "control"]].astype(float).round(3).tolist()
    [0.566, 0.268]
    """
    wanted = {round(month, 1) for month in months}
    rates = usable_rows(reg.landmarks)
    rates = rates.assign(time=rates["time"].round(1))
    rows = [
        row
        for row in _of_family(rates, family)
        if row["arm"] == "" and stated(row["survival"]) and row["time"] in wanted
    ]
    pairs = _side_by_side(reg, rows, {"endpoint": "str", "time": "float64"}, {"survival": "float64"})
    pairs = pairs.assign(difference=pairs["cik"] - pairs["control"])
    return pairs.sort_values(["time", "entity", "year", "trial_id"], ignore_index=True)


def published_patients(reg: Registry) -> pd.DataFrame:
    """Patients whose course is printed one by one, with trial, entity, and time known (months)."""
    rows = with_trial(reg, reg.patients)
    longest = rows[["os_time", "pfs_time"]].max(axis=1)
    rows = rows.assign(known_time=longest)
    return rows.sort_values(["trial_id", "patient_no"], kind="stable", ignore_index=True)


def _of_family(table: pd.DataFrame, family: str) -> list[dict[str, Any]]:
    if family not in ("OS", "PFS"):
        raise ValueError(f"endpoint family must be OS or PFS, found {family!r}")
    rows = rows_of(table[table["endpoint_family"].eq(family)])
    return [row | {"arm": row["arm"] if stated(row["arm"]) else ""} for row in rows]


def _side_by_side(
    reg: Registry, rows: list[dict[str, Any]], by: dict[str, str], values: dict[str, str]
) -> pd.DataFrame:
    """CIK and control rows of a trial with the same keys, as one row; of a cohort's reports the latest.

    by, values : dtypes of the columns that are keys, and of those given for each side
    """
    found: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {side: {} for side in _SIDES}
    for row in rows:
        found.get(row["group"], {}).setdefault((row["trial_id"], *(row[key] for key in by)), row)
    facts, pairs = trial_facts(reg), []
    for key, cik in found["cik"].items():
        if key in found["control"] and key[0] in facts:
            sides = {"cik": cik, "control": found["control"][key]}
            pairs.append(
                facts[key[0]]
                | dict(zip(by, key[1:]))
                | {_named(side, name): row[name] for side, row in sides.items() for name in values}
                | {"rows": "; ".join(row["row_id"] for row in sides.values())}
            )
    about = {
        "cohort": "str",
        "year": "Int64",
        "entity": "str",
        "design": "str",
        "allocation": "str",
        "randomised": "bool",
        "n_cik": "Int64",
        "n_control": "Int64",
    }
    sided = {_named(side, name): dtype for side in _SIDES for name, dtype in values.items()}
    pairs = sorted(_latest(pairs, by), key=lambda pair: (pair["entity"], *by_year(pair)))
    return table_of(pairs, {"trial_id": "str"} | by | about | sided | {"rows": "str"})


def _named(side: str, value: str) -> str:
    return side if value in ("median", "survival") else f"{side}_{value}"


def _latest(pairs: list[dict[str, Any]], by: dict[str, str]) -> list[dict[str, Any]]:
    kept: dict[tuple[Any, ...], dict[str, Any]] = {}
    dated_last = sorted(pairs, key=lambda pair: (not pd.isna(pair["year"]), *by_year(pair)))
    for pair in dated_last:  # a report without a year is taken for none that is later
        key = pair["cohort"], *(pair[name] for name in by)
        kept.pop(key, None)  # so that the later report also stands in its own place
        kept[key] = pair
    return list(kept.values())

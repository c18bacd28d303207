"""What each arm reached: medians and survival rates, CIK beside control of the same trial.

Reports of the same patients (a cohort) are shown once for each endpoint and arm: the latest report.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ircc_lib.analysis.effects.extraction.evidence import stated
from ircc_lib.analysis.outcomes.significance import FIVE_YEARS, trial_facts, with_trial
from ircc_lib.analysis.time_to_event.published import follow_up_window
from ircc_lib.analysis.time_to_event.rates import rate_interval
from ircc_lib.registry.rows import by_year, rows_of, table_of, usable_rows

YEARS = (12.0, 24.0, 36.0, 60.0)
_SIDES = ("cik", "control")


def median_pairs(reg, family: str) -> pd.DataFrame:
    """Median survival of CIK and control arms of the same trial.

    Parameters
    ----------
    reg : Registry
    family : ``OS`` or ``PFS`` (with TTP, DFS, RFS, TTR, EFS)

    Returns
    -------
    DataFrame, one row a trial, endpoint and pair of arms: ``trial_id``, ``cohort``, ``entity``, ``design``,
    ``randomised``, ``endpoint``, ``arm`` (empty for whole arms), and for each of ``cik`` and ``control``
    ``<side>`` (months, NA when not reached), ``<side>_reached``, ``<side>_ci_low``, ``<side>_ci_high``;
    ``rows``.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> pairs = median_pairs(ircc.load_registry(), "OS")
    >>> pairs.set_index("trial_id").loc["Chen2015", ["cik", "control"]].tolist()
    [45.0, 44.0]
    """
    # a median printed as a text that could not be read is neither a value nor "not reached"
    rows = [
        row
        for row in _of_family(usable_rows(reg.medians), family)
        if stated(row["median"]) or (stated(row["reached"]) and not row["reached"])
    ]
    values = {"median": "float64", "reached": "boolean", "ci_low": "float64", "ci_high": "float64"}
    return _side_by_side(reg, rows, {"endpoint": "str", "arm": "str"}, values)


def landmark_pairs(reg, family: str, *, months=YEARS) -> pd.DataFrame:
    """Survival rates of CIK and control arms of the same trial at the same time.

    Parameters
    ----------
    reg : Registry; family : ``OS`` or ``PFS``; months : times to keep

    Returns
    -------
    DataFrame, one row a trial, endpoint, whole arms and time: ``time`` (months), ``cik`` and ``control``
    (0..1), ``difference``, ``n_cik``, ``n_control``, trial columns as in `median_pairs`, ``rows``.

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


def five_year_survival(reg) -> pd.DataFrame:
    """Overall survival at five years by tumour entity and arm.

    One trial gives its rate with Wilson's interval. Several are pooled by the binomial-normal mixed model of
    `pool_proportions`. Both take the rate as that of the effective number at risk (`rate_interval`): patients
    censored before five years, evenly about the reported follow-up or, where none is, up to ten years,
    count in part. Arms whose size is not stated have a rate and no interval, and are not pooled.

    Returns
    -------
    DataFrame: ``entity``, ``group`` (cik, control), ``survival``, ``ci_low``, ``ci_high`` (0..1), ``trials``,
    ``n`` (patients), ``method`` (words), ``trial_ids``.

    References
    ----------
    Wilson EB (1927), doi:10.1080/01621459.1927.10502953.
    """
    rates = usable_rows(reg.landmarks)
    rows = with_trial(
        reg,
        rates[
            rates["endpoint_family"].eq("OS")
            & rates["arm"].isna()
            & rates["group"].isin(_SIDES)
            & rates["survival"].notna()
            & (rates["time"] - FIVE_YEARS).abs().lt(0.5)
        ],
    )
    rows = rows.assign(n=rows["n_cik"].where(rows["group"].eq("cik"), rows["n_control"]).astype(float))
    rows = rows.sort_values("year", kind="stable").drop_duplicates(["cohort", "group"], keep="last")
    followed = reg.trials.drop_duplicates("trial_id").set_index("trial_id")["followup_months"]
    rows = rows.assign(followed=rows["trial_id"].map(followed))
    found = [
        {"entity": entity, "group": group} | _pooled_rate(part)
        for (entity, group), part in rows.groupby(["entity", "group"])
    ]
    columns = ["entity", "group", "survival", "ci_low", "ci_high", "trials", "n", "method", "trial_ids"]
    return pd.DataFrame(found, columns=columns)


def published_patients(reg) -> pd.DataFrame:
    """Patients whose course is printed one by one, with trial, entity, and time known (months)."""
    rows = with_trial(reg, reg.patients)
    longest = rows[["os_time", "pfs_time"]].max(axis=1)
    rows = rows.assign(known_time=longest)
    return rows.sort_values(["trial_id", "patient_no"], kind="stable", ignore_index=True)


def _of_family(table: pd.DataFrame, family: str) -> list[dict]:
    if family not in ("OS", "PFS"):
        raise ValueError(f"endpoint family must be OS or PFS, found {family!r}")
    rows = rows_of(table[table["endpoint_family"].eq(family)])
    return [row | {"arm": row["arm"] if stated(row["arm"]) else ""} for row in rows]


def _side_by_side(reg, rows: list[dict], by: dict[str, str], values: dict[str, str]) -> pd.DataFrame:
    """CIK and control rows of a trial with the same keys, as one row; of a cohort's reports the latest.

    by, values : dtypes of the columns that are keys, and of those given for each side
    """
    found: dict[str, dict[tuple, dict]] = {side: {} for side in _SIDES}
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
        "randomised": "bool",
        "n_cik": "Int64",
        "n_control": "Int64",
    }
    sided = {_named(side, name): dtype for side in _SIDES for name, dtype in values.items()}
    pairs = sorted(_latest(pairs, by), key=lambda pair: (pair["entity"], *by_year(pair)))
    return table_of(pairs, {"trial_id": "str"} | by | about | sided | {"rows": "str"})


def _named(side: str, value: str) -> str:
    return side if value in ("median", "survival") else f"{side}_{value}"


def _latest(pairs: list[dict], by: dict[str, str]) -> list[dict]:
    kept: dict[tuple, dict] = {}
    for pair in sorted(pairs, key=by_year):
        key = pair["cohort"], *(pair[name] for name in by)
        kept.pop(key, None)  # so that the later report also stands in its own place
        kept[key] = pair
    return list(kept.values())


def _pooled_rate(part: pd.DataFrame) -> dict:
    ids = "; ".join(part["trial_id"])
    sized = part[part["n"].gt(0)]
    if len(sized) > 1:
        from ircc_lib.analysis.meta.proportions import clopper_pearson, pool_proportions, poolable

        n = np.array([max(round(_rate(row).effective_n), 1) for row in rows_of(sized)])
        alive = np.round(sized["survival"].to_numpy() * n).astype(int)
        if not poolable(alive, n):
            low, high = clopper_pearson(alive.sum(), n.sum())
            return {
                "survival": alive.sum() / n.sum(),
                "ci_low": low,
                "ci_high": high,
                "trials": len(sized),
                "n": int(sized["n"].sum()),
                "method": "Clopper-Pearson interval of the summed effective counts",
                "trial_ids": "; ".join(sized["trial_id"]),
            }
        pooled = pool_proportions(alive, n)
        low, high = pooled.proportion_ci
        return {
            "survival": float(pooled.proportion),
            "ci_low": float(low),
            "ci_high": float(high),
            "trials": len(sized),
            "n": int(sized["n"].sum()),
            "method": "binomial-normal mixed model, effective numbers at risk",
            "trial_ids": "; ".join(sized["trial_id"]),
        }
    if len(sized) == 1:
        found = _rate(rows_of(sized)[0])
        return {
            "survival": found.survival,
            "ci_low": found.ci_low,
            "ci_high": found.ci_high,
            "trials": 1,
            "n": int(sized["n"].iloc[0]),
            "method": "Wilson interval of one trial, effective number at risk"
            + ("" if found.follow_up_known else " (follow-up not reported)"),
            "trial_ids": "; ".join(sized["trial_id"]),
        }
    return {
        "survival": float(part["survival"].mean()),
        "trials": len(part),
        "n": None,
        "method": "rate as reported, arm size not stated",
        "trial_ids": ids,
    }


def _rate(row: dict):
    """The five-year rate of one arm with its interval and effective number at risk."""
    window = follow_up_window(float(row["followed"])) if stated(row["followed"]) else None
    return rate_interval(float(row["survival"]), int(row["n"]), FIVE_YEARS, follow_up=window)

"""Counts of several trials together: pooled where they allow it, else added up, with an exact interval.

A pooled proportion needs trials, events and trials that agree. With fewer than three trials, with
fewer than five events (or fewer than five patients without one), or where the variance between the
trials (tau2, on the logit scale) is above 4, the binomial-normal model has nothing to go on: its
interval then runs from nearly none to nearly all. Such counts are added up and given the exact
interval of the sum (Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404), and the trials are shown.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ircc_lib.analysis.meta.proportions import MIN_EVENTS, clopper_pearson, pool_proportions, poolable
from ircc_lib.analysis.meta.result import PooledEffect
from ircc_lib.registry.labels import trial_label

MIN_TRIALS = 3
_MEASURES = ("proportion", "ci_low", "ci_high", "pi_low", "pi_high", "i2", "tau2")


def pool_counts(chosen: pd.DataFrame) -> tuple[PooledEffect | None, str]:
    """The pooled proportion of the columns ``events`` and ``n``, or None and the reason why there is none.

    Examples
    --------
    >>> pool_counts(pd.DataFrame({"events": [1, 0, 0], "n": [34, 21, 893]}))[1]
    'fewer than 5 events'
    """
    if len(chosen) < MIN_TRIALS:
        return None, f"fewer than {MIN_TRIALS} trials"
    events, n = int(chosen["events"].sum()), int(chosen["n"].sum())
    if events < MIN_EVENTS:
        return None, f"fewer than {MIN_EVENTS} events"
    if n - events < MIN_EVENTS:
        return None, f"fewer than {MIN_EVENTS} patients without the event"
    if not poolable(chosen["events"], chosen["n"]):
        return None, "all or nothing in every trial: no finite estimate"
    effect = pool_proportions(chosen["events"].astype(float), chosen["n"].astype(float))
    if effect.method == "exact":
        return None, "the trials differ too widely for one rate"
    return effect, ""


def exact_intervals(counts: pd.DataFrame) -> pd.DataFrame:
    """Each row's proportion of ``events`` among ``n`` with its exact interval (Clopper and Pearson 1934).

    Examples
    --------
    >>> exact_intervals(pd.DataFrame({"events": [0], "n": [20]}))["ci_high"].round(4).tolist()
    [0.1684]
    """
    ends = [clopper_pearson(events, n) for events, n in zip(counts["events"], counts["n"])]
    low, high = zip(*ends) if ends else ((), ())
    return counts.assign(proportion=counts["events"] / counts["n"], ci_low=low, ci_high=high)


def pooled_row(chosen: pd.DataFrame, effect: PooledEffect | None = None) -> dict[str, Any]:
    """Counts of some trials together.

    Parameters
    ----------
    chosen : ``trial_id``, ``events``, ``n``; effect : their pooled result, where it was made before

    Returns
    -------
    dict : ``trials``, ``events``, ``n``, ``trial_ids``, ``proportion`` (0..1; of one trial its own, of several the
        pooled one, NaN where they are only added up), ``ci_low``, ``ci_high`` (exact for one trial and for sums),
        ``pi_low``, ``pi_high`` (NaN below three trials or without variation), ``i2`` (percent), ``tau2``, ``method``
    """
    row: dict[str, Any] = {
        "trials": len(chosen),
        "events": int(chosen["events"].sum()),
        "n": int(chosen["n"].sum()),
        "trial_ids": "; ".join(chosen["trial_id"]),
    } | dict.fromkeys(_MEASURES, np.nan)
    if len(chosen) == 0:
        return row | {"method": "nothing to pool"}
    effect, why = (effect, "") if effect else pool_counts(chosen)
    if effect is None:
        low, high = clopper_pearson(row["events"], row["n"])
        if len(chosen) == 1:
            return row | {
                "proportion": row["events"] / row["n"],
                "ci_low": low,
                "ci_high": high,
                "method": "one trial, exact",
            }
        return row | {"ci_low": low, "ci_high": high, "method": f"sum of the counts, exact ({why})"}
    (low, high), (pi_low, pi_high) = effect.proportion_ci, effect.proportion_pi
    varies = effect.tau2 > 0
    return row | {
        "proportion": effect.proportion,
        "ci_low": low,
        "ci_high": high,
        "pi_low": pi_low if varies else np.nan,
        "pi_high": pi_high if varies else np.nan,
        "i2": effect.i2,
        "tau2": effect.tau2,
        "method": effect.method,
    }


def one_report_a_cohort(rows: list[dict[str, Any]], *, by: list[str]) -> list[dict[str, Any]]:
    """Of the rows about the same patients leave the largest pooled, the latest where they are equal."""
    pooled = [row for row in rows if row["pooled"]]
    ranked = sorted(pooled, key=lambda row: (row["n"], 0 if pd.isna(row["year"]) else row["year"]), reverse=True)
    largest: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in ranked:
        largest.setdefault(tuple(row[key] for key in by), row)
    for row in pooled:
        kept = largest[tuple(row[key] for key in by)]
        if row is not kept:
            row["pooled"] = False
            row["why"] = (
                f"same patients as {trial_label(kept['trial_id'])}"
                if row["trial_id"] != kept["trial_id"]
                else "another row of this trial on the same event is taken"
            )
    return rows

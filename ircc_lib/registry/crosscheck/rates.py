"""Are rates per cent, and do they go with the counts beside them?"""

from __future__ import annotations

import pandas as pd

from ircc_lib.registry.crosscheck.agreement import ROUNDING_POINTS
from ircc_lib.registry.ingest.flags import Flags

FAR_ABOVE_ONE = 20
"""Per cent of another group from which on a rate of 1 % is rather a slip."""

AS_PROPORTION = "below 1 %: was a proportion typed for a percentage?"


def flag(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Flag rates that look like proportions, and counts that do not give the rate printed."""
    _proportions("landmarks", "survival_pct", tables["landmarks"], flags)
    _one_of_all(tables["landmarks"], flags)
    for column in ("orr_pct", "dcr_pct"):
        _proportions("responses", column, tables["responses"], flags)
    events = tables["adverse_events"]
    counted = (100 * events["n_affected"] / events["n_at_risk"].where(events["n_at_risk"] > 0)).astype("float64")
    agrees = (counted - events["pct"]).abs() <= 0.5
    _proportions("adverse_events", "pct", events, flags, unless=agrees)
    for column in ("cd3cd56_pct", "viability_pct", "potency_pct"):
        _proportions("products", column, tables["products"], flags)
    _responses(tables["responses"], flags)
    _adverse_events(events, flags)


def _one_of_all(landmarks: pd.DataFrame, flags: Flags) -> None:
    """A rate of 1 beside rates of tens of per cent of the same endpoint at the same time: all, or one in a hundred?"""
    rate = landmarks["survival_pct"]
    most = rate.groupby([landmarks[name] for name in ("trial_id", "endpoint", "time")]).transform("max")
    flags.add(
        "landmarks",
        (rate == 1) & (most >= FAR_ABOVE_ONE),
        "survival_pct",
        rate,
        "1 % beside " + most.astype("str") + " %: was 1 typed for all?",
        "100 where all are alive, or the same if it is right",
    )


def _proportions(name: str, column: str, table: pd.DataFrame, flags: Flags, unless: pd.Series | None = None) -> None:
    value = table[column]
    small = (value > 0) & (value < 1)
    whole = (value == 1) & small.groupby(table["trial_id"]).transform("any")
    doubtful = (small | whole) & ~(unless if unless is not None else False)
    flags.add(name, doubtful, column, value, AS_PROPORTION, f"{100:g} times as much, or the same if it is right")


def _responses(responses: pd.DataFrame, flags: Flags) -> None:
    kinds = ["cr", "pr", "mr", "sd", "pd"]
    counted = responses[kinds].sum(axis="columns", min_count=1)
    evaluable = responses["n_evaluable"]
    flags.add(
        "responses",
        counted > evaluable,
        "cr + pr + mr + sd + pd",
        counted,
        "more responses than evaluable patients, n_evaluable " + evaluable.astype("str"),
        "n_evaluable at most",
    )
    every_kind = responses[["cr", "pr", "sd", "pd"]].notna().all(axis="columns")
    flags.add(
        "responses",
        every_kind & (counted < evaluable),
        "cr + pr + mr + sd + pd",
        counted,
        "fewer responses than evaluable patients, n_evaluable " + evaluable.astype("str"),
        "n_evaluable, where all of cr, pr, sd and pd are stated",
    )
    for column, parts in (("orr_pct", ["cr", "pr"]), ("dcr_pct", ["cr", "pr", "sd"])):
        complete = responses[parts].notna().all(axis="columns")
        minor = responses["mr"].fillna(0)
        whole = evaluable.where(evaluable > 0)
        rate = 100 * responses[parts].sum(axis="columns") / whole
        with_minor = 100 * (responses[parts].sum(axis="columns") + minor) / whole
        differs = (rate - responses[column]).abs().gt(ROUNDING_POINTS) & (with_minor - responses[column]).abs().gt(
            ROUNDING_POINTS
        )
        flags.add(
            "responses",
            complete & differs,
            column,
            responses[column],
            "differs from the counts, which give " + rate.round(1).astype("str") + " %",
            f"the rate of {' + '.join(parts)}, within {ROUNDING_POINTS:g} point",
        )


def _adverse_events(events: pd.DataFrame, flags: Flags) -> None:
    affected, at_risk = events["n_affected"], events["n_at_risk"]
    flags.add(
        "adverse_events",
        affected > at_risk,
        "n_affected",
        affected,
        "more affected than at risk, n_at_risk " + at_risk.astype("str"),
        "n_at_risk at most",
    )
    rate = 100 * affected / at_risk.where(at_risk > 0)
    flags.add(
        "adverse_events",
        (rate - events["pct"]).abs() > ROUNDING_POINTS,
        "pct",
        events["pct"],
        "differs from the counts, which give " + rate.round(1).astype("str") + " %",
        f"n_affected of n_at_risk, within {ROUNDING_POINTS:g} point",
    )

"""Forest plots of proportions: response, adverse events."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ircc_lib.analysis.meta.result import PooledEffect
from ircc_lib.analysis.outcomes.pooled_counts import exact_intervals, pool_counts
from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import Figure
from ircc_lib.figures.draw.forest import PREDICTION, draw
from ircc_lib.figures.draw.lines import Line, TextColumn, share_scale
from ircc_lib.registry.labels import trial_label
from ircc_lib.registry.rows import rows_of
from ircc_lib.text import counted, percents, span


def forest_proportions(
    table: pd.DataFrame,
    pooled: dict[Any, tuple[PooledEffect | None, str]] | None = None,
    *,
    by: str | None = None,
    what: str = "patients with the event",
    colours: dict[Any, str] | None = None,
    name: str = "forest-proportions",
    title: str = "",
) -> Figure:
    """Every trial's proportion with its exact interval, and the pooled one.

    Parameters
    ----------
    table : DataFrame
        One row per trial or arm: ``trial_id``, ``events``, ``n``, and the column `by`.
    pooled : dict[object, PooledEffect], optional
        Group -> result of `pool_counts`; what it lacks is asked of it here. Without `by`
        the group is ``None``.
    by : str, optional
        The column whose values make the groups.
    what : str
        Of whom the proportion is, for the words.
    colours : dict, optional
        Group -> colour; that of the CIK arms where it is not said.
    name : str
        Name of the figure, unique on its page.
    title : str
        What the caption begins with.

    Returns
    -------
    Figure
        The figure with its caption, alternative text and the rows that it draws.

    Examples
    --------
    >>> table = pd.DataFrame({"trial_id": ["Lee2019", "Xu2016"], "events": [3, 9], "n": [31, 40]})
    >>> forest_proportions(table, what="patients with fever").alt[:50]
    'Proportion of patients with fever. 2 trials: 12 of'
    """
    if pooled is not None and not isinstance(pooled, dict):
        raise TypeError(f"pooled: a dict of pooled effects by group is needed, found {type(pooled).__name__}")
    lines, rows, sentences = [], [], []
    for value, part in [(None, table)] if by is None else table.groupby(by, sort=True):
        effect, why = (pooled or {}).get(value) or pool_counts(part)
        drawn = _share_rows(part, value)
        lines += _share_lines(value, drawn, effect, why, (colours or {}).get(value, style.CIK))
        rows += drawn + ([] if effect is None else [_pooled_share(value, effect)])
        sentences += [_share_sentence(value, drawn, effect, why)] if drawn else []
    found = " ".join(sentences) or "No trial of this selection reports it."
    shown = lines[:-1] or [Line(kind="note", cells={"trial": "No trial of this selection reports it."})]
    figure = draw(shown, _share_columns(), share_scale(shown, title=f"Per cent of {what}"), (2.6, 5.6))
    return figure.describe(
        name=name,
        title=title or f"Proportion of {what}",
        caption="Intervals of single trials are exact (Clopper-Pearson).",
        alt=f"Proportion of {what}. {found}",
        data=pd.DataFrame(rows),
    )


def _share_rows(part: pd.DataFrame, value: Any) -> list[dict[str, Any]]:
    rows = rows_of(exact_intervals(part[["trial_id", "events", "n"]]))
    return [{"group": value, "row": "trial"} | row for row in rows]


def _share_lines(
    value: Any, rows: list[dict[str, Any]], effect: PooledEffect | None, why: str, colour: str
) -> list[Line]:
    most = max((row["n"] for row in rows), default=1)
    lines = [] if value is None else [Line(kind="heading", cells={"trial": str(value)})]
    lines += [
        Line(
            kind="trial",
            cells={
                "trial": trial_label(row["trial_id"]),
                "n": f"{row['events']}/{row['n']}",
                "effect": _shares(row["proportion"], row["ci_low"], row["ci_high"]),
            },
            estimate=row["proportion"],
            low=row["ci_low"],
            high=row["ci_high"],
            size=row["n"] / most,
            colour=colour,
            url=f"trial:{row['trial_id']}",
        )
        for row in rows
    ]
    if effect is None:
        return [*lines, *_sum_line(rows, why), Line(kind="note")]
    shown = effect.shown()
    lines.append(
        Line(
            kind="pooled",
            colour=colour,
            estimate=shown.estimate,
            low=shown.ci_low,
            high=shown.ci_high,
            cells={
                "trial": f"Pooled, {counted(effect.k, 'trial')}",
                "n": "" if effect.n is None else f"{effect.events}/{effect.n}",
                "effect": _shares(shown.estimate, shown.ci_low, shown.ci_high),
            },
        )
    )
    if not math.isnan(shown.pi_low) and effect.tau2 > 0:
        lines.append(
            Line(
                kind="prediction",
                cells={"trial": PREDICTION, "effect": span(shown.pi_low, shown.pi_high, percents)},
                estimate=shown.estimate,
                low=shown.pi_low,
                high=shown.pi_high,
                colour=colour,
            )
        )
    return [*lines, Line(kind="note", cells={"trial": effect.heterogeneity}), Line(kind="note")]


def _pooled_share(value: Any, effect: PooledEffect) -> dict[str, Any]:
    shown = effect.shown()
    return {
        "group": value,
        "row": "pooled",
        "events": effect.events,
        "n": effect.n,
        "proportion": shown.estimate,
        "ci_low": shown.ci_low,
        "ci_high": shown.ci_high,
        "pi_low": shown.pi_low,
        "pi_high": shown.pi_high,
    }


def _share_sentence(value: Any, rows: list[dict[str, Any]], effect: PooledEffect | None, why: str) -> str:
    start = counted(len(rows), "trial") if value is None else f"{value}, {counted(len(rows), 'trial')}"
    if effect is None and len(rows) > 1:
        events, n, share = _sum(rows)
        return f"{start}: {events:,} of {n:,}, not pooled: {why} (exact interval of the sum {share} %)."
    if effect is None:
        row = rows[0]
        share = _shares(row["proportion"], row["ci_low"], row["ci_high"])
        return f"{start}: {row['events']} of {row['n']}, {share}."
    shown = effect.shown()
    return f"{start}: pooled {_shares(shown.estimate, shown.ci_low, shown.ci_high)}."


def _sum(rows: list[dict[str, Any]]) -> tuple[int, int, str]:
    """Counts added up, and the exact interval of the sum as text."""
    whole = pd.DataFrame(rows)[["events", "n"]].sum().to_frame().T
    [row] = rows_of(exact_intervals(whole))
    return row["events"], row["n"], span(row["ci_low"], row["ci_high"], percents)


def _sum_line(rows: list[dict[str, Any]], why: str) -> list[Line]:
    """Below trials that are not pooled: their sum, and why it is no pooled proportion."""
    if not rows:
        return []
    if len(rows) == 1:
        return [Line(kind="note", cells={"trial": "one trial: nothing to pool"})]
    events, n, share = _sum(rows)
    return [
        Line(kind="note", cells={"trial": "Sum, exact interval", "n": f"{events}/{n}", "effect": f"({share})"}),
        Line(kind="note", cells={"trial": f"not pooled: {why}"}),
    ]


def _shares(estimate: float, low: float, high: float) -> str:
    return f"{percents(estimate)} % ({span(low, high, percents)})"


def _share_columns() -> list[TextColumn]:
    return [
        TextColumn(key="trial", head="Trial", x=0.08),
        TextColumn(key="n", head="Events/patients", x=2.45, align="right"),
        TextColumn(key="effect", head="% (95 % CI)", x=7.3, align="right", first=True),
    ]

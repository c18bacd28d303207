"""The pooled hazard ratio step by step: as years went by, and without each trial in turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from ircc_lib.analysis.endpoints import endpoint_of, outcome_of
from ircc_lib.figures.chapters.hazard_ratios.forest import design_colour
from ircc_lib.figures.chapters.hazard_ratios.wording import DESIGN_HEADINGS
from ircc_lib.figures.display.figure import Figure
from ircc_lib.figures.draw.forest import draw
from ircc_lib.figures.draw.lines import Line, TextColumn, ratio_scale
from ircc_lib.registry.labels import trial_label
from ircc_lib.registry.rows import rows_of
from ircc_lib.text import capital, counted, ratio_with_ci, verb, with_interval

CAPTION = (
    "Random effects, Hartung-Knapp interval, never narrower than Wald's; no pooled result of fewer than three trials."
)


def cumulative_forest(steps: pd.DataFrame) -> Figure:
    """The pooled hazard ratio as it stood at the end of each year, randomised and other trials apart.

    Parameters
    ----------
    steps : DataFrame
        What `robustness.cumulative` returns.
    """
    parts, outcome = _by_design(steps), outcome_of(steps)
    lines = _lines(parts, lambda row: {"what": f"up to {row['year']}", "k": str(row["k"])})
    last = {heading: rows.iloc[-1] for heading, rows in parts.items()}
    sentences = [
        f"{heading}: {ratio_with_ci(row['hr'], row['ci_low'], row['ci_high'])} after "
        f"{counted(int(row['k']), 'trial')} up to {int(row['year'])}"
        for heading, row in last.items()
    ]
    return _drawn(lines, [TextColumn(key="k", head="Trials", x=2.35, align="right")]).describe(
        name=f"cumulative-{endpoint_of(steps).lower()}",
        title=f"Pooled hazard ratio for {outcome}, controlled trials year by year",
        caption=f"{CAPTION}{_undated(steps)}",
        alt=f"The pooled hazard ratio for {outcome} as it stood at the end of each year. "
        + (f"{'; '.join(sentences)}." if sentences else "There are fewer than three trials of a kind to pool."),
        data=_data(steps),
    )


def _undated(steps: pd.DataFrame) -> str:
    n = steps.attrs.get("undated", 0)
    return f" {capital(counted(n, 'trial'))} of no known year {verb(n, 'is', 'are')} in none of these." if n else ""


def leave_one_out_forest(influence: pd.DataFrame) -> Figure:
    """The pooled hazard ratio without each trial in turn, randomised and other trials apart.

    Parameters
    ----------
    influence : DataFrame
        What `robustness.influence` returns.
    """
    without = {"without": "hr", "without_low": "ci_low", "without_high": "ci_high"}
    steps, outcome = influence[["trial_id", "randomised", *without]].rename(columns=without), outcome_of(influence)
    ranges = range_sentences(influence)
    return _drawn(_lines(_by_design(steps), lambda row: {"what": f"without {trial_label(row['trial_id'])}"})).describe(
        name=f"leave-one-out-{endpoint_of(influence).lower()}",
        title=f"Leaving out one trial: {outcome}",
        caption=CAPTION,
        alt=f"The pooled hazard ratio for {outcome} without each trial in turn. "
        + (f"{'; '.join(ranges)}." if ranges else "This needs at least four trials of a kind."),
        data=_data(steps),
    )


def range_sentences(influence: pd.DataFrame) -> list[str]:
    """Between which pooled results those without one trial lie, and without which trials, kind by kind."""
    sentences = []
    for heading, rows in _by_design(influence).items():
        ends = [
            f"{ratio_with_ci(row['without'], row['without_low'], row['without_high'])} "
            f"without {trial_label(row['trial_id'])}"
            for row in (rows.loc[rows["without"].idxmin()], rows.loc[rows["without"].idxmax()])
        ]
        sentences.append(f"{heading}: from {ends[0]} to {ends[1]}")
    return sentences


def _by_design(steps: pd.DataFrame) -> dict[str, pd.DataFrame]:
    parts = {heading: steps[steps["randomised"].eq(kind)] for kind, heading in DESIGN_HEADINGS.items()}
    return {heading: rows for heading, rows in parts.items() if len(rows)}


def _lines(parts: dict[str, pd.DataFrame], words: Callable[[dict[str, Any]], dict[str, str]]) -> list[Line]:
    lines = []
    for heading, rows in parts.items():
        lines.append(Line(kind="heading", cells={"what": heading}))
        for row in rows_of(rows):
            lines.append(
                Line(
                    kind="trial",
                    cells=words(row) | {"effect": with_interval(row["hr"], row["ci_low"], row["ci_high"])},
                    estimate=row["hr"],
                    low=row["ci_low"],
                    high=row["ci_high"],
                    size=0.3,
                    colour=design_colour(heading),
                    url=f"trial:{row['trial_id']}" if "trial_id" in row else None,
                )
            )
        lines.append(Line(kind="note"))
    return lines[:-1]


def _drawn(lines: list[Line], further: list[TextColumn] | None = None) -> Figure:
    columns = [
        TextColumn(key="what", head="", x=0.08),
        TextColumn(key="effect", head="HR (95 % CI)", x=7.3, align="right", first=True),
        *(further or []),
    ]
    shown = lines or [Line(kind="note", cells={"what": "There are too few trials to show."})]
    return draw(shown, columns, ratio_scale(shown), (2.6, 5.7))


def _data(steps: pd.DataFrame) -> pd.DataFrame:
    return steps.assign(group=steps["randomised"].map(DESIGN_HEADINGS)).drop(columns="randomised")

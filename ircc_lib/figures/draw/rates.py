"""Proportions row by row: a square or diamond with its interval, beside its numbers."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import Figure
from ircc_lib.figures.draw.forest import draw
from ircc_lib.figures.draw.lines import Line, TextColumn, share_scale
from ircc_lib.registry.labels import arm_words
from ircc_lib.text import MISSING, counted, percents, span, with_interval

WHO = {"cik": "CIK", "control": "control", "all": "all patients"}
COLOURS = {"cik": style.CIK, "control": style.CONTROL}
COLUMNS = [
    TextColumn(key="what", head="", x=0.08),
    TextColumn(key="trials", head="Trials", x=2.1, align="right"),
    TextColumn(key="n", head="Affected", x=2.82, align="right"),
    TextColumn(key="rate", head="% (95 % CI)", x=7.32, align="right", first=True),
]
SPAN = (2.9, 5.95)
RULE = (
    "Coloured squares pool three trials or more (binomial-normal model, the rate of the median trial), grey ones are "
    "single trials, lines without a square sums of counts too few or too different to pool; the intervals of both "
    "are exact."
)


def rate_text(row: Any) -> str:
    """``12.5 (3.0 to 31.2)``: a proportion and its interval in per cent; the interval alone where none is pooled."""
    if math.isnan(row["ci_low"]):
        return MISSING
    if math.isnan(row["proportion"]):
        return f"({span(row['ci_low'], row['ci_high'], percents)})"
    return with_interval(row["proportion"], row["ci_low"], row["ci_high"], percents)


def rate_words(row: Any) -> str:
    """A rate as a sentence has it: pooled, of one trial, or the sum of counts with its exact interval."""
    counts = f"{int(row['events']):,} of {counted(int(row['n']), 'patient')}"
    trials, limits = counted(int(row["trials"]), "trial"), f"{span(row['ci_low'], row['ci_high'], percents)} %"
    if math.isnan(row["proportion"]):
        return f"{counts} in {trials}, not pooled (exact 95 % interval of the sum {limits})"
    return f"{percents(row['proportion'])} % (95 % CI {limits}; {counts}, {trials})"


def rate_lines(rows: pd.DataFrame, *, heading: str, label: str) -> list[Line]:
    """A heading for each value of `heading`, and under it one line per row.

    rows : columns of `adverse_event_rates` and, where arms differ, ``group``
    """
    lines, last, most = [], None, max(rows["n"].max(), 1) if len(rows) else 1
    for row in rows.to_dict("records"):
        if row[heading] != last:
            last = row[heading]
            lines.append(Line(kind="heading", cells={"what": str(last)}))
        pooled = row["trials"] > 1
        colour = COLOURS.get(row.get("group", "cik"), style.OTHER)
        lines.append(
            Line(
                kind="trial",
                estimate=row["proportion"],
                low=row["ci_low"],
                high=row["ci_high"],
                colour=colour if pooled else style.MUTED,
                size=math.sqrt(row["n"] / most),
                cells={
                    "what": "   " + str(row[label]),
                    "trials": str(row["trials"]),
                    "rate": rate_text(row),
                    "n": f"{row['events']:,}/{row['n']:,}",
                },
            )
        )
    return lines


def rate_figure(lines: list[Line], *, axis: str, nothing: str, **words: Any) -> Figure:
    """The lines drawn, or a figure that says that there is nothing to draw.

    axis : what the proportion is of; words : name, title, caption, alt and data
    """
    shown = lines or [Line(kind="note", cells={"what": nothing})]
    return draw(shown, COLUMNS, share_scale(shown, title=axis), SPAN).describe(**words)


def named_groups(table: pd.DataFrame) -> pd.Series:
    """The groups of rows as a reader sees them: ``CIK``, ``control``, ``CIK (chemo)``."""
    arms = table["arm"].fillna("").map(lambda arm: f" ({arm_words(arm)})" if arm else "")
    return table["group"].map(WHO).fillna(table["group"]) + arms

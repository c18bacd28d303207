"""Pooled hazard ratios side by side: diamonds with their numbers."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import Figure
from ircc_lib.figures.draw.forest import draw
from ircc_lib.figures.draw.lines import PREDICTION, Line, TextColumn, ratio_scale
from ircc_lib.registry.rows import rows_of
from ircc_lib.text import ratio, with_interval

DESIGN_COLOURS = {"randomised": style.CIK, "not randomised": style.CONTROL}
SPAN = (2.36, 5.4)  # inches from the left between which the marks stand
COLUMNS = [
    TextColumn(key="label", head="Trials pooled", x=0.08),
    TextColumn(key="effect", head="HR (95 % CI)", x=6.86, align="right", first=True),
    TextColumn(key="i2", head="I²", x=7.34, align="right"),
]


def diamonds(rows: pd.DataFrame, *, name: str, title: str, caption: str, alt: str) -> Figure:
    """One diamond per pooled group, its interval, prediction interval and numbers.

    Parameters
    ----------
    rows : the columns of `pooled_evidence` and ``label`` (the text of the row) and, where
        rows belong together, ``section``
    name, title, caption, alt : see `Figure.describe`
    """
    lines, section = [], None
    for row in rows_of(rows):
        if row.get("section") != section:
            section = row.get("section")
            lines.append(Line(kind="heading", cells={"label": str(section)}))
        lines += _lines(row)
    scale = ratio_scale(lines, inches=SPAN[1] - SPAN[0])
    return draw(lines, COLUMNS, scale, SPAN).describe(
        name=name, title=title, caption=caption, alt=alt, data=rows.drop(columns=["label", "section"], errors="ignore")
    )


def _lines(row: dict[str, Any]) -> list[Line]:
    """A diamond and its prediction interval, the square of a single trial, or words where nothing is pooled."""
    colour = DESIGN_COLOURS.get(row["group"], style.OTHER)
    i2 = "" if math.isnan(row["i2"]) else f"{row['i2']:.0f} %"
    cells = {"label": f"   {row['label']}", "effect": ratio_text(row), "i2": i2}
    if math.isnan(row["hr"]):
        return [Line(kind="note", cells=cells)]
    ends = {"estimate": row["hr"], "low": row["ci_low"], "high": row["ci_high"]}
    if row["trials"] == 1:
        return [Line(kind="trial", cells=cells, colour=colour, size=0.25, **ends)]
    lines = [Line(kind="pooled", cells=cells, colour=colour, **ends)]
    if not math.isnan(row["pi_low"]):
        predicted = {"label": f"   {PREDICTION}", "effect": f"{ratio(row['pi_low'])} to {ratio(row['pi_high'])}"}
        lines.append(
            Line(
                kind="prediction",
                cells=predicted,
                colour=colour,
                estimate=row["hr"],
                low=row["pi_low"],
                high=row["pi_high"],
            )
        )
    return lines


def ratio_text(row: Any) -> str:
    """The numbers of a row as its reader sees them.

    >>> ratio_text({"hr": 0.6214, "ci_low": 0.5, "ci_high": 0.7})
    '0.62 (0.50 to 0.70)'
    """
    if math.isnan(row["hr"]):
        return "two trials, not pooled" if row.get("trials") == 2 else "no effect to pool"
    return with_interval(row["hr"], row["ci_low"], row["ci_high"])

"""Pooled hazard ratios side by side: diamonds with their numbers."""

from __future__ import annotations

import math

import matplotlib as mpl
import pandas as pd
from matplotlib.patches import Polygon
from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator

from ircc_lib.figures.display import style
from ircc_lib.figures.display.exhibit import Exhibit, new_exhibit
from ircc_lib.text import with_interval

ROW = 0.3
TICKS = [0.1, 0.2, 0.5, 1, 2, 5]
NARROW_TICKS = [0.2, 0.3, 0.4, 0.5, 0.7, 1, 1.4, 2, 3]
DESIGN_COLOURS = {"randomised": style.CIK, "not randomised": style.CONTROL}


def diamonds(rows: pd.DataFrame, *, name: str, title: str, caption: str, alt: str) -> Exhibit:
    """One diamond a pooled group, its interval, prediction interval and numbers.

    Parameters
    ----------
    rows : the columns of `pooled_evidence` and ``label`` (the text of the row) and, where
        rows belong together, ``section``
    name, title, caption, alt : see `Exhibit.describe`
    """
    lines = _lines(rows)
    with mpl.rc_context(style.RC):
        figure = new_exhibit(0.95 + ROW * len(lines))
        height = figure.get_figheight()
        axes = figure.add_axes((0.34, 0.55 / height, 0.34, 1 - 0.9 / height))
        _scale(axes, rows, len(lines))
        for place, (kind, row) in enumerate(lines):
            if kind == "section":
                axes.annotate(
                    row,
                    (-0.98, place),
                    xycoords=("axes fraction", "data"),
                    va="center",
                    fontweight="bold",
                    annotation_clip=False,
                )
            else:
                _row(axes, place, row)
        for x, head, align in (
            (-0.98, "Trials pooled", "left"),
            (1.04, "Hazard ratio (95 % CI)", "left"),
            (1.9, "I²", "right"),
        ):
            axes.text(x, 1.0, head, transform=axes.transAxes, va="bottom", ha=align, fontweight="bold", fontsize=8.7)
    return figure.describe(
        name=name, title=title, caption=caption, alt=alt, data=rows.drop(columns=["label", "section"], errors="ignore")
    )


def _lines(rows: pd.DataFrame) -> list[tuple]:
    """Rows in their order, with a line for the name of each section."""
    lines, section = [], None
    for row in rows.to_dict("records"):
        if row.get("section") != section:
            section = row.get("section")
            lines.append(("section", section))
        lines.append(("row", row))
    return lines


def _scale(axes, rows: pd.DataFrame, lines: int) -> None:
    low, high = rows[["ci_low", "pi_low", "hr"]].min().min(), rows[["ci_high", "pi_high", "hr"]].max().max()
    low = 0.5 if math.isnan(low) else min(max(low, 0.1), 0.8)
    high = 2.0 if math.isnan(high) else max(min(high, 4.0), 1.3)
    axes.set_xscale("log")
    axes.set(xlim=(0.92 * low, 1.08 * high), ylim=(lines - 0.4, -0.6), yticks=[])
    ticks = NARROW_TICKS if high / low < 8 else TICKS
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in ticks if 0.92 * low <= tick <= 1.08 * high]))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.spines["left"].set_visible(False)
    axes.axvline(1, color=style.MUTED, linewidth=0.9)
    axes.set_xlabel("Hazard ratio (log scale): left of 1 favours CIK", fontsize=8.7)


def _row(axes, place: int, row: dict) -> None:
    colour = DESIGN_COLOURS.get(row["group"], style.OTHER)
    if not math.isnan(row["hr"]):
        if not math.isnan(row["pi_low"]):
            axes.plot([row["pi_low"], row["pi_high"]], [place, place], color=colour, linewidth=0.9, alpha=0.7)
        shape = [(row["ci_low"], place), (row["hr"], place - 0.28), (row["ci_high"], place), (row["hr"], place + 0.28)]
        if row["trials"] == 1:
            axes.plot([row["ci_low"], row["ci_high"]], [place, place], color=colour, linewidth=1.4)
            axes.plot([row["hr"]], [place], "s", color=colour, markersize=5)
        else:
            axes.add_patch(Polygon(shape, facecolor=colour, edgecolor=colour, linewidth=0.8))
    axes.annotate(
        row["label"],
        (-0.94, place),
        xycoords=("axes fraction", "data"),
        va="center",
        fontsize=8.7,
        annotation_clip=False,
        parse_math=False,
    )
    axes.annotate(
        ratio_text(row),
        (1.04, place),
        xycoords=("axes fraction", "data"),
        va="center",
        fontsize=8.7,
        annotation_clip=False,
    )
    if not math.isnan(row["i2"]):
        axes.annotate(
            f"{row['i2']:.0f} %",
            (1.9, place),
            xycoords=("axes fraction", "data"),
            va="center",
            ha="right",
            fontsize=8.7,
            annotation_clip=False,
        )


def ratio_text(row) -> str:
    """The numbers of a row as its reader sees them.

    >>> ratio_text({"hr": 0.6214, "ci_low": 0.5, "ci_high": 0.7})
    '0.62 (0.50 to 0.70)'
    """
    if math.isnan(row["hr"]):
        return "two trials, not pooled" if row.get("trials") == 2 else "no effect to pool"
    return with_interval(row["hr"], row["ci_low"], row["ci_high"])

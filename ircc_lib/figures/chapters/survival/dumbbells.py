"""Two arms as two dots on one line, one row per trial, trials grouped by tumour entity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import pandas as pd
from matplotlib.lines import Line2D

from ircc_lib.analysis.facts import NO_PAGE
from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import Figure, new_figure
from ircc_lib.figures.draw.measure import fitted
from ircc_lib.figures.draw.measure import width as width_of
from ircc_lib.registry.labels import trial_label
from ircc_lib.registry.rows import rows_of
from ircc_lib.text import capital

if TYPE_CHECKING:
    from matplotlib.axes import Axes


ROW = 0.2  # inches that a trial takes
ENTITY, EXTRA = 1.85, 0.95  # inches that a tumour has, and the part of a trial or its endpoint
SIDES = (("control", style.CONTROL), ("cik", style.CIK))


def rows_figure(rows: pd.DataFrame, *, left: float, width: float, columns: list[str]) -> Any:
    """A figure with one line per trial: entity, label and text columns at the left, axes beside them."""
    high = ROW * (len(rows) + 1) + 1.15
    figure = new_figure(high)
    axes = figure.add_axes((left, 0.62 / high, width, 1 - 1.13 / high))
    heights = heights_of(rows)
    axes.set_ylim(max(heights) + 0.8, min(heights) - 1.4)
    axes.tick_params(left=False, labelleft=False)
    axes.spines["left"].set_visible(False)
    entity, across = None, mpl.transforms.blended_transform_factory(figure.transFigure, axes.transData)
    for y, row in zip(heights, rows_of(rows)):
        if row["entity"] != entity:
            entity = row["entity"]
            name = axes.text(
                0.01,
                y,
                fitted(capital(entity), ENTITY - 0.1, style.TEXT),
                transform=across,
                va="center",
                fontsize=style.TEXT,
                parse_math=False,
            )
            if entity not in NO_PAGE:
                name.set_url(f"entity:{entity}")
        extra = " ".join(str(row[column]) for column in columns if row[column])
        beside = " ".join(filter(None, [fitted(extra, EXTRA, style.TEXT), "R" if row["randomised"] else ""]))
        room = (left - 0.014) * style.PAGE_WIDTH - ENTITY - 0.08 - width_of(beside, style.TEXT)
        axes.text(
            ENTITY / style.PAGE_WIDTH,
            y,
            fitted(trial_label(row["trial_id"]), room, style.TEXT),
            transform=across,
            va="center",
            fontsize=style.TEXT,
            parse_math=False,
        ).set_url(f"trial:{row['trial_id']}")
        axes.text(
            left - 0.014,
            y,
            beside,
            transform=across,
            va="center",
            ha="right",
            fontsize=style.TEXT,
            color=style.MUTED,
            parse_math=False,
        )
    return figure, axes


def heights_of(rows: pd.DataFrame) -> list[float]:
    """Where each row stands, from the top."""
    return [float(i) for i in range(len(rows))]


def rules_between_entities(axes: Axes, rows: pd.DataFrame) -> None:
    """A line between two tumours."""
    above = [y - 0.5 for y, first in zip(heights_of(rows), rows["entity"].ne(rows["entity"].shift())) if first]
    axes.hlines(above, 0, 1, transform=axes.get_yaxis_transform(), color=style.GRID, linewidth=0.6, zorder=0)


def draw_dumbbells(axes: Axes, heights: list[float], pairs: pd.DataFrame, edge: float) -> None:
    """Both arms of each trial; an arm whose median was not reached is an arrow at the edge."""
    y, randomised = pd.Series(heights, pairs.index), pairs["randomised"].astype(bool)
    x = {side: pairs[side].astype(float).fillna(edge) for side, _ in SIDES}
    axes.hlines(y, x["control"], x["cik"], color=style.GRID, linewidth=2.2, zorder=1)
    for side, colour in SIDES:
        reached = pairs[side].notna()
        for these, marker, size, face in (
            (reached & randomised, "o", 5.5, colour),
            (reached & ~randomised, "o", 5.5, style.PAPER),
            (~reached, ">", 7, colour),
        ):
            axes.plot(
                x[side][these],
                y[these],
                marker,
                color=colour,
                markersize=size,
                markerfacecolor=face,
                markeredgewidth=1.4,
                zorder=3,
                clip_on=False,
            )


def legend_of_arms(figure: Figure) -> None:
    """What the dots are: arms by colour, randomised trials filled."""
    mark: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": 5.5, "markeredgewidth": 1.4}
    entries = [
        Line2D([], [], color=style.CIK, label="CIK", **mark),
        Line2D([], [], color=style.CONTROL, label="Control", **mark),
        Line2D([], [], color=style.MUTED, label="randomised (R)", **mark),
        Line2D([], [], color=style.MUTED, markerfacecolor=style.PAPER, label="not randomised", **mark),
    ]
    figure.legend(
        handles=entries,
        loc="upper left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=4,
        fontsize=style.TEXT,
        handletextpad=0.2,
        columnspacing=1.2,
        borderaxespad=0.2,
    )

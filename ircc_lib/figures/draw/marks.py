"""The marks of a forest plot, each one visible thing: scale, line of no effect, intervals, squares, diamonds, lights.

A place is a line's middle on the axis of lines, so many of its units from the top.
"""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import Figure
from ircc_lib.figures.draw.lines import Line, Scale
from ircc_lib.figures.draw.measure import width, wrapped

SIDE_LINE = 14  # points from one line of words below the axis to the next
LIGHT_COLOURS = {"low": style.OTHER, "some concerns": "#e69f00", "high": style.CONTROL, "not stated": "none"}
LIGHT_MARKERS = {"low": "o", "some concerns": "^", "high": "s", "not stated": "o"}  # told apart without colours
LIGHT_GAP = 0.14  # inches from one light to the next


def draw_scale(axes: Axes, scale: Scale) -> None:
    """Ticks, and which side favours whom: side by side, or one under the other where there is no room for both."""
    axes.set_xscale("log" if scale.log else "linear")
    axes.set_xlim(scale.limits)
    axes.xaxis.set_major_locator(FixedLocator(scale.ticks))
    axes.xaxis.set_major_formatter(FixedFormatter(scale.labels))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_visible(False)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="x", length=3, pad=2)
    inches = axes.get_position().width * axes.figure.get_figwidth()  # type: ignore[union-attr]  # no subfigures here
    sides = side_lines(scale, inches)
    axes.set_xlabel(
        "\n".join(wrapped(scale.title, inches + 0.6, style.TEXT)), labelpad=3 + SIDE_LINE * sides, fontsize=style.TEXT
    )
    for text, x, align, line in ((f"← {scale.left}", 0, "left", 1), (f"{scale.right} →", 1, "right", sides)):
        if sides:
            axes.annotate(
                text,
                (x, 0),
                xycoords="axes fraction",
                xytext=(0, -3 - SIDE_LINE * line),
                textcoords="offset points",
                ha=align,
                va="top",
                color=style.MUTED,
                fontsize=style.TEXT,
            )


def side_lines(scale: Scale, inches: float) -> int:
    """How many lines the words of both sides take below an axis of this length."""
    if not scale.left:
        return 0
    both = width(f"← {scale.left}  {scale.right} →", style.TEXT)
    return 1 if both <= inches else 2


def draw_reference(axes: Axes, spans: list[tuple[float, float]], scale: Scale) -> None:
    """The line of no effect along the spans (from, to) that hold marks, so that it crosses no words."""
    if scale.reference is not None:
        tops, ends = zip(*spans) if spans else ((), ())
        axes.vlines([scale.reference] * len(spans), tops, ends, color=style.MUTED, linewidth=0.8, zorder=1)


def draw_intervals(axes: Axes, placed: list[tuple[float, Line]], scale: Scale) -> None:
    """From low to high, as far as the axis goes; a prediction interval is a pale bar."""
    shown = [(place, line) for place, line in placed if not math.isnan(line.low) and line.kind != "pooled"]
    low, high = scale.limits
    ends = [[(min(max(end, low), high), place) for end in (line.low, line.high)] for place, line in shown]
    bars = [line.kind == "prediction" for _, line in shown]
    colours = [to_rgba(line.colour, 0.45 if bar else 1) for bar, (_, line) in zip(bars, shown)]
    axes.add_collection(
        LineCollection(ends, colors=colours, linewidths=[2.6 if bar else 1 for bar in bars], zorder=2), autolim=False
    )


def draw_mark(axes: Axes, place: float, line: Line, scale: Scale) -> None:
    """A square, a diamond, and arrows for what the axis cuts off."""
    if math.isnan(line.low):
        return
    if line.kind == "pooled":
        draw_diamond(axes, place, line)
    elif line.kind == "trial" and scale.limits[0] <= line.estimate <= scale.limits[1]:
        axes.add_line(
            Line2D(
                [line.estimate],
                [place],
                marker="s",
                color=line.colour,
                markersize=2.2 + 5.2 * math.sqrt(line.size),
                markeredgewidth=0,
                zorder=3,
            )
        )
    draw_cut_ends(axes, place, line, scale)


def draw_cut_ends(axes: Axes, place: float, line: Line, scale: Scale) -> None:
    """An arrow where an interval leaves the axis."""
    for beyond, edge, marker in (
        (line.low < scale.limits[0], scale.limits[0], "<"),
        (line.high > scale.limits[1], scale.limits[1], ">"),
    ):
        if beyond:
            axes.add_line(
                Line2D(
                    [edge], [place], marker=marker, color=line.colour, markersize=3.6, markeredgewidth=0, clip_on=False
                )
            )


def draw_diamond(axes: Axes, place: float, line: Line) -> None:
    """The pooled estimate at its widest, the interval from tip to tip; beyond the axis it is cut off."""
    low = max(line.low, 1e-6) if axes.get_xscale() == "log" else line.low
    corners = [(low, place), (line.estimate, place - 0.34), (line.high, place), (line.estimate, place + 0.34)]
    axes.add_patch(
        Polygon(
            corners, closed=True, facecolor=line.colour, edgecolor=line.colour, linewidth=0.6, zorder=3, gid="diamond"
        )
    )


def draw_lights(figure: Figure, right: float, down: float, lights: tuple[str, ...]) -> None:
    """One mark per judgement, the last of them `right` inches from the left and `down` inches from the top."""
    across, height = figure.get_size_inches()
    for position, judged in enumerate(reversed(lights)):
        colour = LIGHT_COLOURS[judged]
        figure.add_artist(
            Line2D(
                [(right - LIGHT_GAP * position) / across],
                [1 - down / height],
                marker=LIGHT_MARKERS[judged],
                markersize=5.2,
                color=colour if colour != "none" else style.PAPER,
                markerfacecolor=colour,
                markeredgecolor=style.MUTED if colour == "none" else colour,
                markeredgewidth=0.8,
                gid=f"light-{judged.replace(' ', '-')}",
            )
        )

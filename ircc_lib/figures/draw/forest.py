"""The pieces of a forest plot, each one visible thing: lines of text, squares, diamonds, the scale.

A plot is a list of `Line`s, top to bottom. Their words stand on the figure itself, so many inches
from its left edge; their marks on axes whose rows are as high as the lines.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from ircc_lib.figures.display import style
from ircc_lib.figures.display.exhibit import Exhibit, new_exhibit

ROW = 0.205  # inches from one line to the next
HEAD, FOOT = 0.34, 0.62  # inches above and below the lines
MARGIN = 0.08  # inches left free at both ends of the rule below the heads
RULE_GAP = 4 / 72  # inches from this rule up to the heads
TEXT = 7.6
RATIO_TICKS = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20]
FINER_TICKS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1, 1.5, 2, 3]
RATIO_REACH = (0.1, 4.0)  # beyond these an interval is cut and ends in an arrow, unless a mark lies there
AFTER_WORDS = 4  # texts have zorder 3: in an SVG the words of the lines come first, then those of the scale
PREDICTION = "95 % prediction interval"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a forest plot.

    kind : ``heading``, ``trial`` (a square), ``pooled`` (a diamond), ``prediction`` (a bar),
        or ``note`` (words alone)
    cells : text by column key
    estimate, low, high : on the scale of the axis
    size : 0 to 1, the square's weight against the heaviest
    url : what the first cell links to, ``trial:ID``
    """

    kind: str
    cells: dict[str, str] = field(default_factory=dict)
    estimate: float = math.nan
    low: float = math.nan
    high: float = math.nan
    size: float = 0.5
    colour: str = style.INK
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class TextColumn:
    """A column of words: where it stands (inches from the left) and how it is set."""

    key: str
    head: str
    x: float
    align: str = "left"


@dataclass(frozen=True, kw_only=True)
class Scale:
    """The axis of the marks."""

    limits: tuple[float, float]
    ticks: list[float]
    labels: list[str]
    title: str
    log: bool = False
    reference: float | None = None
    left: str = ""
    right: str = ""


def ratio_scale(
    lines: list[Line],
    *,
    title: str = "Hazard ratio (log scale)",
    left: str = "favours CIK",
    right: str = "favours control",
) -> Scale:
    """A log axis about 1 that holds every estimate, and intervals as far as they matter."""
    marked = [line for line in lines if not math.isnan(line.estimate)]
    centres = [line.estimate for line in marked] + [1.0]
    ends = [end for line in marked for end in (line.low, line.high) if end > 0]
    low = min(min(centres) / 1.12, max(min(ends, default=0.5), RATIO_REACH[0]))
    high = max(max(centres) * 1.12, min(max(ends, default=2.0), RATIO_REACH[1]))
    limits = min(low, 0.5) / 1.05, max(high, 1.6) * 1.05
    within = ([tick for tick in ticks if limits[0] <= tick <= limits[1]] for ticks in (RATIO_TICKS, FINER_TICKS))
    ticks = next((ticks for ticks in within if len(ticks) > 3), FINER_TICKS)
    ticks = [tick for tick in ticks if limits[0] <= tick <= limits[1]]
    return Scale(
        limits=limits,
        ticks=ticks,
        labels=[f"{tick:g}" for tick in ticks],
        title=title,
        log=True,
        reference=1.0,
        left=left,
        right=right,
    )


def share_scale(lines: list[Line], *, title: str) -> Scale:
    """A linear axis of proportions from 0, in per cent."""
    ends = [end for line in lines for end in (line.estimate, line.high) if not math.isnan(end)]
    top = min(1.0, max(ends, default=1.0) * 1.03)
    step = next(step for step in (0.02, 0.05, 0.1, 0.2, 0.25) if top / step <= 5.001)
    ticks = [step * i for i in range(int(top / step + 1e-9) + 1)]
    return Scale(limits=(-0.02 * top, top), ticks=ticks, labels=[f"{100 * tick:.0f}" for tick in ticks], title=title)


def draw(lines: list[Line], columns: list[TextColumn], scale: Scale, span: tuple[float, float]) -> Exhibit:
    """The figure: `columns` of words and the marks between `span` inches from the left."""
    with mpl.rc_context({**style.RC, "font.size": TEXT}):
        figure = new_exhibit(HEAD + FOOT + ROW * len(lines))
        width, height = figure.get_size_inches()
        marks = figure.add_axes(
            (span[0] / width, FOOT / height, (span[1] - span[0]) / width, ROW * len(lines) / height), zorder=AFTER_WORDS
        )
        marks.set_ylim(len(lines) - 0.5, -0.5)
        marks.patch.set_visible(False)
        draw_scale(marks, scale)
        draw_reference(marks, lines, scale)
        draw_intervals(marks, lines, scale)
        draw_heads(figure, columns)
        for place, line in enumerate(lines):
            draw_words(figure, place, line, columns)
            draw_mark(marks, place, line, scale)
    return figure


def draw_scale(axes: Axes, scale: Scale) -> None:
    """Ticks, and which side favours whom."""
    axes.set_xscale("log" if scale.log else "linear")
    axes.set_xlim(scale.limits)
    axes.xaxis.set_major_locator(FixedLocator(scale.ticks))
    axes.xaxis.set_major_formatter(FixedFormatter(scale.labels))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_visible(False)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="x", length=3, pad=2)
    axes.set_xlabel(scale.title, labelpad=13 if scale.left else 3, fontsize=TEXT)
    for text, align, shift in ((f"← {scale.left}", "right", -4), (f"{scale.right} →", "left", 4)):
        if scale.left:
            axes.annotate(
                text,
                (scale.reference, 0),
                xycoords=("data", "axes fraction"),
                xytext=(shift, -17),
                textcoords="offset points",
                ha=align,
                va="top",
                color=style.MUTED,
                fontsize=TEXT - 0.4,
            )


def draw_reference(axes: Axes, lines: list[Line], scale: Scale) -> None:
    """The line of no effect, along the rows that have a mark, so that it crosses no words."""
    if scale.reference is not None:
        marked = [place for place, line in enumerate(lines) if line.kind in ("trial", "pooled", "prediction")]
        axes.vlines(
            [scale.reference] * len(marked),
            [place - 0.5 for place in marked],
            [place + 0.5 for place in marked],
            color=style.MUTED,
            linewidth=0.8,
            zorder=1,
        )


def draw_heads(figure: Exhibit, columns: list[TextColumn]) -> None:
    """The columns' names above the first line, and a rule below them."""
    width, height = figure.get_size_inches()
    for column in columns:
        figure.text(
            column.x / width,
            1 - (HEAD - RULE_GAP) / height,
            column.head,
            ha=column.align,
            va="bottom",
            fontweight="bold",
        )
    figure.add_artist(
        Line2D(
            [MARGIN / width, 1 - MARGIN / width], [1 - HEAD / height] * 2, color=style.GRID, linewidth=1, clip_on=False
        )
    )


def draw_words(figure: Exhibit, place: int, line: Line, columns: list[TextColumn]) -> None:
    """The cells of a line; its first cell carries the link."""
    width, height = figure.get_size_inches()
    middle = 1 - (HEAD + ROW * (place + 0.5)) / height
    weight = "bold" if line.kind in ("heading", "pooled") else "normal"
    colour = style.MUTED if line.kind in ("note", "prediction") else style.INK
    for first, column in enumerate(columns):
        if column.key not in line.cells:
            continue
        text = figure.text(
            column.x / width,
            middle,
            line.cells[column.key],
            ha=column.align,
            va="center",
            fontweight=weight,
            color=colour,
            parse_math=False,
        )
        if line.url and first == 0:
            text.set_url(line.url)


def draw_intervals(axes: Axes, lines: list[Line], scale: Scale) -> None:
    """From low to high, as far as the axis goes; a prediction interval is a pale bar."""
    shown = [(place, line) for place, line in enumerate(lines) if not math.isnan(line.low) and line.kind != "pooled"]
    ends = [
        [(max(line.low, scale.limits[0]), place), (min(line.high, scale.limits[1]), place)] for place, line in shown
    ]
    bars = [line.kind == "prediction" for _, line in shown]
    colours = [to_rgba(line.colour, 0.45 if bar else 1) for bar, (_, line) in zip(bars, shown)]
    axes.add_collection(
        LineCollection(ends, colors=colours, linewidths=[2.6 if bar else 1 for bar in bars], zorder=2), autolim=False
    )


def draw_mark(axes: Axes, place: int, line: Line, scale: Scale) -> None:
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


def draw_cut_ends(axes: Axes, place: int, line: Line, scale: Scale) -> None:
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


def draw_diamond(axes: Axes, place: int, line: Line) -> None:
    """The pooled estimate at its widest, the interval from tip to tip; beyond the axis it is cut off."""
    low = max(line.low, 1e-6) if axes.get_xscale() == "log" else line.low
    corners = [(low, place), (line.estimate, place - 0.34), (line.high, place), (line.estimate, place + 0.34)]
    axes.add_patch(
        Polygon(
            corners, closed=True, facecolor=line.colour, edgecolor=line.colour, linewidth=0.6, zorder=3, gid="diamond"
        )
    )

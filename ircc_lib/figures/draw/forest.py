"""The pieces of a forest plot, each one visible thing: lines of text, squares, diamonds, the scale.

A plot is a list of `Line`s, top to bottom. Their words stand on the figure itself, so many inches
from its left edge; their marks on axes whose rows are as high as the lines.
"""

from __future__ import annotations

import math

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from ircc_lib.figures.display import style
from ircc_lib.figures.display.exhibit import Exhibit, new_exhibit
from ircc_lib.figures.draw.lines import Line, Scale, TextColumn
from ircc_lib.figures.draw.measure import fitted

ROW = 0.215  # inches from one line to the next
HEAD, FOOT = 0.34, 0.7  # inches above and below the lines
MARGIN = 0.08  # inches left free at both ends of the rule below the heads
RULE_GAP = 4 / 72  # inches from this rule up to the heads
CUT = ("trial", "below", "pooled")  # kinds of lines whose words end where their column does
SECOND = 0.4  # rows from the middle of a tall line to the middle of each of its two lines of words
TEXT = 8.7  # points: 11 px where a page shows the figure 690 px wide
LIGHT_COLOURS = {"low": style.OTHER, "some concerns": "#e69f00", "high": style.CONTROL, "not stated": "none"}
LIGHT_MARKERS = {"low": "o", "some concerns": "^", "high": "s", "not stated": "o"}  # told apart without colours
LIGHT_GAP = 0.14  # inches from one light to the next
AFTER_WORDS = 4  # texts have zorder 3: in an SVG the words of the lines come first, then those of the scale
PREDICTION = "95 % prediction interval"


def draw(lines: list[Line], columns: list[TextColumn], scale: Scale, span: tuple[float, float]) -> Exhibit:
    """The figure: `columns` of words and the marks between `span` inches from the left."""
    with mpl.rc_context({**style.RC, "font.size": TEXT}):
        total = sum(line.rows for line in lines)
        figure = new_exhibit(HEAD + FOOT + ROW * total)
        width, height = figure.get_size_inches()
        marks = figure.add_axes(
            (span[0] / width, FOOT / height, (span[1] - span[0]) / width, ROW * total / height), zorder=AFTER_WORDS
        )
        marks.set_ylim(total - 0.5, -0.5)
        marks.patch.set_visible(False)
        draw_scale(marks, scale)
        placed = _placed(lines)
        draw_reference(marks, placed, scale)
        draw_intervals(marks, placed, scale)
        draw_heads(figure, columns)
        for place, line in placed:
            draw_words(figure, place, line, columns)
            draw_mark(marks, place, line, scale)
    return figure


def _placed(lines: list[Line]) -> list[tuple[float, Line]]:
    """Each line with its middle, in rows from the top; lines of one row have 0, 1, 2 ..."""
    placed, top = [], -0.5
    for line in lines:
        placed.append((top + line.rows / 2, line))
        top += line.rows
    return placed


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
    axes.set_xlabel(scale.title, labelpad=17 if scale.left else 3, fontsize=TEXT)
    for text, x, align in ((f"← {scale.left}", 0, "left"), (f"{scale.right} →", 1, "right")):
        if scale.left:
            axes.annotate(
                text,
                (x, 0),
                xycoords="axes fraction",
                xytext=(0, -17),
                textcoords="offset points",
                ha=align,
                va="top",
                color=style.MUTED,
                fontsize=TEXT,
            )


def draw_reference(axes: Axes, placed: list[tuple[float, Line]], scale: Scale) -> None:
    """The line of no effect, along the rows that have a mark, so that it crosses no words."""
    if scale.reference is not None:
        marked = [(place, line.rows / 2) for place, line in placed if line.kind in ("trial", "pooled", "prediction")]
        axes.vlines(
            [scale.reference] * len(marked),
            [place - half for place, half in marked],
            [place + half for place, half in marked],
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


def draw_words(figure: Exhibit, place: float, line: Line, columns: list[TextColumn]) -> None:
    """The cells of a line, and below them those of its second line; its first cell carries the link."""
    shift = SECOND if line.rows > 1 else 0.0
    for first, column in enumerate(columns):
        text = _words_at(figure, place - shift, column, line.cells.get(column.key), line.kind)
        if text and line.url and first == 0:
            text.set_url(line.url)
        _words_at(figure, place + shift, column, line.below.get(column.key), "below")
    if line.lights:
        draw_lights(figure, place + shift, line.lights)


def _words_at(figure: Exhibit, place: float, column: TextColumn, words: str | None, kind: str) -> Text | None:
    if not words:
        return None
    width, height = figure.get_size_inches()
    bold = kind in ("heading", "pooled")
    return figure.text(
        column.x / width,
        1 - (HEAD + ROW * (place + 0.5)) / height,
        fitted(words, column.width, TEXT, bold=bold) if column.width and kind in CUT else words,
        ha=column.align,
        va="center",
        fontweight="bold" if bold else "normal",
        color=style.MUTED if kind in ("note", "below", "prediction") else style.INK,
        parse_math=False,
    )


def draw_lights(figure: Exhibit, place: float, lights: tuple[str, ...]) -> None:
    """One mark per judgement, at the right end of the figure."""
    width, height = figure.get_size_inches()
    for position, judged in enumerate(reversed(lights)):
        colour = LIGHT_COLOURS[judged]
        figure.add_artist(
            Line2D(
                [1 - (MARGIN + 0.06 + LIGHT_GAP * position) / width],
                [1 - (HEAD + ROW * (place + 0.5)) / height],
                marker=LIGHT_MARKERS[judged],
                markersize=5.2,
                color=colour if colour != "none" else style.PAPER,
                markerfacecolor=colour,
                markeredgecolor=style.MUTED if colour == "none" else colour,
                markeredgewidth=0.8,
                gid=f"light-{judged.replace(' ', '-')}",
            )
        )


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

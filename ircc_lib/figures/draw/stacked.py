"""A forest plot for a narrow screen: each line's name and numbers, and its mark below them, as long as the screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import matplotlib as mpl
from matplotlib.lines import Line2D

from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import Figure, new_figure
from ircc_lib.figures.draw.lines import MARKED, Line, Scale, TextColumn
from ircc_lib.figures.draw.marks import (
    LIGHT_GAP,
    SIDE_LINE,
    draw_intervals,
    draw_lights,
    draw_mark,
    draw_reference,
    draw_scale,
    side_lines,
)
from ircc_lib.figures.draw.measure import width, wrapped

EDGE = 0.04  # inches left free at both sides
ROOM = style.NARROW_WIDTH - 2 * EDGE
AXIS = ROOM - 0.24  # inches of the axis, so that the labels of its ends keep within the figure
WORDS, MARK, BETWEEN = 0.175, 0.2, 0.09  # inches of a line of words, of a mark, and between two lines of the plot
HEAD, FOOT = 0.3, 0.72  # inches above and below
BOLD, MUTED = ("heading", "section", "pooled"), ("note", "section", "prediction")  # kinds of lines
GAP = 0.1  # inches at least between a name and its numbers


@dataclass
class _Row:
    """A line of words: what stands left and right, and how."""

    left: str = ""
    right: str = ""
    bold: bool = False
    muted: bool = False
    url: str | None = None
    lights: tuple[str, ...] = ()


@dataclass
class _Block:
    """A line of the plot: its rows of words, then its mark where it has one."""

    line: Line
    rows: list[_Row] = field(default_factory=list)

    @property
    def inches(self) -> float:
        mark = MARK if self.line.kind in MARKED else 0.0
        return WORDS * len(self.rows) + mark + (BETWEEN if self.rows else 0.0)


def stacked(lines: list[Line], columns: list[TextColumn], scale: Scale) -> Figure:
    """The lines of a forest plot below each other, so wide that a phone shows them without a sideways scroll.

    Parameters
    ----------
    lines, columns, scale : as for `ircc_lib.figures.draw.forest.draw`; the column that is ``first`` stands
        beside the name
    """
    beside = next((column for column in columns if column.first), columns[-1])
    blocks = [_Block(line, _rows(line, columns, beside)) for line in lines]
    total = sum(block.inches for block in blocks)
    with mpl.rc_context({**style.RC, "font.size": style.TEXT}):
        foot = FOOT + SIDE_LINE / 72 * max(side_lines(scale, AXIS) - 1, 0)
        figure = new_figure(HEAD + total + foot, width=style.NARROW_WIDTH)
        across, height = figure.get_size_inches()
        marks = figure.add_axes((0.5 - 0.5 * AXIS / across, foot / height, AXIS / across, total / height), zorder=4)
        marks.set_ylim(total / MARK, 0)  # a mark is one unit high
        marks.patch.set_visible(False)
        draw_scale(marks, scale)
        _head(figure, columns[0].head, beside.head)
        placed, top = [], HEAD
        for block in blocks:
            down = top
            for row in block.rows:
                _words(figure, down + WORDS / 2, row)
                down += WORDS
            if block.line.kind in MARKED:
                placed.append(((down - HEAD) / MARK + 0.5, block.line))
            top += block.inches
        draw_reference(marks, [(place - 0.5, place + 0.5) for place, _ in placed], scale)
        draw_intervals(marks, placed, scale)
        for place, line in placed:
            draw_mark(marks, place, line, scale)
    return figure


def _rows(line: Line, columns: list[TextColumn], beside: TextColumn) -> list[_Row]:
    """The words of a line in as many rows as they need."""
    bold, muted = line.kind in BOLD, line.kind in MUTED
    name, numbers = line.cells.get(columns[0].key, "").strip(), line.cells.get(beside.key, "")
    apart = width(name, style.TEXT, bold=bold) + GAP + width(numbers, style.TEXT, bold=bold) > ROOM
    names = wrapped(name, ROOM, style.TEXT, bold=bold) if apart else [name]
    rows = [_Row(left=text, bold=bold, muted=muted, url=line.url) for text in names if text]
    if numbers and (apart or not rows):
        rows.append(_Row(right=numbers, bold=bold, muted=muted))
    elif numbers:
        rows[-1].right = numbers
    return rows + _details(line, columns, beside)


def _details(line: Line, columns: list[TextColumn], beside: TextColumn) -> list[_Row]:
    """What the other columns say, after their heads, with the lights at the right end of the last row."""
    said = [
        " ".join(filter(None, [column.head, line.cells.get(column.key)]))
        for column in columns[1:]
        if column is not beside and line.cells.get(column.key)
    ]
    text = " · ".join([*said, *filter(None, line.below.values())])
    lights = LIGHT_GAP * len(line.lights) + GAP if line.lights else 0.0
    texts = wrapped(text, ROOM, style.TEXT) if text else []
    if line.lights and (not texts or width(texts[-1], style.TEXT) + lights > ROOM):
        texts.append("")
    rows = [_Row(left=text, muted=True) for text in texts]
    if line.lights:
        rows[-1].lights = line.lights
    return rows


def _words(figure: Figure, down: float, row: _Row) -> None:
    across, height = figure.get_size_inches()
    look: dict[str, Any] = {
        "va": "center",
        "parse_math": False,
        "color": style.MUTED if row.muted else style.INK,
        "fontweight": "bold" if row.bold else "normal",
    }
    if row.left:
        text = figure.text(EDGE / across, 1 - down / height, row.left, ha="left", **look)
        if row.url:
            text.set_url(row.url)
    if row.right:
        figure.text(1 - EDGE / across, 1 - down / height, row.right, ha="right", **look)
    if row.lights:
        draw_lights(figure, across - EDGE - 0.05, down, row.lights)


def _head(figure: Figure, left: str, right: str) -> None:
    across, height = figure.get_size_inches()
    for text, x, align in ((left, EDGE, "left"), (right, across - EDGE, "right")):
        figure.text(x / across, 1 - (HEAD - 0.1) / height, text, ha=align, va="bottom", fontweight="bold")
    rule = 1 - (HEAD - 0.06) / height
    figure.add_artist(
        Line2D([EDGE / across, 1 - EDGE / across], [rule, rule], color=style.GRID, linewidth=1, clip_on=False)
    )

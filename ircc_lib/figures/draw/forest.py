"""A forest plot: lines of words about an axis of marks, and the same stacked for a narrow screen.

A plot is a list of `Line`s, top to bottom. Their words stand on the figure itself, so many inches
from its left edge; their marks on axes whose rows are as high as the lines.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import matplotlib as mpl
from matplotlib.lines import Line2D
from matplotlib.text import Text

from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import Figure, new_figure
from ircc_lib.figures.draw.lines import MARKED, PREDICTION, Line, Scale, TextColumn
from ircc_lib.figures.draw.marks import (
    SIDE_LINE,
    draw_intervals,
    draw_lights,
    draw_mark,
    draw_reference,
    draw_scale,
    side_lines,
)
from ircc_lib.figures.draw.measure import fitted, width, wrapped
from ircc_lib.figures.draw.stacked import stacked

__all__ = ["PREDICTION", "draw"]

ROW = 0.215  # inches from one line to the next
HEAD, FOOT = 0.34, 0.7  # inches above and below the lines
MARGIN = 0.08  # inches left free at both ends of the rule below the heads
RULE_GAP = 4 / 72  # inches from this rule up to the heads
BESIDE = 0.06  # inches at least between a name, a mark and the numbers beside them
CUT = ("trial", "below", "pooled")  # kinds of lines whose words end where their column does
BOLD = ("heading", "section", "pooled")
SECOND = 0.4  # rows from the middle of a tall line to the middle of each of its two lines of words
AFTER_WORDS = 4  # texts have zorder 3: in an SVG the words of the lines come first, then those of the scale


def draw(lines: list[Line], columns: list[TextColumn], scale: Scale, span: tuple[float, float]) -> Figure:
    """The figure: `columns` of words and the marks between `span` inches from the left.

    Its `narrow` is the same plot for a narrow screen.
    """
    with mpl.rc_context({**style.RC, "font.size": style.TEXT}):
        shown = [_fitting(line, columns) for line in lines]
        span = span[0], min([span[1], *(_left_edge(line, columns, span[1]) - BESIDE for line in shown)])
        total = sum(line.rows for line in shown)
        foot = FOOT + SIDE_LINE / 72 * max(side_lines(scale, span[1] - span[0]) - 1, 0)
        figure = new_figure(HEAD + foot + ROW * total)
        across, height = figure.get_size_inches()
        marks = figure.add_axes(
            (span[0] / across, foot / height, (span[1] - span[0]) / across, ROW * total / height), zorder=AFTER_WORDS
        )
        marks.set_ylim(total - 0.5, -0.5)
        marks.patch.set_visible(False)
        draw_scale(marks, scale)
        placed = _placed(shown)
        marked = [(place, line.rows / 2) for place, line in placed if line.kind in MARKED]
        draw_reference(marks, [(place - half, place + half) for place, half in marked], scale)
        draw_intervals(marks, placed, scale)
        draw_heads(figure, columns)
        for place, line in placed:
            draw_words(figure, place, line, columns)
            draw_mark(marks, place, line, scale)
    figure.narrow = partial(stacked, lines, columns, scale)
    return figure


def _fitting(line: Line, columns: list[TextColumn]) -> Line:
    """The line with a name that ends before its numbers begin; what does not fit stands in a second line."""
    name, (first, *others) = line.cells.get(columns[0].key, ""), columns
    bold = line.kind in BOLD
    numbers = [_span(line, column)[0] for column in others if line.cells.get(column.key)]
    room = min([style.PAGE_WIDTH - MARGIN, *numbers]) - first.x - BESIDE
    if first.width and line.kind in CUT:
        room = min(room, first.width)
    if width(name, style.TEXT, bold=bold) <= room:
        return line
    if line.below.get(first.key):
        return replace(line, cells=line.cells | {first.key: fitted(name, room, style.TEXT, bold=bold)})
    indent = name[: len(name) - len(name.lstrip())]
    start, *rest = wrapped(name.strip(), room - width(indent, style.TEXT), style.TEXT, bold=bold)
    more = fitted(indent + " ".join(rest), room, style.TEXT, bold=bold)
    return replace(line, cells=line.cells | {first.key: f"{indent}{start}\n{more}"})


def _span(line: Line, column: TextColumn) -> tuple[float, float]:
    """Inches from the left at which a cell begins and ends."""
    inches = width(line.cells[column.key], style.TEXT, bold=line.kind in BOLD)
    return (column.x, column.x + inches) if column.align == "left" else (column.x - inches, column.x)


def _left_edge(line: Line, columns: list[TextColumn], right: float) -> float:
    """Where the words that stand right of a line's mark begin."""
    if line.kind not in MARKED:
        return style.PAGE_WIDTH
    cells = [column for column in columns if column.x > right and line.cells.get(column.key)]
    return min((_span(line, column)[0] for column in cells), default=style.PAGE_WIDTH)


def _placed(lines: list[Line]) -> list[tuple[float, Line]]:
    """Each line with its middle, in rows from the top; lines of one row have 0, 1, 2 ..."""
    placed, top = [], -0.5
    for line in lines:
        placed.append((top + line.rows / 2, line))
        top += line.rows
    return placed


def draw_heads(figure: Figure, columns: list[TextColumn]) -> None:
    """The columns' names above the first line, and a rule below them."""
    across, height = figure.get_size_inches()
    for column in columns:
        figure.text(
            column.x / across,
            1 - (HEAD - RULE_GAP) / height,
            column.head,
            ha=column.align,
            va="bottom",
            fontweight="bold",
        )
    figure.add_artist(
        Line2D(
            [MARGIN / across, 1 - MARGIN / across],
            [1 - HEAD / height] * 2,
            color=style.GRID,
            linewidth=1,
            clip_on=False,
        )
    )


def draw_words(figure: Figure, place: float, line: Line, columns: list[TextColumn]) -> None:
    """The cells of a line, and below them those of its second line; its first cell carries the link."""
    shift = SECOND if line.rows > 1 else 0.0
    for first, column in enumerate(columns):
        words = line.cells.get(column.key, "")
        text = _words_at(figure, place - (0 if "\n" in words else shift), column, words, line.kind)
        if text and line.url and first == 0:
            text.set_url(line.url)
        _words_at(figure, place + shift, column, line.below.get(column.key), "below")
    if line.lights:
        draw_lights(figure, figure.get_figwidth() - MARGIN - 0.06, HEAD + ROW * (place + shift + 0.5), line.lights)


def _words_at(figure: Figure, place: float, column: TextColumn, words: str | None, kind: str) -> Text | None:
    if not words:
        return None
    across, height = figure.get_size_inches()
    bold = kind in BOLD
    return figure.text(
        column.x / across,
        1 - (HEAD + ROW * (place + 0.5)) / height,
        fitted(words, column.width, style.TEXT, bold=bold)
        if column.width and kind in CUT and "\n" not in words
        else words,
        ha=column.align,
        va="center",
        fontweight="bold" if bold else "normal",
        color=style.MUTED if kind in ("note", "section", "below", "prediction") else style.INK,
        parse_math=False,
    )

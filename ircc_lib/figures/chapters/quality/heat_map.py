"""How full the tables are: one small bar per column."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import pandas as pd

from ircc_lib.analysis.counts.quality import completeness
from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import Figure, new_figure
from ircc_lib.text import counted, percent

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


CAPTION = "A cell counts when it states something, readable or not."
COLUMNS = 2  # panels side by side
ROW = 0.18


def completeness_figure(reg: Registry) -> Figure:
    """The share of rows that state each column, table by table.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Figure
        The figure with its caption, alternative text and the rows that it draws.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> completeness_figure(ircc.load_registry()).name
    'completeness'
    """
    table = completeness(reg)
    panels = [
        (name, part.sort_values("share", ascending=False, kind="stable"))
        for name, part in table.groupby("table", sort=False)
    ]
    columns = _balanced(panels)
    height = max(sum(_inches(part) for _, part in column) for column in columns) + 0.1
    with mpl.rc_context(style.RC):
        figure = new_figure(height)
        for place, column in enumerate(columns):
            top = height - 0.05
            for name, part in column:
                _panel(figure, name, part, left=0.21 + 0.5 * place, top=top, height=height)
                top -= _inches(part)
    words = _completeness_words(table)
    return figure.describe(
        name="completeness", title="Share of rows that state each column", caption=CAPTION, alt=words, data=table
    )


def _inches(part: pd.DataFrame) -> float:
    return 0.46 + ROW * len(part)


def _balanced(panels: list[Any]) -> list[list[Any]]:
    """The panels in two columns of about the same height, in their order."""
    columns: list[list[Any]] = [[], []]
    half, used = sum(_inches(part) for _, part in panels) / COLUMNS, 0.0
    for name, part in panels:
        columns[0 if used < half - 0.5 * _inches(part) else 1].append((name, part))
        used += _inches(part)
    return columns


def _panel(figure: Figure, name: str, part: pd.DataFrame, *, left: float, top: float, height: float) -> None:
    inches = ROW * len(part)
    axes = figure.add_axes((left, (top - 0.26 - inches) / height, 0.19, inches / height))
    places = range(len(part))
    axes.barh(places, 1, color=style.GRID, height=0.7)
    axes.barh(places, part["share"].fillna(0), color=style.CIK, height=0.7)
    axes.set(xlim=(0, 1), ylim=(len(part) - 0.5, -0.5), xticks=[], yticks=[])
    axes.spines[["left", "bottom"]].set_visible(False)
    rows = int(part["rows"].iloc[0])
    axes.text(
        0,
        1,
        f"{name}: {counted(rows, 'row')}",
        transform=axes.transAxes,
        va="bottom",
        fontweight="bold",
        fontsize=style.TEXT,
    )
    for place, column, share in zip(places, part["column"], part["share"]):
        axes.annotate(
            column,
            (0, place),
            xytext=(-4, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=style.TEXT,
            annotation_clip=False,
        )
        shown = "–" if math.isnan(share) else percent(share)
        axes.annotate(
            shown,
            (1, place),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize=style.TEXT,
            annotation_clip=False,
        )


def _completeness_words(table: pd.DataFrame) -> str:
    filled = table[table["rows"] > 0]
    if filled.empty:
        return "No rows in this edition."
    trials = filled[filled["table"].eq("trials")].set_index("column")["share"]
    facts = [
        (f"{percent(trials[column])} of the reports state {words}")
        for column, words in (
            ("n_total", "their number of patients"),
            ("country", "a country"),
            ("followup_months", "a follow-up time"),
            ("cells_reported", "a cell dose"),
        )
        if column in trials
    ]
    return f"{'; '.join(facts)}."

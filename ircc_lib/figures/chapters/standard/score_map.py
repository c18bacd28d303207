"""Trials by items: who states what, at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch

from ircc_lib.analysis.standard.items import FULL_TEXT, HEADINGS
from ircc_lib.analysis.standard.score import NOT_APPLICABLE, NOT_ASKED, NOT_STATED, STATED
from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import Figure, new_figure
from ircc_lib.text import capital, counted, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes


COLOURS = {STATED: style.CIK, NOT_STATED: "#e9c9b5", NOT_ASKED: "#eef1f4", NOT_APPLICABLE: style.PAPER}
ROW, LABELS = 0.19, 0.4  # inches per item; share of the width that the items' names take


def standard_heat_map(scored: pd.DataFrame) -> Figure:
    """Each trial's record against each item of the reporting standard.

    Parameters
    ----------
    scored : DataFrame
        As `score` returns it: one row per cohort and item.

    Returns
    -------
    Figure
        Items down, those that CONSORT asks of an abstract first, grouped by domain; trials across, in the order of
        their year, those of unknown year last.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> ircc.standard.heat_map(ircc.standard.score(ircc.load_registry().select(country="Germany"))).name
    'standard-heat-map'
    """
    items = scored.drop_duplicates("item_id").sort_values("in_abstract", ascending=False, kind="stable")
    rows = _rows(items)
    ranks = {status: rank for rank, status in enumerate(COLOURS)}
    order = scored.drop_duplicates("cohort").sort_values(["year", "cohort"], na_position="last")
    grid = (
        scored.assign(rank=scored["status"].map(ranks))
        .pivot(index="item_id", columns="cohort", values="rank")
        .reindex(index=[item_id or f"heading {at}" for at, (item_id, _) in enumerate(rows)], columns=order["cohort"])
    )
    height = 0.9 + ROW * max(len(rows), 1)
    with mpl.rc_context(style.RC):
        figure = new_figure(height)
        axes = figure.add_axes((LABELS, 0.5 / height, 1 - LABELS - 0.01, 1 - 0.85 / height))
        if grid.size:
            sns.heatmap(
                grid,
                ax=axes,
                cmap=ListedColormap(list(COLOURS.values())),
                vmin=-0.5,
                vmax=len(COLOURS) - 0.5,
                cbar=False,
                xticklabels=False,
                yticklabels=False,
                rasterized=True,
            )
        _name_items(axes, items.set_index("item_id"), rows)
        _name_years(axes, order["year"])
        _legend(figure, height)
    caption, alt = _say(scored)
    data = scored[["trial_id", "year", "read_in", "item_id", "in_abstract", "status", "row_id"]]
    return figure.describe(
        name="standard-heat-map", title="What each record states, item by item", caption=caption, alt=alt, data=data
    )


def _rows(items: pd.DataFrame) -> list[tuple[str, str]]:
    """The rows of the grid: an item each, and a heading (which has no item) before each group."""
    rows: list[tuple[str, str]] = []
    for in_abstract, group in items.groupby("in_abstract", sort=False):
        rows += [("", HEADINGS[bool(in_abstract)]), *((item_id, "") for item_id in group["item_id"])]
    return rows


def _name_items(axes: Axes, items: pd.DataFrame, rows: list[tuple[str, str]]) -> None:
    axes.set(ylabel="", xlabel="")
    before = ""
    for place, (item_id, heading) in enumerate(rows):
        words: dict[str, Any] = {"ha": "right", "va": "center", "textcoords": "offset points", "annotation_clip": False}
        if heading:
            axes.annotate(heading, (0, place + 0.6), xytext=(4, 0), color=style.INK, **words | {"ha": "left"},
                          fontsize=8.8, fontweight="bold")  # fmt: skip
            before = ""
            continue
        row = items.loc[item_id]
        weight = "bold" if row["essential"] else "normal"
        axes.annotate(row["short"], (0, place + 0.5), xytext=(-4, 0), fontsize=style.TEXT, fontweight=weight, **words)
        if row["domain"] != before and before:
            axes.axhline(place, color=style.PAPER, linewidth=2)
        before = row["domain"]


def _name_years(axes: Axes, years: pd.Series) -> None:
    """A tick where a year begins, as far apart as its words need."""
    places: list[int] = []
    words: list[str] = []
    last = None
    apart = max(len(years) / 10, 1)
    for place, year in enumerate(years):
        word = "unknown" if pd.isna(year) else str(int(year))
        if word != last and word == "unknown":  # it stands apart, whatever stood next to it
            while places and place - places[-1] < apart:
                del places[-1], words[-1]
        if word != last and (not places or place - places[-1] >= apart):
            places.append(place)
            words.append(word)
        last = word
    axes.set_xticks([place + 0.5 for place in places], words, fontsize=style.TEXT, rotation=0)
    axes.tick_params(axis="x", length=3)
    axes.set_xlabel("Trials by year of their first report", fontsize=style.TEXT)


def _legend(figure: Figure, height: float) -> None:
    handles = [
        Patch(facecolor=colour, edgecolor=style.GRID, label=capital(status)) for status, colour in COLOURS.items()
    ]
    figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.0, 1.0), ncols=4, fontsize=style.TEXT)


def _say(scored: pd.DataFrame) -> tuple[str, str]:
    asked = scored[scored["status"].isin([STATED, NOT_STATED])]
    if asked.empty:
        return "No trial in this edition.", "An empty grid: there is no trial to show."
    share = percent(asked["status"].eq(STATED).mean())
    caption = (
        "One column per trial, one row per item; essential items in bold, white lines between domains. It is the record "
        f"that was read which is rated ({what_was_read(scored)}): below the second heading silence is the record's, and "
        "need not be the paper's."
    )
    by_item = asked.groupby("short")["status"].agg(stated=lambda status: status.eq(STATED).sum(), asked="size")
    by_item = by_item.assign(share=by_item["stated"] / by_item["asked"]).sort_values(["share", "asked"], kind="stable")
    most, least = (f"{row.Index} ({row.stated:,} of {row.asked:,})" for row in by_item.iloc[[-1, 0]].itertuples())
    alt = f"Of all items that apply, {share} are stated. Most often: {most}; least often: {least}."
    return caption, alt


def what_was_read(scored: pd.DataFrame) -> str:
    """Of how many trials the full text was read, an abstract, or less.

    Parameters
    ----------
    scored : DataFrame
        One row or more per cohort, with cohort and read_in.
    """
    read = scored.drop_duplicates("cohort")["read_in"].value_counts().to_dict()
    full = read.pop(FULL_TEXT, 0)
    parts = [f"{words} {n:,}" for words, n in {FULL_TEXT: full, **read}.items()]
    return "read of " + counted(sum(read.values()) + full, "trial") + ": " + ", ".join(parts)

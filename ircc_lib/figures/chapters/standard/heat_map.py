"""Trials by items: who states what, at a glance."""

from __future__ import annotations

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch

from ircc_lib.analysis.standard.score import NOT_APPLICABLE, NOT_ASKED, NOT_STATED, STATED
from ircc_lib.figures.display import style
from ircc_lib.figures.display.exhibit import Exhibit, new_exhibit
from ircc_lib.text import capital, counted, percent

COLOURS = {STATED: style.CIK, NOT_STATED: "#e9c9b5", NOT_ASKED: "#eef1f4", NOT_APPLICABLE: style.PAPER}
ROW, LABELS = 0.19, 0.37  # inches per item; share of the width that the items' names take


def standard_heat_map(scored: pd.DataFrame) -> Exhibit:
    """Each trial's record against each item of the reporting standard.

    Parameters
    ----------
    scored : DataFrame
        As `score` returns it: one row per cohort and item.

    Returns
    -------
    Exhibit
        Items down, grouped by domain; trials across, in the order of their year; those of unknown year last.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> ircc.standard.heat_map(ircc.standard.score(ircc.load_registry().select(country="Germany"))).name
    'standard-heat-map'
    """
    items = scored.drop_duplicates("item_id").set_index("item_id")
    ranks = {status: rank for rank, status in enumerate(COLOURS)}
    order = scored.drop_duplicates("cohort").sort_values(["year", "cohort"], na_position="last")
    grid = (
        scored.assign(rank=scored["status"].map(ranks))
        .pivot(index="item_id", columns="cohort", values="rank")
        .reindex(index=items.index, columns=order["cohort"])
    )
    height = 0.9 + ROW * max(len(items), 1)
    with mpl.rc_context(style.RC):
        figure = new_exhibit(height)
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
        _name_items(axes, items)
        _name_years(axes, order["year"])
        _legend(figure, height)
    caption, alt = _say(scored)
    data = scored[["trial_id", "year", "item_id", "status", "row_id"]]
    return figure.describe(
        name="standard-heat-map", title="What each record states, item by item", caption=caption, alt=alt, data=data
    )


def _name_items(axes, items: pd.DataFrame) -> None:
    axes.set(ylabel="", xlabel="")
    for place, (_, row) in enumerate(items.iterrows()):
        axes.annotate(
            row["short"],
            (0, place + 0.5),
            xytext=(-4, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=8.2,
            fontweight="bold" if row["essential"] else "normal",
            annotation_clip=False,
        )
    starts = [place for place, changed in enumerate(items["domain"].ne(items["domain"].shift())) if changed and place]
    axes.hlines(starts, *axes.get_xlim(), color=style.PAPER, linewidth=2)


def _name_years(axes, years: pd.Series) -> None:
    """A tick where a year begins, as far apart as its words need."""
    places, words, last = [], [], None
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
    axes.set_xticks([place + 0.5 for place in places], words, fontsize=8, rotation=0)
    axes.tick_params(axis="x", length=3)
    axes.set_xlabel("Trials by year of their first report", fontsize=8.5)


def _legend(figure, height: float) -> None:
    handles = [
        Patch(facecolor=colour, edgecolor=style.GRID, label=capital(status)) for status, colour in COLOURS.items()
    ]
    figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.0, 1.0), ncols=4, fontsize=8.5)


def _say(scored: pd.DataFrame) -> tuple[str, str]:
    asked = scored[scored["status"].isin([STATED, NOT_STATED])]
    trials = counted(scored["cohort"].nunique(), "trial")
    if asked.empty:
        return "No trial in this edition.", "An empty grid: there is no trial to show."
    share = percent(asked["status"].eq(STATED).mean())
    abstract = scored.drop_duplicates("cohort")["read_in"].eq("abstract").sum()
    caption = (
        f"One column per trial, one row per item; essential items in bold. It is the record that was read which is "
        f"rated: for {int(abstract):,} of {trials} that is an abstract."
    )
    by_item = asked.groupby("short")["status"].apply(lambda status: status.eq(STATED).mean()).sort_values()
    alt = (
        f"Of all items that apply, {share} are stated. Most often: {by_item.index[-1]} ({percent(by_item.iloc[-1])}); "
        f"least often: {by_item.index[0]} ({percent(by_item.iloc[0])})."
    )
    return caption, alt

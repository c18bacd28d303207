"""How many trials state each item: with interval, then and now."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import pandas as pd
import seaborn as sns

from ircc_lib.analysis.standard.score import PERIODS
from ircc_lib.figures.chapters.standard.score_map import LABELS
from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import Figure, new_figure
from ircc_lib.text import counted

ROW = 0.2
SHADES = dict(zip(PERIODS[:3], ("#9fc5e0", "#4a9bd1", style.CIK), strict=True))


def item_shares(summary: pd.DataFrame) -> Figure:
    """The share of trials that state each item, with its exact 95 % interval.

    Parameters
    ----------
    summary : DataFrame
        As `summary` returns it by item.

    Returns
    -------
    Figure
        One mark per item that applies to a trial, filled where CONSORT asks it of an abstract, which stand first;
        essential items in bold.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> ircc.standard.shares(ircc.standard.summary(ircc.load_registry())).name
    'standard-shares'
    """
    table = _abstract_first(summary[summary["applicable"] > 0])
    with mpl.rc_context(style.RC):
        figure, axes = _axes(table)
        places = range(len(table))
        axes.hlines(places, 100 * table["share_low"], 100 * table["share_high"], color=style.CIK, linewidth=1.4)
        faces = table["in_abstract"].map({True: style.CIK, False: style.PAPER})
        axes.scatter(100 * table["share"], list(places), s=18, color=faces.tolist(), edgecolor=style.CIK, zorder=3)
        for place, row in enumerate(table.itertuples()):
            axes.annotate(
                f"{row.stated:,}/{row.applicable:,}",
                (100, place),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                fontsize=style.TEXT,
                annotation_clip=False,
            )
    rare = table[table["essential"] & table["share"].lt(0.1)]
    caption = (
        "Share of the trials to which an item applies, as far as the record read states it; 95 % intervals. Filled: "
        f"items that CONSORT asks even of an abstract; open: items for the full text. {_read_in_full(table)}"
    )
    alt = (
        f"{len(rare)} essential items are stated by fewer than one trial in ten: " + "; ".join(rare["short"]) + "."
        if len(rare)
        else "Every essential item that was looked for is stated by at least one trial in ten."
    )
    return figure.describe(
        name="standard-shares", title="How many records state each item", caption=caption, alt=alt, data=table
    )


def items_then_and_now(summary: pd.DataFrame) -> Figure:
    """The share of trials that state each essential item, by period of publication.

    Parameters
    ----------
    summary : DataFrame
        As `summary` returns it by period.

    Returns
    -------
    Figure
        The figure with its caption, alternative text and the rows that it draws.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> ircc.standard.then_and_now(ircc.standard.summary(ircc.load_registry(), by="period")).name
    'standard-then-and-now'
    """
    known = summary[summary["essential"] & summary["applicable"].gt(0) & summary["period"].isin(PERIODS[:3])]
    known = _abstract_first(known)
    items = known.drop_duplicates("item_id").reset_index(drop=True)
    drawn = known.assign(percent=100 * known["share"], period=known["period"].astype(str))
    with mpl.rc_context(style.RC):
        figure, axes = _axes(items)
        if len(drawn):
            sns.stripplot(
                data=drawn, x="percent", y="item_id", hue="period", hue_order=PERIODS[:3], order=list(items["item_id"]),
                palette=SHADES, ax=axes, jitter=False, size=6, legend=True,
            )  # fmt: skip
            axes.set(
                xlabel="Trials that state it, of those it applies to (%)",
                ylabel="",
                yticks=[],
                ylim=(len(items) - 0.5, -0.5),
            )
            axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3, fontsize=style.TEXT, title=None)
    first, last = (drawn[drawn["period"].eq(period)].set_index("item_id")["percent"] for period in PERIODS[:3:2])
    change = (last - first).dropna().sort_values()
    caption = (
        "Essential items before the registry's first report (2011), up to its five-year report (2015), and since; "
        f"those asked even of an abstract first. {_read_in_full(known)}"
    )
    names = items.set_index("item_id")["short"]
    alt = (
        f"From the first to the last period {names[change.index[-1]]} rose most, by {change.iloc[-1]:.0f} percentage "
        f"points; {names[change.index[0]]} {_least(change.iloc[0])}."
        if len(change)
        else f"Periods of this edition: {', '.join(drawn['period'].unique())}; none is later, so that no change is told."
        if len(drawn)
        else "No essential item could be looked for."
    )
    return figure.describe(
        name="standard-then-and-now",
        title="Essential items that records state, then and now",
        caption=caption,
        alt=alt,
        data=known,
    )


def _least(change: float) -> str:
    if change < 0:
        return f"fell most, by {-change:.0f}"
    return f"rose least, by {change:.0f}"


def _abstract_first(summary: pd.DataFrame) -> pd.DataFrame:
    return summary.sort_values("in_abstract", ascending=False, kind="stable").reset_index(drop=True)


def _read_in_full(summary: pd.DataFrame) -> str:
    read = summary.groupby("item_id")[["applicable", "read_in_full"]].sum()
    all_of, full = (
        int(read["applicable"].max() if len(read) else 0),
        int(read["read_in_full"].max() if len(read) else 0),
    )
    return (
        f"Read in full text: {full:,} of {counted(all_of, 'trial')}; of the others the record that was read is rated."
    )


def _axes(table: pd.DataFrame) -> Any:
    height = 0.95 + ROW * max(len(table), 1)
    figure = new_figure(height)
    axes = figure.add_axes((LABELS, 0.5 / height, 1 - LABELS - 0.1, 1 - 0.85 / height))
    axes.set(xlim=(-2, 102), ylim=(len(table) - 0.5, -0.5), yticks=[], xlabel="Trials that state it (%)")
    axes.grid(axis="x")
    for place, row in enumerate(table.itertuples()):
        axes.annotate(
            row.short, (-2, place), xytext=(-4, 0), textcoords="offset points", ha="right",
            va="center", fontsize=style.TEXT, fontweight="bold" if row.essential else "normal", annotation_clip=False,
        )  # fmt: skip
    return figure, axes

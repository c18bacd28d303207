"""Counts as bars and lines: how the registry grew, and what its trials are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
import pandas as pd
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from ircc_lib.analysis.counts.counts import DIMENSIONS, NOT_STATED, growth, tabulate, year_unknown
from ircc_lib.figures.chapters.counts.sentences import at_most
from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import Figure, new_figure
from ircc_lib.figures.draw.measure import fitted
from ircc_lib.text import counted, joined, verb

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ircc_lib.registry.store import Registry


ROW = 0.235  # inches a bar takes
BY_WHOM = " Randomised are trials that their own record or a review calls so."
NAMES = 2.6  # inches that a category's name has


def growth_figure(reg: Registry) -> Figure:
    """Trials and patients added up over the years.

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
    >>> growth_figure(ircc.load_registry()).name
    'growth'
    """
    table = growth(reg)
    with mpl.rc_context(style.RC):
        figure = new_figure(3.1)
        left = figure.add_axes((0.07, 0.17, 0.36, 0.64))
        right = figure.add_axes((0.57, 0.17, 0.28, 0.64))
        unknown = year_unknown(reg)
        if unknown["trials"]:
            figure.text(
                0.07,
                0.99,
                f"Year not known, in no bar or line: {counted(unknown['trials'], 'trial')} with "
                f"{counted(unknown['patients'], 'patient')}",
                va="top",
                fontsize=style.TEXT,
                color=style.MUTED,
            )
        if len(table):
            _cumulative(left, table, [("trials_so_far", style.INK, "trials")])
            _bars_behind(left, table, "trials")
            _cumulative(
                right,
                table,
                [("patients_so_far", style.MUTED, "all patients"), ("cik_patients_so_far", style.CIK, "with CIK")],
            )
        left.set_title("Trials (bars: new in the year)")
        right.set_title("Patients")
    return figure.describe(
        name="growth",
        title="Trials and patients over time, added up",
        caption=f"Reports of the same patients count once, in the year of the first.{at_most(reg)}{_undated_words(unknown)}",
        alt=_growth_words(table, unknown, shared=bool(at_most(reg))),
        data=table,
    )


def _cumulative(axes: Axes, table: pd.DataFrame, lines: list[tuple[str, str, str]]) -> None:
    for column, colour, label in lines:
        values = table[column].to_numpy(dtype=float)
        axes.step(table["year"], values, where="post", color=colour, linewidth=1.8)
        axes.plot([table["year"].iloc[-1]], values[-1:], "o", color=colour, markersize=4)
        axes.annotate(
            f"{int(values[-1]):,}\n{label}" if len(lines) > 1 else f"{int(values[-1]):,}",
            (table["year"].iloc[-1], values[-1]),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            fontsize=style.TEXT,
            annotation_clip=False,
        )
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, min_n_ticks=1))
    axes.set_xlabel("Year of the first report")
    axes.grid(axis="y")


def _bars_behind(axes: Axes, table: pd.DataFrame, column: str) -> None:
    axes.bar(table["year"], table[column].to_numpy(dtype=float), width=0.8, color=style.CIK, zorder=0)


def _growth_words(table: pd.DataFrame, unknown: dict[str, int], *, shared: bool) -> str:
    most = "at most " if shared else ""
    if not len(table):
        return "No trial of a known year in this edition."
    last, busiest = table.iloc[-1], table.loc[table["trials"].idxmax()]
    return (
        f"From {table['year'].iloc[0]} to {last['year']}, {counted(last['trials_so_far'], 'trial')} with "
        f"{most}{counted(last['patients_so_far'], 'patient')} were reported, {last['cik_patients_so_far']:,} "
        f"of them treated with CIK cells; most trials in one year: {busiest['trials']:,}, in "
        f"{busiest['year']}."
    )


def _undated_words(unknown: dict[str, int]) -> str:
    return (
        f" {counted(unknown['trials'], 'further trial')} with {counted(unknown['patients'], 'patient')} "
        f"{verb(unknown['trials'], 'has', 'have')} no known year."
        if unknown["trials"]
        else ""
    )


def bars(reg: Registry, by: str, *, most: int = 20) -> Figure:
    """Trials in each category of one description, with their patients as text beside the bars.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    by : str
        A description known to `tabulate`.
    most : int
        Categories drawn; the rest are one bar, and all are in the data.

    Returns
    -------
    Figure
        The figure with its caption, alternative text and the rows that it draws.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> bars(ircc.load_registry(), "design").name
    'trials-by-design'
    """
    table = tabulate(reg, by)
    return category_bars(
        table,
        name=f"trials-by-{by.replace('_', '-')}",
        title=f"Trials by {DIMENSIONS[by]}",
        words=_bars_words(table, DIMENSIONS[by], reg),
        link=by == "entity",
        most=most,
        shared=f"{BY_WHOM if by == 'design' else ''}{at_most(reg)}",
    )


def category_bars(
    table: pd.DataFrame, *, name: str, title: str, words: str, link: bool = False, most: int = 20, shared: str = ""
) -> Figure:
    """A bar per category, with its trials and patients as numbers.

    Parameters
    ----------
    table : ``category``, ``trials``, ``patients``, ``cik_patients``, ``trial_ids``, as from `tabulate`
    words : the finding, as the alternative text says it
    link : whether categories are tumour entities that have a page
    shared : what `at_most` says of the registry's patients
    """
    drawn = _shortened(table, most)
    with mpl.rc_context(style.RC):
        figure = new_figure(0.62 + ROW * max(len(drawn), 1))
        height = figure.get_figheight()
        axes = figure.add_axes((0.37, 0.12 / height, 0.39, 1 - 0.62 / height))
        _bar_rows(axes, drawn, link=link)
        _patient_column(axes, drawn)
    ids = [trial_id for text in table["trial_ids"].dropna() for trial_id in text.split("; ")]
    several = " A trial may be in several rows." if len(ids) > len(set(ids)) else ""
    caption = f"Bars: trials. At the right: their patients, and those of them given CIK cells.{several}{shared}"
    return figure.describe(name=name, title=title, caption=caption, alt=words, data=table)


def _shortened(table: pd.DataFrame, most: int) -> pd.DataFrame:
    """The largest categories; the smaller ones as one row, what is not stated last."""
    if len(table) <= most + 1:
        return table
    named, unstated = table[table["category"] != NOT_STATED], table[table["category"] == NOT_STATED]
    rest = named.iloc[most:]
    ids = {trial for text in rest["trial_ids"] for trial in text.split("; ")}
    row = pd.DataFrame(
        {
            "category": [f"{len(rest)} others, up to {counted(rest['trials'].max(), 'trial')} each"],
            "trials": [rest["trials"].sum()],
            "trial_ids": ["; ".join(sorted(ids))],
            "patients": [rest["patients"].sum()],
            "cik_patients": [rest["cik_patients"].sum()],
        }
    )
    return pd.concat([named.iloc[:most], row, unstated], ignore_index=True)


def _bar_rows(axes: Axes, table: pd.DataFrame, *, link: bool) -> None:
    places = range(len(table))
    grey = table["category"].eq(NOT_STATED) | table["category"].str.contains(" others, up to ")
    colours = [style.MUTED if plain else style.CIK for plain in grey]
    axes.barh(places, table["trials"], color=colours, height=0.68)
    axes.set_ylim(max(len(table), 1) - 0.5, -0.5)
    axes.set_xlim(0, 1.12 * max(table["trials"].max() if len(table) else 1, 1))
    axes.yaxis.set_visible(False)
    axes.xaxis.set_visible(False)
    for edge in ("bottom", "left"):
        axes.spines[edge].set_visible(False)
    for place, category, trials, plain in zip(places, table["category"], table["trials"], grey):
        name = axes.annotate(
            fitted(category, NAMES, style.TEXT),
            (0, place),
            xytext=(-5, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=style.TEXT,
            annotation_clip=False,
            parse_math=False,
        )
        if link and not plain:
            name.set_url(f"entity:{category}")
        axes.annotate(
            f"{trials:,}", (trials, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=style.TEXT
        )
    axes.set_title("Trials")


def _patient_column(axes: Axes, table: pd.DataFrame) -> None:
    """Patients and CIK-treated patients as numbers right of the bars."""
    for column, x, head in (("patients", 1.14, "Patients"), ("cik_patients", 1.42, "with CIK")):
        axes.text(x + 0.06, 1, head, transform=axes.transAxes, ha="right", va="bottom", fontweight="bold", fontsize=9)
        for place, value in enumerate(table[column]):
            shown = "–" if pd.isna(value) else f"{int(value):,}"
            axes.annotate(
                shown,
                (x + 0.06, place),
                xycoords=("axes fraction", "data"),
                ha="right",
                va="center",
                fontsize=style.TEXT,
                annotation_clip=False,
            )


def _bars_words(table: pd.DataFrame, what: str, reg: Registry) -> str:
    named = table[table["category"] != NOT_STATED]
    cohorts = reg.trials["cohort"].nunique()
    if not len(named):
        return f"None of the {counted(cohorts, 'trial')} states its {what}."
    leaders = joined(f"{row.category} ({row.trials:,})" for row in named.head(3).itertuples())
    unstated = int(table.loc[table["category"] == NOT_STATED, "trials"].sum())
    lacking = (
        ""
        if not unstated
        else (f" {unstated:,} of {counted(cohorts, 'trial')} {verb(unstated, 'does', 'do')} not state it.")
    )
    most = "Most frequent" if len(named) > 1 else "The only one"
    return f"{most}: {leaders}.{lacking}"

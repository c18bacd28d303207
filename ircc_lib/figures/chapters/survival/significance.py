"""How many trials gained significantly, by endpoint, design and tumour entity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
import pandas as pd

from ircc_lib.analysis.allocation import OWN_RECORD
from ircc_lib.analysis.facts import NO_PAGE
from ircc_lib.analysis.outcomes.significance_table import significance_table
from ircc_lib.figures.display import column, style
from ircc_lib.figures.display.figure import Figure, new_figure
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.figures.display.table import Table
from ircc_lib.figures.draw.measure import fitted
from ircc_lib.text import capital, joined

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ircc_lib.registry.store import Registry


ENDPOINTS = ("PFS", "OS", "5-year OS")
HEADS = {"PFS": "PFS family", "OS": "OS", "5-year OS": "5-year OS"}
GROUPS = {"all trials": "All trials", "allocation": "By allocation", "entity": "By tumour entity"}
ROW = 0.2  # inches a row takes
NAMES = 2.15  # inches that a group's name has
NONE = "No trial of this edition compares survival between whole arms in the record read."


def significance_counts(reg: Registry) -> Figure | Prose:
    """Trials with a significant gain (full bar) among those that tested it (pale bar), and in words (outlined).

    The rule is that of `ircc_lib.analysis.outcomes.significance`; reports of the same patients count once.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Figure or Prose
        The figure with the rows that it draws; a sentence where there is nothing to draw.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> significance_counts(ircc.load_registry()).name
    'significance'
    """
    table = significance_table(reg)
    if table.empty:
        return prose(NONE)
    rows = _rows(table)
    high = ROW * len(rows) + 0.6
    widest = float((table["tested"] + table["in_words"]).max())
    with mpl.rc_context(style.RC):
        figure = new_figure(high)
        for i, endpoint in enumerate(ENDPOINTS):
            axes = figure.add_axes((0.31 + 0.24 * i, 0.05 / high, 0.115, 1 - 0.45 / high))
            _bars(axes, rows, table[table["endpoint"].eq(endpoint)])
            axes.set(xlim=(0, widest), ylim=(len(rows) - 0.4, -0.6), xticks=[], yticks=[])
            axes.set_title(HEADS[endpoint])
            for edge in ("left", "bottom"):
                axes.spines[edge].set_visible(False)
            if i == 0:
                _names(axes, rows)
    return figure.describe(
        name="significance",
        title="Trials with a significant gain in survival among those that tested it",
        caption=_caption(table),
        alt=_words(table),
        data=table,
    )


def significance_trials_table(reg: Registry) -> Table | Prose:
    """The counts of `significance_counts` with the trials behind each."""
    table = significance_table(reg)
    if table.empty:
        return prose(NONE)
    columns = [
        column.text("endpoint", filter=True),
        column.text("by", filter=True),
        column.text("value", "Group"),
        column.number("significant", "Significant gain"),
        column.number("tested", "Of trials that tested"),
        column.number("in_words", "Beside these, in words only"),
        column.trial("trial_ids", "Reports with a significant gain"),
        column.trial("trial_ids_in_words", "Reports in words only"),
    ]
    return Table(
        data=table,
        name="significance-table",
        columns=columns,
        caption="Trials with a significant gain in survival, by endpoint and kind of trial. Tested: a reported p-value or interval of the whole trial against control. Significant: that "
        "comparison favours CIK with a two-sided p below 0.05 or a 95 % interval of the hazard ratio that excludes 1; "
        "for 5-year survival, the rates at five years do. In words only: called significant without a number. "
        "Several reports of the same patients count once.",
    )


def _rows(table: pd.DataFrame) -> list[tuple[str, str | None]]:
    """(group, value) of each line drawn; a value of None is a heading. Entities with most tests first."""
    found: list[tuple[str, str | None]] = []
    for group in GROUPS:
        part = table[table["by"].eq(group)]
        values = part.groupby("value")["tested"].sum()
        values = values.sort_values(ascending=False, kind="stable").index.tolist()
        values.sort(key=lambda value: value != OWN_RECORD)
        if group != "all trials":
            found.append((group, None))
        found += [(group, value) for value in values]
    return found


def _names(axes: Axes, rows: list[tuple[str, str | None]]) -> None:
    for y, (group, value) in enumerate(rows):
        text = GROUPS[group] if value is None or group == "all trials" else capital(value)
        bold = value is None or group == "all trials"
        name = axes.annotate(
            fitted(text, NAMES, style.TEXT, bold=bold),
            (0, y),
            xytext=(-8, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=style.TEXT,
            fontweight="bold" if bold else "normal",
            annotation_clip=False,
            parse_math=False,
        )
        if group == "entity" and value not in (None, *NO_PAGE):
            name.set_url(f"entity:{value}")


def _bars(axes: Axes, rows: list[tuple[str, str | None]], table: pd.DataFrame) -> None:
    counts = {(row["by"], row["value"]): row for row in table.to_dict("records")}
    for y, key in enumerate(rows):
        if key not in counts:
            continue
        row = counts[key]
        axes.barh(y, row["tested"], height=0.66, color=style.GRID)
        axes.barh(y, row["significant"], height=0.66, color=style.CIK)
        if row["in_words"]:
            axes.barh(y, row["in_words"], left=row["tested"], height=0.6, facecolor="none", edgecolor=style.MUTED)
        more = f" +{row['in_words']}" if row["in_words"] else ""
        axes.annotate(
            f"{row['significant']} of {row['tested']}{more}",
            (row["tested"] + row["in_words"], y),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=style.TEXT,
            annotation_clip=False,
        )


def _words(table: pd.DataFrame) -> str:
    whole = table[table["by"].eq("all trials")]
    own = table[table["by"].eq("allocation") & table["value"].eq(OWN_RECORD)]
    among = (
        f" Randomised by their own record: {_shares(own)}." if len(own) else " None is randomised by its own record."
    )
    return f"Trials with a significant gain among those that report a p-value or an interval: {_shares(whole)}.{among}"


def _caption(table: pd.DataFrame) -> str:
    words = int(table.loc[table["by"].eq("all trials"), "in_words"].sum())
    beside = (
        f" Outlined, and after the +: results called significant without a number, {words} in all." if words else ""
    )
    return (
        "Full bar: trials with a significant gain; pale bar: trials that report a p-value or an interval."
        f"{beside} Trials without a gain may be published less often."
    )


def _shares(table: pd.DataFrame) -> str:
    return joined(
        f"{HEADS[row['endpoint']]} {row['significant']} of {row['tested']}" for row in table.to_dict("records")
    )

"""How many trials gained significantly, by endpoint, design and tumour entity."""

from __future__ import annotations

import matplotlib as mpl
import pandas as pd

from ircc_lib.analysis.counts.counts import design_words
from ircc_lib.analysis.outcomes.significance import significance_table
from ircc_lib.figures.display import style
from ircc_lib.figures.display.exhibit import Column, Exhibit, Prose, Table, new_exhibit, prose
from ircc_lib.text import joined

ENDPOINTS = ("PFS", "OS", "5-year OS")
HEADS = {"PFS": "PFS family", "OS": "OS", "5-year OS": "5-year OS"}
GROUPS = {"all trials": "All trials", "design": "By design", "entity": "By tumour entity"}
ROW = 0.2  # inches a row takes
NONE = "No trial of this edition compares survival between whole arms in the record read."


def significance_counts(reg) -> Exhibit | Prose:
    """Trials with a significant gain (full bar) among those that tested it (pale bar).

    The rule is that of `ircc_lib.analysis.outcomes.significance`; reports of the same patients count once.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> significance_counts(ircc.load_registry()).name
    'significance'
    """
    table = _readable(significance_table(reg))
    if table.empty:
        return prose(NONE)
    rows = _rows(table)
    high = ROW * len(rows) + 0.6
    widest = float(table["tested"].max())
    with mpl.rc_context(style.RC):
        figure = new_exhibit(high)
        for i, endpoint in enumerate(ENDPOINTS):
            axes = figure.add_axes((0.30 + 0.235 * i, 0.05 / high, 0.16, 1 - 0.45 / high))
            _bars(axes, rows, table[table["endpoint"].eq(endpoint)])
            axes.set(xlim=(0, widest), ylim=(len(rows) - 0.4, -0.6), xticks=[], yticks=[])
            axes.set_title(HEADS[endpoint])
            for edge in ("left", "bottom"):
                axes.spines[edge].set_visible(False)
            if i == 0:
                _names(axes, rows)
    words = _words(table)
    return figure.describe(
        name="significance",
        title="Trials with a significant gain among those that tested it",
        caption=words,
        alt=words,
        data=table,
    )


def significance_trials_table(reg) -> Table | Prose:
    """The counts of `significance_counts` with the trials behind each."""
    table = _readable(significance_table(reg))
    if table.empty:
        return prose(NONE)
    columns = [
        Column(key="endpoint", label="Endpoint", filter=True),
        Column(key="by", label="By", filter=True),
        Column(key="value", label="Group"),
        Column(key="tested", label="Trials that tested", kind="number"),
        Column(key="significant", label="Significant gain", kind="number"),
        Column(key="trial_ids", label="Reports behind the significant gains", kind="trial"),
    ]
    return Table(
        data=table,
        name="significance-table",
        columns=columns,
        caption="A trial counts if a comparison of the whole trial against control favours CIK "
        "with p below 0.05 or a 95 % interval of the hazard ratio that excludes 1; for "
        "5-year survival, if the rates at five years do. Several reports of the "
        "same patients count once.",
    )


def _readable(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(
        value=[design_words(value) if by == "design" else value for by, value in zip(table["by"], table["value"])]
    )


def _rows(table: pd.DataFrame) -> list[tuple[str, str | None]]:
    """(group, value) of each line drawn; a value of None is a heading. Entities with most tests first."""
    found: list[tuple[str, str | None]] = []
    for group in GROUPS:
        part = table[table["by"].eq(group)]
        values = part.groupby("value")["tested"].sum()
        values = values.sort_values(ascending=False, kind="stable").index.tolist()
        if group != "all trials":
            found.append((group, None))
        found += [(group, value) for value in values]
    return found


def _names(axes, rows: list[tuple[str, str | None]]) -> None:
    for y, (group, value) in enumerate(rows):
        text = GROUPS[group] if value is None or group == "all trials" else f"{value[:1].upper()}{value[1:]}"
        bold = value is None or group == "all trials"
        name = axes.annotate(
            text,
            (0, y),
            xytext=(-8, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=8,
            fontweight="bold" if bold else "normal",
            annotation_clip=False,
            parse_math=False,
        )
        if group == "entity" and value not in (None, "several entities", "not stated"):
            name.set_url(f"entity:{value}")


def _bars(axes, rows: list[tuple[str, str | None]], table: pd.DataFrame) -> None:
    counts = {(row["by"], row["value"]): row for row in table.to_dict("records")}
    for y, key in enumerate(rows):
        if key not in counts:
            continue
        row = counts[key]
        axes.barh(y, row["tested"], height=0.66, color=style.GRID)
        axes.barh(y, row["significant"], height=0.66, color=style.CIK)
        axes.annotate(
            f"{row['significant']} of {row['tested']}",
            (row["tested"], y),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=7.5,
            annotation_clip=False,
        )


def _words(table: pd.DataFrame) -> str:
    whole = table[table["by"].eq("all trials")].set_index("endpoint")
    parts = [f"{HEADS[end]} {row['significant']} of {row['tested']}" for end, row in whole.iterrows()]
    randomised = table[table["by"].eq("design") & table["value"].eq("randomised")].set_index("endpoint")
    apart = [f"{HEADS[end]} {row['significant']} of {row['tested']}" for end, row in randomised.iterrows()]
    among = f" Randomised trials alone: {joined(apart)}." if apart else " None of them is randomised."
    return (
        f"Trials that state a significant gain with CIK among those whose record tests it: "
        f"{joined(parts)}.{among} Trials that print no test "
        "count in neither number, and trials without a gain may be published less often."
    )

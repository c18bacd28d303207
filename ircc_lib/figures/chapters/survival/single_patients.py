"""Patients whose course is published one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import pandas as pd
from matplotlib.ticker import FixedLocator

from ircc_lib.analysis.outcomes.arms import published_patients
from ircc_lib.figures.display import column, style
from ircc_lib.figures.display.figure import Figure, new_figure
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.figures.display.table import Table
from ircc_lib.figures.draw.curves import month_ticks
from ircc_lib.figures.draw.measure import fitted
from ircc_lib.registry.labels import trial_label
from ircc_lib.text import counted, verb

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ircc_lib.registry.store import Registry


ROW = 0.27  # inches a patient takes
NAMES, LEFT = 1.6, 4.05  # inches from the left at which the diagnosis and the bars begin
CAPTION = "An arrow: alive or free of progression at report; a cross: not. Single patients show what happened, not what may be expected."
NONE = "No record of this edition reports the course of single patients."


def patients_figure(reg: Registry) -> Figure | Prose:
    """Each published patient as a bar as long as the time known, in the manner of a swimmer plot.

    The pale bar is overall, the full bar progression-free; a cross is a death, an arrow a patient alive
    or free of progression at report. Where the event status is not stated the bar simply ends.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Figure or Prose
        The figure with the rows that it draws; a sentence where there is nothing to draw.
    """
    rows = published_patients(reg)
    timed = rows[rows["known_time"].notna()].sort_values("known_time", ascending=False, kind="stable")
    if timed.empty:
        return prose(NONE if rows.empty else "The published patients have no time in their records.")
    high = ROW * len(timed) + 0.95
    with mpl.rc_context(style.RC):
        figure = new_figure(high)
        axes = figure.add_axes((LEFT / style.PAGE_WIDTH, 0.5 / high, 0.4, 1 - 0.85 / high))
        for y, row in enumerate(timed.to_dict("records")):
            _swimmer(axes, y, row)
            axes.annotate(
                f"{fitted(trial_label(row['trial_id']), NAMES - 0.3, style.TEXT)}, {row['patient_no']}",
                (0, y),
                xycoords=("figure fraction", "data"),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                fontsize=style.TEXT,
                annotation_clip=False,
                parse_math=False,
            ).set_url(f"trial:{row['trial_id']}")
            axes.annotate(
                fitted(str(row["diagnosis"]), LEFT - NAMES - 0.15, style.TEXT),
                (NAMES / style.PAGE_WIDTH, y),
                xycoords=("figure fraction", "data"),
                va="center",
                fontsize=style.TEXT,
                color=style.MUTED,
                annotation_clip=False,
                parse_math=False,
            )
        end = 1.08 * float(timed["known_time"].max())
        axes.set(xlim=(0, end), ylim=(len(timed) - 0.4, -0.6), xlabel="Months", yticks=[])
        axes.xaxis.set_major_locator(FixedLocator(month_ticks(end)))
        axes.grid(axis="x")
        axes.set_axisbelow(True)
        axes.set_title("Overall (pale) and progression-free (full)", fontsize=9, fontweight="normal")
    words = _words(rows, timed)
    keys = ["trial_id", "patient_no", "diagnosis", "os_time", "os_event", "pfs_time", "pfs_event", "row_id"]
    return figure.describe(
        name="published-patients", title="Patients published one by one", caption=CAPTION, alt=words, data=timed[keys]
    )


def patients_table(reg: Registry) -> Table | Prose:
    """All published patients with what their record prints."""
    rows = published_patients(reg)
    if rows.empty:
        return prose(NONE)
    columns = [
        column.trial("trial_id"),
        column.text("patient_no", "No."),
        column.number("age"),
        column.text("sex"),
        column.text("diagnosis"),
        column.text("response", "Response as reported"),
        column.number("pfs_time", "PFS, months", digits=1),
        column.number("os_time", "OS, months", digits=1),
        column.text("note"),
        column.row("row_id"),
    ]
    timed = rows[rows["known_time"].notna()]
    return Table(data=rows, name="published-patients-table", columns=columns, caption=_words(rows, timed))


def _swimmer(axes: Axes, y: int, row: dict[str, Any]) -> None:
    for time, event, colour, height in (
        ("os_time", "os_event", style.GRID, 0.62),
        ("pfs_time", "pfs_event", style.CIK, 0.3),
    ):
        length = row[time]
        if pd.isna(length):
            continue
        axes.barh(y, length, height=height, color=colour)
        if not pd.isna(row[event]):
            axes.plot([length], [y], "X" if row[event] == 1 else ">", color=style.INK, markersize=5, clip_on=False)


def _words(rows: pd.DataFrame, timed: pd.DataFrame) -> str:
    stated = int((timed["os_event"].notna() | timed["pfs_event"].notna()).sum())
    return (
        f"{counted(len(rows), 'patient')} of {counted(rows['trial_id'].nunique(), 'report')} "
        f"{verb(len(rows), 'is', 'are')} published one by one; {len(timed)} with a time, and {stated} "
        "of these with the state at that time."
    )

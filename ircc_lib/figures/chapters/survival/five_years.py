"""Overall survival at five years, both arms of a trial on one line, single arms by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, PercentFormatter
from matplotlib.transforms import Transform

from ircc_lib.analysis.outcomes.five_years import ASSUMED, BOTH, NO_SIZE, SINGLE, five_year_survival
from ircc_lib.figures.display import column, style
from ircc_lib.figures.display.figure import Figure, new_figure
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.figures.display.table import Table
from ircc_lib.figures.draw.curves import ARMS
from ircc_lib.figures.draw.measure import fitted
from ircc_lib.registry.labels import trial_label
from ircc_lib.registry.rows import rows_of
from ircc_lib.text import capital, counted, own_record, verb

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


TRIAL = 0.42  # inches that a trial takes
NAMES = 2.4  # inches that its name has
OFFSET = {"cik": -0.19, "control": 0.19}
HEADS = {BOTH: "Both arms of the trial", SINGLE: "One arm alone: nothing is compared"}
NONE = "No trial of this edition reports overall survival at five years of a whole arm."


def five_year_figure(reg: Registry) -> Figure | Prose:
    """Five-year survival with its 95 % interval, a trial a row, CIK above control of the same trial.

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
    >>> five_year_figure(ircc.load_registry()).name
    'five-year-survival'
    """
    table = five_year_survival(reg)
    if table.empty:
        return prose(NONE)
    lines = _lines(table)
    high = TRIAL * len(lines) + 0.75
    with mpl.rc_context(style.RC):
        figure = new_figure(high)
        axes = figure.add_axes((0.36, 0.5 / high, 0.36, 1 - 0.6 / high))
        across = mpl.transforms.blended_transform_factory(figure.transFigure, axes.transData)
        for y, (head, rows) in enumerate(lines):
            if head:
                axes.text(0.01, y, head, transform=across, va="center", fontsize=style.TEXT, fontweight="bold")
                continue
            _names(axes, across, y, rows[0])
            for row in rows:
                _estimate(axes, y + (OFFSET[row["group"]] if len(rows) > 1 else 0), row)
        axes.set(xlim=(0, 1), ylim=(len(lines) - 0.45, -0.6), xlabel="Alive at five years")
        axes.xaxis.set_major_locator(FixedLocator([0, 0.25, 0.5, 0.75, 1]))
        axes.xaxis.set_major_formatter(PercentFormatter(1.0))
        axes.yaxis.set_visible(False)
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x")
    return figure.describe(
        name="five-year-survival",
        title="Overall survival at five years, trial by trial",
        caption=_caption(table),
        alt=_words(table),
        data=table.drop(columns="cohort"),
    )


def five_year_table(reg: Registry) -> Table | Prose:
    """The rates of `five_year_figure` with the sizes and follow-up behind their intervals."""
    table = five_year_survival(reg)
    if table.empty:
        return prose(NONE)
    table = table.assign(
        group=table["group"].map({key: label for key, (label, _) in ARMS.items()}),
        interval_text=[_interval(row) for row in rows_of(table)],
    )
    columns = [
        column.trial("trial_id"),
        column.text("group", "Arm", filter=True),
        column.percent("survival", "Alive at 5 years", digits=1),
        column.text("interval_text", "95 % CI"),
        column.text("kind", "Compared", filter=True),
        column.text("allocation", filter=True),
        column.entity("entity", filter=True),
        column.number("n", "Patients"),
        column.number("effective", "Effective number", digits=0),
        column.number("follow_up", "Follow-up, months", digits=0),
        column.text("interval", "Interval by", filter=True),
        column.row("row_id", "Source"),
    ]
    caption = (
        "Overall survival at five years of whole arms as reported. Nothing is pooled. The interval is Wilson's on the "
        "effective number of patients: censoring is taken to be even about the reported follow-up or, where none is "
        "reported, up to ten years."
    )
    return Table(data=table, name="five-year-survival-table", columns=columns, caption=caption)


def _lines(table: pd.DataFrame) -> list[tuple[str, list[dict[str, Any]]]]:
    """(heading, none) or ("", the arms of a trial) for each line drawn."""
    lines: list[tuple[str, list[dict[str, Any]]]] = []
    for kind, head in HEADS.items():
        part = table[table["kind"].eq(kind)]
        if len(part):
            lines.append((head, []))
            lines += [("", rows_of(rows)) for _, rows in part.groupby("trial_id", sort=False)]
    return lines


def _names(axes: Axes, across: Transform, y: float, row: dict[str, Any]) -> None:
    """The trial, and its tumour below it."""
    mark = " R" if row["randomised"] else ""
    name = f"{trial_label(row['trial_id'])}{mark}"
    look: dict[str, Any] = {"transform": across, "va": "center", "fontsize": style.TEXT, "parse_math": False}
    axes.text(0.01, y + OFFSET["cik"], fitted(name, NAMES, style.TEXT), **look).set_url(f"trial:{row['trial_id']}")
    axes.text(0.01, y + OFFSET["control"], fitted(capital(row["entity"]), NAMES, style.TEXT), color=style.MUTED, **look)


def _estimate(axes: Axes, y: float, row: dict[str, Any]) -> None:
    label, colour = ARMS[row["group"]]
    if not pd.isna(row["ci_low"]):
        dashed = ":" if row["interval"] == ASSUMED else "-"
        axes.plot([row["ci_low"], row["ci_high"]], [y, y], color=colour, linewidth=1.6, linestyle=dashed)
    axes.plot([row["survival"]], [y], "s", color=colour, markersize=4.5)
    axes.annotate(
        f"{label} {100 * row['survival']:.0f} % {_interval(row)}",
        (1, y),
        xycoords=("axes fraction", "data"),
        xytext=(10, 0),
        textcoords="offset points",
        va="center",
        fontsize=style.TEXT,
        color=style.INK,
        annotation_clip=False,
    )


def _interval(row: dict[str, Any]) -> str:
    if row["interval"] == NO_SIZE:
        return ""
    return f"({100 * row['ci_low']:.0f} to {100 * row['ci_high']:.0f})"


def _words(table: pd.DataFrame) -> str:
    both = table[table["kind"].eq(BOTH)].pivot(index="trial_id", columns="group", values="survival")
    single = int(table["kind"].eq(SINGLE).sum())
    randomised = table.loc[table["kind"].eq(BOTH) & table["randomised"], "trial_id"].nunique()
    said = "No trial reports five-year survival of both arms. "
    if len(both):
        higher = int((both["cik"] > both["control"]).sum())
        said = (
            f"Of {counted(len(both), 'trial')} with five-year survival of both arms, {own_record(randomised, len(both))} "
            f"(R), it is higher with CIK in {higher}. "
        )
    alone = f"{capital(counted(single, 'single arm'))} {verb(single, 'stands', 'stand')} apart. " if single else ""
    return f"{said}{alone}".strip()


def _caption(table: pd.DataFrame) -> str:
    best = int(table["interval"].eq(ASSUMED).sum())
    dotted = (
        f" Dotted: {counted(best, 'interval')} for which follow-up had to be assumed, none being reported."
        if best
        else ""
    )
    return f"R: randomised by its own record. No rate is pooled or carried from one trial to another.{dotted}"

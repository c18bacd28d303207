"""The hierarchy of methods for a hazard ratio, seen: its rungs in use, and the lower ones against reported ratios."""

from __future__ import annotations

import math

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from ircc_lib.analysis.effects.validation import Validation
from ircc_lib.analysis.normal import Z95
from ircc_lib.figures.chapters.robustness.small_trials import ratio_axis
from ircc_lib.figures.display import column, style
from ircc_lib.figures.display.figure import Figure, new_figure
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.figures.display.table import Table
from ircc_lib.figures.draw.point_labels import name_points
from ircc_lib.registry.labels import trial_label
from ircc_lib.text import counted

COLOURS = {3: style.CIK, 4: style.CONTROL, 5: style.OTHER}
MARKERS = {3: "o", 4: "s", 5: "D"}


NOTHING = (
    "No report of this edition states a hazard ratio beside what an indirect method needs, so none can be checked."
)


def validation_figure(validation: Validation, *, name: str = "ladder-validation") -> Figure | Prose:
    """The hazard ratio of each lower rung against the one that the same report prints.

    Parameters
    ----------
    validation : DataFrame
        As `validate` returns it.
    name : str
        Name of the figure, unique on its page.

    Returns
    -------
    Figure or Prose
        The figure with its caption, alternative text and the rows that it draws; a sentence where there is nothing to
        check.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> ircc.extraction.validation_figure(ircc.extraction.validate(ircc.load_registry())).name
    'ladder-validation'
    """
    pairs = validation.pairs[validation.pairs["rung"] > 2]
    if pairs.empty:
        return prose(NOTHING)
    with mpl.rc_context(style.RC):
        figure = new_figure(4.4)
        axes = figure.add_axes((0.09, 0.12, 0.56, 0.85))
        axes.axline((0, 0), slope=1, color=style.MUTED, linewidth=0.8)
        for rung, part in pairs.groupby("rung"):
            draw_rung(axes, part, rung)
        values = pd.concat([pairs["log_hr"], pairs["log_hr_reported"]]).to_numpy()
        ratio_axis(axes, values, horizontal=True)
        ratio_axis(axes, values, horizontal=False)
        missed = pairs[~pairs["covered"]]
        name_points(
            axes,
            [
                (
                    row.log_hr_reported,
                    row.log_hr,
                    f"{trial_label(row.trial_id)}, {row.endpoint}",
                    f"trial:{row.trial_id}",
                )
                for row in missed.itertuples()
            ],
        )
        axes.legend(loc="upper left", bbox_to_anchor=(1.03, 1), fontsize=style.TEXT)
        axes.set(xlabel="Reported hazard ratio (log scale)", ylabel="Hazard ratio by the indirect method (log scale)")
    words = _words(validation)
    return figure.describe(
        name=name,
        title="Hazard ratios by indirect methods against those that the same reports state",
        caption="On the line a method agrees with the report. Bars are 95 % intervals of the method; named, where "
        "there is room, are those whose interval misses the line.",
        alt=words,
        data=pairs[
            [
                "trial_id",
                "endpoint",
                "rung",
                "method",
                "log_hr_reported",
                "se_reported",
                "log_hr",
                "se",
                "error",
                "covered",
            ]
        ],
    )


def validation_table(validation: Validation, *, name: str = "ladder-validation-summary") -> Table | Prose:
    """Errors and coverage by rung.

    Parameters
    ----------
    validation : DataFrame
        As `validate` returns it.
    name : str
        Name of the table, unique on its page.

    Returns
    -------
    Table or Prose
        The table with its rows; a sentence where no method can be checked.
    """
    summary = validation.summary[validation.summary["n"] > 0]
    if summary.empty:
        return prose("A table of errors by method needs at least one such check.")
    return Table(
        data=summary,
        name=name,
        caption="Each indirect method against the hazard ratio that the same report states. Errors are of the log hazard "
        "ratio; below 0 the method favours CIK more than the report does.",
        columns=[
            column.text("method"),
            column.number("n", "Checks"),
            column.number("mean_error", digits=2),
            column.number("mean_absolute_error", digits=2),
            column.number("covered", "Interval holds the reported ratio"),
            column.percent("coverage", "Share"),
            column.number("se_ratio", "Standard error, ratio (median)", digits=2),
        ],
    )


def draw_rung(axes: Axes, part: pd.DataFrame, rung: int) -> None:
    """One rung's points and their intervals."""
    axes.errorbar(
        part["log_hr_reported"],
        part["log_hr"],
        yerr=Z95 * part["se"],
        fmt=MARKERS[rung],
        color=COLOURS[rung],
        markersize=5,
        linewidth=0.9,
        alpha=0.85,
        label=f"{part['method'].iloc[0]} ({len(part)})",
    )


def _words(validation: Validation) -> str:
    lower = validation.summary[(validation.summary["rung"] > 2) & (validation.summary["n"] > 0)]
    found = [
        f"{row.method} ({counted(row.n, 'check')}): mean error {row.mean_error:+.2f}, mean absolute "
        f"error {row.mean_absolute_error:.2f} on the log scale, interval holds the reported ratio in "
        f"{row.covered} of {row.n}"
        for row in lower.itertuples()
    ]
    worst = lower.loc[lower["mean_error"].abs().idxmax()]
    side = "less" if worst["mean_error"] > 0 else "more"
    return (
        f"Indirect methods against the hazard ratio of the same report. {'; '.join(found)}. The largest bias is that of {worst['method']}, which favour CIK "
        f"{side} than the reports by a factor of {math.exp(abs(worst['mean_error'])):.2f}."
    )

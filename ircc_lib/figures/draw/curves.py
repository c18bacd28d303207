"""Survival curves of two arms, composed of pieces that each draw one visible thing.

A panel is a `curve` an arm, if wanted its `confidence_band` and `censor_marks`, a `p_value_note`, and below
the axis the `risk_table`, whose columns stand under the ticks.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.ticker import FixedLocator, PercentFormatter

from ircc_lib.analysis.time_to_event.estimators import kaplan_meier
from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import Figure, new_figure
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.text import counted

if TYPE_CHECKING:
    from lifelines import KaplanMeierFitter
    from matplotlib.axes import Axes


ARMS = {"cik": ("CIK", style.CIK), "control": ("Control", style.CONTROL)}
TABLE_ROW = 0.17  # inches that a row of the risk table takes
TABLE_TOP = 0.49  # inches from the axis down to the heading of the risk table
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 36, 60, 120)
MOST_TICKS = 8
KAPLAN_MEIER = "Kaplan-Meier estimates with their pointwise 95 % intervals; strokes are censored times."


def survival_curves(
    ipd: pd.DataFrame,
    *,
    arm: str = "arm",
    name: str = "survival-curves",
    title: str = "Survival",
    endpoint: str = "Survival",
    source: str = "",
    note: str = "",
    bands: bool = True,
    marks: bool = True,
) -> Figure | Prose:
    """Kaplan-Meier curves of the arms of `ipd` with the numbers at risk.

    Parameters
    ----------
    ipd : DataFrame
        One row per patient: ``time`` (months), ``event`` (1, 0) and the column `arm` (at most seven arms;
        ``cik`` and ``control`` have their colours).
    arm : str
        The column of ``ipd`` that names the arm.
    name, title : str
        Name, unique on its page, and title of the figure.
    endpoint : str
        Label of the vertical axis.
    source : str
        Where the patients come from, said in the caption.
    note : str
        A computed sentence drawn into the figure.
    bands, marks : bool
        Draw confidence bands and censored times.

    Returns
    -------
    Figure
        Its data are the steps of the curves. A sentence if there are no patients.

    Examples
    --------
    >>> import pandas as pd
    >>> ipd = pd.DataFrame({"time": [6, 12, 18, 24], "event": [1, 0, 1, 0], "arm": ["cik", "control"] * 2})
    >>> survival_curves(ipd, endpoint="Overall survival").data["arm"].unique().tolist()
    ['CIK', 'Control']
    """
    if not len(ipd):
        return prose("There are no patients from whom {what} could be drawn.", what=title.lower())
    with mpl.rc_context(style.RC):
        figure = new_figure(4.0)
        data = draw_panel(
            figure, (0.10, 0.03, 0.79, 0.93), ipd, arm=arm, endpoint=endpoint, note=note, bands=bands, marks=marks
        )
    caption = " ".join(filter(None, [KAPLAN_MEIER, source]))
    return figure.describe(name=name, title=title, caption=caption, alt=_medians_in_words(data), data=data)


def draw_panel(
    figure: Figure,
    box: tuple[float, float, float, float],
    ipd: pd.DataFrame,
    *,
    arm: str = "arm",
    endpoint: str = "Survival",
    title: str = "",
    note: str = "",
    bands: bool = True,
    marks: bool = True,
) -> pd.DataFrame:
    """Curves and risk table of one group of patients inside `box` (left, bottom, width, height).

    Returns the steps drawn: ``arm``, ``time``, ``survival``, ``ci_low``, ``ci_high``, ``at_risk``.
    """
    arms = _arms(ipd, arm)
    left, bottom, width, height = box
    inches = figure.get_figheight()
    table = (TABLE_ROW * len(arms) + TABLE_TOP + 0.08) / inches
    axes = figure.add_axes((left, bottom + table, width, height - table))
    end = float(ipd["time"].max())
    ticks = month_ticks(end, most=MOST_TICKS if width > 0.5 else 5)
    fitted = {}
    for key, (label, colour, rows) in arms.items():
        fitted[key] = kaplan_meier(rows["time"], rows["event"], label=label)
        curve(axes, fitted[key], colour=colour)
        if bands:
            confidence_band(axes, fitted[key], colour=colour)
        if marks:
            censor_marks(axes, fitted[key], rows, colour=colour)
    _direct_labels(axes, fitted, arms, end)
    axes.set(xlim=(0, end), ylim=(0, 1.02), xlabel="Months", ylabel=endpoint)
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.yaxis.set_major_locator(FixedLocator(np.linspace(0, 1, 5).tolist()))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.grid(axis="y")
    axes.set_title(title, parse_math=False)
    if note:
        p_value_note(axes, note)
    risk_table(axes, {label: (colour, rows["time"]) for label, colour, rows in arms.values()}, ticks)
    return _steps(fitted)


def curve(axes: Axes, fitted: KaplanMeierFitter, *, colour: str) -> None:
    """The step function of one arm, from (0, 1) to its last time."""
    steps = fitted.survival_function_.iloc[:, 0]
    axes.step(steps.index, steps.to_numpy(), where="post", color=colour, linewidth=1.7, zorder=3)


def confidence_band(axes: Axes, fitted: KaplanMeierFitter, *, colour: str) -> None:
    """The pointwise 95 % interval of one arm."""
    band = fitted.confidence_interval_survival_function_
    axes.fill_between(
        band.index, band.iloc[:, 0], band.iloc[:, 1], step="post", color=colour, alpha=0.14, linewidth=0, zorder=1
    )


def censor_marks(axes: Axes, fitted: KaplanMeierFitter, rows: pd.DataFrame, *, colour: str) -> None:
    """A short upright stroke on the curve at each time at which a patient was censored."""
    times = np.unique(rows.loc[rows["event"].eq(0), "time"].astype(float))
    if times.size:
        axes.plot(times, fitted.predict(times), "|", color=colour, markersize=5, markeredgewidth=0.9, zorder=4)


def p_value_note(axes: Axes, text: str) -> None:
    """A short computed sentence in the lower left corner, where two falling curves leave room longest."""
    axes.text(
        0.02,
        0.04,
        text,
        transform=axes.transAxes,
        fontsize=style.TEXT,
        color=style.INK,
        va="bottom",
        parse_math=False,
        bbox={"facecolor": style.PAPER, "edgecolor": "none", "alpha": 0.8, "pad": 1.5},
    )


def risk_table(axes: Axes, arms: dict[str, tuple[str, pd.Series]], ticks: Any) -> None:
    """Patients at risk under each tick: those whose time is not shorter than the tick."""
    inches = axes.get_position().height * axes.figure.get_figheight()  # type: ignore[union-attr]  # no subfigures here
    down = (TABLE_TOP + TABLE_ROW * np.arange(len(arms) + 1)) / inches
    across = axes.get_xaxis_transform()
    axes.text(
        0, -down[0], "Number at risk", transform=across, fontsize=style.TEXT, color=style.MUTED, va="center", ha="left"
    )
    for y, (label, (colour, times)) in zip(-down[1:], arms.items()):
        axes.annotate(
            label,
            (0, y),
            xycoords=across,
            xytext=(-12, 0),
            textcoords="offset points",
            fontsize=style.TEXT,
            color=colour,
            va="center",
            ha="right",
            parse_math=False,
        )
        for tick in ticks:
            axes.text(
                tick,
                y,
                f"{int((times >= tick).sum()):,}",
                transform=across,
                fontsize=style.TEXT,
                color=style.INK,
                va="center",
                ha="center",
            )


def month_ticks(end: float, *, most: int = MOST_TICKS) -> list[float]:
    """Ticks in whole months, by the smallest usual step that needs no more than `most` intervals.

    >>> month_ticks(60), month_ticks(7, most=4)
    ([0, 12, 24, 36, 48, 60], [0, 2, 4, 6])
    """
    step = next((step for step in MONTH_STEPS if end / step <= most), 12 * math.ceil(end / most / 12))
    return [step * i for i in range(int(end // step) + 1)]


def _arms(ipd: pd.DataFrame, arm: str) -> dict[str, Any]:
    """Label, colour and patients of each arm, CIK first."""
    keys = sorted(ipd[arm].dropna().unique(), key=lambda key: (key != "cik", key != "control", str(key)))
    others = iter([style.OTHER, *style.PALETTE[3:]])
    if len(keys) > 7:
        raise ValueError(f"at most seven arms can be told apart in a figure, found {len(keys)}")
    looks = {key: ARMS[key] if key in ARMS else (str(key), next(others)) for key in keys}
    return {key: (*looks[key], ipd[ipd[arm] == key]) for key in keys}


def _direct_labels(axes: Axes, fitted: dict[str, Any], arms: dict[str, Any], end: float) -> None:
    """Each arm's name at the end of its curve; names in the margin are pushed apart where ends lie close."""
    points = axes.get_position().height * axes.figure.get_figheight() * 72  # type: ignore[union-attr]  # no subfigures here
    apart = 12 / points * 1.02
    last = {key: (float(fit.timeline[-1]), float(fit.survival_function_.iloc[-1, 0])) for key, fit in fitted.items()}
    below = None
    for key, (time, level) in sorted(last.items(), key=lambda item: item[1][1]):
        label, colour, _ = arms[key]
        height = level
        if time > 0.85 * end:
            time, height = end, level if below is None else max(level, below + apart)
            below = height
        axes.annotate(
            label,
            (time, height),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            ha="left",
            fontsize=style.TEXT,
            fontweight="bold",
            color=colour,
            annotation_clip=False,
            parse_math=False,
        )


def _steps(fitted: dict[str, Any]) -> pd.DataFrame:
    parts = []
    for fit in fitted.values():
        band = fit.confidence_interval_survival_function_
        parts.append(
            pd.DataFrame(
                {
                    "arm": fit.label,
                    "time": fit.timeline,
                    "survival": fit.survival_function_.iloc[:, 0].to_numpy(),
                    "ci_low": band.iloc[:, 0].to_numpy(),
                    "ci_high": band.iloc[:, 1].to_numpy(),
                    "at_risk": fit.event_table["at_risk"].reindex(fit.timeline).to_numpy(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _medians_in_words(data: pd.DataFrame) -> str:
    parts = []
    for label, rows in data.groupby("arm", sort=False):
        below = rows.loc[rows["survival"] <= 0.5, "time"]
        n = int(rows["at_risk"].iloc[0])
        found = f"median {below.iloc[0]:.1f} months" if len(below) else "median not reached"
        parts.append(f"{label}: {counted(n, 'patient')}, {found}")
    return "; ".join(parts) + "."

"""Survival rates as reported at landmark times, of both arms of each trial."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import matplotlib as mpl
import pandas as pd
from matplotlib.ticker import FixedLocator, PercentFormatter

from ircc_lib.analysis.endpoints import ENDPOINTS
from ircc_lib.analysis.outcomes.arms import YEARS, landmark_pairs
from ircc_lib.figures.chapters.survival.dumbbells import (
    draw_dumbbells,
    heights_of,
    legend_of_arms,
    rows_figure,
    rules_between_entities,
)
from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import Figure
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.text import counted, own_record

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


def landmark_figure(reg: Registry, family: str = "OS", *, months: Sequence[float] = YEARS) -> Figure | Prose:
    """Survival of CIK and control arms after 1, 2, 3 and 5 years, one row per trial and a panel per time.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    family : str
        The family of endpoints, such as ``OS`` or ``PFS``.
    months : sequence of float
        Landmarks, in months.

    Returns
    -------
    Figure
        Or a sentence if no trial reports a rate of both arms at these times.
    """
    pairs = landmark_pairs(reg, family, months=months)
    if pairs.empty:
        return prose("No trial of this edition reports {what} of both arms at these times.", what=ENDPOINTS[family])
    trials = pairs.drop_duplicates(["entity", "trial_id", "endpoint"])
    trials = trials.sort_values(["entity", "year", "trial_id"])
    times = sorted(pairs["time"].unique())
    panel = 0.545 / max(len(times), 2)
    with mpl.rc_context(style.RC):
        figure, first = rows_figure(
            trials, left=0.45, width=panel - 0.04, columns=["endpoint"] if family == "PFS" else []
        )
        heights = dict(zip(zip(trials["trial_id"], trials["endpoint"]), heights_of(trials)))
        box = first.get_position()
        for i, time in enumerate(times):
            axes = (
                first if i == 0 else figure.add_axes((box.x0 + i * panel, box.y0, box.width, box.height), sharey=first)
            )
            shown = pairs[pairs["time"].eq(time)]
            draw_dumbbells(axes, [heights[row] for row in zip(shown["trial_id"], shown["endpoint"])], shown, 1.0)
            axes.set_title(f"{time / 12:g} {'year' if time == 12 else 'years'}", loc="center")
            axes.set_xlim(0, 1.0)
            axes.xaxis.set_major_locator(FixedLocator([0, 0.5, 1]))
            axes.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
            axes.grid(axis="x")
            axes.tick_params(left=False, labelleft=False)
            axes.spines["left"].set_visible(False)
            rules_between_entities(axes, trials)
        figure.text(
            box.x0 + panel * len(times) / 2,
            0.28 / figure.get_figheight(),
            "Alive, %" if family == "OS" else "Event-free, %",
            ha="center",
            fontsize=9,
        )
        legend_of_arms(figure)
    words = _landmark_words(pairs, family)
    return figure.describe(
        name=f"landmarks-{family.lower()}",
        title=f"{ENDPOINTS[family].capitalize()} at fixed times, both arms of each trial",
        caption="Survival of both arms as reported, without a test; a trial is a line, a time a panel.",
        alt=words,
        data=pairs,
    )


def _landmark_words(pairs: pd.DataFrame, family: str) -> str:
    parts = []
    for time, rows in pairs.groupby("time"):
        higher = int((rows["difference"] > 0).sum())
        parts.append(
            f"at {time / 12:g} {'year' if time == 12 else 'years'} higher with CIK in {higher} of "
            f"{counted(len(rows), 'trial')} ({'difference' if len(rows) == 1 else 'median difference'} "
            f"{100 * rows['difference'].median():.0f} percentage points)"
        )
    trials = pairs["trial_id"].nunique()
    return (
        f"{ENDPOINTS[family].capitalize()} of both arms as reported by {counted(trials, 'trial')}, "
        f"{own_record(pairs.loc[pairs['randomised'], 'trial_id'].nunique(), trials)}: "
        f"{'; '.join(parts)}."
    )

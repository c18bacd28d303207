"""Curves through reported rates and medians, both arms of a trial together, never to be read as individual data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, PercentFormatter

from ircc_lib.analysis.endpoints import endpoint_of, outcome_of
from ircc_lib.analysis.outcomes.pseudo_cohort import rmst_by_entity
from ircc_lib.figures.display import column, style
from ircc_lib.figures.display.figure import Figure, new_figure
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.figures.display.table import Table
from ircc_lib.figures.draw.curves import ARMS, month_ticks
from ircc_lib.figures.draw.measure import fitted
from ircc_lib.text import capital, counted, joined, own_record, tenths, verb, with_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes


CAPTION = (
    "Reconstructed from reported rates and medians, not individual data. A trial's two arms have the same kind of line. "
    "Between the points reported survival is taken to fall exponentially; each arm ends at its last known point. No arms "
    "of different trials are pooled, and no number at risk is known."
)
RECONSTRUCTED = "Reconstructed from reported rates and medians, not individual data"
PANEL = 2.5  # inches a row of panels takes
MOST_PANELS = 8
STYLES = ["-", "--", ":", "-."]  # of the trials of a panel, in turn; both arms of a trial have the same


def pseudo_curves(cohort: pd.DataFrame, *, at_least: int = 2) -> Figure | Prose:
    """Curves of both arms of each trial, panels by entity, trials randomised by their own record apart.

    Parameters
    ----------
    cohort : DataFrame
        As `pseudo_cohort` gives it.
    at_least : int
        Trials an entity must have in a panel.

    Returns
    -------
    Figure
        With at most eight panels, those with most patients; a sentence if no entity has enough trials.
    """
    panels = _panels(cohort, at_least)
    if not panels:
        return prose(
            "No tumour entity of this edition has {n} that {report} {what} of both arms with their sizes, so there "
            "is no curve to draw.",
            n=counted(at_least, "trial"),
            report="reports" if at_least == 1 else "report",
            what=outcome_of(cohort),
        )
    by_entity = " by tumour entity" if cohort["entity"].nunique() > 1 else ""
    rows = -(-len(panels) // 2)
    high = PANEL * rows + 0.35
    with mpl.rc_context(style.RC):
        figure = new_figure(high)
        steps = []
        for i, (title, part) in enumerate(panels):
            bottom = (high - 0.35 - PANEL * (i // 2 + 1) + 0.48) / high
            axes = figure.add_axes((0.09 + 0.49 * (i % 2), bottom, 0.39, (PANEL - 0.95) / high))
            steps.append(_trial_curves(axes, part).assign(panel=title))
            axes.set_title(
                "\n".join(fitted(line, 3.1, 9, bold=True) for line in title.split("\n")), fontsize=9, parse_math=False
            )
            axes.set_ylabel("Survival" if i % 2 == 0 else "")
        handles = [Line2D([], [], color=colour, label=label) for label, colour in ARMS.values()]
        figure.legend(handles=handles, loc="upper left", ncols=2, fontsize=style.TEXT, borderaxespad=0.2)
    return figure.describe(
        name=f"pseudo-curves-{endpoint_of(cohort).lower()}",
        caption=CAPTION,
        alt=_words(panels, steps, outcome_of(cohort), at_least),
        title=f"Reconstructed {outcome_of(cohort)}{by_entity}, both arms of each trial",
        data=pd.concat(steps, ignore_index=True),
    )


def rmst_table(cohort: pd.DataFrame) -> Table | Prose:
    """Restricted mean survival of the pseudo-cohorts, CIK minus control, by entity and design.

    Parameters
    ----------
    cohort : DataFrame
        Patients of the pseudo-cohort, as `pseudo_cohort` returns them.

    Returns
    -------
    Table or Prose
        The table with its rows; a sentence where there is nothing to show.
    """
    table = rmst_by_entity(cohort)
    if table.empty:
        return prose(
            "No tumour entity has three trials of the same kind whose arms are known to the same "
            "time, so no restricted mean of {what} is compared.",
            what=outcome_of(cohort),
        )
    caption = (
        f"Restricted mean {outcome_of(cohort)}: months lived up to the horizon, CIK minus control, in "
        f"{counted(len(table), 'group')} of trials. Mean of the trials' own differences, weighted by patients, over "
        f"the trials known up to the horizon. {RECONSTRUCTED}. The intervals reflect chance in arms of that size "
        "and nothing of the reconstruction, so they are too narrow; they are no test."
    )
    columns = [
        column.entity("entity", filter=True),
        column.text("design", filter=True),
        column.number("trials"),
        column.number("n", "Patients"),
        column.number("horizon", "Horizon, months", digits=0),
        column.text("shown", "Difference, months (95 % interval)"),
        column.number("cik", "CIK, months", digits=1),
        column.number("control", "Control, months", digits=1),
        column.trial("trial_ids", "Trials in it"),
    ]
    shown = [with_interval(row.difference, row.ci_low, row.ci_high, tenths) for row in table.itertuples()]
    return Table(
        data=table.assign(shown=shown), name=f"rmst-{endpoint_of(cohort).lower()}", caption=caption, columns=columns
    )


def pseudo_cohort_sentence(cohort: pd.DataFrame) -> Prose:
    """Of how many trials curves can be made, and why of others with rates or medians there are none.

    Parameters
    ----------
    cohort : DataFrame
        Patients of the pseudo-cohort, as `pseudo_cohort` returns them.

    Returns
    -------
    Prose
        One paragraph for the page.
    """
    left_out = cohort.attrs["left_out"]
    reasons = [f"{counted(n, 'report')} ({why})" for why, n in left_out["why"].value_counts().items()]
    out = f" Left out: {joined(reasons)}." if reasons else ""
    return prose(
        "{kind}: curves of both arms can be made of {trials}, {own}.{out}",
        kind=outcome_of(cohort).capitalize(),
        trials=counted(cohort["trial_id"].nunique(), "trial"),
        out=out,
        own=own_record(
            cohort.loc[cohort["randomised"].astype(bool), "trial_id"].nunique(), cohort["trial_id"].nunique()
        ),
    )


def _panels(cohort: pd.DataFrame, at_least: int) -> list[tuple[str, pd.DataFrame]]:
    if cohort.empty:
        return []
    found = []
    for (entity, randomised), part in cohort.groupby(["entity", "randomised"], sort=True):
        trials = part["trial_id"].nunique()
        if trials >= at_least:
            own = f"{counted(trials, 'trial')}, randomised by {verb(trials, 'its', 'their')} own record"
            kind = own if randomised else counted(trials, "other controlled trial")
            found.append((f"{capital(entity)}\n{kind}", part))
    largest = sorted(found, key=lambda panel: -len(panel[1]))[:MOST_PANELS]
    return [panel for panel in found if any(panel[0] == kept[0] for kept in largest)]


def _trial_curves(axes: Axes, part: pd.DataFrame) -> pd.DataFrame:
    """Both arms of each trial as lines through their reported points; the points of the lines."""
    drawn = []
    for place, (trial_id, trial) in enumerate(part.groupby("trial_id", sort=False)):
        for arm, (_, colour) in ARMS.items():
            rows = trial[trial["arm"].eq(arm)].sort_values("time", kind="stable")
            time = np.append(0.0, rows["time"].to_numpy(dtype=float))
            survival = 1 - np.append(0, rows["event"].cumsum().to_numpy(dtype=float)) / max(len(rows), 1)
            axes.plot(time, survival, color=colour, linewidth=1.2, linestyle=STYLES[place % len(STYLES)])
            drawn.append(pd.DataFrame({"trial_id": trial_id, "arm": arm, "time": time, "survival": survival}))
    end = float(part["time"].max())
    axes.set(xlim=(0, end), ylim=(0, 1.02), xlabel="Months")
    axes.xaxis.set_major_locator(FixedLocator(month_ticks(end, most=5)))
    axes.yaxis.set_major_locator(FixedLocator(np.linspace(0, 1, 5).tolist()))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.grid(axis="y")
    return pd.concat(drawn, ignore_index=True)


def _words(panels: list[tuple[str, pd.DataFrame]], steps: list[pd.DataFrame], outcome: str, at_least: int) -> str:
    """In how many trials the CIK arm ends above its control, at the last time known of both."""
    above = trials = 0
    for drawn in steps:
        for _, trial in drawn.groupby("trial_id", sort=False):
            arms = {arm: rows for arm, rows in trial.groupby("arm")}
            end = min(rows["time"].max() for rows in arms.values())
            level = {arm: np.interp(end, rows["time"], rows["survival"]) for arm, rows in arms.items()}
            above += bool(level["cik"] > level["control"])
            trials += 1
    if trials == 1:
        where = "higher in the CIK arm" if above else "not higher in the CIK arm"
        return f"{capital(outcome)} of one trial: at the last time known of both arms it is {where}."
    panelled = f" in {len(panels):,} groups" if len(panels) > 1 else ""
    few = f" Drawn are tumours with at least {at_least} trials of a kind." if at_least > 1 else ""
    return (
        f"{capital(outcome)} of {trials:,} trials{panelled}: at the last time known of both arms it is higher in the CIK arm "
        f"in {above:,} of {trials:,}.{few}"
    )

"""How complete the records are by the years in which they were published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl

from ircc_lib.analysis.counts.quality import completeness_by_period
from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import Figure, new_figure
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.text import percent

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


FACTS = {
    "n_total": "patients",
    "n_cik": "patients given CIK",
    "n_control": "patients of the control group",
    "setting": "setting",
    "stage_reported": "stage",
    "co_treatment": "co-treatment",
    "comparator": "comparator",
    "allocation": "allocation",
    "country": "country",
    "centres": "centres",
    "cell_source": "source of the cells",
    "cells_reported": "cell dose",
    "infusions_reported": "number of infusions",
    "n_male": "sex",
    "age_median": "median age",
    "performance_status": "performance status",
    "followup_months": "follow-up",
    "enrol_start": "time of enrolment",
    "registration_id": "registration",
    "phase": "phase",
    "first_author": "first author",
    "doi": "DOI",
}
ROW = 0.2  # inches a column of the table takes


def period_figure(reg: Registry) -> Figure | Prose:
    """A heat map: the share of reports that state each fact about the trial, by period of publication.

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
    >>> period_figure(ircc.load_registry()).name
    'completeness-by-period'
    """
    table = completeness_by_period(reg)
    table = table[table["column"].isin(FACTS)].assign(fact=table["column"].map(FACTS))
    if table.empty:
        return prose("There is no report whose completeness could be shown.")
    import seaborn as sns  # late: few figures need it

    wide = table.pivot(index="fact", columns="period", values="share").astype(float)
    wide = wide.loc[wide.mean(axis=1).sort_values(ascending=False, kind="stable").index]
    high = ROW * len(wide) + 0.75
    with mpl.rc_context(style.RC):
        figure = new_figure(high)
        axes = figure.add_axes((0.27, 0.08 / high, 0.68, 1 - 0.55 / high))
        colours = mpl.colors.LinearSegmentedColormap.from_list("share", [style.GRID, style.CIK])
        sns.heatmap(
            wide * 100,
            ax=axes,
            cmap=colours,
            vmin=0,
            vmax=100,
            cbar=False,
            annot=True,
            fmt=".0f",
            annot_kws={"fontsize": style.TEXT},
            linewidths=0.8,
            linecolor=style.PAPER,
        )
        axes.set(xlabel="", ylabel="")
        axes.xaxis.tick_top()
        axes.tick_params(length=0, labelsize=style.TEXT)
        axes.set_yticks([place + 0.5 for place in range(len(wide))], wide.index)
        axes.tick_params(axis="y", rotation=0)
    least = wide.mean(axis=1)
    words = (
        "Stated least often: "
        f"{least.index[-1]} ({percent(least.iloc[-1])}), {least.index[-2]} ({percent(least.iloc[-2])})."
    )
    return figure.describe(
        name="completeness-by-period",
        title="What reports state, by year of publication",
        caption="Per cent of reports that state each fact, by year of publication.",
        alt=words,
        data=table,
    )

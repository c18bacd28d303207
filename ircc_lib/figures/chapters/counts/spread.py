"""Doses and infusions as a spread of points, a product a row."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import matplotlib as mpl
import pandas as pd

from ircc_lib.figures.chapters.counts.cells_given import SUPERSCRIPTS, power_of_ten
from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import Figure, new_figure
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.text import counted

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


ROW = 0.42  # inches a product takes


def dose_spread(reg: Registry) -> Figure | Prose:
    """Cells per infusion by product, a point a report; doses counted otherwise are not mixed in.

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
    >>> dose_spread(ircc.load_registry()).name
    'dose-spread'
    """
    trials = reg.trials
    known = trials[trials["cells_basis"].eq("absolute") & trials["cells_per"].eq("infusion")]
    middle = known["cells_centre"].fillna(known["cells_low"]).fillna(known["cells_high"])
    known = known.assign(cells=middle).dropna(subset=["cells"])
    return _spread(
        known.assign(cells=known["cells"].astype(float)),
        value="cells",
        name="dose-spread",
        title="Cells per infusion of each report, by product",
        axis="Cells per infusion (log scale)",
        nothing="No report of this edition states a number of cells per infusion.",
        log=True,
    )


def infusion_spread(reg: Registry) -> Figure | Prose:
    """Infusions per patient by product, a point a report; cycles and courses are not mixed in.

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
    >>> infusion_spread(ircc.load_registry()).name
    'infusion-spread'
    """
    trials = reg.trials[reg.trials["infusions_unit"].eq("infusions")]
    number = trials["infusions_high"].fillna(trials["infusions_low"])
    known = trials.assign(infusions=number).dropna(subset=["infusions"])
    return _spread(
        known.assign(infusions=known["infusions"].astype(float)),
        value="infusions",
        name="infusion-spread",
        title="Infusions per patient of each report, by product",
        axis="Infusions per patient (the most, where a range is reported)",
        nothing="No report of this edition states a number of infusions.",
        log=False,
    )


def _spread(
    known: pd.DataFrame, *, value: str, name: str, title: str, axis: str, nothing: str, log: bool
) -> Figure | Prose:
    if known.empty:
        return prose("{nothing}", nothing=nothing)
    import seaborn as sns  # late: few figures need it

    order = known["product"].value_counts().index.tolist()
    high = ROW * len(order) + 0.75
    with mpl.rc_context(style.RC):
        figure = new_figure(high)
        axes = figure.add_axes((0.2, 0.55 / high, 0.74, 1 - 0.65 / high))
        sns.stripplot(
            data=known,
            x=value,
            y="product",
            order=order,
            ax=axes,
            color=style.CIK,
            size=4.5,
            alpha=0.75,
            jitter=False,
            log_scale=log,
        )
        axes.set(xlabel=axis, ylabel="")
        if log:
            axes.xaxis.set_major_formatter(power_of_ten)
        axes.grid(axis="x")
        axes.set_axisbelow(True)
        axes.spines["left"].set_visible(False)
        axes.tick_params(left=False)
    show = _cells if log else (lambda number: f"{number:g}")
    middle, least, most = (
        show(float(number)) for number in (known[value].median(), known[value].min(), known[value].max())
    )
    words = f"{counted(len(known), 'report')}: the median is {middle}, the range {least} to {most}."
    caption = "A point per report; the darker, the more reports of one value. What is counted otherwise is left out."
    return figure.describe(
        name=name, title=title, caption=caption, alt=words, data=known[["trial_id", "year", "product", value]]
    )


def _cells(number: float) -> str:
    """``4.5 × 10⁹``: a number of cells."""
    power = math.floor(math.log10(number))
    return f"{number / 10**power:.2g} × 10{str(power).translate(SUPERSCRIPTS)}"

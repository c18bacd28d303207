"""Where the trials of an edition come from, as a flow diagram."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
import pandas as pd
from matplotlib.patches import FancyBboxPatch

from ircc_lib.analysis.counts.quality import flow, screening_reasons
from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import Figure, new_figure
from ircc_lib.figures.draw.measure import fitted
from ircc_lib.text import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ircc_lib.registry.store import Registry


LINE = 0.19  # inches a line of text takes in a box


def flow_diagram(everything: Registry, reg: Registry) -> Figure:
    """Records found, screened out by reason, enrolled, and what is in this edition.

    Parameters
    ----------
    everything : Registry
        The whole of it.
    reg : Registry
        One edition of it.

    Returns
    -------
    Figure
        The figure with its caption, alternative text and the rows that it draws.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> whole = ircc.load_registry()
    >>> flow_diagram(whole, whole.edition("first")).name
    'flow'
    """
    n = flow(everything, reg).set_index("step")["n"]
    reasons = screening_reasons(everything)
    out = [f"{counted(n['not enrolled'], 'record')} not enrolled:"]
    out += [f"{row.records:>3}  {row.reason}" for row in reasons.itertuples()]
    later = [f"{counted(n['later'], 'report')} after the data cut"]
    with mpl.rc_context(style.RC):
        figure = new_figure(2.35 + LINE * (len(out) + 3))
        height = figure.get_figheight()
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, style.PAGE_WIDTH), ylim=(0, height))
        axes.axis("off")
        top = height - 0.1
        found = _box(axes, 0.1, top, 2.7, [f"{counted(n['found'], 'record')} kept", "from public sources"])
        aside = _box(axes, 3.3, top - 0.75, 4.0, out, left=True)
        enrolled = _box(
            axes,
            0.1,
            aside[0] + 0.15,
            2.7,
            [f"{counted(n['enrolled'], 'report')} enrolled", f"{counted(n['cohorts'], 'trial')} (groups of patients)"],
        )
        cut = _box(axes, 3.3, enrolled[0] - 0.12, 4.0, later, left=True)
        last = _box(
            axes,
            0.1,
            cut[0] - 0.15,
            2.7,
            [
                f"{counted(n['in this edition'], 'report')} in this edition",
                f"{counted(n['cohorts of this edition'], 'trial')} (groups of patients)",
            ],
            strong=True,
        )
        _down(axes, 1.45, found[0], enrolled[1])
        _down(axes, 1.45, enrolled[0], last[1])
        for box in (aside, cut):
            middle = (box[0] + box[1]) / 2
            _arrow(axes, (1.45, middle), (3.3, middle))
    words = _flow_words(n, reasons)
    data = pd.concat(
        [flow(everything, reg), pd.DataFrame({"step": "reason", "words": reasons["reason"], "n": reasons["records"]})],
        ignore_index=True,
    )
    return figure.describe(
        name="flow",
        title="From the records kept to the trials of this edition",
        caption="Every record kept is enrolled or has its reason here; reports of the same patients are one trial.",
        alt=words,
        data=data,
    )


def _box(
    axes: Axes, x: float, top: float, width: float, lines: list[str], *, left: bool = False, strong: bool = False
) -> tuple[float, float]:
    """A box of text with its top edge at `top`; returns its bottom and top."""
    height = LINE * len(lines) + 0.16
    colour = style.CIK if strong else style.MUTED
    axes.add_patch(
        FancyBboxPatch(
            (x, top - height),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=0.06",
            facecolor="none",
            edgecolor=colour,
            linewidth=1.6 if strong else 1,
        )
    )
    for place, line in enumerate(lines):
        y = top - 0.08 - LINE * (place + 0.5)
        weight = "bold" if place == 0 else "normal"
        at, align = (x + 0.12, "left") if left else (x + width / 2, "center")
        axes.text(
            at,
            y,
            fitted(line, width - 0.24, style.TEXT, bold=place == 0),
            ha=align,
            va="center",
            fontsize=style.TEXT,
            fontweight=weight,
            parse_math=False,
        )
    return top - height, top


def _down(axes: Axes, x: float, start: float, end: float) -> None:
    _arrow(axes, (x, start), (x, end))


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.annotate(
        "",
        end,
        start,
        arrowprops={"arrowstyle": "-|>", "color": style.MUTED, "linewidth": 1, "shrinkA": 0, "shrinkB": 0},
    )


def _flow_words(n: pd.Series, reasons: pd.DataFrame) -> str:
    why = "" if not len(reasons) else f", most often with the reason “{reasons['reason'].iloc[0]}”"
    return (
        f"Of {counted(n['found'], 'record')} kept from public sources, {n['not enrolled']:,} could not be "
        f"enrolled{why} ({reasons['records'].iloc[0]:,}). "
        f"The {counted(n['enrolled'], 'enrolled report')} "
        f"describe {counted(n['cohorts'], 'trial')}; this edition holds "
        f"{counted(n['in this edition'], 'report')} of {counted(n['cohorts of this edition'], 'trial')}."
        if len(reasons)
        else f"All {counted(n['found'], 'record')} kept were enrolled; this edition holds "
        f"{counted(n['in this edition'], 'report')} of {counted(n['cohorts of this edition'], 'trial')}."
    )

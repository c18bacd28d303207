"""How many cells were given, and how often: reported doses and infusions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import Figure, new_figure
from ircc_lib.figures.draw.measure import fitted
from ircc_lib.registry.labels import trial_label
from ircc_lib.text import capital, counted, joined, verb

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


ROW = 0.2  # inches that a report takes
LEFT, WIDTH = 0.25, 0.36  # shares of the width: where a panel begins, and how much of it is axes
INFUSIONS = "Bars are reported ranges, points single values. A cycle or course may hold several infusions."
MOST_POWERS = 6  # ticks on an axis of powers of ten
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
GROUPS = [
    ("absolute", "infusion", "Cells per infusion"),
    ("absolute", "cycle", "Cells per cycle"),
    ("absolute", "course", "Cells per course"),
    ("absolute", "total", "Cells in total"),
    ("absolute", "unstated", "Cells (per infusion or in total: not stated)"),
    ("per kg", "infusion", "Cells per kg and infusion"),
    ("per kg", "cycle", "Cells per kg and cycle"),
    ("per kg", "course", "Cells per kg and course"),
    ("per kg", "total", "Cells per kg in total"),
    ("per kg", "unstated", "Cells per kg (per infusion or in total: not stated)"),
]


def doses_figure(reg: Registry) -> Figure:
    """Reported cell doses on a log scale: what they are counted by is never mixed.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Figure
        The figure with its caption, alternative text and the rows that it draws.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> doses_figure(ircc.load_registry()).name
    'doses'
    """
    doses = _doses(reg)
    panels = [
        (title, part)
        for basis, per, title in GROUPS
        if len(part := doses[doses["cells_basis"].eq(basis) & doses["cells_per"].eq(per)])
    ]
    figure = _stacked(panels, "cells_reported", lambda axes, part: _draw_doses(axes, part, doses))
    words, caption = _dose_words(doses, reg), _dose_caption(doses, reg)
    columns = [
        "trial_id",
        "year",
        "cells_reported",
        "cells_low",
        "cells_high",
        "cells_centre",
        "cells_basis",
        "cells_per",
    ]
    return figure.describe(
        name="doses", title="Cell doses as reported, report by report", caption=caption, alt=words, data=doses[columns]
    )


def _doses(reg: Registry) -> pd.DataFrame:
    trials = reg.trials
    known = trials[trials[["cells_low", "cells_high", "cells_centre"]].notna().any(axis=1)].copy()
    known["cells_per"] = known["cells_per"].fillna("unstated")
    middle = known["cells_centre"].fillna(known["cells_low"]).fillna(known["cells_high"])
    return known.assign(at=middle).sort_values(["at", "trial_id"])


def _stacked(
    panels: list[tuple[str, pd.DataFrame]], reported: str, draw: Callable[[Axes, pd.DataFrame], None]
) -> Figure:
    """Panels below each other, one row per report, each with its title, axes and what `draw` puts on them."""
    height = 0.25 + sum(0.54 + ROW * len(part) for _, part in panels)
    with mpl.rc_context(style.RC):
        figure = new_figure(max(height, 1.0))
        top = figure.get_figheight() - 0.02
        for title, part in panels:
            axes, top = _panel(figure, title, part, part[reported], top)
            draw(axes, part)
    return figure


def _draw_doses(axes: Axes, part: pd.DataFrame, doses: pd.DataFrame) -> None:
    axes.set_xscale("log")
    axes.set_xlim(*_limits(doses[doses["cells_basis"].eq(part["cells_basis"].iloc[0])]))
    low, high = (math.log10(end) for end in axes.get_xlim())
    step = math.ceil((high - low) / MOST_POWERS)
    axes.xaxis.set_major_locator(
        FixedLocator([10.0**power for power in range(math.ceil(low), math.floor(high) + 1, step)])
    )
    axes.xaxis.set_major_formatter(power_of_ten)
    axes.xaxis.set_minor_locator(NullLocator())
    for place, row in enumerate(part.itertuples()):
        ends = [row.cells_low, row.cells_high]
        if pd.notna(ends).all() and ends[0] < ends[1]:
            _bar(axes, ends, place)
        if pd.notna(row.cells_centre) or pd.isna(ends).any() or ends[0] == ends[1]:
            _point(axes, row.at, place)


def _bar(axes: Axes, ends: list[float], place: int) -> None:
    axes.plot(ends, [place, place], color=style.CIK, linewidth=2, solid_capstyle="butt")


def _point(axes: Axes, at: float, place: int) -> None:
    axes.plot([at], [place], "o", color=style.CIK, markersize=4.5)


def _panel(figure: Figure, title: str, part: pd.DataFrame, reported: pd.Series, top: float) -> tuple[Axes, float]:
    """Axes with a row per report, its name left and what it reports right; and their bottom edge in inches."""
    height, inches = figure.get_figheight(), ROW * len(part)
    bottom = top - 0.3 - inches
    axes = figure.add_axes((LEFT, bottom / height, WIDTH, inches / height))
    axes.set(ylim=(len(part) - 0.5, -0.5))
    axes.yaxis.set_visible(False)
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    axes.set_title(title, fontsize=9)
    rooms = (LEFT * style.PAGE_WIDTH - 0.15, (1 - LEFT - WIDTH) * style.PAGE_WIDTH - 0.15)
    for place, (trial_id, text) in enumerate(zip(part["trial_id"], reported)):
        beside: tuple[tuple[int, str, float, dict[str, Any]], ...] = (
            (0, trial_label(trial_id), rooms[0], {"xytext": (-6, 0), "ha": "right", "url": f"trial:{trial_id}"}),
            (1, text, rooms[1], {"xytext": (6, 0), "ha": "left", "color": style.MUTED}),
        )
        for edge, words, room, look in beside:
            axes.annotate(
                fitted(words, room, style.TEXT),
                (edge, place),
                xycoords=("axes fraction", "data"),
                textcoords="offset points",
                va="center",
                fontsize=style.TEXT,
                annotation_clip=False,
                parse_math=False,
                **look,
            )
    return axes, bottom - 0.24


def power_of_ten(value: float, _place: float) -> str:
    """A tick as text: matplotlib's own is mathematics, which takes ten times as long."""
    return f"10{str(round(math.log10(value))).translate(SUPERSCRIPTS)}"


def _limits(doses: pd.DataFrame) -> tuple[float, float]:
    values = doses[["cells_low", "cells_high", "at"]]
    return 0.6 * values.min().min(), 1.7 * values.max().max()


def _dose_words(doses: pd.DataFrame, reg: Registry) -> str:
    stated = int(reg.trials["cells_reported"].notna().sum())
    reports = len(reg.trials)
    if not stated:
        return f"None of the {counted(reports, 'report')} states a cell dose."
    kinds = doses.groupby("cells_basis").size()
    split = joined(
        f"{n:,} {'per kg of body weight' if basis == 'per kg' else 'as a number of cells'}"
        for basis, n in kinds.items()
    )
    return f"{counted(stated, 'report')} of {reports:,} {verb(stated, 'states', 'state')} a cell dose: {split}."


def _dose_caption(doses: pd.DataFrame, reg: Registry) -> str:
    unread = int(reg.trials["cells_reported"].notna().sum()) - len(doses)
    rest = f" {counted(unread, 'dose')} could not be read and {verb(unread, 'is', 'are')} not drawn." if unread else ""
    unclear = int(doses["cells_per"].eq("unstated").sum())
    vague = f" For {unclear:,} the text does not say per what." if unclear else ""
    return f"Bars are reported ranges, points single values; the reported text is on the right.{vague}{rest}"


def infusions_figure(reg: Registry) -> Figure:
    """Reported numbers of infusions, and of cycles or courses, which are other things.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Figure
        The figure with its caption, alternative text and the rows that it draws.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> infusions_figure(ircc.load_registry()).name
    'infusions'
    """
    known = reg.trials.dropna(subset=["infusions_low", "infusions_high"], how="all").copy()
    known["low"] = known["infusions_low"].fillna(known["infusions_high"])
    known["high"] = known["infusions_high"].fillna(known["infusions_low"])
    known["infusions_unit"] = known["infusions_unit"].fillna("unit not stated")
    panels = [
        (f"{capital(unit)} per patient", part.sort_values(["high", "low", "trial_id"]))
        for unit, part in known.groupby("infusions_unit")
    ]
    figure = _stacked(panels, "infusions_reported", lambda axes, part: _draw_infusions(axes, part, known["high"].max()))
    words = _infusion_words(known, reg)
    columns = ["trial_id", "year", "infusions_reported", "infusions_low", "infusions_high", "infusions_unit"]
    return figure.describe(
        name="infusions",
        title="Infusions, cycles and courses per patient as reported, report by report",
        caption=INFUSIONS,
        alt=words,
        data=known[columns],
    )


def _draw_infusions(axes: Axes, part: pd.DataFrame, highest: float) -> None:
    axes.set_xlim(0, 1.06 * highest)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, min_n_ticks=1))
    for place, row in enumerate(part.itertuples()):
        if row.low < row.high:
            _bar(axes, [row.low, row.high], place)
        else:
            _point(axes, row.low, place)


def _infusion_words(known: pd.DataFrame, reg: Registry) -> str:
    stated = int(reg.trials["infusions_reported"].notna().sum())
    if not stated:
        return f"None of the {counted(len(reg.trials), 'report')} states a number of infusions."
    parts = [f"{n:,} in {unit}" for unit, n in known["infusions_unit"].value_counts().items()]
    numbers = f"; {counted(len(known), 'text')} can be read as a number per patient: {joined(parts)}"
    read = numbers if parts else ""
    return (
        f"{counted(stated, 'report')} of {len(reg.trials):,} {verb(stated, 'says', 'say')} how often "
        f"cells were given{read}."
    )

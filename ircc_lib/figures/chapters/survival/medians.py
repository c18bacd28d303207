"""Two arms as two dots on one line: medians by trial, and survival rates at landmark times."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, PercentFormatter

from ircc_lib.analysis.endpoints import ENDPOINTS
from ircc_lib.analysis.outcomes.arms import MEDIAN, YEARS, landmark_pairs, median_pairs
from ircc_lib.figures.display import column, style
from ircc_lib.figures.display.exhibit import Exhibit, Prose, Table, new_exhibit, prose
from ircc_lib.figures.draw.curves import month_ticks
from ircc_lib.figures.draw.measure import fitted
from ircc_lib.figures.draw.measure import width as width_of
from ircc_lib.registry.labels import trial_label
from ircc_lib.registry.rows import rows_of
from ircc_lib.text import capital, counted, own_record, tenths, verb, with_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ircc_lib.registry.store import Registry


ROW = 0.2  # inches a trial takes
ENTITY, EXTRA = 1.85, 0.95  # inches that a tumour has, and the part of a trial or its endpoint
UNTESTED = "Medians are shown as reported, without a test."
NO_PAGE = ("several entities", "not stated")  # words of ours, not entities
SIDES = (("control", style.CONTROL), ("cik", style.CIK))


def medians_dumbbell(reg: Registry, family: str = "OS") -> Exhibit | Prose:
    """Median survival of CIK and control arms of the same trial, trials grouped by tumour entity.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    family : str
        ``OS`` or ``PFS`` (with TTP, DFS, RFS, TTR, EFS).

    Returns
    -------
    Exhibit
        A median not reached is an arrow at the right edge. A sentence if no trial reports both medians.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> medians_dumbbell(ircc.load_registry(), "OS").name
    'medians-os'
    """
    pairs = median_pairs(reg, family)
    if pairs.empty:
        return prose("No trial of this edition reports median {what} of both arms.", what=ENDPOINTS[family])
    longest = pairs[["cik", "control"]].max().max()
    edge = 1.06 * float(longest) if longest > 0 else 12.0  # months; no median was reached, or all are 0
    with mpl.rc_context(style.RC):
        beside = ["arm"] if family == "OS" else ["endpoint"]
        figure, axes = _rows_figure(pairs, left=0.52, width=0.3, columns=beside)
        _rules_between_entities(axes, pairs)
        _dumbbells(axes, _heights(pairs), pairs, edge)
        for y, pair in zip(_heights(pairs), rows_of(pairs)):
            axes.text(
                1.04,
                y,
                _both(pair),
                transform=axes.get_yaxis_transform(),
                va="center",
                fontsize=style.TEXT,
                parse_math=False,
            )
        axes.set_xlim(0, edge)
        axes.set_xlabel("Median, months")
        axes.xaxis.set_major_locator(FixedLocator(month_ticks(edge)))
        axes.text(
            1.04,
            _heights(pairs)[0] - 0.9,
            "CIK / control",
            transform=axes.get_yaxis_transform(),
            fontsize=style.TEXT,
            color=style.MUTED,
            va="center",
        )
        _legend(figure)
    words = _median_words(pairs, family)
    return figure.describe(
        name=f"medians-{family.lower()}",
        title=f"Median {ENDPOINTS[family]}, CIK and control arms of each trial",
        caption=f"{UNTESTED} An arrow: not reached.",
        alt=words,
        data=pairs,
    )


def medians_table(reg: Registry, family: str = "OS") -> Table | Prose:
    """The medians of `medians_dumbbell` with their intervals, as a table.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    family : str
        The family of endpoints, such as ``OS`` or ``PFS``.

    Returns
    -------
    Table or Prose
        The table with its rows; a sentence where there is nothing to show.
    """
    pairs = median_pairs(reg, family, only_medians=False)
    if pairs.empty:
        return prose("There are no pairs of median {what} to list.", what=ENDPOINTS[family])
    named = pairs[pairs["statistic"].eq(MEDIAN)]
    others = len(pairs) - len(named)
    more = (
        f" {capital(counted(others, 'further pair'))} {verb(others, 'is', 'are')} no medians of the arms: listed with what "
        f"{verb(others, 'it is', 'they are')}, drawn and compared nowhere."
        if others
        else ""
    )
    shown = pairs.assign(
        cik_text=[_with_interval(pair, "cik") for pair in rows_of(pairs)],
        control_text=[_with_interval(pair, "control") for pair in rows_of(pairs)],
    )
    columns = [
        column.trial("trial_id"),
        column.entity("entity", filter=True),
        column.text("allocation", filter=True),
        column.text("endpoint", filter=True),
        column.text("cik_text", "CIK, months (95 % CI)"),
        column.text("control_text", "Control, months (95 % CI)"),
        column.text("statistic", filter=True),
        column.text("arm", "Part of the trial"),
    ]
    return Table(
        data=shown,
        name=f"medians-{family.lower()}-table",
        columns=columns,
        caption=f"Median {ENDPOINTS[family]} of both arms, as reported, in months. {_median_words(named, family)} {UNTESTED}{more}",
    )


def landmark_figure(reg: Registry, family: str = "OS", *, months: Sequence[float] = YEARS) -> Exhibit | Prose:
    """Survival of CIK and control arms after 1, 2, 3 and 5 years, one row a trial and a panel a time.

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
    Exhibit
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
        figure, first = _rows_figure(
            trials, left=0.45, width=panel - 0.04, columns=["endpoint"] if family == "PFS" else []
        )
        heights = dict(zip(zip(trials["trial_id"], trials["endpoint"]), _heights(trials)))
        box = first.get_position()
        for i, time in enumerate(times):
            axes = (
                first if i == 0 else figure.add_axes((box.x0 + i * panel, box.y0, box.width, box.height), sharey=first)
            )
            shown = pairs[pairs["time"].eq(time)]
            _dumbbells(axes, [heights[row] for row in zip(shown["trial_id"], shown["endpoint"])], shown, 1.0)
            axes.set_title(f"{time / 12:g} {'year' if time == 12 else 'years'}", loc="center")
            axes.set_xlim(0, 1.0)
            axes.xaxis.set_major_locator(FixedLocator([0, 0.5, 1]))
            axes.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
            axes.grid(axis="x")
            axes.tick_params(left=False, labelleft=False)
            axes.spines["left"].set_visible(False)
            _rules_between_entities(axes, trials)
        figure.text(
            box.x0 + panel * len(times) / 2,
            0.28 / figure.get_figheight(),
            "Alive, %" if family == "OS" else "Event-free, %",
            ha="center",
            fontsize=9,
        )
        _legend(figure)
    words = _landmark_words(pairs, family)
    return figure.describe(
        name=f"landmarks-{family.lower()}",
        title=f"{ENDPOINTS[family].capitalize()} at fixed times, both arms of each trial",
        caption="Survival of both arms as reported, without a test; a trial is a line, a time a panel.",
        alt=words,
        data=pairs,
    )


def _rows_figure(rows: pd.DataFrame, *, left: float, width: float, columns: list[str]) -> Any:
    """A figure with one line a trial: entity, label and text columns at the left, axes beside them."""
    high = ROW * (len(rows) + 1) + 1.15
    figure = new_exhibit(high)
    axes = figure.add_axes((left, 0.62 / high, width, 1 - 1.13 / high))
    heights = _heights(rows)
    axes.set_ylim(max(heights) + 0.8, min(heights) - 1.4)
    axes.tick_params(left=False, labelleft=False)
    axes.spines["left"].set_visible(False)
    entity, across = None, mpl.transforms.blended_transform_factory(figure.transFigure, axes.transData)
    for y, row in zip(heights, rows_of(rows)):
        if row["entity"] != entity:
            entity = row["entity"]
            name = axes.text(
                0.01,
                y,
                fitted(capital(entity), ENTITY - 0.1, style.TEXT),
                transform=across,
                va="center",
                fontsize=style.TEXT,
                parse_math=False,
            )
            if entity not in NO_PAGE:
                name.set_url(f"entity:{entity}")
        extra = " ".join(str(row[column]) for column in columns if row[column])
        beside = " ".join(filter(None, [fitted(extra, EXTRA, style.TEXT), "R" if row["randomised"] else ""]))
        room = (left - 0.014) * style.PAGE_WIDTH - ENTITY - 0.08 - width_of(beside, style.TEXT)
        axes.text(
            ENTITY / style.PAGE_WIDTH,
            y,
            fitted(trial_label(row["trial_id"]), room, style.TEXT),
            transform=across,
            va="center",
            fontsize=style.TEXT,
            parse_math=False,
        ).set_url(f"trial:{row['trial_id']}")
        axes.text(
            left - 0.014,
            y,
            beside,
            transform=across,
            va="center",
            ha="right",
            fontsize=style.TEXT,
            color=style.MUTED,
            parse_math=False,
        )
    return figure, axes


def _heights(rows: pd.DataFrame) -> list[float]:
    return [float(i) for i in range(len(rows))]


def _rules_between_entities(axes: Axes, rows: pd.DataFrame) -> None:
    above = [y - 0.5 for y, first in zip(_heights(rows), rows["entity"].ne(rows["entity"].shift())) if first]
    axes.hlines(above, 0, 1, transform=axes.get_yaxis_transform(), color=style.GRID, linewidth=0.6, zorder=0)


def _dumbbells(axes: Axes, heights: list[float], pairs: pd.DataFrame, edge: float) -> None:
    """Both arms of each trial; an arm whose median was not reached is an arrow at the edge."""
    y, randomised = pd.Series(heights, pairs.index), pairs["randomised"].astype(bool)
    x = {side: pairs[side].astype(float).fillna(edge) for side, _ in SIDES}
    axes.hlines(y, x["control"], x["cik"], color=style.GRID, linewidth=2.2, zorder=1)
    for side, colour in SIDES:
        reached = pairs[side].notna()
        for these, marker, size, face in (
            (reached & randomised, "o", 5.5, colour),
            (reached & ~randomised, "o", 5.5, style.PAPER),
            (~reached, ">", 7, colour),
        ):
            axes.plot(
                x[side][these],
                y[these],
                marker,
                color=colour,
                markersize=size,
                markerfacecolor=face,
                markeredgewidth=1.4,
                zorder=3,
                clip_on=False,
            )


def _legend(figure: Figure) -> None:
    mark: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": 5.5, "markeredgewidth": 1.4}
    entries = [
        Line2D([], [], color=style.CIK, label="CIK", **mark),
        Line2D([], [], color=style.CONTROL, label="Control", **mark),
        Line2D([], [], color=style.MUTED, label="randomised (R)", **mark),
        Line2D([], [], color=style.MUTED, markerfacecolor=style.PAPER, label="not randomised", **mark),
    ]
    figure.legend(
        handles=entries,
        loc="upper left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=4,
        fontsize=style.TEXT,
        handletextpad=0.2,
        columnspacing=1.2,
        borderaxespad=0.2,
    )


def _both(pair: dict[str, Any]) -> str:
    if pd.isna(pair["cik"]) and pd.isna(pair["control"]):
        return "neither reached"
    return " / ".join("not reached" if pd.isna(pair[side]) else tenths(pair[side]) for side in ("cik", "control"))


def _with_interval(pair: dict[str, Any], side: str) -> str:
    if pd.isna(pair[side]):
        return "not reached"
    low, high = pair[f"{side}_ci_low"], pair[f"{side}_ci_high"]
    if pd.isna(low) or pd.isna(high):
        return tenths(pair[side])
    return with_interval(pair[side], low, high, tenths)


def _median_words(pairs: pd.DataFrame, family: str) -> str:
    rows = rows_of(pairs)
    gains = [pair["cik"] - pair["control"] for pair in rows if not pd.isna(pair["cik"] + pair["control"])]
    open_ends = len(rows) - len(gains)
    trials = len({pair["trial_id"] for pair in rows})
    own = len({pair["trial_id"] for pair in rows if pair["randomised"]})
    who = own_record(own, trials)
    text = (
        f"{capital(counted(trials, 'trial'))}, {who}, {verb(trials, 'reports', 'report')} the median of both arms "
        f"({counted(len(pairs), 'pair')}){_gain_words(gains)}"
    )
    if open_ends:
        text += f". {capital(counted(open_ends, 'pair has', 'pairs have'))} a median that was not reached"
    return f"{text}."


def _gain_words(gains: list[float]) -> str:
    """In how many pairs the CIK arm has the longer median, and by how much in the middle."""
    if not gains:
        return ""
    if len(gains) == 1:
        than = "longer" if gains[0] > 0 else "shorter" if gains[0] < 0 else "same"
        return f". That of the CIK arm is {'the same' if than == 'same' else f'{abs(gains[0]):.1f} months {than}'}"
    longer = sum(gain > 0 for gain in gains)
    return (
        f". In {longer} of {len(gains)} pairs with both values the CIK arm has the longer median; the median difference is "
        f"{median(gains):.1f} months"
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

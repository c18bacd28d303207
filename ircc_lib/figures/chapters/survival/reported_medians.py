"""Median survival as reported, of both arms of each trial: drawn, and as a table."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import pandas as pd
from matplotlib.ticker import FixedLocator

from ircc_lib.analysis.endpoints import ENDPOINTS
from ircc_lib.analysis.outcomes.arms import MEDIAN, median_pairs
from ircc_lib.figures.chapters.survival.dumbbells import (
    draw_dumbbells,
    heights_of,
    legend_of_arms,
    rows_figure,
    rules_between_entities,
)
from ircc_lib.figures.display import column, style
from ircc_lib.figures.display.figure import Figure
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.figures.display.table import Table
from ircc_lib.figures.draw.curves import month_ticks
from ircc_lib.registry.labels import arm_words
from ircc_lib.registry.rows import rows_of
from ircc_lib.text import capital, counted, own_record, tenths, verb, with_interval

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


UNTESTED = "Medians are shown as reported, without a test."


def medians_dumbbell(reg: Registry, family: str = "OS") -> Figure | Prose:
    """Median survival of CIK and control arms of the same trial, trials grouped by tumour entity.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    family : str
        ``OS`` or ``PFS`` (with TTP, DFS, RFS, TTR, EFS).

    Returns
    -------
    Figure
        A median not reached is an arrow at the right edge. A sentence if no trial reports both medians.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> medians_dumbbell(ircc.load_registry(), "OS").name
    'medians-os'
    """
    pairs = _in_words(median_pairs(reg, family))
    if pairs.empty:
        return prose("No trial of this edition reports median {what} of both arms.", what=ENDPOINTS[family])
    longest = pairs[["cik", "control"]].max().max()
    edge = 1.06 * float(longest) if longest > 0 else 12.0  # months; no median was reached, or all are 0
    with mpl.rc_context(style.RC):
        beside = ["arm"] if family == "OS" else ["endpoint"]
        figure, axes = rows_figure(pairs, left=0.52, width=0.3, columns=beside)
        rules_between_entities(axes, pairs)
        draw_dumbbells(axes, heights_of(pairs), pairs, edge)
        for y, pair in zip(heights_of(pairs), rows_of(pairs)):
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
            heights_of(pairs)[0] - 0.9,
            "CIK / control",
            transform=axes.get_yaxis_transform(),
            fontsize=style.TEXT,
            color=style.MUTED,
            va="center",
        )
        legend_of_arms(figure)
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
    """
    pairs = _in_words(median_pairs(reg, family, only_medians=False))
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


def _in_words(pairs: pd.DataFrame) -> pd.DataFrame:
    """The parts of a trial by their names for a reader."""
    return pairs.assign(arm=pairs["arm"].map(arm_words))


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

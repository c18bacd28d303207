"""Forest plots of risk ratios between two arms: each trial with its counts, and what several say together."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import Figure
from ircc_lib.figures.draw.forest import PREDICTION, draw
from ircc_lib.figures.draw.lines import Line, TextColumn, ratio_scale
from ircc_lib.registry.labels import trial_label
from ircc_lib.text import counted, ratio_with_ci, span, with_interval

COLUMNS = [
    TextColumn(key="what", head="Trial", x=0.08),
    TextColumn(key="cik", head="CIK", x=2.1, align="right"),
    TextColumn(key="control", head="Control", x=2.72, align="right"),
    TextColumn(key="ratio", head="RR (95 % CI)", x=7.32, align="right", first=True),
]
SPAN = (2.8, 5.82)
COMMON = "Common effect (Mantel-Haenszel)"


def ratio_figure(groups: list[tuple[Any, ...]], *, left: str, right: str, nothing: str) -> Figure:
    """Groups of trials, each with its risk ratios and the pooled ones.

    Parameters
    ----------
    groups : (heading, rows of `pairs_of`, their result by `between`, colour)
    left, right : what a ratio below and above 1 means
    nothing : said where there is no trial
    """
    lines = [
        line
        for heading, pairs, pooled, colour in groups
        if len(pairs)
        for line in ratio_lines(pairs, pooled, heading, colour)
    ]
    shown = lines[:-1] or [Line(kind="note", cells={"what": nothing})]
    scale = ratio_scale(shown, title="Risk ratio (log scale)", left=left, right=right)
    return draw(shown, COLUMNS, scale, SPAN)


def ratio_lines(pairs: pd.DataFrame, pooled: dict[str, Any], heading: str, colour: str = style.CIK) -> list[Line]:
    """The trials of one group, then random effects as a diamond (three trials or more) and the common effect in words.

    Parameters
    ----------
    pairs : rows of `pairs_of`; pooled : their result by `between`
    """
    most = max((pairs["n"] + pairs["n_control"]).max(), 1)
    lines = [Line(kind="heading", cells={"what": heading})]
    for row in pairs.to_dict("records"):
        lines.append(
            Line(
                kind="trial",
                estimate=row["rr"],
                low=row["ci_low"],
                high=row["ci_high"],
                colour=colour,
                cells={
                    "what": trial_and_year(row),
                    "cik": f"{row['events']:,}/{row['n']:,}",
                    "control": f"{row['events_control']:,}/{row['n_control']:,}",
                    "ratio": with_interval(row["rr"], row["ci_low"], row["ci_high"]),
                },
                size=(row["n"] + row["n_control"]) / most,
                url=f"trial:{row['trial_id']}",
            )
        )
    return lines + _together(pairs, pooled, colour) + [Line(kind="note")]


def ratio_words(pairs: pd.DataFrame, pooled: dict[str, Any], heading: str) -> str:
    """One group of trials as a caption has it."""
    if not len(pairs):
        return ""
    patients = counted(int(pooled["patients"]), "patient")
    if len(pairs) == 1:
        row = pairs.iloc[0]
        counts = f"{row['events']} of {row['n']} against {row['events_control']} of {row['n_control']}"
        ratio = "" if math.isnan(row["rr"]) else f", {ratio_with_ci(row['rr'], row['ci_low'], row['ci_high'])}"
        return f"{heading}: one trial, {trial_label(row['trial_id'])}, {counts}{ratio}."
    if math.isnan(pooled["common"]):
        return f"{heading}: {_no_ratio()}."
    common = ratio_with_ci(pooled["common"], pooled["common_low"], pooled["common_high"])
    if math.isnan(pooled["rr"]):
        return f"{heading}: {counted(len(pairs), 'trial')} with {patients}; common effect {common}."
    return (
        f"{heading}: {ratio_with_ci(pooled['rr'], pooled['rr_low'], pooled['rr_high'])} from "
        f"{counted(len(pairs), 'trial')} with {patients} (random effects; I² {pooled['i2']:.0f} %); "
        f"common effect {common}."
    )


def trial_and_year(row: dict[str, Any]) -> str:
    """A trial's label, with its year where the label does not hold it."""
    label, year = trial_label(row["trial_id"]), row["year"]
    return label if pd.isna(year) or str(year) in label else f"{label} ({year})"


def _together(pairs: pd.DataFrame, pooled: dict[str, Any], colour: str) -> list[Line]:
    if len(pairs) == 1:
        return [Line(kind="note", cells={"what": "one trial: nothing to pool"})]
    if math.isnan(pooled["common"]):
        return [Line(kind="note", cells={"what": _no_ratio()})]
    sums = {
        "cik": f"{pairs['events'].sum():,}/{pairs['n'].sum():,}",
        "control": f"{pairs['events_control'].sum():,}/{pairs['n_control'].sum():,}",
    }
    common = with_interval(pooled["common"], pooled["common_low"], pooled["common_high"])
    words = Line(kind="note", cells=sums | {"what": COMMON, "ratio": common})
    if math.isnan(pooled["rr"]):
        return [words]
    lines = [
        Line(
            kind="pooled",
            estimate=pooled["rr"],
            low=pooled["rr_low"],
            high=pooled["rr_high"],
            colour=colour,
            cells={
                "what": f"Random effects, {counted(len(pairs), 'trial')}",
                "ratio": with_interval(pooled["rr"], pooled["rr_low"], pooled["rr_high"]),
            },
        )
    ]
    if not math.isnan(pooled["pi_low"]):
        lines.append(
            Line(
                kind="prediction",
                estimate=pooled["rr"],
                low=pooled["pi_low"],
                high=pooled["pi_high"],
                colour=colour,
                cells={"what": PREDICTION, "ratio": span(pooled["pi_low"], pooled["pi_high"])},
            )
        )
    return [*lines, words]


def _no_ratio() -> str:
    return "no event in one of the arms: no ratio to pool"

"""Forest plots of pooled groups: subgroups of trials."""

from __future__ import annotations

import math

import pandas as pd

from ircc_lib.analysis.counts.counts import design_words
from ircc_lib.analysis.meta.pooling import REPORTED
from ircc_lib.analysis.meta.regression import Subgroups, subgroups
from ircc_lib.figures.chapters.hazard_ratios.forest import DESIGN_HEADINGS, ENDPOINTS, design_colour
from ircc_lib.figures.display.exhibit import Exhibit
from ircc_lib.figures.draw.forest import Line, TextColumn, draw, ratio_scale
from ircc_lib.text import counted


def subgroup_forest(
    effects: pd.DataFrame, by: str, *, endpoint: str = "OS", name: str = "forest-subgroups", title: str = ""
) -> Exhibit:
    """One diamond a group of trials, randomised and other trials apart, with the test between groups.

    Parameters
    ----------
    effects : rows of `log_hazard_ratios` with the column `by`
    by : ``entity``, ``product``, ``design``, ``method`` ... Trials without a value are left out

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> effects = ircc.log_hazard_ratios(ircc.load_registry(), "OS")
    >>> ircc.hazard_ratios.subgroup_forest(effects, "entity").name
    'forest-subgroups'
    """
    lines, rows, sentences = [], [], []
    for randomised, heading in DESIGN_HEADINGS.items():
        part = effects[effects["randomised"].eq(randomised) & effects[by].notna()]
        if len(part) < 2:
            continue
        values = part["log_hr"].tolist(), part["se"].tolist(), part[by].tolist()
        # Knapp and Hartung's standard errors of two or three trials are themselves a matter of chance, and
        # the chi-square test between groups takes them at their word: it is made with Wald's.
        found = subgroups(*values, knha=REPORTED, wald_test=True)
        drawn = _group_rows(part, by, found)
        lines += _section(heading, drawn, found, design_colour(heading))
        rows += [row | {"design": heading} for row in drawn]
        sentences.append(
            f"{heading}: {counted(len(drawn), 'group')} of {counted(len(part), 'trial')}, {found.sentence}"
        )
    outcome, what = ENDPOINTS.get(endpoint, endpoint), by.replace("_", " ")
    caption = f"Hazard ratios for {outcome} by {what}. " + (
        ". ".join(sentences) + ". A diamond pools at least two trials; a square is one trial. The interval "
        "of two or three trials is very wide, since they hardly show how much trials differ. Groups of "
        "trials differ in more than what names them."
        if sentences
        else "There are fewer than two trials of a kind to compare."
    )
    shown = lines[:-1] or [Line(kind="note", cells={"group": "There are too few trials to compare groups."})]
    figure = draw(shown, group_columns(what), ratio_scale(shown), (2.9, 5.2))
    return figure.describe(
        name=name,
        title=title or f"{outcome.capitalize()} by {what}",
        caption=caption,
        alt=caption,
        data=pd.DataFrame(rows),
    )


def _group_rows(part: pd.DataFrame, by: str, found: Subgroups) -> list[dict]:
    rows = []
    for group, members in part.groupby(by, sort=True):
        row = {"group": design_words(group), "k": len(members), "trial_ids": "; ".join(members["trial_id"])}
        if group in found.pooled:
            shown = found.pooled[group].exp()
            row |= {
                "hr": shown.estimate,
                "ci_low": shown.ci_low,
                "ci_high": shown.ci_high,
                "i2": found.pooled[group].i2,
            }
        else:
            row |= members.iloc[0][["hr", "ci_low", "ci_high"]].to_dict() | {"i2": math.nan}
        rows.append(row)
    return sorted(rows, key=lambda row: (-row["k"], str(row["group"])))


def _section(heading: str, rows: list[dict], found: Subgroups, colour: str) -> list[Line]:
    lines = [group_line(row, colour) for row in rows]
    return [
        Line(kind="heading", cells={"group": heading}),
        *lines,
        Line(kind="note", cells={"group": found.sentence}),
        Line(kind="note"),
    ]


def group_line(row: dict, colour: str) -> Line:
    """A diamond of pooled trials, or the square of a single one, which links to its record."""
    cells = {
        "group": str(row["group"]),
        "k": str(row["k"]),
        "i2": "" if pd.isna(row["i2"]) else f"{row['i2']:.0f} %",
        "effect": f"{row['hr']:.2f} ({row['ci_low']:.2f} to {row['ci_high']:.2f})",
    }
    single = row["k"] == 1
    return Line(
        kind="trial" if single else "pooled",
        cells=cells,
        estimate=row["hr"],
        low=row["ci_low"],
        high=row["ci_high"],
        size=0.25,
        colour=colour,
        url=f"trial:{row['trial_ids']}" if single else None,
    )


def group_columns(what: str, *, wide: bool = False) -> list[TextColumn]:
    return [
        TextColumn(key="group", head=what.capitalize(), x=0.08),
        TextColumn(key="k", head="Trials", x=3.6 if wide else 2.75, align="right"),
        TextColumn(key="effect", head="HR (95 % CI)", x=6.72, align="right"),
        TextColumn(key="i2", head="I²", x=7.3, align="right"),
    ]

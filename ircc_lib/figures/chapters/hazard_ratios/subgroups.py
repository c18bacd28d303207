"""Forest plots of pooled groups: subgroups of trials."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ircc_lib.analysis.arguments import frame
from ircc_lib.analysis.counts.counts import design_words
from ircc_lib.analysis.effects.effects import by_allocation
from ircc_lib.analysis.effects.pooled import Group, between_groups, pool_groups
from ircc_lib.analysis.endpoints import endpoint_of, outcome_of
from ircc_lib.figures.chapters.hazard_ratios.forest import EFFECTS, design_colour
from ircc_lib.figures.chapters.hazard_ratios.wording import DESIGN_HEADINGS
from ircc_lib.figures.display.figure import Figure
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.figures.draw.forest import draw
from ircc_lib.figures.draw.lines import Line, TextColumn, ratio_scale
from ircc_lib.text import counted, with_interval

GROUP_SPAN = (2.36, 5.4)  # inches from the left between which the marks stand
NAMES = {"entity": "tumour", "product": "cell product", "method": "kind of evidence", "comparator_kind": "comparator"}


def subgroup_forest(effects: pd.DataFrame, by: str) -> Figure | Prose:
    """One diamond per group of at least three trials, randomised and other trials apart, with the test between groups.

    Parameters
    ----------
    effects : DataFrame
        Rows of `log_hazard_ratios` with the column `by`.
    by : str
        ``entity``, ``product``, ``design``, ``method`` ... Trials without a value are left out.

    Returns
    -------
    Figure or Prose
        The figure with the rows that it draws; a sentence where there is nothing to draw.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> effects = ircc.log_hazard_ratios(ircc.load_registry(), "OS")
    >>> ircc.hazard_ratios.subgroup_forest(effects, "entity").name
    'forest-os-entity'
    """
    frame("effects", effects, [*EFFECTS, by])
    what = NAMES.get(by, by.replace("_", " "))
    outcome = outcome_of(effects)
    lines, rows, sentences = [], [], []
    for randomised, part in by_allocation(effects).items():
        part, heading = part[part[by].notna()], DESIGN_HEADINGS[randomised]
        if part[by].nunique() < 2:
            continue  # one group has nothing to be compared with
        groups, test = pool_groups(part, by), between_groups(part, by)
        drawn = sorted(_group_rows(groups), key=lambda row: (-row["k"], str(row["group"])))
        lines += _section(heading, drawn, test, design_colour(heading))
        rows += [row | {"design": heading} for row in drawn]
        sentences.append(f"{heading}: {counted(len(part), 'trial')} in {counted(len(drawn), 'group')}, {test}.")
    if not lines:
        return prose("Hazard ratios for {outcome} by {what}: there is nothing to compare.", outcome=outcome, what=what)
    figure = draw(lines[:-1], group_columns(what), ratio_scale(lines), GROUP_SPAN)
    return figure.describe(
        name=f"forest-{endpoint_of(effects).lower()}-{by.removesuffix('_kind').replace('_', '-')}",
        title=f"Hazard ratios for {outcome} by {what}, controlled trials",
        caption="A diamond pools at least three trials, a square is one trial; two trials are given in words. Groups of "
        "trials differ in more than what names them.",
        alt=f"Hazard ratios for {outcome} by {what}. " + " ".join(sentences),
        data=pd.DataFrame(rows),
    )


def _group_rows(groups: dict[object, Group]) -> list[dict[str, Any]]:
    rows = []
    for value, group in groups.items():
        part = group.effects
        row = {"group": design_words(value), "k": len(part), "trial_ids": "; ".join(part["trial_id"]), "i2": math.nan}
        if group.pooled is not None:
            shown = group.pooled.exp()
            ends = {"hr": shown.estimate, "ci_low": shown.ci_low, "ci_high": shown.ci_high}
            row |= ends | {"i2": group.pooled.i2, "kind": "pooled"}
        elif group.common is not None:
            row |= dict(zip(("hr", "ci_low", "ci_high"), group.common[:3])) | {"kind": "common effect"}
        else:
            row |= part.iloc[0][["hr", "ci_low", "ci_high"]].to_dict() | {"kind": "trial"}
        rows.append(row)
    return rows


def _section(heading: str, rows: list[dict[str, Any]], test: str, colour: str) -> list[Line]:
    lines = [group_line(row, colour) for row in rows]
    return [
        Line(kind="heading", cells={"group": heading}),
        *lines,
        Line(kind="note", cells={"group": test}),
        Line(kind="note"),
    ]


def group_line(row: dict[str, Any], colour: str) -> Line:
    """A diamond of pooled trials, two trials in words, or the square of a single one, which links to its record."""
    kind = row.get("kind", "pooled")
    ratio = with_interval(row["hr"], row["ci_low"], row["ci_high"])
    cells = {
        "group": str(row["group"]),
        "k": str(row["k"]),
        "i2": "" if pd.isna(row["i2"]) else f"{row['i2']:.0f} %",
        "effect": ratio,
    }
    if kind == "common effect":
        return Line(kind="note", cells=cells | {"effect": f"if one effect {ratio}"})
    return Line(
        kind=kind,
        cells=cells,
        estimate=row["hr"],
        low=row["ci_low"],
        high=row["ci_high"],
        size=0.25,
        colour=colour,
        url=f"trial:{row['trial_ids']}" if kind == "trial" else None,
    )


def group_columns(what: str) -> list[TextColumn]:
    """The columns of a figure of pooled groups, which leave `GROUP_SPAN` to the marks."""
    return [
        TextColumn(key="group", head=what.capitalize(), x=0.08, width=1.76),
        TextColumn(key="k", head="Trials", x=2.3, align="right"),
        TextColumn(key="effect", head="HR (95 % CI)", x=6.86, align="right", first=True),
        TextColumn(key="i2", head="I²", x=7.34, align="right"),
    ]

"""The pooled result under other choices of what to pool."""

from __future__ import annotations

import pandas as pd

from ircc_lib.analysis.endpoints import endpoint_of, outcome_of
from ircc_lib.figures.chapters.hazard_ratios.forest import design_colour
from ircc_lib.figures.chapters.hazard_ratios.subgroups import group_line
from ircc_lib.figures.chapters.hazard_ratios.wording import DESIGN_HEADINGS
from ircc_lib.figures.display.figure import Figure
from ircc_lib.figures.draw.forest import draw
from ircc_lib.figures.draw.lines import Line, TextColumn, ratio_scale
from ircc_lib.text import counted

COLUMNS = [
    TextColumn(key="group", head="Choice", x=0.08, width=2.1),
    TextColumn(key="k", head="Trials", x=2.4, align="right"),
    TextColumn(key="effect", head="HR (95 % CI)", x=6.9, align="right", first=True),
    TextColumn(key="i2", head="I²", x=7.34, align="right"),
]
SPAN = (2.46, 5.5)


def sensitivity_forest(rows: pd.DataFrame) -> Figure:
    """The pooled hazard ratio under each choice of `effect_sensitivity`.

    Parameters
    ----------
    rows : DataFrame
        As `sensitivity` returns them.
    """
    outcome = outcome_of(rows)
    lines, sentences = [], []
    for randomised, heading in DESIGN_HEADINGS.items():
        part = rows[rows["randomised"].eq(randomised)].rename(columns={"what": "group", "trials": "k"})
        if len(part):
            lines += [
                Line(kind="heading", cells={"group": heading}),
                *(group_line(row, design_colour(heading)) for row in part.to_dict("records")),
                Line(kind="note"),
            ]
            sentences.append(
                f"{heading}: pooled ratios from {part['hr'].min():.2f} to "
                f"{part['hr'].max():.2f} over {counted(len(part), 'choice')}"
            )
    shown = lines[:-1] or [Line(kind="note", cells={"group": "Fewer than three trials of a kind have an effect."})]
    figure = draw(shown, COLUMNS, ratio_scale(shown), SPAN)
    return figure.describe(
        name=f"sensitivity-{endpoint_of(rows).lower()}",
        title=f"Sensitivity of the pooled hazard ratio for {outcome}, controlled trials",
        caption="Choices that leave fewer than three trials are not shown.",
        alt=f"The pooled hazard ratio for {outcome} under other choices. {'; '.join(sentences) or 'Nothing to pool'}.",
        data=rows,
    )

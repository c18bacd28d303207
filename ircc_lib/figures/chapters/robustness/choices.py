"""The pooled result under other choices of what to pool."""

from __future__ import annotations

import pandas as pd

from ircc_lib.figures.chapters.hazard_ratios.forest import DESIGN_HEADINGS, ENDPOINTS, design_colour
from ircc_lib.figures.chapters.hazard_ratios.subgroups import group_columns, group_line
from ircc_lib.figures.display.exhibit import Exhibit
from ircc_lib.figures.draw.forest import Line, draw, ratio_scale
from ircc_lib.text import counted


def sensitivity_forest(rows: pd.DataFrame, *, endpoint: str = "OS", name: str = "forest-sensitivity") -> Exhibit:
    """The pooled hazard ratio under each choice of `effect_sensitivity`.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> ircc.robustness.sensitivity_forest(ircc.robustness.sensitivity(ircc.load_registry(), "OS")).name
    'forest-sensitivity'
    """
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
    outcome = ENDPOINTS.get(endpoint, endpoint)
    caption = f"The pooled hazard ratio for {outcome} under other choices. " + (
        "; ".join(sentences) + "." if sentences else "No trial of this edition has an effect to pool."
    )
    shown = lines[:-1] or [Line(kind="note", cells={"group": "No trial has an effect to show."})]
    figure = draw(shown, group_columns("choice", wide=True), ratio_scale(shown), (3.75, 5.3))
    return figure.describe(
        name=name, title=f"Sensitivity of the pooled result, {outcome}", caption=caption, alt=caption, data=rows
    )

"""The pooled hazard ratio step by step: as years went by, and without each trial in turn."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from ircc_lib.analysis.effects.effects import by_allocation
from ircc_lib.analysis.effects.pooled import FEWEST
from ircc_lib.analysis.meta.influence import cumulative, leave_one_out
from ircc_lib.analysis.meta.pooling import REPORTED
from ircc_lib.figures.chapters.hazard_ratios.forest import DESIGN_HEADINGS, ENDPOINTS, design_colour
from ircc_lib.figures.display.exhibit import Exhibit
from ircc_lib.figures.draw.forest import draw
from ircc_lib.figures.draw.lines import Line, TextColumn, ratio_scale
from ircc_lib.registry.labels import trial_label
from ircc_lib.text import counted, ratio_with_ci
from ircc_lib.text import with_interval as words_of

CAPTION = (
    "Random effects, Hartung-Knapp interval, never narrower than Wald's; no pooled result of fewer than three trials."
)


def cumulative_forest(effects: pd.DataFrame, *, endpoint: str = "OS", name: str = "forest-cumulative") -> Exhibit:
    """The pooled hazard ratio as it stood at the end of each year, randomised and other trials apart.

    Parameters
    ----------
    effects : rows of `log_hazard_ratios`

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> effects = ircc.log_hazard_ratios(ircc.load_registry(), "OS")
    >>> ircc.robustness.cumulative_forest(effects).name
    'forest-cumulative'
    """
    steps = _by_design(
        effects[effects["year"].notna()],  # a trial of unknown year has no place in time
        FEWEST,
        _cumulative,
    )
    lines = _lines(steps, lambda row: f"up to {row.order}", lambda row: {"k": str(row.k)})
    last = {heading: rows.iloc[-1] for heading, rows in steps.items()}
    sentences = [
        f"{heading}: {ratio_interval(row)} after {counted(int(row['k']), 'trial')} up to {int(row['order'])}"
        for heading, row in last.items()
    ]
    outcome = ENDPOINTS.get(endpoint, endpoint)
    caption = f"The pooled hazard ratio for {outcome} as it stood at the end of each year. " + (
        "; ".join(sentences) + "." if sentences else "There are fewer than three trials of a kind to pool."
    )
    return _drawn(
        lines, steps, caption, name=name, title=f"Pooled hazard ratio for {outcome}, year by year", counts=True
    )


def leave_one_out_forest(effects: pd.DataFrame, *, endpoint: str = "OS", name: str = "forest-leave-one-out") -> Exhibit:
    """The pooled hazard ratio without each trial in turn, randomised and other trials apart.

    Parameters
    ----------
    effects : rows of `log_hazard_ratios`

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> effects = ircc.log_hazard_ratios(ircc.load_registry(), "OS")
    >>> ircc.robustness.leave_one_out_forest(effects).name
    'forest-leave-one-out'
    """
    steps = _by_design(
        effects,
        FEWEST + 1,
        lambda part: leave_one_out(part["log_hr"].tolist(), part["se"].tolist(), knha=REPORTED).assign(
            trial_id=part["trial_id"].tolist()
        ),
    )
    lines = _lines(steps, lambda row: f"without {trial_label(row.trial_id)}", lambda row: {})
    outcome = ENDPOINTS.get(endpoint, endpoint)
    sentences = [range_sentence(heading, rows) for heading, rows in steps.items()]
    caption = f"The pooled hazard ratio for {outcome} without each trial in turn. " + (
        "; ".join(sentences) + "." if sentences else "This needs at least four trials of a kind."
    )
    return _drawn(lines, steps, caption, name=name, title=f"Leaving out one trial: {outcome}", counts=False)


def _cumulative(part: pd.DataFrame) -> pd.DataFrame:
    """The pooled result at the end of each year from the third trial on."""
    rows = cumulative(part["log_hr"].tolist(), part["se"].tolist(), part["year"].tolist(), knha=REPORTED)
    return rows[rows["k"] >= FEWEST]


def ratio_interval(row) -> str:
    """Estimate and interval of a row on the log scale, as hazard ratios."""
    return ratio_with_ci(*(math.exp(row[key]) for key in ("estimate", "ci_low", "ci_high")))


def range_sentence(heading: str, rows: pd.DataFrame) -> str:
    """Between which pooled results the rows of `leave_one_out` lie, and without which trials."""
    most, least = (rows.loc[place] for place in (rows["estimate"].idxmin(), rows["estimate"].idxmax()))
    return (
        f"{heading}: from {ratio_interval(most)} without {trial_label(most['trial_id'])} to "
        f"{ratio_interval(least)} without {trial_label(least['trial_id'])}"
    )


def _by_design(effects: pd.DataFrame, fewest: int, step: Callable) -> dict[str, pd.DataFrame]:
    parts = {DESIGN_HEADINGS[randomised]: part for randomised, part in by_allocation(effects).items()}
    found = {heading: step(part) for heading, part in parts.items() if len(part) >= fewest}
    return {heading: rows for heading, rows in found.items() if len(rows)}


def _lines(steps: dict[str, pd.DataFrame], what: Callable, further: Callable) -> list[Line]:
    lines = []
    for heading, rows in steps.items():
        lines.append(Line(kind="heading", cells={"what": heading}))
        for row in rows.itertuples():
            estimate, low, high = (math.exp(value) for value in (row.estimate, row.ci_low, row.ci_high))
            cells = {"what": what(row), "effect": words_of(estimate, low, high)} | further(row)
            url = f"trial:{row.trial_id}" if "trial_id" in rows else None
            lines.append(
                Line(
                    kind="trial",
                    cells=cells,
                    estimate=estimate,
                    low=low,
                    high=high,
                    size=0.3,
                    colour=design_colour(heading),
                    url=url,
                )
            )
        lines.append(Line(kind="note"))
    return lines[:-1]


def _drawn(
    lines: list[Line], steps: dict[str, pd.DataFrame], caption: str, *, name: str, title: str, counts: bool
) -> Exhibit:
    columns = [
        TextColumn(key="what", head="", x=0.08),
        TextColumn(key="effect", head="HR (95 % CI)", x=7.3, align="right", first=True),
    ]
    columns += [TextColumn(key="k", head="Trials", x=2.35, align="right")] if counts else []
    shown = lines or [Line(kind="note", cells={"what": "There are too few trials to show."})]
    figure = draw(shown, columns, ratio_scale(shown), (2.6, 5.7))
    ratios = [rows.assign(group=heading, hr=rows["estimate"].map(math.exp)) for heading, rows in steps.items()]
    data = pd.concat(ratios, ignore_index=True) if ratios else pd.DataFrame(columns=["group", "hr"])
    return figure.describe(name=name, title=title, caption=CAPTION, alt=caption, data=data)

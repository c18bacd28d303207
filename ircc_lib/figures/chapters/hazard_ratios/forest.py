"""Forest plots of hazard ratios, drawn to be read: every trial with its numbers, pooled by group.

Randomised and non-randomised trials are drawn in groups of their own and never share a diamond.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from ircc_lib.analysis.arguments import frame
from ircc_lib.analysis.effects.pooled import REVIEW_ONLY, Group, pool_groups
from ircc_lib.analysis.effects.risk_of_bias import SIGNALS
from ircc_lib.analysis.endpoints import endpoint_of, outcome_of
from ircc_lib.analysis.meta.result import PooledEffect
from ircc_lib.figures.chapters.hazard_ratios.wording import (
    DESIGN_HEADINGS,
    REVIEW_HEADING,
    alt_words,
    caption_words,
    drawn_rows,
    group_label,
)
from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import Figure
from ircc_lib.figures.draw.diamonds import DESIGN_COLOURS
from ircc_lib.figures.draw.forest import PREDICTION, draw
from ircc_lib.figures.draw.lines import Line, TextColumn, ratio_scale
from ircc_lib.registry.labels import trial_label
from ircc_lib.registry.rows import rows_of
from ircc_lib.text import capital, counted, span, with_interval

COMPARATORS = {
    "none": "v no treatment",
    "same treatment without cells": "",
    "other active treatment": "v other treatment",
}
LONG = 20  # trials above which the pooled results come first and the trials are split by tumour
EFFECTS = ("trial_id", "entity", "endpoint", "log_hr", "se", "hr", "ci_low", "ci_high", "randomised")
FOLDED = 60  # trials above which a figure shows the groups of each tumour and no single trials
SPAN = (2.74, 5.8)
WIDE_WORDS = 2.62  # inches that the words of a trial have


def forest(
    effects: pd.DataFrame,
    pooled: dict[object, PooledEffect] | None = None,
    *,
    by: str = "randomised",
    name: str = "",
    title: str = "",
    method: str = "REML",
    bias: pd.DataFrame | None = None,
) -> Figure:
    """Every trial's hazard ratio, and the pooled one of each group of at least three.

    Parameters
    ----------
    effects : DataFrame
        Rows of `log_hazard_ratios`.
    pooled : dict[object, PooledEffect], optional
        Group -> pooled effect, for instance a fit with other options; what it lacks is that of
        `pool_groups` (`method`, Hartung-Knapp, never narrower than Wald's).
    by : str
        The column whose values make the groups. Unless it is ``randomised``, the effects must
        be of one kind, since randomised and other trials are not pooled together.
    name, title : str
        Of the figure, where they shall not follow from the endpoint.
    method : str
        Estimator of the variance between trials, as for `pool`.
    bias : DataFrame, optional
        `risk_of_bias`, to be shown beside each trial.

    Returns
    -------
    Figure
        With no effects, a figure that says that there are none; with more than twenty, the pooled results
        first and the trials by tumour; with more than sixty, the pooled results of each tumour alone.

    Raises
    ------
    ValueError
        `by` would put randomised and non-randomised trials under one diamond

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> effects = ircc.log_hazard_ratios(ircc.load_registry(), "OS")
    >>> ircc.forest(effects).name
    'forest-os'
    """
    frame("effects", effects, [*EFFECTS, by])
    groups = _given(pool_groups(effects, by, method=method), pooled or {})
    lights = {} if bias is None else {row["trial_id"]: tuple(row[key] for key in SIGNALS) for row in rows_of(bias)}
    about = _About(endpoint=effects["endpoint"].nunique() > 1, tumour=by != "randomised" or len(effects) <= LONG)
    folded = len(effects) > FOLDED
    lines = [
        line
        for value, group in groups
        for line in (
            _folded_lines(by, value, group, method) if folded else _group_lines(by, value, group, about, lights)
        )
    ]
    lines = lines[:-1] or [_nothing()]
    outcome = outcome_of(effects)
    figure = draw(lines, _columns(), ratio_scale(lines), SPAN)
    return figure.describe(
        name=name
        or f"forest-{endpoint_of(effects).lower()}" + ("" if by == "randomised" else f"-{by.replace('_', '-')}"),
        title=title
        or (
            f"Hazard ratios for {outcome}, trials pooled by tumour"
            if folded
            else f"{outcome.capitalize()}, every trial"
        ),
        caption=caption_words(groups, outcome, lights=bool(lights), folded=folded),
        alt=alt_words(by, groups, outcome),
        data=drawn_rows(by, groups, lights),
    )


def design_colour(heading: str) -> str:
    """The colour of randomised trials or of others, by their heading."""
    if heading == REVIEW_HEADING:
        return style.MUTED
    return DESIGN_COLOURS["not randomised" if heading == DESIGN_HEADINGS[False] else "randomised"]


def pooled_lines(group: Group, colour: str, *, label: str = "") -> list[Line]:
    """The diamond and the prediction interval of a group, or in words why there is none."""
    k = len(group.effects)
    if group.pooled is None:
        words = "one trial: nothing to pool"
        if group.common is not None:
            words = f"two trials, not pooled; if they share one effect: {with_interval(*group.common[:3])}"
        return [Line(kind="note", cells={"trial": words if k < 3 else "trials shown, not pooled"})]
    shown = group.pooled.exp()
    lines = [
        Line(
            kind="pooled",
            cells={
                "trial": label or f"Pooled, {counted(k, 'trial')}",
                "effect": with_interval(shown.estimate, shown.ci_low, shown.ci_high),
            },
            estimate=shown.estimate,
            low=shown.ci_low,
            high=shown.ci_high,
            colour=colour,
        )
    ]
    if group.predicts:
        lines.append(
            Line(
                kind="prediction",
                cells={"trial": PREDICTION, "effect": span(shown.pi_low, shown.pi_high)},
                estimate=shown.estimate,
                low=shown.pi_low,
                high=shown.pi_high,
                colour=colour,
            )
        )
    return lines


def _given(groups: dict[object, Group], pooled: dict[object, PooledEffect]) -> list[tuple[object, Group]]:
    found = {
        value: Group(effects=group.effects, pooled=pooled[value]) if value in pooled else group
        for value, group in groups.items()
    }
    order = [True, REVIEW_ONLY, False] if set(found) <= {True, False, REVIEW_ONLY} else list(found)
    return [(value, found[value]) for value in order if value in found]


def _colour(group: Group) -> str:
    row = group.effects.iloc[0]
    return style.MUTED if row["review_only"] else design_colour(DESIGN_HEADINGS[bool(row["randomised"])])


def _group_lines(by: str, value: Any, group: Group, about: _About, lights: dict[str, tuple[str, ...]]) -> list[Line]:
    part, colour = group.effects, _colour(group)
    shares = None if group.pooled is None else group.pooled.weights
    weights = (part["se"] ** -2).tolist() if shares is None else list(shares)
    heaviest = max(weights)
    trials: dict[str, list[Line]] = {}
    for row, weight in zip(rows_of(part), weights):
        line = Line(
            kind="trial",
            cells=_cells(row),
            below=_below(row, about),
            lights=lights.get(row["trial_id"], ()),
            estimate=row["hr"],
            low=row["ci_low"],
            high=row["ci_high"],
            size=weight / heaviest,
            colour=colour,
            url=f"trial:{row['trial_id']}",
        )
        trials.setdefault("" if about.tumour else row["entity"], []).append(line)
    heading, pooled = Line(kind="heading", cells={"trial": group_label(by, value)}), pooled_lines(group, colour)
    if about.tumour:
        return [heading, *trials[""], *pooled, Line(kind="note")]
    split = sorted(trials.items(), key=lambda found: (-len(found[1]), found[0]))
    sections = [[Line(kind="section", cells={"trial": capital(tumour)}), *lines] for tumour, lines in split]
    return [heading, *pooled, *(line for section in sections for line in section), Line(kind="note")]


def _folded_lines(by: str, value: Any, group: Group, method: str) -> list[Line]:
    """The pooled result of a group, then that of each tumour."""
    colour = _colour(group)
    lines = [Line(kind="heading", cells={"trial": group_label(by, value)}), *pooled_lines(group, colour)]
    tumours = pool_groups(group.effects, "entity", method=method)
    for tumour, part in sorted(tumours.items(), key=lambda found: (-len(found[1].effects), str(found[0]))):
        if part.pooled is not None:
            lines += pooled_lines(part, colour, label=f"{tumour}, {len(part.effects)}")[:1]
        else:
            lines += [
                Line(
                    kind="trial",
                    cells=_cells(row) | {"trial": f"{trial_label(row['trial_id'])}, {tumour}"},
                    estimate=row["hr"],
                    low=row["ci_low"],
                    high=row["ci_high"],
                    size=0.25,
                    colour=colour,
                    url=f"trial:{row['trial_id']}",
                )
                for row in rows_of(part.effects)
            ]
    return [*lines, Line(kind="note")]


def _cells(row: dict[str, Any]) -> dict[str, str]:
    sizes, total = [row["n_cik"], row["n_control"]], row.get("n_total")
    arms = "" if total is None or pd.isna(total) else f"{total} in all"  # the record states no arms
    return {
        "trial": trial_label(row["trial_id"]),
        "n": arms if any(pd.isna(size) for size in sizes) else f"{sizes[0]}/{sizes[1]}",
        "effect": with_interval(row["hr"], row["ci_low"], row["ci_high"]),
    }


@dataclass(frozen=True)
class _About:
    """What the second line of a trial says: its endpoint, its tumour."""

    endpoint: bool
    tumour: bool


def _below(row: dict[str, Any], about: _About) -> dict[str, str]:
    """Endpoint, comparator and tumour, and what the grade is."""
    said = [row["endpoint"]] if about.endpoint else []
    said.append(COMPARATORS.get(row["comparator_kind"], "v not stated"))
    said += [row["entity"]] if about.tumour else []
    mark = "≠\u00a0" if row["contradicts_own_test"] else ""
    return {"trial": " · ".join(filter(None, said)), "grade": f"{mark}Grade\u00a0{row['quality']}"}


def _columns() -> list[TextColumn]:
    return [
        TextColumn(key="trial", head="Trial", x=0.08, width=WIDE_WORDS),
        TextColumn(key="n", head="CIK/control", x=2.68, align="right"),
        TextColumn(key="effect", head="HR (95 % CI)", x=7.32, align="right", first=True),
        TextColumn(key="grade", head="", x=6.47, align="right"),
    ]


def _nothing() -> Line:
    return Line(kind="note", cells={"trial": "No trial of this selection has an effect to show."})

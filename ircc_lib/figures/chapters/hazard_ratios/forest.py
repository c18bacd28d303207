"""Forest plots of hazard ratios, drawn to be read: every trial with its numbers, pooled by group.

Randomised and non-randomised trials are drawn in groups of their own and never share a diamond.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from ircc_lib.analysis.effects.pooled import ENDPOINTS
from ircc_lib.analysis.meta.pooling import REPORTED, pool
from ircc_lib.analysis.meta.result import PooledEffect
from ircc_lib.figures.display.exhibit import Exhibit
from ircc_lib.figures.draw.diamonds import DESIGN_COLOURS
from ircc_lib.figures.draw.forest import PREDICTION, Line, TextColumn, draw, ratio_scale
from ircc_lib.registry.labels import trial_label
from ircc_lib.registry.rows import rows_of
from ircc_lib.text import counted, interval

DESIGN_HEADINGS = {True: "Randomised trials", False: "Non-randomised controlled studies"}
LONGEST = 26  # characters of a tumour's name that the column holds


def forest(
    effects: pd.DataFrame,
    pooled: dict[object, PooledEffect] | None = None,
    *,
    by: str = "randomised",
    endpoint: str = "OS",
    name: str = "forest",
    title: str = "",
    method: str = "REML",
) -> Exhibit:
    """Every trial's hazard ratio, and the pooled one of each group.

    Parameters
    ----------
    effects : rows of `log_hazard_ratios`
    pooled : group -> pooled effect, for instance a fit with other options; groups of two or
        more trials that it lacks are pooled here (`method`, Knapp-Hartung)
    by : the column whose values make the groups. Unless it is ``randomised``, the effects must
        be of one kind, since randomised and other trials are not pooled together
    endpoint : ``OS`` or ``PFS``, for the words
    name, title : of the exhibit

    Returns
    -------
    Exhibit
        with no effects, a figure that says that there are none

    Raises
    ------
    ValueError
        `by` would put randomised and non-randomised trials under one diamond

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> effects = ircc.log_hazard_ratios(ircc.load_registry(), "OS")
    >>> ircc.forest(effects, endpoint="OS").name
    'forest'
    """
    if by != "randomised" and effects["randomised"].nunique() > 1:
        raise ValueError(
            "randomised and non-randomised trials are not pooled together: pass one kind, or by='randomised'"
        )
    groups = _pooled_groups(
        effects, by, pooled or {}, lambda part: pool(part["log_hr"], part["se"], method=method, knha=REPORTED)
    )
    several = effects["entity"].nunique() > 1
    lines = [line for group in groups for line in _group_lines(*group)][:-1] or [_nothing()]
    figure = draw(
        lines,
        _columns(several, effects["endpoint"].nunique() > 1),
        ratio_scale(lines),
        (3.54, 4.98) if several else (2.2, 4.98),
    )
    outcome = ENDPOINTS.get(endpoint, endpoint)
    caption, alt = _words(groups, outcome)
    return figure.describe(
        name=name, title=title or f"Hazard ratios for {outcome}", caption=caption, alt=alt, data=_drawn(groups)
    )


def group_label(by: str, value) -> str:
    """A group's name as its heading has it: ``Randomised trials``, ``gastric cancer``."""
    return DESIGN_HEADINGS[bool(value)] if by == "randomised" else str(value)


def ratio_interval(row) -> str:
    """Estimate and interval of a row on the log scale, as hazard ratios."""
    return interval(*(math.exp(row[key]) for key in ("estimate", "ci_low", "ci_high")))


def _pooled_groups(effects: pd.DataFrame, by: str, given: dict, fit: Callable) -> list[tuple]:
    """Heading, trials, pooled effect (None for a single trial) and colour of each group."""
    groups = []
    for value, part in effects.groupby(by, sort=True):
        effect = given.get(value) or (fit(part) if len(part) > 1 else None)
        groups.append(
            (group_label(by, value), part, effect, design_colour(DESIGN_HEADINGS[bool(part["randomised"].iloc[0])]))
        )
    return groups[::-1] if by == "randomised" else groups  # randomised trials lead


def design_colour(heading: str) -> str:
    """The colour of randomised trials or of others, by their heading."""
    return DESIGN_COLOURS["not randomised" if heading == DESIGN_HEADINGS[False] else "randomised"]


def _group_lines(heading: str, part: pd.DataFrame, effect: PooledEffect | None, colour: str) -> list[Line]:
    weights = [100.0] if effect is None else effect.weights
    heaviest = max(weights)
    lines = [Line(kind="heading", cells={"trial": heading})]
    for row, weight in zip(rows_of(part), weights):
        lines.append(
            Line(
                kind="trial",
                cells=_cells(row, weight if effect else None),
                estimate=row["hr"],
                low=row["ci_low"],
                high=row["ci_high"],
                size=weight / heaviest,
                colour=colour,
                url=f"trial:{row['trial_id']}",
            )
        )
    if effect is None:
        return [*lines, Line(kind="note", cells={"trial": "one trial: nothing to pool"}), Line(kind="note")]
    shown = effect.exp()
    lines.append(
        Line(
            kind="pooled",
            cells={
                "trial": f"Pooled, {counted(effect.k, 'trial')}",
                "weight": "100",
                "effect": _numbers(shown.estimate, shown.ci_low, shown.ci_high),
            },
            estimate=shown.estimate,
            low=shown.ci_low,
            high=shown.ci_high,
            colour=colour,
        )
    )
    if not math.isnan(shown.pi_low):
        lines.append(
            Line(
                kind="prediction",
                cells={"trial": PREDICTION, "effect": f"{shown.pi_low:.2f} to {shown.pi_high:.2f}"},
                estimate=shown.estimate,
                low=shown.pi_low,
                high=shown.pi_high,
                colour=colour,
            )
        )
    return [*lines, Line(kind="note", cells={"trial": effect.heterogeneity}), Line(kind="note")]


def _cells(row: dict, weight: float | None) -> dict[str, str]:
    label = trial_label(row["trial_id"])
    return {
        "trial": label if pd.isna(row["year"]) or str(row["year"]) in label else f"{label} ({row['year']})",
        "tumour": _shortened(row["entity"]),
        "n": _sizes(row["n_cik"], row["n_control"]),
        "effect": _numbers(row["hr"], row["ci_low"], row["ci_high"]),
        "weight": "" if weight is None else f"{weight:.1f}",
        "grade": row["quality"],
        "endpoint": row["endpoint"],
    }


def _sizes(n_cik, n_control) -> str:
    known = ["–" if pd.isna(n) else str(n) for n in (n_cik, n_control)]
    return "/".join(known) if known != ["–", "–"] else "–"


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _numbers(estimate: float, low: float, high: float) -> str:
    return f"{estimate:.2f} ({low:.2f} to {high:.2f})"


def _columns(several: bool, endpoints: bool) -> list[TextColumn]:
    tumour = [TextColumn(key="tumour", head="Tumour", x=1.36)] if several else []
    endpoint = [TextColumn(key="endpoint", head="", x=6.28)] if endpoints else []
    return [
        TextColumn(key="trial", head="Trial", x=0.08),
        *tumour,
        TextColumn(key="n", head="CIK/control", x=3.46 if several else 2.1, align="right"),
        TextColumn(key="effect", head="HR (95 % CI)", x=6.2 if endpoints else 6.3, align="right"),
        *endpoint,
        TextColumn(key="weight", head="Weight", x=6.86, align="right"),
        TextColumn(key="grade", head="Grade", x=7.32, align="right"),
    ]


def _nothing() -> Line:
    return Line(kind="note", cells={"trial": "No trial of this selection has an effect to show."})


def _words(groups: list[tuple], outcome: str) -> tuple[str, str]:
    if not groups:
        none = f"No controlled trial of this selection gives a hazard ratio for {outcome}."
        return none, none
    found = [_group_sentence(heading, part, effect) for heading, part, effect, _ in groups]
    rule = (
        "Squares are sized by weight within their group; a ratio below 1 favours CIK. Grade A is a "
        "reported ratio, E one estimated from medians; a pooled ratio is of random effects with Knapp "
        "and Hartung's interval, which two or three trials leave very wide."
    )
    said = " ".join(found)
    return f"Hazard ratios for {outcome}. {said} {rule}", f"Forest plot, {outcome}. {said}"


def _group_sentence(heading: str, part: pd.DataFrame, effect: PooledEffect | None) -> str:
    if effect is None:
        row = part.iloc[0]
        return (
            f"{heading}: one trial, {trial_label(row['trial_id'])}, "
            f"{interval(row['hr'], row['ci_low'], row['ci_high'])}; there is nothing to pool."
        )
    shown, below = effect.exp(), int((part["hr"] < 1).sum())
    predicted = f", prediction interval {shown.pi_low:.2f} to {shown.pi_high:.2f}"
    predicted = "" if math.isnan(shown.pi_low) else predicted
    return (
        f"{heading}: {below} of {effect.k} below 1, pooled "
        f"{interval(shown.estimate, shown.ci_low, shown.ci_high)}{predicted}, I² {effect.i2:.0f} %."
    )


def _drawn(groups: list[tuple]) -> pd.DataFrame:
    keys = [
        "trial_id",
        "entity",
        "year",
        "endpoint",
        "n_cik",
        "n_control",
        "hr",
        "ci_low",
        "ci_high",
        "quality",
        "method",
    ]
    parts = [
        part[keys].assign(group=heading, row="trial", weight=None if effect is None else effect.weights)
        for heading, part, effect, _ in groups
    ]
    sums = [
        {
            "group": heading,
            "row": "pooled",
            "hr": (shown := effect.exp()).estimate,
            "ci_low": shown.ci_low,
            "ci_high": shown.ci_high,
            "pi_low": shown.pi_low,
            "pi_high": shown.pi_high,
            "tau2": effect.tau2,
            "i2": effect.i2,
        }
        for heading, _, effect, _ in groups
        if effect is not None
    ]
    return pd.concat([*parts, pd.DataFrame(sums)], ignore_index=True) if parts else pd.DataFrame(columns=keys)

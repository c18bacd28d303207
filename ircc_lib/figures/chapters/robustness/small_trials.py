"""Are small trials different, and does the effect go with a trial's characteristic?"""

from __future__ import annotations

import math

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from ircc_lib.analysis.arguments import frame
from ircc_lib.analysis.effects.robustness.small_trials import MIN_TRIALS_FOR_EGGER, line_along, small_trials
from ircc_lib.analysis.endpoints import endpoint_of, outcome_of
from ircc_lib.analysis.meta.bias import EggerTest
from ircc_lib.analysis.meta.regression import MetaRegression
from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import Figure, new_figure
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.figures.draw.lines import FINER_TICKS, RATIO_TICKS
from ircc_lib.figures.draw.point_labels import name_points
from ircc_lib.registry.labels import trial_label
from ircc_lib.text import counted, p_text

BANDS = {0.99: 0.07, 0.95: 0.12, 0.90: 0.18}  # level -> how dark; the innermost is least significant
LABELS = {"year": "year of publication"}
MOST_NAMED = 5  # trials named beside their points: those furthest from the centre


def funnel_plot(effects: pd.DataFrame) -> Figure | Prose:
    """Effect against standard error, with bands of significance, the pooled effect and Egger's line.

    Parameters
    ----------
    effects : DataFrame
        Rows of `log_hazard_ratios`, all randomised or all not.

    Returns
    -------
    Figure
        Or a sentence where there are fewer than three trials.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> effects = ircc.log_hazard_ratios(ircc.load_registry(), "OS").query("randomised")
    >>> ircc.robustness.funnel(effects).name
    'funnel-os-randomised'
    """
    frame("effects", effects, ["trial_id", "log_hr", "se", "randomised"])
    found, outcome = small_trials(effects), outcome_of(effects)
    kind = (
        "trials" if effects.empty else "randomised trials" if effects["randomised"].all() else "non-randomised studies"
    )
    if found.pooled is None:
        return prose("There are too few {kind} for a funnel plot of {outcome}.", kind=kind, outcome=outcome)
    untested = found.test is None or found.test.k < MIN_TRIALS_FOR_EGGER
    with mpl.rc_context(style.RC):
        figure = new_figure(4.3)
        axes = figure.add_axes((0.09, 0.12, 0.88, 0.79))
        draw_bands(axes, found.bands)
        draw_centre(axes, effects, found.pooled, found.test)
        draw_points(axes, effects)
        ratio_axis(axes, effects["log_hr"].to_numpy(), horizontal=True)
        axes.set_ylim(1.05 * effects["se"].max(), 0)
        name_points(
            axes,
            [
                (row.log_hr, row.se, trial_label(row.trial_id), f"trial:{row.trial_id}")
                for row in outermost(effects).itertuples()
            ],
        )
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=5, fontsize=style.TEXT, columnspacing=1.2)
        axes.set(
            xlabel="Hazard ratio (log scale): left of 1 favours CIK", ylabel="Standard error of the log hazard ratio"
        )
    return figure.describe(
        name=f"funnel-{endpoint_of(effects).lower()}-{'randomised' if effects['randomised'].all() else 'other'}",
        title=f"Funnel plot, {outcome}, {kind}",
        caption="In the bands about 1 a trial is not significant at 10, 5 and 1 %. "
        f"{_test_words(found.test) if untested else 'Dashed: the line of the test of asymmetry.'} "
        "Standard errors of derived ratios rest on the size of the trial and on assumed follow-up.",
        alt=f"Funnel plot, {outcome}: {len(effects)} {kind}.{'' if untested else f' {_test_words(found.test)}'}",
        data=effects[["trial_id", "year", "log_hr", "se", "hr", "quality"]],
    )


def bubble_plot(effects: pd.DataFrame, by: str, *, label: str = "") -> Figure:
    """Effect against a trial's characteristic, with the meta-regression on it and on randomisation.

    Parameters
    ----------
    effects : DataFrame
        Rows of `log_hazard_ratios` with the numeric column `by`.
    by : str
        The characteristic: a numeric column of ``effects``.
    label : str, optional
        What `by` is, with its unit, where its name does not say it.

    Returns
    -------
    Figure
        The figure with its caption, alternative text and the rows that it draws.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> effects = ircc.log_hazard_ratios(ircc.load_registry(), "OS")
    >>> ircc.robustness.bubble(effects, "year").name
    'bubble-os-year'
    """
    frame("effects", effects, ["trial_id", "log_hr", "se", "randomised", by])
    pooled_kinds = effects[~effects["review_only"].astype(bool)]
    shown, label = pooled_kinds[pooled_kinds[by].notna()], label or LABELS.get(by, by)
    fitted, outcome = line_along(shown, by), outcome_of(effects)
    with mpl.rc_context(style.RC):
        figure = new_figure(3.8)
        axes = figure.add_axes((0.09, 0.14, 0.88, 0.82))
        axes.axhline(0, color=style.MUTED, linewidth=0.8)
        for group, part in shown.groupby("randomised", sort=False):
            draw_bubbles(axes, part, by, bool(group), fitted)
        if len(shown):
            ratio_axis(axes, shown["log_hr"].to_numpy(), horizontal=False)
            axes.legend(loc="lower left", fontsize=style.TEXT, markerscale=0.7)
        axes.set(xlabel=label.capitalize(), ylabel="Hazard ratio (log scale)")
        axes.locator_params(axis="x", integer=True)
    words = _bubble_words(shown, fitted, outcome, label)
    return figure.describe(
        name=f"bubble-{endpoint_of(effects).lower()}-{by.replace('_', '-')}",
        title=f"Hazard ratios for {outcome} by {label}, controlled trials",
        caption="Larger points are more precise trials; the lines are of one meta-regression with randomisation.",
        alt=words,
        data=shown[["trial_id", by, "log_hr", "se", "hr", "randomised"]],
    )


def draw_bands(axes: Axes, bands: pd.DataFrame) -> None:
    """Where a trial of a given standard error is not significant at 1, 5 and 10 %, about no effect."""
    for level, band in bands.groupby("level"):
        axes.fill_betweenx(
            band["se"],
            band["low"],
            band["high"],
            color=style.MUTED,
            alpha=BANDS[level],
            linewidth=0,
            label=f"p above {1 - level:.2f}",
        )
    axes.axvline(0, color=style.MUTED, linewidth=0.8)


def draw_centre(axes: Axes, effects: pd.DataFrame, pooled: float | None, test: EggerTest | None) -> None:
    """The pooled effect, and Egger's line."""
    if pooled is not None:
        axes.axvline(pooled, color=style.INK, linewidth=1, label="pooled")
    if test is not None:
        depth = np.array([0, 1.05 * effects["se"].max()])
        axes.plot(
            test.limit + test.slope * depth, depth, color=style.INK, linewidth=1, linestyle=(0, (4, 2)), label="Egger"
        )


def draw_points(axes: Axes, effects: pd.DataFrame) -> None:
    """The trials as points."""
    colours = np.where(effects["randomised"], style.CIK, style.CONTROL)
    axes.scatter(effects["log_hr"], effects["se"], color=colours, s=26, linewidths=0, zorder=3)


def outermost(effects: pd.DataFrame) -> pd.DataFrame:
    """The trials furthest from the middle."""
    distance = (effects["log_hr"] - effects["log_hr"].median()).abs()
    return effects.loc[distance.sort_values(ascending=False, kind="stable").index].head(MOST_NAMED)


def draw_bubbles(axes: Axes, part: pd.DataFrame, by: str, randomised: bool, fitted: MetaRegression | None) -> None:
    """The trials of one kind, larger where more precise, and the line fitted to them."""
    colour = style.CIK if randomised else style.CONTROL
    values = part[by].astype(float)
    axes.scatter(
        values,
        part["log_hr"],
        s=14 / part["se"],
        color=colour,
        alpha=0.65,
        linewidths=0,
        label="randomised" if randomised else "not randomised",
    )
    if fitted is not None:
        term = fitted.coefficients.set_index("name")["estimate"]
        span = np.array([values.min(), values.max()])
        level = term["intercept"] + (term.get("randomised: yes", 0.0) if randomised else 0.0)
        axes.plot(span, level + term[by] * span, color=colour, linewidth=1.3)


def ratio_axis(axes: Axes, values: np.ndarray, *, horizontal: bool) -> None:
    """Log hazard ratios on the axis, hazard ratios on its ticks."""
    low, high = min(values.min(), -0.7) - 0.25, max(values.max(), 0.5) + 0.25
    ticks = [tick for tick in RATIO_TICKS if low <= math.log(tick) <= high]
    ticks = ticks if len(ticks) > 3 else [tick for tick in FINER_TICKS if low <= math.log(tick) <= high]
    axis = axes.xaxis if horizontal else axes.yaxis
    axis.set_major_locator(FixedLocator([math.log(tick) for tick in ticks]))
    axis.set_minor_locator(NullLocator())
    axis.set_ticklabels([f"{tick:g}" for tick in ticks])
    (axes.set_xlim if horizontal else axes.set_ylim)(low, high)


def _test_words(test: EggerTest | None) -> str:
    if test is None:
        return "All standard errors are alike: there is no test of asymmetry."
    if test.k < MIN_TRIALS_FOR_EGGER:
        return f"Asymmetry is not tested among fewer than {MIN_TRIALS_FOR_EGGER} trials."
    return f"Egger's test of asymmetry: t = {test.t:.2f} on {test.df} df, {p_text(test.p_value)}."


def _bubble_words(shown: pd.DataFrame, fitted: MetaRegression | None, outcome: str, label: str) -> str:
    start = f"Hazard ratios for {outcome} by {label}, {counted(len(shown), 'trial')}; larger points are more precise."
    if fitted is None:
        return f"{start} There are too few trials, or too alike, for a meta-regression."
    row = fitted.coefficients.iloc[1]
    change = " to ".join(f"{math.exp(row[key]):.3f}" for key in ("ci_low", "ci_high"))
    step = "each further year" if label == LABELS["year"] else f"one more of the {label}"
    return (
        f"{start} Given randomisation, {step} multiplies the hazard ratio by "
        f"{math.exp(row['estimate']):.3f} (95 % CI {change}; {p_text(row['p_value'])})."
    )

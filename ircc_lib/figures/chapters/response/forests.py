"""Response drawn: proportions by trial and arm, and ratios of CIK against control."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ircc_lib.analysis.outcomes.between_arms import between
from ircc_lib.analysis.outcomes.pooled_counts import pool_counts, pooled_row
from ircc_lib.analysis.outcomes.response import (
    KINDS,
    arm_kind,
    response_counts,
    response_pairs,
)
from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import Figure
from ircc_lib.figures.draw.proportions import forest_proportions
from ircc_lib.figures.draw.rates import COLOURS, rate_words
from ircc_lib.figures.draw.ratios import ratio_figure, ratio_words
from ircc_lib.text import capital, counted, verb

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

ARMS = {
    (KINDS[0], "cik"): "Both arms counted: CIK",
    (KINDS[0], "control"): "Both arms counted: control",
    (KINDS[1], "cik"): "One arm alone: CIK",
    (KINDS[1], "control"): "One arm alone: control",
}
_HEADS = {True: ("Randomised by their own record", style.CIK), False: ("Other controlled trials", style.CONTROL)}


def response_forest(reg: Registry, outcome: str = "objective response") -> Figure:
    """The proportion with an outcome in each trial, by arm, and pooled (binomial-normal model).

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    outcome : str
        ``objective response``, ``disease control`` or ``complete response``.

    Returns
    -------
    Figure
        The figure with its caption, alternative text and the rows that it draws.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> response_forest(ircc.load_registry(), "disease control").name
    'disease-control'
    """
    return counts_forest(response_counts(reg), outcome)


def counts_forest(counts: pd.DataFrame, outcome: str) -> Figure:
    """`response_forest` of counts that `response_counts` gave."""
    counts = counts[counts["outcome"].eq(outcome)]
    drawn = counts[counts["pooled"]].sort_values(["year", "trial_id"])
    drawn = drawn[drawn["group"].isin([group for _, group in ARMS])]  # a group of all is listed only
    drawn = drawn.assign(arms=[ARMS[key] for key in zip(arm_kind(drawn), drawn["group"])])
    pooled = {arms: pool_counts(part) for arms, part in drawn.groupby("arms")}
    figure = forest_proportions(
        drawn,
        pooled,
        by="arms",
        what=f"patients with {outcome}",
        colours={words: COLOURS[group] for (_, group), words in ARMS.items()},
    )
    words = [f"{arms}: {rate_words(pooled_row(part, pooled[arms][0]))}" for arms, part in drawn.groupby("arms")]
    left_out = int((~counts["pooled"]).sum())
    caption = (
        "A single arm says how often patients responded, not whether the "
        "cells did it; what compares the arms are the risk ratios within trials, below. "
        + (
            f"{capital(counted(left_out, 'row'))} without a certain count {verb(left_out, 'is', 'are')} listed and not "
            "pooled."
            if left_out
            else ""
        )
        if words
        else f"No trial of this edition gives a count for {outcome}."
    )
    return figure.describe(
        name=outcome.replace(" ", "-"),
        title=f"{capital(outcome)} by arm, trial by trial",
        caption=caption,
        alt=f"{capital(outcome)}. {'; '.join(words)}." if words else "There is nothing to draw.",
        data=counts.drop(columns=["cohort", "note"]),
    )


def response_ratio_forest(reg: Registry, outcome: str = "objective response") -> Figure:
    """CIK against control within trials: risk ratios, trials randomised by their own record apart.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    outcome : str
        ``objective response`` or ``disease control``.

    Returns
    -------
    Figure
        The figure with its caption, alternative text and the rows that it draws.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> response_ratio_forest(ircc.load_registry()).name
    'objective-response-ratio'
    """
    pairs = response_pairs(reg, outcome)
    groups = []
    for wanted, (heading, colour) in _HEADS.items():
        part = pairs[pairs["randomised"].astype(bool) == wanted]
        groups.append((heading, part, between(part), colour))
    said = " ".join(ratio_words(part, pooled, heading) for heading, part, pooled, _ in groups if len(part))
    nothing = f"No trial of this edition gives counts for {outcome} in both arms."
    caption = (
        f"Risk ratios for {outcome}, CIK against control, of trials with counts in both arms; above "
        "1 the outcome is more frequent under CIK. Random effects by REML with the Hartung-Knapp interval, "
        "from three trials on."
        if said
        else nothing
    )
    return ratio_figure(groups, left="more under control", right="more under CIK", nothing=nothing).describe(
        name=f"{outcome.replace(' ', '-')}-ratio",
        title=f"{capital(outcome)}, CIK against control within trials",
        caption=caption,
        alt=said or nothing,
        data=pairs,
    )

"""The chapter on response: proportions by trial and arm, CIK against control, and what was left out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from ircc_lib.analysis.outcomes.between_arms import between
from ircc_lib.analysis.outcomes.pooled_counts import pool_counts, pooled_row
from ircc_lib.analysis.outcomes.response import (
    DESIGNS,
    KINDS,
    arm_kind,
    pooled_response,
    response_between_arms,
    response_counts,
    response_pairs,
)
from ircc_lib.figures.display import column, style
from ircc_lib.figures.display.figure import Figure
from ircc_lib.figures.display.sentence import Prose, cite, prose
from ircc_lib.figures.display.table import Table
from ircc_lib.figures.draw.proportions import forest_proportions
from ircc_lib.figures.draw.rates import COLOURS, WHO, named_groups, rate_words
from ircc_lib.figures.draw.ratios import ratio_figure, ratio_words
from ircc_lib.registry.labels import trial_label
from ircc_lib.registry.rows import rows_of
from ircc_lib.text import capital, counted, joined, p_text, percents, ratio_with_ci, verb, with_interval

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


ARMS = {
    (KINDS[0], "cik"): "Both arms counted: CIK",
    (KINDS[0], "control"): "Both arms counted: control",
    (KINDS[1], "cik"): "One arm alone: CIK",
    (KINDS[1], "control"): "One arm alone: control",
}
RANDOMISED = next(iter(DESIGNS))
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


def response_table(reg: Registry) -> Table:
    """Pooled proportions by outcome and arm.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Table
        The table with its caption and the rows that it shows.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> response_table(ircc.load_registry()).name
    'response-pooled'
    """
    table = pooled_response(reg).assign(arm=lambda t: t["group"].map(WHO) + ", " + t["kind"])
    return Table(
        data=table,
        name="response-pooled",
        caption="Proportions of patients with a response by outcome and arm, pooled over three trials or more (binomial-normal model, no "
        "continuity correction; the proportion is that of the median trial). Single trials, and sums of counts "
        "that cannot be pooled, have an exact interval.",
        columns=[
            column.text("outcome"),
            column.text("arm"),
            column.number("trials"),
            column.number("events", "With outcome"),
            column.number("n", "Evaluated"),
            *(
                column.percent(key, label, digits=1)
                for key, label in (
                    ("proportion", "Pooled"),
                    ("ci_low", "95 % CI lower"),
                    ("ci_high", "95 % CI upper"),
                    ("pi_low", "Prediction lower"),
                    ("pi_high", "Prediction upper"),
                )
            ),
            column.number("i2", digits=0),
            column.text("method"),
        ],
    )


def response_between_table(reg: Registry) -> Table:
    """Risk ratios and differences between arms, randomised and other trials apart.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Table
        The table with its caption and the rows that it shows.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> response_between_table(ircc.load_registry()).name
    'response-between-arms'
    """
    table = response_between_arms(reg)
    table = table.assign(
        random=[with_interval(row["rr"], row["rr_low"], row["rr_high"]) for row in rows_of(table)],
        fixed=[with_interval(row["common"], row["common_low"], row["common_high"]) for row in rows_of(table)],
        difference=[with_interval(row["rd"], row["rd_low"], row["rd_high"], percents) for row in rows_of(table)],
    )
    return Table(
        data=table,
        name="response-between-arms",
        caption="Response and disease control, CIK against control within trials; a ratio above 1 or a positive difference: more often under "
        "CIK. Random effects from three trials on (REML, Hartung-Knapp); common effect and difference by "
        "Mantel-Haenszel. One trial is shown with its own ratio.",
        columns=[
            column.text("outcome"),
            column.text("design"),
            column.number("trials"),
            column.number("patients"),
            column.text("random", "Risk ratio, random effects (95 % CI)"),
            column.text("fixed", "Common effect (95 % CI)"),
            column.text("difference", "Difference, percentage points (95 % CI)"),
            column.number("i2", digits=0),
            column.number("q_p_value", "p of heterogeneity", digits=3),
        ],
    )


def responses_as_counted(reg: Registry) -> Table:
    """Every outcome, trial and arm, with its count and where it came from, or why there is none.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Table
        The table with its caption and the rows that it shows.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> responses_as_counted(ircc.load_registry()).name
    'response-counts'
    """
    counts = response_counts(reg)
    counts = counts.assign(who=named_groups(counts))
    done = int(counts["pooled"].sum())
    return Table(
        data=counts,
        name="response-counts",
        caption=f"{counted(len(counts), 'row')} on response, by outcome, trial and arm: {done:,} with a count "
        f"that is pooled, "
        f"{len(counts) - done:,} listed only, with the reason.",
        columns=[
            column.trial("trial_id"),
            column.text("outcome", filter=True),
            column.text("who", "Arm", filter=True),
            column.text("allocation", filter=True),
            column.number("events", "With outcome"),
            column.number("n", "Evaluated"),
            column.percent("percent", "Proportion", digits=1),
            column.text("source", "Count from", filter=True),
            column.text("why", "Not pooled because"),
            column.text("criteria", "Criteria as stated"),
            column.text("note"),
            column.row("row_ids"),
        ],
    )


def criteria_sentence(reg: Registry) -> Prose:
    """How many of the trials say by which criteria response was judged.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Prose
        One paragraph for the page.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "criteria" in criteria_sentence(ircc.load_registry())
    True
    """
    rows = reg.responses
    total = rows["trial_id"].nunique()
    stated = rows[rows["criteria"].notna()].drop_duplicates("trial_id")
    if total == 0:
        return prose("No trial of this edition reports a response.")
    if stated.empty:
        return prose(
            "None of the {total} with a response names the criteria by which it was judged, so that "
            "responses cannot be set apart by criteria.",
            total=counted(total, "report"),
        )
    by_criteria = stated.groupby("criteria", sort=False)["trial_id"].agg(lambda ids: ", ".join(map(trial_label, ids)))
    named = joined(f"{criteria} ({trials})" for criteria, trials in by_criteria.items())
    return prose(
        "Of {total} with a response only {n} {say} it: {named}. The other {rest} {leave} the criteria "
        "unstated, so that responses cannot be set apart by criteria.",
        total=counted(total, "report"),
        n=len(stated),
        say=verb(len(stated), "defines", "define"),
        named=named,
        rest=total - len(stated),
        leave=verb(total - len(stated), "leaves", "leave"),
    )


def response_sentence(reg: Registry) -> Prose:
    """Randomised evidence on response in one sentence, with the trials behind it.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Prose
        One paragraph for the page.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "randomised" in response_sentence(ircc.load_registry())
    True
    """
    row = response_between_arms(reg).set_index(["outcome", "design"]).loc[("objective response", RANDOMISED)]
    if row["trials"] == 0:
        return prose(
            "No trial of this edition that was randomised by its own record gives counts of objective response in "
            "both arms."
        )
    trials = cite(row["trial_ids"].split("; "))
    if row["trials"] == 1 and not math.isnan(row["rr"]):
        return prose(
            "One trial that was randomised by its own record ({trials}) gives counts of objective response in both "
            "arms; its risk ratio is {ratio}, and there is nothing to pool.",
            trials=trials,
            ratio=ratio_with_ci(row["rr"], row["rr_low"], row["rr_high"]),
        )
    if math.isnan(row["common"]):
        return prose(
            "The randomised trials ({trials}) count no objective response in one of the arms, so that there is "
            "no ratio.",
            trials=trials,
        )
    common = ratio_with_ci(row["common"], row["common_low"], row["common_high"])
    if math.isnan(row["rr"]):
        return prose(
            "Two trials that were randomised by their own record ({trials}) give counts of objective response in both "
            "arms; a common effect would be {common}.",
            trials=trials,
            common=common,
        )
    return prose(
        "In {n} trials that were randomised by their own record, with {patients:,} patients ({trials}), the pooled "
        "risk ratio for objective response is {ratio}, {p} (random effects; common effect {common}); the difference "
        "is {rd} percentage points (95 % CI {low} to {high}).",
        n=row["trials"],
        patients=row["patients"],
        trials=trials,
        ratio=ratio_with_ci(row["rr"], row["rr_low"], row["rr_high"]),
        p=p_text(row["p_value"]),
        common=common,
        rd=_points(row["rd"]),
        low=_points(row["rd_low"]),
        high=_points(row["rd_high"]),
    )


def _points(difference: float) -> str:
    return f"{100 * difference:.0f}"

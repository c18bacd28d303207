"""The chapter on response: proportions by trial and arm, CIK against control, and what was left out."""

from __future__ import annotations

import math

import pandas as pd

from ircc_lib.analysis.meta.proportions import poolable
from ircc_lib.analysis.meta.result import PooledEffect, p_text
from ircc_lib.analysis.outcomes.response import (
    pairs_poolable,
    pool_group,
    pool_pairs,
    pooled_response,
    pooled_row,
    response_between_arms,
    response_counts,
    response_pairs,
)
from ircc_lib.figures.display import style
from ircc_lib.figures.display.exhibit import Column, Exhibit, Prose, Table, cite, prose
from ircc_lib.figures.draw.forest import Line, TextColumn, draw, ratio_scale
from ircc_lib.figures.draw.proportions import forest_proportions
from ircc_lib.figures.draw.rates import COLOURS, WHO, capital, named_groups, rate_words
from ircc_lib.registry.labels import trial_label
from ircc_lib.text import counted, interval, joined, verb

ARMS = {"cik": "CIK arms", "control": "Control arms"}
_RATIO_COLUMNS = [
    TextColumn(key="what", head="Trial", x=0.08),
    TextColumn(key="cik", head="CIK", x=2.3, align="right"),
    TextColumn(key="control", head="Control", x=2.95, align="right"),
    TextColumn(key="ratio", head="RR (95 % CI)", x=6.75, align="right"),
    TextColumn(key="weight", head="Weight", x=7.32, align="right"),
]
_DESIGNS = {True: ("Randomised trials", style.CIK), False: ("Non-randomised controlled studies", style.CONTROL)}


def response_forest(reg, outcome: str = "objective response") -> Exhibit:
    """The proportion with an outcome in each trial, by arm, and pooled (binomial-normal model).

    Parameters
    ----------
    reg : Registry
    outcome : ``objective response``, ``disease control`` or ``complete response``

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> response_forest(ircc.load_registry(), "disease control").name
    'disease-control'
    """
    return counts_forest(response_counts(reg), outcome)


def counts_forest(counts: pd.DataFrame, outcome: str) -> Exhibit:
    """`response_forest` of counts that `response_counts` gave."""
    counts = counts[counts["outcome"].eq(outcome)]
    drawn = counts[counts["pooled"]].sort_values(["year", "trial_id"])
    drawn = drawn.assign(arms=drawn["group"].map(ARMS))
    pooled = {arms: pool_group(part) for arms, part in drawn.groupby("arms") if poolable(part["events"], part["n"])}
    figure = forest_proportions(
        drawn,
        pooled,
        by="arms",
        what=f"patients with {outcome}",
        colours={words: COLOURS[group] for group, words in ARMS.items()},
    )
    words = [f"{arms}: {rate_words(pooled_row(part, pooled.get(arms)))}" for arms, part in drawn.groupby("arms")]
    left_out = int((~counts["pooled"]).sum())
    caption = (
        f"{capital(outcome)}. {'; '.join(words)}. Trials differ in tumour, stage and treatment "
        f"beside the cells, so "
        f"that the two pooled proportions do not compare CIK cells with their absence. "
        f"{capital(counted(left_out, 'row'))} "
        f"without a certain count {verb(left_out, 'is', 'are')} listed in the table and not pooled."
        if words
        else f"No trial of this edition gives a count for {outcome}."
    )
    return figure.describe(
        name=outcome.replace(" ", "-"),
        title=f"{capital(outcome)} by arm",
        caption=caption,
        alt=caption,
        data=counts.drop(columns=["cohort", "note"]),
    )


def response_ratio_forest(reg, outcome: str = "objective response") -> Exhibit:
    """CIK against control within trials: risk ratios, Mantel-Haenszel, randomised trials apart.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> response_ratio_forest(ircc.load_registry()).name
    'objective-response-ratio'
    """
    pairs = response_pairs(reg, outcome)
    lines, words = [], []
    for randomised, (heading, colour) in _DESIGNS.items():
        part = pairs[pairs["randomised"].astype(bool) == randomised]
        if len(part):
            pooled = pool_pairs(part) if pairs_poolable(part) else None
            lines += _ratio_lines(part, pooled, heading, colour)
            words.append(_ratio_words(part, pooled, heading))
    caption = (
        f"Risk ratios for {outcome}, CIK against control, of trials with counts in both arms; above "
        f"1 the outcome is more "
        f"frequent under CIK. {' '.join(words)} Counts are pooled as they are (Mantel-Haenszel)."
        if words
        else f"No trial of this edition gives counts for {outcome} in both arms."
    )
    shown = lines[:-1] or [Line(kind="note", cells={"what": caption})]
    scale = ratio_scale(shown, title="Risk ratio (log scale)", left="more under control", right="more under CIK")
    return draw(shown, _RATIO_COLUMNS, scale, (3.15, 5.4)).describe(
        name=f"{outcome.replace(' ', '-')}-ratio",
        title=f"{capital(outcome)}: CIK against control",
        caption=caption,
        alt=caption,
        data=pairs,
    )


def response_table(reg) -> Table:
    """Pooled proportions by outcome and arm.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> response_table(ircc.load_registry()).name
    'response-pooled'
    """
    table = pooled_response(reg).assign(arm=lambda t: t["group"].map(WHO))
    return Table(
        data=table,
        name="response-pooled",
        caption="Pooled proportions by outcome and arm "
        "(binomial-normal model, no "
        "continuity correction; a single trial with its exact interval). The proportion is that of "
        "the median trial.",
        columns=[
            Column(key="outcome", label="Outcome"),
            Column(key="arm", label="Arm"),
            Column(key="trials", label="Trials", kind="number"),
            Column(key="events", label="With outcome", kind="number"),
            Column(key="n", label="Evaluated", kind="number"),
            *(
                Column(key=key, label=label, kind="percent", digits=1)
                for key, label in (
                    ("proportion", "Pooled"),
                    ("ci_low", "95 % CI from"),
                    ("ci_high", "to"),
                    ("pi_low", "Prediction from"),
                    ("pi_high", "to"),
                )
            ),
            Column(key="i2", label="I² (%)", kind="number", digits=0),
        ],
    )


def response_between_table(reg) -> Table:
    """Risk ratios and differences between arms, randomised and other trials apart.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> response_between_table(ircc.load_registry()).name
    'response-between-arms'
    """
    table = response_between_arms(reg)
    numbers = [("rr", "Risk ratio"), ("rr_low", "95 % CI from"), ("rr_high", "to")]
    shares = [("rd", "Risk difference"), ("rd_low", "95 % CI from"), ("rd_high", "to")]
    return Table(
        data=table,
        name="response-between-arms",
        caption="CIK against control, Mantel-Haenszel; a "
        "positive difference: more "
        "often under CIK. One trial is shown with its own ratio.",
        columns=[
            Column(key="outcome", label="Outcome"),
            Column(key="design", label="Design"),
            Column(key="trials", label="Trials", kind="number"),
            Column(key="patients", label="Patients", kind="number"),
            *(Column(key=key, label=label, kind="number", digits=2) for key, label in numbers),
            *(Column(key=key, label=label, kind="percent", digits=1) for key, label in shares),
            Column(key="i2", label="I² (%)", kind="number", digits=0),
            Column(key="q_p_value", label="p of heterogeneity", kind="number", digits=3),
        ],
    )


def responses_as_counted(reg) -> Table:
    """Every outcome, trial and arm, with its count and where it came from, or why there is none.

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
        caption=f"{counted(len(counts), 'row')} of outcome, trial and arm: {done:,} with a count "
        f"that is pooled, "
        f"{len(counts) - done:,} listed only, with the reason.",
        columns=[
            Column(key="trial_id", label="Trial", kind="trial"),
            Column(key="outcome", label="Outcome", filter=True),
            Column(key="who", label="Arm", filter=True),
            Column(key="events", label="With outcome", kind="number"),
            Column(key="n", label="Evaluated", kind="number"),
            Column(key="percent", label="Proportion", kind="percent", digits=1),
            Column(key="source", label="Count from", filter=True),
            Column(key="why", label="Not pooled because"),
            Column(key="criteria", label="Criteria as stated"),
            Column(key="note", label="Note"),
            Column(key="row_ids", label="Source", kind="row"),
        ],
    )


def criteria_sentence(reg) -> Prose:
    """How many of the trials say by which criteria response was judged.

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
            "None of the {total} with a response names the criteria by which it was judged in the "
            "record read, so that "
            "responses cannot be set apart by criteria.",
            total=counted(total, "trial"),
        )
    named = joined(f"{row.criteria} ({trial_label(row.trial_id)})" for row in stated.itertuples())
    return prose(
        "Of {total} with a response, {n} {say} in the record read what counted as one: {named}. "
        "The other {rest} {leave} the "
        "criteria unstated, so that responses cannot be set apart by criteria.",
        total=counted(total, "trial"),
        n=len(stated),
        say=verb(len(stated), "says", "say"),
        named=named,
        rest=total - len(stated),
        leave=verb(total - len(stated), "leaves", "leave"),
    )


def response_sentence(reg) -> Prose:
    """Randomised evidence on response in one sentence, with the trials behind it.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "randomised" in response_sentence(ircc.load_registry())
    True
    """
    rows = response_between_arms(reg).set_index(["outcome", "design"])
    row = rows.loc[("objective response", "randomised")]
    if row["trials"] == 0:
        return prose("No randomised trial of this edition gives counts of objective response in both arms.")
    trials = cite(row["trial_ids"].split("; "))
    if math.isnan(row["rr"]):
        return prose(
            "The randomised trials ({trials}) count no objective response in one of the arms, so "
            "that there is "
            "no ratio.",
            trials=trials,
        )
    ratio = interval(row["rr"], row["rr_low"], row["rr_high"])
    if row["trials"] == 1:
        return prose(
            "One randomised trial ({trials}) gives counts of objective response in both arms; its "
            "risk ratio is {ratio}, "
            "and there is nothing to pool.",
            trials=trials,
            ratio=ratio,
        )
    return prose(
        "In {n} randomised trials with {patients:,} patients ({trials}) the pooled risk ratio for "
        "objective response is "
        "{ratio}, {p}, a difference of {rd} percentage points (95 % CI {low} to {high}).",
        n=row["trials"],
        patients=row["patients"],
        trials=trials,
        ratio=ratio,
        p=p_text(row["p_value"]),
        rd=_points(row["rd"]),
        low=_points(row["rd_low"]),
        high=_points(row["rd_high"]),
    )


def _ratio_lines(part: pd.DataFrame, pooled: PooledEffect | None, heading: str, colour: str) -> list[Line]:
    weights = pooled.weights if pooled else [100.0]
    lines = [Line(kind="heading", cells={"what": heading})]
    for row, weight in zip(part.to_dict("records"), weights):
        cells = {
            "what": _trial(row),
            "cik": f"{row['events']:,}/{row['n']:,}",
            "weight": f"{weight:.1f}" if pooled else "",
            "control": f"{row['events_control']:,}/{row['n_control']:,}",
            "ratio": _ratio(row["rr"], row["ci_low"], row["ci_high"]),
        }
        lines.append(
            Line(
                kind="trial",
                estimate=row["rr"],
                low=row["ci_low"],
                high=row["ci_high"],
                colour=colour,
                cells=cells,
                size=weight / max(weights),
                url=f"trial:{row['trial_id']}",
            )
        )
    if pooled is None:
        return [*lines, Line(kind="note", cells={"what": _unpooled(part)}), Line(kind="note")]
    shown = pooled.exp()
    sums = {
        "cik": f"{part['events'].sum():,}/{part['n'].sum():,}",
        "weight": "100",
        "control": f"{part['events_control'].sum():,}/{part['n_control'].sum():,}",
    }
    lines.append(
        Line(
            kind="pooled",
            estimate=shown.estimate,
            low=shown.ci_low,
            high=shown.ci_high,
            colour=colour,
            cells=sums
            | {
                "what": f"Pooled, {counted(pooled.k, 'trial')}",
                "ratio": _ratio(shown.estimate, shown.ci_low, shown.ci_high),
            },
        )
    )
    return [*lines, Line(kind="note", cells={"what": pooled.heterogeneity}), Line(kind="note")]


def _ratio_words(part: pd.DataFrame, pooled: PooledEffect | None, heading: str) -> str:
    if pooled is None and len(part) > 1:
        return f"{heading}: {_unpooled(part)}."
    if pooled is None:
        row = part.iloc[0]
        ratio = interval(row["rr"], row["ci_low"], row["ci_high"])
        return f"{heading}: one trial, {trial_label(row['trial_id'])}, {ratio}."
    shown, patients = pooled.exp(), int(part["n"].sum() + part["n_control"].sum())
    return (
        f"{heading}: {interval(shown.estimate, shown.ci_low, shown.ci_high)} from "
        f"{counted(pooled.k, 'trial')} with "
        f"{counted(patients, 'patient')}, I² {pooled.i2:.0f} %."
    )


def _unpooled(part: pd.DataFrame) -> str:
    return "one trial: nothing to pool" if len(part) == 1 else "no event in one of the arms: no ratio to pool"


def _trial(row: dict) -> str:
    label, year = trial_label(row["trial_id"]), row["year"]
    return label if pd.isna(year) or str(year) in label else f"{label} ({year})"


def _ratio(estimate: float, low: float, high: float) -> str:
    return "–" if math.isnan(estimate) else f"{estimate:.2f} ({low:.2f} to {high:.2f})"


def _points(difference: float) -> str:
    return f"{100 * difference:.0f}"

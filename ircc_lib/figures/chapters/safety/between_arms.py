"""Harm between arms: every event with both arms beside each other, and the randomised comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.outcomes.between_arms import between
from ircc_lib.analysis.outcomes.harm.by_arm import OUTCOMES, harm_by_arm, harm_pairs
from ircc_lib.analysis.outcomes.harm.in_words import DIRECTIONS, compared_in_words
from ircc_lib.figures.display import column, style
from ircc_lib.figures.display.figure import Figure
from ircc_lib.figures.display.sentence import Prose, cite, prose
from ircc_lib.figures.display.table import Table
from ircc_lib.figures.draw.ratios import ratio_figure, ratio_words
from ircc_lib.registry.rows import rows_of
from ircc_lib.text import capital, counted, joined, verb, with_interval

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


NOTHING = "No trial of this edition that was randomised by its own record counts harm in both arms."


_TESTED = dict(zip(OUTCOMES, ("adverse events", "adverse events of grade 3 or higher", "serious adverse events")))


def harm_forest(reg: Registry) -> Figure | Prose:
    """Any, severe and serious events and treatment deaths between the arms of randomised trials, as risk ratios.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Figure or Prose
        The figure with its caption, alternative text and the rows that it draws; a sentence where no trial counts it.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> harm_forest(ircc.load_registry()).name
    'harm-between-arms'
    """
    pairs = harm_pairs(reg)
    pairs = pairs[pairs["randomised"].astype(bool)]
    groups = []
    for outcome in OUTCOMES:
        part = pairs[pairs["outcome"].eq(outcome)]
        groups.append((capital(outcome), part, between(part), style.CONTROL))
    said = " ".join(ratio_words(part, pooled, heading) for heading, part, pooled, _ in groups if len(part))
    if not said:
        return prose(NOTHING)
    return ratio_figure(groups, left="less with CIK", right="more with CIK", nothing=NOTHING).describe(
        name="harm-between-arms",
        title="Harm between the arms of randomised trials",
        caption="Harm in trials that were randomised by their own record and count it in both arms; above 1 it is more "
        "frequent with CIK. Few trials count harm, and those that compare it in words alone are listed below.",
        alt=said,
        data=pairs,
    )


def by_arm_table(reg: Registry) -> Table | Prose:
    """Every adverse event stated by a trial with a control group, with both arms, their sizes and the ratio."""
    rows = harm_by_arm(reg)
    if rows.empty:
        return prose("No trial of this edition states the harm of its control group.")
    shown = rows.assign(
        cik=[arm_text(row, "cik") for row in rows_of(rows)],
        control=[arm_text(row, "control") for row in rows_of(rows)],
        ratio=[with_interval(row["rr"], row["ci_low"], row["ci_high"]) for row in rows_of(rows)],
        event=rows["outcome"].map(capital),
    )
    trials = rows["trial_id"].nunique()
    return Table(
        data=shown,
        name="harm-by-arm",
        caption=f"Adverse events by arm in the {counted(trials, 'trial')} that "
        f"{verb(trials, 'states', 'state')} them for a control group; a ratio above 1: more with CIK. Where a record "
        "reports a percentage without a number of patients, the size of the arm is taken.",
        columns=[
            column.trial("trial_id"),
            column.text("allocation", filter=True),
            column.text("event", filter=True),
            column.text("grade"),
            column.text("cik", "CIK"),
            column.text("control"),
            column.text("ratio", "Risk ratio (95 % CI)"),
            column.row("row_ids"),
        ],
    )


def words_table(reg: Registry) -> Table | Prose:
    """Comparisons of harm between arms as records state them."""
    rows = compared_in_words(reg)
    if rows.empty:
        return prose("No record of this edition compares the harm of the arms in words or by a test.")
    own = rows[rows["randomised"]]
    tally = own["result"].value_counts().reindex([*DIRECTIONS.values(), "not stated"]).dropna().astype(int)
    said = "; ".join(f"{words} {n}" for words, n in tally.items())
    return Table(
        data=rows.assign(endpoint=rows["endpoint"].map(capital)),
        name="harm-compared",
        caption=f"Harm compared between arms by a test or in words: {counted(len(rows), 'comparison')}, "
        f"{len(own) or 'none'} of trials randomised by their own record{f' ({said})' if said else ''}. What is compared "
        "stands in the column “In the record”: fewer events of chemotherapy do not offset those of the cells.",
        columns=[
            column.trial("trial_id"),
            column.text("allocation", filter=True),
            column.text("endpoint", "Compared"),
            column.text("result", filter=True),
            column.text("p_value_reported"),
            column.text("note", "In the record"),
            column.row("row_id", "Source"),
        ],
    )


def between_sentence(reg: Registry) -> Prose:
    """Randomised trials that compare harm: how many count it, how many only say so, and what they find."""
    rows, words = harm_by_arm(reg), compared_in_words(reg)
    rows, words = rows[rows["randomised"].astype(bool)], words[words["randomised"]]
    if rows.empty and words.empty:
        return prose("No trial randomised by its own record compares the harm of its arms.")
    main = rows[rows["outcome"].isin(OUTCOMES[:3])].drop_duplicates(["cohort", "outcome"])
    main = main.sort_values(["year", "trial_id"], kind="stable")
    told = main.loc[main["outcome"].eq(OUTCOMES[0]), "trial_id"]
    found = [_fact(row, words) for row in rows_of(main)]
    same = words[words["result"].eq("no difference") & ~words["trial_id"].isin(told)]
    other = words[words["result"].ne("no difference") & words["trial_id"].isin(same["trial_id"])]
    mixed = same[same["trial_id"].isin(other["trial_id"])]
    same = same[~same["trial_id"].isin(mixed["trial_id"])]
    lead = prose(
        "{n} own record {state} the harm of both arms in numbers.",
        n=_trials(rows["cohort"].nunique()),
        state=verb(max(rows["cohort"].nunique(), 1), "states", "state"),
    )
    said = " ".join([lead, *found])
    if len(same):
        ids = list(dict.fromkeys(same["trial_id"]))
        said += " " + prose(
            "{n} {report} no difference in adverse events, in words or by a test alone ({trials}).",
            n=capital(counted(len(ids), "trial")),
            report=verb(len(ids), "reports", "report"),
            trials=cite(ids),
        )
    for trial_id in dict.fromkeys(mixed["trial_id"]):
        said += " " + prose(
            "{trial} reports no difference in some adverse events and {other} in others.",
            trial=cite([trial_id]),
            other=joined(
                dict.fromkeys(_DIFFERENCE[one] for one in other.loc[other["trial_id"].eq(trial_id), "result"])
            ),
        )
    return Prose(said)


_DIFFERENCE = {
    "more with CIK": "more with CIK",
    "less with CIK": "fewer with CIK",
    "direction not stated": "a difference whose direction is not stated",
    "not stated": "a result that is not stated",
}


def _trials(n: int) -> str:
    return (
        f"{capital(counted(n, 'trial'))} randomised by their"
        if n > 1
        else f"{'One' if n else 'No'} trial randomised by its"
    )


def _fact(row: dict[str, Any], words: pd.DataFrame) -> Prose:
    tests = words[words["trial_id"].eq(row["trial_id"]) & words["p_value_reported"].notna()]
    tests = tests[tests["endpoint"].eq(_TESTED[row["outcome"]])]
    printed = f"; p as reported {tests['p_value_reported'].iloc[0]}" if len(tests) else ""
    return prose(
        "{trial}: {outcome} in {cik} with CIK cells and {control} without{p}.",
        trial=cite([row["trial_id"]]),
        outcome=row["outcome"],
        cik=arm_text(row, "cik"),
        control=arm_text(row, "control"),
        p=printed,
    )


def arm_text(row: dict[str, Any], side: str) -> str:
    """``71 of 114 (62.3 %)``, the percentage alone where there is no count, else why there is none."""
    events, n, share = (row[f"{name}_{side}"] for name in ("events", "n", "percent"))
    if not pd.isna(n):
        return f"{int(events)} of {int(n)} ({100 * share:.1f} %)"
    return f"{100 * share:.1f} %" if not pd.isna(share) else str(row[f"why_{side}"])

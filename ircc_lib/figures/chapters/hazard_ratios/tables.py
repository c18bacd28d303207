"""The tables and sentences of the chapter on hazard ratios."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ircc_lib.analysis.counts.counts import design_words
from ircc_lib.analysis.effects.effects import effect_exclusions
from ircc_lib.analysis.effects.robustness.sensitivity import SHARED
from ircc_lib.analysis.endpoints import endpoint_of, outcome_of
from ircc_lib.figures.display import column
from ircc_lib.figures.display.column import Column
from ircc_lib.figures.display.sentence import Prose, cite, prose
from ircc_lib.figures.display.table import Table
from ircc_lib.text import counted, joined, own_record, span, verb

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


TRIAL = column.trial("trial_id")
YEAR = column.text("year")
DESIGN = column.text("design", filter=True)


def ratio_column(key: str, label: str) -> Column:
    """A column of ratios, with two digits."""
    return column.number(key, label, digits=2)


_HAD = {
    1: "reported with its interval",
    2: "reported with a p-value",
    3: "derived from survival rates",
    4: "from a log-rank p-value and events",
    5: "from medians",
}


def effects_sentence(reg: Registry, effects: pd.DataFrame) -> Prose:
    """How many trials give an effect, by which rung, and how many do not.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    effects : DataFrame
        Effects as `log_hazard_ratios` returns them.

    Returns
    -------
    Prose
        One paragraph for the page.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> reg = ircc.load_registry()
    >>> "controlled trials" in effects_sentence(reg, ircc.log_hazard_ratios(reg, "OS"))
    True
    """
    left = len(effect_exclusions(reg, endpoint_of(effects)))
    if effects.empty:
        return prose(
            "No controlled trial of this edition gives a hazard ratio for {outcome}; {left} without one report on it.",
            outcome=outcome_of(effects),
            left=counted(left, "trial"),
        )
    counts = effects["rung"].value_counts().sort_index()
    rungs = [f"{_HAD[rung]} for {number}" for rung, number in counts.items()]
    random = int(effects["randomised"].sum())
    return prose(
        "A hazard ratio for {outcome} can be had from {trials}, {random}: "
        "{rungs}. {left} more {report} on it without enough for a hazard ratio.",
        outcome=outcome_of(effects),
        trials=counted(len(effects), "controlled trial"),
        rungs=joined(rungs),
        random=own_record(random, len(effects)),
        left=left or "No",
        report=verb(left, "reports", "report"),
    )


def effects_table(effects: pd.DataFrame) -> Table:
    """Every effect with its rung, its grade, the rows it was made from and what to know of it.

    Parameters
    ----------
    effects : DataFrame
        Effects as `log_hazard_ratios` returns them.

    Returns
    -------
    Table
        The table with its caption and the rows that it shows.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> effects_table(ircc.log_hazard_ratios(ircc.load_registry(), "OS")).name
    'effects-os'
    """
    shown = effects.assign(
        design=effects["design"].map(design_words),
        interval=[span(row.ci_low, row.ci_high) for row in effects.itertuples()],
        interval_is=effects["ci_printed"].ne("").map({True: "reported", False: "estimated"}),
        own_test=effects["contradicts_own_test"].map({True: "contradicts", False: ""}),
        total_alone=effects["n_total"].where(effects["n_cik"].isna()),
        known=[_known(*row) for row in effects[["design", "allocation_basis"]].itertuples(index=False)],
    )
    several = effects["endpoint"].nunique() > 1
    outcome = outcome_of(effects)
    endpoint = [column.text("endpoint", filter=True)] if several else []
    return Table(
        data=shown,
        name=f"effects-{endpoint_of(effects).lower()}",
        caption=f"The hazard ratio for {outcome} of each trial, CIK against control: below "
        "1 favours CIK. Rows are file and line in data/raw.",
        columns=[
            TRIAL,
            column.text("entity", "Tumour", filter=True),
            *endpoint,
            ratio_column("hr", "Hazard ratio"),
            column.text("interval"),
            column.text("quality", "Grade", filter=True),
            column.text("method", filter=True),
            column.text("comparator_kind", "Controls had", filter=True),
            DESIGN,
            column.text("known", "Allocation known from", filter=True),
            column.text("printed_p", "Own test, p"),
            column.text("own_test", "Against own test", filter=True),
            YEAR,
            column.number("n_cik"),
            column.number("n_control"),
            column.number("total_alone", "Patients, arms not stated"),
            column.number("events", digits=0),
            column.text("interval_is", "Interval"),
            column.text("comparator", "Control group"),
            column.row("inputs", "Rows"),
            column.text("note"),
        ],
    )


def _known(design: str, basis: str) -> str:
    return "a review only" if basis == "review" else "own record" if basis == "own record" else ""


def overlap_warning(reg: Registry, effects: pd.DataFrame) -> Prose:
    """Pairs of these trials that share patients, or may.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    effects : DataFrame
        Effects as `log_hazard_ratios` returns them.

    Returns
    -------
    Prose
        One paragraph for the page.
    """
    inside = reg.overlaps[
        reg.overlaps["trial_id"].isin(effects["trial_id"]) & reg.overlaps["other_trial_id"].isin(effects["trial_id"])
    ]
    if inside.empty:
        return prose("No two of these trials are known or suspected to share patients.")
    likely = inside[inside["certainty"].isin(SHARED)]
    named = pd.unique(inside[["trial_id", "other_trial_id"]].to_numpy().ravel())
    return prose(
        "{n} of these trials may share patients{likely}: {trials}. Reports known to be of the same "
        "patients are one cohort here and count once; the chapter on robustness pools without likely overlaps.",
        n=counted(len(inside), "pair", "pairs"),
        likely=_how_likely(len(inside), len(likely)),
        trials=cite(sorted(named)),
    )


def _how_likely(pairs: int, likely: int) -> str:
    if pairs == 1:
        return ", which is likely" if likely else ", which is possible but not likely"
    return f", {likely or 'none'} of them likely"

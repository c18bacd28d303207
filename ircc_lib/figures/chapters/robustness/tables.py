"""What moves the pooled result: trials one by one, and what a trial is like."""

from __future__ import annotations

import math

import pandas as pd

from ircc_lib.analysis.effects.effects import by_allocation
from ircc_lib.analysis.effects.moderators import effect_moderators
from ircc_lib.analysis.effects.pooled import FEWEST
from ircc_lib.analysis.meta.influence import influence, leave_one_out
from ircc_lib.analysis.meta.pooling import REPORTED
from ircc_lib.figures.chapters.hazard_ratios.forest import DESIGN_HEADINGS, ENDPOINTS
from ircc_lib.figures.chapters.hazard_ratios.tables import TRIAL, ratio_column
from ircc_lib.figures.chapters.robustness.steps import range_sentence
from ircc_lib.figures.display import column
from ircc_lib.figures.display.exhibit import Prose, Table, cite, prose
from ircc_lib.registry.rows import rows_of
from ircc_lib.text import counted, joined, verb, with_interval


def contradictions_sentence(overall: pd.DataFrame, progression: pd.DataFrame) -> Prose:
    """Which estimated ratios have another verdict than the test that the trial itself reports.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> reg = ircc.load_registry()
    >>> str(contradictions_sentence(*(ircc.log_hazard_ratios(reg, name) for name in ("OS", "PFS"))))[:4]
    'Of t'
    """
    found = [effects[effects["contradicts_own_test"]]["trial_id"].tolist() for effects in (overall, progression)]
    return prose(
        "Of the hazard ratios that were estimated and not reported, {os} for overall survival and {pfs} for "
        "progression-free survival contradict the trial's own test: they differ in the verdict at p = 0.05, or are far "
        "stronger. They are graded one lower. Trials: {trials}.",
        os=len(found[0]),
        pfs=len(found[1]),
        trials=cite(list(dict.fromkeys(found[0] + found[1]))) if any(found) else "none",
    )


def moderators_table(reg, effects: pd.DataFrame, *, endpoint: str = "OS", name: str = "moderators") -> Table:
    """Meta-regression on one characteristic at a time."""
    table = effect_moderators(reg, effects).assign(r2=lambda rows: rows["r2"] / 100)
    fitted = table[table["ratio"].notna()]
    told = fitted.loc[fitted["p_value"] < 0.05, "moderator"].drop_duplicates().tolist()
    found = "none is"
    if told:
        found = f"{joined(told)} {verb(len(told), 'is', 'are')}"
    sentence = (
        f"Of {counted(fitted['moderator'].nunique(), 'characteristic')} with enough trials {found} associated with the "
        "effect at p below 0.05, not corrected for the number of tests. "
        if len(fitted)
        else ""
    )
    return Table(
        data=table,
        name=name,
        caption=f"Factors associated with the hazard ratio for {ENDPOINTS.get(endpoint, endpoint)}. {sentence}"
        "Meta-regression on one characteristic at a time, each given randomisation; a ratio below 1 means larger "
        "benefits where the characteristic is present or higher.",
        columns=[
            column.text("moderator", "Characteristic"),
            column.text("term", "Group"),
            column.number("trials"),
            ratio_column("ratio", "Ratio of hazard ratios"),
            ratio_column("ci_low", "95 % CI lower"),
            ratio_column("ci_high", "95 % CI upper"),
            column.number("p_value", digits=3),
            column.percent("r2", "Variance explained"),
            column.text("note", "Not fitted because"),
        ],
    )


def influence_table(effects: pd.DataFrame, *, endpoint: str = "OS", name: str = "influence") -> Table | Prose:
    """The pooled result without each trial in turn, and which trials move it most.

    Randomised and other trials are pooled apart. Trials are marked by the cut-offs of Viechtbauer
    and Cheung (2010, doi:10.1002/jrsm.11).

    Parameters
    ----------
    effects : rows of `log_hazard_ratios`

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> table = influence_table(ircc.log_hazard_ratios(ircc.load_registry(), "OS"))
    >>> "without" in table.data and bool(table.data["weight"].between(0, 1).all())
    True
    """
    parts = {
        DESIGN_HEADINGS[randomised]: part.reset_index(drop=True)
        for randomised, part in by_allocation(effects).items()
        if len(part) > FEWEST
    }
    if not parts:
        return prose("This needs at least four trials of a kind; this edition has fewer.")
    rows, ranges = [], []
    for heading, part in parts.items():
        trials = part["log_hr"].tolist(), part["se"].tolist()
        others = leave_one_out(*trials, knha=REPORTED).assign(trial_id=part["trial_id"])
        moved = influence(*trials, knha=REPORTED)
        rows.append(
            part[["trial_id", "hr"]]
            .join(moved)
            .assign(
                kind=heading,
                without=[
                    with_interval(*(math.exp(row[key]) for key in ("estimate", "ci_low", "ci_high")))
                    for row in rows_of(others)
                ],
            )
        )
        ranges.append(range_sentence(heading, others))
    table = pd.concat(rows, ignore_index=True)
    marked = int(table["influential"].sum())
    shown = table.assign(weight=table["weight"] / 100, influential=table["influential"].map({True: "yes", False: ""}))
    return Table(
        data=shown,
        name=name,
        caption=f"The pooled hazard ratio for "
        f"{ENDPOINTS.get(endpoint, endpoint)} without each trial in turn. {'; '.join(ranges)}. "
        f"{counted(marked, 'trial')} of {len(table)} {verb(marked, 'moves', 'move')} the result more "
        f"than the cut-offs of Viechtbauer and Cheung (2010) allow.",
        columns=[
            TRIAL,
            column.text("kind", filter=True),
            ratio_column("hr", "Hazard ratio"),
            column.percent("weight", digits=1),
            column.text("without", "Pooled without it (95 % CI)"),
            ratio_column("rstudent", "Studentised residual"),
            ratio_column("cook_d", "Cook's distance"),
            ratio_column("tau2_without", "τ² without it"),
            column.text("influential", filter=True),
        ],
    )

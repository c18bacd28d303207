"""The tables and sentences of the chapter on hazard ratios."""

from __future__ import annotations

import math

import pandas as pd

from ircc_lib.analysis.counts.counts import design_words
from ircc_lib.analysis.effects.bounds import effect_bounds
from ircc_lib.analysis.effects.effects import effect_exclusions
from ircc_lib.analysis.effects.hierarchy import RUNGS
from ircc_lib.analysis.effects.moderators import effect_moderators
from ircc_lib.analysis.effects.published import Agreement
from ircc_lib.analysis.meta.influence import influence, leave_one_out
from ircc_lib.analysis.meta.pooling import REPORTED
from ircc_lib.figures.chapters.hazard_ratios.cumulative import range_sentence
from ircc_lib.figures.chapters.hazard_ratios.forest import DESIGN_HEADINGS, ENDPOINTS
from ircc_lib.figures.display.exhibit import Column, Prose, Table, cite, prose
from ircc_lib.registry.rows import rows_of
from ircc_lib.text import counted, joined, verb

TRIAL = Column(key="trial_id", label="Trial", kind="trial")
YEAR = Column(key="year", label="Year")
DESIGN = Column(key="design", label="Design", filter=True)


def ratio_column(key: str, label: str) -> Column:
    return Column(key=key, label=label, kind="number", digits=2)


def effects_sentence(reg, effects: pd.DataFrame, endpoint: str = "OS") -> Prose:
    """How many trials give an effect, by which rung, and how many do not.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> reg = ircc.load_registry()
    >>> effects_sentence(reg, ircc.log_hazard_ratios(reg, "OS"), "OS").split(" controlled")[0].isdigit()
    True
    """
    left = len(effect_exclusions(reg, endpoint))
    if effects.empty:
        return prose(
            "No controlled trial of this edition gives a hazard ratio for {outcome}; {left} without one report on it.",
            outcome=ENDPOINTS.get(endpoint, endpoint),
            left=counted(left, "trial"),
        )
    counts = effects["rung"].value_counts().sort_index()
    rungs = [f"{number} by {RUNGS[rung][0]}" for rung, number in counts.items()]
    random = int(effects["randomised"].sum())
    return prose(
        "{k} controlled {trials} {give} a hazard ratio for {outcome}, {random} of them randomised: "
        "{rungs}. {left} more {report} on it without enough to have one.",
        k=len(effects),
        outcome=ENDPOINTS.get(endpoint, endpoint),
        trials=verb(len(effects), "trial", "trials"),
        give=verb(len(effects), "gives", "give"),
        rungs=joined(rungs),
        random=random or "none",
        left=left or "No",
        report=verb(left, "reports", "report"),
    )


def effects_table(effects: pd.DataFrame, *, name: str = "effects") -> Table:
    """Every effect with its rung, its grade, the rows it was made from and what to know of it.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> effects_table(ircc.log_hazard_ratios(ircc.load_registry(), "OS")).name
    'effects'
    """
    between = [f"{row.ci_low:.2f} to {row.ci_high:.2f}" for row in effects.itertuples()]
    shown = effects.assign(design=effects["design"].map(design_words), interval=between)
    several = effects["endpoint"].nunique() > 1
    endpoint = [Column(key="endpoint", label="Endpoint", filter=True)] if several else []
    return Table(
        data=shown,
        name=name,
        caption="The hazard ratio of each trial, CIK against control: below "
        "1 favours CIK. Rows are file and line in data/raw.",
        columns=[
            TRIAL,
            Column(key="entity", label="Tumour", filter=True),
            *endpoint,
            ratio_column("hr", "Hazard ratio"),
            Column(key="interval", label="95 % CI"),
            Column(key="quality", label="Grade", filter=True),
            Column(key="method", label="From", filter=True),
            DESIGN,
            YEAR,
            Column(key="n_cik", label="CIK", kind="number"),
            Column(key="n_control", label="Control", kind="number"),
            Column(key="events", label="Events (estimated)", kind="number", digits=0),
            Column(key="inputs", label="Rows", kind="row"),
            Column(key="note", label="Note"),
        ],
    )


def exclusions_table(reg, endpoint: str = "OS", *, name: str = "without-effect") -> Table:
    """Trials that report on the endpoint without an effect, and why."""
    left = effect_exclusions(reg, endpoint)
    return Table(
        data=left.assign(design=left["design"].map(design_words)),
        name=name,
        caption=f"{counted(len(left), 'controlled trial')} that "
        f"{verb(len(left), 'reports', 'report')} on {ENDPOINTS.get(endpoint, endpoint)} without "
        f"enough for a hazard ratio.",
        columns=[TRIAL, YEAR, DESIGN, Column(key="endpoint", label="Endpoint"), Column(key="reason", label="Why")],
    )


def bounds_table(reg, endpoint: str = "OS", *, name: str = "bounds") -> Table:
    """Comparisons printed as an inequality, and the bound that it sets."""
    bounds = effect_bounds(reg, endpoint)
    shown = bounds.assign(
        design=bounds["design"].map(design_words), direction=bounds["direction"].str.replace("_", " ")
    )
    return Table(
        data=shown,
        name=name,
        caption=f"{counted(len(bounds), 'comparison')} of "
        f"{ENDPOINTS.get(endpoint, endpoint)} printed as an inequality. The bound is the largest "
        "hazard ratio that a log-rank test with this p-value allows, reached if every patient had "
        "the event; it is not an estimate and enters no pooled result.",
        columns=[
            TRIAL,
            YEAR,
            DESIGN,
            Column(key="endpoint", label="Endpoint"),
            Column(key="p_value_reported", label="p as printed"),
            Column(key="direction", label="Direction"),
            Column(key="n_cik", label="CIK", kind="number"),
            Column(key="n_control", label="Control", kind="number"),
            ratio_column("hr_below", "Hazard ratio below"),
            Column(key="effect", label="Effect known from"),
            Column(key="row_id", label="Row", kind="row"),
        ],
    )


def moderators_table(reg, effects: pd.DataFrame, *, name: str = "moderators") -> Table:
    """Meta-regression on one characteristic at a time."""
    table = effect_moderators(reg, effects).assign(r2=lambda rows: rows["r2"] / 100)
    fitted = table[table["ratio"].notna()]
    told = fitted.loc[fitted["p_value"] < 0.05, "moderator"].drop_duplicates().tolist()
    found = (
        (
            f"Of {counted(fitted['moderator'].nunique(), 'characteristic')} with enough trials, "
            f"{joined(told) if told else 'none'} {verb(max(len(told), 1), 'goes', 'go')} with the effect at "
            "p below 0.05, without allowance for the number of tests. "
        )
        if len(fitted)
        else ""
    )
    return Table(
        data=table,
        name=name,
        caption=found + "Meta-regression on one characteristic at a "
        "time, each given randomisation; a ratio below 1 means larger benefits where the "
        "characteristic is present or higher.",
        columns=[
            Column(key="moderator", label="Characteristic"),
            Column(key="term", label="Group"),
            Column(key="trials", label="Trials", kind="number"),
            ratio_column("ratio", "Ratio of hazard ratios"),
            ratio_column("ci_low", "95 % CI from"),
            ratio_column("ci_high", "to"),
            Column(key="p_value", label="p", kind="number", digits=3),
            Column(key="r2", label="Variance explained", kind="percent"),
            Column(key="note", label="Not fitted because"),
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
        heading: part.reset_index(drop=True)
        for randomised, heading in DESIGN_HEADINGS.items()
        if len(part := effects[effects["randomised"].eq(randomised)]) > 2
    }
    if not parts:
        return prose("This needs at least three trials of a kind; this edition has fewer.")
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
                    _ratio(*(math.exp(row[key]) for key in ("estimate", "ci_low", "ci_high")))
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
            Column(key="kind", label="Kind", filter=True),
            ratio_column("hr", "Hazard ratio"),
            Column(key="weight", label="Weight", kind="percent", digits=1),
            Column(key="without", label="Pooled without it (95 % CI)"),
            ratio_column("rstudent", "Studentised residual"),
            ratio_column("cook_d", "Cook's distance"),
            ratio_column("tau2_without", "τ² without it"),
            Column(key="influential", label="Influential", filter=True),
        ],
    )


def published_agreement_table(agreement: Agreement, *, name: str = "published-agreement") -> Table | Prose:
    """Published pooled hazard ratios beside ours of the same tumour and endpoint."""
    rows = agreement.compared
    if rows.empty:
        return prose(
            "No published pooled hazard ratio speaks of a tumour and endpoint that this edition has effects on."
        )
    theirs = [_ratio(row.hr, row.ci_low, row.ci_high) for row in rows.itertuples()]
    by = [_review(row) for row in rows.itertuples()]
    ours = {
        f"ours_{group}": [
            _ours(*values)
            for values in rows[[f"{part}_{group}" for part in ("k", "hr", "ci_low", "ci_high")]].itertuples(index=False)
        ]
        for group in ("randomised", "other")
    }
    found = [rows[f"overlap_{group}"] for group in ("randomised", "other")]
    both, no = (sum(int(part.isin(words).sum()) for part in found) for words in (["yes", "no"], ["no"]))
    caption = (
        f"{counted(len(rows), 'published pooled hazard ratio')} beside ours. Of "
        f"{counted(both, 'pair')} with two intervals, {both - no} overlap. Reviews share trials with "
        f"us and with each other: agreement is no independent confirmation."
    )
    return Table(
        data=rows.assign(by=by, theirs=theirs, **ours),
        name=name,
        caption=caption,
        columns=[
            Column(key="by", label="Review"),
            Column(key="entity", label="Tumour", kind="entity", filter=True),
            Column(key="product", label="Their product"),
            Column(key="endpoint", label="Endpoint", filter=True),
            Column(key="theirs", label="Theirs"),
            Column(key="locator", label="Of"),
            Column(key="ours_randomised", label="Ours, randomised"),
            Column(key="overlap_randomised", label="Overlap"),
            Column(key="ours_other", label="Ours, not randomised"),
            Column(key="overlap_other", label="Overlap (not randomised)"),
            Column(key="source_url", label="Source", kind="paper"),
            Column(key="row_id", label="Row", kind="row"),
        ],
    )


def published_agreement_left_out(agreement: Agreement) -> Prose:
    """How many published results could not be compared, by reason."""
    counts = agreement.left_out["reason"].value_counts()
    if counts.empty:
        return prose("Every published result could be compared.")
    parts = joined(f"{number} ({reason})" for reason, number in counts.items())
    return prose(
        "{n} published {results} could not be laid beside ours: {parts}.",
        n=len(agreement.left_out),
        results=verb(len(agreement.left_out), "result", "results"),
        parts=parts,
    )


def overlap_warning(reg, effects: pd.DataFrame) -> Prose:
    """Trials whose records say that their patients may be in another trial as well."""
    notes = reg.trials.set_index("trial_id")["note"].reindex(effects["trial_id"])
    named = notes[notes.str.contains("overlap", case=False, na=False)].index.tolist()
    if not named:
        return prose("No record of these trials names patients in common with another.")
    return prose(
        "The records of {n} of these trials say that their patients may overlap with those of "
        "another trial: {trials}. Trials that are known to share patients are one cohort here and "
        "count once; suspected overlap is not resolved.",
        n=len(named),
        trials=cite(named),
    )


def _ratio(hr: float, low: float, high: float) -> str:
    if math.isnan(low) or math.isnan(high):
        return f"{hr:.2f}, no interval printed"
    return f"{hr:.2f} ({low:.2f} to {high:.2f})"


def _ours(k: int, hr: float, low: float, high: float) -> str:
    if not k:
        return "none"
    return f"{_ratio(hr, low, high)}, {'one trial' if k == 1 else f'{int(k)} trials'}"


def _review(row) -> str:
    """Author and year of a published review, or the registry's name for it where the author is not known."""
    if pd.isna(row.first_author):
        return row.meta_id
    return row.first_author if pd.isna(row.year) else f"{row.first_author} {row.year:.0f}"

"""What moves the pooled result: trials one by one, and what a trial is like."""

from __future__ import annotations

import pandas as pd

from ircc_lib.analysis.effects.effects import DERIVED
from ircc_lib.analysis.endpoints import endpoint_of, outcome_of
from ircc_lib.figures.chapters.hazard_ratios.tables import TRIAL, ratio_column
from ircc_lib.figures.chapters.hazard_ratios.wording import DESIGN_HEADINGS
from ircc_lib.figures.chapters.robustness.one_by_one import range_sentences
from ircc_lib.figures.display import column
from ircc_lib.figures.display.sentence import Prose, cite, prose
from ircc_lib.figures.display.table import Table
from ircc_lib.text import counted, joined, verb, with_interval

FEWEST_FOR_R2 = 20  # R2 of fewer trials is mostly chance (Lopez-Lopez 2014, doi:10.1111/bmsp.12002)


def contradictions_sentence(overall: pd.DataFrame, progression: pd.DataFrame) -> Prose:
    """Which estimated ratios have another verdict than the test that the trial itself reports.

    Parameters
    ----------
    overall : DataFrame
        Effects on overall survival, as `log_hazard_ratios` returns them.
    progression : DataFrame
        Effects on progression-free survival, as `log_hazard_ratios` returns them.

    Returns
    -------
    Prose
        One paragraph for the page.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> reg = ircc.load_registry()
    >>> str(contradictions_sentence(*(ircc.log_hazard_ratios(reg, name) for name in ("OS", "PFS"))))[:4]
    'Of t'
    """
    found = [effects[effects["contradicts_own_test"]]["trial_id"].tolist() for effects in (overall, progression)]
    derived = [int(effects["rung"].ge(DERIVED).sum()) for effects in (overall, progression)]
    if not any(derived):
        return prose("No hazard ratio of this edition had to be estimated.")
    if not any(found):
        return prose(
            "None of the hazard ratios that were estimated and not reported ({os} for overall survival, {pfs} for "
            "progression-free survival) contradicts the trial's own test.",
            os=derived[0],
            pfs=derived[1],
        )
    return prose(
        "Of the hazard ratios that were estimated and not reported, {os} of {all_os} for overall survival and {pfs} of {all_pfs} "
        "for progression-free survival contradict the trial's own test: they differ in the verdict at p = 0.05, or are far "
        "stronger. They are graded one lower. Trials: {trials}.",
        os=len(found[0]) or "none",
        pfs=len(found[1]) or "none",
        all_os=derived[0],
        all_pfs=derived[1],
        trials=cite(list(dict.fromkeys(found[0] + found[1]))),
    )


def moderators_table(moderators: pd.DataFrame) -> Table:
    """Meta-regression on one characteristic at a time.

    Parameters
    ----------
    moderators : DataFrame
        What `robustness.moderators` returns.
    """
    enough = moderators["trials"].ge(FEWEST_FOR_R2)
    table = moderators.assign(r2=(moderators["r2"] / 100).where(enough))
    fitted = table[table["ratio"].notna()]
    told = fitted.loc[fitted["p_value"] < 0.05, "moderator"].drop_duplicates().tolist()
    found = f"{len(told) or 'none'} {verb(len(told) or 1, 'is', 'are')}"
    sentence = (
        f"Of {counted(fitted['moderator'].nunique(), 'characteristic')} with enough trials, {found} associated with the "
        f"effect at p below 0.05{f' ({joined(told)})' if told else ''}, not corrected for the number of tests. "
        if len(fitted)
        else ""
    )
    return Table(
        data=table,
        name=f"moderators-{endpoint_of(moderators).lower()}",
        caption=f"Factors associated with the hazard ratio for {outcome_of(moderators)} across controlled trials. {sentence}"
        "Meta-regression on one characteristic at a time, each given randomisation; a ratio below 1 means larger "
        "benefits where the characteristic is present or higher. The share of variance explained is left out below "
        f"{FEWEST_FOR_R2} trials, where it is mostly chance.",
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


def influence_table(influence: pd.DataFrame) -> Table | Prose:
    """The pooled result without each trial in turn, and which trials move it most.

    Parameters
    ----------
    influence : DataFrame
        What `robustness.influence` returns.
    """
    if influence.empty:
        return prose("This needs at least four trials of a kind; this edition has fewer.")
    marked = int(influence["influential"].sum())
    others = zip(influence["without"], influence["without_low"], influence["without_high"])
    return Table(
        data=influence.assign(
            kind=influence["randomised"].map(DESIGN_HEADINGS),
            weight=influence["weight"] / 100,
            without=[with_interval(*ends) for ends in others],
            influential=influence["influential"].map({True: "yes", False: ""}),
        ),
        name=f"influence-{endpoint_of(influence).lower()}",
        caption=f"The pooled hazard ratio for {outcome_of(influence)} without each trial in turn. "
        f"{'; '.join(range_sentences(influence))}. "
        f"{counted(marked, 'trial')} of {len(influence)} {verb(marked, 'moves', 'move')} the result more "
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

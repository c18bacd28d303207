"""The chapter's tables and forests, each of the rows that answer its question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ircc_lib.analysis.arguments import chosen
from ircc_lib.figures.chapters.robustness import choices, left_out, one_by_one, reviews, tables

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from ircc_lib.analysis.effects.published import Agreement
    from ircc_lib.figures.display.figure import Figure
    from ircc_lib.figures.display.sentence import Prose
    from ircc_lib.figures.display.table import Table

TABLES: dict[str, Callable[[Any], Table | Prose]] = {
    "influence": tables.influence_table,
    "all evidence": left_out.all_evidence_table,
    "selection": left_out.selection_table,
    "moderators": tables.moderators_table,
    "published": reviews.published_agreement_table,
    "published, left out": reviews.published_agreement_left_out,
}
FORESTS: dict[str, Callable[[pd.DataFrame], Figure]] = {
    "sensitivity": choices.sensitivity_forest,
    "cumulative": one_by_one.cumulative_forest,
    "leave one out": one_by_one.leave_one_out_forest,
}


def table(found: pd.DataFrame | Agreement, about: str) -> Table | Prose:
    """What a function of this chapter found, as a table.

    Parameters
    ----------
    found : DataFrame or Agreement
        As `influence`, `all_evidence`, `selection`, `moderators` or `published_agreement` gives it.
    about : str
        Which of these it is: ``influence``, ``all evidence``, ``selection``, ``moderators``, ``published`` or
        ``published, left out`` (reviews that are not compared, and why).

    Returns
    -------
    Table or Prose
        The table with its rows; a sentence where there is nothing to show.

    Raises
    ------
    ValueError
        If `about` is none of these, or the rows are not its own.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> effects = ircc.log_hazard_ratios(ircc.load_registry(), "OS")
    >>> ircc.robustness.table(ircc.robustness.influence(effects), "influence").name
    'influence-os'
    """
    return chosen("about", about, TABLES)(found)


def forest(found: pd.DataFrame, about: str) -> Figure:
    """Pooled hazard ratios below each other, each made in another way.

    Parameters
    ----------
    found : DataFrame
        As `sensitivity`, `cumulative` or `influence` gives it.
    about : str
        ``sensitivity`` (other choices), ``cumulative`` (as the years went by) or ``leave one out`` (without each trial
        in turn, from `influence`).

    Returns
    -------
    Figure
        The figure with its caption, alternative text and the rows that it draws.

    Raises
    ------
    ValueError
        If `about` is none of these, or the rows are not its own.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> effects = ircc.log_hazard_ratios(ircc.load_registry(), "OS")
    >>> ircc.robustness.forest(ircc.robustness.cumulative(effects), "cumulative").name
    'cumulative-os'
    """
    return chosen("about", about, FORESTS)(found)

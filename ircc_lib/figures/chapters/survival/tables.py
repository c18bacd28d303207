"""The chapter's tables, each asked for by its subject."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ircc_lib.analysis.arguments import chosen
from ircc_lib.analysis.endpoints import ENDPOINTS
from ircc_lib.figures.chapters.survival.five_years import five_year_table
from ircc_lib.figures.chapters.survival.reported_medians import medians_table
from ircc_lib.figures.chapters.survival.significance import significance_trials_table
from ircc_lib.figures.chapters.survival.single_patients import patients_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from ircc_lib.figures.display.sentence import Prose
    from ircc_lib.figures.display.table import Table
    from ircc_lib.registry.store import Registry

TABLES: dict[str, Callable[[Registry], Table | Prose]] = {
    **{family: partial(medians_table, family=family) for family in ENDPOINTS},
    "five years": five_year_table,
    "significance": significance_trials_table,
    "patients": patients_table,
}


def table(reg: Registry, about: str = "OS") -> Table | Prose:
    """Survival as reported, row by row.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    about : str
        ``OS`` or ``PFS`` (the medians of that family of endpoints), ``five years`` (five-year survival),
        ``significance`` (trials and their tests) or ``patients`` (published one by one).

    Returns
    -------
    Table or Prose
        The table with its rows; a sentence where there is nothing to show.

    Raises
    ------
    ValueError
        If `about` is none of these.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> ircc.survival.table(ircc.load_registry(), "OS").name
    'medians-os-table'
    """
    return chosen("about", about, TABLES)(reg)

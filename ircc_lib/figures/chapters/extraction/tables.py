"""Trials that report on survival without an effect, and what their inequalities bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from ircc_lib.analysis.counts.counts import design_words
from ircc_lib.analysis.effects.bounds import effect_bounds
from ircc_lib.analysis.effects.effects import effect_exclusions
from ircc_lib.analysis.endpoints import ENDPOINTS
from ircc_lib.figures.chapters.hazard_ratios.tables import DESIGN, TRIAL, YEAR, ratio_column
from ircc_lib.figures.display import column
from ircc_lib.figures.display.sentence import Prose, cite, prose
from ircc_lib.figures.display.table import Table
from ircc_lib.registry.rows import rows_of
from ircc_lib.text import counted, verb

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


DIRECTIONS = {
    "cik_better": "better with CIK",
    "control_better": "better with control",
    "no_difference": "no difference",
    "unclear": "not stated",
}


def exclusions_table(reg: Registry, endpoint: str = "OS") -> Table:
    """Trials that report on the endpoint without an effect, and why.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    endpoint : str
        ``OS``, ``PFS`` (its whole family), or one endpoint.

    Returns
    -------
    Table
        The table with its caption and the rows that it shows.
    """
    left = effect_exclusions(reg, endpoint)
    return Table(
        data=left.assign(
            design=left["design"].map(design_words),
            direction=[DIRECTIONS.get(said, "") for said in left["direction"].tolist()],
        ),
        name=f"without-effect-{endpoint.lower()}",
        caption=f"{counted(len(left), 'controlled trial')} that "
        f"{verb(len(left), 'reports', 'report')} on {ENDPOINTS.get(endpoint, endpoint)} without "
        f"enough for a hazard ratio.",
        columns=[
            TRIAL,
            YEAR,
            DESIGN,
            column.text("endpoint"),
            column.text("direction", "Report says", filter=True),
            column.text("reason", "Why"),
            column.text("not_instead", "Not put in its place"),
        ],
    )


def replaced_sentence(reg: Registry, endpoint: str = "PFS") -> Prose:
    """Which trials compare a preferred endpoint without an estimate, so that a lesser one is not put in its place.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    endpoint : str
        ``OS``, ``PFS`` (its whole family), or one endpoint.

    Returns
    -------
    Prose
        One paragraph for the page.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "Xu" in replaced_sentence(ircc.load_registry())
    True
    """
    left = effect_exclusions(reg, endpoint)
    left = left[left["not_instead"].ne("")]
    if left.empty:
        return prose("No trial of this edition is left out by the rule on endpoints.")
    said = Markup("; ").join(
        Markup("{} ({}: {}; {})").format(cite(row["trial_id"]), row["endpoint"], row["reason"], row["not_instead"])
        for row in rows_of(left)
    )
    return prose(
        "{n} left out of the pool by the rule on endpoints: the endpoint that comes first is compared between the arms "
        "without an estimate, and a later one is not put in its place: {trials}.",
        n=f"{counted(len(left), 'trial')} {verb(len(left), 'is', 'are')}",
        trials=said,
    )


def bounds_table(reg: Registry, endpoint: str = "OS") -> Table:
    """Comparisons reported as an inequality, and the bound that it sets.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    endpoint : str
        ``OS``, ``PFS`` (its whole family), or one endpoint.

    Returns
    -------
    Table
        The table with its caption and the rows that it shows.
    """
    bounds = effect_bounds(reg, endpoint)
    shown = bounds.assign(design=bounds["design"].map(design_words), direction=bounds["direction"].replace(DIRECTIONS))
    return Table(
        data=shown,
        name=f"bounds-{endpoint.lower()}",
        caption=f"{counted(len(bounds), 'comparison')} between arms on "
        f"{ENDPOINTS.get(endpoint, endpoint)} reported as an inequality. The bound is the largest "
        "hazard ratio that a log-rank test with this p-value allows, reached if every patient had "
        "the event; it is not an estimate and enters no pooled result.",
        columns=[
            TRIAL,
            YEAR,
            DESIGN,
            column.text("endpoint"),
            column.text("p_value_reported"),
            column.text("direction"),
            column.number("n_cik"),
            column.number("n_control"),
            ratio_column("hr_below", "Hazard ratio below"),
            column.text("effect", "Effect known from"),
            column.row("row_id"),
        ],
    )

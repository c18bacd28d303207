"""The chapter's tables, sentences and figures, each asked for by its subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ircc_lib.analysis.arguments import chosen
from ircc_lib.figures.chapters.safety import adverse_events, between_arms, in_short, sentences, severe

if TYPE_CHECKING:
    from collections.abc import Callable

    from ircc_lib.figures.display.figure import Figure
    from ircc_lib.figures.display.sentence import Prose
    from ircc_lib.figures.display.table import Table
    from ircc_lib.registry.store import Registry

TABLES: dict[str, Callable[[Registry], Table | Prose]] = {
    "adverse events": adverse_events.adverse_event_table,
    "by arm": between_arms.by_arm_table,
    "in words": between_arms.words_table,
    "severe": severe.severe_table,
    "without number": adverse_events.without_number_table,
    "gvhd": severe.gvhd_table,
    "by infusion": adverse_events.infusion_table,
}
SENTENCES: dict[str, Callable[[Registry], Prose]] = {
    "reported": sentences.safety_sentence,
    "none": sentences.none_sentence,
    "between arms": between_arms.between_sentence,
    "severe": sentences.severe_elsewhere_sentence,
    "deaths": severe.death_sentence,
    "in short": in_short.harm_line,
    "summary": in_short.summary_sentence,
}
FIGURES: dict[str, Callable[[Registry], Figure]] = {
    "adverse events": adverse_events.adverse_event_figure,
    "severe": severe.severe_figure,
    "gvhd": severe.gvhd_figure,
}


def table(reg: Registry, about: str = "adverse events") -> Table | Prose:
    """What the trials report of harm, row by row.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    about : str
        ``adverse events`` (all that were reported), ``by arm`` (of trials that state them for a control group),
        ``in words`` (arms compared by a test or in words), ``severe``, ``without number`` (events that occurred
        without a count), ``gvhd`` (graft-versus-host disease) or ``by infusion`` (counted among infusions or cycles).

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
    >>> ircc.safety.table(ircc.load_registry(), "severe").name
    'severe-events-table'
    """
    return chosen("about", about, TABLES)(reg)


def sentence(reg: Registry, about: str = "reported") -> Prose:
    """What is known of harm, in words.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    about : str
        ``reported`` (how many trials say anything), ``none`` (trials that say that there were no events),
        ``between arms`` (of randomised trials), ``severe`` (events of grade 3 to 5 that no rate counts), ``deaths``
        (from treatment), ``in short`` (one line) or ``summary``.

    Returns
    -------
    Prose
        One paragraph for the page.

    Raises
    ------
    ValueError
        If `about` is none of these.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> ircc.safety.sentence(ircc.load_registry()).startswith("Of ")
    True
    """
    return chosen("about", about, SENTENCES)(reg)


def figure(reg: Registry, about: str = "adverse events") -> Figure:
    """Rates of harm among CIK-treated patients.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    about : str
        ``adverse events`` (by CTCAE term), ``severe`` (grade 3 to 5, serious, deaths) or ``gvhd`` (graft-versus-host
        disease by donor source).

    Returns
    -------
    Figure
        The figure with its caption, alternative text and the rows that it draws.

    Raises
    ------
    ValueError
        If `about` is none of these.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> ircc.safety.figure(ircc.load_registry(), "severe").name
    'severe-events'
    """
    return chosen("about", about, FIGURES)(reg)

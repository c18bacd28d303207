"""The outcomes of one tumour entity drawn: where its trials report too little, a sentence says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ircc_lib.analysis.effects.effects import log_hazard_ratios
from ircc_lib.analysis.effects.risk_of_bias import risk_of_bias
from ircc_lib.analysis.endpoints import ENDPOINTS
from ircc_lib.analysis.facts import SEVERAL
from ircc_lib.analysis.outcomes.one_tumour import basket_trials, of_one_tumour
from ircc_lib.analysis.outcomes.pseudo_cohort import pseudo_cohort
from ircc_lib.analysis.outcomes.response import response_counts, response_pairs
from ircc_lib.figures.chapters.hazard_ratios.forest import forest
from ircc_lib.figures.chapters.response.forests import counts_forest, response_ratio_forest
from ircc_lib.figures.chapters.survival.reconstructed import pseudo_curves
from ircc_lib.figures.chapters.survival.reported_medians import medians_dumbbell
from ircc_lib.figures.display.figure import Figure
from ircc_lib.figures.display.sentence import Prose, cite, prose
from ircc_lib.figures.draw.diamonds import ratio_text
from ircc_lib.text import capital, counted

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


def entity_forest(reg: Registry, endpoint: str = "OS") -> Figure | Prose:
    """The hazard ratios of the trials of this entity alone; a sentence where there are fewer than two.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    endpoint : str
        ``OS`` or ``PFS`` (the whole family).

    Returns
    -------
    Figure or Prose
        The figure with the rows that it draws; a sentence where there is nothing to draw.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> entity_forest(ircc.load_registry().select(entity="gastric cancer")).name
    'forest-os'
    """
    effects, what = log_hazard_ratios(reg, endpoint=endpoint), ENDPOINTS[endpoint]
    effects = effects[effects["entity"] != SEVERAL]  # an effect of many tumours is not of this one
    if len(effects) > 1:
        return forest(effects, bias=risk_of_bias(reg))
    if effects.empty:
        return prose("No trial of this tumour alone yields a hazard ratio for {what}.", what=what)
    return prose(
        "One trial of this tumour alone yields a hazard ratio for {what}, {trial}: {ratio}, from {method}.",
        what=what,
        trial=cite(effects["trial_id"]),
        ratio=ratio_text(effects.iloc[0]),
        method=effects["method"].iloc[0],
    )


def entity_medians(reg: Registry, endpoint: str = "OS") -> Figure | Prose:
    """Medians of both arms side by side, where a trial of the entity reports both.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    endpoint : str
        ``OS``, ``PFS`` (its whole family), or one endpoint.

    Returns
    -------
    Figure or Prose
        The figure with the rows that it draws; a sentence where there is nothing to draw.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> str(entity_medians(ircc.load_registry().select(entity="neuroblastoma")))
    'No trial of this tumour alone reports the median of both arms for overall survival.'
    """
    drawn = medians_dumbbell(of_one_tumour(reg), endpoint)
    if isinstance(drawn, Figure):
        return drawn
    return prose("No trial of this tumour alone reports the median of both arms for {what}.", what=ENDPOINTS[endpoint])


def entity_curves(reg: Registry, endpoint: str = "OS") -> Figure | Prose:
    """Curves of both arms of each trial from reported rates and medians.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    endpoint : str
        ``OS``, ``PFS`` (its whole family), or one endpoint.

    Returns
    -------
    Figure or Prose
        The figure with the rows that it draws; a sentence where there is nothing to draw.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> entity_curves(ircc.load_registry().select(entity="gastric cancer")).name
    'pseudo-curves-os'
    """
    drawn = pseudo_curves(pseudo_cohort(of_one_tumour(reg), endpoint), at_least=1)
    if isinstance(drawn, Figure):
        return drawn
    return prose(
        "No curve for {what}: no trial of this tumour alone reports it for both arms with their sizes.",
        what=ENDPOINTS[endpoint],
    )


def entity_response(reg: Registry) -> Figure | Prose:
    """Objective response by arm in the trials of this tumour alone.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Figure or Prose
        The figure with the rows that it draws; a sentence where there is nothing to draw.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> str(entity_response(ircc.load_registry().select(entity="neuroblastoma")))
    'No trial of this tumour alone gives a certain count of objective responses.'
    """
    counts = response_counts(of_one_tumour(reg))
    if (counts["outcome"].eq("objective response") & counts["pooled"]).any():
        return counts_forest(counts, "objective response")
    return prose("No trial of this tumour alone gives a certain count of objective responses.")


def entity_response_ratio(reg: Registry) -> Figure | Prose:
    """Objective response of CIK against control within the trials of this tumour alone.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Figure or Prose
        The figure with the rows that it draws; a sentence where there is nothing to draw.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> str(entity_response_ratio(ircc.load_registry().select(entity="neuroblastoma")))
    'No trial of this tumour alone counts objective responses in both arms.'
    """
    alone = of_one_tumour(reg)
    if len(response_pairs(alone)):
        return response_ratio_forest(alone)
    return prose("No trial of this tumour alone counts objective responses in both arms.")


def basket_sentence(reg: Registry) -> Prose:
    """Trials of several tumours, which stand in the tables of a tumour's page and in none of its figures.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Prose
        One paragraph for the page.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "several tumours" in basket_sentence(ircc.load_registry().select(entity="ovarian cancer"))
    True
    """
    ids = basket_trials(reg)
    if not ids:
        return prose("Every trial of this page treated this tumour alone.")
    return prose(
        "{n} treated several tumours ({trials}). What such a report states is of all of them together: it stands in "
        "the tables below and enters no figure and no pooled result of this page.",
        n=capital(counted(len(ids), "report")),
        trials=cite(ids),
    )

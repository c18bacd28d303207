"""The outcomes of one tumour entity drawn: where its trials report too little, a sentence says so."""

from __future__ import annotations

from ircc_lib.analysis.effects.effects import log_hazard_ratios
from ircc_lib.analysis.effects.pooled import ENDPOINTS
from ircc_lib.analysis.outcomes.pseudo_cohort import pseudo_cohort
from ircc_lib.analysis.outcomes.response import response_counts
from ircc_lib.analysis.outcomes.significance import SEVERAL
from ircc_lib.figures.chapters.hazard_ratios.forest import forest
from ircc_lib.figures.chapters.response.response import counts_forest
from ircc_lib.figures.chapters.survival.medians import medians_dumbbell
from ircc_lib.figures.chapters.survival.reconstructed import pseudo_curves
from ircc_lib.figures.display.exhibit import Exhibit, Prose, cite, prose
from ircc_lib.figures.draw.diamonds import ratio_text


def entity_forest(reg, *, endpoint: str = "OS") -> Exhibit | Prose:
    """The hazard ratios of the trials of this entity alone; a sentence where there are fewer than two.

    Parameters
    ----------
    reg : Registry
    endpoint : ``OS`` or ``PFS`` (the whole family)

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> entity_forest(ircc.load_registry().select(entity="gastric cancer")).name
    'forest-os'
    """
    effects, what = log_hazard_ratios(reg, endpoint=endpoint), ENDPOINTS[endpoint]
    effects = effects[effects["entity"] != SEVERAL]  # an effect of many tumours is not of this one
    if len(effects) > 1:
        return forest(effects, endpoint=endpoint, name=f"forest-{endpoint.lower()}")
    if effects.empty:
        return prose("No trial of this tumour alone yields a hazard ratio for {what}.", what=what)
    return prose(
        "One trial of this tumour alone yields a hazard ratio for {what}, {trial}: {ratio}, from {method}. There is "
        "nothing to "
        "pool.",
        what=what,
        trial=cite(effects["trial_id"]),
        ratio=ratio_text(effects.iloc[0]),
        method=effects["method"].iloc[0],
    )


def entity_medians(reg, *, endpoint: str = "OS") -> Exhibit | Prose:
    """Medians of both arms side by side, where a trial of the entity reports both.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> str(entity_medians(ircc.load_registry().select(entity="neuroblastoma")))
    'No trial reports the median of both arms for overall survival.'
    """
    drawn = medians_dumbbell(reg, endpoint)
    if isinstance(drawn, Exhibit):
        return drawn
    return prose("No trial reports the median of both arms for {what}.", what=ENDPOINTS[endpoint])


def entity_curves(reg, *, endpoint: str = "OS") -> Exhibit | Prose:
    """Curves of the arms from reported rates and medians, where at least two trials of a kind allow it.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> entity_curves(ircc.load_registry().select(entity="gastric cancer")).name
    'pseudo-curves-os'
    """
    drawn = pseudo_curves(pseudo_cohort(reg, endpoint=endpoint), endpoint=endpoint)
    if isinstance(drawn, Exhibit):
        return drawn
    return prose(
        "No curve for {what}: fewer than two trials of a kind report it for both arms with their sizes.",
        what=ENDPOINTS[endpoint],
    )


def entity_response(reg) -> Exhibit | Prose:
    """Objective response by arm, where a trial of the entity gives counts.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> str(entity_response(ircc.load_registry().select(entity="neuroblastoma")))
    'No trial gives a certain count of objective responses.'
    """
    counts = response_counts(reg)
    if (counts["outcome"].eq("objective response") & counts["pooled"]).any():
        return counts_forest(counts, "objective response")
    return prose("No trial gives a certain count of objective responses.")

"""The trials of one tumour alone: what a trial of several tumours counts is not all of any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ircc_lib.analysis.facts import SEVERAL, trial_entities

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


def of_one_tumour(reg: Registry) -> Registry:
    """The trials of a registry that treated a single tumour entity, as a Registry.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> reg = ircc.load_registry()
    >>> len(of_one_tumour(reg).trials) < len(reg.trials)
    True
    """
    entities = trial_entities(reg)
    basket = set(entities.index[entities.eq(SEVERAL)])
    if not basket & set(reg.trials["trial_id"]):
        return reg
    return reg._with_trials(reg.trials.loc[~reg.trials["trial_id"].isin(basket), "trial_id"])


def basket_trials(reg: Registry) -> list[str]:
    """The trials of more than one tumour entity, by trial_id.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "PMID25963952" in basket_trials(ircc.load_registry())
    True
    """
    entities = trial_entities(reg)
    basket = set(entities.index[entities.eq(SEVERAL)])
    return [trial_id for trial_id in reg.trials["trial_id"] if trial_id in basket]

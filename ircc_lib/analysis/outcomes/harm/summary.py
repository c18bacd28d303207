"""Harm in one place: what the front page and the chapter on safety say first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.outcomes.harm.by_arm import harm_by_arm, harm_pairs, randomised_of
from ircc_lib.analysis.outcomes.harm.in_words import (
    COMPARED,
    NONE,
    NOTHING,
    SOME,
    compared_in_words,
    safety_statements,
    severe_elsewhere,
)
from ircc_lib.analysis.outcomes.harm.severe import severe_rates

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


@dataclass(frozen=True, kw_only=True)
class HarmSummary:
    """What the trials of a registry say about harm, and how many say nothing.

    Attributes
    ----------
    trials, reporting, none_only, compared_only, silent : trials in all; with an event that occurred; only that a certain
        event did not occur; with only a comparison in words; silent on harm
    silent_share : 0..1
    pairs : DataFrame, as `harm_pairs`: trials that count harm in both arms, randomised or not
    randomised : DataFrame, as `randomised_of`: any, severe and serious events and treatment deaths between the
        arms of trials randomised by their own record
    by_arm : DataFrame, the rows of `harm_by_arm` of such trials (percentages and counts of both arms)
    in_words : DataFrame, as `compared_in_words`, of such trials
    severe_elsewhere : DataFrame, severe events that occurred and are in no rate of patients
    deaths : dict, `pooled_row` of treatment-related deaths under CIK: events, n, trials, ci_low, ci_high
    """

    trials: int
    reporting: int
    none_only: int
    compared_only: int
    silent: int
    silent_share: float
    pairs: pd.DataFrame
    randomised: pd.DataFrame
    by_arm: pd.DataFrame
    in_words: pd.DataFrame
    severe_elsewhere: pd.DataFrame
    deaths: dict[str, Any]


def harm_summary(reg: Registry) -> HarmSummary:
    """Harm as the front page needs it.

    Parameters
    ----------
    reg : Registry
        With the tables trials, adverse_events, comparisons and arms.

    Returns
    -------
    HarmSummary
        The numbers of trials and the rates, each with the trials behind it.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> found = harm_summary(ircc.load_registry())
    >>> found.trials == found.reporting + found.none_only + found.compared_only + found.silent
    True
    """
    said = safety_statements(reg).set_index("statement")["trials"].astype(int)
    rates, by_arm, words = severe_rates(reg), harm_by_arm(reg), compared_in_words(reg)
    death = rates[rates["outcome"].eq("treatment-related death") & rates["group"].eq("cik")].iloc[0]
    trials, pairs = int(said.sum()), harm_pairs(reg)
    return HarmSummary(
        trials=trials,
        reporting=int(said[SOME]),
        none_only=int(said[NONE]),
        compared_only=int(said[COMPARED]),
        silent=int(said[NOTHING]),
        silent_share=int(said[NOTHING]) / max(1, trials),
        pairs=pairs,
        randomised=randomised_of(pairs),
        by_arm=by_arm[by_arm["randomised"].astype(bool)].reset_index(drop=True),
        in_words=words[words["randomised"]].reset_index(drop=True),
        severe_elsewhere=severe_elsewhere(reg),
        deaths=death.to_dict(),
    )

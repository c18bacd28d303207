"""How the patients of a trial came into its arms, and who says so."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ircc_lib.analysis.counts.counts import design_words

OWN_RECORD, REVIEW = "random, own record", "random, a review only"
NOT_RANDOM, NO_CONTROL = "not random, or not stated", "no control group"
_UNCONTROLLED = ("single_arm", "case_report")


def allocation(trial: dict[str, Any]) -> str:
    """The allocation of one row of ``trials`` in words; random only where a record says so.

    Parameters
    ----------
    trial : with ``design`` and ``allocation_basis``

    Examples
    --------
    >>> allocation({"design": "randomised", "allocation_basis": "own record"})
    'random, own record'
    >>> allocation({"design": "randomised", "allocation_basis": "review"})
    'random, a review only'
    >>> allocation({"design": "single_arm", "allocation_basis": None})
    'no control group'
    """
    if trial["design"] == "randomised":
        return OWN_RECORD if trial["allocation_basis"] == "own record" else REVIEW
    return NO_CONTROL if trial["design"] in _UNCONTROLLED else NOT_RANDOM


def designs(trials: pd.DataFrame) -> pd.Series:
    """The design of each row of ``trials`` in words; a review's word for random is said to be one.

    Examples
    --------
    >>> trials = pd.DataFrame({"design": ["randomised", "randomised"], "allocation_basis": ["own record", "review"]})
    >>> designs(trials).tolist()
    ['randomised', 'randomised (a review only)']
    """
    by_review = trials["design"].eq("randomised") & ~randomised(trials)
    return trials["design"].map(design_words).mask(by_review, "randomised (a review only)")


def randomised(trials: pd.DataFrame) -> pd.Series:
    """Which rows of ``trials`` were randomised by their own record.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> trials = ircc.load_registry().trials
    >>> bool(trials.loc[randomised(trials), "design"].eq("randomised").all())
    True
    """
    own = trials["design"].eq("randomised") & trials["allocation_basis"].eq("own record")
    return own.fillna(False).astype(bool)

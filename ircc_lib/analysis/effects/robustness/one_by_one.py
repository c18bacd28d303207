"""The pooled hazard ratio without each trial in turn, and as it stood year by year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ircc_lib.analysis.effects.effects import by_allocation
from ircc_lib.analysis.effects.pooled import FEWEST
from ircc_lib.analysis.endpoints import endpoint_of
from ircc_lib.analysis.meta.influence import cumulative, influence, leave_one_out
from ircc_lib.analysis.meta.pooling import REPORTED

RATIOS = {"estimate": "hr", "ci_low": "ci_low", "ci_high": "ci_high"}
WITHOUT = {"estimate": "without", "ci_low": "without_low", "ci_high": "without_high"}


def without_each(effects: pd.DataFrame) -> pd.DataFrame:
    """The pooled result without each trial in turn, and which trials move it most; kinds of trials apart.

    Parameters
    ----------
    effects : DataFrame
        Rows of `log_hazard_ratios`.

    Returns
    -------
    DataFrame
        One row per trial where there are at least four of its kind: ``trial_id``, ``randomised``, ``hr``;
        ``without``, ``without_low``, ``without_high``, the pooled hazard ratio of all others with its interval;
        and the columns of `meta.influence`, ``influential`` by the cut-offs of Viechtbauer and Cheung (2010,
        doi:10.1002/jrsm.11).

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> found = without_each(ircc.log_hazard_ratios(ircc.load_registry(), "OS"))
    >>> bool(found["without"].between(found["without_low"], found["without_high"]).all())
    True
    """
    parts = []
    for randomised, part in by_allocation(effects).items():
        if len(part) > FEWEST:
            values = part["log_hr"].tolist(), part["se"].tolist()
            own = part[["trial_id", "hr"]].reset_index(drop=True).assign(randomised=randomised)
            others = _ratios(leave_one_out(*values, knha=REPORTED), WITHOUT)
            parts.append(own.join(others).join(influence(*values, knha=REPORTED)))
    return _together(parts, effects, ["trial_id", "hr", "randomised", *WITHOUT.values()])


def year_by_year(effects: pd.DataFrame) -> pd.DataFrame:
    """The pooled hazard ratio as it stood at the end of each year; kinds of trials apart.

    Parameters
    ----------
    effects : DataFrame
        Rows of `log_hazard_ratios`; a trial of unknown year has no place in time and is left out.

    Returns
    -------
    DataFrame
        One row per kind and year from the third trial on: ``randomised``, ``year``, ``k`` trials, ``hr``,
        ``ci_low``, ``ci_high``. How many trials were left out stands in ``.attrs["undated"]``.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> found = year_by_year(ircc.log_hazard_ratios(ircc.load_registry(), "OS"))
    >>> bool(found["k"].min() >= 3)
    True
    """
    parts = []
    for randomised, part in by_allocation(effects[effects["year"].notna()]).items():
        if len(part) >= FEWEST:
            steps = cumulative(part["log_hr"].tolist(), part["se"].tolist(), part["year"].tolist(), knha=REPORTED)
            steps = steps.loc[steps["k"] >= FEWEST, ["order", "k", *RATIOS]].rename(columns={"order": "year"})
            parts.append(_ratios(steps, {"year": "year", "k": "k"} | RATIOS).assign(randomised=randomised))
    found = _together(parts, effects, ["year", "k", "hr", "ci_low", "ci_high", "randomised"])
    found.attrs["undated"] = int((effects["year"].isna() & ~effects["review_only"].astype(bool)).sum())
    return found


def _ratios(table: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """The columns named, those on the log scale as ratios."""
    logs = [name for name in names if name in RATIOS]
    return table.assign(**{name: np.exp(table[name]) for name in logs})[list(names)].rename(columns=names)


def _together(parts: list[pd.DataFrame], effects: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    found.attrs["endpoint"] = endpoint_of(effects)
    return found

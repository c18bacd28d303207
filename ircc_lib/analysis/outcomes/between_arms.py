"""CIK against control within trials that count both arms: each trial's risk ratio, and all together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ircc_lib.analysis.meta.pooling import REPORTED, pool
from ircc_lib.analysis.meta.result import PooledEffect
from ircc_lib.analysis.meta.two_by_two import mantel_haenszel, two_by_two_effects
from ircc_lib.analysis.normal import Z95
from ircc_lib.analysis.outcomes.pooled_counts import MIN_TRIALS

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

BETWEEN = ["rr", "rr_low", "rr_high", "p_value", "pi_low", "pi_high", "common", "common_low", "common_high"]
BETWEEN += ["rd", "rd_low", "rd_high", "i2", "tau2", "q_p_value"]
RATIO = ["log_rr", "se", "rr", "ci_low", "ci_high"]
_COUNTS = ["events", "n", "events_control", "n_control"]


def pairs_of(counts: pd.DataFrame, *, of: Sequence[str] = ()) -> pd.DataFrame:
    """Counts of CIK and control groups of the same trial side by side, with the trial's own risk ratio.

    Parameters
    ----------
    counts : one row per trial and group: ``trial_id``, ``year``, ``randomised``, ``group``, ``events``, ``n``
    of : further columns that both groups must share, such as the outcome where `counts` are of several

    Returns
    -------
    DataFrame
        trial_id, year, randomised, events, n (CIK), events_control, n_control, log_rr, se,
        rr, ci_low, ci_high (above 1: more often under CIK), and the columns `of`; oldest first
    """
    shared = ["trial_id", *of]
    cik = counts.loc[counts["group"].eq("cik"), [*shared, "year", "randomised", "events", "n"]]
    control = counts.loc[counts["group"].eq("control"), [*shared, "events", "n"]]
    pairs = cik.merge(control, on=shared, suffixes=("", "_control")).sort_values(["year", "trial_id"])
    pairs = pairs[["trial_id", "year", "randomised", *_COUNTS, *of]].reset_index(drop=True)
    ratios = risk_ratios(*_arrays(pairs)) if len(pairs) else dict.fromkeys(RATIO, np.empty(0))
    return pairs.assign(**ratios)[["trial_id", "year", "randomised", *_COUNTS, *RATIO, *of]]


def risk_ratios(
    events: ArrayLike, n: ArrayLike, events_control: ArrayLike, n_control: ArrayLike
) -> dict[str, np.ndarray]:
    """Each trial's own risk ratio, under the names of `RATIO` (NaN where both arms saw no event).

    Examples
    --------
    >>> risk_ratios([10], [20], [5], [20])["rr"].tolist()
    [2.0]
    """
    own = two_by_two_effects(events, n, events_control, n_control)
    log_rr, se = own["estimate"].to_numpy(), own["se"].to_numpy()
    reach = Z95 * se
    found = (log_rr, se, np.exp(log_rr), np.exp(log_rr - reach), np.exp(log_rr + reach))
    return dict(zip(RATIO, found, strict=True))


def pairs_poolable(pairs: pd.DataFrame) -> bool:
    """Whether a risk ratio can be pooled: two trials, and an event in each arm of one of them."""
    return len(pairs) > 1 and pairs["events"].sum() > 0 and pairs["events_control"].sum() > 0


def pool_pairs(pairs: pd.DataFrame, *, measure: str = "RR") -> PooledEffect:
    """A common effect over the rows of `pairs_of`, Mantel-Haenszel (ValueError with fewer than two)."""
    return mantel_haenszel(*_arrays(pairs), measure=measure)


def random_effects(pairs: pd.DataFrame) -> PooledEffect | None:
    """Random effects over the risk ratios of three trials or more (REML, Hartung-Knapp, never below Wald's).

    A trial without an event in either arm has no ratio and is not in it. None with fewer than three.
    """
    own = pairs[pairs["log_rr"].notna()]
    return pool(own["log_rr"], own["se"], knha=REPORTED, tau2_ci=False) if len(own) >= MIN_TRIALS else None


def between(pairs: pd.DataFrame) -> dict[str, Any]:
    """What some rows of `pairs_of` say together, as `response_between_arms` describes it."""
    row = {
        "trials": len(pairs),
        "patients": int(pairs[["n", "n_control"]].to_numpy(dtype=float).sum()),
        "trial_ids": "; ".join(pairs["trial_id"]),
    } | dict.fromkeys(BETWEEN, np.nan)
    if len(pairs) == 1:
        return row | {"rr": pairs["rr"].iloc[0], "rr_low": pairs["ci_low"].iloc[0], "rr_high": pairs["ci_high"].iloc[0]}
    if not pairs_poolable(pairs):
        return row
    common, difference = pool_pairs(pairs), pool_pairs(pairs, measure="RD")
    ratio = common.exp()
    row |= {"common": ratio.estimate, "common_low": ratio.ci_low, "common_high": ratio.ci_high}
    row |= {"rd": difference.estimate, "rd_low": difference.ci_low, "rd_high": difference.ci_high}
    row |= {"i2": common.i2, "q_p_value": common.q_p_value}
    effect = random_effects(pairs)
    if effect is None:
        return row
    shown, varies = effect.exp(), effect.tau2 > 0
    return row | {
        "rr": shown.estimate,
        "rr_low": shown.ci_low,
        "rr_high": shown.ci_high,
        "p_value": effect.p_value,
        "pi_low": shown.pi_low if varies else np.nan,
        "pi_high": shown.pi_high if varies else np.nan,
        "i2": effect.i2,
        "tau2": effect.tau2,
    }


def _arrays(pairs: pd.DataFrame) -> list[np.ndarray]:
    return [pairs[name].to_numpy(dtype=float) for name in _COUNTS]

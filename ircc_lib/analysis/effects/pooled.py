"""The pooled hazard ratios that the report leads with, and those of groups of trials."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ircc_lib.analysis.effects.effects import by_allocation, log_hazard_ratios
from ircc_lib.analysis.meta.pooling import REPORTED, pool
from ircc_lib.analysis.meta.result import PooledEffect, Shown
from ircc_lib.analysis.meta.subgroups import subgroups

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


COLUMNS = [
    "endpoint",
    "group",
    "trials",
    "patients",
    "hr",
    "ci_low",
    "ci_high",
    "pi_low",
    "pi_high",
    "p_value",
    "i2",
    "tau2",
    "direct",
    "common_hr",
    "common_ci_low",
    "common_ci_high",
    "trial_ids",
]
FEWEST = 3  # trials that a random-effects result needs: the variance between two is a guess
NO_VARIANCE = 1e-6  # tau2 at or below it is none
REVIEW_ONLY = "review only"
DIRECT = 2  # the rungs of the hierarchy on which a hazard ratio was reported


def pooled_evidence(reg: Registry, *, endpoints: Iterable[str] = ("OS", "PFS")) -> pd.DataFrame:
    """Pooled hazard ratios, randomised and other controlled trials apart.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    endpoints : sequence of str
        ``OS``, ``PFS`` (the whole family).

    Returns
    -------
    DataFrame
        Two rows an endpoint: ``endpoint``, ``group`` (randomised, not randomised), ``trials`` with an effect,
        ``patients`` of their arms, or the stated total of a trial that states no arms (missing where unknown), ``hr``, ``ci_low``, ``ci_high``, ``pi_low``,
        ``pi_high`` (below 1 favours CIK; REML with the Hartung-Knapp interval, never narrower than Wald's),
        ``p_value``, ``i2`` (percent), ``tau2``, ``direct`` (trials that reported a hazard ratio themselves),
        ``common_hr`` and its interval, ``trial_ids``. One trial gives its own effect and interval. Two are not
        pooled: ``hr`` is missing and ``common_hr`` is what they say if they estimate one and the same effect.
        There is no prediction interval below three trials or where no variance between trials was found.
        Randomised is what a trial's own record calls so; trials that only a review calls randomised are in
        neither group.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> pooled = pooled_evidence(ircc.load_registry(), endpoints=["OS"])
    >>> pooled["group"].tolist()
    ['randomised', 'not randomised']
    """
    rows = []
    for endpoint in endpoints:
        effects = log_hazard_ratios(reg, endpoint=endpoint)
        for randomised, chosen in by_allocation(effects).items():
            group = "randomised" if randomised else "not randomised"
            rows.append({"endpoint": endpoint, "group": group} | pooled_row(chosen))
    return pd.DataFrame(rows, columns=COLUMNS)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Trials that are shown together, and what they say together.

    Attributes
    ----------
    effects : rows of `log_hazard_ratios`
    pooled : random effects, None below three trials and where trials are not pooled at all
    common : of two trials, the one effect that both would estimate; None otherwise
    """

    effects: pd.DataFrame
    pooled: PooledEffect | None = None
    common: Shown | None = None

    @property
    def predicts(self) -> bool:
        """Whether a prediction interval says something: not where no variance between trials was found."""
        return self.pooled is not None and self.pooled.tau2 > NO_VARIANCE and not np.isnan(self.pooled.pi_low)


def pool_groups(effects: pd.DataFrame, by: str = "randomised", *, method: str = "REML") -> dict[object, Group]:
    """The pooled effect of each group of trials.

    Parameters
    ----------
    effects : rows of `log_hazard_ratios`
    by : the column whose values make the groups. ``randomised`` gives True, False and, where only reviews call
        trials randomised, `REVIEW_ONLY`, which are not pooled. Otherwise all effects must be of one kind
    method : of `pool`

    Raises
    ------
    ValueError
        `by` would pool randomised and other trials together

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> groups = pool_groups(ircc.log_hazard_ratios(ircc.load_registry(), "OS"))
    >>> bool(groups[True].pooled.hazard_ratio < 1)
    True
    """
    if by == "randomised":
        parts = {kind: part for kind, part in by_allocation(effects).items() if len(part)}
        groups: dict[object, Group] = {kind: _group(part, method) for kind, part in parts.items()}
        only = effects[effects["review_only"].astype(bool)]
        return groups | ({REVIEW_ONLY: Group(effects=only)} if len(only) else {})
    if effects["randomised"].nunique() > 1 or effects["review_only"].nunique() > 1:
        raise ValueError(
            "randomised and non-randomised trials are not pooled together: pass one kind, or by='randomised'"
        )
    return {value: _group(part, method) for value, part in effects.groupby(by, sort=True)}


def between_groups(effects: pd.DataFrame, by: str) -> str:
    """The test of whether groups of trials of one kind differ, in words.

    Hartung-Knapp standard errors of two or three trials are themselves a matter of chance, and
    the chi-square test between groups takes them at their word: it is made with Wald's.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> effects = ircc.log_hazard_ratios(ircc.load_registry(), "OS").query("randomised")
    >>> "p " in between_groups(effects, "product")
    True
    """
    values = effects["log_hr"].tolist(), effects["se"].tolist(), effects[by].tolist()
    return subgroups(*values, knha=REPORTED, wald_test=True).sentence


def _group(part: pd.DataFrame, method: str) -> Group:
    values = part["log_hr"].tolist(), part["se"].tolist()
    if len(part) < FEWEST:
        common = pool(*values, method="FE", knha=False, tau2_ci=False).exp() if len(part) == 2 else None
        return Group(effects=part, common=common)
    return Group(effects=part, pooled=pool(*values, method=method, knha=REPORTED, tau2_ci=False))


def pooled_row(effects: pd.DataFrame) -> dict[str, Any]:
    """One group of effects pooled, with what a reader needs to judge it.

    Parameters
    ----------
    effects : rows of `log_hazard_ratios`, possibly none
    """
    k = len(effects)
    both = effects["n_total"] if "n_total" in effects else effects["n_cik"] + effects["n_control"]
    sizes = both.dropna().tolist()
    row = {
        "trials": k,
        "patients": float(sum(sizes)) if sizes else np.nan,
        "direct": sum(rung <= DIRECT for rung in effects["rung"].tolist()),
        "trial_ids": "; ".join(effects["trial_id"]),
    }
    if k == 0:
        return row
    if k == 1:
        return row | {name: effects[name].iloc[0] for name in ("hr", "ci_low", "ci_high", "p_value")}
    if k < FEWEST:
        return row | _common(effects)
    pooled = pool(effects["log_hr"], effects["se"], knha=REPORTED, tau2_ci=False)
    ratio = pooled.exp()
    varies = pooled.tau2 > NO_VARIANCE
    return row | {
        "hr": ratio.estimate,
        "ci_low": ratio.ci_low,
        "ci_high": ratio.ci_high,
        "pi_low": ratio.pi_low if varies else np.nan,
        "pi_high": ratio.pi_high if varies else np.nan,
        "p_value": pooled.p_value,
        "i2": pooled.i2,
        "tau2": pooled.tau2,
    }


def _common(effects: pd.DataFrame) -> dict[str, Any]:
    common = pool(effects["log_hr"], effects["se"], method="FE", knha=False, tau2_ci=False).exp()
    return {"common_hr": common.estimate, "common_ci_low": common.ci_low, "common_ci_high": common.ci_high}

"""All trials in one likelihood, whatever each of them printed: an estimate, a p-value, a bound, or words.

A trial that prints "no significant difference" and no number is in no ordinary pool, and leaving it
out is not neutral: such trials are the ones without a difference. Here each trial has the likelihood of
what it did print. Its true log hazard ratio is normal about `mu` with variance tau2; its log-rank z is
then normal about ``mu sqrt(V)`` with variance ``1 + tau2 V``, where ``V = d r (1 - r)`` is the information
of d events, r being the share of the CIK arm (Parmar et al. 1998). Where the events are not printed, d is
a share of the patients that follows a Beta distribution, and the likelihood is averaged over it.

The nearest relative is MetaNSUE (Albajes-Eizagirre, Solanes and Radua 2019,
doi:10.1177/0962280218811349), which imputes what was only called not significant.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from ircc_lib.analysis.arguments import frame, number, vector
from ircc_lib.analysis.meta.all_evidence_likelihood import Fit
from ircc_lib.analysis.meta.all_evidence_result import AllEvidence, Sensitivity

KINDS = {
    "estimate": "estimate with its standard error",
    "p": "exact p-value",
    "p below": "p-value below a bound",
    "p above": "p-value above a bound",
    "no difference": "reported as not different",
    "significant": "significant in words",
}
EVENT_FRACTION = (3.0, 2.0)  # Beta: events of patients by the end of follow-up, as trials that print both have them
SENSITIVITY = ((2.0, 4.0), (6.0, 2.0))  # a third, and three quarters of the patients
SIGNIFICANT = 0.05
COLUMNS = ("trial", "kind", "estimate", "se", "p", "direction", "n_cik", "n_control", "events")


def pool_all_evidence(
    contributions: pd.DataFrame,
    *,
    event_fraction: tuple[float, float] = EVENT_FRACTION,
    sensitivity: tuple[tuple[float, float], ...] = SENSITIVITY,
    alpha: float = 0.05,
) -> AllEvidence:
    """Pool trials by the likelihood of what each of them printed.

    Parameters
    ----------
    contributions : one row per trial: ``kind`` (one of `KINDS`) and what it needs: ``estimate`` and ``se`` (log hazard
        ratio, below 0 in favour of CIK); or ``p`` (two-sided value, or the bound), ``direction`` (-1 CIK better,
        1 control better, 0 or missing: not stated), ``n_cik`` and ``n_control`` (patients) and, where printed,
        ``events`` of both arms together. "no difference" and "significant" are read as p above, and below, 0.05
        unless `p` gives another bound. ``trial`` names the row
    event_fraction : (a, b) of the Beta distribution of the share of patients with the event by the end of
        follow-up, for trials that print no events
    sensitivity : further such pairs, under which the result is shown beside
    alpha : 1 minus the level of the interval

    Returns
    -------
    AllEvidence
        maximum likelihood in (mu, tau); the interval is that of the profile likelihood, cut where it has fallen
        by half the squared quantile of t with k - 1 degrees of freedom

    Raises
    ------
    TypeError, ValueError
        no table, fewer than two trials, an unknown kind, or a row without what its kind needs

    Notes
    -----
    A sensitivity analysis beside the pool of estimates, not in its place: where few trials print their
    events it rests on the event fraction, and is read together with `AllEvidence.sensitivity`. With
    estimates alone it equals metafor's ``rma(method = "ML")``. Simulated in ``benchmarks/all_evidence.py``.

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "trial": ["A", "B", "C"], "kind": ["estimate", "p", "no difference"], "estimate": [-0.5, None, None],
    ...     "se": [0.2, None, None], "p": [None, 0.02, None], "direction": [None, -1, None],
    ...     "n_cik": [60, 50, 40], "n_control": [60, 50, 40], "events": [None, 70, None]})
    >>> found = pool_all_evidence(table)
    >>> round(found.hazard_ratio, 2), found.k
    (0.62, 3)
    """
    table = checked(contributions)
    number("alpha", alpha, low=0, high=1)
    fraction = _fraction("event_fraction", event_fraction)
    main = Fit(table, fraction)
    if isinstance(sensitivity, (str, bytes, dict, pd.DataFrame)) or not hasattr(sensitivity, "__iter__"):
        raise TypeError(f"sensitivity: a list of pairs is needed, found {type(sensitivity).__name__}")
    others = [(pair, Fit(table, pair)) for pair in [_fraction("sensitivity", pair) for pair in sensitivity]]
    df = len(table) - 1
    t = float(stats.t.isf(alpha / 2, df))
    low, high = main.interval(t)
    information = main.information()
    return AllEvidence(
        estimate=main.mu,
        ci_low=low,
        ci_high=high,
        p_value=float(2 * stats.t.sf(main.t_against(0.0), df)),
        tau2=main.tau**2,
        k=len(table),
        level=1 - alpha,
        event_fraction=fraction,
        sensitivity=tuple(
            Sensitivity(
                event_fraction=pair,
                estimate=found.mu,
                tau2=found.tau**2,
                **dict(zip(("ci_low", "ci_high"), found.interval(t))),
            )
            for pair, found in others
        ),
        contributions=table.assign(information=100 * information / information.sum()),
    )


def checked(contributions: pd.DataFrame) -> pd.DataFrame:
    """The table with all its columns as numbers, or an error that names the row and what it lacks."""
    table = frame("contributions", contributions, ("kind",)).reset_index(drop=True).copy()
    if len(table) < 2:
        raise ValueError(f"contributions: at least 2 trials are needed; {len(table)} given")
    unknown = table.loc[~table["kind"].isin(KINDS), "kind"].tolist()
    if unknown:
        raise ValueError(f"contributions: kind {unknown[0]!r} is not known; choose one of {', '.join(KINDS)}")
    if "trial" not in table:
        table["trial"] = [f"trial {place + 1}" for place in range(len(table))]
    for name in COLUMNS[2:]:
        table[name] = vector(f"contributions[{name!r}]", table[name]) if name in table else np.nan
    words = table["kind"].isin(["no difference", "significant"])
    table["p"] = table["p"].where(table["p"].notna() | ~words, SIGNIFICANT)
    table["direction"] = np.sign(table["direction"].fillna(0))
    direct = table["kind"].eq("estimate")
    _need(table, direct & ~(np.isfinite(table["estimate"]) & table["se"].gt(0)), "a finite estimate and an se above 0")
    _need(table, ~direct & ~(table["p"].gt(0) & table["p"].le(1)), "a p between 0 and 1")
    _need(table, ~direct & ~(table["n_cik"].gt(0) & table["n_control"].gt(0)), "n_cik and n_control above 0")
    total = table["n_cik"] + table["n_control"]
    _need(
        table,
        ~direct & ~(table["events"].isna() | (table["events"].gt(0) & table["events"].le(total))),
        "events between 1 and its patients",
    )
    return table


def fitted_event_fraction(events: ArrayLike, n: ArrayLike, *, at_least: int = 8) -> tuple[float, float]:
    """The Beta distribution of event fractions by their mean and variance; `EVENT_FRACTION` below `at_least` trials.

    Examples
    --------
    >>> [round(value, 1) for value in fitted_event_fraction([30, 80, 50, 66, 20, 75, 60, 40], [100] * 8)]
    [2.3, 2.1]
    """
    fraction = vector("events", events) / vector("n", n)
    fraction = fraction[(fraction > 0) & (fraction < 1)]
    if fraction.size < at_least:
        return EVENT_FRACTION
    mean, variance = fraction.mean(), fraction.var(ddof=1)
    size = max(mean * (1 - mean) / variance - 1, 1.0)
    return float(mean * size), float((1 - mean) * size)


def _need(table: pd.DataFrame, lacking: pd.Series, what: str) -> None:
    if lacking.any():
        row = table[lacking].iloc[0]
        raise ValueError(f"contributions: {row['trial']} ({row['kind']}) needs {what}")


def _fraction(name: str, pair: Any) -> tuple[float, float]:
    try:
        a, b = pair
    except (TypeError, ValueError):
        raise TypeError(
            f"{name}: the two numbers of a Beta distribution are needed, found {type(pair).__name__}"
        ) from None
    return number(name, a, low=0), number(name, b, low=0)

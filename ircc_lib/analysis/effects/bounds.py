"""What an inequality says: p < 0.05 bounds a hazard ratio, it does not give one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.effects.effects import effects_of
from ircc_lib.analysis.effects.extraction.choice import evidence_on
from ircc_lib.analysis.effects.extraction.evidence import Evidence, stated
from ircc_lib.analysis.effects.extraction.hierarchy import compares_curves
from ircc_lib.analysis.facts import trial_entities
from ircc_lib.analysis.normal import NORMAL

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


COLUMNS = [
    "trial_id",
    "year",
    "design",
    "endpoint",
    "p_value_reported",
    "direction",
    "n_cik",
    "n_control",
    "hr_below",
    "effect",
    "row_id",
]
RELATIONS = ["below", "above", "not significant"]


def effect_bounds(reg: Registry, endpoint: str = "OS") -> pd.DataFrame:
    """Whole-trial comparisons of which only an inequality was printed, and what it bounds.

    A log-rank test with p below a limit in favour of CIK has ``|ln HR| > z / sqrt(V)``, and
    the variance ``V = events n_cik n_control / n^2`` is largest when every patient had the
    event, so that ``HR < exp(-z / sqrt(n_cik n_control / n))`` whatever the number of events
    (the formulae of Tierney et al. 2007, read as bounds; a test that is not named is taken for
    log-rank). "Not significant" bounds nothing without the number of events, and neither does
    a test of rates or means.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    endpoint : str
        ``OS``, ``PFS`` (its whole family), or one endpoint.

    Returns
    -------
    DataFrame
        trial_id, year, design, endpoint, p_value_reported, direction, n_cik, n_control;
        `hr_below`, the bound, missing where there is none; `effect`, the method by which
        the trial has an effect all the same; row_id.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> bounds = effect_bounds(ircc.load_registry(), "OS")
    >>> bool(bounds["hr_below"].dropna().lt(1).all())
    True
    """
    reports = evidence_on(reg, endpoint)
    effects = effects_of(reports, trial_entities(reg))
    methods = dict(zip(effects["trial_id"], effects["method"]))
    rows = [
        _row(evidence, row, methods)
        for evidence in reports
        for row in evidence.comparisons
        if row["p_relation"] in RELATIONS and not stated(row["estimate"])
    ]
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"year": "Int64", "hr_below": "float64"})
    return table.sort_values(["year", "trial_id"], ignore_index=True)


def _row(evidence: Evidence, row: dict[str, Any], methods: dict[str, str]) -> dict[str, Any]:
    sizes, trial = evidence.sizes, evidence.trial
    favours = row["p_relation"] == "below" and row["direction"] == "cik_better" and compares_curves(row)
    known = sizes if sizes is not None and not sizes.assumed else None
    return {
        "trial_id": trial["trial_id"],
        "year": trial["year"],
        "design": trial["design"],
        "endpoint": evidence.endpoint,
        "p_value_reported": row["p_value_reported"],
        "direction": row["direction"],
        "n_cik": known.cik if known else math.nan,
        "n_control": known.control if known else math.nan,
        "hr_below": _bound(row["p_value"], sizes.cik, sizes.control) if favours and sizes else math.nan,
        "effect": methods.get(trial["trial_id"], ""),
        "row_id": row["row_id"],
    }


def _bound(p_value: float, n_cik: float, n_control: float) -> float:
    most = n_cik * n_control / (n_cik + n_control)
    return math.exp(NORMAL.inv_cdf(p_value / 2) / math.sqrt(most))

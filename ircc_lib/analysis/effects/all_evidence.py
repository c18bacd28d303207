"""What each trial that compared its arms contributes to one likelihood: its estimate, or what it says instead."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.effects.effects import by_allocation
from ircc_lib.analysis.effects.extraction.choice import Choice, choices, evidence_on
from ircc_lib.analysis.effects.extraction.evidence import Evidence, stated
from ircc_lib.analysis.effects.extraction.hierarchy import RUNGS, compares_curves
from ircc_lib.analysis.effects.extraction.reported import two_sided
from ircc_lib.analysis.effects.pooled import FEWEST, pooled_row
from ircc_lib.analysis.endpoints import endpoint_of
from ircc_lib.analysis.meta.all_evidence import KINDS, SENSITIVITY, fitted_event_fraction
from ircc_lib.analysis.meta.all_evidence import pool_all_evidence as pool_contributions
from ircc_lib.analysis.meta.all_evidence_result import AllEvidence, Sensitivity
from ircc_lib.registry.labels import trial_label
from ircc_lib.registry.rows import table_of
from ircc_lib.text import joined

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

COLUMNS = {
    "trial": "str",
    "trial_id": "str",
    "cohort": "str",
    "year": "Int64",
    "endpoint": "str",
    "randomised": "bool",
    "review_only": "bool",
    "kind": "str",
    "estimate": "float64",
    "se": "float64",
    "p": "float64",
    "direction": "float64",
    "n_cik": "float64",
    "n_control": "float64",
    "events": "float64",
    "event_fraction": "float64",
    "inputs": "str",
    "note": "str",
}
_SIGNS = {"cik_better": -1.0, "control_better": 1.0}
_SIGNIFICANT = re.compile(r"\bsignifican", re.IGNORECASE)


def pool_all_evidence(
    evidence: Registry | pd.DataFrame,
    endpoint: str = "OS",
    *,
    randomised: bool | None = True,
    event_fraction: tuple[float, float] | None = None,
    sensitivity: tuple[tuple[float, float], ...] = SENSITIVITY,
    alpha: float = 0.05,
) -> AllEvidence:
    """All trials that compared their arms in one likelihood, those without an estimate among them.

    Parameters
    ----------
    evidence : Registry or DataFrame
        A registry, or a table of contributions (`ircc_lib.analysis.meta.all_evidence.pool_all_evidence`).
    endpoint : str
        ``OS``, ``PFS`` (its whole family), or one endpoint; of a registry only.
    randomised : bool or None
        Trials that were randomised by their own record (True), not randomised (False), or all controlled
        ones (None); of a registry only.
    event_fraction : (float, float) or None
        Beta distribution of the share of patients with the event, for trials that print no events; None: as
        the registry's trials have it whose events are printed or follow from their survival rates.
    sensitivity : tuple of (float, float)
        Further such pairs, under which the result is shown beside.
    alpha : float
        1 minus the level of the interval.

    Returns
    -------
    AllEvidence
        Log hazard ratio by maximum likelihood, its profile interval, and the table of contributions.

    Raises
    ------
    TypeError, ValueError
        neither a registry nor a table, an unknown endpoint, or fewer than two trials

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> found = pool_all_evidence(ircc.load_registry(), "OS")
    >>> bool(found.k > (found.contributions["kind"] == "estimate").sum())
    True
    """
    options: dict[str, Any] = {"sensitivity": sensitivity, "alpha": alpha}
    if isinstance(evidence, pd.DataFrame):
        stated: dict[str, Any] = {} if event_fraction is None else {"event_fraction": event_fraction}
        return pool_contributions(evidence, **options, **stated)
    if not hasattr(evidence, "comparisons"):
        raise TypeError(f"evidence: a Registry or a DataFrame is needed, found {type(evidence).__name__}")
    if randomised not in (True, False, None):
        raise ValueError(f"randomised is {randomised!r}; it must be True, False or None")
    return _pooled(contributions(evidence, endpoint), randomised, event_fraction, options)


def pool_reports(reports: list[Evidence]) -> AllEvidence:
    """`pool_all_evidence` of the trials randomised by their own record, from what `evidence_on` gathered."""
    return _pooled(contributions_of(reports), True, None, {})


def _pooled(
    every: pd.DataFrame, randomised: bool | None, event_fraction: tuple[float, float] | None, options: dict[str, Any]
) -> AllEvidence:
    if event_fraction is None:
        known = every[every["event_fraction"].between(0, 1, inclusive="neither")]
        event_fraction = fitted_event_fraction(known["event_fraction"], [1.0] * len(known))
    return pool_contributions(_of_design(every, randomised), event_fraction=event_fraction, **options)


def contributions(reg: Registry, endpoint: str = "OS") -> pd.DataFrame:
    """What each controlled cohort says about an endpoint, in the form that the likelihood reads.

    Parameters
    ----------
    reg : Registry
    endpoint : str
        as for `log_hazard_ratios`, whose effects are taken where there are any

    Returns
    -------
    DataFrame
        one row per cohort: trial, trial_id, cohort, year, endpoint, randomised (by the own record), review_only;
        `kind` (estimate, p, p below, p above, no difference, significant); what it needs (`estimate`, `se`; `p`,
        two-sided, `direction` -1 CIK better, 1 control better, 0 not known, `n_cik`, `n_control`, `events`);
        `event_fraction` where known; `inputs`, `note`

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> table = contributions(ircc.load_registry(), "OS")
    >>> bool(table["cohort"].is_unique)
    True
    """
    return contributions_of(evidence_on(reg, endpoint))


def contributions_of(reports: list[Evidence]) -> pd.DataFrame:
    """`contributions` from what `evidence_on` gathered."""
    found = [_contribution(choice) for choice in choices(reports, sorted(RUNGS))]
    return table_of([row for row in found if row], COLUMNS).sort_values(["year", "trial_id"], ignore_index=True)


def _of_design(table: pd.DataFrame, randomised: bool | None) -> pd.DataFrame:
    if randomised is None:
        return table
    own = table["randomised"].astype(bool)
    return table[own if randomised else ~own & ~table["review_only"].astype(bool)]


def _contribution(choice: Choice) -> dict[str, Any] | None:
    if choice.chosen is not None:
        evidence, (rung, step) = choice.chosen.evidence, choice.chosen.reached
        estimate = step.estimate
        return _about(evidence, estimate.events) | {
            "kind": "estimate",
            "estimate": estimate.log_hr,
            "se": estimate.se,
            "inputs": "; ".join(step.inputs),
            "note": RUNGS[rung][0],
        }
    for reading in choice.passed:
        said = _said(reading.evidence)
        if said:
            return _about(reading.evidence, None) | said
    return None


def _about(evidence: Evidence, estimated: float | None) -> dict[str, Any]:
    trial, sizes = evidence.trial, evidence.sizes
    events = evidence.events.total if evidence.events else math.nan
    known = estimated if math.isnan(events) and estimated else events
    fraction = known / (sizes.cik + sizes.control) if sizes is not None else math.nan
    return {
        "trial": trial_label(trial["trial_id"]),
        "trial_id": trial["trial_id"],
        "cohort": trial["cohort"],
        "year": trial["year"],
        "endpoint": evidence.endpoint,
        "randomised": evidence.own_word,
        "review_only": evidence.randomised and not evidence.own_word,
        "estimate": math.nan,
        "se": math.nan,
        "p": math.nan,
        "direction": 0.0,
        "n_cik": sizes.cik if sizes else math.nan,
        "n_control": sizes.control if sizes else math.nan,
        "events": events if fraction <= 1 else math.nan,
        "event_fraction": fraction,
    }


def _said(evidence: Evidence) -> dict[str, Any] | None:
    """What a report says of the comparison of its arms; the test of the whole curves before any other."""
    if evidence.sizes is None:
        return None
    ranked = sorted(evidence.comparisons, key=lambda row: (not stated(row["p_relation"]), not compares_curves(row)))
    return next((said for said in map(lambda row: _of_row(row, evidence), ranked) if said), None)


def _of_row(row: dict[str, Any], evidence: Evidence) -> dict[str, Any] | None:
    relation, said = row["p_relation"], {"direction": _direction(row, evidence), "inputs": row["row_id"]}
    if stated(row["p_value"]) and row["p_value"] > 0 and relation in ("exact", "below", "above"):
        p = two_sided(row)[0]
        kind = {"exact": "p", "below": "p below", "above": "p above"}[relation]
        if kind == "p above" or p < 1:
            return said | {"kind": kind, "p": min(p, 1.0), "note": f"p {row['p_value_reported']}"}
    words = str(row["note"]) if stated(row["note"]) else ""
    if relation == "not significant" or row["direction"] == "no_difference":
        return said | {"kind": "no difference", "note": words or "reported as not different"}
    if said["direction"] and _SIGNIFICANT.search(words):
        return said | {"kind": "significant", "note": words}
    return None


def _direction(row: dict[str, Any], evidence: Evidence) -> float:
    """-1 where CIK did better, 1 where the control arm did, 0 where nothing tells."""
    if row["direction"] in _SIGNS:
        return _SIGNS[row["direction"]]
    pairs = [(at.cik, at.control) for at in evidence.landmarks[-1:]]
    if len(evidence.medians) == 2:
        pairs.append((evidence.medians["cik"]["median"], evidence.medians["control"]["median"]))
    for cik, control in pairs:
        if stated(cik) and stated(control) and cik != control:
            return -1.0 if cik > control else 1.0
    return 0.0


def beside_all_evidence(reg: Registry, effects: pd.DataFrame) -> pd.DataFrame:
    """The pooled result of trials with an estimate, and with the trials that compare their arms without one.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    effects : DataFrame
        Rows of `log_hazard_ratios`.

    Returns
    -------
    DataFrame
        Where a kind of trial has three estimates, one row for these and one per share of patients with the
        event: ``randomised``, ``event_fraction`` (0..1, missing for the estimates alone), ``k`` trials, ``hr``,
        ``ci_low``, ``ci_high``, ``kinds`` (what the further trials give, with their number).

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> reg = ircc.load_registry()
    >>> found = beside_all_evidence(reg, ircc.log_hazard_ratios(reg, "OS"))
    >>> bool(found["event_fraction"].dropna().between(0, 1).all())
    True
    """
    rows = []
    for randomised, part in by_allocation(effects).items():
        if len(part) < FEWEST:
            continue
        alone = pooled_row(part)
        found = pool_all_evidence(reg, endpoint_of(effects), randomised=randomised)
        further = [f"{KINDS[kind]} ({count})" for kind, count in found.kinds.items() if kind != "estimate"]
        about = {"randomised": randomised, "kinds": joined(further)}
        rows.append(about | {name: alone[name] for name in ("hr", "ci_low", "ci_high")} | {"k": len(part)})
        shown: list[AllEvidence | Sensitivity] = [found, *found.sensitivity]
        for one in shown:
            a, b = one.event_fraction
            low, high = one.hazard_ratio_ci
            ends = {"hr": one.hazard_ratio, "ci_low": low, "ci_high": high}
            rows.append(about | {"event_fraction": a / (a + b), "k": found.k} | ends)
    table = pd.DataFrame(rows, columns=["randomised", "event_fraction", "k", "hr", "ci_low", "ci_high", "kinds"])
    table.attrs["endpoint"] = endpoint_of(effects)
    return table

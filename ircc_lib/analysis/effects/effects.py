"""One log hazard ratio a cohort and endpoint, with the evidence behind it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from ircc_lib.analysis.effects.evidence import Evidence, endpoints_asked, gather, known_endpoints, stated
from ircc_lib.analysis.effects.hierarchy import RUNGS, Step
from ircc_lib.analysis.outcomes.significance import trial_entities
from ircc_lib.analysis.time_to_event.published import NORMAL, NotEstimable
from ircc_lib.registry.labels import trial_label
from ircc_lib.registry.rows import table_of

GRADES = "ABCDE"
Z95 = NORMAL.inv_cdf(0.975)
COLUMNS = {
    "trial_id": "str",
    "cohort": "str",
    "label": "str",
    "year": "Int64",
    "design": "str",
    "randomised": "bool",
    "record_level": "str",
    "product": "str",
    "entity": "str",
    "endpoint": "str",
    "log_hr": "float64",
    "se": "float64",
    "hr": "float64",
    "ci_low": "float64",
    "ci_high": "float64",
    "p_value": "float64",
    "method": "str",
    "rung": "int64",
    "quality": "str",
    "n_cik": "Int64",
    "n_control": "Int64",
    "events": "float64",
    "inputs": "str",
    "note": "str",
}


@dataclass(frozen=True, kw_only=True)
class _Climb:
    """How far one report got on the ladder: the rung reached, or why none was."""

    evidence: Evidence
    rung: int | None
    step: Step | None
    reasons: tuple[str, ...]


def log_hazard_ratios(reg, endpoint: str = "OS", *, rungs: Iterable[int] = (1, 2, 3, 4, 5)) -> pd.DataFrame:
    """The log hazard ratio of every controlled cohort that reports enough to have one.

    A ladder, best rung first: (1) a reported hazard ratio with its interval, (2) with an exact
    p-value, (3) survival rates in both arms, (4) an exact log-rank p-value with the events
    estimated, (5) medians in both arms. The formulae and sources are in `hazard_ratio`.
    Of several reports of a cohort the latest that yields an effect is taken, since it has the
    longest follow-up of the same patients; of several endpoints of the PFS family the first
    of PFS, DFS, RFS, EFS, TTP, TTR. Randomised trials give their unadjusted comparison where
    there is a choice, others their adjusted one.

    Parameters
    ----------
    reg : Registry
    endpoint : ``OS``; ``PFS`` for its whole family; or one endpoint of the family, ``DFS`` ...
    rungs : rungs of the ladder that may be used

    Returns
    -------
    DataFrame
        one row a cohort, in order of year: `log_hr` and `se`, negative in favour of CIK; `hr`,
        `ci_low`, `ci_high` as ratios; `rung` and `method`; `quality` A (rung 1) to E (rung 5),
        one grade lower where arm sizes or the kind of test had to be assumed, or the interval
        is skewed; `events` where estimated; `inputs`, the row ids used; `note`.

    Raises
    ------
    ValueError
        the registry knows no such endpoint, or there is no such rung

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> effects = ircc.log_hazard_ratios(ircc.load_registry(), "OS", rungs=[1])
    >>> bool((effects["method"] == "reported HR and CI").all())
    True
    """
    return effects_of(evidence_on(reg, endpoint), trial_entities(reg), rungs=rungs)


def evidence_on(reg, endpoint: str) -> list[Evidence]:
    """The evidence of every report on an endpoint, ordered within a cohort: latest first, then endpoint."""
    endpoints = endpoints_asked(endpoint, known_endpoints(reg))
    return sorted(gather(reg, endpoints), key=_latest_first)  # stable: endpoints stay in order


def effects_of(reports: list[Evidence], entities: pd.Series, *, rungs: Iterable[int] = (1, 2, 3, 4, 5)) -> pd.DataFrame:
    """`log_hazard_ratios` from what `evidence_on` gathered and the entities of `trial_entities`."""
    rows = [_row(*chosen, entities) for chosen in _one_a_cohort(_climbs(reports, rungs))]
    return table_of(rows, COLUMNS).sort_values(["year", "trial_id"], ignore_index=True)


def effect_exclusions(reg, endpoint: str = "OS", *, rungs: Iterable[int] = (1, 2, 3, 4, 5)) -> pd.DataFrame:
    """Controlled cohorts that report on the endpoint but yield no effect, and why.

    Returns
    -------
    DataFrame
        one row a cohort: trial_id, cohort, year, design, endpoint, reason

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> left_out = ircc.extraction.exclusions(ircc.load_registry(), "OS")
    >>> bool(left_out["reason"].ne("").all())
    True
    """
    climbs = _climbs(evidence_on(reg, endpoint), rungs)
    reached = {climb.evidence.trial["cohort"] for climb in climbs if climb.step is not None}
    left: dict[str, list[_Climb]] = {}
    for climb in climbs:
        if climb.evidence.trial["cohort"] not in reached:
            left.setdefault(climb.evidence.trial["cohort"], []).append(climb)
    rows = [
        [found[0].evidence.trial[key] for key in ("trial_id", "cohort", "year", "design")]
        + ["; ".join(dict.fromkeys(climb.evidence.endpoint for climb in found)), _why(found)]
        for found in left.values()
    ]
    table = pd.DataFrame(rows, columns=["trial_id", "cohort", "year", "design", "endpoint", "reason"])
    return table.astype({"year": "Int64"}).sort_values(["year", "trial_id"], ignore_index=True)


def climb(evidence: Evidence, rungs: Iterable[int]) -> _Climb:
    """Try the rungs in order; stop at the first that holds."""
    reasons: list[str] = []
    for rung in rungs:
        try:
            step = RUNGS[rung][1](evidence)
        except NotEstimable as why:
            reasons.append(str(why))
            continue
        if step is not None:
            return _Climb(evidence=evidence, rung=rung, step=step, reasons=())
    return _Climb(evidence=evidence, rung=None, step=None, reasons=tuple(reasons) or evidence.set_aside)


def _climbs(reports: list[Evidence], rungs: Iterable[int]) -> list[_Climb]:
    rungs = sorted(set(rungs))
    if not rungs or set(rungs) - set(RUNGS):
        raise ValueError(f"rungs: {rungs} are not among {sorted(RUNGS)}")
    return [climb(evidence, rungs) for evidence in reports]


def _latest_first(evidence: Evidence) -> tuple:
    trial = evidence.trial
    sizes = [-float(trial[key]) if stated(trial[key]) else 0.0 for key in ("year", "followup_months", "n_total")]
    return trial["cohort"], *sizes, trial["trial_id"]


def _one_a_cohort(climbs: Iterable[_Climb]) -> list[tuple[_Climb, list[_Climb]]]:
    """The first climb of each cohort that reached a rung, and those before it that did not."""
    cohorts: dict[str, list[_Climb]] = {}
    for found in climbs:
        cohorts.setdefault(found.evidence.trial["cohort"], []).append(found)
    chosen = []
    for found in cohorts.values():
        reached = next((place for place, climbed in enumerate(found) if climbed.step is not None), None)
        if reached is not None:
            chosen.append((found[reached], found[:reached]))
    return chosen


def _row(found: _Climb, passed: list[_Climb], entities: pd.Series) -> dict:
    trial, step = found.evidence.trial, found.step
    log_hr, se = step.estimate.log_hr, step.estimate.se
    plain = {key: trial[key] for key in ("trial_id", "cohort", "label", "year", "design", "record_level", "product")}
    return plain | {
        "entity": entities.get(trial["trial_id"], "not specified"),
        "randomised": found.evidence.randomised,
        "endpoint": found.evidence.endpoint,
        "log_hr": log_hr,
        "se": se,
        "hr": math.exp(log_hr),
        "ci_low": math.exp(log_hr - Z95 * se),
        "ci_high": math.exp(log_hr + Z95 * se),
        "p_value": math.erfc(abs(log_hr) / se / math.sqrt(2)),
        "method": RUNGS[found.rung][0],
        "rung": found.rung,
        "quality": GRADES[min(found.rung - 1 + step.doubtful, len(GRADES) - 1)],
        **_counts(found.evidence),
        "events": math.nan if step.estimate.events is None else step.estimate.events,
        "inputs": "; ".join(step.inputs),
        "note": "; ".join([*step.notes, *_passed_over(passed)]),
    }


def _passed_over(passed: list[_Climb]) -> list[str]:
    """What would have come first, a later report or a preferred endpoint, and why it gives no effect."""
    return [
        f"{climbed.evidence.endpoint} of {trial_label(climbed.evidence.trial['trial_id'])} gives no "
        f"effect: " + _why([climbed])
        for climbed in passed
    ]


def _counts(evidence: Evidence) -> dict:
    """Patients of the arms; missing where they were only assumed to be halves."""
    sizes = evidence.sizes
    if sizes is None or sizes.assumed:
        return {"n_cik": pd.NA, "n_control": pd.NA}
    return {"n_cik": int(sizes.cik), "n_control": int(sizes.control)}


def _why(found: list[_Climb]) -> str:
    reasons = [reason for climbed in found for reason in climbed.reasons]
    return "; ".join(dict.fromkeys(reasons)) or "significance stated in words, without numbers"

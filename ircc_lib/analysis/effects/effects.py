"""One log hazard ratio per cohort and endpoint, with the evidence behind it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.effects.extraction.choice import Choice, Reading, choices, evidence_on
from ircc_lib.analysis.effects.extraction.evidence import Evidence, stated
from ircc_lib.analysis.effects.extraction.hierarchy import RUNGS
from ircc_lib.analysis.effects.extraction.own_test import own_test
from ircc_lib.analysis.facts import NO_ENTITY, trial_entities
from ircc_lib.analysis.normal import Z95
from ircc_lib.registry.labels import trial_label
from ircc_lib.registry.rows import by_year, table_of
from ircc_lib.text import ratio_with_ci

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


GRADES = "ABCDE"
NOT_STATED = "not stated"
DERIVED = 3  # the first rung on which a ratio is derived and not reported
COLUMNS = {
    "trial_id": "str",
    "cohort": "str",
    "label": "str",
    "year": "Int64",
    "design": "str",
    "randomised": "bool",
    "allocation": "str",
    "allocation_basis": "str",
    "confirmed": "bool",
    "review_only": "bool",
    "record_level": "str",
    "product": "str",
    "comparator": "str",
    "comparator_kind": "str",
    "entity": "str",
    "endpoint": "str",
    "log_hr": "float64",
    "se": "float64",
    "hr": "float64",
    "ci_low": "float64",
    "ci_high": "float64",
    "ci_printed": "str",
    "p_value": "float64",
    "printed_p": "str",
    "contradicts_own_test": "bool",
    "method": "str",
    "rung": "int64",
    "quality": "str",
    "n_cik": "Int64",
    "n_control": "Int64",
    "n_total": "Int64",
    "events": "float64",
    "inputs": "str",
    "note": "str",
}
EXCLUDED = ["trial_id", "cohort", "year", "design", "randomised", "endpoint", "reason", "not_instead", "direction"]
ALL_RUNGS = (1, 2, 3, 4, 5)


def log_hazard_ratios(
    reg: Registry,
    endpoint: str = "OS",
    *,
    rungs: Iterable[int] = ALL_RUNGS,
    averages: tuple[str, ...] = ("median",),
) -> pd.DataFrame:
    """The log hazard ratio of every controlled cohort that reports enough to have one.

    A hierarchy of methods, best first: (1) a reported hazard ratio with its interval, (2) with an exact
    p-value, (3) survival rates in both arms, (4) an exact log-rank p-value with the events printed or
    estimated, (5) medians in both arms. Where rates are known at one time only, (4) precedes (3).
    The formulae and sources are in `ircc_lib.analysis.time_to_event.published`.
    Of several reports of a cohort one that allocated at random by its own record comes first, then the
    latest, since it has the longest follow-up. Of several endpoints of the PFS family the first of
    PFS, DFS, RFS, EFS, TTP, TTR that the report compares between its arms is taken; where it gives no effect,
    no lesser one takes its place. Randomised trials give their unadjusted comparison where
    there is a choice, others their adjusted one, a matched comparison among them.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    endpoint : str
        ``OS``; ``PFS`` for its whole family; or one endpoint of the family, ``DFS`` ...
    rungs : iterable of int
        Rungs of the hierarchy that may be used.
    averages : tuple of str
        Values of ``medians.statistic`` that may stand as a median: ``median``, ``not named``, ``mean``.

    Returns
    -------
    DataFrame
        One row per cohort, in order of year: `log_hr` and `se`, negative in favour of CIK; `hr`,
        `ci_low`, `ci_high` as ratios, on rung 1 the reported limits themselves (`ci_printed` in the report's
        digits; `se` alone makes the weight); `randomised`, by the report's own record; `review_only`,
        called randomised by a review alone; `comparator_kind`; `printed_p`, the trial's own test;
        `contradicts_own_test`, a derived ratio with another verdict or far stronger; `rung` and `method`;
        `quality` A (rung 1) to E (rung 5), one grade lower where arm sizes or the kind of test had to be
        assumed, the interval is skewed, or the trial's own test is contradicted; `events` where known;
        `inputs`, the row ids used; `note`. The endpoint asked for is in ``.attrs["endpoint"]``.

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
    effects = effects_of(evidence_on(reg, endpoint, averages=averages), trial_entities(reg), rungs=rungs)
    effects.attrs["endpoint"] = endpoint
    return effects


def effects_of(reports: list[Evidence], entities: pd.Series, *, rungs: Iterable[int] = ALL_RUNGS) -> pd.DataFrame:
    """`log_hazard_ratios` from what `evidence_on` gathered and the entities of `trial_entities`."""
    known = _known_comparators(reports)
    rows = [_row(one.chosen, one.passed, entities) for one in choices(reports, rungs) if one.chosen is not None]
    for row in rows:
        if row["comparator_kind"] == NOT_STATED:
            row |= known.get(row["cohort"], {})
    return table_of(rows, COLUMNS).sort_values(["year", "trial_id"], ignore_index=True)


def _known_comparators(reports: list[Evidence]) -> dict[str, dict[str, Any]]:
    """What the controls of a cohort had, where a report on them says so: a later one that repeats less unsays nothing."""
    known = {}
    for trial in sorted((one.trial for one in reports), key=by_year):
        if stated(trial["comparator_kind"]) and trial["comparator_kind"] != NOT_STATED:
            known[trial["cohort"]] = {name: trial[name] for name in ("comparator", "comparator_kind")}
    return known


def effect_exclusions(reg: Registry, endpoint: str = "OS", *, rungs: Iterable[int] = ALL_RUNGS) -> pd.DataFrame:
    """Controlled cohorts that report on the endpoint but yield no effect, and why.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    endpoint : str
        ``OS``, ``PFS`` (its whole family), or one endpoint.
    rungs : iterable of int
        Methods of the hierarchy that may be used; all by default.

    Returns
    -------
    DataFrame
        One row per cohort: trial_id, cohort, year, design, randomised (by the own record), endpoint, reason;
        `not_instead`, the ratio of a lesser endpoint that does not take its place; `direction`, what the
        report says of the comparison (``cik_better``, ``no_difference``, ``control_better``), missing where nothing.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> left_out = ircc.extraction.exclusions(ircc.load_registry(), "OS")
    >>> bool(left_out["reason"].ne("").all())
    True
    """
    rows = [_excluded(choice) for choice in choices(evidence_on(reg, endpoint), rungs) if choice.chosen is None]
    table = pd.DataFrame(rows, columns=EXCLUDED).astype({"year": "Int64", "randomised": "bool"})
    return table.sort_values(["year", "trial_id"], ignore_index=True)


def by_allocation(effects: pd.DataFrame) -> dict[bool, pd.DataFrame]:
    """The two kinds of trials that are pooled, never together: randomised by their own record, and not randomised.

    Trials that only a review calls randomised are in neither.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> parts = by_allocation(ircc.log_hazard_ratios(ircc.load_registry(), "OS"))
    >>> bool(parts[True]["confirmed"].all())
    True
    """
    randomised = effects["randomised"].astype(bool)
    return {True: effects[randomised], False: effects[~randomised & ~effects["review_only"].astype(bool)]}


def _row(found: Reading, passed: tuple[Reading, ...], entities: pd.Series) -> dict[str, Any]:
    evidence, trial = found.evidence, found.evidence.trial
    rung, step = found.reached
    log_hr, se = step.estimate.log_hr, step.estimate.se
    low, high = step.printed or (math.exp(log_hr - Z95 * se), math.exp(log_hr + Z95 * se))
    p_value = math.erfc(abs(log_hr) / se / math.sqrt(2))
    test = own_test(evidence)
    against = test.contradicts(p_value) if test and rung >= DERIVED else ""
    lower = step.doubtful + bool(against)
    plain = ("trial_id", "cohort", "label", "year", "design", "record_level", "product")
    about = ("allocation", "allocation_basis", "comparator", "comparator_kind")
    return {key: trial[key] for key in (*plain, *about)} | {
        "entity": entities.get(trial["trial_id"], NO_ENTITY),
        "randomised": evidence.own_word,
        "confirmed": trial["allocation_basis"] == "own record",
        "review_only": evidence.randomised and not evidence.own_word,
        "endpoint": evidence.endpoint,
        "log_hr": log_hr,
        "se": se,
        "hr": math.exp(log_hr),
        "ci_low": low,
        "ci_high": high,
        "ci_printed": step.printed_words,
        "p_value": p_value,
        "printed_p": test.reported if test else "",
        "contradicts_own_test": bool(against),
        "method": RUNGS[rung][0],
        "rung": rung,
        "quality": GRADES[min(rung - 1 + lower, len(GRADES) - 1)],
        **_counts(evidence),
        "events": math.nan if step.estimate.events is None else step.estimate.events,
        "inputs": "; ".join(step.inputs),
        "note": "; ".join([*step.notes, *filter(None, [against]), *_passed_over(passed)]),
    }


def _passed_over(passed: tuple[Reading, ...]) -> list[str]:
    """What would have come first, a later report or a preferred endpoint, and why it gives no effect."""
    return [
        f"{reading.evidence.endpoint} of {trial_label(reading.evidence.trial['trial_id'])} gives no "
        f"effect: " + _why([reading])
        for reading in passed
    ]


def _excluded(choice: Choice) -> list[Any]:
    first = choice.passed[0].evidence
    said = [row["direction"] for reading in choice.passed for row in reading.evidence.comparisons]
    named = [word for word in said if stated(word) and word != "unclear"]
    return [
        *(first.trial[key] for key in ("trial_id", "cohort", "year", "design")),
        first.own_word,
        "; ".join(dict.fromkeys(reading.evidence.endpoint for reading in choice.passed)),
        _why(choice.passed),
        "; ".join(_instead(reading) for reading in choice.replaced),
        named[0] if named else None,
    ]


def _instead(reading: Reading) -> str:
    _, step = reading.reached
    log_hr, se = step.estimate.log_hr, step.estimate.se
    ratio = ratio_with_ci(*(math.exp(value) for value in (log_hr, log_hr - Z95 * se, log_hr + Z95 * se)))
    return f"{reading.evidence.endpoint} would give {ratio}"


def _counts(evidence: Evidence) -> dict[str, Any]:
    """Patients of the arms, missing where they were only assumed to be halves, and of both: then the stated total."""
    sizes, trial = evidence.sizes, evidence.trial
    if sizes is None:
        armless = stated(trial["n_total"]) and not (stated(trial["n_cik"]) or stated(trial["n_control"]))
        return {"n_cik": pd.NA, "n_control": pd.NA, "n_total": int(trial["n_total"]) if armless else pd.NA}
    both = {"n_total": round(sizes.cik + sizes.control)}
    if sizes.assumed:
        return {"n_cik": pd.NA, "n_control": pd.NA} | both
    return {"n_cik": int(sizes.cik), "n_control": int(sizes.control)} | both


def _why(found: Iterable[Reading]) -> str:
    reasons = [reason for reading in found for reason in reading.reasons]
    return "; ".join(dict.fromkeys(reasons)) or "significance stated in words, without numbers"

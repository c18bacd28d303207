"""Rungs 1 and 2: hazard ratios that a report prints, with their interval or their p-value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ircc_lib.analysis.effects.extraction.evidence import Evidence, stated
from ircc_lib.analysis.time_to_event.published import (
    LogHazardRatio,
    NotEstimableError,
    from_interval,
    from_p_value,
    interval_skew,
)

SKEW_ALLOWED = 0.10  # share of the half-width by which a ratio may lie off its interval's middle
USUAL_LEVEL = 0.95
# Allocation by chance needs no adjustment, so of a randomised trial the unadjusted comparison
# is used; without it the adjusted one is the less confounded (Cochrane Handbook, ch. 25).
PREFERRED = {True: ["no", "unclear", "yes"], False: ["yes", "unclear", "no"]}
TURNED = {"cik_vs_control": False, "control_vs_cik": True}


@dataclass(frozen=True, kw_only=True)
class Step:
    """An estimate, the rows it was made from, what a reader should know, and whether to doubt it."""

    estimate: LogHazardRatio
    inputs: list[str]
    notes: list[str] = field(default_factory=list)
    doubtful: bool = False
    printed: tuple[float, float] | None = None  # the 95 % interval as the report has it, CIK against control
    printed_words: str = ""


def reported_interval(evidence: Evidence) -> Step | None:
    """Rung 1: the hazard ratio with its confidence interval."""
    found = _ratios(evidence)
    if found is None:
        return None
    found = [row for row in found if stated(row["ci_low"]) and stated(row["ci_high"])]
    if not found:
        raise NotEstimableError("hazard ratio without an interval")
    row, turned, notes = _preferred_ratio(found, evidence)
    hr, low, high = row["estimate"], row["ci_low"], row["ci_high"]
    level = row["ci_level"] if stated(row["ci_level"]) else 0.95
    estimate = from_interval(hr, low, high, level=level)
    skewed = interval_skew(hr, low, high) > SKEW_ALLOWED
    if skewed:
        notes.append(f"the interval {low:g} to {high:g} is not symmetric about {hr:g} on the log scale")
    return Step(
        estimate=_turn(estimate, turned),
        inputs=[row["row_id"]],
        notes=notes,
        doubtful=skewed,
        printed=((1 / high, 1 / low) if turned else (low, high)) if level == USUAL_LEVEL else None,
        printed_words=_printed_words(row, level, turned),
    )


def _printed_words(row: dict[str, Any], level: float, turned: bool) -> str:
    """The interval in the report's own digits."""
    ends = [
        row[f"{key}_reported"] if stated(row[f"{key}_reported"]) else f"{row[key]:g}" for key in ("ci_low", "ci_high")
    ]
    remarks = [] if level == USUAL_LEVEL else [f"{100 * level:g} %"]
    remarks += ["control against CIK"] if turned else []
    return f"{ends[0]} to {ends[1]}" + (f" ({', '.join(remarks)})" if remarks else "")


def reported_p_value(evidence: Evidence) -> Step | None:
    """Rung 2: the hazard ratio with the exact p-value of its test."""
    found = _ratios(evidence)
    if found is None:
        return None
    found = [row for row in found if has_exact_p(row)]
    if not found:
        raise NotEstimableError("hazard ratio without an interval or an exact p-value")
    row, turned, notes = _preferred_ratio(found, evidence)
    p_value, sided = two_sided(row)
    return Step(
        estimate=_turn(from_p_value(row["estimate"], p_value), turned), inputs=[row["row_id"]], notes=notes + sided
    )


def _ratios(evidence: Evidence) -> list[dict[str, Any]] | None:
    """Hazard ratios of CIK against control, either way round; None where no ratio is reported."""
    rows = [row for row in evidence.comparisons if stated(row["estimate"])]
    if not rows:
        return None
    hazards = [row for row in rows if row["effect_type"] == "HR"]
    if not hazards:
        raise NotEstimableError("a ratio of risks or odds, which is not a hazard ratio")
    directed = [row for row in hazards if row["orientation"] in TURNED]
    if not directed:
        raise NotEstimableError("a hazard ratio that does not say which arm it is of")
    usable = [row for row in directed if not _outside(row)]
    if not usable:
        raise NotEstimableError("a hazard ratio outside its own interval")
    return usable


def _outside(row: dict[str, Any]) -> bool:
    """Whether a ratio lies outside the interval printed with it, so that one of the three is misprinted."""
    low, high = row["ci_low"], row["ci_high"]
    return stated(low) and stated(high) and not low <= row["estimate"] <= high


def _preferred_ratio(rows: list[dict[str, Any]], evidence: Evidence) -> tuple[dict[str, Any], bool, list[str]]:
    order = PREFERRED[evidence.randomised]
    row = min(rows, key=lambda row: order.index(row["adjusted"]) if row["adjusted"] in order else len(order))
    words = {"yes": "adjusted", "no": "unadjusted"}.get(row["adjusted"], "adjustment not stated")
    others = f", {len(rows) - 1} further not used" if len(rows) > 1 else ""
    turned = TURNED[row["orientation"]]
    notes = [words + others] + (["turned from control against CIK"] if turned else [])
    return row, turned, notes + remarks([row["note"]])


def _turn(estimate: LogHazardRatio, turned: bool) -> LogHazardRatio:
    return LogHazardRatio(-estimate.log_hr if turned else estimate.log_hr, estimate.se, estimate.events)


def has_exact_p(row: dict[str, Any]) -> bool:
    """Whether a row prints its p-value as a number above zero."""
    return row["p_relation"] == "exact" and row["p_value"] > 0


def two_sided(row: dict[str, Any]) -> tuple[float, list[str]]:
    """The p-value of a row as two-sided, and what was done for it."""
    if row["alternative"] == "one-sided" or (stated(row["note"]) and "one-sided" in row["note"]):
        return min(1.0, 2 * row["p_value"]), ["one-sided p doubled"]
    return float(row["p_value"]), []


def remarks(notes: Any) -> list[str]:
    """What the record notes of its rows, each note once."""
    found = [note for note in dict.fromkeys(notes) if stated(note)]
    return [f"the record notes: {' / '.join(found)}"] if found else []

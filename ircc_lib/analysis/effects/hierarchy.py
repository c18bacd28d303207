"""The ladder: from one trial's evidence to a log hazard ratio, best rung first.

A rung is a function of `Evidence`. It returns a `Step`; None where the trial has nothing
of its kind; or raises `NotEstimable` where it has, but what was printed does not
determine a hazard ratio. Inequalities such as p < 0.05 are never read as values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ircc_lib.analysis.effects.evidence import ArmSizes, Evidence, stated
from ircc_lib.analysis.time_to_event.published import (
    LogHazardRatio,
    NotEstimable,
    events_from_median,
    events_from_rates,
    follow_up_window,
    from_interval,
    from_log_rank,
    from_medians,
    from_p_value,
    from_survival_rates,
    interval_skew,
    unknown_window,
)

SKEW_ALLOWED = 0.10  # share of the half-width by which a ratio may lie off its interval's middle
MONTH_DAYS = 365.25 / 12
# Allocation by chance needs no adjustment, so a randomised trial speaks by its unadjusted
# comparison; without it the adjusted one is the less confounded (Cochrane Handbook, ch. 25).
PREFERRED = {True: ["no", "unclear", "yes"], False: ["yes", "unclear", "no"]}
TURNED = {"cik_vs_control": False, "control_vs_cik": True}


@dataclass(frozen=True, kw_only=True)
class Step:
    """An estimate, the rows it was made from, what a reader should know, and whether to doubt it."""

    estimate: LogHazardRatio
    inputs: list[str]
    notes: list[str] = field(default_factory=list)
    doubtful: bool = False


def reported_interval(evidence: Evidence) -> Step | None:
    """Rung 1: the hazard ratio with its confidence interval."""
    found = _ratios(evidence)
    if found is None:
        return None
    found = [row for row in found if stated(row["ci_low"]) and stated(row["ci_high"])]
    if not found:
        raise NotEstimable("hazard ratio without an interval")
    row, turned, notes = _preferred_ratio(found, evidence)
    hr, low, high = row["estimate"], row["ci_low"], row["ci_high"]
    estimate = from_interval(hr, low, high, level=row["ci_level"] if stated(row["ci_level"]) else 0.95)
    skewed = interval_skew(hr, low, high) > SKEW_ALLOWED
    if skewed:
        notes.append(f"the interval {low:g} to {high:g} is not symmetric about {hr:g} on the log scale")
    return Step(estimate=_turn(estimate, turned), inputs=[row["row_id"]], notes=notes, doubtful=skewed)


def reported_p_value(evidence: Evidence) -> Step | None:
    """Rung 2: the hazard ratio with the exact p-value of its test."""
    found = _ratios(evidence)
    if found is None:
        return None
    found = [row for row in found if _exact(row)]
    if not found:
        raise NotEstimable("hazard ratio without an interval or an exact p-value")
    row, turned, notes = _preferred_ratio(found, evidence)
    p_value, sided = _two_sided(row)
    return Step(
        estimate=_turn(from_p_value(row["estimate"], p_value), turned), inputs=[row["row_id"]], notes=notes + sided
    )


def survival_rates(evidence: Evidence) -> Step | None:
    """Rung 3: survival rates of both arms at one or more times, by the interval method."""
    rates = evidence.landmarks
    if not rates:
        return None
    times, cik, control = zip(*((at.time, at.cik, at.control) for at in rates))
    sizes, known = _sizes(evidence), _window(evidence.trial)
    window = known or unknown_window(times)
    estimate = from_survival_rates(times, cik, control, sizes.cik, sizes.control, follow_up=window)
    notes = [f"rates at {_listed(times)} months"]
    notes.append(
        "no censoring before the last of them assumed"
        if window[0] >= times[-1]
        else f"censoring taken to be even from {window[0]:.0f} to {window[1]:.0f} months"
        + ("" if known else ", no follow-up being reported")
    )
    remarks = [note for at in rates for note in at.notes]
    return Step(
        estimate=estimate,
        inputs=_rate_rows(evidence),
        doubtful=sizes.assumed,
        notes=[*notes, *filter(None, [sizes.note]), *_reported(remarks)],
    )


def log_rank(evidence: Evidence) -> Step | None:
    """Rung 4: an exact log-rank p-value and the events, estimated from the rates.

    The registry holds no event counts. Too few events would make the effect too large, so
    they are not guessed: rates in both arms give them, or medians with a reported follow-up.
    A p-value whose test is not named is taken for log-rank, noted, and graded down.
    """
    tested = [row for row in evidence.comparisons if stated(row["p_value_reported"])]
    if not tested:
        return None
    row = _log_rank_row(tested)
    sizes = _sizes(evidence)
    events, source, inputs = _events(evidence, sizes, row)
    p_value, sided = _two_sided(row)
    estimate = from_log_rank(p_value, events, sizes.cik, sizes.control, favours_cik=_favours_cik(row, evidence))
    unnamed = row["test"] != "log-rank"
    notes = [
        f"p = {row['p_value']:g}, {events:.0f} events {source}",
        *sided,
        *filter(None, [sizes.note]),
        *(["test not named, taken for log-rank"] if unnamed else []),
        *_reported([row["note"]]),
    ]
    return Step(estimate=estimate, inputs=[row["row_id"], *inputs], notes=notes, doubtful=unnamed or sizes.assumed)


def medians(evidence: Evidence) -> Step | None:
    """Rung 5: medians of both arms on an exponential model.

    Censoring is taken as even about the reported follow-up or, where none is, up to twice the later median.
    """
    found = evidence.medians
    if not found:
        return None
    cik, control = _both_medians(found)
    sizes, known = _sizes(evidence), _window(evidence.trial)
    estimate = from_medians(cik, control, sizes.cik, sizes.control, follow_up=known)
    window = known or unknown_window([cik, control])
    notes = [
        f"medians {cik:.3g} against {control:.3g} months, exponential model, its shape allowed for in the interval",
        f"censoring taken to be even from {window[0]:.0f} to {window[1]:.0f} months"
        + ("" if known else ", no follow-up being reported"),
        *filter(None, [sizes.note]),
        *_reported([row["note"] for row in found.values()]),
    ]
    return Step(
        estimate=estimate, inputs=[row["row_id"] for row in found.values()], notes=notes, doubtful=sizes.assumed
    )


RUNGS = {
    1: ("reported HR and CI", reported_interval),
    2: ("reported HR and p", reported_p_value),
    3: ("survival rates", survival_rates),
    4: ("log-rank p and events", log_rank),
    5: ("medians", medians),
}


def compares_curves(row: dict) -> bool:
    """Whether a comparison may be a log-rank test of the whole curves: named so, or not named at all.

    Not one that is adjusted, or that the record says to compare rates at a time.
    """
    of_rates = stated(row["note"]) and re.search(r"\brates?\b", row["note"])
    return row["test"] in ("log-rank", "unreported") and not of_rates and row["adjusted"] != "yes"


def _ratios(evidence: Evidence) -> list[dict] | None:
    """Hazard ratios of CIK against control, either way round; None where no ratio is reported."""
    rows = [row for row in evidence.comparisons if stated(row["estimate"])]
    if not rows:
        return None
    hazards = [row for row in rows if row["effect_type"] == "HR"]
    if not hazards:
        raise NotEstimable("a ratio of risks or odds, which is not a hazard ratio")
    directed = [row for row in hazards if row["orientation"] in TURNED]
    if not directed:
        raise NotEstimable("a hazard ratio that does not say which arm it is of")
    return directed


def _preferred_ratio(rows: list[dict], evidence: Evidence) -> tuple[dict, bool, list[str]]:
    order = PREFERRED[evidence.randomised]
    row = min(rows, key=lambda row: order.index(row["adjusted"]) if row["adjusted"] in order else len(order))
    words = {"yes": "adjusted", "no": "unadjusted"}.get(row["adjusted"], "adjustment not stated")
    others = f", {len(rows) - 1} further not used" if len(rows) > 1 else ""
    turned = TURNED[row["orientation"]]
    notes = [words + others] + (["turned from control against CIK"] if turned else [])
    return row, turned, notes + _reported([row["note"]])


def _turn(estimate: LogHazardRatio, turned: bool) -> LogHazardRatio:
    return LogHazardRatio(-estimate.log_hr if turned else estimate.log_hr, estimate.se, estimate.events)


def _exact(row: dict) -> bool:
    return row["p_relation"] == "exact" and row["p_value"] > 0


def _two_sided(row: dict) -> tuple[float, list[str]]:
    if stated(row["note"]) and "one-sided" in row["note"]:
        return min(1.0, 2 * row["p_value"]), ["one-sided p doubled"]
    return float(row["p_value"]), []


def _log_rank_row(rows: list[dict]) -> dict:
    exact = [row for row in rows if _exact(row)]
    if not exact:
        raise NotEstimable(f"p-value only as {_listed(row['p_value_reported'] for row in rows)}")
    usable = [row for row in exact if compares_curves(row)]
    if not usable:
        printed = _listed(row["p_value_reported"] for row in exact)
        raise NotEstimable(f"p = {printed} of a test other than the log-rank test")
    return min(usable, key=lambda row: row["test"] != "log-rank")


def _events(evidence: Evidence, sizes: ArmSizes, row: dict) -> tuple[float, str, list[str]]:
    rates, found, followed = evidence.landmarks, evidence.medians, evidence.trial["followup_months"]
    arms = {"cik": sizes.cik, "control": sizes.control}
    if rates:
        times = [at.time for at in rates]
        window = _window(evidence.trial) or unknown_window(times)
        counts = [
            events_from_rates(times, [getattr(at, arm) for at in rates], n, follow_up=window) for arm, n in arms.items()
        ]
        return sum(counts), "estimated from the survival rates", _rate_rows(evidence)
    if stated(followed) and len(found) == 2 and all(median["median"] > 0 for median in found.values()):
        counts = [events_from_median(found[arm]["median"], n, followed) for arm, n in arms.items()]
        return sum(counts), "estimated from the medians and follow-up", [median["row_id"] for median in found.values()]
    raise NotEstimable(f"p = {row['p_value_reported']} without a number of events")


def _favours_cik(row: dict, evidence: Evidence) -> bool:
    if row["direction"] in ("cik_better", "control_better"):
        return row["direction"] == "cik_better"
    found = evidence.medians
    pairs = [(at.cik, at.control) for at in evidence.landmarks[-1:]]
    pairs += [(found["cik"]["median"], found["control"]["median"])] if len(found) == 2 else []
    for cik, control in pairs:
        if cik != control and stated(cik) and stated(control):
            return cik > control
    raise NotEstimable(f"p = {row['p_value_reported']} without a direction")


def _both_medians(found: dict[str, dict]) -> tuple[float, float]:
    if len(found) < 2:
        raise NotEstimable(f"a median of the {'CIK' if 'cik' in found else 'control'} arm only")
    for arm, name in (("cik", "CIK"), ("control", "control")):
        if not stated(found[arm]["median"]):
            raise NotEstimable(f"median of the {name} arm {found[arm]['median_reported']}")
    return float(found["cik"]["median"]), float(found["control"]["median"])


def _rate_rows(evidence: Evidence) -> list[str]:
    return [row_id for at in evidence.landmarks for row_id in at.row_ids]


def _sizes(evidence: Evidence) -> ArmSizes:
    if evidence.sizes is None:
        raise NotEstimable("patients of each arm not stated")
    return evidence.sizes


def _window(trial: dict) -> tuple[float, float] | None:
    """Shortest and longest follow-up from the reported median and, where dated, the accrual."""
    if not stated(trial["followup_months"]):
        return None
    return follow_up_window(float(trial["followup_months"]), _accrual(trial))


def _accrual(trial: dict) -> float | None:
    start, end = trial["enrol_start"], trial["enrol_end"]
    if not (stated(start) and stated(end)):
        return None
    # Dates stand for their first day: a year still runs for twelve months, a month for one.
    still = {"year": 12.0, "month": 1.0}.get(trial["enrol_end_precision"], 0.0)
    return (end - start).days / MONTH_DAYS + still


def _listed(values) -> str:
    return ", ".join(f"{value:g}" if isinstance(value, float) else str(value) for value in values)


def _reported(notes) -> list[str]:
    found = [note for note in dict.fromkeys(notes) if stated(note)]
    return [f"the record notes: {' / '.join(found)}"] if found else []

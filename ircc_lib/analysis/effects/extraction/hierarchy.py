"""The hierarchy of methods: from one trial's evidence to a log hazard ratio, best rung first.

A rung is a function of `Evidence`. It returns a `Step`; None where the trial has nothing
of its kind; or raises `NotEstimableError` where it has, but what was printed does not
determine a hazard ratio. Inequalities such as p < 0.05 are never read as values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ircc_lib.analysis.effects.extraction.evidence import ArmSizes, Evidence, stated
from ircc_lib.analysis.effects.extraction.reported import (
    Step,
    has_exact_p,
    remarks,
    reported_interval,
    reported_p_value,
    two_sided,
)
from ircc_lib.analysis.time_to_event.censoring import follow_up_window, unknown_window
from ircc_lib.analysis.time_to_event.from_rates import events_from_rates, from_survival_rates
from ircc_lib.analysis.time_to_event.published import NotEstimableError, events_from_median, from_log_rank, from_medians

MONTH_DAYS = 365.25 / 12


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
    said = [note for at in rates for note in at.notes]
    return Step(
        estimate=estimate,
        inputs=_rate_rows(evidence),
        doubtful=sizes.assumed,
        notes=[*notes, *filter(None, [sizes.note]), *remarks(said)],
    )


def log_rank(evidence: Evidence) -> Step | None:
    """Rung 4: an exact log-rank p-value and the events, estimated from the rates.

    Events are those printed; else rates in both arms give them, or medians with a reported follow-up.
    Medians without one bound them: those up to the later median are the fewest, all patients the most.
    The effect has the verdict of the trial's own test whatever their number.
    A p-value whose test is not named is taken for log-rank, noted, and graded down.
    """
    tested = [row for row in evidence.comparisons if stated(row["p_value_reported"])]
    if not tested:
        return None
    row = _log_rank_row(tested)
    sizes = _sizes(evidence)
    events, source, inputs = _printed(evidence) or _events(evidence, sizes, row)
    p_value, sided = two_sided(row)
    estimate = from_log_rank(p_value, events, sizes.cik, sizes.control, favours_cik=_favours_cik(row, evidence))
    unnamed = row["test"] != "log-rank"
    notes = [
        f"p = {row['p_value']:g}, {events:.0f} events {source}",
        *sided,
        *filter(None, [sizes.note]),
        *(["test not named, taken for log-rank"] if unnamed else []),
        *remarks([row["note"]]),
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
        *remarks([row["note"] for row in found.values()]),
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


def rungs_in_order(evidence: Evidence, rungs: Iterable[int]) -> list[int]:
    """The rungs to try, best first.

    Rates at several times show the course of both curves and come before a p-value. A rate at one time
    is one point of them; there an exact p-value of the whole curves comes first.
    """
    order = sorted(set(rungs))
    if len(evidence.landmarks) == 1 and {3, 4} <= set(order):
        place = order.index(3)
        order[place : place + 2] = [4, 3]
    return order


def compares_curves(row: dict[str, Any]) -> bool:
    """Whether a comparison may be a log-rank test of the whole curves: named so, or not named at all.

    Not one that is adjusted, unless by matching, or that the record says to compare rates at a time.
    """
    of_rates = stated(row["note"]) and re.search(r"\brates?\b", row["note"])
    return row["test"] in ("log-rank", "unreported") and not of_rates and (row["adjusted"] != "yes" or "matched" in row)


def _log_rank_row(rows: list[dict[str, Any]]) -> dict[str, Any]:
    exact = [row for row in rows if has_exact_p(row)]
    if not exact:
        raise NotEstimableError(f"p-value only as {_listed(row['p_value_reported'] for row in rows)}")
    usable = [row for row in exact if compares_curves(row)]
    if not usable:
        printed = _listed(row["p_value_reported"] for row in exact)
        raise NotEstimableError(f"p = {printed} of a test other than the log-rank test")
    return min(usable, key=lambda row: row["test"] != "log-rank")


def _events(evidence: Evidence, sizes: ArmSizes, row: dict[str, Any]) -> tuple[float, str, list[str]]:
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
    if len(found) == 2 and all(median["median"] > 0 for median in found.values()):
        later = max(median["median"] for median in found.values())
        fewest = sum(events_from_median(found[arm]["median"], n, later) for arm, n in arms.items())
        source = f"up to the later median, the fewest that the medians allow (the most: {sum(arms.values()):.0f})"
        return fewest, source, [median["row_id"] for median in found.values()]
    raise NotEstimableError(f"p = {row['p_value_reported']} without a number of events")


def _printed(evidence: Evidence) -> tuple[float, str, list[str]] | None:
    if evidence.events is None:
        return None
    return evidence.events.total, "as printed", evidence.events.row_ids


def _favours_cik(row: dict[str, Any], evidence: Evidence) -> bool:
    if row["direction"] in ("cik_better", "control_better"):
        return row["direction"] == "cik_better"
    found = evidence.medians
    pairs = [(at.cik, at.control) for at in evidence.landmarks[-1:]]
    pairs += [(found["cik"]["median"], found["control"]["median"])] if len(found) == 2 else []
    for cik, control in pairs:
        if cik != control and stated(cik) and stated(control):
            return cik > control
    raise NotEstimableError(f"p = {row['p_value_reported']} without a direction")


def _both_medians(found: dict[str, dict[str, Any]]) -> tuple[float, float]:
    if len(found) < 2:
        raise NotEstimableError(f"a median of the {'CIK' if 'cik' in found else 'control'} arm only")
    for arm, name in (("cik", "CIK"), ("control", "control")):
        if not stated(found[arm]["median"]):
            raise NotEstimableError(f"median of the {name} arm {found[arm]['median_reported']}")
    return float(found["cik"]["median"]), float(found["control"]["median"])


def _rate_rows(evidence: Evidence) -> list[str]:
    return [row_id for at in evidence.landmarks for row_id in at.row_ids]


def _sizes(evidence: Evidence) -> ArmSizes:
    if evidence.sizes is None:
        raise NotEstimableError("patients of each arm not stated")
    return evidence.sizes


def _window(trial: dict[str, Any]) -> tuple[float, float] | None:
    """Shortest and longest follow-up from the reported median and, where dated, the accrual."""
    if not stated(trial["followup_months"]):
        return None
    return follow_up_window(float(trial["followup_months"]), _accrual(trial))


def _accrual(trial: dict[str, Any]) -> float | None:
    start, end = trial["enrol_start"], trial["enrol_end"]
    if not (stated(start) and stated(end)):
        return None
    # Dates stand for their first day: a year still runs for twelve months, a month for one.
    still = {"year": 12.0, "month": 1.0}.get(trial["enrol_end_precision"], 0.0)
    return (end - start).days / MONTH_DAYS + still


def _listed(values: Iterable[Any]) -> str:
    return ", ".join(f"{value:g}" if isinstance(value, float) else str(value) for value in values)

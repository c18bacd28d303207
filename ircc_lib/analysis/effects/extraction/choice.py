"""Which report of a cohort, which endpoint of a family and which rung give a trial's hazard ratio."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ircc_lib.analysis.effects.extraction.evidence import Evidence, endpoints_asked, gather, known_endpoints, stated
from ircc_lib.analysis.effects.extraction.hierarchy import RUNGS, rungs_in_order
from ircc_lib.analysis.effects.extraction.reported import Step
from ircc_lib.analysis.time_to_event.published import NotEstimableError

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How far one report's evidence on one endpoint goes: the rung reached, or why none was."""

    evidence: Evidence
    rung: int | None
    step: Step | None
    reasons: tuple[str, ...]

    @property
    def reached(self) -> tuple[int, Step]:
        """The rung and what was computed there, of a reading that gives an effect."""
        if self.rung is None or self.step is None:
            raise ValueError("this reading gives no effect")
        return self.rung, self.step


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What speaks for a cohort.

    Attributes
    ----------
    chosen : the reading that gives the effect, None where the cohort has none
    passed : readings that would have come first and give none
    replaced : readings of lesser endpoints that would give an effect, where a preferred one that
        the report compares gives none
    """

    chosen: Reading | None
    passed: tuple[Reading, ...]
    replaced: tuple[Reading, ...]


def evidence_on(reg: Registry, endpoint: str, *, averages: tuple[str, ...] = ("median",)) -> list[Evidence]:
    """The evidence of every report on an endpoint, in the order in which it speaks for its cohort.

    Reports whose own record says that patients were allocated at random come first, so that
    a comparison of other patients in a later report never becomes a randomised trial's effect;
    then the latest, which has the longest follow-up.
    """
    endpoints = ["OS"] if endpoint == "OS" else endpoints_asked(endpoint, known_endpoints(reg))
    return sorted(gather(reg, endpoints, averages=averages), key=_order)  # stable: endpoints stay in order


def read(evidence: Evidence, rungs: Iterable[int]) -> Reading:
    """Try the rungs in order; stop at the first that holds."""
    reasons: list[str] = []
    for rung in rungs_in_order(evidence, rungs):
        try:
            step = RUNGS[rung][1](evidence)
        except NotEstimableError as why:
            reasons.append(str(why))
            continue
        if step is not None:
            return Reading(evidence=evidence, rung=rung, step=step, reasons=())
    reasons = list(dict.fromkeys([*reasons, *evidence.set_aside]))
    return Reading(evidence=evidence, rung=None, step=None, reasons=tuple(reasons))


def choices(reports: list[Evidence], rungs: Iterable[int]) -> list[Choice]:
    """One choice per cohort.

    Of several endpoints the first of the family that the report compares between its arms speaks
    for it, by a test, by rates or by medians of both. Where that one gives no effect, the report gives none:
    a lesser endpoint does not take its place.
    """
    rungs = sorted(set(rungs))
    if not rungs or set(rungs) - set(RUNGS):
        raise ValueError(f"rungs: {rungs} are not among {sorted(RUNGS)}")
    cohorts: dict[str, dict[str, list[Reading]]] = {}
    for evidence in reports:
        cohort = cohorts.setdefault(evidence.trial["cohort"], {})
        cohort.setdefault(evidence.trial["trial_id"], []).append(read(evidence, rungs))
    return [_choice(list(found.values())) for found in cohorts.values()]


def _choice(reports: list[list[Reading]]) -> Choice:
    passed: list[Reading] = []
    replaced: list[Reading] = []
    for readings in reports:
        for place, reading in enumerate(readings):
            if reading.step is not None:
                return Choice(chosen=reading, passed=tuple(passed), replaced=())
            passed.append(reading)
            if reading.evidence.compares:
                replaced += [later for later in readings[place + 1 :] if later.step is not None]
                break
    return Choice(chosen=None, passed=tuple(passed), replaced=tuple(replaced))


def _order(evidence: Evidence) -> tuple[Any, ...]:
    trial = evidence.trial
    sizes = [-float(trial[key]) if stated(trial[key]) else 0.0 for key in ("year", "followup_months", "n_total")]
    return trial["cohort"], not evidence.own_word, not evidence.randomised, *sizes, trial["trial_id"]

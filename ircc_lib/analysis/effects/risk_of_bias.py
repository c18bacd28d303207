"""Risk of bias per trial, by what its records say.

Six signals, each read from words and fields of the registry. They are a first, automatic judgement, a part of what
RoB 2 (Sterne et al. 2019, doi:10.1136/bmj.l4898) asks. What no record read says is `not stated`,
which is not a low risk.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.effects.extraction.evidence import CONTROLLED, stated
from ircc_lib.registry.rows import rows_of

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


LOW, SOME, HIGH, NOT_STATED = "low", "some concerns", "high", "not stated"
SIGNALS = {
    "allocation": "How patients came to their group",
    "registration": "Registered before the first patient",
    "primary_endpoint": "Primary endpoint named, and compared",
    "sidedness": "Two-sided tests",
    "losses": "Analysed as allocated",
    "blinding": "Blinding",
}
_METHOD = re.compile(
    r"random number table|computer|sealed|envelope|minimi[sz]ation|central(?:ly)? random|blocked", re.I
)
_PRIMARY = re.compile(r"primary (?:endpoint|end point|outcome|aim)s?\b[^;,.]*", re.I)
_ONE_SIDED, _TWO_SIDED = re.compile(r"one-sided", re.I), re.compile(r"two-sided (?:test|p\b(?! not))", re.I)
_AS_ALLOCATED = re.compile(r"intention[- ]to[- ]treat|\bITT\b", re.I)
_AS_TREATED = re.compile(r"per[- ]protocol|as treated", re.I)
_BLINDED = re.compile(r"double[- ]blind|assessor[^;,.]* blind|blinded assess", re.I)
_OPEN = re.compile(r"open[- ]label|non-blind|not blind|unblinded", re.I)
_STANDARD = ["sequence_generation", "allocation_concealment", "blinding", "primary_endpoint", "analysis_set"]


def risk_of_bias(reg: Registry) -> pd.DataFrame:
    """What the records of each controlled report say on six sources of bias.

    `allocation` is low where the own record says random and how, some concerns where it does not say how or only
    a review says random, high where patients were not allocated at random. `registration` is low where the
    registered start is not after the first patient; high where a trial was registered later. `primary_endpoint`
    is low where one is named and compared between the arms, high where it is named and not compared.
    `sidedness` is high for a one-sided test. `losses` is low for an analysis by intention to treat, some
    concerns where it is given per protocol alone. `blinding` is low where patients or assessors were blinded, some
    concerns where the trial was open: death is hard to see otherwise, progression is not.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    DataFrame
        One row per controlled report: trial_id and the six signals, each ``low``, ``some concerns``, ``high``
        or ``not stated``.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> found = risk_of_bias(ircc.load_registry()).set_index("trial_id")
    >>> found.loc["Lee2015", "sidedness"], found.loc["Kong2017", "losses"]
    ('high', 'low')
    """
    trials = rows_of(reg.trials[reg.trials["design"].isin(CONTROLLED)])
    notes, endpoints = _notes(reg), _compared(reg)
    conduct = {row["trial_id"]: row for row in rows_of(getattr(reg, "conduct", pd.DataFrame()))}
    starts = _registered(reg)
    rows = []
    for trial in trials:
        name = trial["trial_id"]
        said = {key: conduct.get(name, {}).get(key) for key in _STANDARD}
        said = {key: value if stated(value) else None for key, value in said.items()}
        words = "; ".join(notes.get(name, []))
        rows.append(
            {
                "trial_id": name,
                "allocation": _allocation(trial, words, said),
                "registration": _registration(trial, starts),
                "primary_endpoint": _primary(words, said["primary_endpoint"], endpoints.get(name, set())),
                "sidedness": HIGH if _ONE_SIDED.search(words) else LOW if _TWO_SIDED.search(words) else NOT_STATED,
                "losses": _losses(words, said["analysis_set"]),
                "blinding": _blinding(words, said["blinding"]),
            }
        )
    return pd.DataFrame(rows, columns=["trial_id", *SIGNALS]).astype("str")


def _notes(reg: Registry) -> dict[str, list[str]]:
    """What the registrar remarked on a report in any table, and how its tests were sided."""
    found: dict[str, list[str]] = {}
    for table in (reg.trials, reg.comparisons, reg.medians, reg.landmarks, reg.arms):
        for trial_id, note in zip(table["trial_id"].tolist(), table["note"].tolist()):
            if stated(note):
                found.setdefault(trial_id, []).append(note)
    for trial_id, sides in zip(reg.comparisons["trial_id"].tolist(), reg.comparisons["alternative"].tolist()):
        if stated(sides):
            found.setdefault(trial_id, []).append(f"{sides} test")
    return found


def _compared(reg: Registry) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for table in (reg.comparisons, reg.landmarks, reg.medians):
        for trial_id, endpoint in zip(table["trial_id"].tolist(), table["endpoint"].tolist()):
            found.setdefault(trial_id, set()).add(endpoint)
    return found


def _registered(reg: Registry) -> dict[str, object]:
    table = reg.registrations
    return {number: start for number, start in zip(table["registration_id"], table["start"]) if stated(start)}


def _allocation(trial: dict[str, Any], words: str, said: dict[str, Any]) -> str:
    if trial["allocation"] == "random":
        if trial["allocation_basis"] != "own record":
            return SOME
        if said["sequence_generation"] == "alternation or date":
            return HIGH
        told = said["sequence_generation"] or said["allocation_concealment"] or _METHOD.search(words)
        return LOW if told else SOME
    return HIGH if trial["allocation"] == "not random" else NOT_STATED


def _registration(trial: dict[str, Any], starts: dict[str, Any]) -> str:
    numbers = trial["registration_ids"].split("; ") if stated(trial["registration_ids"]) else []
    known = [starts[number] for number in numbers if number in starts]
    if not known or not stated(trial["enrol_start"]):
        return NOT_STATED
    # A start that is given by its year alone is its first of January, and does not tell the months apart.
    return LOW if min(known).year <= trial["enrol_start"].year else HIGH


def _primary(words: str, named: str | None, compared: set[str]) -> str:
    said = named or " ".join(_PRIMARY.findall(words))
    if not said:
        return NOT_STATED
    asked = {name for name in re.findall(r"\b[A-Z]{2,4}\b", said) if name not in ("CIK", "DC")}
    return LOW if not asked or asked & compared else HIGH


def _losses(words: str, analysed: str | None) -> str:
    if analysed == "intention to treat" or _AS_ALLOCATED.search(words):
        return LOW
    if analysed in ("per protocol", "as treated", "modified intention to treat") or _AS_TREATED.search(words):
        return SOME
    return NOT_STATED


def _blinding(words: str, blinded: str | None) -> str:
    if blinded in ("outcome assessors", "single", "double") or _BLINDED.search(words):
        return LOW
    return SOME if blinded == "open label" or _OPEN.search(words) else NOT_STATED

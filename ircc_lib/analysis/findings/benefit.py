"""Rows of the summary of findings on benefit: survival, five years, response."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.allocation import randomised
from ircc_lib.analysis.effects.all_evidence import pool_reports
from ircc_lib.analysis.effects.effects import by_allocation, effects_of
from ircc_lib.analysis.effects.extraction.evidence import Evidence
from ircc_lib.analysis.effects.pooled import FEWEST, pooled_row
from ircc_lib.analysis.effects.published import informs
from ircc_lib.analysis.endpoints import PFS_FAMILY
from ircc_lib.analysis.facts import NO_ENTITY, trial_entities
from ircc_lib.analysis.findings.absolute import Absolute, control_survival, events_per_1000, survivors_per_1000
from ircc_lib.analysis.findings.body import (
    left_out,
    of_counts,
    of_effects,
    only_setting,
    worst_case_words,
)
from ircc_lib.analysis.findings.certainty import Body, Certainty, judge
from ircc_lib.analysis.outcomes.arms import landmark_pairs
from ircc_lib.analysis.outcomes.between_arms import between
from ircc_lib.analysis.outcomes.response import response_pairs
from ircc_lib.registry.rows import rows_of
from ircc_lib.text import counted, joined, signed, span, with_interval

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

OS, PROGRESSION, FIVE_YEARS = "Overall survival", "Progression or recurrence", "Alive at five years"
RESPONSE = "Objective response"
FAMILY = {OS: "OS", PROGRESSION: "PFS"}
ALIVE = {"OS": "alive", "PFS": "alive without progression or recurrence"}
WITH_ALL = "all evidence"
_KINDS = {
    "estimate": ("estimate", "estimates"),
    "p": ("exact p-value", "exact p-values"),
    "p below": ("p-value below a bound", "p-values below a bound"),
    "p above": ("p-value above a bound", "p-values above a bound"),
    "no difference": ("report of no difference", "reports of no difference"),
    "significant": ("report of a significant gain in words", "reports of a significant gain in words"),
}


def survival_rows(reg: Registry, outcome: str, evidence: list[Evidence], missing: pd.DataFrame) -> list[dict[str, Any]]:
    """A row on `outcome`, and one with the trials that give no estimate, where there are any.

    Parameters
    ----------
    reg : Registry
    outcome : str
        `OS` or `PROGRESSION`.
    evidence : list of Evidence
        What `evidence_on` gathered of its family.
    missing : DataFrame
        As `missing_results` returns it.
    """
    family = FAMILY[outcome]
    effects = effects_of(evidence, trial_entities(reg))
    groups = by_allocation(effects)
    own, other = pooled_row(groups[True]), pooled_row(groups[False])
    row = {"outcome": outcome, "measure": "HR"} | hazard_ratio(own) | _beside(other)
    out = left_out(missing, ["OS"] if family == "OS" else PFS_FAMILY, groups[True]["cohort"])
    body = of_effects(reg, groups[True], own, out)
    tumours = groups[True].loc[groups[True]["entity"].ne(NO_ENTITY), "entity"]
    row |= out | {
        "judged": judge(body),
        "direct": int(own["direct"]),
        "tumours": int(tumours.nunique()),
        "settings": body.settings,
        "other_judged": judge(of_effects(reg, groups[False], other, {}, randomised=False)),
    }
    setting = only_setting(reg, groups[True]["trial_id"])
    control = control_survival(reg, family, setting=setting)
    if control:
        groups_of = f"middle of {control['groups']:,} control groups" if control["groups"] > 1 else "one control group"
        row["at"] = f"{ALIVE[family]} at {control['horizon']:.0f} months, {groups_of}{_in_setting(setting)}"
    row |= _survivors(row, control)
    row["review_only"] = int(effects["review_only"].sum())
    row["worst_case"] = worst_case_words(groups[True])
    return [row, *_with_all(evidence, row, control)]


def _in_setting(setting: str | None) -> str:
    return f" {'in' if setting == 'advanced disease' else ''} {setting}".replace("  ", " ") if setting else ""


def five_years_row(reg: Registry) -> dict[str, Any]:
    """Rates of both arms of the same trial; they are shown and not pooled."""
    pairs = landmark_pairs(reg, "OS", months=(60,))
    own = pairs["trial_id"].isin(reg.trials.loc[randomised(reg.trials), "trial_id"])
    ours, others = pairs[own], pairs[~own]
    row = {"outcome": FIVE_YEARS, "measure": "", "trials": len(ours), "patients": _total(ours), "pooled": False}
    row |= {"other_trials": len(others), "other_patients": _total(others)}
    said = [
        f"{words}: {_rates(part)}" for words, part in (("randomised", ours), ("not randomised", others)) if len(part)
    ]
    row |= {"note": "; ".join(said), "trial_ids": "; ".join(ours["trial_id"])}
    return row | {
        "judged": judge(Body(randomised=True, trials=len(ours), patients=_total(ours))),
        "other_judged": judge(
            Body(randomised=False, trials=len(others), patients=_total(others), entities=others["entity"].nunique())
        ),
    }


def response_row(reg: Registry, missing: pd.DataFrame) -> dict[str, Any]:
    """Objective response: risk ratio within trials, at the middle of their control groups."""
    pairs = response_pairs(reg)
    groups = {own: pairs[pairs["randomised"].astype(bool) == own] for own in (True, False)}
    own, other = (counted_between(groups[kind]) for kind in (True, False))
    row = {"outcome": RESPONSE, "measure": "RR"} | risk_ratio(own) | beside_counts(other)
    cohorts = reg.trials.loc[reg.trials["trial_id"].isin(groups[True]["trial_id"]), "cohort"]
    out = left_out(missing, ["objective response"], cohorts)
    row |= out | {
        "judged": judge(of_counts(reg, groups[True]["trial_id"].tolist(), own, out)),
        "other_judged": judge(of_counts(reg, groups[False]["trial_id"].tolist(), other, {}, randomised=False)),
    }
    risks = groups[True]["events_control"].astype(float) / groups[True]["n_control"].astype(float)
    if len(risks) and not pd.isna(
        row["ratio"]
    ):  # at the risk of these trials: elsewhere the ratio may exceed everybody
        low, middle, high = risks.quantile([0.25, 0.5, 0.75])
        of = f"middle of {len(risks):,} control groups" if len(risks) > 1 else "in the control group"
        row["at"] = f"responding, {of} of the same {'trials' if len(risks) > 1 else 'trial'}"
        row |= per_1000(row, middle, low, high)
    return row


def hazard_ratio(pooled: dict[str, Any]) -> dict[str, Any]:
    """The columns of the summary that a row of `pooled_row` fills: no ratio of two trials."""
    known = pooled["trials"] >= FEWEST or pooled["trials"] == 1
    ratio, low, high = (pooled.get(name, math.nan) if known else math.nan for name in ("hr", "ci_low", "ci_high"))
    note = ""
    if pooled["trials"] == 2:
        note = "two trials are not pooled; if both estimate one effect it is " + with_interval(
            pooled["common_hr"], pooled["common_ci_low"], pooled["common_ci_high"]
        )
    return {
        "trials": pooled["trials"],
        "patients": pooled.get("patients", 0),
        "ratio": ratio,
        "ci_low": low,
        "ci_high": high,
        "pooled": pooled["trials"] >= FEWEST,
        "trial_ids": pooled.get("trial_ids", ""),
        "note": note,
    }


def counted_between(pairs: pd.DataFrame) -> dict[str, Any]:
    """What pairs of counts say together, with the events of both arms."""
    sums = {name: int(pairs[name].sum()) for name in ("events", "n", "events_control", "n_control")}
    return between(pairs) | sums


def risk_ratio(row: dict[str, Any]) -> dict[str, Any]:
    """The columns of the summary that a row of `between` fills: no ratio of two trials."""
    return {
        "trials": int(row["trials"]),
        "patients": int(row["patients"]),
        "ratio": row["rr"],
        "ci_low": row["rr_low"],
        "ci_high": row["rr_high"],
        "pooled": row["trials"] >= FEWEST and not pd.isna(row["rr"]),
        "trial_ids": row["trial_ids"],
    }


def beside_counts(row: dict[str, Any]) -> dict[str, Any]:
    """The same of the trials that were not randomised."""
    return {f"other_{name}": risk_ratio(row)[name] for name in ("trials", "patients", "ratio", "ci_low", "ci_high")}


def per_1000(row: dict[str, Any], middle: float, low: float, high: float) -> dict[str, Any]:
    """A risk ratio as patients of 1,000, at the control risk in the middle and at a low and a high one."""
    at = [
        events_per_1000(row["ratio"], row["ci_low"], row["ci_high"], control_risk=float(risk))
        for risk in (middle, low, high)
    ]
    return _absolute(*at)


def _survivors(row: dict[str, Any], control: dict[str, Any] | None) -> dict[str, Any]:
    if control is None or pd.isna(row["ratio"]):
        return {}
    at = [
        survivors_per_1000(row["ratio"], row["ci_low"], row["ci_high"], control_survival=control[name])
        for name in ("median", "low", "high")
    ]
    return _absolute(*at)


def _absolute(middle: Absolute, low: Absolute, high: Absolute) -> dict[str, Any]:
    ends = sorted((middle.low, middle.high))
    return {
        "control_per_1000": middle.control,
        "difference_per_1000": middle.difference,
        "difference_low": ends[0],
        "difference_high": ends[1],
        "control_low_per_1000": low.control,
        "difference_at_low": low.difference,
        "control_high_per_1000": high.control,
        "difference_at_high": high.difference,
    }


def _with_all(evidence: list[Evidence], row: dict[str, Any], control: dict[str, Any] | None) -> list[dict[str, Any]]:
    """All randomised trials that compared their arms, in one likelihood; nothing where all give an estimate."""
    if not row["left_out"] or row["trials"] + row["left_out"] < FEWEST:
        return []
    try:
        found = pool_reports(evidence)
    except ValueError:  # fewer than two of them say how they compared their arms, or how many patients there were
        return []
    kinds = found.kinds
    low, high = found.hazard_ratio_ci
    # an interval that holds everything is no result, however it is called
    if found.k < FEWEST or found.k == kinds.get("estimate", 0) or not informs(low, high):
        return []
    table = found.contributions
    every = {
        "outcome": f"{row['outcome']}, {WITH_ALL}",
        "measure": "HR",
        "trials": found.k,
        "patients": int(table[["n_cik", "n_control"]].sum().sum()),
        "ratio": found.hazard_ratio,
        "ci_low": low,
        "ci_high": high,
        "pooled": True,
        "sensitivity": True,
        "trial_ids": "; ".join(table["trial_id"]),
    }
    said = joined(counted(int(n), *_KINDS[kind]) for kind, n in kinds.items())
    others = [one.hazard_ratio for one in found.sensitivity]
    spread = f"; {span(min(others), max(others))} if fewer or more patients had the event" if _differ(others) else ""
    every |= {"at": row.get("at"), "note": f"one likelihood of {said}{spread}"}
    return [every | _survivors(every, control) | {"judged": Certainty(level="")}]


def _differ(ratios: list[float]) -> bool:
    return len({f"{ratio:.2f}" for ratio in ratios}) > 1


def _beside(other: dict[str, Any]) -> dict[str, Any]:
    kept = hazard_ratio(other)
    return {f"other_{name}": kept[name] for name in ("trials", "patients", "ratio", "ci_low", "ci_high")}


def _rates(pairs: pd.DataFrame) -> str:
    if len(pairs) <= FEWEST:
        rows = rows_of(pairs[["cik", "control"]])
        return "; ".join(f"{100 * one['cik']:.0f} % against {100 * one['control']:.0f} %" for one in rows)
    points = 100 * (pairs["cik"] - pairs["control"])
    return f"median difference {points.median():+.0f} points (range {span(points.min(), points.max(), signed)})"


def _total(pairs: pd.DataFrame) -> int:
    return int(pairs[["n_cik", "n_control"]].sum().sum()) if len(pairs) else 0

"""The summary of findings: each outcome with its trials, effect, absolute effect and certainty."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from ircc_lib.analysis.effects.effects import by_allocation, log_hazard_ratios
from ircc_lib.analysis.effects.extraction.evidence import PFS_FAMILY
from ircc_lib.analysis.effects.moderators import trial_characteristics
from ircc_lib.analysis.effects.pooled import FEWEST, pooled_row
from ircc_lib.analysis.findings.absolute import Absolute, control_survival, events_per_1000, survivors_per_1000
from ircc_lib.analysis.findings.certainty import INFORMATION_RR, Body, Certainty, judge, read_judgements
from ircc_lib.analysis.findings.missing import ESTIMATE, NEITHER, SILENT, missing_results
from ircc_lib.analysis.outcomes.allocation import randomised
from ircc_lib.analysis.outcomes.arms import landmark_pairs
from ircc_lib.analysis.outcomes.harm_by_arm import OUTCOMES as HARMS
from ircc_lib.analysis.outcomes.harm_summary import harm_summary
from ircc_lib.analysis.outcomes.response import response_between_arms
from ircc_lib.registry.rows import rows_of

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

OS, PROGRESSION, FIVE_YEARS = "Overall survival", "Progression or recurrence", "Alive at five years"
RESPONSE, ANY_HARM, SEVERE, DEATHS = (
    "Objective response",
    "Any adverse event",
    "Severe or serious adverse event",
    "Treatment-related death",
)
FAMILY = {OS: "OS", PROGRESSION: "PFS"}
COLUMNS = [
    "outcome",
    "trials",
    "patients",
    "measure",
    "ratio",
    "ci_low",
    "ci_high",
    "pooled",
    "control_per_1000",
    "difference_per_1000",
    "difference_low",
    "difference_high",
    "control_low_per_1000",
    "control_high_per_1000",
    "at",
    "certainty",
    "reasons",
    "judged_by",
    "other_trials",
    "other_patients",
    "other_ratio",
    "other_ci_low",
    "other_ci_high",
    "left_out",
    "left_out_neither",
    "note",
    "trial_ids",
]


def summary_of_findings(reg: Registry, entity: str | None = None) -> pd.DataFrame:
    """What the trials show of each outcome, and how sure it is.

    Parameters
    ----------
    reg : Registry
        An edition, or a part of one.
    entity : str, optional
        The tumour entity whose trials ``reg`` holds; only to look up judgements of it.

    Returns
    -------
    DataFrame
        One row per outcome, benefit before harm: trials randomised by their own record that give an estimate (trials,
        patients), measure (HR or RR), ratio with its 95 % interval (pooled over three trials or more by random
        effects; of a single trial its own; missing for two), pooled (bool), absolute effect per 1,000 at the median
        control group (control_per_1000, difference_per_1000 with interval; ``at`` says when and of how many groups),
        certainty with its reasons, the trials that were not randomised beside it (other_...), how many randomised
        trials report the outcome without an estimate (left_out) and how many of those no difference, a note, trial_ids.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> summary_of_findings(ircc.load_registry())["outcome"].iloc[0]
    'Overall survival'
    """
    missing = missing_results(reg)
    judgements = read_judgements()
    rows = [_survival(reg, outcome, missing) for outcome in FAMILY]
    rows += [_five_years(reg), _response(reg, missing), *_harm(reg, missing)]
    for row in rows:
        key = (reg.edition_name or "", entity or "", row["outcome"])
        certainty: Certainty = judgements.get(key, row.pop("judged"))
        row.pop("judged", None)
        row |= {
            "certainty": certainty.level,
            "reasons": "; ".join(certainty.reasons),
            "judged_by": certainty.judged_by,
        }
    return pd.DataFrame([{column: row.get(column) for column in COLUMNS} for row in rows], columns=COLUMNS)


def by_question(reg: Registry, endpoint: str = "OS") -> pd.DataFrame:
    """The pooled hazard ratio by setting and by comparator, which are different questions.

    Parameters
    ----------
    reg : Registry
    endpoint : str
        ``OS`` or ``PFS``.

    Returns
    -------
    DataFrame
        One row per question and kind of allocation that any trial answers: by (setting, comparator), value,
        randomised (by its own record), then as `pooled_evidence`: trials, patients, hr (missing below three trials)
        with interval and prediction interval, common_hr with interval, trial_ids.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> set(by_question(ircc.load_registry())["by"])
    {'comparator', 'setting'}
    """
    effects = trial_characteristics(reg, log_hazard_ratios(reg, endpoint))
    rows = []
    for by, column in (("setting", "setting"), ("comparator", "comparator_kind")):
        words = effects[column].astype("object").where(effects[column].notna(), "not stated")
        for value in sorted(words.unique(), key=lambda word: (word == "not stated", word)):
            for own_record, chosen in by_allocation(effects[words.eq(value)]).items():
                if len(chosen):
                    rows.append({"by": by, "value": value, "randomised": own_record} | pooled_row(chosen))
    columns = ["by", "value", "randomised", "trials", "patients", "hr", "ci_low", "ci_high", "pi_low", "pi_high"]
    columns += ["common_hr", "common_ci_low", "common_ci_high", "trial_ids"]
    return pd.DataFrame(rows, columns=columns)


def _survival(reg: Registry, outcome: str, missing: pd.DataFrame) -> dict:
    family = FAMILY[outcome]
    effects = trial_characteristics(reg, log_hazard_ratios(reg, family))
    groups = by_allocation(effects)
    own, other = pooled_row(groups[True]), pooled_row(groups[False])
    row = {"outcome": outcome, "measure": "HR"} | _ratio_of(own) | _beside(other)
    out = _left_out(missing, _endpoints(family), groups[True]["cohort"])
    row |= out | {"judged": judge(_body(reg, groups[True], own, out))}
    control = control_survival(reg, family)
    if control and not pd.isna(row["ratio"]):
        at = {"control_survival": control["median"]}
        row |= _absolute(survivors_per_1000(row["ratio"], row["ci_low"], row["ci_high"], **at), control)
        verb = "alive" if family == "OS" else "alive without progression or recurrence"
        row["at"] = f"{verb} at {control['horizon']:.0f} months, middle of {control['groups']:,} control groups"
    return row


def _five_years(reg: Registry) -> dict:
    """Rates of both arms of the same trial; they are shown and not pooled."""
    pairs = landmark_pairs(reg, "OS", months=(60,))
    own = pairs[pairs["trial_id"].isin(_own(reg))]
    row = {"outcome": FIVE_YEARS, "measure": "", "trials": len(own), "patients": _total(own), "pooled": False}
    row |= {"other_trials": len(pairs) - len(own), "other_patients": _total(pairs[~pairs.index.isin(own.index)])}
    shown = own if len(own) else pairs
    told = [
        f"{100 * one['cik']:.0f} % against {100 * one['control']:.0f} %" for one in rows_of(shown[["cik", "control"]])
    ]
    which = "" if len(own) else "not randomised: "
    row["note"] = which + "; ".join(told) if len(told) <= FEWEST else f"{which}{_middle_difference(shown)}"
    row["trial_ids"] = "; ".join(shown["trial_id"])
    body = Body(randomised=bool(len(own)), trials=len(own) or len(pairs), patients=row["patients"] or 0)
    return row | {"judged": judge(body)}


def _middle_difference(pairs: pd.DataFrame) -> str:
    points = 100 * (pairs["cik"] - pairs["control"])
    return f"median difference {points.median():+.0f} points (range {points.min():+.0f} to {points.max():+.0f})"


def _response(reg: Registry, missing: pd.DataFrame) -> dict:
    table = response_between_arms(reg)
    table = table[table["outcome"].eq("objective response")]
    own_rows = table["design"].str.startswith("randomised")
    own, other = (_first(table[rows]) for rows in (own_rows, ~own_rows))
    row = {"outcome": RESPONSE, "measure": "RR"} | _risk_ratio(own)
    row |= {f"other_{name}": value for name, value in _risk_ratio(other).items() if name not in ("pooled", "trial_ids")}
    ids = own["trial_ids"].split("; ") if own and own["trial_ids"] else []
    out = _left_out(missing, ["objective response"], reg.trials.loc[reg.trials["trial_id"].isin(ids), "cohort"])
    body = _rr_body(reg, ids, own, out)
    rates = reg.responses
    rates = rates[rates["group"].eq("control") & rates["arm"].isna() & rates["orr"].notna()]["orr"].astype(float)
    if len(rates) and own and not pd.isna(row["ratio"]):
        low, risk, high = rates.quantile([0.25, 0.5, 0.75])
        found = events_per_1000(row["ratio"], row["ci_low"], row["ci_high"], control_risk=float(risk))
        row |= _absolute(found, {"low": low, "high": high})
        row["at"] = f"responding, middle of {len(rates):,} control groups"
    return row | out | {"judged": judge(body)}


def _harm(reg: Registry, missing: pd.DataFrame) -> list[dict]:
    found = harm_summary(reg)
    table = {row["outcome"]: row for row in found.randomised.to_dict("records")}
    silence = f"{found.silent:,} of {found.trials:,} records say nothing about harm"
    rows = []
    for outcome, names, asked in (
        (ANY_HARM, [HARMS[0]], "any adverse event"),
        (SEVERE, [HARMS[1], HARMS[2]], "severe or serious adverse event"),
        (DEATHS, [HARMS[3]], None),
    ):
        counted = [table[name] for name in names if table[name]["trials"]]
        best = max(counted, key=lambda row: row["trials"], default=None)
        row = {"outcome": outcome, "measure": "RR"} | _risk_ratio(best)
        if best is not None and len(counted) > 1:
            row["note"] = "; ".join(f"{one['outcome']}: {one['events']} of {one['n']}" for one in counted)
        ids = best["trial_ids"].split("; ") if best else []
        out = _left_out(missing, [asked], reg.trials.loc[reg.trials["trial_id"].isin(ids), "cohort"]) if asked else {}
        row |= out | {"judged": judge(_rr_body(reg, ids, best, out))}
        notes = []
        if best is not None and outcome != DEATHS:
            notes.append(
                f"{best['events']:,} of {best['n']:,} with CIK cells, {best['events_control']:,} of "
                f"{best['n_control']:,} without"
            )
        if outcome == SEVERE and len(found.severe_elsewhere):
            notes.append(_severe_words(found.severe_elsewhere))
        if outcome == DEATHS:
            dead = found.deaths
            notes.append(f"CIK arms: {dead['events']:,} of {dead['n']:,} in {dead['trials']:,} records that state it")
        if outcome == ANY_HARM:
            notes.append(silence)
        rows.append(row | {"note": "; ".join(notes)})
    return rows


def _severe_words(rows: pd.DataFrame) -> str:
    """Severe events that are in no rate of patients, with their number where one is printed."""
    told = []
    for row in rows_of(rows):
        if not pd.isna(row["events"]):
            told.append(f"grade {row['grade']} in {row['events']:,} of {row['n']:,} {row['denominator']}")
        elif row["denominator"] != "patients":
            told.append(f"{row['term_reported']} occurred")
    return "beside them: " + ", ".join(dict.fromkeys(told)) if told else ""


def _ratio_of(own: dict) -> dict:
    pooled = own["trials"] >= FEWEST
    known = pooled or own["trials"] == 1
    ratio, low, high = (own.get(name, math.nan) if known else math.nan for name in ("hr", "ci_low", "ci_high"))
    note = ""
    if own["trials"] == 2:
        note = (
            f"two trials are not pooled; if both estimate one effect it is {own['common_hr']:.2f} "
            f"({own['common_ci_low']:.2f} to {own['common_ci_high']:.2f})"
        )
    return {
        "trials": own["trials"],
        "patients": own.get("patients", 0),
        "ratio": ratio,
        "ci_low": low,
        "ci_high": high,
        "pooled": pooled,
        "trial_ids": own.get("trial_ids", ""),
        "note": note,
    }


def _beside(other: dict) -> dict:
    kept = _ratio_of(other)
    return {f"other_{name}": kept[name] for name in ("trials", "patients", "ratio", "ci_low", "ci_high")}


def _risk_ratio(row: dict | None) -> dict:
    if row is None or not row["trials"]:
        return {
            "trials": 0,
            "patients": 0,
            "ratio": math.nan,
            "ci_low": math.nan,
            "ci_high": math.nan,
            "pooled": False,
            "trial_ids": "",
        }
    return {
        "trials": int(row["trials"]),
        "patients": int(row["patients"]),
        "ratio": row["rr"],
        "ci_low": row["rr_low"],
        "ci_high": row["rr_high"],
        "pooled": row["trials"] >= FEWEST,
        "trial_ids": row["trial_ids"],
    }


def _absolute(found: Absolute, control: dict) -> dict:
    low, high = sorted((found.low, found.high))
    return {
        "control_per_1000": found.control,
        "difference_per_1000": found.difference,
        "difference_low": low,
        "difference_high": high,
        "control_low_per_1000": 1000 * control["low"],
        "control_high_per_1000": 1000 * control["high"],
    }


def _body(reg: Registry, effects: pd.DataFrame, own: dict, out: dict) -> Body:
    entities = effects.loc[~effects["entity"].isin(["not stated", "not specified"]), "entity"]
    return Body(
        randomised=True,
        trials=own["trials"],
        patients=0 if pd.isna(own.get("patients")) else int(own["patients"]),
        events=float(effects["events"].sum()) if len(effects) and effects["events"].notna().all() else math.nan,
        ratio=own.get("hr", math.nan),
        ci_low=own.get("ci_low", math.nan),
        ci_high=own.get("ci_high", math.nan),
        pi_low=own.get("pi_low", math.nan),
        pi_high=own.get("pi_high", math.nan),
        i2=own.get("i2", math.nan),
        concealed=_concealed(reg, effects["trial_id"]),
        entities=entities.nunique(),
        settings=effects["setting"].dropna().nunique(),
        left_out=out["left_out"],
        left_out_patients=out["left_out_patients"],
        left_out_neither=out["left_out_neither"],
        derived=int(own["trials"] - own.get("direct", 0)),
    )


def _rr_body(reg: Registry, trial_ids: list[str], row: dict | None, out: dict) -> Body:
    if row is None or not row["trials"]:
        return Body(randomised=True, trials=0, patients=0)
    entities = reg.entities.loc[reg.entities["trial_id"].isin(trial_ids) & reg.entities["specified"], "entity"]
    return Body(
        randomised=True,
        trials=int(row["trials"]),
        patients=int(row["patients"]),
        events=float(row.get("events", math.nan)),
        ratio=row["rr"],
        ci_low=row["rr_low"],
        ci_high=row["rr_high"],
        pi_low=row["pi_low"],
        pi_high=row["pi_high"],
        i2=row["i2"],
        information=INFORMATION_RR,
        concealed=_concealed(reg, trial_ids),
        entities=max(1, entities.nunique()),
        left_out=out.get("left_out", 0),
        left_out_patients=out.get("left_out_patients", 0),
        left_out_neither=out.get("left_out_neither", 0),
    )


def _concealed(reg: Registry, trial_ids: Iterable[str]) -> int:
    conduct = reg.tables["conduct"]
    return conduct.loc[conduct["allocation_concealment"].notna(), "trial_id"].isin(list(trial_ids)).sum()


def _left_out(missing: pd.DataFrame, outcomes: list[str], cohorts: pd.Series) -> dict:
    """Randomised trials that report on one of the outcomes and are in no pool of it."""
    rows = missing[missing["outcome"].isin(outcomes) & ~missing["cohort"].isin(set(cohorts))]
    rows = rows[~rows["status"].isin([SILENT, ESTIMATE])]
    first = rows.drop_duplicates("cohort")
    return {
        "left_out": len(first),
        "left_out_patients": int(first["n_total"].sum()),
        "left_out_neither": int(first["points"].eq(NEITHER).sum()),
    }


def _endpoints(family: str) -> list[str]:
    return ["OS"] if family == "OS" else list(PFS_FAMILY)


def _own(reg: Registry) -> list[str]:
    return reg.trials.loc[randomised(reg.trials), "trial_id"].tolist()


def _total(pairs: pd.DataFrame) -> int:
    columns = [name for name in ("n_cik", "n_control") if name in pairs]
    return int(pairs[columns].sum().sum()) if len(pairs) and columns else 0


def _first(rows: pd.DataFrame) -> dict | None:
    return None if rows.empty else rows.iloc[0].to_dict()

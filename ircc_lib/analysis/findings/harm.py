"""Rows of the summary of findings on harm: counts with their denominators, and what has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.findings.benefit import beside_counts, counted_between, per_1000, risk_ratio
from ircc_lib.analysis.findings.body import left_out, of_counts
from ircc_lib.analysis.findings.certainty import judge
from ircc_lib.analysis.findings.missing import HARM, SERIOUS
from ircc_lib.analysis.outcomes.harm.by_arm import OUTCOMES as HARMS
from ircc_lib.analysis.outcomes.harm.summary import HarmSummary, harm_summary
from ircc_lib.registry.labels import trial_label
from ircc_lib.registry.rows import rows_of
from ircc_lib.text import counted, joined, percent, verb

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

ANY_HARM, SEVERE, SERIOUS_HARM = "Any adverse event", "Adverse event of grade 3 to 5", "Serious adverse event"
DEATHS = "Treatment-related death"
_ASKED = {
    ANY_HARM: (HARMS[0], HARM),
    SEVERE: (HARMS[1], None),
    SERIOUS_HARM: (HARMS[2], SERIOUS),
    DEATHS: (HARMS[3], None),
}


def harm_rows(reg: Registry, missing: pd.DataFrame) -> list[dict[str, Any]]:
    """Any, severe and serious adverse events and deaths: what both arms of a trial count, and what else is told.

    Parameters
    ----------
    reg : Registry
    missing : DataFrame
        As `missing_results` returns it.
    """
    found = harm_summary(reg)
    return [_row(reg, outcome, found, missing) for outcome in _ASKED]


def _row(reg: Registry, outcome: str, found: HarmSummary, missing: pd.DataFrame) -> dict[str, Any]:
    name, asked = _ASKED[outcome]
    mine = found.pairs[found.pairs["outcome"].eq(name)]
    parts = {own: mine[mine["randomised"].astype(bool) == own] for own in (True, False)}
    own, other = (counted_between(parts[kind]) for kind in (True, False))
    row = {"outcome": outcome, "measure": "RR"} | risk_ratio(own) | beside_counts(other)
    cohorts = reg.trials.loc[reg.trials["trial_id"].isin(parts[True]["trial_id"]), "cohort"]
    out = left_out(missing, [asked], cohorts) if asked else {}
    row |= out | {
        "judged": judge(of_counts(reg, parts[True]["trial_id"].tolist(), own, out)),
        "other_judged": judge(of_counts(reg, parts[False]["trial_id"].tolist(), other, {}, randomised=False)),
    }
    if own["n_control"] and not pd.isna(row["ratio"]):
        risk = own["events_control"] / own["n_control"]
        row |= per_1000(row, risk, risk, risk) | {"at": f"with it, {_groups(own)}"}
    notes = [_counts(own, "randomised"), _counts(other, "not randomised"), _percentages(found.by_arm, name)]
    notes.append(_no_ratio(parts[True]))
    notes += {ANY_HARM: [_silence(found)], SEVERE: [_elsewhere(found)], DEATHS: [_deaths(found)]}.get(outcome, [])
    return row | {"note": "; ".join(note for note in notes if note)}


def _no_ratio(pairs: pd.DataFrame) -> str:
    """How many trials saw no event in either arm, and so have no ratio to pool."""
    n = int((pairs["events"].eq(0) & pairs["events_control"].eq(0)).sum()) if len(pairs) else 0
    return f"{counted(n, 'trial')} without an event in either arm {verb(n, 'gives', 'give')} no ratio" if n else ""


def _groups(row: dict[str, Any]) -> str:
    return "the control group of the same trial" if row["trials"] == 1 else "the control groups of the same trials"


def _counts(row: dict[str, Any], who: str) -> str:
    if not row["trials"]:
        return ""
    return (
        f"{who}: {row['events']:,} of {row['n']:,} with CIK cells, {row['events_control']:,} of "
        f"{row['n_control']:,} without"
    )


def _percentages(by_arm: pd.DataFrame, name: str) -> str:
    """What randomised trials print of both arms as a percentage that is no whole number of patients."""
    both = by_arm["percent_cik"].notna() & by_arm["percent_control"].notna()
    rows = by_arm[by_arm["outcome"].eq(name) & both & (by_arm["n_cik"].isna() | by_arm["n_control"].isna())]
    told = [
        f"{100 * row['percent_cik']:.1f} % with and {100 * row['percent_control']:.1f} % without in "
        f"{trial_label(row['trial_id'])} (no numbers)"
        for row in rows_of(rows)
    ]
    return "; ".join(told)


def _silence(found: HarmSummary) -> str:
    if not found.silent:
        return ""
    say = verb(found.silent, "says", "say")
    trials = counted(found.trials, "trial")
    return f"{found.silent:,} of {trials} {say} nothing about harm in the records read ({percent(found.silent_share)})"


def _elsewhere(found: HarmSummary) -> str:
    """Severe events that are in no rate of patients, with their number where one is printed."""
    rows = found.severe_elsewhere
    counts = [
        f"grade {row['grade']} in {row['events']:,} of {row['n']:,} {row['denominator']}"
        for row in rows_of(rows[rows["events"].notna()])
    ]
    return "; ".join(part for part in (*dict.fromkeys(counts), _named(found)) if part)


def _named(found: HarmSummary) -> str:
    rows = found.severe_elsewhere
    named = list(dict.fromkeys(rows.loc[rows["events"].isna() & rows["percent"].isna(), "term_reported"]))
    return f"{joined(named)} occurred, number not reported" if named else ""


def _deaths(found: HarmSummary) -> str:
    dead = found.deaths
    if not dead["trials"]:
        return "no record states it"
    told = (
        f"CIK arms: {dead['events']:,} of {counted(int(dead['n']), 'patient')} in {counted(dead['trials'], 'record')}"
    )
    told += f", at most {100 * dead['ci_high']:.1f} % by the exact 95 % interval"
    named = _named(found)
    return f"{told}; no all-clear: {named}" if named else told

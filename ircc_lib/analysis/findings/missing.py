"""Results that are missing: each randomised trial by outcome, in the manner of ROB-ME (Page 2023, doi 10.1136/bmj-2023-076754)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.allocation import randomised
from ircc_lib.analysis.effects.effects import ALL_RUNGS
from ircc_lib.analysis.effects.extraction.choice import evidence_on, read
from ircc_lib.analysis.effects.extraction.evidence import Evidence
from ircc_lib.analysis.endpoints import PFS_FAMILY
from ircc_lib.analysis.outcomes.harm.by_arm import harm_by_arm
from ircc_lib.registry.rows import by_year, rows_of

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

ESTIMATE, P_ONLY, WORDS_ONLY = "estimate", "p-value only", "words only"
NO_DIFFERENCE, SILENT = "reported as not different", "silent"
STATUSES = (ESTIMATE, P_ONLY, WORDS_ONLY, NO_DIFFERENCE, SILENT)
"""How an outcome of a trial is known, best first."""
FOR, AGAINST, NEITHER, UNKNOWN = "for CIK", "against CIK", "no difference", "not stated"
RESPONSE, HARM, SERIOUS = "objective response", "any adverse event", "severe or serious adverse event"
OUTCOMES = ("OS", *PFS_FAMILY, RESPONSE, HARM, SERIOUS)
_POINTS = {"cik_better": FOR, "control_better": AGAINST, "no_difference": NEITHER}
_RESPONSE_ENDPOINTS = {"ORR", "objective response", "response"}


def missing_results(reg: Registry, evidence: list[Evidence] | None = None) -> pd.DataFrame:
    """Each trial that was randomised by its own record, by outcome: what is known of it, and which way it points.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    evidence : list of Evidence, optional
        What `evidence_on` gathered of OS and of the PFS family, where it is at hand.

    Returns
    -------
    DataFrame
        One row per cohort and outcome: cohort, trial_id, year, n_total, outcome (OS, each progression endpoint,
        objective response, any adverse event, severe or serious adverse event), status (one of `STATUSES`), points
        (for CIK, against CIK, no difference, not stated), row_ids of the comparison that says so.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> set(missing_results(ircc.load_registry())["status"]) <= set(STATUSES)
    True
    """
    trials = reg.trials[randomised(reg.trials)]
    reports = sorted(rows_of(trials[["trial_id", "cohort", "year"]]), key=by_year)
    cohorts: dict[str, list[dict[str, Any]]] = {}
    for report in reports:
        cohorts.setdefault(report["cohort"], []).append(report)
    totals = reg.cohorts["n_total"]
    gathered = evidence_on(reg, "OS") + evidence_on(reg, "PFS") if evidence is None else evidence
    estimates = _estimates(reg, gathered)
    said = _said(reg)
    rows = []
    for cohort, members in cohorts.items():
        about = {"cohort": cohort, "trial_id": members[0]["trial_id"], "year": members[0]["year"]}
        about["n_total"] = totals[cohort]
        for outcome in OUTCOMES:
            rows.append(
                about | {"outcome": outcome} | _known([one["trial_id"] for one in members], outcome, estimates, said)
            )
    columns = ["cohort", "trial_id", "year", "n_total", "outcome", "status", "points", "row_ids"]
    return pd.DataFrame(rows, columns=columns).astype({"year": "Int64", "n_total": "Int64"})


def missing_summary(missing: pd.DataFrame) -> pd.DataFrame:
    """Who is missing from which pool, and which way they point.

    Parameters
    ----------
    missing : DataFrame
        As `missing_results` returns it.

    Returns
    -------
    DataFrame
        One row per outcome that any trial reports: outcome, trials, patients (of all), then trials by status:
        estimate, p_only, words_only, no_difference, silent; of those that report the outcome without an estimate
        (left_out), how many point for_cik, to no difference (neither), against_cik, and how many patients they hold.
    """
    rows = []
    for outcome, part in missing.groupby("outcome", sort=False):
        counts = part["status"].value_counts()
        if counts.get(SILENT, 0) == len(part):
            continue
        out = part[~part["status"].isin([ESTIMATE, SILENT])]
        rows.append(
            {
                "outcome": outcome,
                "trials": len(part),
                "patients": int(part["n_total"].sum()),
                **{name: int(counts.get(status, 0)) for name, status in zip(_NAMES, STATUSES, strict=True)},
                "left_out": len(out),
                "for_cik": int(out["points"].eq(FOR).sum()),
                "neither": int(out["points"].eq(NEITHER).sum()),
                "against_cik": int(out["points"].eq(AGAINST).sum()),
                "patients_left_out": int(out["n_total"].sum()),
                "left_out_ids": "; ".join(out["trial_id"]),
            }
        )
    columns = ["outcome", "trials", "patients", *_NAMES, "left_out", "for_cik", "neither", "against_cik"]
    return pd.DataFrame(rows, columns=[*columns, "patients_left_out", "left_out_ids"])


_NAMES = ("estimate", "p_only", "words_only", "no_difference", "silent")


def _known(trial_ids: list[str], outcome: str, estimates: set[Any], said: dict[Any, Any]) -> dict[str, Any]:
    if any((trial_id, outcome) in estimates for trial_id in trial_ids):
        return {"status": ESTIMATE, "points": "", "row_ids": ""}
    found = [row for trial_id in trial_ids for row in said.get((trial_id, outcome), [])]
    if not found:
        return {"status": SILENT, "points": "", "row_ids": ""}
    points = {_POINTS.get(row["direction"], UNKNOWN) for row in found}
    one = points.pop() if len(points) == 1 else UNKNOWN
    printed = any(row["p_relation"] in ("exact", "below", "ambiguous") for row in found)
    status = NO_DIFFERENCE if one == NEITHER and not printed else P_ONLY if printed else WORDS_ONLY
    return {"status": status, "points": one, "row_ids": "; ".join(row["row_id"] for row in found)}


def _estimates(reg: Registry, evidence: list[Evidence]) -> set[tuple[str, str]]:
    """Trial and outcome where an effect can be had."""
    found = {(one.trial["trial_id"], one.endpoint) for one in evidence if read(one, ALL_RUNGS).step is not None}
    response = reg.responses
    rated = response["orr"].notna() | (response["cr"].notna() & response["pr"].notna())
    found |= {(trial_id, RESPONSE) for trial_id in _both_arms(response[rated & response["arm"].isna()])}
    harm = harm_by_arm(reg)
    both = harm["percent_cik"].notna() & harm["percent_control"].notna()
    for row in rows_of(harm.loc[both, ["trial_id", "outcome"]]):
        if row["outcome"].startswith(("severe", "serious")):
            found.add((row["trial_id"], SERIOUS))
        elif row["outcome"] == HARM:
            found.add((row["trial_id"], HARM))
    return found


def _both_arms(rows: pd.DataFrame) -> set[str]:
    arms = rows.groupby("trial_id")["group"].agg(set)
    return {trial_id for trial_id, groups in arms.items() if groups >= {"cik", "control"}}


def _said(reg: Registry) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Comparisons of whole trials, by trial and outcome."""
    table = reg.comparisons
    rows = table[table["subgroup"].isna() & ~table["orientation"].eq("within_cik").fillna(False)]
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows_of(rows):
        outcome = _outcome(row["endpoint"])
        if outcome:
            found.setdefault((row["trial_id"], outcome), []).append(row)
    return found


def _outcome(endpoint: str) -> str | None:
    if endpoint in OUTCOMES:
        return endpoint
    if endpoint in _RESPONSE_ENDPOINTS:
        return RESPONSE
    if "adverse event" in endpoint.lower():
        severe = any(word in endpoint.lower() for word in ("serious", "severe", "grade"))
        return SERIOUS if severe else HARM
    return None

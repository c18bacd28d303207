"""The summary of findings: each outcome with its trials, effect, absolute effect and certainty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ircc_lib.analysis.effects.extraction.choice import evidence_on
from ircc_lib.analysis.findings.benefit import FAMILY, five_years_row, response_row, survival_rows
from ircc_lib.analysis.findings.certainty import Certainty, read_judgements
from ircc_lib.analysis.findings.harm import harm_rows
from ircc_lib.analysis.findings.missing import missing_results

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

COLUMNS = [
    "outcome",
    "trials",
    "patients",
    "measure",
    "ratio",
    "ci_low",
    "ci_high",
    "pooled",
    "sensitivity",
    "direct",
    "tumours",
    "settings",
    "control_per_1000",
    "difference_per_1000",
    "difference_low",
    "difference_high",
    "control_low_per_1000",
    "difference_at_low",
    "control_high_per_1000",
    "difference_at_high",
    "at",
    "certainty",
    "reasons",
    "judged_by",
    "other_trials",
    "other_patients",
    "other_ratio",
    "other_ci_low",
    "other_ci_high",
    "other_certainty",
    "review_only",
    "left_out",
    "left_out_neither",
    "silent",
    "worst_case",
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
        One row per outcome, benefit before harm, and where trials compared survival without an estimate one more
        with them (``sensitivity``). Of trials randomised by their own record: trials and patients; measure (HR or
        RR), ratio with its 95 % interval (pooled over three trials or more by random effects; of a single trial its
        own; missing for two), pooled (bool), direct (hazard ratios that were reported), tumours and settings that are
        mixed, absolute effect per 1,000 at the median control group (control_per_1000, difference_per_1000
        with interval; difference_at_low and _at_high at its quartiles; ``at`` says of what, when and of how many
        groups), certainty with its reasons. Beside them the controlled trials that were not randomised (other_...). How
        many trials with an estimate only a review calls randomised, so that they are in neither (review_only); how
        many randomised trials report the outcome without an estimate (left_out), how many of those no difference,
        and how many say nothing of it (silent); what the worst case of publication bias leaves (worst_case), a note,
        trial_ids.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> summary_of_findings(ircc.load_registry())["outcome"].iloc[0]
    'Overall survival'
    """
    evidence = {family: evidence_on(reg, family) for family in FAMILY.values()}
    missing = missing_results(reg, [one for reports in evidence.values() for one in reports])
    judgements = read_judgements()
    rows = [row for outcome, family in FAMILY.items() for row in survival_rows(reg, outcome, evidence[family], missing)]
    rows += [five_years_row(reg), response_row(reg, missing), *harm_rows(reg, missing)]
    for row in rows:
        certainty: Certainty = judgements.get((reg.edition_name or "", entity or "", row["outcome"]), row["judged"])
        row |= {
            "certainty": certainty.level,
            "reasons": "; ".join(certainty.reasons),
            "judged_by": certainty.judged_by,
            "other_certainty": row["other_judged"].level if row.get("other_trials") else "",
            "sensitivity": row.get("sensitivity", False),
        }
    return pd.DataFrame([{column: row.get(column) for column in COLUMNS} for row in rows], columns=COLUMNS)

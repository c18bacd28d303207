"""How well the lower rungs of the hierarchy do, on the trials that report a hazard ratio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.effects.extraction.evidence import Evidence, gather, known_endpoints
from ircc_lib.analysis.effects.extraction.hierarchy import RUNGS
from ircc_lib.analysis.effects.extraction.reported import Step
from ircc_lib.analysis.normal import Z95
from ircc_lib.analysis.time_to_event.published import NotEstimableError

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


PAIRS = [
    "trial_id",
    "year",
    "endpoint",
    "rung",
    "method",
    "log_hr_reported",
    "se_reported",
    "log_hr",
    "se",
    "error",
    "se_ratio",
    "covered",
    "inputs",
    "note",
]
SUMMARY = ["rung", "method", "n", "mean_error", "mean_absolute_error", "covered", "coverage", "se_ratio"]


@dataclass(frozen=True, kw_only=True)
class Validation:
    """Every lower rung beside the reported hazard ratio of the same report and endpoint.

    Attributes
    ----------
    pairs : one row per report, endpoint and rung: both log hazard ratios and standard errors,
        `error` (rung minus reported; negative: the rung favours CIK more), `se_ratio`, and
        `covered`: the rung's 95 % interval holds the reported ratio
    summary : one row per rung from 2 to 5: `n`, `mean_error`, `mean_absolute_error`, `covered`
        (count), `coverage` (0..1), `se_ratio` (median)
    """

    pairs: pd.DataFrame
    summary: pd.DataFrame


def validate_methods(reg: Registry) -> Validation:
    """Hold rungs 2 to 5 against rung 1 wherever a report allows both.

    A reported hazard ratio may be adjusted where the lower rungs never are, so that not all
    of the difference is theirs. Rung 2 shares the reported ratio and is tested by its standard
    error alone. Two reports of one cohort count as two checks of the method.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Validation
        Every pair of estimates, and a summary of each method.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> validate_methods(ircc.load_registry()).summary["rung"].tolist()
    [2, 3, 4, 5]
    """
    rows = [row for evidence in gather(reg, sorted(known_endpoints(reg))) for row in _checks(evidence)]
    pairs = pd.DataFrame(rows, columns=PAIRS).astype({"covered": "bool", "rung": "int64"})
    pairs = pairs.sort_values(["rung", "year", "trial_id", "endpoint"], ignore_index=True)
    return Validation(
        pairs=pairs,
        summary=pd.DataFrame(
            [_summed(rung, pairs[pairs["rung"] == rung]) for rung in RUNGS if rung > 1], columns=SUMMARY
        ),
    )


def _checks(evidence: Evidence) -> list[dict[str, Any]]:
    reported = _tried(evidence, 1)
    if reported is None:
        return []
    found = ((rung, _tried(evidence, rung)) for rung in RUNGS if rung > 1)
    return [_pair(evidence, reported, rung, step) for rung, step in found if step is not None]


def _tried(evidence: Evidence, rung: int) -> Step | None:
    try:
        return RUNGS[rung][1](evidence)
    except NotEstimableError:
        return None


def _pair(evidence: Evidence, reported: Step, rung: int, step: Step) -> dict[str, Any]:
    truth, found = reported.estimate, step.estimate
    error = found.log_hr - truth.log_hr
    return {
        "trial_id": evidence.trial["trial_id"],
        "year": evidence.trial["year"],
        "endpoint": evidence.endpoint,
        "rung": rung,
        "method": RUNGS[rung][0],
        "log_hr_reported": truth.log_hr,
        "se_reported": truth.se,
        "log_hr": found.log_hr,
        "se": found.se,
        "error": error,
        "se_ratio": found.se / truth.se,
        "covered": abs(error) <= Z95 * found.se,
        "inputs": "; ".join(step.inputs),
        "note": "; ".join(step.notes),
    }


def _summed(rung: int, pairs: pd.DataFrame) -> dict[str, Any]:
    return {
        "rung": rung,
        "method": RUNGS[rung][0],
        "n": len(pairs),
        "mean_error": pairs["error"].mean(),
        "mean_absolute_error": pairs["error"].abs().mean(),
        "covered": int(pairs["covered"].sum()),
        "coverage": pairs["covered"].mean() if len(pairs) else float("nan"),
        "se_ratio": pairs["se_ratio"].median(),
    }

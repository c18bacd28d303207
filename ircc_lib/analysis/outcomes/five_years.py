"""Overall survival at five years, CIK beside control of the same trial; single arms are single arms.

A rate of an arm of n patients is not n whole patients: those censored before five years tell less. The interval
is that of the effective number of patients (`rate_interval`), with censoring even about the reported follow-up.
Where none is reported it is taken as even up to ten years, and the interval stands under that assumption.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.facts import with_trial
from ircc_lib.analysis.outcomes.significance import FIVE_YEARS, five_year_rates
from ircc_lib.analysis.time_to_event.censoring import follow_up_window
from ircc_lib.analysis.time_to_event.rates import rate_interval
from ircc_lib.registry.rows import rows_of, table_of

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


BOTH, SINGLE = "both arms of the trial", "single arm"
KNOWN, ASSUMED, NO_SIZE = "follow-up reported", "follow-up assumed", "arm size not stated"
_COLUMNS = {
    "trial_id": "str",
    "cohort": "str",
    "year": "Int64",
    "entity": "str",
    "allocation": "str",
    "randomised": "bool",
    "kind": "str",
    "group": "str",
    "survival": "float64",
    "ci_low": "float64",
    "ci_high": "float64",
    "n": "Int64",
    "effective": "float64",
    "follow_up": "float64",
    "interval": "str",
    "row_id": "str",
}


def five_year_survival(reg: Registry) -> pd.DataFrame:
    """Overall survival at five years of whole arms, trial by trial.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    DataFrame
        One row per trial and arm, of reports on the same patients the latest: ``trial_id``, ``cohort``, ``year``,
        ``entity``, ``allocation``, ``randomised``, ``kind`` (`BOTH` or `SINGLE`), ``group`` (cik, control),
        ``survival``, ``ci_low``, ``ci_high`` (0..1), ``n`` (patients of the arm), ``effective`` (patients),
        ``follow_up`` (months), ``interval`` (`KNOWN`, `ASSUMED` or `NO_SIZE`), ``row_id``. Nothing is pooled.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> table = five_year_survival(ircc.load_registry())
    >>> bool(table.loc[table["kind"].eq("both arms of the trial"), "trial_id"].value_counts().eq(2).all())
    True
    """
    rates = five_year_rates(reg)
    rows = with_trial(reg, rates[rates["group"].isin(["cik", "control"]) & rates["survival"].notna()])
    followed = dict(zip(reg.trials["trial_id"].tolist(), reg.trials["followup_months"].tolist()))
    rows = rows.sort_values("year", kind="stable", na_position="first").drop_duplicates(
        ["cohort", "group"], keep="last"
    )
    arms = rows.groupby("trial_id")["group"].transform("nunique") if len(rows) else rows["group"]
    found = [
        row | {"kind": BOTH if both == 2 else SINGLE} | _interval(row, followed.get(row["trial_id"], math.nan))
        for row, both in zip(rows_of(rows), arms.tolist())
    ]
    order = {BOTH: 0, SINGLE: 1}
    found.sort(
        key=lambda row: (order[row["kind"]], not row["randomised"], row["entity"], row["trial_id"], row["group"])
    )
    return table_of(found, _COLUMNS)


def _interval(row: dict[str, Any], follow_up: Any) -> dict[str, Any]:
    n = row["n_cik"] if row["group"] == "cik" else row["n_control"]
    months = math.nan if pd.isna(follow_up) else float(follow_up)
    if pd.isna(n) or n < 1:
        blank = dict.fromkeys(("ci_low", "ci_high", "effective"), math.nan)
        return blank | {"n": None, "follow_up": months, "interval": NO_SIZE}
    window = None if math.isnan(months) else follow_up_window(months)
    found = rate_interval(float(row["survival"]), int(n), FIVE_YEARS, follow_up=window)
    return {
        "n": n,
        "follow_up": months,
        "ci_low": found.ci_low,
        "ci_high": found.ci_high,
        "effective": found.effective_n,
        "interval": KNOWN if found.follow_up_known else ASSUMED,
    }

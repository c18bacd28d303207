"""Registered trials of CIK cells: how they stand, and which report of the registry belongs to each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.registry.rows import rows_of, table_of

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


COMPLETED, WITHDRAWN, RUNNING, UNKNOWN = "completed or closed", "withdrawn", "planned or running", "not known"
_STATES = {
    "completed": COMPLETED,
    "closed": COMPLETED,
    "terminated": COMPLETED,
    "withdrawn": WITHDRAWN,
    "recruiting": RUNNING,
    "active": RUNNING,
    "not yet": RUNNING,
    "not recruiting": COMPLETED,
    "enrolling": RUNNING,
}
MISSING = "completed, no report"
_COLUMNS = {
    "registration_id": "str",
    "title": "str",
    "status": "str",
    "state": "str",
    "standing": "str",
    "phase": "str",
    "condition": "str",
    "n_planned": "Int64",
    "n_actual": "Int64",
    "start": "str",
    "country": "str",
    "trial_ids": "str",
    "source_url": "str",
    "row_id": "str",
}


def registered_trials(everything: Registry, reg: Registry) -> pd.DataFrame:
    """Every registered trial with its state and the reports that print its number.

    Parameters
    ----------
    everything : Registry
        The whole of it.
    reg : Registry
        One edition.

    Returns
    -------
    DataFrame
        registration_id, title, status (as registered), state (completed or closed, withdrawn, planned or running, not
        known), standing (the state with "report" or "no report"), phase, condition, n_planned, n_actual, start (as
        registered), country, trial_ids (of reports in this edition, "; "-joined), source_url, row_id; completed
        trials without a report first. A report that does not print the number of its trial is not found here.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> reg = ircc.load_registry()
    >>> len(registered_trials(reg, reg)) == len(reg.registrations)
    True
    """
    reports: dict[str, list[str]] = {}
    for trial in rows_of(reg.trials[["trial_id", "registration_ids"]]):
        for number in [] if pd.isna(trial["registration_ids"]) else trial["registration_ids"].split("; "):
            reports.setdefault(number, []).append(trial["trial_id"])
    rows = []
    for row in rows_of(everything.registrations):
        found, state = reports.get(row["registration_id"], []), _state(row["status"])
        rows.append(
            row
            | {
                "state": state,
                "standing": _standing(state, bool(found)),
                "start": row["start_reported"],
                "trial_ids": "; ".join(found) or None,
            }
        )
    rows.sort(key=lambda row: (row["standing"] != MISSING, row["trial_ids"] is not None, row["registration_id"]))
    return table_of(rows, _COLUMNS)


def _state(status: Any) -> str:
    if pd.isna(status):
        return UNKNOWN
    words = str(status).casefold()
    return next((state for start, state in _STATES.items() if words.startswith(start)), UNKNOWN)


def _standing(state: str, reported: bool) -> str:
    if state == COMPLETED:
        return "completed, report enrolled" if reported else MISSING
    return f"{state}, {'report enrolled' if reported else 'no report'}"

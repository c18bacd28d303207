"""Which endpoints belong together, what they are called, and which one a table of effects is about."""

from __future__ import annotations

import pandas as pd

PFS_FAMILY = ["PFS", "DFS", "RFS", "EFS", "TTP", "TTR"]
ENDPOINTS = {"OS": "overall survival", "PFS": "progression- or disease-free survival"}
OUTCOMES = {"OS": "overall survival", "PFS": "progression or recurrence"}
"""What a family of endpoints is about, where any of its endpoints may stand for it."""


def endpoint_of(table: pd.DataFrame) -> str:
    """The endpoint that a table of effects was made for: ``OS``, ``PFS`` for its whole family, or another.

    Raises
    ------
    ValueError
        The table neither knows its endpoint (``table.attrs["endpoint"]``) nor has rows that name it.

    Examples
    --------
    >>> endpoint_of(pd.DataFrame({"endpoint": ["PFS", "DFS"]}))
    'PFS'
    >>> import ircc_lib as ircc
    >>> endpoint_of(ircc.log_hazard_ratios(ircc.load_registry(), "OS").query("randomised"))
    'OS'
    """
    if "endpoint" in table.attrs:
        return table.attrs["endpoint"]
    named = set(table["endpoint"]) if "endpoint" in table else set()
    if not named:
        raise ValueError(
            "effects: the table does not say which endpoint it is of; log_hazard_ratios() gives one that does"
        )
    return "PFS" if len(named) > 1 else named.pop()


def outcome_of(table: pd.DataFrame) -> str:
    """The name of a table's endpoint as a sentence has it: ``overall survival``."""
    endpoint = endpoint_of(table)
    return ENDPOINTS.get(endpoint, endpoint)

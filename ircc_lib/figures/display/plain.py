"""A data frame as plain JSON values."""

from __future__ import annotations

from typing import Any

import pandas as pd


def plain_rows(data: pd.DataFrame | None) -> dict[str, Any]:
    """Columns and rows as plain JSON values: None where missing, never NaN."""
    if data is None:
        return {"columns": [], "rows": []}
    columns = [
        [None if missing else plain_value(value) for value, missing in zip(values.tolist(), values.isna().tolist())]
        for _, values in data.items()
    ]
    return {"columns": [str(key) for key in data.columns], "rows": [list(row) for row in zip(*columns)]}


def plain_value(value: Any) -> Any:
    """A value as JSON has it: a day as text, a list as one text, a number of numpy as Python's."""
    if isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if hasattr(value, "item"):
        return value.item()
    if isinstance(value, (list, tuple)):
        return "; ".join(map(str, value))
    return str(value)

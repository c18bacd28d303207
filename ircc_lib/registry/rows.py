"""The rows of a table as plain Python, for code that judges one row after the other, and back."""

from functools import cache
from typing import Any

import pandas as pd

_dtype = cache(pd.api.types.pandas_dtype)


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Each row as a dict by column name: ``to_dict("records")`` in a quarter of its time.

    What is missing stays as pandas has it (NaN, NaT, NA), so ask with `pandas.isna`.

    Examples
    --------
    >>> rows_of(pd.DataFrame({"arm": ["cik", "control"], "n": [12, 14]}))
    [{'arm': 'cik', 'n': 12}, {'arm': 'control', 'n': 14}]
    """
    if table.empty:
        return []
    names = table.columns.tolist()
    columns = [values.tolist() for _, values in table.items()]
    return [dict(zip(names, row)) for row in zip(*columns)]


def rows_by(table: pd.DataFrame, column: str) -> dict[Any, list[dict[str, Any]]]:
    """The rows of each value of a column, as `rows_of` gives them, in the order of the table.

    Examples
    --------
    >>> rows_by(pd.DataFrame({"arm": ["cik", "control", "cik"], "n": [12, 14, 9]}), "arm")["cik"]
    [{'arm': 'cik', 'n': 12}, {'arm': 'cik', 'n': 9}]
    """
    found: dict[Any, list[dict[str, Any]]] = {}
    for row in rows_of(table):
        found.setdefault(row[column], []).append(row)
    return found


def table_of(rows: list[dict[str, Any]], dtypes: dict[str, Any]) -> pd.DataFrame:
    """Rows as a table of the columns and dtypes given; what else a row holds is left out.

    Examples
    --------
    >>> table_of([{"arm": "cik", "n": None}], {"n": "Int64"})["n"].isna().tolist()
    [True]
    """
    columns = {name: pd.array([row[name] for row in rows], dtype=_dtype(dtype)) for name, dtype in dtypes.items()}
    return pd.DataFrame(columns, copy=False)


def by_year(row: dict[str, Any]) -> tuple[Any, ...]:
    """To sort reports by: oldest first, those without a year last, and by ``trial_id`` within a year.

    Examples
    --------
    >>> reports = [{"trial_id": "Li2012", "year": 2012}, {"trial_id": "Wu2008", "year": 2008}]
    >>> [report["trial_id"] for report in sorted(reports, key=by_year)]
    ['Wu2008', 'Li2012']
    """
    missing = pd.isna(row["year"])
    return missing, 0 if missing else row["year"], row["trial_id"]


def usable_rows(table: pd.DataFrame) -> pd.DataFrame:
    """The rows that results are made of: each fact once, of a randomised trial its own arms, after the start.

    Left out, and flagged in the table that keeps them, are rows that say a fact again (``repeats``), rows of
    other patients than those randomised (``other_patients``), and medians and rates at time 0.

    Examples
    --------
    >>> rows = pd.DataFrame({"row_id": ["landmarks:2", "landmarks:3"], "repeats": [None, "landmarks:2"]})
    >>> usable_rows(rows)["row_id"].tolist()
    ['landmarks:2']
    """
    if table.empty:
        return table
    kept = pd.Series(True, index=table.index)
    if "repeats" in table:
        kept &= table["repeats"].isna()
    if "other_patients" in table:
        kept &= ~table["other_patients"].astype(bool)
    for time in ("time", "median"):
        if time in table:
            kept &= ~(table[time] <= 0)
    return table if kept.all() else table[kept]

"""What the columns of the tables and figures mean whose rows the report offers as CSV."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

FILE = Path(__file__).with_name("columns.csv")


def shown_dictionary() -> pd.DataFrame:
    """Every column that a CSV beside a table or a figure may have.

    Returns
    -------
    DataFrame
        ``column``, ``type``, ``unit``, ``meaning``, by name; what the cleaned tables have too is taken from their
        dictionary, unless its meaning here is another.

    Examples
    --------
    >>> shown_dictionary().set_index("column").loc["log_hr", "meaning"]
    'Natural logarithm of the hazard ratio'
    """
    from ircc_lib.registry.schema.dictionary import data_dictionary

    with open(FILE, encoding="utf-8", newline="") as file:
        ours = {row["column"]: row for row in csv.DictReader(file)}
    cleaned = data_dictionary()
    cleaned = cleaned[cleaned["stage"].eq("cleaned")].drop_duplicates("column")
    theirs = cleaned.rename(columns={"description": "meaning"})[["column", "type", "unit", "meaning"]]
    rows = {row["column"]: row for row in theirs.to_dict("records")} | ours
    return pd.DataFrame([rows[name] for name in sorted(rows, key=lambda name: (name.casefold(), name))])

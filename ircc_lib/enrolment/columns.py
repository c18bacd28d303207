"""What a column asks for, told from the registry's rules: its kind, its list of values, what it reads."""

from __future__ import annotations

from functools import cache
from typing import Any

from ircc_lib.registry.schema.fields import kind_of
from ircc_lib.registry.schema.tables import raw_schemas

BESIDE = ("tumours",)
"""Tables beside the trials that a registrar fills together with them."""


@cache
def sheet_tables() -> tuple[str, ...]:
    """The tables of a workbook: those of trials, and what they point to."""
    of_trials = [name for name, schema in raw_schemas().items() if "trial_id" in schema.columns]
    return (*of_trials, *BESIDE)


@cache
def sheet_columns(table: str) -> tuple[str, ...]:
    """The columns of a sheet: what is reported first, where it was read at the end."""
    columns = list(raw_schemas()[table].columns)
    last = [name for name in ("source_url", "locator", "note") if name in columns]
    return (*(name for name in columns if name not in last), *last)


@cache
def allowed_values(table: str, column: str) -> tuple[str, ...]:
    """The closed list of a column, empty if it is free."""
    for rule in raw_schemas()[table].columns[column].checks:
        if values := (rule.statistics or {}).get("allowed_values"):
            return tuple(map(str, values))
    return ()


@cache
def pattern_of(table: str, column: str) -> str:
    """The regular expression that a column's text must match; empty where there is none."""
    for rule in raw_schemas()[table].columns[column].checks:
        if pattern := (rule.statistics or {}).get("pattern"):
            return getattr(pattern, "pattern", str(pattern))
    return ""


@cache
def bounds(table: str, column: str) -> tuple[float | None, float | None]:
    """The least and the greatest value that a column allows."""
    said: dict[str, Any] = {}
    for rule in raw_schemas()[table].columns[column].checks:
        said |= rule.statistics or {}
    return said.get("min_value"), said.get("max_value")


def about(table: str, column: str) -> dict[str, Any]:
    """What the schema says of a column beside its rules."""
    return raw_schemas()[table].columns[column].metadata or {}


@cache
def kind(table: str, column: str) -> str:
    """``count``, ``number`` or ``text``."""
    dtype = kind_of(raw_schemas()[table].columns[column])
    return {"Int64": "count", "float64": "number"}.get(dtype, "text")


@cache
def reads(table: str, column: str) -> str:
    """What the text of a column is read as, in the words of the data dictionary."""
    return str(about(table, column).get("reads") or "as is")


@cache
def is_numeric(table: str, column: str) -> bool:
    """Whether the column holds a number, or text in which numbers are read (a duration, a p-value, a dose)."""
    words = ("number", "duration", "p-value", "dose", "infusion count", "percent")
    return kind(table, column) != "text" or any(word in reads(table, column) for word in words)


@cache
def is_date(table: str, column: str) -> bool:
    """Whether a column is read as a date."""
    return "date" in reads(table, column)


@cache
def needed(table: str) -> tuple[str, ...]:
    """Columns that are filled in every row."""
    return tuple(name for name, rules in raw_schemas()[table].columns.items() if not rules.nullable)


@cache
def vocabulary_terms(table: str, column: str) -> tuple[str, ...]:
    """The terms of the vocabulary that a column is looked up in; they may grow."""
    from ircc_lib.registry.vocabulary import vocabulary

    said = reads(table, column)
    if not said.startswith("vocabulary "):
        return ()
    try:
        terms = vocabulary(said.removeprefix("vocabulary ").split()[0])
    except (OSError, ValueError):
        return ()
    return tuple(dict.fromkeys(str(term) for term in terms.iloc[:, 0].dropna()))

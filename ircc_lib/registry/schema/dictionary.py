"""The data dictionary and the Frictionless Table Schema, both from the rules of the tables."""

from typing import Any

import pandas as pd

from ircc_lib.registry.schema.cleaned import DERIVED, EVERY_TABLE, FLAGS, Rule
from ircc_lib.registry.schema.fields import kind_of, limits
from ircc_lib.registry.schema.tables import TABLES, raw_schemas

_SAID = {
    "str": "text",
    "Int64": "whole number",
    "int64": "whole number",
    "float64": "number",
    "bool": "yes or no",
    "boolean": "yes or no",
    "datetime64[us]": "date",
}
_FRICTIONLESS = {
    "str": "string",
    "Int64": "integer",
    "int64": "integer",
    "float64": "number",
    "bool": "boolean",
    "boolean": "boolean",
    "datetime64[us]": "date",
}


def cleaned_rules(table: str) -> dict[str, Rule]:
    """The rules of a cleaned table's columns, by name."""
    if table == "flags":
        return {rule.column: rule for rule in FLAGS}
    rules: list[Rule] = []
    for name, column in raw_schemas()[table].columns.items():
        reading = column.metadata["reading"]
        rules += [] if reading.instead else [_raw_rule(name, column)]
        rules += reading.rules(name, column.description)
    return {rule.column: rule for rule in (*rules, *DERIVED.get(table, ()), *EVERY_TABLE)}


def table_schema(table: str, columns: list[str]) -> dict[str, Any]:
    """The Frictionless Table Schema of a cleaned table with these columns."""
    rules = cleaned_rules(table)
    schema = {"fields": [_field(rules[column]) for column in columns], "missingValues": [""]}
    key = raw_schemas()[table].metadata.get("key") if table in TABLES else None
    if key:  # what was read from text is told apart by the text
        schema["primaryKey"] = [f"{name}_reported" if f"{name}_reported" in columns else name for name in key]
    foreign = [
        (rule.column, *rule.foreign.split("."))
        for rule in rules.values()
        if rule.foreign and rule.column in columns and not rule.foreign.startswith("editions")
    ]
    if foreign:
        schema["foreignKeys"] = [
            {"fields": [column], "reference": {"resource": "" if parent == table else parent, "fields": [name]}}
            for column, parent, name in foreign
        ]
    return schema


def data_dictionary() -> pd.DataFrame:
    """Every column of every table, raw and cleaned.

    Returns
    -------
    DataFrame
        One row per column: stage (raw, cleaned), table, column, type, unit, allowed, required,
        description, foreign key, read as (how the raw text is read).

    Examples
    --------
    >>> said = data_dictionary().set_index(["stage", "table", "column"])
    >>> said.loc[("cleaned", "landmarks", "time"), "unit"]
    'months'
    """
    rows = []
    for table, schema in raw_schemas().items():
        for name, column in schema.columns.items():
            rows.append(("raw", table, _raw_rule(name, column), column.metadata["reads"]))
        rows += [("cleaned", table, rule, "") for rule in cleaned_rules(table).values()]
    rows += [("cleaned", "flags", rule, "") for rule in FLAGS]
    return pd.DataFrame(
        [
            {
                "stage": stage,
                "table": table,
                "column": rule.column,
                "type": _SAID[rule.dtype],
                "unit": rule.unit or "",
                "allowed": _allowed_words(rule),
                "required": rule.required,
                "description": rule.description,
                "foreign key": rule.foreign or "",
                "read as": reads,
            }
            for stage, table, rule, reads in rows
        ]
    )


def _raw_rule(name: str, column: Any) -> Rule:
    allows = limits(column)
    return Rule(
        column=name,
        dtype=kind_of(column),
        description=column.description,
        unit=column.metadata["unit"],
        allowed=tuple(allows.get("allowed_values", ())),
        minimum=allows.get("min_value"),
        maximum=allows.get("max_value"),
        pattern=str(allows.get("pattern", "")),
        required=not column.nullable,
        foreign=column.metadata["foreign"],
    )


def _allowed_words(rule: Rule) -> str:
    if rule.allowed:
        return ", ".join(rule.allowed)
    if rule.pattern:
        return f"/{rule.pattern}/"
    low, high = rule.minimum, rule.maximum
    if low is None:
        return "" if high is None else f"up to {high}"
    return f"{low} or more" if high is None else f"{low} to {high}"


def _field(rule: Rule) -> dict[str, Any]:
    said = {"name": rule.column, "type": _FRICTIONLESS[rule.dtype], "description": rule.description}
    if rule.unit:
        said["unit"] = rule.unit
    constraints = {
        "required": rule.required or None,
        "enum": list(rule.allowed) or None,
        "pattern": rule.pattern or None,
        "minimum": rule.minimum,
        "maximum": rule.maximum,
    }
    constraints = {name: value for name, value in constraints.items() if value is not None}
    return said | ({"constraints": constraints} if constraints else {})

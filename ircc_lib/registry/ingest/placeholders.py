"""Words that stand for nothing (NR, n/a, no, a dash) in columns that are looked up: they are no value."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from ircc_lib.registry.ingest.flags import Flags

_PLACEHOLDER = re.compile(
    r"n\.?\s?[ard]\.?|n/[ad]|nil|no|none|nan|null|missing|unknown|unclear|unreported|undefined|tb[ad]|x+|[-–—.?*/]+|\d"
    r"|not (?:reported|stated|available|applicable|known|given|specified|described|mentioned|done)",
    re.I,
)
_MEANT = {
    "co_treatment": {"none", "no"},
    "comparator": {"none", "no"},
    "grade_reported": set("12345"),
    "infusions_reported": set("123456789"),
    "infusions": set("123456789"),
    "cells_reported": set(),
}
"""What would be a placeholder elsewhere and says something here."""

_TIMES = ("duration or not reached", "duration, possibly censored", "p-value", "as is", "whole number", "number")
"""Columns read in a way that gives NR or a bare number a meaning."""


def without_placeholders(table: str, text: pd.DataFrame, schema: Any, flags: Flags) -> pd.DataFrame:
    """The text with placeholders of looked-up columns emptied, each flagged."""
    emptied: dict[str, pd.Series] = {}
    _of_names(table, text, flags)
    for column, rules in schema.columns.items():
        if rules.metadata.get("reads", "as is") in _TIMES or not rules.nullable and column not in _NAMED:
            continue
        meant = _MEANT.get(column, set())
        distinct = [one for one in text[column].dropna().unique() if _is_one(one) and one.strip().lower() not in meant]
        if not distinct:
            continue
        found = text[column].isin(distinct)
        flags.add(
            table,
            found,
            column,
            text[column],
            "a word or sign that stands for nothing",
            "an empty cell where the record does not state it",
        )
        if rules.nullable:
            emptied[column] = text[column].mask(found)
    return text.assign(**emptied) if emptied else text


_NAMES = ("title", "locator", "first_author", "journal", "description")
"""Columns kept as they are, in which a word that stands for nothing is a question to the registrar."""


def _of_names(table: str, text: pd.DataFrame, flags: Flags) -> None:
    for column in _NAMES:
        if column not in text:
            continue
        found = text[column].isin([one for one in text[column].dropna().unique() if _is_one(one) and not one.isdigit()])
        flags.add(
            table,
            found,
            column,
            text[column],
            "a word or sign that stands for nothing",
            "the text as printed, or an empty cell where the record does not state it",
        )


_NAMED = ("endpoint", "term_reported")


def _is_one(text: str) -> bool:
    return _PLACEHOLDER.fullmatch(text.strip()) is not None

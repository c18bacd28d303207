"""What a column of a raw table may hold: small builders of pandera fields.

A field carries, beside pandera's checks, what a registrar needs to know: the unit, the table it
points to (``foreign``), how its text is read (``reads``, a `Reading`) and what happens to text that cannot be
read (``unreadable``: ``error`` stops the load, ``flag`` keeps the row and lists the cell). A column
that a raw table may lack (``optional``) is empty where it is not there: tables of before it stay valid.
"""

import re
from typing import Any

import pandera.pandas as pa

from ircc_lib.registry.schema.reading import AS_IS, NUMBER, WHOLE_NUMBER, Reading, plain

MOST_PATIENTS = 1_000_000
"""A count of patients, events or studies above this is a slip of the hand."""


def kind_of(column: Any) -> str:
    """The dtype of a schema's column: ``str``, ``Int64``, ``float64`` ..."""
    return str(column.dtype.type)


def text(
    description: str, *, empty: bool = True, allowed: list[str] | None = None, pattern: str | None = None, **about: Any
) -> Any:
    """A column of text: free, one of ``allowed``, or matching ``pattern`` as a whole (``form`` in words)."""
    rules = {"isin": allowed} if allowed else {"str_matches": rf"^(?:{pattern})$"} if pattern else {}
    return _field(description, empty, rules, {"reads": AS_IS, **about}, unreadable="flag")


def several(description: str, terms: list[str], **about: Any) -> Any:
    """A column of text that holds one or more of ``terms``, with ``;`` between them."""
    one = "|".join(map(re.escape, terms))
    about = {"form": f"one or more of {', '.join(terms)}, with ; between them", "terms": terms, **about}
    return text(description, pattern=rf"(?:{one})(?:\s*;\s*(?:{one}))*", **about)


def key(description: str, *, foreign: str | None = None) -> Any:
    """An identifier: never empty; ``foreign`` names the column that must hold it."""
    return _field(description, False, {}, {"reads": AS_IS, "foreign": foreign}, unreadable="error")


def count(
    description: str,
    *,
    unit: str = "patients",
    low: int = 0,
    high: int = MOST_PATIENTS,
    empty: bool = True,
    **about: Any,
) -> Any:
    """A whole number; anything else in the cell is an error."""
    about = {"reads": WHOLE_NUMBER, "unit": unit, **about}
    return _field(description, empty, _range(low, high), about, unreadable="error")


def percent(description: str, **about: Any) -> Any:
    """A rate of 0 to 100; anything else in the cell is an error."""
    return _field(description, True, _range(0, 100), {"reads": NUMBER, "unit": "%", **about}, unreadable="error")


def number(
    description: str,
    *,
    unit: str | None = None,
    low: float | None = None,
    high: float | None = None,
    empty: bool = True,
    **about: Any,
) -> Any:
    """A number; text that is not one is flagged and left empty, a number out of range is an error."""
    return _field(description, empty, _range(low, high), {"reads": NUMBER, "unit": unit, **about}, unreadable="flag")


def _range(low: float | None, high: float | None) -> dict[str, Any]:
    return {name: bound for name, bound in (("ge", low), ("le", high)) if bound is not None}


def _field(description: str, empty: bool, rules: dict[str, Any], about: dict[str, Any], *, unreadable: str) -> Any:
    reading = about["reads"] if isinstance(about["reads"], Reading) else plain(about["reads"])
    return pa.Field(
        nullable=empty,
        description=description,
        metadata={"unit": None, "foreign": None, "optional": False}
        | about
        | {"unreadable": unreadable, "reads": reading.words, "reading": reading},
        alias=about.get("alias"),
        **rules,
    )


def limits(column: Any) -> dict[str, Any]:
    """What the checks of a schema's column allow, as data: allowed_values, pattern, min_value, max_value."""
    found: dict[str, Any] = {}
    for check in column.checks:
        found |= check.statistics or {}
    return found

"""How the columns of a table read: one builder for each kind of column.

>>> from ircc_lib.figures.display import column
>>> column.percent("ci_low").label, column.number("estimate", digits=2).label
('95 % CI lower', 'Estimate')
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from ircc_lib.registry.labels import trial_label
from ircc_lib.text import capital

LABELS = {
    "ci_high": "95 % CI upper",
    "ci_low": "95 % CI lower",
    "cik_patients": "Treated with CIK",
    "co_treatments": "Given with",
    "entity": "Tumour entity",
    "i2": "I² (%)",
    "interval": "95 % CI",
    "k": "Number",
    "n_cik": "CIK",
    "n_control": "Control",
    "n_total": "Patients",
    "p_value": "p",
    "p_value_reported": "p as reported",
    "row_id": "Row",
    "row_ids": "Source",
    "source_url": "Source",
    "term_reported": "As reported",
    "trial_id": "Trial",
}  # what a column is called where its name with a capital would not say it


@dataclass(frozen=True, kw_only=True)
class Column:
    """How one column of a table reads.

    kind : ``text``, ``number``, ``percent`` (0..1, shown as %), ``trial`` (a trial_id, shown
        by its label and linked to its record), ``entity`` (linked to its page), ``paper``
        (an address, or the trial_id whose paper is meant), ``row`` (a row_id such as
        ``landmarks:17``, shown as file and line); a cell of trials, entities or rows may hold
        several, joined by ``"; "``; ``note`` (a second line below the row), ``why`` (below it too, behind a disclosure)
    filter : offer the column's values as a filter
    """

    key: str
    label: str
    kind: str = "text"
    digits: int | None = None
    filter: bool = False


def _column(
    kind: str, key: str, label: str | None = None, *, digits: int | None = None, filter: bool = False
) -> Column:
    label = label or LABELS.get(key) or capital(str(key).replace("_", " "))
    return Column(key=key, label=label, kind=kind, digits=digits, filter=filter)


text = partial(_column, "text")
number = partial(_column, "number")
percent = partial(_column, "percent")
trial = partial(_column, "trial")
entity = partial(_column, "entity")
paper = partial(_column, "paper")
row = partial(_column, "row")
note = partial(_column, "note")
why = partial(_column, "why")


def shown(value: Any, column: Column) -> str:
    """The text of one cell, as a reader sees it.

    >>> shown(0.254, percent("share", digits=1)), shown("Lee2015", trial("trial_id")), shown(True, text("known"))
    ('25.4 %', 'Lee 2015', 'yes')
    >>> shown(0.0002, number("p_value", digits=3)), shown(0.0, number("tau2", digits=3))
    ('<0.001', '0.000')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if column.kind == "trial":
        return "; ".join(trial_label(trial_id) for trial_id in str(value).split("; "))
    if column.kind == "row":
        return "; ".join(row_place(row_id) for row_id in str(value).split("; "))
    if isinstance(value, str):
        return value
    if column.kind == "percent":
        return f"{100 * value:.{column.digits or 0}f} %"
    if column.kind == "number":
        return _rounded(value, column.digits) if column.digits is not None else whole_or_short(value)
    return str(value)


def _rounded(value: float, digits: int) -> str:
    """What is above 0 and too small for its digits is below the smallest that they can say, never 0."""
    least = 10.0**-digits
    if abs(value) >= least / 2:
        return f"{value:,.{digits}f}"
    return f"<{least:.{digits}f}" if value > 0 else f"{0:.{digits}f}"


def row_place(row_id: str) -> str:
    """Where in data/raw a row stands.

    >>> row_place("landmarks:17")
    'landmarks.csv, line 17'
    """
    table, _, line = row_id.partition(":")
    return f"{table}.csv, line {line}" if line else row_id


def whole_or_short(number: float) -> str:
    """A number without digits that say nothing.

    >>> whole_or_short(1200.0), whole_or_short(0.30000000000000004)
    ('1,200', '0.3')
    """
    return f"{int(number):,}" if float(number).is_integer() else f"{round(number, 4):,}"

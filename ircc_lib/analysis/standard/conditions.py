"""The small grammar in which the reporting standard says what it means, over the cleaned tables.

A condition is true or false for each trial:

- ``trials.column``: the trial states it; ``table[condition]``: at least one row of the trial meets the condition,
  and ``table[condition] >= 2`` counts such rows; ``table[trial_id]`` asks for any row;
- ``every table[condition] : condition``: there is such a row, and all of them meet the second condition;
- ``column = a|b``, ``!=``, ``<``, ``<=``, ``>``, ``>=``; a value with blanks stands in single quotes;
- ``and``, ``or``, ``not``, brackets.

What is missing states nothing; neither does the word ``unreported``.
"""

from __future__ import annotations

import difflib
import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, TypeAlias

import numpy as np
import pandas as pd

from ircc_lib.analysis.standard.reports import Reports

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

_TOKEN = re.compile(r"\s*(?:(<=|>=|!=|[=<>()\[\]:|])|'([^']*)'|([^\s=<>!()\[\]:|']+))")
_COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_WORDS = {"and", "or", "not", "every"}


@dataclass(frozen=True)
class Condition:
    """A condition that has been read: ``evaluate`` it over a registry, or ask which ``tables`` it looks at."""

    text: str
    tables: frozenset[str]
    _of: Callable[[Reports], np.ndarray]

    def evaluate(self, reg: Registry) -> pd.Series:
        """Whether the condition holds, by ``trial_id`` (bool), for each report in ``reg.trials``."""
        trials = Reports(reg)
        return pd.Series(self.holds(trials), index=pd.Index(trials.ids, name="trial_id"), dtype=bool)

    def holds(self, trials: Reports) -> np.ndarray:
        """Whether it holds for each report (bool)."""
        trials.looked_at.clear()
        return self._of(trials)

    def shown_by(self, trials: Reports) -> np.ndarray:
        """The ``row_id`` of the row that shows it for each report; None where it does not hold or no row shows it."""
        holds = self.holds(trials)
        shown: dict[str, str] = {}
        for name, rows in trials.looked_at:
            trial_ids, row_ids = trials.ids_of_rows(name)
            for row in np.flatnonzero(rows):
                shown.setdefault(trial_ids[row], row_ids[row])
        return np.array(
            [shown.get(trial_id) if held else None for trial_id, held in zip(trials.ids, holds, strict=True)],
            dtype=object,
        )


def read_condition(
    text: str, columns: dict[str, list[str]], lists: dict[tuple[str, str], set[str]] | None = None
) -> Condition:
    """Read a condition.

    Parameters
    ----------
    text : str
        The condition in the grammar above.
    columns : dict of str to list of str
        The columns of each cleaned table, by table.
    lists : dict, optional
        The values of columns that have a closed list, by table and column.

    Returns
    -------
    Condition

    Raises
    ------
    ValueError
        If the text is not of the grammar, or names a table, column or value that is not there; the message says
        at which character.

    Examples
    --------
    >>> sorted(read_condition("trials.phase and medians[reached=True]",
    ...                       {"trials": ["phase"], "medians": ["reached"]}).tables)
    ['medians', 'trials']
    """
    reader = _Reader(text, columns, lists or {})
    of = reader.any_of(None)
    if reader.at < len(reader.tokens):
        reader.fail("the condition should end here")
    return Condition(text, frozenset(reader.tables), of)


_Rule: TypeAlias = Callable[[Reports], np.ndarray]
"""From the trials to whether each of them, or each row of a table, is so."""


class _Reader:
    """Recursive descent: each method reads one rule and returns what evaluates it.

    Outside of brackets a condition is of trials, inside (`table` given) of the rows of that table.
    """

    def __init__(self, text: str, columns: dict[str, list[str]], lists: dict[tuple[str, str], set[str]]) -> None:
        self.text, self.columns, self.lists = text, columns, lists
        self.tables: set[str] = set()
        self.at = 0
        self.tokens: list[tuple[str, str, int]] = []
        place = 0
        while text[place:].strip():
            found = _TOKEN.match(text, place)
            if found is None:
                raise ValueError(f"character {place + 1}: cannot read {text[place:].strip()[:20]!r}")
            symbol, quoted, word = found.groups()
            kind = "symbol" if symbol else "quoted" if quoted is not None else "word"
            self.tokens.append((kind, symbol or quoted or word or "", found.start(found.lastindex or 0) + 1))
            place = found.end()

    def fail(self, why: str) -> NoReturn:
        kind, value, place = self.tokens[self.at] if self.at < len(self.tokens) else ("", "", len(self.text) + 1)
        raise ValueError(f"character {place}: {why}, found {value or 'the end'!r}")

    def peek(self) -> str | None:
        if self.at >= len(self.tokens) or self.tokens[self.at][0] == "quoted":
            return None
        return self.tokens[self.at][1]

    def take(self, expected: str | None = None) -> str:
        if self.at >= len(self.tokens) or (expected and self.peek() != expected):
            self.fail(f"{expected or 'more'} is expected")
        self.at += 1
        return self.tokens[self.at - 1][1]

    def any_of(self, table: str | None) -> _Rule:
        parts = [self.all_of(table)]
        while self.peek() == "or":
            self.take()
            parts.append(self.all_of(table))
        return lambda trials: np.logical_or.reduce([part(trials) for part in parts])

    def all_of(self, table: str | None) -> _Rule:
        parts = [self.one(table)]
        while self.peek() == "and":
            self.take()
            parts.append(self.one(table))
        return lambda trials: np.logical_and.reduce([part(trials) for part in parts])

    def one(self, table: str | None) -> _Rule:
        if self.peek() == "not":
            self.take()
            return _negated(self.one(table))
        if self.peek() == "(":
            self.take()
            inner = self.any_of(table)
            self.take(")")
            return inner
        if self.peek() == "every" and table is None:
            return self.every()
        if table is None and self.at + 1 < len(self.tokens) and self.tokens[self.at + 1][1] == "[":
            return self.rows()
        return self.column(table)

    def table_name(self) -> str:
        name = self.peek()
        if name is None or name not in self.columns:
            self.fail("there is no such table" + _nearest(name, self.columns))
        self.tables.add(name)
        return self.take()

    def bracket(self) -> tuple[str, _Rule]:
        name = self.table_name()
        self.take("[")
        chosen = self.any_of(name)
        self.take("]")
        return name, chosen

    def rows(self) -> _Rule:
        name, chosen = self.bracket()
        compare, bound = (_COMPARE[self.take()], self.number()) if self.peek() in _COMPARE else (operator.ge, 1)

        def holds(trials: Reports) -> np.ndarray:
            rows = chosen(trials)
            trials.looked_at.append((name, rows))
            return compare(trials.per_trial(name, rows), bound)

        return holds

    def every(self) -> _Rule:
        self.take("every")
        name, chosen = self.bracket()
        self.take(":")
        met = self.one(name)

        def holds(trials: Reports) -> np.ndarray:
            rows = chosen(trials)
            trials.looked_at.append((name, rows))
            those = trials.per_trial(name, rows)
            return (those > 0) & (trials.per_trial(name, rows & met(trials)) == those)

        return holds

    def number(self) -> float:
        try:
            return float(self.tokens[self.at][1])
        except (IndexError, ValueError):
            self.fail("a number is expected")
        finally:
            self.at += 1

    def column(self, table: str | None) -> _Rule:
        if self.at >= len(self.tokens) or self.tokens[self.at][0] != "word" or self.peek() in _WORDS:
            self.fail("a column is expected")
        name, column = table or "", self.tokens[self.at][1]
        if table is None:
            name, dot, column = column.partition(".")
            if name != "trials" or not dot:
                self.fail("trials.column or table[condition] is expected")
            self.tables.add(name)
        if column not in self.columns[name]:
            self.fail(f"{name} has no such column" + _nearest(column, self.columns[name]))
        self.take()
        of = self.cells(name, column)
        return of if table else _remembered(of)

    def cells(self, name: str, column: str) -> _Rule:
        """What a column says, row for row."""
        if self.peek() in _COMPARE:
            compare, bound = _COMPARE[self.take()], self.number()
            return lambda trials: (
                compare(pd.to_numeric(trials.column(name, column), errors="coerce"), bound)
                .fillna(False)
                .to_numpy(dtype=bool)
            )
        if self.peek() in ("=", "!="):
            negated = self.take() == "!="
            wanted = self.values(self.lists.get((name, column)))
            return lambda trials: _is(trials.column(name, column), wanted) ^ negated
        return lambda trials: trials.stated(name, column)

    def values(self, allowed: set[str] | None) -> set[str]:
        found = set()
        while True:
            if self.at >= len(self.tokens) or self.tokens[self.at][0] == "symbol":
                self.fail("a value is expected")
            if allowed and self.tokens[self.at][1] not in allowed:
                self.fail("the column has no such value; allowed: " + ", ".join(sorted(allowed)))
            found.add(self.tokens[self.at][1])
            self.at += 1
            if self.peek() != "|":
                return found
            self.take()


def _nearest(word: str | None, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word or "", list(known), n=1, cutoff=0.5)
    return f" (did you mean {near[0]}?)" if near else "; allowed: " + ", ".join(known)


def _negated(inner: _Rule) -> _Rule:
    def holds(trials: Reports) -> np.ndarray:
        before = len(trials.looked_at)
        met = inner(trials)
        del trials.looked_at[before:]  # what is not so is shown by no row
        return ~met

    return holds


def _remembered(of: _Rule) -> _Rule:
    def holds(trials: Reports) -> np.ndarray:
        met = of(trials)
        trials.looked_at.append(("trials", met))
        return met

    return holds


def _is(column: pd.Series, wanted: set[str]) -> np.ndarray:
    if pd.api.types.is_bool_dtype(column.dtype):
        words = column.map({True: "True", False: "False"})
        return words.isin(wanted).to_numpy(dtype=bool)
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.isin([float(value) for value in wanted]).fillna(False).to_numpy(dtype=bool)
    return column.isin(wanted).fillna(False).to_numpy(dtype=bool)

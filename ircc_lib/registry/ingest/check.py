"""The rules of the raw tables: what stops a load, all at once.

Text becomes numbers as the models of `tables` say; then each rule is tried on whole columns. Only
where one fails are its rows looked at, so that a sound registry costs next to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ircc_lib.registry.ingest.cells import check_cells, flag_unseen
from ircc_lib.registry.ingest.flags import Flags
from ircc_lib.registry.ingest.problems import Problem, nearest
from ircc_lib.registry.ingest.read import RawTable
from ircc_lib.registry.ingest.spreadsheet import check_spreadsheet
from ircc_lib.registry.parse import bare_number
from ircc_lib.registry.schema.fields import kind_of, limits
from ircc_lib.registry.schema.tables import breakable_rules

if TYPE_CHECKING:
    from ircc_lib.registry.vocabulary import Vocabularies


@dataclass
class CheckedTable:
    """A raw table with its columns typed; ``text`` keeps what was reported."""

    name: str
    file: str
    text: pd.DataFrame
    typed: pd.DataFrame
    lines: np.ndarray
    problems: list[Problem] = field(default_factory=list)
    header: list[str] = field(default_factory=list)

    def keep(self, rows: pd.Series) -> None:
        """Keep these rows only."""
        self.text, self.typed, self.lines = self.text[rows], self.typed[rows], self.lines[rows.to_numpy(dtype=bool)]


def check_table(name: str, raw: RawTable, schema: Any, flags: Flags) -> CheckedTable:
    """Columns, types, ranges and keys of one table."""
    problems = list(raw.problems)
    absent = [column for column in schema.columns if column not in raw.frame] if not problems else []
    missing = [column for column in absent if not schema.columns[column].metadata["optional"]]
    problems += [
        Problem(
            file=raw.file,
            column=column,
            why="the column is missing",
            allowed="a header with " + ", ".join(schema.columns),
        )
        for column in missing
    ]
    if problems:
        return CheckedTable(name, raw.file, raw.frame, pd.DataFrame(), raw.lines, problems, list(raw.frame))
    unknown = [column for column in raw.frame if column not in schema.columns]
    text = raw.frame[[column for column in raw.frame if column in schema.columns]]
    if absent:  # a table of before these columns: they are empty
        empty = {column: pd.Series(pd.NA, index=text.index, dtype="str") for column in absent}
        text = text.assign(**empty)[list(schema.columns)]
    table = CheckedTable(name, raw.file, text, text.copy(deep=False), raw.lines, header=list(raw.frame))
    flags.add_unknown_columns(name, raw.file, unknown, list(schema.columns))
    flag_unseen(name, text, flags)
    table.problems += check_spreadsheet(raw.file, text, raw.lines, schema)
    _convert(table, schema, flags)
    table.problems += _broken_rules(table, schema)
    table.problems += _duplicates(table, schema.metadata.get("key"))
    table.problems += check_cells(name, raw.file, text, raw.lines, schema)
    return table


def _convert(table: CheckedTable, schema: Any, flags: Flags) -> None:
    for column, rules in schema.columns.items():
        kind = kind_of(rules)
        if kind == "str":
            continue
        values = pd.to_numeric(table.text[column], errors="coerce").astype("float64")
        values = values.mask(np.isinf(values))
        unread = values.isna() & table.text[column].notna()
        if kind == "Int64":
            unread |= values.notna() & (values != np.floor(values))
        if unread.any():
            _not_a_number(table, column, rules, unread, flags)
            values = values.mask(unread)
        if kind == "Int64":  # what no whole number of 64 bits can hold is far above every bound
            values = values.clip(-(2.0**53), 2.0**53).astype(kind)
        table.typed[column] = values


def _not_a_number(table: CheckedTable, column: str, rules: Any, unread: pd.Series, flags: Flags) -> None:
    told = [problem.line for problem in table.problems if problem.column == column]
    if told:  # of many cells of one kind the first is told, for all
        unread = unread & ~table.text[column].str.contains(r"\d,\d|^[#=@]", na=False)
    what = "a whole number" if kind_of(rules) == "Int64" else "a number"
    if rules.metadata["unreadable"] == "flag":
        meant = table.text[column].where(unread).map(lambda text: bare_number(text, rules.metadata["unit"]), "ignore")
        why = ("the text is not a number (did you mean '" + meant.astype("str") + "'?)").where(
            meant.notna(), "the text is not a number"
        )
        flags.add(table.name, unread, column, table.text[column], why, what)
        return
    for at in np.flatnonzero(unread):
        table.problems.append(
            Problem(
                file=table.file,
                line=int(table.lines[at]),
                column=column,
                why=f"not {what}",
                found=table.text[column].iloc[at],
                allowed=what + _bounds(rules),
                suggestion=bare_number(table.text[column].iloc[at], rules.metadata["unit"]) or "",
            )
        )


def _broken_rules(table: CheckedTable, schema: Any) -> list[Problem]:
    from pandera.errors import SchemaErrors

    if table.typed.empty:  # no row breaks a rule
        return []
    try:
        breakable_rules()[table.name].validate(table.typed, lazy=True)
        return []
    except SchemaErrors as failed:
        cases = failed.failure_cases
    said_before = {(problem.line, problem.column) for problem in table.problems}
    problems = {}
    for case in cases.itertuples():
        if case.schema_context == "DataFrameSchema":
            column, why, allowed = case.check.split(": ")
        else:
            column, allowed = case.column, _allowed(schema.columns[case.column], case.check)
            why = "the cell is empty" if case.check == "not_nullable" else "the value is not allowed"
        line, found = int(table.lines[int(case.index)]), table.text[column].iloc[int(case.index)]
        found = "" if pd.isna(found) else found
        terms = _terms(schema.columns[column]) if found and column in schema.columns else []
        problems[line, column] = Problem(
            file=table.file,
            line=line,
            column=column,
            why=why,
            found=found,
            allowed=allowed,
            suggestion=nearest(found, terms) if terms else "",
        )
    return [problem for cell, problem in problems.items() if cell not in said_before]


def _terms(rules: Any) -> list[str]:
    """The closed list that a column's cells are of; empty where there is none."""
    return [*(rules.metadata or {}).get("terms", []), *map(str, limits(rules).get("allowed_values", []))]


def _allowed(rules: Any, check: str) -> str:
    if check == "not_nullable":
        return "a value in every row"
    allows = limits(rules)
    if "allowed_values" in allows:
        return ", ".join(map(str, allows["allowed_values"]))
    if "pattern" in allows:
        return rules.metadata["form"]
    return ("a whole number" if kind_of(rules) == "Int64" else "a number") + _bounds(rules)


def _bounds(rules: Any) -> str:
    allows = limits(rules)
    low, high = allows.get("min_value"), allows.get("max_value")
    if low is None:
        return "" if high is None else f" up to {high}"
    return f" of {low} or more" if high is None else f" from {low} to {high}"


def _duplicates(table: CheckedTable, key: list[str] | None) -> list[Problem]:
    if not key:
        return []
    again = table.text.duplicated(key)
    if not again.any():
        return []
    problems = []
    first = table.text.assign(_line=table.lines).drop_duplicates(key).set_index(key)["_line"]
    for at in np.flatnonzero(again):
        found = tuple(table.text[key].iloc[at])
        line = first.get(found if len(key) > 1 else found[0])
        problems.append(
            Problem(
                file=table.file,
                line=int(table.lines[at]),
                column=" + ".join(key),
                why=f"the same as in line {line}",
                found=" + ".join(map(str, found)),
                allowed="each only once",
            )
        )
    return problems


def check_references(tables: dict[str, CheckedTable], schemas: dict[str, Any], editions: list[str]) -> list[Problem]:
    """Rows that name a trial, cohort, tumour or edition which is not there."""
    problems = []
    for name, table in tables.items():
        for column, rules in schemas[name].columns.items():
            foreign = (rules.metadata or {}).get("foreign")
            if not foreign or column not in table.text:
                continue
            parent, parent_column = foreign.split(".")
            if parent == "editions":
                known = pd.Series(editions, dtype="str")
            elif parent in tables and parent_column in tables[parent].text:
                known = tables[parent].text[parent_column]
            else:
                continue  # the parent itself could not be read, which is a problem of its own
            unknown = table.text[column].notna() & ~table.text[column].isin(known)
            problems += [
                Problem(
                    file=table.file,
                    line=int(table.lines[at]),
                    column=column,
                    why=f"not in {parent}",
                    found=table.text[column].iloc[at],
                    allowed=f"a {parent_column} of {parent}"
                    + (f": {', '.join(editions)}" if parent == "editions" else ""),
                    suggestion=nearest(table.text[column].iloc[at], known.dropna()),
                )
                for at in np.flatnonzero(unknown)
            ]
    return problems


def check_terms(tables: dict[str, CheckedTable], schemas: dict[str, Any], vocabularies: Vocabularies) -> list[Problem]:
    """Cells whose column takes the terms of a vocabulary alone, and that hold another."""
    problems = []
    for name, table in tables.items():
        for column, rules in schemas[name].columns.items():
            terms = rules.metadata.get("vocabulary")
            if not terms or column not in table.text:
                continue
            known = vocabularies.terms(terms)
            unknown = table.text[column].notna() & ~table.text[column].isin(known)
            problems += [
                Problem(
                    file=table.file,
                    line=int(table.lines[at]),
                    column=column,
                    why="the value is not allowed",
                    found=table.text[column].iloc[at],
                    allowed=", ".join(known),
                    suggestion=nearest(table.text[column].iloc[at], known),
                )
                for at in np.flatnonzero(unknown)
            ]
    return problems

"""Cells that need not be typed, since the sheet says them elsewhere: the only trial's id, its source, the row above."""

from __future__ import annotations

from ircc_lib.enrolment.bundle import Bundle, Finding, Row
from ircc_lib.enrolment.columns import needed
from ircc_lib.enrolment.decisions import Decisions
from ircc_lib.registry.schema.tables import raw_schemas

_SURVIVAL = ("OS", "PFS", "RFS", "DFS", "EFS", "TTP")


def complete(bundle: Bundle, decisions: Decisions) -> None:
    """Propose such cells, in place; each is a repair that can be declined by its kind."""
    reports = bundle.of("trials")
    trials = {row.trial: row for row in reports if row.trial or len(reports) == 1}  # an id that is left out is proposed
    above: dict[tuple[str, str], Row] = {}
    named: dict[str, set[str]] = {}
    only = next(iter(trials)) if len(reports) == 1 and "only trial" not in decisions.declined else ""
    for row in bundle.rows:
        if endpoint := row.cells.get("endpoint"):
            named.setdefault(row.trial or only, set()).add(endpoint)
    for row in bundle.rows:
        columns = raw_schemas()[row.table].columns
        if row.table == "trials" or "trial_id" not in columns:
            continue
        if not row.trial and only:
            _put(bundle, row, "trial_id", only, "only trial", "the only trial of the file", decisions)
        head = trials.get(row.trial)
        for column in ("source_url", "locator"):
            if head and column in columns and head.cells.get(column):
                _put(
                    bundle, row, column, head.cells[column], "source of the trial", "the source of its trial", decisions
                )
        endpoints = named.get(row.trial, set())
        if "endpoint" in columns and len(endpoints) == 1:
            same = next(iter(endpoints))
            _put(bundle, row, "endpoint", same, "only endpoint", "the only endpoint of the trial", decisions)
        previous = above.get((row.table, row.trial))
        for column in ("endpoint", "unit"):
            asked = column in columns and (column == "unit" or column in needed(row.table))
            if asked and previous and previous.cells.get(column):
                _put(bundle, row, column, previous.cells[column], "as above", "as in the row above", decisions)
        if row.table == "comparisons" and row.cells.get("estimate") and row.cells.get("endpoint") in _SURVIVAL:
            _put(bundle, row, "effect_type", "HR", "hazard ratio", "an estimate of survival", decisions)
        above[row.table, row.trial] = row


def _put(bundle: Bundle, row: Row, column: str, text: str, rule: str, why: str, decisions: Decisions) -> None:
    if row.cells.get(column) or rule in decisions.declined:
        return
    row.cells[column] = text
    bundle.findings.append(
        Finding(level="repair", why=why, place=row.place, trial=row.trial, table=row.table, column=column,
                becomes=text, rule=rule)
    )  # fmt: skip

"""Repairs of rows: words that a closed list says otherwise, ids that were left out or dragged."""

from __future__ import annotations

import re
from dataclasses import replace

from ircc_lib.enrolment.bundle import Bundle, Finding, Row
from ircc_lib.enrolment.checking.splitting import split_cells
from ircc_lib.enrolment.checking.words import identifier_for, word_for
from ircc_lib.enrolment.columns import allowed_values, reads
from ircc_lib.enrolment.decisions import Decisions
from ircc_lib.registry.schema.tables import raw_schemas

ASKED = ("design", "product")
"""Columns in which a near word is asked about and never taken by likeness alone."""


def repair_rows(bundle: Bundle, decisions: Decisions, tumours: tuple[str, ...] = ()) -> None:
    """Propose repairs for the rows of a bundle, in place; each is in its findings."""
    for table in dict.fromkeys(row.table for row in bundle.rows):
        _fill_down(bundle, table, decisions)
    split_cells(bundle, decisions)
    for row in bundle.rows:
        for column in list(row.cells):
            _repair_word(bundle, row, column, decisions, tumours)
    _ask_about_runs(bundle)


def _repair_word(bundle: Bundle, row: Row, column: str, decisions: Decisions, tumours: tuple[str, ...]) -> None:
    text, table = row.cells[column], row.table
    allowed = allowed_values(table, column) or (tumours if column == "tumour_reported" else ())
    if text in allowed:
        return
    if (number := identifier_for(column, text)) and number != text and "identifier" not in decisions.declined:
        row.cells[column] = number
        bundle.findings.append(
            Finding(level="repair", why="the number alone", place=row.place_of(column), trial=row.trial, table=table,
                    column=column, found=text, becomes=number, rule="identifier")
        )  # fmt: skip
        return
    becomes = word_for(table, column, text, tumours)
    if becomes and becomes != text:
        if reads(table, column).startswith("vocabulary") and becomes.casefold() == text.casefold():
            return  # the vocabulary is read in any case
        if "word of the list" not in decisions.declined:
            row.cells[column] = becomes
            bundle.findings.append(
                Finding(level="repair", why="the registry's word", place=row.place_of(column), trial=row.trial, table=table,
                        column=column, found=text, becomes=becomes, rule="word of the list")
            )  # fmt: skip
    elif allowed and column in ASKED and not becomes:
        question = Finding(
            level="question", why="not a value of the list: which is meant?", key=row.place_of(column) or row.place,
            choices=tuple(allowed), place=row.place_of(column), trial=row.trial, table=table, column=column, found=text,
        )  # fmt: skip
        bundle.findings.append(question)
        answer = decisions.answer(question)
        if answer in allowed:
            row.cells[column] = answer


def _fill_down(bundle: Bundle, table: str, decisions: Decisions) -> None:
    """A row without trial_id between rows of one trial, or below them, belongs to that trial."""
    if "trial_id" not in raw_schemas()[table].columns or table == "trials":
        return
    rows = bundle.of(table)
    for at, row in enumerate(rows):
        if row.trial or at == 0 or not rows[at - 1].trial:
            continue
        after = next((later.trial for later in rows[at + 1 :] if later.trial), rows[at - 1].trial)
        if after == rows[at - 1].trial and "fill down" not in decisions.declined:
            row.cells = {"trial_id": after, **row.cells}
            bundle.findings.append(
                Finding(level="repair", why="no trial_id: that of the row above", place=row.place, trial=after,
                        table=table, column="trial_id", becomes=after, rule="fill down")
            )  # fmt: skip


def _ask_about_runs(bundle: Bundle) -> None:
    """Numbers that go up by one from row to row: a cell was dragged down."""
    for column in ("trial_id", "pmid"):
        rows = [row for row in bundle.of("trials") if row.cells.get(column)]
        ends = [re.fullmatch(r"(\D*)(\d+)", row.cells[column]) for row in rows]
        run: list[Row] = []
        for at in range(1, len(rows) + 1):
            above, here = (ends[at - 1], ends[at]) if at < len(rows) else (None, None)
            if above and here and here[1] == above[1] and int(here[2]) == int(above[2]) + 1:
                run = run or [rows[at - 1]]
                run.append(rows[at])
                continue
            if len(run) >= 3:
                bundle.findings.append(
                    Finding(level="question", why="numbers that go up by one: was the cell dragged down?",
                            place=run[0].place_of(column), trial=run[0].trial, table="trials", column=column,
                            found=f"{run[0].cells[column]} ... {run[-1].cells[column]}",
                            key=f"run:{run[0].place_of(column)}", choices=("as meant", "to correct"))
                )  # fmt: skip
            run = []


def rename_trial(bundle: Bundle, old: str, new: str) -> None:
    """Give the rows of a trial another id, wherever it is named."""
    for row in bundle.rows:
        for column in ("trial_id", "cohort", "other_trial_id", "enrolled_as"):
            if row.cells.get(column) == old:
                row.cells[column] = new
    bundle.findings[:] = [replace(one, trial=new) if one.trial == old else one for one in bundle.findings]
    for named in (bundle.abstracts, bundle.gates):
        if old in named:
            named[new] = named.pop(old)
    bundle.provisional.discard(old)

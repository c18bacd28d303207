"""The registrar's file once more, made anew: repairs put in, cells coloured, each with its remark."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ircc_lib.enrolment.bundle import Finding, Row
from ircc_lib.enrolment.checking.planned import IMPORTED, NOT_A_TRIAL, SAME, Plan
from ircc_lib.enrolment.columns import sheet_tables
from ircc_lib.enrolment.form.prepared import prepare
from ircc_lib.enrolment.form.workbook import Remarks, make_workbook
from ircc_lib.files import write_file
from ircc_lib.registry.schema.tables import raw_schemas

if TYPE_CHECKING:
    from ircc_lib.enrolment.checking.scoring import Score

_WORST = {"error": 3, "question": 2, "repair": 1}


def check_path(path: Path) -> Path:
    """Where the answer to a file goes: beside it, or here if that folder cannot be written."""
    stem = path.name.removesuffix(".xlsx").removesuffix(".check")
    return path.with_name(f"{stem}.check.xlsx")


def write_check(plan: Plan, path: Path) -> Path:
    """Write the checked workbook and return its path; it is also the form to go on with."""
    rows: dict[str, list[Row]] = {table: [] for table in sheet_tables()}
    for bundle in plan.bundles:
        for row in bundle.rows:
            trial = plan.trials.get(row.trial)
            settled = trial and (trial.state == NOT_A_TRIAL or (trial.state == SAME and bundle.kind in IMPORTED))
            if row.table in rows and not settled:
                rows[row.table].append(row)
    remarks: Remarks = {}
    open_keys = {finding.key for finding in plan.questions}
    for finding in plan.findings:
        if finding.level in _WORST and not (finding.level == "question" and finding.key not in open_keys):
            _remark(remarks, rows, finding)
    for table, at, column, why in prepare(plan, rows):
        remarks[table, at, column] = ("question", why)
    _mark_lacking(plan, rows, remarks)
    text = {table: [dict(row.cells) for row in found] for table, found in rows.items()}
    tumours = tuple(sorted({row["tumour_reported"] for row in _tumours(plan)}))
    findings = [_line(finding) for finding in plan.findings]
    scores = [_score(trial, score) for trial, score in plan.scores.items()]
    write_file(path, make_workbook(text, remarks, tumours=tumours, findings=findings, scores=scores))
    return path


def _tumours(plan: Plan) -> list[dict[str, str]]:
    from ircc_lib.enrolment.writing.tables import raw_rows

    return raw_rows(plan.raw, "tumours")


def _line(finding: Finding) -> tuple[str, ...]:
    why = finding.why + (f" (allowed: {finding.allowed})" if finding.allowed else "")
    return (finding.level, finding.place, finding.trial, finding.column, why, finding.found, finding.becomes)


def _score(trial: str, score: Score) -> tuple[str | int, ...]:
    counts = (*score.held, *score.all, *score.essential)
    return (trial, score.read_in, score.held_to, *counts, ", ".join(score.missing), score.not_looked_for)


def _remark(remarks: Remarks, rows: dict[str, list[Row]], finding: Finding) -> None:
    for table in [finding.table] if finding.table in rows else list(rows):
        for at, row in enumerate(rows[table]):
            column = next((name for name, place in row.places.items() if place == finding.place), finding.column)
            here = finding.place and finding.place in (row.place, *row.places.values())
            if here and column in raw_schemas()[table].columns:
                level, said = remarks.get((table, at, column), ("repair", ""))
                worst = max(level, finding.level, key=_WORST.__getitem__)
                text = f"{finding.level}: {finding.why}" + (
                    f": {finding.found} -> {finding.becomes}" if finding.level == "repair" else ""
                )
                remarks[table, at, column] = (worst, f"{said}\n{text}".strip())
                return


def _mark_lacking(plan: Plan, rows: dict[str, list[Row]], remarks: Remarks) -> None:
    for at, row in enumerate(rows.get("trials", [])):
        trial = plan.trials.get(row.trial)
        abstract = next((bundle.abstracts[row.trial] for bundle in plan.bundles if row.trial in bundle.abstracts), "")
        if trial is None or not trial.lacks:
            continue
        for lack in trial.lacks:
            for column in [word.strip(" ,") for word in lack.replace(" or ", " ").split()]:
                if column in raw_schemas()["trials"].columns and not row.cells.get(column):
                    said = "needed before the trial can be enrolled" + (f"\n{abstract}" if abstract else "")
                    remarks.setdefault(("trials", at, column), ("question", said))

"""What was enrolled, from which file, by whom: a folder per batch, and the way back."""

from __future__ import annotations

import datetime
import hashlib
import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ircc_lib.enrolment.checking.planned import Plan, hashes
from ircc_lib.enrolment.form.workbook import rules_hash
from ircc_lib.enrolment.writing.tables import RawFile, cells_of, raw_rows
from ircc_lib.enrolment.writing.write import NotWrittenError, locked, replace_tables


def enrol(plan: Plan, files: list[Path], *, who: str = "") -> str | None:
    """Write what a plan holds; returns the name of the batch, None if there is nothing to write.

    Parameters
    ----------
    plan : Plan
    files : list of Path
        The files as they came; those of REDCap are not kept, for they may hold records of patients.
    who : str
        The name that the registrar gives.

    Raises
    ------
    NotWrittenError
        If the registry has changed since the check, or somebody else is writing.
    """
    if plan.nothing_to_write:
        return None
    kept = {bundle.source for bundle in plan.bundles if bundle.kind != "redcap"}
    content = {
        "trials": sorted({row.trial for row in plan.additions if row.trial} | {one.trial for one in plan.updates}),
        "files": [
            {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "kept": path.name in kept}
            for path in files
        ],
        "kinds": {bundle.source: bundle.kind for bundle in plan.bundles},
        "repairs": [
            {"place": one.place, "column": one.column, "found": one.found, "becomes": one.becomes, "rule": one.rule}
            for one in plan.repairs
        ],
        "answers": {one.key: plan.decisions.answer(one) for one in plan.at_level("question")},
        "declined": sorted(plan.decisions.declined),
        "added": [{"table": row.table, "trial": row.trial, "record": record} for row, record in plan.future.records],
        "changed": [
            {"table": changes[0].table, "trial": changes[0].trial, "old": old, "new": new,
             "cells": {one.column: [one.old, one.new] for one in changes}}
            for changes, old, new in plan.future.changed
        ],
    }  # fmt: skip
    with locked(plan.raw):
        return _write(
            plan.raw, plan.future.files, plan.before, content, [path for path in files if path.name in kept], who
        )


def _write(
    raw: Path, files: dict[str, RawFile], before: dict[str, str], content: dict[str, Any], kept: list[Path], who: str
) -> str:
    folder = raw.resolve().parent / "enrolments"
    name = _new_name(folder)
    record = folder / f".{name}"
    record.mkdir(parents=True)
    for path in kept:
        (record / path.name).write_bytes(path.read_bytes())
    digests = {table: hashlib.sha256(file.content()).hexdigest() for table, file in files.items()}
    headers = {
        table: RawFile.read(raw, table).records[0]
        for table in files
        if (raw / f"{table}.csv").is_file() and RawFile.read(raw, table).records[0] != files[table].records[0]
    }
    about = {
        "batch": name,
        "when": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        "who": who,
        "program": _version(),
        "rules": rules_hash(),
        "before": before,
        "after": before | digests,
        "headers": headers,
        "new tables": [table for table in files if table not in before],
        "unended": [table for table in files if (raw / f"{table}.csv").is_file() and not _ends(raw / f"{table}.csv")],
        **content,
    }
    (record / "batch.json").write_text(json.dumps(about, ensure_ascii=False, indent=1), encoding="utf-8")
    replace_tables(raw, files, before, record, folder / name)
    return name


def _ends(path: Path) -> bool:
    return path.read_bytes().endswith((b"\n", b"\r"))


def _new_name(folder: Path) -> str:
    today = datetime.date.today().isoformat()
    taken = {path.name.lstrip(".") for path in folder.iterdir()} if folder.is_dir() else set()
    return next(name for number in range(1, 10_000) if (name := f"{today}-{number}") not in taken)


def _version() -> str:
    try:
        return version("ircc-lib")
    except PackageNotFoundError:
        return ""


def batches(raw: Path) -> list[dict[str, Any]]:
    """The batches that were written, oldest first."""
    folder = raw.resolve().parent / "enrolments"
    found = [json.loads(path.read_text("utf-8")) for path in folder.glob("[!.]*/batch.json")] if folder.is_dir() else []
    return sorted(found, key=lambda one: (one["when"], len(one["batch"]), one["batch"]))


def undo(raw: Path, name: str, *, who: str = "") -> tuple[str, list[str]]:
    """Take a batch back; the undoing is a batch as well.

    Rows that are as they were written go, changed cells get their old value back; what somebody has changed since is
    kept and named.

    Returns
    -------
    batch : str
        The name of the new batch.
    kept : list of str
        A sentence for each row that stays.

    Raises
    ------
    NotWrittenError
        If there is no such batch, it was undone before, or a later row points to one of its trials.
    """
    known = batches(raw)
    batch = _named(known, name)
    if batch is None:
        raise NotWrittenError(
            f"there is no batch {name}; there are: {', '.join(one['batch'] for one in known) or 'none'}."
        )
    earlier = [one for one in known if one.get("undoes") == name]
    if again := next((one["batch"] for one in earlier if not one.get("kept")), None):
        raise NotWrittenError(f"{name} was undone before, by {again}.")
    for one in earlier:
        batch = _without(batch, one)
    with locked(raw):
        before = hashes(raw)
        files, kept, content = _taken_back(raw, batch, known[[one["batch"] for one in known].index(name) + 1 :])
        _refuse_if_named(raw, batch, files)
        content |= {"undoes": name, "trials": batch["trials"], "kept": kept, "files": [], "repairs": [], "answers": {}}
        if not files:
            raise NotWrittenError("nothing of the batch is as it was written:\n" + "\n".join(kept))
        return _write(raw, files, before, content, [], who), kept


def _named(known: list[dict[str, Any]], name: str) -> dict[str, Any] | None:
    return next((one for one in known if one["batch"] == name), None)


def _without(batch: dict[str, Any], undone: dict[str, Any]) -> dict[str, Any]:
    """What of a batch an earlier undoing has kept."""
    gone = [(row["table"], row["record"]) for row in undone.get("removed", [])]
    back = [(row["table"], row["old"]) for row in undone.get("changed", [])]
    return batch | {
        "added": [row for row in batch.get("added", []) if (row["table"], row["record"]) not in gone],
        "changed": [row for row in batch.get("changed", []) if (row["table"], row["new"]) not in back],
    }


def _changed_by(later: list[dict[str, Any]], table: str, record: str) -> str:
    """Which batch has changed a row since, and what to do; nothing where somebody else has."""
    changes = [(one["batch"], row) for one in later for row in one.get("changed", [])]
    by = next((name for name, row in changes if (row["table"], row["old"]) == (table, record)), None)
    return f" by {by}; take that back, then this batch again" if by else ""


def _taken_back(
    raw: Path, batch: dict[str, Any], later: list[dict[str, Any]]
) -> tuple[dict[str, RawFile], list[str], dict[str, Any]]:
    files: dict[str, RawFile] = {}
    kept: list[str] = []
    content: dict[str, list[Any]] = {"added": [], "changed": [], "removed": []}

    def file_of(table: str) -> RawFile:
        return files.setdefault(table, RawFile.read(raw, table))

    for row in reversed(batch.get("added", [])):
        file = file_of(row["table"])
        at = _last(file.records, row["record"])
        if at is None:
            by = _changed_by(later, row["table"], row["record"]) or ", or is gone"
            kept.append(f"{row['table']}: a row of {row['trial'] or 'the batch'} has been changed since{by}")
            continue
        content["removed"].append({"table": row["table"], "trial": row["trial"], "record": file.records.pop(at)})
    for row in batch.get("changed", []):
        file = file_of(row["table"])
        at = _last(file.records, row["new"])
        if at is None:
            cells = ", ".join(row["cells"])
            kept.append(
                f"{row['table']}: {row['trial']}: {cells}: the row has been changed since{_changed_by(later, row['table'], row['new'])}"
            )
            continue
        file.records[at] = row["old"]
        content["changed"].append({**row, "old": row["new"], "new": row["old"]})
    for row in batch.get("removed", []):  # an undo that is undone
        file = file_of(row["table"])
        file.records.append(row["record"])
        content["added"].append(row)
    for table, header in batch.get("headers", {}).items():
        _narrow(file_of(table), header)
    for table in batch.get("unended", []):
        file = file_of(table)
        file.records[-1] = file.records[-1].rstrip("\r\n")
    return files, kept, content


def _last(records: list[str], record: str) -> int | None:
    return next((at for at in range(len(records) - 1, 0, -1) if records[at] == record), None)


def _narrow(file: RawFile, header: str) -> None:
    """Take columns away that the batch added, if they are empty again."""
    wide, narrow = len(file.columns), len(cells_of(header))
    extra = wide - narrow
    bodies = [record.rstrip("\r\n") for record in file.records[1:]]
    emptied = [body for body, record in zip(bodies, file.records[1:], strict=True) if len(cells_of(record)) == wide]
    if extra <= 0 or not all(body.endswith("," * extra) for body in emptied):
        return
    file.records = [header] + [
        body[:-extra] + record[len(body) :] if len(cells_of(record)) == wide else record
        for body, record in zip(bodies, file.records[1:], strict=True)
    ]


def _refuse_if_named(raw: Path, batch: dict[str, Any], files: dict[str, RawFile]) -> None:
    if "trials" not in files:
        return
    there = {files["trials"].row(at)["trial_id"] for at in range(1, len(files["trials"].records))}
    gone = {row["trial"] for row in batch.get("added", []) if row["table"] == "trials"} - there
    for table in dict.fromkeys([*files, *(path.stem for path in raw.glob("*.csv"))]):
        rows = (
            [files[table].row(at) for at in range(1, len(files[table].records))]
            if table in files
            else raw_rows(raw, table)
        )
        for row in rows:
            for column in ("trial_id", "cohort", "other_trial_id", "enrolled_as"):
                if row.get(column) in gone:
                    who = row.get("trial_id") or row.get("record") or "a row"
                    raise NotWrittenError(f"{table}: {who} names {row[column]} in {column}; change or undo that first.")

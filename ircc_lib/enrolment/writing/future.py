"""The registry as it would be: its tables with the new rows, checked as a whole in a folder of their own."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ircc_lib.enrolment.bundle import Row
from ircc_lib.enrolment.checking.edits import Update
from ircc_lib.enrolment.writing.tables import RawFile
from ircc_lib.registry.editions import find_editions
from ircc_lib.registry.ingest.examine import Examined, examine_tables

if TYPE_CHECKING:
    import pandas as pd

_SENTENCE = re.compile(
    r"^(?:.*[/\\])?(?P<table>\w+)\.csv:(?P<line>\d+): (?P<said>.*?)(?: \[[^\[\]]*cell [A-Z]+\d+\])?$", re.S
)


@dataclass(frozen=True)
class Said:
    """A sentence of the check about a line of a table."""

    table: str
    line: int
    text: str


@dataclass
class Future:
    """The tables that change, and where each new row and changed cell has come to stand."""

    files: dict[str, RawFile] = field(default_factory=dict)
    rows: dict[tuple[str, int], Row] = field(default_factory=dict)
    records: list[tuple[Row, str]] = field(default_factory=list)
    changed: list[tuple[list[Update], str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)


def make_future(raw: Path, additions: list[Row], updates: list[Update]) -> Future:
    """The changed tables, in memory; nothing is written."""
    future = Future()
    for table in dict.fromkeys([row.table for row in additions] + [update.table for update in updates]):
        future.files[table] = RawFile.read(raw, table)
        future.headers[table] = future.files[table].records[0]
    for table, file in future.files.items():
        for row in [one for one in additions if one.table == table] + [
            Row(table, {update.column: update.new}) for update in updates if update.table == table
        ]:
            file._make_room(row.cells)
    by_record: dict[tuple[str, int], list[Update]] = {}
    for update in updates:
        by_record.setdefault((update.table, update.at), []).append(update)
    for (table, at), changes in by_record.items():
        old, new = future.files[table].change(at, {change.column: change.new for change in changes})
        future.changed.append((changes, old, new))
    lines = {table: file.line(len(file.records)) for table, file in future.files.items()}
    for (table, at), changes in by_record.items():
        cells = {change.column: change.new for change in changes}
        places = {change.column: change.place for change in changes}
        line = future.files[table].line(at)
        future.rows[table, line] = Row(table, {"trial_id": changes[0].trial, **cells}, places)
    for row in additions:
        record = future.files[row.table].append(row.cells)
        future.records.append((row, record))
        future.rows[row.table, lines[row.table]] = row
        lines[row.table] += record.count("\n")
    return future


@contextmanager
def folder_of(raw: Path, future: Future) -> Iterator[Path]:
    """A folder of its own outside the data, with what stands beside raw as well."""
    with tempfile.TemporaryDirectory(prefix="ircc-check-") as scratch:
        folder = Path(scratch) / "data" / "raw"
        folder.mkdir(parents=True)
        for path in raw.glob("*.csv"):
            shutil.copy2(path, folder)
        for beside in raw.resolve().parent.iterdir():
            if beside.is_dir() and beside.name == "vocabularies":
                shutil.copytree(beside, folder.parent / beside.name)
            elif beside.suffix == ".csv":
                shutil.copy2(beside, folder.parent)
        for table, file in future.files.items():
            (folder / f"{table}.csv").write_bytes(file.content())
        yield folder


def check_future(
    raw: Path, future: Future, before: tuple[set[Said], set[Said]]
) -> tuple[list[Said], list[Said], dict[str, pd.DataFrame]]:
    """Errors and flags that the registry does not have today, and the cleaned tables that it would have."""
    with folder_of(raw, future) as folder:
        found, tables = examine_tables(folder)
        errors, flags = _SAID[_content(folder)] = _sentences(found)
    return [one for one in errors if one not in before[0]], [one for one in flags if one not in before[1]], tables


def sentences(folder: Path) -> tuple[list[Said], list[Said]]:
    """What the check says of a folder, errors and flags; what it has said of the same bytes is not asked again."""
    content = _content(folder)
    if content not in _SAID:
        _SAID[content] = _sentences(examine_tables(folder)[0])
    return _SAID[content]


_SAID: dict[str, tuple[list[Said], list[Said]]] = {}
"""By the content of all that the check reads, so that it cannot go stale."""


def _content(raw: Path) -> str:
    """A digest of the tables, of what stands beside them, and of the editions that they may name."""
    digest = hashlib.sha256(repr(list(find_editions())).encode())
    beside = raw.resolve().parent
    for path in sorted([*raw.glob("*.csv"), *beside.glob("*.csv"), *beside.glob("vocabularies/**/*.csv")]):
        digest.update(f"\0{path.relative_to(raw if path.parent == raw else beside)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sentences(found: Examined) -> tuple[list[Said], list[Said]]:
    return [_said(one) for one in found.problems], [_said(one) for one in (*found.flags, *found.answered)]


def _said(text: object) -> Said:
    match = _SENTENCE.match(str(text))
    return Said(match["table"], int(match["line"]), match["said"]) if match else Said("", 0, str(text))

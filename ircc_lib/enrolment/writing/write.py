"""Rows go into data/raw: all of them or none, whenever the program is killed.

The new tables are made in a folder beside ``raw`` and checked there as a whole. Then the two folders change
places in one step, where the system can do that (Linux); elsewhere the tables are moved one by one under a journal,
and the next command finishes what was begun.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ircc_lib.files import write_file

if TYPE_CHECKING:
    from ircc_lib.enrolment.writing.tables import RawFile

_JOURNAL = ".enrolment-journal.json"
_STAGE = ".enrolment-stage"
_AT_CWD, _EXCHANGE = -100, 2


class NotWrittenError(RuntimeError):
    """Nothing was written; the text says why."""


@contextmanager
def locked(raw: Path) -> Iterator[None]:
    """One writer at a time; a writer that died holds nothing.

    Raises
    ------
    NotWrittenError
        If somebody else is writing.
    """
    with open(raw.resolve().parent / ".enrolment-lock", "a+b") as lock:
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise NotWrittenError("somebody else is writing to this registry; try again when they are done.") from None
        recover(raw)
        yield


def replace_tables(raw: Path, files: dict[str, RawFile], before: dict[str, str], record: Path, final: Path) -> None:
    """Put new tables in the place of the old and the record of the batch beside them.

    Parameters
    ----------
    raw : Path
    files : dict of RawFile
        The tables that change.
    before : dict
        SHA-256 of every table when the plan was made.
    record : Path
        The folder of the batch as it was prepared; it becomes ``final`` once the tables are there.
    final : Path

    Raises
    ------
    NotWrittenError
        If the tables have changed since the check, or would have errors.
    """
    from ircc_lib.enrolment.checking.planned import hashes
    from ircc_lib.enrolment.writing.future import (
        sentences,
    )  # takes a second to import, which `finish` need not wait for

    raw = raw.resolve()
    if hashes(raw) != before:
        raise NotWrittenError("the registry has changed since the check; check the file again.")
    stage = raw.parent / _STAGE
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir()
    for path in raw.iterdir():
        if path.is_dir():
            shutil.copytree(path, stage / path.name)
        elif path.stem not in files or path.suffix != ".csv":
            _same_file(path, stage / path.name)
    for table, file in files.items():
        _write_through(stage / f"{table}.csv", file.content())
    errors = sentences(stage)[0]
    if errors and set(errors) - set(sentences(raw)[0]):
        shutil.rmtree(stage)
        shown = "\n".join(f"  {one.table}.csv:{one.line}: {one.text}" for one in errors[:20])
        raise NotWrittenError(f"the registry would have errors:\n{shown}")
    _change_places(stage, raw, list(files))
    os.replace(record, final)
    shutil.rmtree(stage, ignore_errors=True)


def _same_file(path: Path, target: Path) -> None:
    try:
        os.link(path, target)
    except OSError:
        shutil.copy2(path, target)


def _write_through(path: Path, content: bytes) -> None:
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(path, 0o644)


def _change_places(stage: Path, raw: Path, tables: list[str]) -> None:
    shutil.copymode(raw, stage)
    if _exchange(stage, raw):
        return
    moves = [[str(stage / f"{table}.csv"), str(raw / f"{table}.csv")] for table in tables]
    write_file(raw.parent / _JOURNAL, json.dumps(moves))
    _move(raw.parent / _JOURNAL)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step (renameat2, Linux 3.15); False where that cannot be done."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    return rename is not None and rename(_AT_CWD, os.fsencode(one), _AT_CWD, os.fsencode(other), _EXCHANGE) == 0


def _move(journal: Path) -> None:
    for source, target in json.loads(journal.read_text("utf-8")):
        if Path(source).is_file():
            os.replace(source, target)
    journal.unlink()


def finish(raw: Path) -> None:
    """Finish a writing that was killed between two tables; for commands that only read.

    Parameters
    ----------
    raw : Path
        The folder of the raw tables, whether it is there or not.

    Raises
    ------
    NotWrittenError
        If somebody is writing at this moment.
    """
    if (raw.resolve().parent / _JOURNAL).is_file():
        with locked(raw):
            pass


def recover(raw: Path) -> None:
    """Finish or take back what a killed writer has left; does nothing where nothing was left."""
    raw = raw.resolve()
    if (raw.parent / _JOURNAL).is_file():
        _move(raw.parent / _JOURNAL)
    shutil.rmtree(raw.parent / _STAGE, ignore_errors=True)
    enrolments = raw.parent / "enrolments"
    for prepared in enrolments.glob(".*/batch.json") if enrolments.is_dir() else ():
        from ircc_lib.enrolment.checking.planned import hashes

        if json.loads(prepared.read_text("utf-8"))["after"] == hashes(raw):
            os.replace(prepared.parent, enrolments / prepared.parent.name[1:])
        else:
            shutil.rmtree(prepared.parent)

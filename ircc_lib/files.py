"""Files that are made: written whole or not at all, and left alone when nothing changed."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

_said: ContextVar[Callable[[str], str]] = ContextVar("said", default=str)
_TEXTS = (".html", ".js", ".json", ".svg", ".csv", ".md")
_made: ContextVar[dict[Path, str] | None] = ContextVar("made", default=None)
_UNFINISHED = re.compile(r"\..+\.[a-z0-9_]{8}")  # as `write_file` names a file until it is whole


def write_file(path: Path, content: str | bytes) -> bool:
    """Put `content` at `path` in one step; says whether the file had to be written.

    A reader never sees half a file, and a file that already holds `content` keeps its time.
    Text is written as UTF-8 with plain line feeds.

    Raises
    ------
    OSError
        When the disk is full or the folder may not be written to; its `filename` is `path`.
    """
    if isinstance(content, str) and path.suffix in _TEXTS:
        content = _said.get()(content)
    wanted = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    if (made := _made.get()) is not None:
        made[path] = hashlib.sha256(wanted).hexdigest()
    if path.is_file() and path.stat().st_size == len(wanted) and path.read_bytes() == wanted:
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, wanted)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    return True


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(content)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def why(error: OSError) -> str:
    """What the system has against a file, in words.

    >>> why(PermissionError(13, "Permission denied", "reports/first"))
    'reports/first: Permission denied'
    """
    said = error.strerror or str(error)
    return f"{error.filename}: {said}" if error.filename else said


@contextmanager
def noting_files() -> Iterator[dict[Path, str]]:
    """Note which files `write_file` makes meanwhile, or finds as they should be: their SHA-256 by path."""
    made: dict[Path, str] = {}
    token = _made.set(made)
    try:
        yield made
    finally:
        _made.reset(token)


@contextmanager
def saying(words: Callable[[str], str]) -> Iterator[None]:
    """Write pages, scripts and drawings meanwhile as ``words`` says their text."""
    token = _said.set(words)
    try:
        yield
    finally:
        _said.reset(token)


def as_said(text: str) -> str:
    """A text as `saying` has it said; for what is not written as text."""
    return _said.get()(text)


def remove_unfinished(folder: Path) -> None:
    """Remove what `write_file` had begun in `folder`, or a folder in it, when its process was killed."""
    for path in folder.rglob(".*"):
        if _UNFINISHED.fullmatch(path.name) and path.is_file():
            path.unlink(missing_ok=True)

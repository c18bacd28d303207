"""The folder of a warm server's sockets: short enough for them, and gone when nobody holds it."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

PREFIX, LOCK = "ircc-", "held"
SOCKET_PATH = 100
"""Bytes of a socket's path that every system allows (macOS 103, Linux 107)."""
_NAME = len("/ircc-xxxxxxxx/1000000-5")
_ABANDONED_SECONDS = 86_400


def new_folder() -> tuple[str, int]:
    """A new folder in the system's temporary one, and a descriptor whose holders it belongs to.

    Folders that nobody holds any more, as their run was killed, are removed.

    Raises
    ------
    OSError
        When TMPDIR is too long for sockets and /tmp cannot be used instead.
    """
    import fcntl

    parent = _parent()
    _remove_abandoned(parent)
    folder = tempfile.mkdtemp(prefix=PREFIX, dir=parent)
    held = os.open(os.path.join(folder, LOCK), os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(held, fcntl.LOCK_EX)
    return folder, held


def _parent() -> str:
    usual = tempfile.gettempdir()
    for parent in (usual, "/tmp"):
        if len(os.fsencode(parent)) + _NAME <= SOCKET_PATH and os.access(parent, os.W_OK | os.X_OK):
            return parent
    longest = SOCKET_PATH - _NAME
    raise OSError(
        f"TMPDIR: {usual} is too long for the sockets of kernels ({len(os.fsencode(usual))} bytes, at most {longest}), "
        "and /tmp cannot be written to; set TMPDIR to a shorter folder"
    )


def _remove_abandoned(parent: str) -> None:
    import fcntl

    for folder in Path(parent).glob(f"{PREFIX}????????"):
        try:
            if folder.stat().st_uid != os.getuid():
                continue
            with open(folder / LOCK, "rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:  # about to be held, or made by an older version
            if not folder.is_dir() or time.time() - folder.stat().st_mtime < _ABANDONED_SECONDS:
                continue
        except OSError:
            continue
        shutil.rmtree(folder, ignore_errors=True)

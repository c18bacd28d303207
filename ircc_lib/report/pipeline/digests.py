"""What is in a file, in a word: content decides what is up to date, and not the time of a file."""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

from ircc_lib.files import write_file

SETTLED_SECONDS = 0.1
"""Two changes within a tick of the file system's clock cannot be told apart by it."""


class Digests:
    """SHA-256 of files, read again only where size, inode or a time of the file have changed.

    The time of change of an inode cannot be set by hand (``touch -r``), so that no edit is missed.

    Parameters
    ----------
    record : Path
        Where the digests are kept from run to run; a torn record is begun anew.
    """

    def __init__(self, record: Path) -> None:
        self._record = record
        try:
            self._known = dict(json.loads(record.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            self._known = {}
        self._used: dict[str, list[Any]] = {}

    def of(self, path: Path) -> str | None:
        """The digest of a file; None where there is none."""
        try:
            about = os.stat(path)
        except OSError:
            return None
        seen = [about.st_size, about.st_ino, about.st_mtime_ns, about.st_ctime_ns]
        name = str(path)
        if (known := self._used.get(name) or self._known.get(name)) and known[:-1] == seen:
            self._used[name] = known
            return known[-1]
        try:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError:
            return None
        if time.time() - max(about.st_mtime, about.st_ctime) > SETTLED_SECONDS:
            self._used[name] = [*seen, digest]
        return digest

    def of_listed(self, manifest: Path) -> str | None:
        """A digest of all the files that a manifest of `write_manifest` lists, as they are now."""
        listed = read_manifest(manifest)
        if listed is None:
            return None
        return hashlib.sha256("\n".join(f"{path.name}\0{self.of(path)}" for path in listed).encode()).hexdigest()

    def save(self) -> None:
        """Keep what is known for the next run."""
        write_file(self._record, json.dumps(self._known | self._used))


def write_manifest(manifest: Path, made: dict[Path, str]) -> None:
    """Say which files a task has made, seen from the folder of the manifest."""
    names = {Path(os.path.relpath(path, manifest.parent)).as_posix(): digest for path, digest in made.items()}
    write_file(manifest, json.dumps(dict(sorted(names.items())), indent=1))


def read_manifest(manifest: Path) -> list[Path] | None:
    """The files that a manifest lists; None where it is not there or torn."""
    try:
        names = json.loads(manifest.read_text(encoding="utf-8"))
        return [Path(os.path.normpath(manifest.parent / name)) for name in names]
    except (OSError, ValueError, TypeError):
        return None

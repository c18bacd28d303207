"""What the machine allows a run: open files, and folders to read and to write."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable

from ircc_lib.report.paths import Layout

OPEN_FILES = 100
"""A run's own, whatever it does; with fewer nothing can be made."""
OPEN_FILES_PER_JOB = 80
"""Of a notebook and its kernel's sockets, while others that have ended are put away."""


def jobs_for_open_files(jobs: int, say: Callable[[str], None]) -> int:
    """As many of the `jobs` as may be open at a time, after asking for what they need.

    Raises
    ------
    OSError
        When not even one job may be.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return jobs
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = OPEN_FILES + jobs * OPEN_FILES_PER_JOB
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return jobs
    allowed = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    except (OSError, ValueError):
        allowed = soft
    if allowed >= needed:
        return jobs
    if allowed < OPEN_FILES:
        raise OSError(
            f"only {allowed} files may be open at a time, and a report needs {OPEN_FILES + OPEN_FILES_PER_JOB} "
            "(see ulimit -n)"
        )
    fewer = max(1, (allowed - OPEN_FILES) // OPEN_FILES_PER_JOB)
    if fewer < jobs:
        say(f"{allowed} files may be open at a time, and {jobs} jobs need {needed}: running {fewer} (see ulimit -n).")
    return min(jobs, fewer)


def check_folders(layout: Layout, editions: Iterable[str]) -> None:
    """Look, before anything is written, whether the registry can be read and the report be written.

    Raises
    ------
    OSError
        It names the folder or file, as its `filename`.
    """
    for path in (layout.raw, *layout.raw.glob("*.csv"), layout.editions_file):
        if path.exists() and not os.access(path, os.R_OK | (os.X_OK if path.is_dir() else 0)):
            raise PermissionError(errno.EACCES, "may not be read", str(path))
    for folder in (layout.out, *map(layout.edition, editions), layout.processed, layout.state):
        there = next(place for place in (folder, *folder.parents) if place.exists())
        if not there.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "is a file, and should be a folder", str(there))
        if not os.access(there, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "may not be written to", str(there))

"""What the machine allows a run: open files."""

from __future__ import annotations

from collections.abc import Callable

OPEN_FILES = 100
"""A run's own, whatever it does."""
OPEN_FILES_PER_JOB = 80
"""Of a notebook and its kernel's sockets, while others that have ended are put away."""


def jobs_for_open_files(jobs: int, say: Callable[[str], None]) -> int:
    """As many of the `jobs` as may be open at a time, after asking for what they need."""
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
    fewer = max(1, (allowed - OPEN_FILES) // OPEN_FILES_PER_JOB)
    if fewer < jobs:
        say(f"{allowed} files may be open at a time, and {jobs} jobs need {needed}: running {fewer} (see ulimit -n).")
    return min(jobs, fewer)

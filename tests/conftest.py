"""What several parts of the suite share: the ten-year report, made once the way that a person makes it."""

import gc
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from filelock import FileLock

from tests.thoroughness import THOROUGH

PROJECT = Path(__file__).resolve().parents[1]
SLOW = (
    "tests/browser/test_every_page.py",  # makes the ten-year report, for which the other worker need not wait
    "tests/report/test_machines.py",
    "tests/drawn",
    "tests/browser",
    "tests/report",
    "tests/enrolment",
    "tests/project",
    "tests/chapters",
)


ROWS = (
    "tests/registry/crosscheck",
    "tests/registry/ingest/test_flags.py",
    "tests/registry/ingest/test_problems.py",
    "tests/registry/clean/test_tables.py",
    "tests/enrolment/formats",
    "tests/enrolment/checking",
    "tests/report/test_freshness.py",
    "tests/report/test_machines.py",
)
"""Where each row of a test's parameters reads a registry or makes a report: every fourth is run, or all if thorough."""


def pytest_report_header():
    """Say which of the two suites this is."""
    left_out = "tests marked thorough are left out; a sample of pages, rows, drawn and spoilt registries"
    return "all tests" if THOROUGH else f"{left_out} (IRCC_THOROUGH=1 runs all)"


def pytest_collection_modifyitems(config, items):
    """What takes longest begins, so that no worker is left alone with it at the end."""
    if not THOROUGH:
        seen = Counter()
        left_out = [item for item in items if item.get_closest_marker("thorough") or _is_passed_over(item, seen)]
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]
    items.sort(key=lambda item: next((at for at, part in enumerate(SLOW) if item.nodeid.startswith(part)), len(SLOW)))


def _is_passed_over(item, seen: Counter) -> bool:
    if not item.nodeid.startswith(ROWS) or not hasattr(item, "callspec"):
        return False
    test = item.nodeid.partition("[")[0]
    seen[test] += 1
    return seen[test] % 4 != 1


def pytest_collection_finish():
    """What was imported stays: the collector of garbage need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture(scope="session")
def make_report():
    """Run ``ircc report`` with some options, from the project."""

    def run(*options: str) -> subprocess.CompletedProcess:
        command = [str(Path(sys.executable).with_name("ircc")), "report", *options]
        return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=1200)

    return run


@pytest.fixture(scope="session")
def ten_year(tmp_path_factory, make_report) -> Path:
    """The folder of the ten-year edition's site.

    IRCC_REPORTS may name a folder of reports that were made before, to save the time while working on a page.
    """
    made = os.environ.get("IRCC_REPORTS")
    if made:
        return Path(made) / "ten-year"
    # Workers have folders of their own beside each other; the first makes the report, the others wait for it.
    base = tmp_path_factory.getbasetemp()
    out = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "reports"
    with FileLock(f"{out}.lock"):
        if not (out / "made").exists():
            run = make_report("--edition", "ten-year", "--out", str(out))
            assert run.returncode == 0, run.stdout + run.stderr
            (out / "made").touch()
    return out / "ten-year"


@pytest.fixture(scope="session")
def reg():
    """The registry, whole; read once."""
    import ircc_lib as ircc

    return ircc.load_registry(PROJECT / "data/raw")

"""The types that an editor shows are those of the code."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_type_checker_finds_no_error(tmp_path):
    cache = tmp_path / "mypy"
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(cache)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert checked.returncode == 0, checked.stdout[-5000:] + checked.stderr

"""The types that an editor shows are those of the code."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="types are checked with Python 3.11 and the NumPy of its lock"
)
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


def test_no_module_is_passed_over_and_each_line_that_is_says_of_what_and_why():
    overrides = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]["overrides"]
    assert not any(one.get("ignore_errors") for one in overrides)
    bare = re.compile(r"# type: ignore(?!\[[\w-]+\]  # \w)|# mypy:")
    code = {path: path.read_text(encoding="utf-8") for path in (ROOT / "ircc_lib").rglob("*.py")}
    assert not [str(path.relative_to(ROOT)) for path, text in code.items() if bare.search(text)]

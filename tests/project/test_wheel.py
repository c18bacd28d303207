"""The wheel works away from the repository, in a folder that holds nothing."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The content of a wheel, unpacked as pip would."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(ROOT)], check=True)
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "installed")
    return folder / "installed"


def ircc(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", "from ircc_lib.cli import main; main()", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
    )


@pytest.mark.thorough
def test_the_commands_work_in_an_empty_folder(installed, tmp_path):
    assert "ten-year" in ircc(installed, tmp_path, "editions").stdout
    assert "no errors" in ircc(installed, tmp_path, "check").stdout
    run = ircc(installed, tmp_path, "report", "--edition", "first", "--out", "somewhere")
    assert run.returncode == 0, run.stdout + run.stderr
    assert (tmp_path / "somewhere/first/index.html").is_file()


def test_init_makes_a_project_of_ones_own_and_touches_no_other(installed, tmp_path):
    assert ircc(installed, tmp_path, "init", "mine").returncode == 0
    assert {"Makefile", "data", "editions.toml", "notebooks"} <= {path.name for path in (tmp_path / "mine").iterdir()}
    assert "no errors" in ircc(installed, tmp_path / "mine", "check").stdout
    assert ircc(installed, tmp_path, "init", "mine").returncode == 2
    (tmp_path / "file").write_text("")
    refused = ircc(installed, tmp_path, "init", "file/mine")
    assert refused.returncode == 1 and refused.stderr == "file/mine: Not a directory.\n"

"""The workflows cannot be run here, but what they call is there, and nothing in them moves by itself."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github"
FILES = sorted([*GITHUB.glob("workflows/*.yml"), *GITHUB.glob("actions/*/action.yml")])
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def steps(path: Path) -> list[dict]:
    """Every step of a workflow, or of an action."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    parts = content["jobs"].values() if "jobs" in content else [content["runs"]]
    return [step for part in parts for step in part["steps"]]


@pytest.fixture(params=FILES, ids=lambda path: path.relative_to(GITHUB).as_posix())
def workflow(request) -> Path:
    return request.param


def test_actions_are_pinned_by_commit_with_their_version_beside_it(workflow):
    used = re.findall(r"uses: *(\S.*)", workflow.read_text(encoding="utf-8"))
    pinned = re.compile(r"[\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    assert not [use for use in used if not pinned.fullmatch(use) and not use.startswith("./.github/actions/")]
    assert all((ROOT / use).is_dir() for use in used if use.startswith("./"))


def test_tools_that_a_step_installs_are_pinned(workflow):
    for step in steps(workflow):
        for arguments in re.findall(r"pip install(.*)", step.get("run", "")):
            named = [
                word for word in arguments.split() if not word.startswith(("-", "requirements.lock", ".", "dist/"))
            ]
            assert all("==" in word for word in named), arguments


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_every_command_is_shell_that_can_be_read(workflow):
    for step in steps(workflow):
        if "run" in step:
            script = re.sub(r"\$\{\{.*?\}\}", "value", step["run"])
            read = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True)
            assert read.returncode == 0, f"{step}: {read.stderr}"


def test_targets_commands_and_files_that_steps_name_are_there(workflow):
    targets = set(re.findall(r"(?m)^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))
    for step in steps(workflow):
        script = step.get("run", "")
        assert set(re.findall(r"(?m)^\s*make (?!-C)([\w-]+)", script)) <= targets
        assert all((ROOT / name).exists() for name in re.findall(r"\btests/[\w/.]+|\.ci/\w+", script))


def test_the_suite_runs_on_every_python_and_system_that_is_promised():
    matrix = yaml.safe_load((GITHUB / "workflows/tests.yml").read_text())["jobs"]["test"]["strategy"]["matrix"]
    low, high = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", PROJECT["requires-python"]).groups()
    assert matrix["python"] == [f"3.{minor}" for minor in range(int(low), int(high))]
    assert {system.partition("-")[0] for system in matrix["os"]} == {"ubuntu", "macos", "windows"}


def test_forms_for_issues_have_what_github_asks_of_them():
    forms = [path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml"]
    assert {path.stem for path in forms} == {"new-trial", "bug", "question"}
    for path in forms:
        form = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert form["name"] and form["description"] and form["body"]
        asked = [part for part in form["body"] if part["type"] != "markdown"]
        assert len({part["id"] for part in asked}) == len(asked)
        assert all(part["attributes"]["label"] for part in asked)

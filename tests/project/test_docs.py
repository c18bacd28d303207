"""README and docs keep their word: their snippets run, their commands exist, their links lead somewhere."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from ircc_lib.cli import main

PROJECT = Path(__file__).parents[2]
PAGES = [
    page
    for page in (PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md")), PROJECT / "data" / "README.md")
    if page.exists()
]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", flags=re.M | re.S)
QUICK = ("ircc check", "ircc editions")  # a report takes long, and is made elsewhere in the suite


def blocks(page: Path, *languages: str) -> list[tuple[str, str]]:
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [(language, text) for language, text in found if language in languages]


def commands(text: str) -> list[str]:
    lines = [line.split("  #")[0].strip().removeprefix("$ ") for line in text.splitlines()]
    return [line for line in lines if line.startswith(("ircc ", "make"))]


@pytest.fixture(params=PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def page(request):
    return request.param


def test_the_snippets_of_a_page_run_in_their_order(page, tmp_path):
    """Python in one interpreter a page, quick commands between, all in a copy of the data."""
    shutil.copytree(PROJECT / "data" / "raw", tmp_path / "data" / "raw")
    shutil.copy(PROJECT / "editions.toml", tmp_path)
    script = []
    for language, text in blocks(page, "python", "sh", "bash", "console"):
        if language == "python":
            script.append(text)
            continue
        for command in commands(text):
            if command.startswith(QUICK):
                script.append(f"import subprocess; subprocess.run({_program(command)!r}, check=True)")
    if not script:
        return
    run = subprocess.run(
        [sys.executable, "-c", "\n".join(script)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )
    assert run.returncode == 0, run.stderr


def _program(command: str) -> list[str]:
    return [sys.executable, "-c", "from ircc_lib.cli import main; main()", *shlex.split(command)[1:]]


def test_the_commands_of_a_page_exist(page):
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    for _, text in blocks(page, "sh", "bash", "console"):
        for command in commands(text):
            words = shlex.split(command)
            if words[0] == "make":
                named = [word for word in words[1:] if "=" not in word]
                assert set(named) <= targets, command
            else:
                told = CliRunner().invoke(main, [words[1], "--help"])
                assert told.exit_code == 0, command
                assert all(word in told.output for word in words[2:] if word.startswith("--")), command


def test_the_links_of_a_page_lead_to_files_of_the_project(page):
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if not link.startswith(("http:", "https:", "mailto:", "#")):
            assert (page.parent / link.split("#")[0]).exists(), link


def test_files_and_folders_that_a_page_names_are_there(page):
    made = ("data/processed", "reports")
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    for name in re.findall(r"`((?:ircc_lib|notebooks|tests|docs|data|benchmarks)/[\w./-]+)`", text):
        assert name.startswith(made) or (PROJECT / name).exists(), name

"""What goes with a release says the same everywhere."""

import re
import tomllib
from pathlib import Path

import yaml

import ircc_lib as ircc

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_one_version_stands_everywhere_and_has_an_entry_among_the_changes():
    assert re.fullmatch(r"\d+\.\d+\.\d+", ircc.__version__)
    assert ircc.__version__ == PROJECT["version"] == yaml.safe_load(read("CITATION.cff"))["version"]
    assert f"## {ircc.__version__}" in read("CHANGELOG.md")


def test_the_citation_has_what_its_format_asks_for():
    citation = yaml.safe_load(read("CITATION.cff"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "license"} <= set(citation)
    assert citation["license"] == PROJECT["license"]
    assert citation["authors"] == PROJECT["authors"] == [{"name": "The IRCC contributors"}]


def test_licences_of_code_and_data_are_those_that_are_named():
    assert "Redistribution and use in source and binary forms" in read("LICENSE")
    assert "Attribution 4.0 International" in read("LICENSE-DATA")
    assert all(word in read("LICENSE-DATA") for word in ("OncoTree", "CTCAE", "ISO"))


def test_readme_and_citation_promise_the_pythons_that_are_tested():
    low, high = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", PROJECT["requires-python"]).groups()
    assert f"Python 3.{low} to 3.{int(high) - 1}" in read("README.md")


def test_windows_has_a_way_without_make():
    commands = re.search(r"```bat\n(.*?)```", read("README.md"), re.S)[1]
    assert "py -m venv .venv" in commands and "requirements.lock" in commands and "make" not in commands

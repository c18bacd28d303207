"""The ways to set the project up ask for the same things."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
WANTED = [Requirement(text) for text in PROJECT["dependencies"] + sum(PROJECT["optional-dependencies"].values(), [])]
LOCK = (ROOT / "requirements.lock").read_text()
PINS = [Requirement(line.rstrip("\\ ")) for line in LOCK.splitlines() if re.match(r"\w", line)]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]


def pins_of(name: str, python: str) -> list[str]:
    """The versions that the lock gives for a package under one Python."""
    where = {
        "python_full_version": f"{python}.1",
        "python_version": python,
        "sys_platform": "linux",
        "platform_machine": "x86_64",
        "platform_system": "Linux",
        "os_name": "posix",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    return [
        str(next(iter(pin.specifier)).version)
        for pin in PINS
        if canonicalize_name(pin.name) == name and (pin.marker is None or pin.marker.evaluate(where))
    ]


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_the_lock_pins_each_dependency_once(python):
    for wanted in WANTED:
        versions = pins_of(canonicalize_name(wanted.name), python)
        assert len(versions) == 1, f"{wanted.name} on Python {python}: {versions}"
        assert wanted.specifier.contains(versions[0])


def test_every_pin_is_exact_and_hashed():
    entries = [entry for entry in re.split(r"(?m)^(?=\w)", LOCK) if re.match(r"\w", entry)]
    assert len(entries) == len(PINS)
    assert all("--hash=sha256:" in entry for entry in entries)
    assert all([part.operator for part in pin.specifier] == ["=="] for pin in PINS)


def test_conda_users_get_the_same_python_and_the_same_lock():
    python = next(entry for entry in CONDA if isinstance(entry, str) and entry.startswith("python"))
    assert SpecifierSet(python.removeprefix("python ")) == SpecifierSet(PROJECT["requires-python"])
    pip = next(entry["pip"] for entry in CONDA if isinstance(entry, dict))
    assert pip == ["--require-hashes", "--requirement requirements.lock"]


def test_nothing_names_a_package_registry_or_a_home_folder():
    where = re.compile(r"(?<!no-emit-)index-url|find-links|/root/|/home/|/work/")
    texts = [path for pattern in ("*.lock", "*.toml", "*.yml", "Makefile", "README.md") for path in ROOT.glob(pattern)]
    assert texts and not [path.name for path in texts if where.search(path.read_text())]

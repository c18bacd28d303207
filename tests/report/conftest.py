"""A small project for each test, and a way to make its report."""

import io
import shutil
from pathlib import Path

import pytest
import small_project as small
from rich.console import Console

from ircc_lib.report.paths import Layout
from ircc_lib.report.progress import Progress
from ircc_lib.report.report import make_report


@pytest.fixture(scope="session")
def small_project(tmp_path_factory) -> Path:
    """The project as it was made; `project` is a copy of it to work with."""
    root = tmp_path_factory.mktemp("small")
    small.build(root)
    return root


@pytest.fixture
def project(small_project, tmp_path, monkeypatch) -> Path:
    """A copy of the small project, which the test stands in."""
    root = tmp_path / "project"
    shutil.copytree(small_project, root)
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def report():
    """Make the first edition's report; returns the outcome, with what was said on it."""

    def make(edition: str = "first", *, out: str = "reports", **options):
        said = io.StringIO()
        progress = Progress(Console(file=said, width=200))
        outcome = make_report(Layout.find("data/raw", out), [edition], progress, **options)
        outcome.said = said.getvalue()
        return outcome

    return make

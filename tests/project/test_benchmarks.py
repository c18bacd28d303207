"""The benchmarks measure a project that has all that a report reads."""

from pathlib import Path

from benchmarks.report import copy_of_project

DATA = Path(__file__).parents[2] / "data"


def test_the_copy_that_is_measured_holds_every_file_of_the_data(tmp_path):
    copy = copy_of_project(tmp_path / "project")
    kept = {path.relative_to(DATA) for path in DATA.rglob("*.csv") if "processed" not in path.parts}
    assert kept <= {path.relative_to(copy / "data") for path in (copy / "data").rglob("*.csv")}
    assert (copy / "editions.toml").is_file()

"""The command line says what is wrong in plain sentences; its exit code says whose fault it is."""

import dask
import pytest
from click.testing import CliRunner
from small_project import files, rows, write_rows

from ircc_lib.cli import main


def ircc(*arguments: str):
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture
def spoiled(project):
    path = project / "data/raw/landmarks.csv"
    content = rows(path)
    content[0]["survival_pct"] = "140"
    write_rows(path, content)
    return project


def test_check_counts_what_is_there(project):
    run = ircc("check")
    assert run.exit_code == 0 and "no errors" in run.output


def test_check_names_file_line_and_column_of_an_error(spoiled):
    run = ircc("check")
    assert run.exit_code == 2
    assert "landmarks.csv:2" in run.output and "survival_pct" in run.output and "140" in run.output


def test_a_report_of_wrong_data_ends_before_anything_is_written(spoiled):
    run = ircc("report", "--edition", "first")
    assert run.exit_code == 2
    assert "landmarks.csv:2" in run.output and "Traceback" not in run.output
    assert not (spoiled / "reports").exists() and not (spoiled / "data/processed").exists()


def test_wrong_data_leaves_a_report_that_is_there_untouched(project):
    assert ircc("report", "--edition", "first").exit_code == 0
    before = files(project / "reports") | files(project / "data/processed")
    path = project / "data/raw/trials.csv"
    content = rows(path)
    write_rows(path, [*content, content[0]])
    assert ircc("report", "--edition", "first").exit_code == 2
    assert files(project / "reports") | files(project / "data/processed") == before


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("--edition", "tenyear"), "unknown edition"),
        (("--raw", "nowhere"), "no such folder"),
        (("--jobs", "0"), "--jobs"),
        (("--edition", "first", "--entity", "gastric"), "gastric cancer"),
        (("--edition", "first", "--cluster", "tcp://127.0.0.1:1"), "no Dask scheduler"),
    ],
)
def test_a_wrong_call_is_told_in_a_sentence(project, arguments, words):
    with dask.config.set({"distributed.comm.timeouts.connect": "1s"}):
        run = ircc("report", *arguments)
    assert run.exit_code == 2
    assert words in run.output and "Traceback" not in run.output


def test_the_report_says_where_to_open_it_and_then_that_nothing_has_changed(project):
    first = ircc("report", "--edition", "first")
    assert first.exit_code == 0 and "3 pages made" in first.output
    assert str(project / "reports/first/index.html") in first.output
    second = ircc("report", "--edition", "first")
    assert second.exit_code == 0 and "Nothing has changed" in second.output


def test_a_report_with_a_failed_notebook_exits_with_one(project):
    path = project / "notebooks/00_update.ipynb"
    path.write_text(path.read_text().replace('"len(reg.trials)"', '"1/0"'))
    run = ircc("report", "--edition", "first")
    assert run.exit_code == 1
    assert "FAILED  first/00_update: ZeroDivisionError" in run.output


def test_editions_are_listed(project):
    run = ircc("editions")
    assert run.exit_code == 0
    assert all(name in run.output for name in ("first", "five-year", "ten-year", "living"))

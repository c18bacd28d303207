"""A folder never stays broken: what is torn, deleted or changed by hand is made anew, and two runs never mix."""

import json
import os
import shutil
import subprocess
import sys
import time

import pytest
from small_project import files, notebook, rows, write_rows

IRCC = [sys.executable, "-c", "from ircc_lib.cli import main; main()"]


def state_of(project):
    return project / ".pytask/reports"


TORN = {
    "an empty configuration": ".pytask/reports/pytask.toml",
    "an empty record": ".pytask/reports/pytask.lock",
    "an empty plan": ".pytask/reports/plans/first.json",
    "empty digests": ".pytask/reports/digests.json",
    "empty inputs": ".pytask/reports/inputs.json",
    "an empty account of the edition": "reports/first/edition.json",
    "a torn cleaned registry": "data/processed/datapackage.json",
    "a torn table of an edition": "data/processed/editions/first/trials.arrow",
}


@pytest.fixture(scope="session")
def made(small_project, tmp_path_factory):
    """The small project with its report."""
    root = tmp_path_factory.mktemp("made") / "project"
    shutil.copytree(small_project, root)
    subprocess.run([*IRCC, "report", "--edition", "first"], cwd=root, check=True, capture_output=True)
    return root


@pytest.fixture
def with_report(made, tmp_path, monkeypatch):
    """A copy of it, which the test stands in."""
    root = tmp_path / "project"
    shutil.copytree(made, root)
    monkeypatch.chdir(root)
    return root


@pytest.mark.parametrize("name", TORN.values(), ids=TORN)
def test_what_is_torn_is_made_anew(with_report, report, name):
    expected = files(with_report / "reports")
    path = with_report / name
    path.write_bytes(path.read_bytes()[:7] if name.startswith("data") else b"")
    outcome = report()
    assert not outcome.failed
    assert files(with_report / "reports") == expected
    assert report().nothing_to_do


def test_a_state_folder_that_is_nothing_but_torn_files_is_made_anew(with_report, report):
    expected = files(with_report / "reports")
    for path in state_of(with_report).rglob("*"):
        if path.is_file():
            path.write_bytes(b"\0")
    assert not report().failed
    assert files(with_report / "reports") == expected


def test_what_was_deleted_or_overwritten_by_hand_is_noticed_and_made_again(with_report, report):
    site = with_report / "reports/first"
    expected = files(with_report / "reports")
    (site / "_static/site.css").unlink()
    (site / "data/trials.csv").write_text("mine")
    (site / "trials").mkdir(exist_ok=True)
    table = next((site / "tables").iterdir())
    table.unlink()
    (site / "_static/editions.js").write_text("")
    assert not report().nothing_to_do
    assert files(with_report / "reports") == expected
    assert report().nothing_to_do


def test_an_edit_that_keeps_the_time_of_the_file_is_noticed(with_report, report):
    path = with_report / "notebooks/00_update.ipynb"
    before = path.stat()
    path.write_text(path.read_text().replace("trials', n=", "reports', n="))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert set(report().built) == {"first/00_update"}
    page = with_report / "reports/first/index.html"
    text, before = page.read_text(), page.stat()
    page.write_text(text.replace("reports", "stroper"))
    os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns))
    report()
    assert page.read_text() == text


def test_leftovers_of_killed_runs_are_removed_by_the_next(with_report, report):
    for left in ("reports/first/.index.html.a1b2c3d4", "data/processed/.trials.csv.a_b2c3d4", "reports/.x.zzzzzzzz"):
        (with_report / left).write_text("half")
    assert report().nothing_to_do
    assert not [path for path in with_report.rglob(".*.????????") if path.is_file()]


def test_a_relative_out_is_taken_from_where_the_user_stands(made, tmp_path):
    root = tmp_path / "project"
    shutil.copytree(made, root)
    inner = root / "notebooks"
    run = subprocess.run([*IRCC, "report", "--edition", "first", "--out", "here"], cwd=inner, capture_output=True)
    assert run.returncode == 0, run.stderr
    assert (inner / "here/first/index.html").is_file() and not (root / "here").exists()


@pytest.mark.thorough
def test_two_registries_at_once_never_mix(project, tmp_path):
    """Both stand in one folder, so that all that is beside them is shared."""
    shutil.copytree(project / "data/raw", project / "data/other")
    path = project / "data/other/landmarks.csv"
    content = rows(path)
    for row in content:
        row["note"] = "of the other registry"
    write_rows(path, content)
    expected = {}
    for name in ("raw", "other"):
        subprocess.run(_report(name, tmp_path / "alone" / name), cwd=project, check=True, capture_output=True)
        expected[name] = files(tmp_path / "alone" / name)
    assert expected["raw"] != expected["other"]
    for delay in (0, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.3, 1.6, 2.0):
        runs = []
        for name in ("raw", "other"):
            out = tmp_path / f"at-once-{delay}" / name
            runs.append((name, out, subprocess.Popen(_report(name, out), cwd=project, stdout=subprocess.PIPE)))
            time.sleep(delay)
        for name, out, run in runs:
            run.communicate(timeout=300)
            assert run.returncode == 0
            assert files(out) == expected[name]


def _report(name, out):
    return [*IRCC, "report", "--edition", "first", "--raw", f"data/{name}", "--out", str(out), "--jobs", "2"]


def test_nothing_tells_where_a_report_was_made(project, tmp_path):
    shutil.copytree(project / "data/raw", tmp_path / "elsewhere/raw")
    path = tmp_path / "elsewhere/raw/landmarks.csv"
    content = rows(path)
    write_rows(path, [row | {"of_my_own": "1"} for row in content])  # which is flagged, with its file
    notebook(project / "notebooks/01_broken.ipynb", "Broken", "registry", "raise ValueError(registry)")
    out = tmp_path / "site"
    command = [*IRCC, "report", "--edition", "first", "--raw", str(tmp_path / "elsewhere/raw"), "--out", str(out)]
    run = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert run.returncode == 1 and "01_broken" in run.stdout
    assert json.loads((out / "first/run.json").read_text())["failed"]
    told = [str(tmp_path), str(project), sys.prefix, os.path.dirname(os.path.dirname(IRCC[0]))]
    for path in out.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [place for place in told if place.encode() in content], path

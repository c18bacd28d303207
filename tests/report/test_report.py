"""The report is made of what changed, in the same bytes every time, and whatever happens in between."""

import ast
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from small_project import files, notebook, rows, write_rows

from ircc_lib.report.report import UsageError
from tests.thoroughness import sample

IRCC = str(Path(sys.executable).with_name("ircc"))
PAGES = {"first/00_update", "first/entities/gastric-cancer", "first/entities/renal-cell-carcinoma"}


def change_a_rate(project: Path, entity_trial: str) -> None:
    path = project / "data/raw/landmarks.csv"
    content = rows(path)
    row = next(row for row in content if row["trial_id"] == entity_trial)
    row["survival_pct"] = str(round(float(row["survival_pct"]) + 0.5, 1))
    write_rows(path, content)


def a_trial_of(project: Path, entity: str) -> str:
    with_rates = {row["trial_id"] for row in rows(project / "data/raw/landmarks.csv")}
    tumours = rows(project / "data/raw/tumours.csv")
    names = {row["tumour_reported"] for row in tumours if row["entity"] == entity}
    return next(
        row["trial_id"]
        for row in rows(project / "data/raw/entities.csv")
        if row["tumour_reported"] in names and row["trial_id"] in with_rates
    )


def test_a_run_makes_every_page_and_a_second_one_nothing(project, report):
    first = report()
    assert set(first.built) == PAGES and not first.failed
    made = project / "reports/first"
    assert {"index.html", "data.html", "run.json"} <= {path.name for path in made.glob("*")}
    account = json.loads((made / "run.json").read_text())
    assert {f"first/{page}" for page in account["rebuilt"]} == PAGES
    assert account["data"].startswith("sha256:") and "pandas" in account["versions"]
    before = {path: path.stat().st_mtime_ns for path in made.rglob("*")}
    os.utime(project / "data/raw/trials.csv")
    os.utime(project / "notebooks/00_update.ipynb")
    second = report()
    assert second.nothing_to_do and not second.built
    assert {path: path.stat().st_mtime_ns for path in made.rglob("*")} == before


def test_a_changed_trial_makes_its_entity_and_the_chapters_anew_and_no_other_page(project, report):
    report()
    change_a_rate(project, a_trial_of(project, "gastric cancer"))
    assert set(report().built) == {"first/00_update", "first/entities/gastric-cancer"}


def test_a_chapter_is_made_anew_when_a_table_that_it_reads_changes_and_not_for_others(project, report):
    notebook(project / "notebooks/01_rates.ipynb", "Rates", "len(reg.landmarks)", reads=["trials", "landmarks"])
    notebook(
        project / "notebooks/02_safety.ipynb", "Safety", "len(reg.adverse_events)", reads=["trials", "adverse_events"]
    )
    assert not report().failed
    change_a_rate(project, a_trial_of(project, "gastric cancer"))
    assert set(report().built) == {"first/00_update", "first/01_rates", "first/entities/gastric-cancer"}


def test_a_chapter_is_given_no_table_that_it_does_not_name(project, report):
    notebook(project / "notebooks/01_rates.ipynb", "Rates", "len(reg.landmarks)", reads=["trials"])
    (why,) = report().failed.values()
    assert "'landmarks' is not in this part of the registry, which holds trials" in why


def shown_last(notebook_that_ran):
    outputs = json.loads(notebook_that_ran.read_text())["cells"][-1]["outputs"]
    return ast.literal_eval("".join(outputs[0]["data"]["text/plain"]))


def test_a_chapter_of_every_edition_is_given_the_tables_that_it_names_of_all_of_them(project, report):
    every = ["every edition", "trials", "adverse_events"]
    whole = "registry, ircc.load_registry(registry).edition_name, sorted(ircc.load_registry(registry).tables)"
    notebook(project / "notebooks/01_every.ipynb", "Every", whole, reads=every)
    notebook(project / "notebooks/02_all.ipynb", "All", whole, reads=every[:1])
    assert not report().failed
    named, every_table = (
        shown_last(project / f"reports/first/notebooks/{page}.ipynb") for page in ("01_every", "02_all")
    )
    assert named == ("data/processed/editions/first/slices/01_every", None, ["adverse_events", "trials"])
    assert every_table[:2] == ("data/processed", None) and {"landmarks", "screening"} <= set(every_table[2])
    change_a_rate(project, a_trial_of(project, "gastric cancer"))
    assert set(report().built) == {"first/00_update", "first/02_all", "first/entities/gastric-cancer"}


def test_every_edition_stands_before_the_tables(project, report):
    notebook(project / "notebooks/01_rates.ipynb", "Rates", "1", reads=["trials", "every edition"])
    with pytest.raises(UsageError, match="'every edition'; allowed are tables of .* and 'every edition' before them"):
        report()


def test_a_chapter_that_names_a_table_which_there_is_not_stops_the_run_with_a_sentence(project, report):
    notebook(project / "notebooks/01_rates.ipynb", "Rates", "1", reads=["trails"])
    with pytest.raises(UsageError, match="01_rates.ipynb: .* 'trails'; allowed are tables of the registry"):
        report()


def test_a_figure_or_table_that_no_page_offers_any_more_goes(project, report):
    notebook(
        project / "notebooks/01_rates.ipynb",
        "Rates",
        "ircc.display.Table(data=reg.trials[['trial_id']], name='one', caption='Trials.')",
    )
    report()
    path = project / "notebooks/01_rates.ipynb"
    path.write_text(path.read_text().replace("name='one'", "name='two'"))
    report()
    names = {path.name for path in (project / "reports/first/tables").iterdir()}
    assert "01_rates-two.csv" in names and "01_rates-one.csv" not in names
    assert any(name.startswith("entities-gastric-cancer-") for name in names)


def test_a_changed_notebook_makes_its_own_pages_anew(project, report):
    report()
    path = project / "notebooks/00_update.ipynb"
    path.write_text(path.read_text().replace("trials', n=", "studies', n="))
    assert set(report().built) == {"first/00_update"}
    assert "studies" in (project / "reports/first/index.html").read_text()


def test_a_page_that_was_changed_or_removed_is_made_again_from_the_notebook_that_ran(project, report):
    report()
    page = project / "reports/first/index.html"
    content = page.read_text()
    page.write_text("changed")
    (project / "reports/first/entities/gastric-cancer.html").unlink()
    assert set(report().built) == {"first/00_update", "first/entities/gastric-cancer"}
    assert page.read_text() == content


def test_force_makes_everything_and_entity_only_its_page(project, report):
    one = report(entity="gastric cancer")
    assert set(one.built) == {"first/entities/gastric-cancer"}
    assert set(report().built) == PAGES - {"first/entities/gastric-cancer"}
    assert set(report(force=True).built) == PAGES


def test_the_bytes_are_the_same_at_any_number_of_jobs_and_on_plain_kernels(project, report):
    report(jobs=1)
    report(out="other/reports", jobs=3)
    report(out="cold/reports", cold=True)
    expected = files(project / "reports")
    assert files(project / "other/reports") == expected
    assert files(project / "cold/reports") == expected
    text = b"".join(expected.values())
    assert str(project).encode() not in text


def test_a_notebook_that_fails_leaves_the_others_alone_and_is_run_again(project, report):
    path = project / "notebooks/01_broken.ipynb"
    notebook(path, "Broken", "'until here'", "raise ValueError('no such thing')")
    outcome = report()
    assert outcome.failed == {"first/01_broken": "ValueError: no such thing"}
    page = (project / "reports/first/01_broken.html").read_text()
    assert "no such thing" in page and "until here" in page
    assert set(outcome.built) == PAGES | {"first/01_broken"}
    again = report()
    assert set(again.built) <= {"first/01_broken"} and again.failed
    notebook(path, "Broken", "'mended'")
    assert not report().failed
    assert "no such thing" not in (project / "reports/first/01_broken.html").read_text()


def test_pages_of_what_is_gone_go_too(project, report):
    notebook(project / "notebooks/01_more.ipynb", "More", "1")
    report()
    assert (project / "reports/first/01_more.html").is_file()
    (project / "notebooks/01_more.ipynb").unlink()
    report()
    assert not list((project / "reports/first").rglob("*01_more*"))


def test_all_editions_stand_in_one_site(project, report):
    for edition in ("first", "living"):
        report(edition)
    index = (project / "reports/index.html").read_text()
    assert "first/index.html" in index and "living/index.html" in index


@pytest.mark.parametrize("seconds", sample([2.0, 0.3], 1))
def test_a_run_that_is_killed_leaves_whole_files_and_the_next_one_goes_on(project, report, seconds):
    run = subprocess.Popen(
        [IRCC, "report", "--edition", "first"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    plans = project / ".pytask/reports/plans"
    while not plans.exists() and run.poll() is None:
        time.sleep(0.02)
    time.sleep(seconds)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    for path in (project / "reports").rglob("*.ipynb"):
        json.loads(path.read_text())
    assert not report().failed
    assert report().nothing_to_do
    shutil.copytree(project / "reports", project / "resumed")
    report(force=True)
    assert files(project / "resumed") == files(project / "reports")


@pytest.mark.parametrize("seconds", sample([1.5, 0.0], 1))
def test_an_interrupted_run_leaves_no_process_and_the_next_one_goes_on(project, report, seconds):
    notebook(project / "notebooks/01_long.ipynb", "Long", "import time; time.sleep(600)")
    run = subprocess.Popen(
        [IRCC, "report", "--edition", "first"],
        stdout=subprocess.PIPE,
        text=True,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    wait_until(lambda: (project / ".pytask/reports/plans/first.json").exists())
    time.sleep(seconds)
    started = psutil.Process(run.pid).children(recursive=True)
    assert started
    os.killpg(run.pid, signal.SIGINT)  # as Ctrl-C on a terminal does
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 1
    assert "Interrupted. Run it again" in said and "Traceback" not in said
    assert wait_until(lambda: not any(process.is_running() for process in started))
    notebook(project / "notebooks/01_long.ipynb", "Long", "1")
    assert not report().failed


def test_a_second_interrupt_ends_the_run_at_once_and_without_a_traceback(project, report):
    notebook(project / "notebooks/01_long.ipynb", "Long", "import time; time.sleep(600)")
    run = subprocess.Popen(
        [IRCC, "report", "--edition", "first"],
        stdout=subprocess.PIPE,
        text=True,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    wait_until(lambda: (project / ".pytask/reports/plans/first.json").exists())
    for _ in range(2):
        os.killpg(run.pid, signal.SIGINT)
        time.sleep(0.05)
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 1 and "Traceback" not in said
    notebook(project / "notebooks/01_long.ipynb", "Long", "1")
    assert not report().failed


def wait_until(holds, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def test_a_second_run_on_the_same_folder_waits_for_the_first(project, report):
    outcomes = []
    threads = [threading.Thread(target=lambda: outcomes.append(report())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome.nothing_to_do for outcome in outcomes) == [False, True]
    assert any("Another run is making" in outcome.said for outcome in outcomes)


def test_a_full_disk_leaves_no_half_written_file(project):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (9_000, 9_000))  # as a disk that has no more room than that

    # Coverage, where it watches, writes a file of its own and would fail as well.
    unwatched = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    command = [IRCC, "report", "--edition", "first"]
    run = subprocess.run(command, capture_output=True, text=True, preexec_fn=limit, env=unwatched)
    assert run.returncode == 1
    assert "Traceback" not in run.stdout + run.stderr
    written = [*(project / "reports").rglob("*"), *(project / "data/processed").rglob("*")]
    assert not [path for path in written if path.is_file() and path.stat().st_size == 9_000]

"""Template, filled, enrolled, and back: what was typed is what the registry holds, and all of it can be undone."""

import json
import os
import signal
import sys

import openpyxl
import pytest

from tests.enrolment.conftest import DOE, PROJECT


def cells(path) -> dict:
    book = openpyxl.load_workbook(path)
    return {
        sheet.title: [
            [str(cell) if cell is not None else "" for cell in row] for row in sheet.iter_rows(values_only=True)
        ]
        for sheet in book
        if sheet.title not in ("Read me", "Checklist", "lists", "Check")
    }


def test_a_filled_workbook_is_enrolled_and_comes_back_as_it_was_typed(project):
    filled = project.fill()
    project.run("enrol", filled, "--write", "--yes", "--by", "R. Doe", expect=0)
    assert project.rows("medians", trial_id="Doe2019", group="cik")[0]["median_reported"] == "36.5"
    assert project.rows("trials", trial_id="Doe2019")[0]["phase"] == "1/2"
    project.run("workbook", "--trial", "Doe2019", "-o", "again.xlsx")
    assert cells("again.xlsx") == cells(filled)
    assert "nothing new" in project.run("enrol", "again.xlsx", expect=0)


def test_the_registry_has_no_errors_afterwards_and_other_rows_keep_their_bytes(project):
    before = project.raw_bytes()
    project.run("enrol", project.fill(), "--write", "--yes", expect=0)
    after = project.raw_bytes()
    assert all(after[name].startswith(content) for name, content in before.items())
    assert {name for name in after if after[name] != before[name]} == {f"{table}.csv" for table in DOE}
    project.run("check", project.raw, expect=0)


def test_a_lone_carriage_return_stays_in_its_cell(project):
    noted = {**DOE, "trials": [DOE["trials"][0] | {"note": "one\rtwo"}]}
    project.run("enrol", project.fill(noted), "--write", "--yes", expect=0)
    assert len(project.rows("trials", trial_id="Doe2019")) == 1
    project.run("check", project.raw, expect=0)


def test_the_same_file_twice_writes_nothing_the_second_time(project):
    filled = project.fill()
    said = project.run("enrol", filled, "--write", "--yes", expect=0)
    assert "To be written: rows: 1 trials" in said and "without --write" not in said
    before = project.bytes()
    assert "there already" in project.run("enrol", filled, "--write", "--yes", expect=0)
    assert project.bytes() == before


def test_a_check_changes_no_file_below_data(project):
    filled = project.fill()
    before = project.bytes()
    project.run("enrol", filled)
    assert project.bytes() == before
    assert (project.folder / "filled.check.xlsx").is_file()


def test_undo_restores_the_bytes_of_before(project):
    before = project.raw_bytes()
    project.run("enrol", project.fill(), "--write", "--yes", expect=0)
    listed = project.run("enrol", "--list", expect=0)
    assert "Doe2019" in listed and "filled.xlsx" in listed
    batch = listed.split()[0]
    record = json.loads((project.folder / "data" / "enrolments" / batch / "batch.json").read_text(encoding="utf-8"))
    assert (project.folder / "data" / "enrolments" / batch / "filled.xlsx").is_file()
    assert record["files"][0]["sha256"] and len(record["added"]) == 5
    project.run("enrol", "--undo", batch, expect=0)
    assert project.raw_bytes() == before
    assert "undone before" in project.run("enrol", "--undo", batch, expect=2)


def test_what_a_later_batch_has_changed_is_named_with_it_and_can_be_undone_after_it(project):
    before = project.raw_bytes()
    other = {"trials": [DOE["trials"][0] | {"trial_id": "Roe2020", "cohort": "Roe2020", "first_author": "Roe", "year": 2020,
                                            "doi": "10.9999/roe.2020", "title": "CIK cells in other stomachs"}],
             "entities": [DOE["entities"][0] | {"trial_id": "Roe2020"}]}  # fmt: skip
    for rows, name in (
        (DOE, "first.xlsx"),
        (other, "other.xlsx"),
        ({"trials": [{"trial_id": "Doe2019", "setting": "adjuvant"}]}, "later.xlsx"),
    ):
        project.run("enrol", project.fill(rows, name), "--write", "--yes", expect=0)
    first, third, second = (line.split()[0] for line in project.run("enrol", "--list").splitlines())
    assert f"has been changed since by {second}" in project.run("enrol", "--undo", first, expect=0)
    for batch in (second, first, third):
        assert "Kept" not in project.run("enrol", "--undo", batch, expect=0)
    assert project.raw_bytes() == before


def test_undo_keeps_and_names_what_was_changed_since(project):
    project.run("enrol", project.fill(), "--write", "--yes", expect=0)
    path = project.raw / "medians.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Doe2019,OS,cik,40,36.5", "Doe2019,OS,cik,40,37"))
    batch = project.run("enrol", "--list").split()[0]
    assert "names Doe2019" in project.run("enrol", "--undo", batch, expect=2)
    assert project.rows("trials", trial_id="Doe2019")


def test_undo_is_refused_while_a_later_report_shares_the_patients(project):
    project.run("enrol", project.fill(), "--write", "--yes", expect=0)
    later = {"trials": [DOE["trials"][0] | {"trial_id": "Doe2021", "doi": "10.9999/doe.2021", "year": 2021,
                                            "title": "Five years later: another paper"}],
             "entities": [DOE["entities"][0] | {"trial_id": "Doe2021"}]}  # fmt: skip
    project.run("enrol", project.fill(later, "later.xlsx"), "--write", "--yes", expect=0)
    batch = project.run("enrol", "--list").split()[0]
    assert "Doe2021 names Doe2019 in cohort" in project.run("enrol", "--undo", batch, expect=2)


def test_one_held_trial_does_not_hold_the_others(project):
    rows = {**DOE, "trials": [*DOE["trials"], {"trial_id": "Roe2020", "first_author": "Roe", "year": 2020}]}
    said = project.run("enrol", project.fill(rows), "--write", "--yes", expect=2)
    assert "HELD           Roe2020" in said and "design, product, publication_type" in said
    assert project.rows("trials", trial_id="Doe2019") and not project.rows("trials", trial_id="Roe2020")


def test_an_error_is_said_by_cell_and_nothing_of_its_trial_is_written(project):
    rows = {**DOE, "landmarks": [{"trial_id": "Doe2019", "endpoint": "OS", "group": "cik", "time": 5, "unit": "years",
                                  "survival_pct": 140, "source_url": "https://example.org", "locator": "abstract"}]}  # fmt: skip
    before = project.bytes()
    said = project.run("enrol", project.fill(rows), "--write", "--yes", expect=2)
    column = openpyxl.load_workbook(project.folder / "filled.xlsx")["landmarks"]
    letter = next(cell.column_letter for cell in column[1] if cell.value == "survival_pct")
    assert f"landmarks!{letter}2: Doe2019: survival_pct" in said and "140" in said
    assert project.bytes() == before


def test_blank_never_erases_and_a_conflict_is_asked(project):
    project.run("enrol", project.fill(), "--write", "--yes", expect=0)
    changed = {"trials": [{"trial_id": "Doe2019", "n_total": 81, "setting": "adjuvant"}]}
    path = project.fill(changed, "changed.xlsx")
    said = project.run("enrol", path, expect=2)
    assert "conflict:trials:Doe2019:n_total" in said and "'80'" in said and "'81'" in said
    project.run("enrol", path, "--write", "--yes", expect=0)
    assert project.rows("trials", trial_id="Doe2019")[0]["n_total"] == "80"
    assert project.rows("trials", trial_id="Doe2019")[0]["setting"] == "adjuvant"
    assert project.rows("trials", trial_id="Doe2019")[0]["country"] == "Japan"
    project.run("enrol", path, "--write", "--yes", "--answer", "conflict=replace:misprint", expect=0)
    assert project.rows("trials", trial_id="Doe2019")[0]["n_total"] == "81"


def test_an_update_is_undone_to_the_byte(project):
    before = project.raw_bytes()
    path = project.fill({"trials": [{"trial_id": "Lee2019", "pmid": "30673800"}]})
    project.run("enrol", path, "--write", "--yes", expect=0)
    assert project.rows("trials", trial_id="Lee2019")[0]["pmid"] == "30673800"
    project.run("enrol", "--undo", project.run("enrol", "--list").split()[0], expect=0)
    assert project.raw_bytes() == before


@pytest.mark.thorough
def test_two_registrars_at_once_check_again(project):
    from ircc_lib.enrolment.checking.plan import make_plan
    from ircc_lib.enrolment.decisions import Decisions
    from ircc_lib.enrolment.readers import read_files
    from ircc_lib.enrolment.writing.batches import enrol
    from ircc_lib.enrolment.writing.write import NotWrittenError

    decisions = Decisions(yes=True)
    filled = project.fill()
    plan = make_plan(read_files([filled], decisions), project.raw, decisions)
    other = project.fill({"trials": [{"trial_id": "Lee2019", "pmid": "30673800"}]}, "other.xlsx")
    project.run("enrol", other, "--write", "--yes", expect=0)
    with pytest.raises(NotWrittenError, match="changed since the check"):
        enrol(plan, [filled])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a kill of this kind is POSIX's")
@pytest.mark.thorough
def test_thirty_kills_leave_the_old_or_the_new_state(project, monkeypatch):
    """The writer is killed at its first, second ... thirtieth touch of the disk, and the bytes are looked at."""
    from ircc_lib.enrolment.checking.plan import make_plan
    from ircc_lib.enrolment.decisions import Decisions
    from ircc_lib.enrolment.readers import read_files
    from ircc_lib.enrolment.writing import batches, future, write

    filled, old = project.fill(), project.raw_bytes()
    decisions = Decisions(yes=True)
    plan = make_plan(read_files([filled], decisions), project.raw, decisions)
    batches.enrol(plan, [filled])
    new = project.raw_bytes()
    batches.undo(project.raw, batches.batches(project.raw)[-1]["batch"])
    monkeypatch.setattr(future, "sentences", lambda folder: ([], []))  # the check takes a second, and touches nothing
    states = []
    for number in range(1, 31):
        child = os.fork()
        if child == 0:
            _die_at(number, str(project.folder))
            batches.enrol(plan, [filled])
            os._exit(0)
        os.waitpid(child, 0)
        now = project.raw_bytes()
        assert now in (old, new), number
        states.append(now == new)
        with write.locked(project.raw):
            pass  # what the next command does first
        last = batches.batches(project.raw)[-1]
        assert ("undoes" not in last) == (now == new)
        if now == new:
            batches.undo(project.raw, last["batch"])
        assert project.raw_bytes() == old
    assert False in states


class _KilledError(BaseException):
    """What nothing catches."""


def test_a_writing_killed_between_two_tables_is_finished_by_the_next_command_of_any_kind(project, monkeypatch):
    """Where two folders cannot change places in one step, a journal says what was begun."""
    from ircc_lib.enrolment.writing import write

    filled = project.fill()
    monkeypatch.setattr(write, "_exchange", lambda one, other: False)
    moved, replace = [], os.replace

    def killed(source, target):
        if str(target).startswith(str(project.raw)):
            moved.append(target)
            if len(moved) == 2:
                raise _KilledError
        replace(source, target)

    monkeypatch.setattr(write.os, "replace", killed)
    with pytest.raises(_KilledError):
        project.run("enrol", filled, "--write", "--yes")
    monkeypatch.undo()
    monkeypatch.chdir(project.folder)
    project.run("check", project.raw, expect=0)
    assert all(project.rows(table, trial_id="Doe2019") for table in DOE)
    assert "Doe2019" in project.run("enrol", "--list", expect=0)


@pytest.mark.skipif(os.name == "nt", reason="a terminal of this kind is POSIX's")
def test_at_a_terminal_what_is_open_is_asked_and_the_answers_are_taken(project):
    import pty
    import subprocess

    rows = {**DOE, "trials": [{**DOE["trials"][0], "cohort": None, "followup_months": "57,2", "n_total": "80"}]}
    project.fill(rows)
    leader, follower = pty.openpty()
    os.write(leader, b"y\nown\n")
    program = "from ircc_lib.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "enrol", "filled.xlsx", "--write", "--raw", str(project.raw)],
        stdin=follower, capture_output=True, text=True, cwd=project.folder, timeout=120,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
    os.close(leader)
    os.close(follower)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "decimal comma: take this repair" in done.stdout and "own" in done.stdout
    assert project.rows("trials", trial_id="Doe2019")[0]["followup_months"] == "57.2"


def _die_at(number: int, folder: str) -> None:
    touched = []

    def watch(event: str, args: tuple) -> None:
        writes = event in ("os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir", "os.chmod")
        if event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR):
            writes = True
        if writes and folder in str(args):
            touched.append(event)
            if len(touched) == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)

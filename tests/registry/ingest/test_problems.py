"""What stops a load: every problem at once, with file, line, column, what was found, what is allowed."""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import ircc_lib as ircc
from ircc_lib.cli import main
from ircc_lib.registry.store import check_registry

PROJECT = Path(__file__).parents[3]


def delete_a_column(raw):
    raw.write("trials", [{name: cell for name, cell in row.items() if name != "design"} for row in raw.rows("trials")])
    return "trials.csv", 1, "design", ""


def repeat_a_trial(raw):
    rows = raw.rows("trials")
    raw.write("trials", [*rows, rows[0]])
    return "trials.csv", len(rows) + 2, "trial_id", rows[0]["trial_id"]


def survival_of_140_percent(raw):
    raw.set("landmarks", 7, survival_pct="140")
    return "landmarks.csv", 7, "survival_pct", "140"


def interval_upside_down(raw):
    raw.set("comparisons", 43, ci_low="2", ci_high="1")
    return "comparisons.csv", 43, "ci_low", "2"


def unknown_trial(raw):
    raw.set("landmarks", 9, trial_id="Nobody2020")
    return "landmarks.csv", 9, "trial_id", "Nobody2020"


def byte_that_is_not_utf8(raw):
    content = raw.path("medians").read_bytes()
    at = content.index(b"not reached")
    raw.path("medians").write_bytes(content[:at] + b"\xff" + content[at:])
    return "medians.csv", content[:at].count(b"\n") + 1, "median_reported", "0xff"


def empty_file(raw):
    raw.path("patients").write_bytes(b"")
    return "patients.csv", 1, "", ""


def one_field_too_many(raw):
    lines = raw.path("entities").read_text("utf-8").split("\n")
    lines[7] += ",surplus"
    raw.path("entities").write_text("\n".join(lines), "utf-8")
    return "entities.csv", 8, "after note", "surplus"


def one_field_too_few(raw):
    lines = raw.path("entities").read_text("utf-8").split("\n")
    lines[7] = "Zhao2013,gastric cancer"
    raw.path("entities").write_text("\n".join(lines), "utf-8")
    return "entities.csv", 8, "n_patients", ""


def missing_table(raw):
    raw.path("screening").unlink()
    return "screening.csv", 1, "", ""


def negative_count(raw):
    raw.set("trials", 5, n_cik="-3")
    return "trials.csv", 5, "n_cik", "-3"


def count_in_words(raw):
    raw.set("trials", 5, n_cik="many")
    return "trials.csv", 5, "n_cik", "many"


def half_a_patient(raw):
    raw.set("responses", 5, cr="1.5")
    return "responses.csv", 5, "cr", "1.5"


def unknown_design(raw):
    raw.set("trials", 5, design="randomized")
    return "trials.csv", 5, "design", "randomized"


def unknown_group(raw):
    raw.set("medians", 5, group="treated")
    return "medians.csv", 5, "group", "treated"


def unknown_unit(raw):
    raw.set("medians", 5, unit="fortnights")
    return "medians.csv", 5, "unit", "fortnights"


def unknown_tumour(raw):
    raw.set("entities", 5, tumour_reported="carcinoma of the moon")
    return "entities.csv", 5, "tumour_reported", "carcinoma of the moon"


def unknown_cohort(raw):
    raw.set("trials", 5, cohort="Nobody2020")
    return "trials.csv", 5, "cohort", "Nobody2020"


def unknown_edition(raw):
    raw.set("published_claims", 5, edition="eleven-year")
    return "published_claims.csv", 5, "edition", "eleven-year"


def quote_that_does_not_end(raw):
    lines = raw.path("entities").read_text("utf-8").split("\n")
    lines[3] = '"' + lines[3]
    raw.path("entities").write_text("\n".join(lines), "utf-8")
    return "entities.csv", 4, "trial_id", ""


def only_blank_lines(raw):
    raw.path("tumours").write_text("\n\n", "utf-8")
    return "tumours.csv", 1, "", ""


def column_twice(raw):
    lines = raw.path("entities").read_text("utf-8").split("\n")
    lines[0] += ",note"
    raw.path("entities").write_text("\n".join(lines), "utf-8")
    return "entities.csv", 1, "note", ""


STOPPING = [
    delete_a_column,
    repeat_a_trial,
    survival_of_140_percent,
    interval_upside_down,
    unknown_trial,
    byte_that_is_not_utf8,
    empty_file,
    one_field_too_many,
]
OTHERS = [
    one_field_too_few,
    missing_table,
    negative_count,
    count_in_words,
    half_a_patient,
    unknown_design,
    unknown_group,
    unknown_unit,
    unknown_tumour,
    unknown_cohort,
    unknown_edition,
    quote_that_does_not_end,
    only_blank_lines,
    column_twice,
]


@pytest.mark.parametrize("spoil", [*STOPPING, *OTHERS], ids=lambda spoil: spoil.__name__)
def test_a_spoilt_table_is_refused_naming_file_line_column_and_what_was_found(raw, spoil):
    file, line, column, found = spoil(raw)
    problems = raw.problems()
    said = {(Path(problem.file).name, problem.line, problem.column, problem.found) for problem in problems}
    assert (file, line, column, found) in said
    assert all(problem.allowed for problem in problems)


def test_a_repeated_trial_names_both_lines(raw):
    rows = raw.rows("trials")
    raw.write("trials", [*rows, rows[3]])
    [problem] = raw.problems()
    assert problem.line == len(rows) + 2 and "line 5" in problem.why


def test_every_problem_of_every_table_is_reported_at_once(raw):
    for spoil in (survival_of_140_percent, negative_count, half_a_patient, unknown_trial, empty_file, unknown_unit):
        spoil(raw)
    raw.set("trials", 6, n_cik="x")
    raw.set("trials", 7, design="y")
    said = {(Path(problem.file).name, problem.line, problem.column) for problem in raw.problems()}
    assert said == {
        ("landmarks.csv", 7, "survival_pct"),
        ("trials.csv", 5, "n_cik"),
        ("trials.csv", 6, "n_cik"),
        ("trials.csv", 7, "design"),
        ("responses.csv", 5, "cr"),
        ("landmarks.csv", 9, "trial_id"),
        ("patients.csv", 1, ""),
        ("medians.csv", 5, "unit"),
    }


def test_lines_are_those_of_the_file_when_cells_hold_line_breaks(raw):
    raw.set("landmarks", 4, note='two\nlines and "quotes"')
    raw.set("landmarks", 10, survival_pct="140")
    [problem] = raw.problems()
    shown = raw.path("landmarks").read_text("utf-8").split("\n")[problem.line - 1]
    assert problem.line == 11 and '"140"' in shown


def test_blank_lines_do_not_count_as_rows_but_as_lines(raw):
    lines = raw.path("landmarks").read_text("utf-8").split("\n")
    lines.insert(4, "")
    raw.path("landmarks").write_text("\n".join(lines), "utf-8")
    registry = raw.load()
    assert len(registry.landmarks) == 270
    assert registry.landmarks["line"].tolist()[:5] == [2, 3, 4, 6, 7]


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(raw, seed):
    content = raw.path("trials").read_bytes().replace(b"\n", b"\r\n")
    raw.path("trials").write_bytes(b"\xef\xbb\xbf" + content)
    assert raw.load().trials.equals(seed.trials)


def test_a_column_that_the_registry_does_not_know_is_flagged_and_left_out(raw, seed):
    raw.write("trials", [row | {"my_remark": "x"} for row in raw.rows("trials")])
    registry = raw.load()
    assert list(registry.trials) == list(seed.trials)
    [flag] = registry.flags[registry.flags["column"] == "my_remark"].to_dict("records")
    assert (flag["table"], flag["line"]) == ("trials", 1)


def test_a_problem_prints_as_one_sentence(raw):
    raw.set("landmarks", 7, survival_pct="140")
    with pytest.raises(ircc.RegistryError) as stopped:
        raw.load()
    assert str(stopped.value) == (
        f"{raw.path('landmarks')}:7: survival_pct: the value is not allowed, "
        "found '140', allowed a number from 0 to 100"
    )


def test_the_sound_registry_has_flags_and_no_problems():
    problems, flags = check_registry(PROJECT / "data" / "raw")
    assert problems == []
    assert any(
        re.match(r"data/raw/comparisons\.csv:\d+: p_value: ", flag) and "'<0.05 or <0.01'" in flag for flag in flags
    )


def _contents(folder: Path) -> dict:
    return {
        path.relative_to(folder): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("spoil", STOPPING, ids=lambda spoil: spoil.__name__)
def test_ircc_check_exits_2_names_the_place_and_touches_nothing(raw, tmp_path, monkeypatch, spoil):
    file, line, column, _ = spoil(raw)
    for folder in ("processed", "reports"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "kept.txt").write_text("as it was")
    shutil.copy(PROJECT / "editions.toml", tmp_path)
    before = _contents(tmp_path)
    monkeypatch.chdir(tmp_path)
    ran = CliRunner().invoke(main, ["check", "raw"])
    assert ran.exit_code == 2
    assert f"raw/{file}:{line}: {column}" in ran.output
    assert _contents(tmp_path) == before


def test_ircc_check_of_the_sound_registry_exits_0():
    ran = subprocess.run(
        [sys.executable, "-c", "from ircc_lib.cli import main; main()", "check"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr

"""Files of a registry as people leave them."""

import csv
import shutil
from pathlib import Path

import pytest

import ircc_lib as ircc
from ircc_lib.registry.store import check_registry
from tests.registry.made_up import write_registry


def test_the_made_up_trial_raises_no_question(made):
    assert made.load().flags[["table", "column", "why"]].values.tolist() == []


def test_the_made_up_registry_is_written_as_people_write_it(made):
    made.load()
    with open(made.folder / "trials.csv", encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 1


def test_flags_tell_no_folder_of_this_machine(made):
    made.set("trials", 0, title="")
    assert made.load().flags["file"].tolist() == ["raw/trials.csv"]
    _, [flag] = check_registry(write_registry(made.folder, made.tables))
    assert flag.startswith(str(made.folder / "trials.csv") + ":2: title: ")


@pytest.mark.parametrize("vocabulary", ["comparators", "denominators"])
def test_a_pattern_that_cannot_be_read_is_one_sentence_with_its_line(made, vocabulary):
    made.load()
    folder = made.folder.parent / "vocabularies"
    shutil.copytree(Path(__file__).parents[3] / "data/vocabularies", folder)
    with open(folder / f"{vocabulary}.csv", "a", encoding="utf-8") as file:
        file.write("(never closed,infusions,a pattern\n")
    lines = (folder / f"{vocabulary}.csv").read_text("utf-8").count("\n")
    with pytest.raises(ircc.RegistryError, match="the regular expression cannot be read") as stopped:
        ircc.load_registry(made.folder)
    [problem] = stopped.value.problems
    assert (problem.line, problem.column, problem.found) == (lines, "pattern", "(never closed")


def test_a_note_to_excel_in_the_first_line_is_one_sentence(made):
    made.load()
    path = made.folder / "medians.csv"
    path.write_text("sep=;\n" + path.read_text("utf-8"), encoding="utf-8")
    problems, _ = check_registry(made.folder)
    assert len(problems) == 1 and "medians.csv:1: " in problems[0] and "sep=;" in problems[0]


def test_a_last_line_of_blanks_is_passed_over(made):
    rows = len(made.load().medians)
    with open(made.folder / "medians.csv", "a", encoding="utf-8") as file:
        file.write("   \n")
    assert len(ircc.load_registry(made.folder).medians) == rows

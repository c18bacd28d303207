"""Cells that stop a load: addresses, numbers and identifiers that cannot be meant; signs that cannot be seen."""

import pytest

import ircc_lib as ircc
from ircc_lib.registry.store import check_registry
from tests.registry.made_up import write_registry
from tests.registry.spoil import assert_flagged

MISTAKES = {
    "NUL in a title": (lambda made: made.set("trials", 0, title="CIK\x00 cells"), "trials", "title"),
    "writing turned round in a note": (lambda made: made.set("medians", 0, note="a\u202eb"), "medians", "note"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_flagged_at_its_cell(made, mistake):
    assert_flagged(made, MISTAKES[mistake])


@pytest.mark.parametrize(
    ("table", "cells", "column"),
    [
        ("trials", {"year": "2109"}, "year"),
        ("trials", {"n_total": "1000001"}, "n_total"),
        ("trials", {"n_total": str(2**53 + 1)}, "n_total"),
        ("trials", {"n_total": str(2**63)}, "n_total"),
        ("trials", {"n_total": "1e300"}, "n_total"),
        *(
            ("medians", {"source_url": url}, "source_url")
            for url in (
                "javascript:alert(1)",
                "www.example.org/x",
                "htp://x.org",
                "file:///etc/passwd",
                "https://",
                "data:text/html,x",
                "https://user:secret@example.org/",
                "https://exa mple.org/",
                "https://example",
            )
        ),
    ],
)
def test_a_mistake_that_cannot_be_meant_is_an_error(made, table, cells, column):
    made.set(table, 0, **cells)
    with pytest.raises(ircc.RegistryError) as stopped:
        made.load()
    [problem] = [problem for problem in stopped.value.problems if problem.column == column]
    assert problem.found == cells[column] and problem.allowed and problem.line == 2


@pytest.mark.parametrize("other", ["made2018", "Made2018 ", "Made\u200b2018", "\uff2dade2018", "M\u0430de2018"])
def test_identifiers_that_only_look_different_are_an_error(made, other):
    made.another(other, cohort="Made2018")
    with pytest.raises(ircc.RegistryError) as stopped:
        made.load()
    assert {problem.column for problem in stopped.value.problems} == {"trial_id"}


def test_an_identifier_with_a_blank_everywhere_is_an_error(made):
    for rows in made.tables.values():
        for row in rows:
            if "trial_id" in row:
                row["trial_id"] += " "
    made.set("trials", 0, cohort="Made2018 ")
    with pytest.raises(ircc.RegistryError, match="a blank before or after"):
        made.load()


def test_what_cannot_be_seen_is_escaped_in_messages(made):
    made.set("medians", 0, endpoint="O\u202eS\x07")
    _, flags = check_registry(write_registry(made.folder, made.tables))
    assert any("'O\\u202eS\\x07'" in flag for flag in flags) and all(flag.isprintable() for flag in flags)

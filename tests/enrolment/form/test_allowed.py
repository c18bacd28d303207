"""The registrar's guide says what the rules say, and what outside authors use is well formed."""

from pathlib import Path

import yaml

from ircc_lib.enrolment.form.allowed import allowed_table, put_into

PROJECT = Path(__file__).resolve().parents[3]


def test_the_table_of_allowed_values_is_that_of_the_rules():
    """If this fails: ``python -m ircc_lib.enrolment.form.allowed docs/adding-a-trial.md``."""
    page = (PROJECT / "docs" / "adding-a-trial.md").read_text(encoding="utf-8")
    assert put_into(page) == page
    assert "`retrospective_controlled`" in allowed_table()


def test_the_guide_needs_no_python():
    assert "```python" not in (PROJECT / "docs" / "adding-a-trial.md").read_text(encoding="utf-8")


def test_the_form_for_outside_authors_is_one():
    form = yaml.safe_load((PROJECT / ".github" / "ISSUE_TEMPLATE" / "new-trial.yml").read_text(encoding="utf-8"))
    assert form["name"] and form["description"] and {part["type"] for part in form["body"]} >= {"input", "textarea"}
    ids = [part["id"] for part in form["body"] if "id" in part]
    assert len(ids) == len(set(ids))


def test_changes_to_the_data_are_checked_with_the_command_s_own_sentences():
    flow = yaml.safe_load((PROJECT / ".github" / "workflows" / "data-check.yml").read_text(encoding="utf-8"))
    runs = " ".join(step.get("run", "") for step in flow["jobs"]["check"]["steps"])
    assert "ircc check" in runs and flow["jobs"]["check"]["timeout-minutes"] <= 5

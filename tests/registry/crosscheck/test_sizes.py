"""Numbers of patients that do not go together across the tables."""

import pytest

from tests.registry.spoil import assert_flagged


def swap_arm_sizes(made):
    made.set("trials", 0, n_cik="30", n_control="60")
    made.set("medians", 0, n="60").set("medians", 1, n="30")


MISTAKES = {
    "arm sizes the wrong way round": (swap_arm_sizes, "medians", "n"),
    "men and women fewer than all": (lambda made: made.set("trials", 0, n_male="20"), "trials", "n_male + n_female"),
    "more evaluable than in the arm": (
        lambda made: made.set("responses", 0, n_evaluable="70", pd="40", orr_pct="25.7"),
        "responses",
        "n_evaluable",
    ),
    "more at risk than in the arm": (
        lambda made: made.set("adverse_events", 0, n_at_risk="80", pct="15"),
        "adverse_events",
        "n_at_risk",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_flagged_at_its_cell(made, mistake):
    assert_flagged(made, MISTAKES[mistake])

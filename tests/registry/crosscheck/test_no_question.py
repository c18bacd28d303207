"""What is right raises no question, though it looks like a slip."""

import pytest

from tests.registry.made_up import MadeUp
from tests.registry.spoil import more, put, row


def a_mean_above_the_rates(made: MadeUp) -> None:
    """Half had died before the mean: a median could not lie there."""
    for at in (0, 1):
        made.set("landmarks", at, time="12")
    made.set("medians", 0, statistic="mean")


def the_groups_told(made: MadeUp) -> None:
    for group, description in (("cik", "XELOX + CIK"), ("control", "XELOX, no CIK")):
        row(
            "arms", group=group, description=description, n_assigned="45", n_male="25", n_female="20", age_reported="57"
        )(made)


RIGHT = {
    "a mean is not held against the rates": a_mean_above_the_rates,
    "more patients were assigned than treated": row("arms", group="cik", n_assigned="48", n_treated="45"),
    "the groups of the trial": the_groups_told,
    "Greek letters": put("trials", 0, product_reported="CIK cells grown with IFN\u03b3 and IL-1\u03b2"),
    "all alive in both groups": lambda made: [
        more("landmarks", at, time="3", survival_pct="100")(made) for at in (0, 1)
    ],
    "a stage that is a number": put("trials", 0, stage_reported="3"),
}


@pytest.mark.parametrize("right", RIGHT)
def test_what_is_right_raises_no_question(made, right):
    RIGHT[right](made)
    assert made.load().flags[["table", "column", "found", "why"]].values.tolist() == []

"""What the check lets through never fails a page: doubtful rows by name."""

import pytest

from tests.registry.cells import every_notebook
from tests.registry.made_up import MadeUp
from tests.thoroughness import sample


def at_the_start(made):
    for group in (0, 1):
        made.add("landmarks", group, time="0", survival_pct="100")


def not_reached_alone(made):
    for name in ("landmarks", "comparisons", "responses", "adverse_events"):
        made.tables[name].clear()
    for group in (0, 1):
        made.set("medians", group, median_reported="not reached")


def nobody(table, column):
    def spoil(made):
        for group in (0, 1):
            made.set(table, group, **{column: "0"})

    return spoil


DOUBTFUL = {
    "a rate at the start": at_the_start,
    "a median of zero": lambda made: made.set("medians", 0, median_reported="0"),
    "nobody evaluable": nobody("responses", "n_evaluable"),
    "nobody at risk": nobody("adverse_events", "n_at_risk"),
    "not reached in both arms, and nothing else": not_reached_alone,
    "30 complete responses of 16": lambda made: made.set("responses", 0, cr="30", n_evaluable="16"),
    "50 affected of 29": lambda made: made.set("adverse_events", 0, n_affected="50", n_at_risk="29", pct=""),
    "headers alone": lambda made: made.tables.clear(),
}


@pytest.mark.parametrize("doubt", sample(list(DOUBTFUL), 2))
def test_a_doubtful_row_fails_no_notebook(tmp_path, doubt):
    made = MadeUp(tmp_path)
    DOUBTFUL[doubt](made)
    assert every_notebook(tmp_path / "made", made.tables) > 100

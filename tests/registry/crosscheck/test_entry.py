"""Rows without their source, and addresses that cannot be trusted."""

import pytest

from tests.registry.spoil import assert_flagged

MISTAKES = {
    "look-alike address": (
        lambda made: made.set("trials", 0, source_url="https://\u0435xample.org"),
        "trials",
        "source_url",
    ),
    "no locator": (lambda made: made.set("medians", 0, locator=""), "medians", "locator"),
    "no title": (lambda made: made.set("trials", 0, title=""), "trials", "title"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_flagged_at_its_cell(made, mistake):
    assert_flagged(made, MISTAKES[mistake])

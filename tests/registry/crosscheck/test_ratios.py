"""Ratios that lack what makes them usable, or that the rest of the trial contradicts."""

import pytest

from tests.registry.spoil import assert_flagged

MISTAKES = {
    "interval from 0": (lambda made: made.set("comparisons", 0, ci_low="0"), "comparisons", "ci_low"),
    "interval of one bound": (lambda made: made.set("comparisons", 0, ci_high=""), "comparisons", "ci_low"),
    "ratio inverted": (
        lambda made: made.set("comparisons", 0, estimate="1.61", ci_low="1.04", ci_high="2.5", direction=""),
        "comparisons",
        "estimate",
    ),
    "ratio without kind": (lambda made: made.set("comparisons", 0, effect_type=""), "comparisons", "effect_type"),
    "ratio without orientation": (
        lambda made: made.set("comparisons", 0, orientation=""),
        "comparisons",
        "orientation",
    ),
    "ratio without direction": (lambda made: made.set("comparisons", 0, direction=""), "comparisons", "direction"),
    "ratio far from the medians": (
        lambda made: made.set("comparisons", 0, estimate="0.10", ci_low="0.05", ci_high="0.2"),
        "comparisons",
        "estimate",
    ),
    "groups swapped in medians and rates": (
        lambda made: [
            made.set(table, row, group=group)
            for table in ("medians", "landmarks")
            for row, group in ((0, "control"), (1, "cik"))
        ],
        "comparisons",
        "estimate",
    ),
    "p of the rate against p of the curves": (
        lambda made: [made.set("landmarks", row, p_value="0.5") for row in (0, 1)],
        "landmarks",
        "p_value",
    ),
    "arm that no other row knows": (lambda made: made.add("landmarks", 0, group="cik:hihg"), "landmarks", "group"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_flagged_at_its_cell(made, mistake):
    assert_flagged(made, MISTAKES[mistake])

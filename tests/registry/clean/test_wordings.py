"""Wordings that are read, and those that are asked about."""

import numpy as np
import pytest

import ircc_lib as ircc
from ircc_lib.registry.parse import parse_level
from tests.registry.spoil import assert_flagged

MISTAKES = {
    "dose without its superscript": (
        lambda made: made.set("trials", 0, cells_reported="1010"),
        "trials",
        "cells_reported",
    ),
    "p of zero": (lambda made: made.set("comparisons", 0, p_value="0.000"), "comparisons", "p_value"),
    "exponent on the line": (
        lambda made: made.set("trials", 0, cells_reported="5x1010"),
        "trials",
        "cells_reported",
    ),
    "median above a time": (lambda made: made.set("medians", 0, median_reported=">36"), "medians", "median_reported"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_flagged_at_its_cell(made, mistake):
    assert_flagged(made, MISTAKES[mistake])


def test_a_dose_whose_exponent_lost_its_place_is_not_guessed(made):
    made.set("trials", 0, cells_reported="5x1010")
    assert np.isnan(made.load().trials["cells_centre"].iloc[0])


@pytest.mark.parametrize(
    ("cells", "where", "value"),
    [
        ({"endpoint": "os"}, ("comparisons", "endpoint"), "OS"),
        ({"p_value": "p<0.05"}, ("comparisons", "p_value"), 0.05),
    ],
)
def test_other_spellings_are_plainly_right(made, cells, where, value):
    made.set("comparisons", 0, **cells)
    assert made.load().tables[where[0]][where[1]].iloc[0] == value


@pytest.mark.parametrize(
    "said",
    ["n.r.", "NR", "N. R.", "未达到", "not attained", "not yet reached", "unreached", "the median was not reached"],
)
def test_not_reached_is_read_in_other_words(made, said):
    made.set("medians", 0, median_reported=said)
    medians = made.load().medians
    assert not medians["reached"].iloc[0] and np.isnan(medians["median"].iloc[0])


@pytest.mark.parametrize("said", ["１４.２", "14．2", "14,2", "−14.2", "14·2"])
def test_a_number_in_unusual_signs_is_right_or_asked_about(made, said):
    made.set("medians", 0, median_reported=said)
    registry = made.load()
    asked = registry.flags["column"].eq("median_reported").any()
    assert asked or registry.medians["median"].iloc[0] == pytest.approx(14.2)


@pytest.mark.parametrize(
    ("note", "level"),
    [
        *((f"{said}", 0.9) for said in (
            "90% confidence interval", "CI 90%", "90%-CI", "90% CIs", "90% ci", "level 90", "ninety percent interval",
            "interval at the 90 % level", "alpha 0.10", "CI90", "90 per cent confidence limits", "CI (90 %)",
        )),
        ("99 % CI", 0.99),
        ("95% CI", 0.95),
        ("adjusted for age", None),
        ("1-year PFS 62% CI 50-74", None),
        ("80 of 90 patients", None),
    ],
)  # fmt: skip
def test_the_level_of_an_interval_is_read_in_any_wording(note, level):
    said = parse_level(note)
    assert (said.value if said else None) == level


@pytest.mark.parametrize("note", ["90% CI, at year 5 99% CI", "1-year PFS 90% CI 80-95", "90 % Konfidenzintervall"])
def test_a_level_that_is_not_understood_is_flagged(made, note):
    made.set("comparisons", 0, note=note)
    registry = made.load()
    assert registry.comparisons["ci_level"].tolist() == [0.95]
    assert "level of the interval" in registry.flags["why"].iloc[0]


def test_a_90_percent_interval_gives_its_own_standard_error(made):
    made.set("comparisons", 0, note="CI 90%")
    [se] = ircc.log_hazard_ratios(made.load(), "OS", rungs=[1])["se"]
    assert se == pytest.approx(np.log(0.96 / 0.40) / (2 * 1.6448536), abs=1e-4)  # 0.2661

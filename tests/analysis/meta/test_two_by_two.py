"""Mantel-Haenszel and Peto against metafor's rma.mh and rma.peto, zero cells included."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

import ircc_lib as ircc

PINNED = Path(__file__).parents[2] / "reference/metafor/tables.json"
TABLES = json.loads(PINNED.read_text(encoding="utf-8"))["tables"]
KEYS = ["estimate", "se", "ci_low", "ci_high", "p_value", "q", "q_p_value", "i2"]


@pytest.mark.parametrize("measure", ["RR", "OR", "RD", "Peto"])
@pytest.mark.parametrize("name", TABLES)
def test_pooled_tables_are_metafors(name, measure):
    data = TABLES[name]
    cells = [data[key] for key in ("ai", "n1i", "ci", "n2i")]
    found = ircc.meta.peto(*cells) if measure == "Peto" else ircc.meta.mantel_haenszel(*cells, measure=measure)
    for key in KEYS:
        assert getattr(found, key) == pytest.approx(data[measure][key], abs=1e-6), key


def test_a_trial_without_events_adds_nothing_to_a_ratio():
    full = ircc.meta.mantel_haenszel([3, 5, 0], [20, 30, 15], [6, 9, 0], [20, 30, 15])
    less = ircc.meta.mantel_haenszel([3, 5], [20, 30], [6, 9], [20, 30])
    assert (full.estimate, full.se, full.q_df) == pytest.approx((less.estimate, less.se, less.q_df))


def test_a_trial_without_events_counts_in_a_risk_difference():
    full = ircc.meta.mantel_haenszel([3, 5, 0], [20, 30, 15], [6, 9, 0], [20, 30, 15], measure="RD")
    less = ircc.meta.mantel_haenszel([3, 5], [20, 30], [6, 9], [20, 30], measure="RD")
    assert abs(full.estimate) < abs(less.estimate)


def test_half_an_event_is_added_only_to_show_a_single_trial():
    own = ircc.meta.two_by_two([0, 0, 5], [10, 10, 10], [2, 0, 5], [10, 10, 10])
    assert own["estimate"][0] == pytest.approx(math.log((0.5 / 11) / (2.5 / 11)))
    assert math.isnan(own["estimate"][1]) and own["estimate"][2] == 0


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (([0, 0], [10, 10], [2, 3], [10, 10]), "no trial has an event in one of the arms"),
        (([1], [10], [2], [10]), "at least 2 trials"),
        (([1, 11], [10, 10], [2, 2], [10, 10]), "11 events in the CIK arm of 10"),
        (([1, 2], [10, 10], [2], [10]), "2 CIK arms but 1 control arms"),
    ],
)
def test_tables_that_cannot_be_pooled_are_refused_with_the_reason(cells, words):
    with pytest.raises(ValueError, match=words):
        ircc.meta.mantel_haenszel(*cells)


def test_peto_needs_an_event_somewhere():
    with pytest.raises(ValueError, match="nobody or in everybody"):
        ircc.meta.peto([0, 0], [10, 10], [0, 0], [10, 10])


def test_nobody_with_the_event_is_a_difference_of_0_with_an_error_of_0():
    # metafor 3.8-1: rma.mh(ai=c(0,0), n1i=c(10,12), ci=c(0,0), n2i=c(10,11), measure="RD") gives 0, se 0
    found = ircc.meta.mantel_haenszel([0, 0], [10, 12], [0, 0], [10, 11], measure="RD")
    assert (found.estimate, found.se, found.ci_low, found.ci_high) == (0, 0, 0, 0) and math.isnan(found.p_value)
    with pytest.raises(ValueError, match="does not exist"):
        ircc.meta.mantel_haenszel([0, 0], [10, 12], [0, 0], [10, 11], measure="RR")


@pytest.mark.parametrize(("measure", "shown"), [("RR", 1), ("RD", 0)])
def test_everybody_with_the_event_is_no_difference(measure, shown):
    found = ircc.meta.mantel_haenszel([10, 12], [10, 12], [10, 11], [10, 11], measure=measure)
    assert found.shown().estimate == pytest.approx(shown) and found.se == 0
    assert str(found) and found._repr_html_()


def test_a_risk_ratio_of_arms_that_are_all_affected_is_one():
    """metafor: escalc(measure = "RR", ai = c(20, 10, 0), n1i = c(20, 12, 10), ci = c(20, 9, 0), n2i = c(20, 12, 11));
    what has no event in either arm says nothing of a ratio, and is left empty here."""
    own = ircc.meta.two_by_two([20, 10, 0], [20, 12, 10], [20, 9, 0], [20, 12, 11], measure="RR")
    assert own["estimate"].tolist() == pytest.approx([0, 0.10536051566, np.nan], nan_ok=True)
    assert own["se"].tolist() == pytest.approx(list(np.sqrt([0.002322880372, 0.044444444444, np.nan])), nan_ok=True)

"""Leaving one out, influence and cumulative pooling against metafor."""

import pytest

import ircc_lib as ircc
from tests.analysis.meta.metafor import REFERENCE, SETS, named, same

SENSITIVITY = [(name, fit) for name, data in REFERENCE["sensitivity"].items() for fit in data["leave_one_out"]]


@pytest.mark.parametrize(("name", "fit"), SENSITIVITY, ids=named)
def test_leaving_out_each_trial_gives_metafors_results(name, fit):
    data = SETS[name]
    found = ircc.meta.leave_one_out(data["yi"], data["sei"], method=fit["method"], knha=fit["test"] == "knha")
    for key, theirs in (
        ("estimate", "estimate"),
        ("se", "se"),
        ("ci_low", "ci.lb"),
        ("ci_high", "ci.ub"),
        ("p_value", "pval"),
    ):
        same(found[key], fit["left"][theirs])


@pytest.mark.parametrize(("name", "fit"), SENSITIVITY, ids=named)
def test_influence_is_metafors(name, fit):
    data = SETS[name]
    found = ircc.meta.influence(data["yi"], data["sei"], method=fit["method"], knha=fit["test"] == "knha")
    theirs = {"cook_d": "cook.d", "cov_r": "cov.r", "tau2_without": "tau2.del", "q_without": "QE.del", "dfbeta": "dfbs"}
    for key in found.columns.drop("influential"):
        same(found[key], fit["influence"][theirs.get(key, key)])
    assert found["influential"].tolist() == fit["influence"]["influential"]


@pytest.mark.parametrize("name", list(REFERENCE["sensitivity"]))
def test_the_cumulative_effect_is_metafors_from_the_second_trial_on(name):
    data = SETS[name]
    for fit in REFERENCE["sensitivity"][name]["cumulative"]:
        found = ircc.meta.cumulative(
            data["yi"], data["sei"], range(len(data["yi"])), method=fit["method"], knha=fit["test"] == "knha"
        )
        for key, theirs in (
            ("estimate", "estimate"),
            ("se", "se"),
            ("ci_low", "ci.lb"),
            ("p_value", "pvals"),
            ("tau2", "tau2"),
        ):
            same(found[key], fit[theirs][1:])


def test_trials_of_one_year_enter_the_cumulative_effect_together():
    found = ircc.meta.cumulative([-0.5, -0.3, -0.6, 0.1], [0.2] * 4, [2010, 2008, 2010, 2015])
    assert found["order"].tolist() == [2010, 2015] and found["k"].tolist() == [3, 4]

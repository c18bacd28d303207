"""Designs, groups and treatments that contradict each other."""

import pytest

from tests.registry.spoil import assert_all_flagged, assert_flagged, put, row

MISTAKES = {
    "case report of 80": (
        lambda made: made.set("trials", 0, design="case_report", n_total="80", n_cik="80", n_control=""),
        "trials",
        "design",
    ),
    "age with the point in the wrong place": (
        lambda made: made.set("trials", 0, age_median="5.7"),
        "trials",
        "age_median",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_flagged_at_its_cell(made, mistake):
    assert_flagged(made, MISTAKES[mistake])


SEVERAL = {
    "the groups": [
        (put("trials", 0, n_cik="76", n_control="14"), "trials", "n_cik", "no trial has randomised"),
        (put("trials", 0, enrol_start="1990-01"), "trials", "enrol_start", "more than twenty years"),
        (put("trials", 0, allocation="", allocation_basis="review"), "trials", "allocation_basis", "not told"),
        (put("trials", 0, comparator="CIK + XELOX"), "trials", "comparator", "received the cells"),
    ],
    "the design": [
        (put("trials", 0, design="single_arm"), "trials", "allocation", "an allocation to groups"),
        (put("trials", 0, n_control="0"), "trials", "design", "the title says that the trial is randomised"),
        (put("trials", 0, n_cik="0"), "trials", "n_cik", "no patient received"),
        (put("trials", 0, comparator="CIK"), "trials", "comparator", "received the cells"),
        (put("trials", 0, product_reported="DC-CIK"), "trials", "product", "dendritic"),
        (put("trials", 0, phase="3/2"), "trials", "phase", "falling order"),
        (put("trials", 0, cells_reported="5x10^9/kg"), "trials", "cells_reported", "so many or so few"),
        (put("trials", 0, performance_status="ECOG 0-7"), "trials", "performance_status", "does not have"),
        (put("trials", 0, stage_reported="V"), "trials", "stage_reported", "beyond IV"),
        (put("trials", 0, age_median="104"), "trials", "age_median", "above ninety"),
        (put("trials", 0, enrol_start="1912"), "trials", "enrol_start", "earlier than any patient"),
        (put("trials", 0, centres="A; B; C", n_centres="2"), "trials", "n_centres", "centres that are listed"),
        (row("responses", group="control", n_evaluable="9"), "responses", "group", "a control group"),
    ],
}


@pytest.mark.parametrize("kind", SEVERAL)
def test_each_of_several_mistakes_is_flagged_at_its_cell(made, kind):
    assert_all_flagged(made, SEVERAL[kind])

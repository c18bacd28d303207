"""Medians and rates of both arms, as the raw tables have them."""

import numpy as np
import pandas as pd

import ircc_lib as ircc
from tests.analysis.outcomes.small import small_registry


def test_pairs_of_medians_are_those_of_the_raw_table(reg):
    raw = pd.read_csv("data/raw/medians.csv", dtype=str)
    months = raw[raw["unit"].eq("months") & raw["endpoint"].eq("OS")]
    for side in ("cik", "control"):
        whole = months[months["group"].eq(side)].set_index("trial_id")["median_reported"]
        pairs = ircc.survival.median_pairs(reg, "OS").query("arm == ''").set_index("trial_id")[side].dropna()
        both = whole.index.intersection(pairs.index)
        assert len(both) > 10
        np.testing.assert_allclose(pairs[both].astype(float), whole[both].astype(float))


def test_means_and_unnamed_averages_are_no_medians(reg):
    """Peng 2017 prints a survival time without a name, Zhang 2018 means."""
    medians = ircc.survival.median_pairs(reg, "OS")
    listed = ircc.survival.table(reg, "OS").data.set_index("trial_id")["statistic"]
    for trial_id, statistic in (("Peng2017", "not named"), ("Zhang2018", "mean")):
        assert trial_id not in set(medians["trial_id"]) and listed[trial_id] == statistic
    drawn = ircc.survival.medians(reg, "OS").data["trial_id"]
    assert not {"Peng2017", "Zhang2018"} & set(drawn)
    mean = {"median": 24.0, "statistic": "mean"}
    small = small_registry(medians=[mean, mean | {"group": "control", "median": 12.0}])
    assert len(ircc.survival.pseudo_cohort(small)) == 0


def test_a_report_without_a_year_is_not_taken_for_the_latest_of_its_patients(reg):
    """FanUndated is of the patients of Zhao 2013."""
    pairs = ircc.survival.landmark_pairs(reg, "OS", months=[60])
    assert "Zhao2013" in set(pairs["trial_id"]) and "FanUndated" not in set(pairs["trial_id"])

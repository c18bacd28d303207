"""The chapter on response: what its forests draw and its sentences say."""

import math

import pandas as pd

import ircc_lib as ircc
from ircc_lib.analysis.outcomes.pooled_counts import pooled_row


def test_trials_of_all_or_nothing_are_listed_without_a_pooled_proportion():
    rows = pd.DataFrame({"trial_id": ["a", "b"], "events": [0, 15], "n": [21, 15]})
    found = pooled_row(rows)
    assert found["trials"] == 2 and math.isnan(found["proportion"]) and "fewer than 3 trials" in found["method"]
    three = pd.DataFrame({"trial_id": ["a", "b", "c"], "events": [0, 15, 0], "n": [21, 15, 30]})
    assert "no finite estimate" in pooled_row(three)["method"]
    assert "no finite estimate" in ircc.response.forest_proportions(three).alt


def test_an_edition_with_nothing_to_compare_says_so(reg):
    first = reg.edition("first")
    assert "No trial of this edition" in ircc.response.ratio_forest(first).caption
    assert math.isnan(ircc.response.between_arms(first)["rr"].iloc[0])


def test_the_forest_draws_every_pooled_trial_with_a_link_to_its_record(reg):
    figure = ircc.response.forest(reg.edition("ten-year"), "disease control")
    links = {text.get_url() for text in figure.texts if text.get_url()}
    drawn = figure.data[figure.data["pooled"]]
    assert links == {f"trial:{trial_id}" for trial_id in drawn["trial_id"]}


def test_the_ratio_forest_shows_the_counts_of_both_arms_and_a_diamond_for_each_kind_of_trial(reg):
    figure = ircc.response.ratio_forest(reg.edition("ten-year"))
    texts = [text.get_text() for text in figure.texts]
    assert "10/37" in texts and "5/35" in texts
    assert sum(patch.get_gid() == "diamond" for axes in figure.axes for patch in axes.patches) == 2


def test_the_sentence_on_criteria_counts_the_trials_that_state_them(reg):
    rows = reg.edition("ten-year").responses
    stated = rows[rows["criteria"].notna()]["trial_id"].nunique()
    assert f"only {stated} define" in ircc.response.criteria_sentence(reg.edition("ten-year"))

"""Responses as counts, checked by hand against data/raw/responses.csv, and pooled between arms."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ircc_lib as ircc
from ircc_lib.analysis.outcomes.between_arms import between, pairs_of
from ircc_lib.analysis.outcomes.reported_counts import count_of_percentage
from tests.analysis.outcomes.one_row import one_row

OWN_RECORD = "randomised, own record"


RANDOM_EFFECTS = [1.577232, 1.276430, 1.948922]


@pytest.fixture(scope="module")
def counts(reg):
    return ircc.response.counts(reg)


@pytest.mark.parametrize(
    ("trial_id", "outcome", "group", "events", "n"),
    [
        ("Lv2015", "objective response", "cik", 10, 37),  # CR 1 and PR 9
        ("Lv2015", "disease control", "cik", 26, 37),  # and SD 16; printed as 70.3 %
        ("Liu2012", "objective response", "control", 20, 74),  # n is the sum of the four categories
        ("SchmidtWolf1999", "objective response", "cik", 1, 10),  # CR 1, SD 3 and PD 6 leave no PR
        ("Anon2015b", "objective response", "cik", 0, 21),  # SD 11 and PD 10 are all 21
        ("Zhang2016c", "objective response", "cik", 30, 65),  # 46.15 %
        ("Wang2014a", "objective response", "cik", 11, 28),  # 39 % in the abstract, 4 CR and 7 PR in a review
        ("Yang2012", "complete response", "cik", 11, 20),
        ("Xu2004", "objective response", "control", 60, 92),  # two control arms: 47 of 62 and 13 of 30
        ("Anon2008", "disease control", "cik", 24, 29),  # PR 8, minor response 9, SD 7
    ],
)
def test_a_count_is_what_the_record_says(counts, trial_id, outcome, group, events, n):
    row = one_row(counts, trial_id=trial_id, outcome=outcome, group=group)
    assert (row["events"], row["n"], row["pooled"]) == (events, n, True)


@pytest.mark.parametrize(
    ("trial_id", "outcome", "group", "why"),
    [
        ("Lu2015", "objective response", "cik", "the categories make 5 of 10, the printed rate is 70 %"),
        ("Jiao2015", "objective response", "control", "no whole number of 30"),
        ("Wu2008", "objective response", "cik", "number of patients is not stated"),
        ("Introna2007", "objective response", "cik", "PR not reported"),
        ("Lu2012", "objective response", "cik", "same patients as Yang 2012"),
        ("Zhong2012", "complete response", "cik", "case report"),
        ("Magnani2020", "complete response", "cik", "part of an arm"),
    ],
)
def test_what_is_not_certain_is_listed_with_the_reason_and_not_pooled(counts, trial_id, outcome, group, why):
    row = one_row(counts, trial_id=trial_id, outcome=outcome, group=group)
    assert not row["pooled"] and why in row["why"]


def test_subgroups_of_an_arm_are_not_pooled_beside_the_whole_arm(counts):
    rows = counts.query("trial_id == 'PMID35995696' and outcome == 'objective response' and group == 'cik'")
    assert rows.loc[rows["arm"].isna(), "pooled"].all() and not rows.loc[rows["arm"].notna(), "pooled"].any()


def test_patients_are_pooled_once(reg):
    counts = ircc.response.counts(reg)
    assert not counts[counts["pooled"]].duplicated(["cohort", "outcome", "group"]).any()


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.integers(0, 2))
def test_a_printed_percentage_is_read_back_rightly_or_not_at_all(pair, decimals):
    events, n = pair
    found = count_of_percentage(round(100 * events / n, decimals), n)
    assert found.events in (events, None)
    assert bool(found.why) == (found.events is None)


@given(st.floats(0, 100).map(lambda pct: round(pct, 2)), st.integers(1, 60))
def test_any_percentage_is_a_count_that_prints_so_or_is_refused(pct, n):
    found = count_of_percentage(pct, n)
    if found.events is not None:
        assert abs(100 * found.events / n - pct) <= 0.5


def test_randomised_response_is_mantel_haenszel_over_the_raw_counts(reg):
    table = ircc.response.between_arms(reg.edition("ten-year")).set_index(["outcome", "design"])
    row = table.loc[("objective response", OWN_RECORD)]
    # By hand from responses.csv: CIK and control, with the outcome and evaluated.
    cells = {
        "Lv2015": (10, 37, 5, 35),
        "Liu2020a": (28, 45, 14, 45),
        "Zhu2015": (25, 30, 18, 33),
        "Liang2017": (19, 48, 13, 48),
        "Liu2012": (39, 74, 20, 74),
        "Fang2017": (39, 53, 22, 53),
        "Li2019": (39, 44, 31, 45),
    }
    assert set(row["trial_ids"].split("; ")) == set(cells)
    a, n1, c, n2 = np.array(list(cells.values()), dtype=float).T
    assert row["common"] == pytest.approx((a * n2 / (n1 + n2)).sum() / (c * n1 / (n1 + n2)).sum())
    assert row["patients"] == (n1 + n2).sum()


def test_trials_are_pooled_by_random_effects_beside_the_common_effect(reg):
    table = ircc.response.between_arms(reg.edition("ten-year")).set_index(["outcome", "design"])
    row = table.loc[("objective response", OWN_RECORD)]
    # R: rma(measure = "RR", ai, n1i, ci, n2i, method = "REML", test = "adhoc") of the seven trials below.
    assert [row["rr"], row["rr_low"], row["rr_high"]] == pytest.approx(RANDOM_EFFECTS, abs=5e-4)
    assert row["pi_low"] < row["rr_low"] and row["tau2"] > 0


def test_two_trials_have_no_pooled_ratio_but_a_common_effect():
    counts = pd.DataFrame(
        {
            "trial_id": ["a", "a", "b", "b"],
            "year": [2010, 2010, 2012, 2012],
            "randomised": True,
            "group": ["cik", "control"] * 2,
            "events": [10, 5, 28, 14],
            "n": [37, 35, 45, 45],
        }
    )
    found = between(pairs_of(counts))
    assert math.isnan(found["rr"]) and found["common"] == pytest.approx(1.970972, abs=1e-6)  # rma.mh


def test_an_arm_without_its_control_is_shown_as_a_single_arm(reg):
    figure = ircc.response.forest(reg.edition("ten-year"), "objective response")
    texts = [text.get_text() for text in figure.texts]
    assert {"Both arms counted: CIK", "Both arms counted: control", "One arm alone: CIK"} <= set(texts)
    both = ircc.response.pooled(reg.edition("ten-year")).set_index(["outcome", "kind", "group"])
    cik, control = (both.loc[("objective response", "both arms counted", group)] for group in ("cik", "control"))
    assert cik["trial_ids"] == control["trial_ids"] and cik["trials"] == control["trials"] > 10


def test_a_trial_that_only_a_review_calls_randomised_is_not_among_the_randomised(reg):
    basis = reg.trials.set_index("trial_id")["allocation_basis"]
    table = ircc.response.between_arms(reg)
    named = table.loc[table["design"].eq(OWN_RECORD), "trial_ids"].str.split("; ").explode()
    assert basis.loc[named].eq("own record").all()


def test_randomised_and_other_trials_are_never_in_one_result(reg):
    table = ircc.response.between_arms(reg)
    for _, rows in table.groupby("outcome"):
        first, second = (set(ids.split("; ")) for ids in rows["trial_ids"])
        assert not first & second
    design = reg.trials.set_index("trial_id")["design"]
    named = table.loc[table["design"].eq(OWN_RECORD), "trial_ids"].str.split("; ").explode()
    assert design.loc[[name for name in named if name]].eq("randomised").all()

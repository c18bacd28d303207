"""Which evidence speaks for a trial: nothing false, nothing hidden. Numbers by hand from what was printed."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import ircc_lib as ircc

TABLES = ["trials", "entities", "comparisons", "landmarks", "medians", "arms", "overlaps"]


@pytest.fixture
def copy(reg):
    return SimpleNamespace(**{name: getattr(reg, name).copy() for name in TABLES})


def effect(reg, trial_id, endpoint="OS", **options):
    return ircc.log_hazard_ratios(reg, endpoint, **options).set_index("trial_id").loc[trial_id]


def with_rows(table, like, **values):
    """The table and one more row, like the first of a trial and endpoint but for some values."""
    rows = table[table["trial_id"].eq(like[0]) & table["endpoint"].eq(like[1])]
    return pd.concat([table, rows.head(1).assign(**values)], ignore_index=True)


def test_a_trial_is_randomised_where_its_own_record_says_so(reg, copy):
    assert effect(reg, "Liu2020a")["randomised"]
    copy.trials.loc[copy.trials["trial_id"].eq("Liu2020a"), "allocation_basis"] = "review"
    row = effect(copy, "Liu2020a")
    assert (row["randomised"], row["review_only"], row["confirmed"]) == (False, True, False)


def test_a_trial_that_only_a_review_calls_randomised_is_in_no_headline_but_in_a_row_of_its_own(reg, copy):
    copy.trials.loc[copy.trials["trial_id"].eq("Liu2020a"), "allocation_basis"] = "review"
    pooled = ircc.update.pooled_evidence(copy, endpoints=["OS"])
    assert not any("Liu2020a" in ids.split("; ") for ids in pooled["trial_ids"])
    rows = ircc.robustness.sensitivity(copy, "OS").query("randomised").set_index("what")
    with_it = rows.loc["with trials that only a review calls randomised"]
    headline = ircc.update.pooled_evidence(reg, endpoints=["OS"]).set_index("group").loc["randomised"]
    assert with_it["hr"] == pytest.approx(headline["hr"])


@pytest.mark.parametrize("trial_id, first, lesser", [("Xu2016", "DFS", "TTR"), ("Wu2008", "PFS", "TTP")])
def test_a_lesser_endpoint_does_not_take_the_place_of_one_that_was_compared(reg, trial_id, first, lesser):
    assert trial_id not in set(ircc.log_hazard_ratios(reg, "PFS")["trial_id"])
    row = ircc.extraction.exclusions(reg, "PFS").set_index("trial_id").loc[trial_id]
    assert first in row["endpoint"] and row["not_instead"].startswith(f"{lesser} would give")


def test_a_mean_is_no_median(reg):
    assert "Peng2017" not in set(ircc.log_hazard_ratios(reg, "OS")["trial_id"])
    assert "Peng2017" in set(ircc.log_hazard_ratios(reg, "OS", averages=("median", "not named"))["trial_id"])
    reasons = ircc.extraction.exclusions(reg, "OS").set_index("trial_id")["reason"]
    assert "means, not medians" in reasons["AnonS308"]


def test_reported_intervals_are_shown_as_reported(reg):
    row = effect(reg, "Anon2016", "PFS")  # 0.51 (0.27-1.0)
    assert (row["ci_low"], row["ci_high"], row["ci_printed"]) == (0.27, 1.0, "0.27 to 1.0")
    assert row["se"] == pytest.approx(math.log(1.0 / 0.27) / (2 * 1.959964), rel=1e-6)
    assert (effect(reg, "Lee2019")["ci_low"], effect(reg, "Lee2019")["ci_high"]) == (0.15, 0.76)


def test_a_ratio_outside_its_own_interval_is_not_pooled(copy):
    rows = copy.comparisons["trial_id"].eq("Zhou2020") & copy.comparisons["endpoint"].eq("OS")
    copy.comparisons.loc[rows, "estimate"] = 1.5
    assert "Zhou2020" not in set(ircc.log_hazard_ratios(copy, "OS", rungs=[1, 2])["trial_id"])


@pytest.mark.parametrize(
    "trial_id, endpoint, p", [("Chen2015", "OS", 0.028), ("Pan2015", "OS", 0.014), ("Liu2012", "PFS", 0.024)]
)
def test_the_trials_own_exact_test_comes_before_one_late_rate_or_medians(reg, trial_id, endpoint, p):
    row = effect(reg, trial_id, endpoint)
    assert row["rung"] == 4 and row["p_value"] == pytest.approx(p, rel=1e-6)


def test_pan_2015_is_what_its_p_value_and_events_give(reg):
    # 28 and 41 months, followed up to 41 months: the fewest events; z of p = 0.014 is 2.4573
    trial = reg.trials.set_index("trial_id").loc["Pan2015"]
    n1, n0 = float(trial["n_cik"]), float(trial["n_control"])
    events = n1 * (1 - 0.5) + n0 * (1 - 2 ** (-41 / 28))
    information = events * n1 * n0 / (n1 + n0) ** 2
    assert effect(reg, "Pan2015")["log_hr"] == pytest.approx(-2.457263 / math.sqrt(information), rel=1e-5)


def test_a_derived_ratio_with_another_verdict_than_the_trials_own_test_is_flagged_and_graded_down(reg):
    row = effect(reg, "Anon2014b", "PFS")  # medians 7.3 against 5.3 months; p < 0.001 printed
    assert row["contradicts_own_test"] and row["quality"] == "E" and row["printed_p"] == "<0.001"
    assert "own test" in row["note"]
    assert not effect(reg, "Liu2020a")["contradicts_own_test"]


def test_the_matched_comparison_of_a_study_without_randomisation_is_its_adjusted_one(reg):
    assert effect(reg, "Chang2018")["hr"] == pytest.approx(0.55)
    row = effect(reg, "Shin2026b", "PFS")
    assert row["hr"] == pytest.approx(0.64) and not row["randomised"]


def test_a_report_of_other_patients_never_becomes_a_randomised_trials_effect(reg, copy):
    copy.trials.loc[copy.trials["trial_id"].eq("Shin2026b"), ["cohort", "year"]] = ["Lee2015", 2027]
    effects = ircc.log_hazard_ratios(copy, "PFS")
    assert effects.set_index("cohort").loc["Lee2015", "trial_id"] == "Shin2026a"


@pytest.mark.parametrize("table, trial_id, endpoint", [("landmarks", "Xie2017", "OS"), ("medians", "Wang2013a", "OS")])
def test_a_row_entered_twice_is_one_fact(reg, copy, table, trial_id, endpoint):
    setattr(copy, table, with_rows(getattr(copy, table), (trial_id, endpoint)))
    one, twice = effect(reg, trial_id), effect(copy, trial_id)
    assert (twice["log_hr"], twice["se"]) == (one["log_hr"], one["se"])


def test_three_years_and_36_months_are_one_time(reg, copy):
    like = ("Liu2012", "OS")
    copy.landmarks = with_rows(copy.landmarks, like, time=1095 * 12 / 365.25)
    rungs = {"rungs": [3]}
    assert effect(copy, "Liu2012", **rungs)["log_hr"] == effect(reg, "Liu2012", **rungs)["log_hr"]


def test_different_values_of_one_fact_leave_the_trial_out_with_the_true_reason(copy):
    copy.medians = with_rows(copy.medians, ("Wang2013a", "OS"), median=99.0)
    reasons = ircc.extraction.exclusions(copy, "OS").set_index("trial_id")["reason"]
    assert "different medians of one arm" in reasons["Wang2013a"]


def test_printed_deaths_are_the_events(reg, copy):
    copy.comparisons.loc[
        copy.comparisons["trial_id"].eq("Xu2016") & copy.comparisons["endpoint"].eq("OS"),
        ["n_events_cik", "n_events_control", "direction"],
    ] = [30, 40, "cik_better"]
    row = effect(copy, "Xu2016")
    assert row["events"] == 70
    assert row["se"] == pytest.approx(1 / math.sqrt(70 * 100 * 100 / 200**2))


def test_the_comparator_stands_beside_the_effect(reg):
    assert effect(reg, "Liu2012")["comparator_kind"] == "other active treatment"


def test_two_trials_are_not_pooled_and_no_variance_gives_no_prediction():
    from ircc_lib.analysis.effects.pooled import pooled_row

    table = pd.DataFrame(
        {
            "trial_id": ["A", "B", "C"],
            "log_hr": np.log([0.68, 0.67, 0.675]),
            "se": [0.149, 0.171, 0.2],
            "hr": [0.68, 0.67, 0.675],
            "n_cik": 50,
            "n_control": 50,
            "rung": 1,
        }
    )
    two = pooled_row(table.head(2))
    assert "hr" not in two and "ci_low" not in two
    w = 1 / table["se"].head(2) ** 2
    assert two["common_hr"] == pytest.approx(math.exp((w * table["log_hr"].head(2)).sum() / w.sum()))
    assert math.isnan(pooled_row(table)["pi_low"])


def test_only_the_most_precise_of_trials_that_share_patients_is_pooled_without_overlaps(reg):
    from ircc_lib.analysis.effects.robustness.sensitivity import without_overlaps

    effects = pd.DataFrame({"trial_id": ["Pan2015", "Pan2013", "Lee2015"], "se": [0.1, 0.2, 0.3]})
    assert without_overlaps(effects, reg.overlaps)["trial_id"].tolist() == ["Pan2015", "Lee2015"]


def test_reviews_are_compared_only_where_they_were_published_by_the_editions_date(reg):
    assert ircc.robustness.published_agreement(reg.edition("ten-year")).compared["year"].max() <= 2020


def test_the_headline_stands_beside_all_evidence_under_three_shares_of_events(reg):
    effects = ircc.log_hazard_ratios(reg, "OS")
    table = ircc.robustness.table(ircc.robustness.all_evidence(reg, effects), "all evidence").data
    randomised = table[table["kind"].eq("Randomised trials")]
    headline = ircc.update.pooled_evidence(reg, endpoints=["OS"]).set_index("group").loc["randomised"]
    assert randomised["hr"].iloc[0] == pytest.approx(headline["hr"])
    assert len(randomised) == 4 and (randomised["k"].iloc[1:] > headline["trials"]).all()


def test_the_worst_case_of_publication_bias_pools_only_trials_that_are_not_significant(reg):
    effects = ircc.log_hazard_ratios(reg, "OS").query("randomised")
    table = ircc.robustness.table(ircc.robustness.selection(effects), "selection").data
    worst = table[table["what"].str.startswith("only the trials")].iloc[0]
    z = effects["log_hr"] / effects["se"]
    assert worst["k"] == (z > -1.959964).sum()


def test_the_table_of_missing_results_says_who_is_left_out_and_which_way_they_point(reg):
    table = ircc.robustness.missing_by_trial(reg).data.set_index("trial_id")
    assert table.loc["Dong2009", "OS"] == "p-value only, no difference"  # p = 0.884 of 127 patients
    assert table.loc["Kong2017", "OS"] == "reported as not different"
    assert table.loc["Liu2020a", "OS"] == "estimate" and table.loc["Cui2014", "OS"] == ""

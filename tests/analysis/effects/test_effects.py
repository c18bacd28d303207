"""One hazard ratio a cohort from the real registry, and from rows changed to see what follows."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import ircc_lib as ircc

TABLES = ["trials", "entities", "comparisons", "landmarks", "medians", "meta_analyses", "tumours", "arms", "overlaps"]
ENDPOINTS = ["OS", "PFS"]


@pytest.fixture
def copy(reg):
    """The registry's tables, to be changed by one test."""
    return SimpleNamespace(**{name: getattr(reg, name).copy() for name in TABLES}, edition_name=None)


@pytest.fixture(scope="module")
def raw():
    """The raw comparisons, read without the library."""
    return pd.read_csv("data/raw/comparisons.csv", dtype=str)


def change(table, trial_id, endpoint, **values):
    rows = table["trial_id"].eq(trial_id) & table["endpoint"].eq(endpoint)
    assert rows.any()
    for column, value in values.items():
        table.loc[rows, column] = value


def effect(reg, trial_id, endpoint="OS", **options):
    return ircc.log_hazard_ratios(reg, endpoint, **options).set_index("trial_id").loc[trial_id]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_record_without_arms_counts_the_patients_that_it_states(reg, endpoint):
    effects = ircc.log_hazard_ratios(reg, endpoint).set_index("trial_id")
    stated = reg.trials.set_index("trial_id").loc[effects.index, ["n_total", "n_cik", "n_control"]]
    armless = stated["n_total"].notna() & stated["n_cik"].isna() & stated["n_control"].isna()
    assert armless.any()
    alike = effects.loc[armless & effects["n_cik"].isna(), "n_total"]
    assert alike.tolist() == stated.loc[alike.index, "n_total"].tolist()


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_effect_is_finite_and_traceable(reg, endpoint):
    effects = ircc.log_hazard_ratios(reg, endpoint)
    assert len(effects) > 20
    assert np.isfinite(effects[["log_hr", "se", "hr", "ci_low", "ci_high", "p_value"]]).all().all()
    assert (effects["se"] > 0).all()
    rows = set(reg.comparisons["row_id"]) | set(reg.landmarks["row_id"]) | set(reg.medians["row_id"])
    assert all(set(inputs.split("; ")) <= rows for inputs in effects["inputs"])


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_cohort_has_one_effect_or_one_reason_why_not(reg, endpoint):
    effects, left_out = ircc.log_hazard_ratios(reg, endpoint), ircc.extraction.exclusions(reg, endpoint)
    assert effects["cohort"].is_unique and left_out["cohort"].is_unique
    assert not set(effects["cohort"]) & set(left_out["cohort"])
    assert left_out["reason"].ne("").all()


def test_reported_ratios_are_those_of_the_raw_file(reg, raw):
    effects = ircc.log_hazard_ratios(reg, "OS").query("rung == 1").set_index("trial_id")
    whole = raw[
        raw["subgroup"].isna()
        & raw["effect_type"].eq("HR")
        & raw["endpoint"].eq("OS")
        & raw["ci_low"].notna()
        & raw["orientation"].eq("cik_vs_control")
    ].set_index("trial_id")
    assert set(effects.index) == set(whole.index) - {"Lee2015"}  # Lee2019 follows the same patients longer
    for trial_id, row in effects.iterrows():
        assert row["hr"] == pytest.approx(float(whole.loc[trial_id, "estimate"]))


@pytest.mark.parametrize(
    "trial_id, endpoint, hr, se",
    [
        # from the printed limits, rates and medians by hand
        ("Liu2020a", "OS", 0.22, math.log(0.40 / 0.13) / 3.919928),
        ("Shin2026a", "PFS", 0.72, math.log(0.97 / 0.54) / 3.919928),
        ("Wang2013a", "OS", 6 / 11, None),
    ],
)
def test_effects_follow_from_the_printed_numbers(reg, trial_id, endpoint, hr, se):
    row = effect(reg, trial_id, endpoint)
    assert row["hr"] == pytest.approx(hr, rel=1e-6)
    if se:
        assert row["se"] == pytest.approx(se, rel=1e-5)


def test_an_inequality_is_never_read_as_a_value(reg):
    inexact = set(reg.comparisons.loc[~reg.comparisons["p_relation"].eq("exact"), "row_id"])
    for endpoint in ENDPOINTS:
        effects = ircc.log_hazard_ratios(reg, endpoint, rungs=[2, 4])
        assert not inexact & {row for inputs in effects["inputs"] for row in inputs.split("; ")}


def test_an_inequality_is_shown_as_a_bound(reg):
    bounds = ircc.extraction.bounds(reg, "OS").set_index("trial_id")
    # Zhao 2018: p < 0.001 for CIK with 85 and 85 patients, of whom at most all died
    assert bounds.loc["Zhao2018", "hr_below"] == pytest.approx(math.exp(-3.290527 / math.sqrt(85 * 85 / 170)), rel=1e-6)
    assert math.isnan(bounds.loc["Anon2016", "hr_below"])  # not significant bounds nothing


def test_the_longest_follow_up_speaks_for_the_cohort(reg):
    effects = ircc.log_hazard_ratios(reg, "OS")
    assert "Lee2019" in set(effects["trial_id"]) and "Lee2015" not in set(effects["trial_id"])


def test_a_ratio_written_the_other_way_round_is_turned(reg, copy):
    change(
        copy.comparisons,
        "Liu2020a",
        "OS",
        orientation="control_vs_cik",
        estimate=1 / 0.22,
        ci_low=1 / 0.40,
        ci_high=1 / 0.13,
    )
    one, other = effect(reg, "Liu2020a"), effect(copy, "Liu2020a")
    assert other["log_hr"] == pytest.approx(one["log_hr"])
    assert other["se"] == pytest.approx(one["se"])
    assert "turned" in other["note"]


def test_a_ratio_that_does_not_say_whose_it_is_is_not_used(copy):
    change(copy.comparisons, "Ding2015a", "OS", orientation=np.nan)
    row = effect(copy, "Ding2015a")
    assert row["rung"] > 2


def test_a_ratio_within_cik_patients_or_of_a_subgroup_is_not_used(copy):
    change(copy.comparisons, "Liu2020a", "OS", subgroup="stage IV")
    assert effect(copy, "Liu2020a")["rung"] == 5
    change(copy.comparisons, "Zhang2019", "OS", orientation="within_cik")
    assert "Zhang2019" not in set(ircc.log_hazard_ratios(copy, "OS")["trial_id"])


def test_the_level_of_an_interval_is_respected(reg, copy):
    change(copy.comparisons, "Liu2020a", "OS", ci_level=0.90)
    wider = effect(reg, "Liu2020a")["se"] * 1.959964 / 1.644854
    assert effect(copy, "Liu2020a")["se"] == pytest.approx(wider)


def test_a_skewed_interval_is_noted_and_graded_down(reg, copy):
    change(copy.comparisons, "Liu2020a", "OS", estimate=0.35)
    assert (effect(reg, "Liu2020a")["quality"], effect(copy, "Liu2020a")["quality"]) == ("A", "B")
    assert "not symmetric" in effect(copy, "Liu2020a")["note"]


def test_a_ratio_without_an_interval_uses_its_exact_p_value(copy):
    change(copy.comparisons, "Wang2017", "OS", ci_low=np.nan, ci_high=np.nan)
    row = effect(copy, "Wang2017")
    assert (row["rung"], row["quality"]) == (2, "B")
    assert row["p_value"] == pytest.approx(0.04)


def test_a_one_sided_p_value_is_doubled(copy):
    change(copy.comparisons, "Wang2017", "OS", ci_low=np.nan, ci_high=np.nan, note="one-sided")
    assert effect(copy, "Wang2017")["p_value"] == pytest.approx(0.08)


def test_randomised_trials_speak_unadjusted_and_others_adjusted(reg, copy):
    assert effect(reg, "Yoon2019", "PFS")["hr"] == pytest.approx(0.38)
    copy.trials.loc[copy.trials["trial_id"].eq("Yoon2019"), "design"] = "randomised"
    assert effect(copy, "Yoon2019", "PFS")["hr"] == pytest.approx(0.42)


def test_a_log_rank_p_gives_the_effect_where_an_arm_had_no_event(copy):
    change(copy.landmarks, "Pan2016", "OS", group="all")
    rows = copy.landmarks["trial_id"].eq("Li2018") & copy.landmarks["endpoint"].eq("OS")
    copy.landmarks.loc[rows & copy.landmarks["group"].eq("cik"), "survival"] = 1.0
    change(copy.comparisons, "Li2018", "OS", note=np.nan, test="log-rank")
    row = effect(copy, "Li2018")
    deaths = 263 * (1 - 0.856)
    assert row["method"] == "log-rank p and events"
    assert row["p_value"] == pytest.approx(0.035)
    # some of them censored before the rate, some dying after it: near the number that the rate alone gives
    assert row["se"] == pytest.approx(1 / math.sqrt(deaths * 77 * 263 / 340**2), rel=0.05)
    assert row["log_hr"] < 0


@pytest.mark.parametrize(
    "survival", [(1.0, 1.0), (0.0, 0.0), (0.5, 1.0)], ids=["none died", "all died", "none in control"]
)
def test_rates_without_information_leave_the_trial_out_with_a_reason(copy, survival):
    for group, rate in zip(("cik", "control"), survival):
        rows = copy.landmarks["trial_id"].eq("Jiao2015") & copy.landmarks["group"].eq(group)
        copy.landmarks.loc[rows, "survival"] = rate
    assert "Jiao2015" not in set(ircc.log_hazard_ratios(copy, "OS")["trial_id"])
    reasons = ircc.extraction.exclusions(copy, "OS").set_index("trial_id")["reason"]
    assert "no interval in which both arms had events" in reasons["Jiao2015"]


def test_a_median_that_was_not_reached_is_no_median(copy):
    medians = copy.medians
    rows = medians["trial_id"].eq("Wang2013a") & medians["endpoint"].eq("OS") & medians["group"].eq("cik")
    copy.medians.loc[rows, ["median", "median_reported"]] = [np.nan, "not reached"]
    reasons = ircc.extraction.exclusions(copy, "OS").set_index("trial_id")["reason"]
    assert "median of the CIK arm not reached" in reasons["Wang2013a"]


def test_equal_halves_are_assumed_only_where_patients_were_randomised(copy):
    copy.trials.loc[copy.trials["trial_id"].eq("Wu2008"), ["n_cik", "n_control"]] = pd.NA
    copy.medians.loc[copy.medians["trial_id"].eq("Wu2008"), "n"] = pd.NA
    assert "equal halves" in effect(copy, "Wu2008")["note"]
    copy.trials.loc[copy.trials["trial_id"].eq("Wu2008"), "design"] = "controlled_nonrandomised"
    assert "Wu2008" not in set(ircc.log_hazard_ratios(copy, "OS")["trial_id"])


def test_only_the_rungs_asked_for_are_used(reg):
    assert set(ircc.log_hazard_ratios(reg, "OS", rungs=[3])["rung"]) == {3}
    with pytest.raises(ValueError, match="rungs"):
        ircc.log_hazard_ratios(reg, "OS", rungs=[6])


def test_an_unknown_endpoint_is_refused(reg):
    with pytest.raises(ValueError, match="endpoint: 'XYZ'"):
        ircc.log_hazard_ratios(reg, "XYZ")


def test_the_first_of_the_pfs_family_speaks_for_the_trial(reg):
    effects = ircc.log_hazard_ratios(reg, "PFS").set_index("trial_id")
    assert effects.loc["Hao2010", "endpoint"] == "PFS"  # it reports TTP as well
    assert effects.loc["Wang2013a", "endpoint"] == "TTP"


def test_a_registry_without_controlled_trials_gives_empty_tables(copy):
    copy.trials = copy.trials[copy.trials["design"].eq("single_arm")]
    for endpoint in ENDPOINTS:
        assert ircc.log_hazard_ratios(copy, endpoint).empty
        assert ircc.extraction.exclusions(copy, endpoint).empty
        assert ircc.extraction.bounds(copy, endpoint).empty
    checked = ircc.extraction.validate(copy)
    assert checked.pairs.empty and checked.summary["n"].eq(0).all()
    assert ircc.robustness.published_agreement(copy).compared.empty


def test_the_hierarchy_is_held_to_the_ratios_that_trials_report(reg):
    checked = ircc.extraction.validate(reg)
    pairs = checked.pairs.query("rung == 5 and trial_id == 'Lee2015'").iloc[0]
    assert pairs["error"] == pytest.approx(math.log(30 / 44) - math.log(0.63))
    by_hand = checked.pairs.groupby("rung")["error"].agg(["size", "mean"])
    for row in checked.summary.itertuples():
        assert (row.n, row.mean_error) == pytest.approx(tuple(by_hand.loc[row.rung]))


def test_published_results_are_compared_within_one_tumour_and_endpoint(reg):
    found = ircc.robustness.published_agreement(reg)
    assert len(found.compared) + len(found.left_out) == len(reg.meta_analyses)
    assert found.left_out["reason"].ne("").all()
    row = found.compared.set_index("row_id").loc["meta_analyses:2"]  # Yu 2017, hepatocellular carcinoma
    assert (row["hr"], row["ci_low"], row["ci_high"]) == (0.594, 0.501, 0.703)
    assert row["overlap_other"] == ("yes" if row["ci_low_other"] <= 0.703 and row["ci_high_other"] >= 0.501 else "no")


def test_sensitivity_starts_from_the_main_result_and_never_mixes_designs(reg):
    table, effects = ircc.robustness.sensitivity(reg, "OS"), ircc.log_hazard_ratios(reg, "OS")
    for randomised, part in effects.groupby("randomised"):
        rows = table[table["randomised"] == randomised].set_index("what")
        pooled = ircc.pool(part["log_hr"].tolist(), part["se"].tolist())
        assert rows.loc["all trials", "hr"] == pytest.approx(pooled.hazard_ratio)
        assert rows.loc["reported hazard ratios only", "trials"] == (part["rung"] <= 2).sum()
        heaviest = part.loc[part["se"].idxmin(), "trial_id"]
        assert heaviest not in rows.loc["without the trial of most weight", "trial_ids"].split("; ")
        for narrower in ("Hartung-Knapp interval, unmodified", "Wald's interval"):
            assert rows.loc[narrower, "ci_high"] <= rows.loc["all trials", "ci_high"] + 1e-12


def test_a_setting_is_read_only_where_the_record_decides_it(reg, copy):
    effects = ircc.log_hazard_ratios(reg, "OS")
    settings = ircc.robustness.characteristics(reg, effects).set_index("trial_id")["setting"]
    assert settings["Shi2012b"] == "after curative treatment"  # adjuvant after gastrectomy
    assert settings["Liu2020a"] == "advanced disease"  # first-line, advanced
    assert pd.isna(settings["Jiao2015"])  # neoadjuvant
    copy.trials.loc[copy.trials["cohort"].eq("Liu2020a"), "setting"] = "early and advanced stage"
    changed = ircc.robustness.characteristics(copy, effects).set_index("trial_id")["setting"]
    assert pd.isna(changed["Liu2020a"])


def test_a_characteristic_of_few_trials_is_not_fitted(reg):
    table = ircc.robustness.moderators(reg, ircc.log_hazard_ratios(reg, "OS").head(9))
    assert table["ratio"].isna().all() and table["note"].str.contains("at least 10").all()


def test_meta_regression_on_the_year_is_that_of_all_trials_given_randomisation(reg):
    effects = ircc.log_hazard_ratios(reg, "OS")
    effects = effects[effects["year"].notna()]
    moderators = pd.DataFrame(
        {"year": effects["year"].astype(float), "randomised": effects["randomised"].astype(float)}
    )
    fitted = ircc.meta.regression(effects["log_hr"].tolist(), effects["se"].tolist(), moderators, knha="adhoc")
    slope = fitted.coefficients.set_index("name").loc["year"]
    row = ircc.robustness.moderators(reg, effects).set_index("moderator").loc["year of publication, per year"]
    assert (row["ratio"], row["p_value"]) == pytest.approx((math.exp(slope["estimate"]), slope["p_value"]), rel=1e-4)

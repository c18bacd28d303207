"""The editions that are smaller or younger than the ten-year one, read as a sceptic reads it."""

import re
from pathlib import Path

import pandas as pd
import pytest

import ircc_lib as ircc
from ircc_lib.figures.display.sentence import Prose
from tests.chapters.test_what_a_sceptic_asks import plain

RAW = Path(__file__).parents[2] / "data" / "raw"


@pytest.fixture(scope="module")
def five(reg):
    return reg.edition("five-year")


@pytest.fixture(scope="module")
def living(reg):
    return reg.edition("living")


@pytest.fixture(scope="module")
def findings(five):
    return ircc.update.findings(five).set_index("outcome")


def test_an_absolute_difference_of_one_trial_is_that_of_its_own_arms(findings):
    # Liu 2012, responses.csv: 39 of 74 with CIK cells, 20 of 74 without; no more than all patients can respond
    row = findings.loc["Objective response"]
    assert row["control_per_1000"] == pytest.approx(1000 * 20 / 74)
    assert row["difference_per_1000"] == pytest.approx(1000 * (39 - 20) / 74, abs=0.5)
    assert row["difference_high"] > row["difference_per_1000"]


def test_a_ratio_among_cured_patients_is_no_difference_per_1000_of_those_in_advanced_disease(living):
    name = "hepatocellular carcinoma"
    rows = ircc.entity.findings(living.select(entity=name), name).data.set_index("outcome")
    # Lee 2019 is adjuvant; the control groups that report survival at a year are of TACE in advanced disease
    assert pd.isna(rows.loc["Overall survival", "difference_per_1000"])
    assert rows.loc["Progression or recurrence", "at"].endswith("one control group after curative treatment")


def test_a_trial_whose_arms_differ_in_some_harm_does_not_report_no_difference(five):
    said = plain(ircc.safety.sentence(five, "between arms"))  # Wang 2013c: blood not, fatigue and fever p < 0.05
    assert "Wang 2013c reports no difference in some adverse events and a difference whose direction is not" in said
    assert "trial reports no difference" not in said


def test_what_an_edition_cannot_show_is_a_sentence_and_no_empty_figure(five):
    validation = ircc.extraction.validate(five)
    shown = [ircc.safety.forest(five), ircc.extraction.validation_figure(validation)]
    assert all(isinstance(one, Prose) for one in [*shown, ircc.extraction.validation_table(validation)])


def test_asymmetry_is_not_tested_among_fewer_than_ten_trials(five):
    # Sterne 2011, doi:10.1136/bmj.d4002: at least ten
    figure = ircc.robustness.funnel(ircc.log_hazard_ratios(five, "OS").query("randomised"))
    assert "Egger" not in figure.alt + figure.caption and "not tested" in figure.caption


def test_the_difference_of_one_trial_is_called_no_median(five):
    words = ircc.survival.landmarks(five, "PFS").alt
    assert "in 1 of 1 trial (difference " in words and "1 of 1 trial (median" not in words


def test_trials_of_each_source_add_up_to_the_trials_of_the_edition(five):
    trials = ircc.counts.table(five, "cell_source").data.set_index("category")["trials"]
    assert f"autologous cells ({trials['autologous']} trials)" in ircc.safety.figure(five, "gvhd").caption
    assert trials.sum() == five.trials["cohort"].nunique()


def test_grade_three_harm_of_a_tumour_is_not_called_nothing_severe(living):
    part = living.select(entity="leukaemia, unspecified")  # acute GVHD of grade 3 in 3 of 13
    said = plain(ircc.safety.sentence(part, "severe"))
    assert said == "Beside what is counted here, no record calls an event severe."
    assert plain(ircc.safety.sentence(part)) == "The one trial reports adverse events that occurred."
    silent = living.select(entity="triple-negative breast cancer")
    silent = silent if silent.tables["adverse_events"].empty else living.select(entity="melanoma")
    assert plain(ircc.safety.sentence(silent, "severe")) == "No record says anything of severe events."


def test_case_reports_are_told_in_the_plural_and_one_trial_in_the_singular(living):
    name = "acute myeloid leukaemia"  # Tu 2012 and Zhong 2012 are case reports
    assert "2 case reports and" in plain(ircc.entity.sentence(living.select(entity=name), name))
    lung = "non-small cell lung cancer"
    rows = ircc.entity.findings(living.select(entity=lung), lung).data.set_index("outcome")
    assert rows.loc["Adverse event of grade 3 to 5", "at"] == "with it, the control group of the same trial"


def test_patients_are_counted_at_most_and_trials_that_state_none_are_named(five):
    raw = pd.read_csv(RAW / "trials.csv", dtype=str, keep_default_na=False)
    raw = raw[pd.to_numeric(raw["year"], errors="coerce") <= 2014]
    silent = int(raw.groupby("cohort")["n_cik"].agg(lambda sizes: (sizes == "").all()).sum())
    assert f"{silent} trials do not say how many)" in plain(ircc.update.whole_sentence(five))
    for figure in (ircc.counts.growth_figure(five), ircc.counts.bars(five, "design"), ircc.combinations.figure(five)):
        assert "at most" in figure.caption
    assert "at most 8,1" in ircc.counts.growth_figure(five).alt


def test_ratios_that_contradict_their_own_test_are_counted_of_those_that_were_derived(five):
    effects = [ircc.log_hazard_ratios(five, endpoint) for endpoint in ("OS", "PFS")]
    said = plain(ircc.robustness.contradictions(*effects))
    for table in effects:
        derived = table[table["method"].isin(["survival rates", "log-rank p and events", "medians"])]
        assert f"{int(table['contradicts_own_test'].sum())} of {len(derived)} for" in said


def test_trials_without_a_year_are_missed_in_the_pool_year_by_year(living):
    figure = ircc.robustness.forest(ircc.robustness.cumulative(ircc.log_hazard_ratios(living, "OS")), "cumulative")
    assert re.search(r"\d trials of no known year are in none of these", figure.caption)


def test_results_that_are_missing_are_told_once_with_their_direction(five):
    said = plain(ircc.robustness.missing_sentence(ircc.update.missing_results(five)))
    # Dong 2009 (p 0.884), Zhang 2013 (p 0.214) and Zhan 2012 (significant in words); 127 + 20 + 137 patients
    assert "Overall survival: 3 with an estimate, 3 reported without one (2 no difference and 1 for CIK; 284" in said


def test_a_claim_that_no_count_answers_takes_no_row_and_is_told(reg):
    # the first report claims 867 PubMed matches, doses and infusions: no counts of trials or patients
    claims = ircc.headline(reg.edition("first"))
    shown = ircc.update.claims(claims)
    assert shown.data["value"].notna().all() and "PubMed" not in " ".join(shown.data["claim"])
    assert f"{int(claims['value'].isna().sum())} claims that no count of records answers are left out" in shown.caption


def test_a_review_without_an_author_is_called_one_and_not_by_its_id(living):
    table = ircc.robustness.table(ircc.robustness.published_agreement(living), "published").data
    assert not table["by"].str.contains(r"-hcc|\d{4}-").any()
    assert "Review of 2020, no author stated" in set(table["by"])

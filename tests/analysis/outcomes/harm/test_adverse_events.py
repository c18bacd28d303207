"""Harm as counts, checked by hand against data/raw/adverse_events.csv."""

from pathlib import Path

import pandas as pd
import pytest
from scipy import stats

import ircc_lib as ircc
from ircc_lib.registry.labels import trial_label
from tests.analysis.outcomes.one_row import one_row

RAW = Path(__file__).parents[4] / "data" / "raw"


@pytest.fixture(scope="module")
def ten_year(reg):
    return reg.edition("ten-year")


@pytest.fixture(scope="module")
def counts(reg):
    return ircc.safety.counts(reg)


@pytest.mark.parametrize(
    ("trial_id", "term", "events", "n"),
    [
        ("Niu2014", "Fever", 27, 70),  # 38.57 %
        ("Zhang2016a", "Fever", 36, 98),
        ("Magnani2020", "Cytokine release syndrome", 3, 13),  # two of grade I and one of grade II
        ("Introna2007", "Infusion related reaction", 0, 11),
    ],
)
def test_an_event_is_counted_as_the_record_says(ten_year, trial_id, term, events, n):
    row = one_row(ircc.safety.counts(ten_year), trial_id=trial_id, term=term, group="cik")
    assert (row["events"], row["n"], row["pooled"]) == (events, n, True)


@pytest.mark.parametrize(
    ("trial_id", "term", "why"),
    [
        # four of its five percentages are no whole number of the 100 patients of the arm, so that is not what they are of
        ("Zhu2014", "Fever", "29.5 %, but the number of patients is not stated"),
        ("Zhang2015b", "Fever", "no whole number of 77"),
        ("Tu2012", "Graft-versus-host disease", "case report"),
        ("Weng2008", "any adverse event", "number of patients is not stated"),
    ],
)
def test_what_has_no_certain_count_is_listed_with_the_reason(counts, trial_id, term, why):
    row = one_row(counts, trial_id=trial_id, term=term)
    assert not row["pooled"] and why in row["why"]


def test_events_among_infusions_or_cycles_enter_no_rate_of_patients(reg, counts):
    apart = ircc.safety.table(reg, "by infusion").data
    assert set(apart["trial_id"]) == {"Zhang2015a", "Yan2013", "PMID37970341"}
    assert not counts[counts["pooled"] & counts["denominator"].ne("patients")].shape[0]
    fever = one_row(apart, trial_id="Zhang2015a", term="Fever")
    assert (fever["events"], fever["n"]) == (36, 4088)  # 0.88 % of 4,088 transfusions


def test_the_same_patients_are_counted_once_in_the_larger_report(counts):
    pooled = counts[counts["pooled"]]
    assert not pooled.duplicated(["cohort", "group", "term", "severe"]).any()
    earlier = one_row(counts, trial_id="Magnani2020", term="Cytokine release syndrome")  # 13 of the later 36
    assert not earlier["pooled"] and earlier["why"] == f"same patients as {trial_label('PMID40180925')}"


def test_severe_harm_without_events_is_a_sum_with_the_exact_upper_limit_and_no_rate(ten_year):
    row = one_row(ircc.safety.severe_rates(ten_year), outcome="treatment-related death", group="cik")
    assert (row["events"], row["n"]) == (0, 21 + 893)  # Anon2016 and Zhang2015a
    assert pd.isna(row["proportion"])
    assert row["ci_high"] == pytest.approx(stats.binomtest(0, 914).proportion_ci(method="exact").high)
    assert "0.40 %" in ircc.safety.sentence(ten_year, "deaths")


def test_serious_events_are_those_called_serious(ten_year):
    row = one_row(ircc.safety.severe_rates(ten_year), outcome="serious adverse event", group="cik")
    sizes = {"Zhao2013": 53, "Mu2016": 13, "Li2017": 55, "Anon2017b": 16, "Anon2008c": 10}
    assert set(row["trial_ids"].split("; ")) == set(sizes) and row["n"] == sum(sizes.values())


def test_a_death_from_an_event_of_grade_5_is_a_death(reg):
    row = one_row(ircc.safety.severe_rates(reg), outcome="treatment-related death", group="cik")
    assert "PMID35995696" in row["trial_ids"] and row["events"] == 1


def test_graft_versus_host_disease_is_counted_by_donor_source_and_form(ten_year):
    rates = ircc.safety.gvhd_rates(ten_year)
    acute = one_row(rates, cell_source="allogeneic", form="acute")
    assert (acute["trials"], acute["events"], acute["n"]) == (4, 4 + 1 + 2 + 3, 11 + 5 + 18 + 16)
    assert one_row(rates, cell_source="autologous")["trials"] == 0
    assert "no trial of autologous cells" in ircc.safety.figure(ten_year, "gvhd").caption


def test_silence_is_told_from_none(ten_year):
    raw = pd.read_csv(RAW / "adverse_events.csv")
    cohorts = ten_year.trials.set_index("trial_id")["cohort"]
    raw = raw[raw["trial_id"].isin(cohorts.index)].assign(cohort=lambda t: t["trial_id"].map(cohorts))
    bare = raw["n_affected"].isna() & raw["pct"].isna()  # the row says that it occurred
    some = set(raw[raw["n_affected"].gt(0) | raw["pct"].gt(0) | bare]["cohort"])
    compared = pd.read_csv(RAW / "comparisons.csv")
    compared = compared[compared["endpoint"].str.contains("adverse events") & compared["subgroup"].isna()]
    compared = set(compared["trial_id"].map(cohorts).dropna())
    silent = set(cohorts) - set(raw["cohort"]) - compared
    sentence = ircc.safety.sentence(ten_year)
    assert f" {len(some)} report adverse events" in sentence and f" and {len(silent)} (" in sentence


def test_none_without_a_number_of_patients_is_named_and_not_pooled(ten_year):
    sentence = ircc.safety.sentence(ten_year, "none")
    assert all(f"trial:{trial_id}" in sentence for trial_id in ("Wu2008", "Dong2009", "Ding2015a", "Jiang2017"))


def test_severe_harm_is_compared_within_trials_only(ten_year):
    sentence = ircc.safety.sentence(ten_year, "between arms")
    assert "13 of 45 (28.9 %) with CIK cells and 19 of 45 (42.2 %) without" in sentence


def test_harm_between_arms_is_as_lee_2015_printed_it(ten_year):
    """62 % against 41 %, p .002; serious events 7.8 % against 3.5 %, p .15 (PMID 25747273)."""
    sentence = ircc.safety.sentence(ten_year, "between arms")
    assert "71 of 114 (62.3 %) with CIK cells and 46 of 112 (41.1 %) without; p as reported 0.002" in sentence
    assert "serious adverse event in 7.8 % with CIK cells and 3.5 % without; p as reported 0.15" in sentence
    row = one_row(ircc.safety.by_arm(ten_year), trial_id="Lee2015", outcome="any adverse event")
    assert row["rr"] == pytest.approx((71 / 114) / (46 / 112))


def test_randomised_trials_that_compare_harm_in_words_are_told(ten_year):
    sentence = ircc.safety.sentence(ten_year, "between arms")
    assert "trial:Kong2017" in sentence and "trial:Xu2016" in sentence
    shown = ircc.safety.table(ten_year, "in words").data.set_index("trial_id")
    assert shown.loc["Kong2017", "result"] == "no difference"


def test_rare_or_disagreeing_counts_have_the_exact_interval_of_their_sum_and_no_pooled_rate(reg):
    rates = ircc.safety.severe_rates(reg)
    death = one_row(rates, outcome="treatment-related death", group="cik")
    exact = stats.binomtest(int(death["events"]), int(death["n"])).proportion_ci(method="exact")
    assert pd.isna(death["proportion"]) and "fewer than 5 events" in death["method"]
    assert (death["ci_low"], death["ci_high"]) == pytest.approx((exact.low, exact.high))
    severe = one_row(rates, outcome="adverse event of grade 3 to 5", group="cik")
    assert pd.isna(severe["proportion"]) and "differ too widely" in severe["method"]
    assert "not pooled" in ircc.safety.figure(reg, "severe").alt


def test_a_statement_of_no_events_is_never_given_the_size_of_its_arm(reg, counts):
    none = counts[counts["term_reported"].eq("severe side-effects") & counts["trial_id"].eq("Wu2008")]
    assert none["n"].isna().all() and not none["pooled"].any()


def test_an_event_without_a_number_is_an_event(ten_year):
    said = ircc.safety.statements(ten_year).set_index("statement")["trial_ids"]
    assert "Zhang2013" in said["adverse events reported"]  # laryngeal oedema, its number not printed
    listed = ircc.safety.table(ten_year, "without number").data
    assert "laryngeal oedema" in set(listed["term_reported"])


def test_the_summary_counts_every_trial_once(ten_year):
    found = ircc.safety.summary(ten_year)
    assert found.trials == ten_year.trials["cohort"].nunique()
    assert found.silent_share == pytest.approx(found.silent / found.trials)
    assert found.deaths["n"] == 21 + 893 and len(found.severe_elsewhere) >= 5

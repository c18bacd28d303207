"""Harm as counts, checked by hand against data/raw/adverse_events.csv."""

from pathlib import Path

import pandas as pd
import pytest
from scipy import stats

import ircc_lib as ircc

RAW = Path(__file__).parents[2] / "data" / "raw"


@pytest.fixture(scope="module")
def registry():
    return ircc.load_registry()


@pytest.fixture(scope="module")
def ten_year(registry):
    return registry.edition("ten-year")


@pytest.fixture(scope="module")
def counts(registry):
    return ircc.safety.counts(registry)


def of(counts, **wanted):
    for key, value in wanted.items():
        counts = counts[counts[key].eq(value)]
    assert len(counts) == 1
    return counts.iloc[0]


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
    row = of(ircc.safety.counts(ten_year), trial_id=trial_id, term=term, group="cik")
    assert (row["events"], row["n"], row["pooled"]) == (events, n, True)


@pytest.mark.parametrize(
    ("trial_id", "term", "why"),
    [
        ("Zhu2014", "Fever", "29.5 %, but the number of patients is not stated"),
        ("Zhang2015b", "Fever", "no whole number of 77"),
        ("Tu2012", "Graft-versus-host disease", "case report"),
        ("Weng2008", "any adverse event", "number of patients is not stated"),
    ],
)
def test_what_has_no_certain_count_is_listed_with_the_reason(counts, trial_id, term, why):
    row = of(counts, trial_id=trial_id, term=term)
    assert not row["pooled"] and why in row["why"]


def test_events_among_infusions_or_cycles_enter_no_rate_of_patients(registry, counts):
    apart = ircc.safety.infusion_table(registry).data
    assert set(apart["trial_id"]) == {"Zhang2015a", "Yan2013"}
    assert not counts[counts["pooled"] & counts["denominator"].ne("patients")].shape[0]
    fever = of(apart, trial_id="Zhang2015a", term="Fever")
    assert (fever["events"], fever["n"]) == (36, 4088)  # 0.88 % of 4,088 transfusions


def test_the_same_patients_are_counted_once_in_the_larger_report(counts):
    pooled = counts[counts["pooled"]]
    assert not pooled.duplicated(["cohort", "group", "term", "severe"]).any()
    earlier = of(counts, trial_id="Magnani2020", term="Cytokine release syndrome")  # 13 of the later 36
    assert not earlier["pooled"] and earlier["why"] == "same patients as PMID40180925"


def test_severe_harm_without_events_is_0_with_the_exact_upper_limit(ten_year):
    row = of(ircc.safety.severe_rates(ten_year), outcome="treatment-related death", group="cik")
    assert (row["events"], row["n"]) == (0, 21 + 893)  # Anon2016 and Zhang2015a
    assert row["proportion"] == 0
    assert row["ci_high"] == pytest.approx(stats.binomtest(0, 914).proportion_ci(method="exact").high)
    assert "0.40 %" in ircc.safety.death_sentence(ten_year)


def test_serious_events_are_those_called_serious(ten_year):
    row = of(ircc.safety.severe_rates(ten_year), outcome="serious adverse event", group="cik")
    assert set(row["trial_ids"].split("; ")) == {"Zhao2013", "Mu2016", "Li2017"} and row["n"] == 53 + 13 + 55


def test_a_death_from_an_event_of_grade_5_is_a_death(registry):
    row = of(ircc.safety.severe_rates(registry), outcome="treatment-related death", group="cik")
    assert "PMID35995696" in row["trial_ids"] and row["events"] == 1


def test_graft_versus_host_disease_is_counted_by_donor_source_and_form(ten_year):
    rates = ircc.safety.gvhd_rates(ten_year)
    acute = of(rates, cell_source="allogeneic", form="acute")
    assert (acute["trials"], acute["events"], acute["n"]) == (4, 4 + 1 + 2 + 3, 11 + 5 + 18 + 16)
    assert of(rates, cell_source="autologous")["trials"] == 0
    assert "no trial of autologous cells" in ircc.safety.gvhd_figure(ten_year).caption


def test_silence_is_told_from_none(ten_year):
    raw = pd.read_csv(RAW / "adverse_events.csv")
    cohorts = ten_year.trials.set_index("trial_id")["cohort"]
    raw = raw[raw["trial_id"].isin(cohorts.index)].assign(cohort=lambda t: t["trial_id"].map(cohorts))
    some = raw[raw["n_affected"].gt(0) | raw["pct"].gt(0)]["cohort"].nunique()
    silent = cohorts.nunique() - raw["cohort"].nunique()
    sentence = ircc.safety.sentence(ten_year)
    assert f" {some} report adverse events" in sentence and f"read of {silent} (" in sentence


def test_none_without_a_number_of_patients_is_named_and_not_pooled(ten_year):
    sentence = ircc.safety.none_sentence(ten_year)
    assert all(f"trial:{trial_id}" in sentence for trial_id in ("Wu2008", "Dong2009", "Ding2015a", "Jiang2017"))


def test_severe_harm_is_compared_within_trials_only(ten_year):
    sentence = ircc.safety.severe_between_sentence(ten_year)
    assert "13 of 45 with CIK cells and 19 of 45 without" in sentence


def test_the_figure_draws_one_mark_a_term_and_states_it(ten_year):
    figure = ircc.safety.figure(ten_year)
    texts = [text.get_text().strip() for text in figure.texts]
    rates = ircc.safety.rates(ten_year)
    assert {"Fever", "Insomnia", "Cytokine release syndrome"} <= set(texts)
    assert sum(line.get_marker() == "s" for axes in figure.axes for line in axes.lines) == len(rates)


def test_an_edition_without_counts_says_so(registry):
    first = registry.edition("first")
    assert "No trial" in ircc.safety.death_sentence(first) and "No trial" in ircc.safety.infusion_table(first)
    assert "No trial of this edition counts severe events" in ircc.safety.severe_figure(first).caption

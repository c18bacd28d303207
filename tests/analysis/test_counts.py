"""Tabulations: trials once, patients once, shares that add up; the registry's quality in numbers."""

import pandas as pd
import pytest

import ircc_lib as ircc
from ircc_lib.analysis.counts.counts import DIMENSIONS, design_by_cohort
from ircc_lib.analysis.counts.quality import screening_reasons
from ircc_lib.registry.store import Registry

SINGLE = sorted(set(DIMENSIONS) - {"entity", "organ_system", "co_treatment"})


@pytest.fixture(scope="module")
def reg():
    return ircc.load_registry()


@pytest.mark.parametrize("by", SINGLE)
def test_a_cohort_is_in_one_category_and_the_patients_add_up(reg, by):
    table, cohorts = ircc.counts.tabulate(reg, by), reg.cohorts
    assert table["trials"].sum() == len(cohorts)
    assert table["patients"].sum() == cohorts["n_total"].sum()
    assert table["cik_patients"].sum() == cohorts["n_cik"].sum()


@pytest.mark.parametrize("by", DIMENSIONS)
def test_every_trial_is_named_in_some_category(reg, by):
    named = set("; ".join(ircc.counts.tabulate(reg, by)["trial_ids"]).split("; "))
    assert {reg.trials.set_index("trial_id")["cohort"][trial] for trial in named} == set(reg.trials["cohort"])


def test_patients_of_a_tumour_are_those_stated_for_it(reg):
    table = ircc.counts.tabulate(reg, "entity").set_index("category")
    rows = reg.entities[reg.entities["entity"].eq("Hodgkin lymphoma")]
    assert table.loc["Hodgkin lymphoma", "patients"] == rows["n_patients"].sum()


def test_an_unknown_description_is_refused_with_those_that_there_are(reg):
    with pytest.raises(ValueError, match="colour.*one of.*country"):
        ircc.counts.tabulate(reg, "colour")


def test_what_another_report_of_the_same_patients_states_is_not_lacking(reg):
    trials = reg.trials.copy()
    first = trials.index[0]
    again = trials.loc[[first]].assign(trial_id="Again2024", country="Chile", year=2024)
    trials.loc[first, "country"] = None
    more = Registry({**reg.tables, "trials": pd.concat([trials, again], ignore_index=True)}, reg.flags)
    table = ircc.counts.tabulate(more, "country").set_index("category")
    assert table.loc["Chile", "trials"] == 1


def test_table_1_puts_each_trial_in_one_column(reg):
    first = ircc.counts.table_one(reg).iloc[0]
    columns = ["Randomised", "Not randomised", "No controls"]
    assert sum(int(first[column].replace(",", "")) for column in columns) == int(first["All"])
    assert len(design_by_cohort(reg)) == int(first["All"])


def test_reasons_gather_duplicates_and_lose_no_record(reg):
    reasons = screening_reasons(reg)
    assert reasons["records"].sum() == len(reg.screening)
    assert reasons["reason"].str.startswith("duplicate").sum() == 1


def test_unreported_counts_as_not_stated(reg):
    filled = ircc.quality.completeness(reg, tables=["trials"]).set_index("column")
    stated = reg.trials["cell_source"].isin(["autologous", "allogeneic", "both"])
    assert filled.loc["cell_source", "stated"] == stated.sum()


def test_agreement_has_the_exact_interval_of_clopper_and_pearson(reg):
    # R: binom.test(327, 329)$conf.int and binom.test(67, 67)$conf.int
    table = ircc.quality.agreement(reg).set_index("compared")
    assert table.loc[329, "ci_low"] == pytest.approx(0.978214138, abs=1e-6)
    assert table.loc[329, "ci_high"] == pytest.approx(0.999262952, abs=1e-6)
    assert table.loc[67, "ci_low"] == pytest.approx(0.946430346, abs=1e-6)
    assert table.loc[67, "ci_high"] == 1


def test_a_trial_with_dendritic_cells_and_chemotherapy_is_in_both_combinations(reg):
    pairs = ircc.combinations.counts(reg)
    both = reg.trials[reg.trials["product"].eq("DC-CIK") & reg.trials["co_treatments"].eq("chemotherapy")]
    partners = pairs[pairs["trial_id"].eq(both["trial_id"].iloc[0])]["partner"]
    assert set(partners) == {"chemotherapy", "dendritic cells"}


def test_combinations_pool_randomised_and_other_trials_apart(reg):
    effects = ircc.log_hazard_ratios(reg, endpoint="OS").set_index("trial_id")["randomised"]
    for row in ircc.combinations.pooled(reg, endpoint="OS").itertuples():
        kinds = effects[row.trial_ids.split("; ")]
        assert kinds.eq(row.group == "randomised").all()

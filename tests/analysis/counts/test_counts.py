"""Tabulations: trials once, patients once, shares that add up; the registry's quality in numbers."""

import pandas as pd
import pytest

import ircc_lib as ircc
from ircc_lib.analysis.counts.counts import DIMENSIONS, design_by_cohort
from ircc_lib.analysis.counts.quality import screening_reasons
from ircc_lib.registry.store import Registry

SINGLE = sorted(set(DIMENSIONS) - {"entity", "organ_system", "co_treatment"})


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
    assert reasons["records"].sum() == reg.screening["enrolled_as"].isna().sum()
    assert "enrolled" not in set(reasons["reason"])
    assert reasons["reason"].str.startswith("duplicate").sum() == 1


def test_unreported_counts_as_not_stated(reg):
    filled = ircc.quality.completeness(reg, tables=["trials"]).set_index("column")
    stated = reg.trials["cell_source"].isin(["autologous", "allogeneic", "both"])
    assert filled.loc["cell_source", "stated"] == stated.sum()


def test_agreement_has_the_exact_interval_of_clopper_and_pearson(reg):
    # R: binom.test(134, 136)$conf.int and binom.test(148, 148)$conf.int
    table = ircc.quality.agreement(reg).set_index("compared")
    assert table.loc[136, "ci_low"] == pytest.approx(0.947887976635, abs=1e-6)
    assert table.loc[136, "ci_high"] == pytest.approx(0.998214061187, abs=1e-6)
    assert table.loc[148, "ci_low"] == pytest.approx(0.975383198421, abs=1e-6)
    assert table.loc[148, "ci_high"] == 1


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


def test_patients_are_counted_at_most_and_at_least(reg):
    """Cohorts that share patients are one, with the largest of them: counted a second time from the raw tables."""
    bounds = ircc.counts.patient_bounds(reg).set_index("overlaps")
    assert bounds.loc["none", "patients"] == int(reg.cohorts["n_total"].sum())
    likely = reg.overlaps[reg.overlaps["certainty"].isin(["stated", "likely"])]
    cohort = reg.trials.set_index("trial_id")["cohort"]
    sizes, groups = reg.cohorts["n_total"], {name: {name} for name in reg.cohorts.index}
    for one, other in zip(likely["trial_id"].map(cohort), likely["other_trial_id"].map(cohort)):
        both = groups[one] | groups[other]
        for name in both:
            groups[name] = both
    merged = {frozenset(group) for group in groups.values()}
    assert bounds.loc["likely", "trials"] == len(merged)
    assert bounds.loc["likely", "patients"] == sum(
        int(sizes[list(group)].max(skipna=True) if sizes[list(group)].notna().any() else 0) for group in merged
    )
    assert "at most" in ircc.counts.patients_sentence(reg)


def test_the_numbers_of_entities_are_explained(reg):
    sentence = ircc.counts.entities_sentence(reg)
    table = ircc.counts.tabulate(reg, "entity")["category"]
    named = table[table.ne("not stated")]
    assert f"{len(named)} tumour names" in sentence
    assert f" {int((~named.str.contains('unspecified')).sum())} of them are distinct" in sentence

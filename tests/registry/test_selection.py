"""Choosing a part of the registry, and adding to it for a session."""

import pytest

import ircc_lib as ircc

MINE = {
    "trial_id": "Doe2026", "first_author": "Doe", "year": 2026, "publication_type": "article",
    "record_level": "own record", "design": "randomised", "product": "CIK", "cell_source": "autologous", "n_total": 80, "n_cik": 40, "n_control": 40,
}  # fmt: skip
RATIO = {
    "endpoint": "OS", "effect_type": "HR", "orientation": "cik_vs_control", "estimate": "0.62", "ci_low": "0.40",
    "ci_high": "0.96", "direction": "cik_better",
}  # fmt: skip


def test_a_tumour_goes_by_its_other_names(reg):
    by_name = reg.select(entity="hepatocellular carcinoma").trials["trial_id"]
    assert by_name.size and by_name.equals(reg.select(entity="HCC").trials["trial_id"])
    assert by_name.equals(reg.select(entity="liver cancer").trials["trial_id"])


def test_years_endpoints_organs_settings_and_ids_choose(reg):
    assert reg.select(since=2012, until=2014).trials["year"].between(2012, 2014).all()
    os = reg.select(endpoint="OS").trials["trial_id"]
    assert os.isin({*reg.medians["trial_id"], *reg.landmarks["trial_id"], *reg.comparisons["trial_id"]}).all()
    assert reg.select(trial_id=["Lee2015", "Kong2017"]).trials["trial_id"].size == 2
    organ = reg.entities["organ_system"].iloc[0]
    assert set(reg.select(organ_system=organ).trials["trial_id"]) == set(
        reg.entities.loc[reg.entities["organ_system"].eq(organ), "trial_id"]
    )
    setting = reg.trials["setting"].dropna().iloc[0]
    assert reg.select(setting=setting).trials["setting"].eq(setting).all()


def test_a_miss_suggests_the_nearest(reg):
    with pytest.raises(ValueError, match="did you mean 'hepatocellular carcinoma'"):
        reg.select(entity="hepatocelular carcinoma")
    with pytest.raises(ValueError, match="did you mean 'Lee2015'"):
        reg.select(trial_id="Lee2O15")


def test_a_wrong_type_is_one_sentence(reg):
    with pytest.raises(TypeError, match="since: a year is a whole number"):
        reg.select(since="2012")
    with pytest.raises(TypeError, match="entity: a name or a list of names"):
        reg.select(entity=3)


def test_a_trial_of_ones_own_has_its_effect_and_leaves_the_registry_alone(reg):
    before = len(reg.trials)
    rows = {"entities": [{"tumour_reported": "gastric cancer"}], "comparisons": [RATIO]}
    effects = ircc.log_hazard_ratios(reg.with_trial(MINE, **rows), "OS").set_index("trial_id")
    assert round(effects.loc["Doe2026", "hr"], 2) == 0.62
    assert len(reg.trials) == before


def test_a_trial_of_ones_own_is_checked_as_every_other(reg):
    with pytest.raises(ircc.RegistryError, match="design.*randomized"):
        reg.with_trial({**MINE, "design": "randomized"})
    with pytest.raises(ValueError, match="has a Lee2015 already"):
        reg.with_trial({**MINE, "trial_id": "Lee2015"})
    with pytest.raises(ValueError, match="unknown column 'colour'"):
        reg.with_trial({**MINE, "colour": "red"})
    with pytest.raises(ValueError, match="unknown table 'median'"):
        reg.with_trial(MINE, median=[])


def test_a_lone_carriage_return_in_a_trial_of_ones_own_ends_no_row(reg):
    assert reg.with_trial({**MINE, "note": "one\rtwo"}).trials["trial_id"].isin([MINE["trial_id"]]).sum() == 1


def test_bibtex_names_each_report_once_and_escapes(reg):
    text = ircc.bibtex(reg)
    assert text.count("\n@") + text.startswith("@") == len(reg.trials)
    assert all(line.count("{") == line.count("}") for line in text.splitlines() if " = {" in line)

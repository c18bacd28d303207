"""Effects for other programs."""

import csv

import numpy as np
import pandas as pd
import pytest

import ircc_lib as ircc


@pytest.fixture(scope="module")
def effects(reg):
    return ircc.log_hazard_ratios(reg, "OS")


def test_every_program_gets_the_same_effects(effects):
    given = {"metafor": ("yi", "sei"), "revman": ("log[Hazard Ratio]", "SE"), "stata": ("log_hr", "se_log_hr")}
    for program, (effect, error) in (given | {"metapsy": (".log_hr", ".log_hr_se")}).items():
        table = ircc.export(effects, to=program)
        assert np.array_equal(table[effect], effects["log_hr"]) and np.array_equal(table[error], effects["se"])
    assert np.allclose(ircc.export(effects)["vi"], effects["se"] ** 2)


def test_metapsy_gets_the_variables_that_its_models_ask_for(effects, tmp_path):
    # runMetaAnalysis: study.var, arm.var.1, arm.var.2, measure.var and which.combine.var by default
    ircc.export(effects, to="metapsy", path=tmp_path / "effects.csv")
    made = pd.read_csv(tmp_path / "effects.csv")
    named = ["study", "condition_arm1", "condition_arm2", "multi_arm1", "instrument", "n_arm1", "n_arm2"]
    assert set(named) <= set(made) and set(made["instrument"]) == {"OS"} and made["multi_arm1"].isna().all()


def test_a_study_has_one_name(effects):
    assert ircc.export(effects, to="revman")["Study"].is_unique


def test_a_file_is_harmless_in_a_spreadsheet(effects, tmp_path):
    table = effects.head(2).assign(label=["=1+1", "Lee 2015"])
    ircc.export(table, to="stata", path=tmp_path / "effects.csv")
    assert pd.read_csv(tmp_path / "effects.csv")["study"].tolist() == ["'=1+1", "Lee 2015"]


def test_what_cannot_be_exported_is_said(effects):
    with pytest.raises(ValueError, match="'spss'; allowed: metafor, revman, stata, metapsy"):
        ircc.export(effects, to="spss")
    with pytest.raises(ValueError, match="the column 'se' is missing"):
        ircc.export(effects.drop(columns="se"))
    with pytest.raises(TypeError, match="found list"):
        ircc.export([1, 2])


def test_a_lone_carriage_return_stays_in_its_cell_and_starts_no_row(tmp_path):
    effects = ircc.log_hazard_ratios(ircc.load_registry(), "OS").head(2)
    effects = effects.assign(trial_id=["Able\r=1+1", "Baker"])
    ircc.export(effects, to="metafor", path=tmp_path / "effects.csv")
    text = (tmp_path / "effects.csv").read_bytes()
    assert b"\r" not in text
    with open(tmp_path / "effects.csv", encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) == 3

"""The registry as an analyst meets it: load, take a part, count cohorts, save, read back."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import ircc_lib as ircc

PROJECT = Path(__file__).parents[2]
TRIALS = pd.read_csv(PROJECT / "data" / "raw" / "trials.csv", dtype=str, keep_default_na=False)
YEARS = pd.to_numeric(TRIALS["year"])  # empty where no record read states it


@pytest.mark.parametrize(("name", "cut"), [("first", 2010), ("five-year", 2014), ("ten-year", 2020), ("living", 9999)])
def test_an_edition_holds_the_trials_published_up_to_its_cut(seed, name, cut):
    part = seed.edition(name)
    expected = set(TRIALS.loc[(YEARS <= cut) | (name == "living"), "trial_id"])
    assert set(part.trials["trial_id"]) == expected and part.edition_name == name
    for table in part.tables.values():
        if "trial_id" in table:
            assert set(table["trial_id"]) <= expected
    assert set(part.flags["trial_id"].dropna()) <= expected


def test_the_editions_are_those_that_were_published():
    said = ircc.editions().set_index("name")
    assert said["cut"].dropna().to_dict() == {"first": 2010, "five-year": 2014, "ten-year": 2020}
    assert said["published"].dropna().to_dict() == {"first": 2011, "five-year": 2015, "ten-year": 2020}
    for name, doi in (
        ("first", "10.1007/s00432-010-0887-7"),
        ("five-year", "10.1007/s00432-014-1864-3"),
        ("ten-year", "10.1002/jcp.29827"),
    ):
        assert doi in said.at[name, "citation"]


def test_an_edition_of_an_edition_is_the_earlier_one(seed):
    assert len(seed.edition("ten-year").edition("first").trials) == len(seed.edition("first").trials)


def test_an_unknown_edition_says_what_there_is(seed):
    with pytest.raises(ValueError, match="unknown edition 'tenyear'.*did you mean 'ten-year'.*living"):
        seed.edition("tenyear")


@pytest.mark.parametrize(
    ("column", "value"), [("design", "randomised"), ("product", ["DC-CIK", "CIK"]), ("country", "South Korea")]
)
def test_a_selection_holds_the_trials_with_that_value(seed, column, value):
    part = seed.select(**{column: value})
    values = [value] if isinstance(value, str) else value
    assert set(part.trials["trial_id"]) == set(TRIALS.loc[TRIALS[column].isin(values), "trial_id"])
    assert set(part.landmarks["trial_id"]) <= set(part.trials["trial_id"])


def test_a_selection_by_entity_holds_every_trial_that_treated_it(seed):
    part = seed.select(entity="gastric cancer", design="randomised")
    treated = seed.entities.loc[seed.entities["entity"] == "gastric cancer", "trial_id"]
    assert set(part.trials["trial_id"]) == {
        trial
        for trial, design in zip(seed.trials["trial_id"], seed.trials["design"])
        if design == "randomised" and trial in set(treated)
    }
    assert len(part.tumours) == len(seed.tumours)


@pytest.mark.parametrize(
    ("column", "value", "near"),
    [
        ("design", "randomized", "randomised"),
        ("entity", "gastric cancr", "gastric cancer"),
        ("country", "Germny", "Germany"),
        ("product", "DCCIK", "DC-CIK"),
    ],
)
def test_an_unknown_value_says_what_is_allowed(seed, column, value, near):
    with pytest.raises(ValueError, match=f"unknown {column} '{value}'.*did you mean '{near}'"):
        seed.select(**{column: value})


def test_a_known_value_without_trials_gives_an_empty_registry(seed):
    part = seed.select(country="Iceland")
    assert len(part.trials) == 0 and len(part.cohorts) == 0 and part._repr_html_()


def test_patients_are_counted_once_per_cohort(seed):
    cohorts = seed.cohorts
    assert set(cohorts.index) == set(TRIALS["cohort"])
    assert cohorts.at["Lee2015", "trial_ids"] == "Lee2015; Lee2019; Shin2026a"
    for cohort, reports in TRIALS.groupby("cohort"):
        arms = [sum(int(n) for n in pair if n) or "" for pair in zip(reports["n_cik"], reports["n_control"])]
        sizes = [int(total or added) for total, added in zip(reports["n_total"], arms) if total or added]
        assert (max(sizes) if sizes else None) == (
            None if pd.isna(cohorts.at[cohort, "n_total"]) else cohorts.at[cohort, "n_total"]
        )
        first = YEARS[reports.index].min()
        year = cohorts.at[cohort, "year"]
        assert pd.isna(year) if pd.isna(first) else year == first


@pytest.mark.parametrize("formats", [["parquet", "csv"], ["arrow"]])
def test_a_saved_registry_reads_back_as_it_was(seed, tmp_path, formats):
    part = seed.edition("first")
    part.save(tmp_path / "slice", formats=formats)
    assert {path.suffix[1:] for path in (tmp_path / "slice").iterdir()} == {*formats, "json"}
    again = ircc.load_registry(tmp_path / "slice")
    assert again.edition_name == "first" and list(again.tables) == list(part.tables)
    for name, table in part.tables.items():
        pd.testing.assert_frame_equal(again.tables[name], table)
    pd.testing.assert_frame_equal(again.flags, part.flags)


def test_saving_again_rewrites_nothing_and_gives_the_same_bytes(seed, tmp_path):
    seed.save(tmp_path / "one")

    def written() -> dict:
        return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in (tmp_path / "one").iterdir()}

    before = written()
    seed.save(tmp_path / "one")
    ircc.load_registry(tmp_path / "one").save(tmp_path / "two")
    assert written() == before
    assert {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()} == {
        name: content for name, (_, content) in before.items()
    }


def test_the_package_describes_each_file(seed, tmp_path):
    import hashlib

    seed.save(tmp_path)
    package = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    assert {resource["path"] for resource in package["resources"]} == {path.name for path in tmp_path.iterdir()} - {
        "datapackage.json"
    }
    for resource in package["resources"]:
        content = (tmp_path / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
        if resource["format"] == "parquet":  # the same table for those who read it, and for a validator only a file
            assert resource["type"] == "file" and "schema" not in resource
            continue
        table = {**seed.tables, "flags": seed.flags}[resource["name"]]
        assert resource["rows"] == len(table)
        assert [field["name"] for field in resource["schema"]["fields"]] == list(table)
    names = [resource["name"] for resource in package["resources"]]
    assert len(set(names)) == len(names)
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert str(PROJECT) not in json.dumps(package)


def test_foreign_keys_of_the_package_name_a_table_and_columns_that_it_has(seed, tmp_path):
    seed.save(tmp_path)
    package = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    schemas = {resource["name"]: resource["schema"] for resource in package["resources"] if "schema" in resource}
    for name, schema in schemas.items():
        for key in schema.get("foreignKeys", []):
            other = key["reference"]["resource"] or name
            fields = key["reference"]["fields"]
            known = {field["name"] for field in schemas[other]["fields"]}
            assert set([fields] if isinstance(fields, str) else fields) <= known


def test_a_part_of_the_tables_can_be_saved_without_csv(seed, tmp_path):
    seed.save(tmp_path, ["trials", "landmarks"], formats=["parquet"])
    assert {path.name for path in tmp_path.iterdir()} == {"trials.parquet", "landmarks.parquet", "datapackage.json"}
    part = ircc.load_registry(tmp_path)
    assert len(part.edition("first").landmarks) > 0
    with pytest.raises(AttributeError, match="'medians' is not in this part of the registry"):
        _ = part.medians


def test_an_unknown_table_cannot_be_saved(seed, tmp_path):
    with pytest.raises(ValueError, match="unknown table 'trails'"):
        seed.save(tmp_path, ["trails"])
    with pytest.raises(ValueError, match="unknown format 'xlsx'; allowed: parquet, csv, arrow"):
        seed.save(tmp_path, formats=["xlsx"])
    assert not list(tmp_path.iterdir())


def test_csv_neutralises_formulae_and_parquet_does_not(raw, tmp_path):
    formulae = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "plain", "a=b"]
    for line, text in enumerate(formulae, start=2):
        raw.set("trials", line, title=text)
    raw.load().save(tmp_path / "out")
    saved = pd.read_csv(tmp_path / "out" / "trials.csv", dtype=str, keep_default_na=False)["title"].tolist()
    assert saved[:8] == ["'=1+1", "'+1", "'-1", "'@x", "'\tx", "'\rx", "plain", "a=b"]
    assert pd.read_parquet(tmp_path / "out" / "trials.parquet")["title"].tolist()[:8] == formulae


def test_csv_leaves_numbers_alone(seed, tmp_path):
    seed.save(tmp_path, ["meta_analyses"])
    saved = pd.read_csv(tmp_path / "meta_analyses.csv")
    assert (
        saved["estimate"].dtype == float and (saved["estimate"] < 0).sum() == (seed.meta_analyses["estimate"] < 0).sum()
    )


def test_a_failed_write_leaves_the_old_file(seed, tmp_path, monkeypatch):
    seed.save(tmp_path, ["tumours"])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def refuse(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError):
        seed.edition("first").save(tmp_path, ["tumours", "trials"])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_html_gives_counts_and_escapes(seed):
    shown = seed.edition("ten-year")._repr_html_()
    assert "ten-year" in shown and f"<td>{len(seed.edition('ten-year').trials):,}</td>" in shown


def test_the_default_folder_is_found_from_the_notebooks(monkeypatch):
    monkeypatch.chdir(PROJECT / "notebooks")
    assert len(ircc.load_registry().trials) == len(TRIALS)


def test_flags_name_files_within_the_project_from_anywhere(monkeypatch, tmp_path):
    monkeypatch.chdir(PROJECT / "notebooks")
    assert ircc.load_registry().flags["file"].str.startswith("data/raw/").all()


def test_the_raw_tables_can_be_read_however_pandas_is_told_to_hold_text(seed):
    with pd.option_context("mode.string_storage", "python"):  # as in a kernel of the report
        again = ircc.load_registry()
    for name, table in seed.tables.items():
        assert again.tables[name].to_dict("records").__repr__() == table.to_dict("records").__repr__(), name


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere: there is no such folder"):
        ircc.load_registry(tmp_path / "nowhere")


def test_reading_a_saved_registry_imports_no_rules(seed, tmp_path):
    seed.save(tmp_path)
    code = (
        "import sys, ircc_lib; ircc_lib.load_registry(sys.argv[1]).edition('first'); "
        "print([name for name in ('pandera', 'pycountry', 'matplotlib') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, cwd=PROJECT)
    assert ran.stdout.strip() == "[]", ran.stderr

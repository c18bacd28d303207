"""Who states what: against counts made by others, by a second road, and on what cannot be read."""

import csv
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import ircc_lib as ircc
from ircc_lib.analysis.standard.conditions import read_condition
from ircc_lib.analysis.standard.items import read_items

ROOT = Path(__file__).parents[3]
REFERENCE = ROOT / "tests/reference/standard"
ADDED = {"PA-6": " or every arms", "PA-7": " or every arms", "FU-1": " or arms"}
"""What the rules ask beyond those that the counts were made with: figures per arm, which the first 153 had not."""


@pytest.fixture(scope="module")
def first_reports(tmp_path_factory):
    """The registry as it stood at 153 reports, with the columns and tables of today where it has none."""
    folder = tmp_path_factory.mktemp("first") / "raw"
    shutil.copytree(ROOT / "data/raw", folder)
    with zipfile.ZipFile(REFERENCE / "first-153-reports.zip") as old:
        for path in folder.glob("*.csv"):
            with open(path, encoding="utf-8", newline="") as file:
                columns = next(csv.reader(file))
            rows = []
            if path.name in old.namelist():
                rows = list(csv.DictReader(old.read(path.name).decode("utf-8").splitlines(keepends=True)))
            with open(path, "w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, columns, lineterminator="\n", extrasaction="ignore")
                writer.writeheader()
                writer.writerows(rows)
    return ircc.load_registry(folder)


def test_each_item_counts_as_on_the_first_153_reports(first_reports):
    columns = {name: list(table) for name, table in first_reports.tables.items()}
    counted = {row["item_id"]: row for row in csv.DictReader(open(REFERENCE / "counts.csv", encoding="utf-8"))}
    items = {item.item_id: item for item in read_items()}
    assert set(items) == set(counted)
    for item_id, item in items.items():
        applies = read_condition(item.applies_when, columns).evaluate(first_reports)
        assert applies.sum() == int(counted[item_id]["n_applicable"]), item_id
        if counted[item_id]["n_reported"]:
            stated = read_condition(item.rule, columns).evaluate(first_reports) & applies
            assert stated.sum() == int(counted[item_id]["n_reported"]), item_id


# Read by hand in data/raw, row for row: what ten trials state of the items that the registry has always recorded, and
# what does not apply to them. All others apply and are not stated.
BY_HAND = {
    "Lee2015": (
        "ID-1 ID-2 ID-3 DE-1 DE-2 PA-1 PA-2 PA-3 PA-4 PA-6 CP-1 TR-1 TR-2 CO-1 SA-1 SA-3 SA-4 SA-5 ST-1 ST-2 ST-3 FU-1",
        "PA-5 PA-9 OU-4 OU-5 SA-6 ST-4",
    ),
    # the age stands in the rows of its arms; the dose does not say per what
    "Kong2017": (
        "ID-1 ID-3 DE-1 DE-2 PA-1 PA-2 PA-3 PA-4 PA-7 CP-1 TR-2 TR-3 CO-1 OU-3 SA-1 SA-4 ST-1 ST-3",
        "PA-5 PA-9 OU-4 OU-5 SA-6 ST-4",
    ),
    # "ns" for adverse events is no exact p-value; a time to recurrence is no effect with its interval
    "Xu2016": (
        "ID-1 ID-2 ID-3 DE-1 DE-2 PA-1 PA-2 PA-3 PA-4 CP-1 TR-2 CO-1 SA-1 SA-2 SA-3 SA-4 SA-5 FU-1",
        "PA-5 PA-9 OU-4 OU-5 SA-6 ST-4",
    ),
    "Dong2009": (
        "ID-1 ID-3 DE-2 PA-1 PA-3 PA-4 PA-6 TR-1 TR-2 CO-1 SA-1 ST-2 ST-3",
        "PA-5 PA-9 OU-3 OU-4 OU-5 SA-6 ST-4",
    ),
    # only the men are counted; its tumours are of the blood and have no stage
    "Introna2007": (
        "ID-1 ID-3 DE-1 PA-1 PA-3 PA-4 PA-5 PA-7 CP-1 TR-1 TR-2 SA-1 SA-2 SA-3 SA-6",
        "PA-2 PA-9 CO-1 OU-3 SA-5 ST-1 ST-2 ST-3 ST-4",
    ),
    "Laport2011": (
        "DE-1 PA-1 PA-3 PA-4 PA-5 PA-7 CP-1 OU-2 SA-1 SA-2 SA-3 SA-6 FU-1",
        "PA-2 PA-9 CO-1 OU-4 OU-5 SA-5 ST-1 ST-2 ST-3 ST-4",
    ),
    "Jin2014": ("DE-2 PA-1 PA-2 PA-3 PA-4 CP-1 TR-2 TR-3 CO-1 OU-2 ST-2 ST-3", "PA-5 PA-9 OU-4 OU-5 SA-6"),
    # its setting, stage, effect and rates of survival are those of Wang2017, a later report of the same patients
    "Cui2015": (
        "ID-1 PA-1 PA-2 PA-3 PA-4 CP-1 TR-3 CO-1 OU-2 SA-1 SA-2 ST-1 ST-2 ST-3 ST-4",
        "PA-5 PA-9 OU-3 OU-4 OU-5 SA-6",
    ),
    # 893 patients, events of 4,088 infusions; the numbers of the severe ones are not given
    "Zhang2015a": (
        "ID-1 ID-3 DE-2 PA-4 CP-1 TR-2 SA-1 SA-3 SA-4",
        "PA-5 PA-9 CO-1 OU-3 OU-4 OU-5 SA-5 SA-6 ST-1 ST-2 ST-3 ST-4",
    ),
    "Mu2016": ("ID-1 ID-3 DE-1 PA-1 PA-2 PA-3 PA-4 CP-1 TR-3 CO-1 SA-1 SA-2 SA-4 ST-2", "PA-5 PA-9 OU-3 OU-4 OU-5 ST-4"),
}  # fmt: skip
ALWAYS_RECORDED = (
    "ID-1 ID-2 ID-3 DE-1 DE-2 PA-1 PA-2 PA-3 PA-4 PA-5 PA-6 PA-7 PA-9 CP-1 TR-1 TR-2 TR-3 CO-1 OU-2 OU-3 OU-4 OU-5 "
    "SA-1 SA-2 SA-3 SA-4 SA-5 SA-6 ST-1 ST-2 ST-3 ST-4 FU-1"
).split()
ASKED_OF_AN_ABSTRACT = "ID-2 PA-1 PA-3 PA-4 CP-1 TR-3 CO-1 OU-2 SA-1 ST-1".split()
"""Of these, the items for which CONSORT for Abstracts is among the sources of the given file."""


@pytest.mark.parametrize("trial", BY_HAND)
def test_ten_trials_read_by_hand(reg, trial):
    cohort = reg.trials.set_index("trial_id")["cohort"][trial]
    status = ircc.standard.score(reg).query("cohort == @cohort").set_index("item_id")["status"]
    stated, not_applicable = (set(items.split()) for items in BY_HAND[trial])
    assert {item for item in ALWAYS_RECORDED if status[item] == "stated"} == stated
    assert {item for item in ALWAYS_RECORDED if status[item] == "not applicable"} == not_applicable
    score = ircc.standard.scores(reg).set_index("cohort").loc[cohort]
    assert score["stated"] == len(stated)
    assert score["applicable"] == len(ALWAYS_RECORDED) - len(not_applicable)
    assert score["held_stated"] == len(stated & set(ASKED_OF_AN_ABSTRACT))
    assert score["held_applicable"] == len(set(ASKED_OF_AN_ABSTRACT) - not_applicable)


def test_a_record_is_held_to_an_abstract_s_items_until_its_full_text_was_read(reg):
    assert set(ircc.standard.scores(reg)["held_to"]) == {"items of an abstract"}  # no full text has been read so far
    read = replace_read_in(reg, "Lee2015", "full text")
    score = ircc.standard.scores(read).set_index("cohort").loc["Lee2015"]
    assert score["held_to"] == "all items" and score["held_share"] == score["share"]
    words = str(ircc.standard.sentence(ircc.standard.score(read), ircc.standard.scores(read)))
    assert "1 record held to all items" in words and "full text 1" in words


def replace_read_in(reg, trial, words):
    from copy import copy

    changed = copy(reg)
    trials = reg.trials.assign(read_in=reg.trials["read_in"].mask(reg.trials["trial_id"].eq(trial), words))
    object.__setattr__(changed, "tables", {**reg.tables, "trials": trials})
    return changed


def test_the_items_of_an_abstract_stand_first(reg):
    data = ircc.standard.shares(ircc.standard.summary(reg)).data
    assert data["in_abstract"].is_monotonic_decreasing
    table = ircc.standard.rarely_stated(ircc.standard.summary(reg)).data
    assert table["in_abstract"].is_monotonic_decreasing


def test_a_cohort_states_what_any_of_its_reports_states(reg):
    found = ircc.standard.score(reg)
    assert not found.duplicated(["cohort", "item_id"]).any()
    assert found["cohort"].nunique() == reg.trials["cohort"].nunique()


def test_what_is_stated_names_a_row_of_the_cohort(reg):
    stated = ircc.standard.score(reg).query("status == 'stated'")
    rows = pd.concat([table[["trial_id", "row_id"]] for table in reg.tables.values() if "trial_id" in table])
    trial_of = rows.set_index("row_id")["trial_id"]
    assert stated["row_id"].notna().all()
    assert (stated["row_id"].map(trial_of) == stated["trial_id"]).all()


def test_scores_are_stated_of_applicable(reg):
    totals = ircc.standard.scores(reg)
    assert (totals["stated"] <= totals["applicable"]).all()
    assert (totals["essential_applicable"] <= totals["applicable"]).all()


def test_what_nobody_could_record_counts_in_no_share(reg):
    by_item = ircc.standard.summary(reg).set_index("item_id")
    assert by_item.loc["CP-4", "applicable"] == 0 and by_item.loc["CP-4", "not_looked_for"] > 200
    assert pd.isna(by_item.loc["CP-4", "share"])


@pytest.mark.parametrize(
    "rule, words",
    [
        ("trials.phse", "no such column \\(did you mean phase\\?\\)"),
        ("medain[reached=True]", "trials.column or table\\[condition\\]|no such table \\(did you mean medians\\?\\)"),
        ("medians[reached=", "value is expected"),
        ("trials.phase and", "column is expected"),
        ("trials.phase) or", "should end here"),
        ("trials.design=randomized", "no such value; allowed: .*randomised"),
    ],
)
def test_a_condition_that_cannot_be_read_is_an_error_with_its_place(reg, rule, words):
    items = [replace(read_items()[0], rule=rule)]
    place = "reporting_standard.csv:2: rule: item ID-1: character \\d+: "
    with pytest.raises(ValueError, match=f"{place}.*(?:{words})"):
        ircc.standard.score(reg, items)


def test_the_check_of_the_registry_names_the_place_of_such_a_condition(tmp_path):
    from click.testing import CliRunner

    from ircc_lib.cli import main

    shutil.copytree(ROOT / "data/raw", tmp_path / "raw")
    shutil.copytree(ROOT / "data/vocabularies", tmp_path / "vocabularies")
    text = (ROOT / "data/reporting_standard.csv").read_text(encoding="utf-8")
    (tmp_path / "reporting_standard.csv").write_text(text.replace("trials.phase,", "trials.fase,"), encoding="utf-8")
    said = CliRunner().invoke(main, ["check", str(tmp_path / "raw")])
    assert said.exit_code == 2
    assert "reporting_standard.csv:6: rule: item DE-1: character 1: trials has no such column" in said.output


def test_an_item_that_is_there_twice_is_an_error(tmp_path):
    lines = (ROOT / "data/reporting_standard.csv").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "reporting_standard.csv"
    path.write_text("\n".join([*lines[:3], lines[1]]), encoding="utf-8")
    with pytest.raises(ValueError, match="reporting_standard.csv:4: item_id: ID-1 is there twice"):
        read_items(path)


def test_changing_a_rule_changes_its_item_and_no_other(reg):
    items = read_items()
    changed = [replace(items[0], rule="not trials.trial_id"), *items[1:]]
    before, after = ircc.standard.score(reg, items), ircc.standard.score(reg, changed)
    assert not after.query("item_id == 'ID-1'")["status"].eq("stated").any()
    others = before["item_id"].ne("ID-1")
    pd.testing.assert_frame_equal(before[others], after[others])


def test_by_must_be_known(reg):
    with pytest.raises(ValueError, match="allowed: item, domain, period, design"):
        ircc.standard.summary(reg, by="colour")

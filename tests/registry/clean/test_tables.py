"""The seed registry, cleaned: values of the right kind, each beside what was reported."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ircc_lib as ircc
from ircc_lib.registry.schema.dictionary import cleaned_rules
from ircc_lib.registry.schema.tables import raw_schemas

RAW = Path(__file__).parents[3] / "data" / "raw"
PLAIN = {
    name: pd.read_csv(RAW / f"{name}.csv", dtype=str, keep_default_na=False)
    for name in (path.stem for path in RAW.glob("*.csv"))
}
CTCAE_CLASSES = {
    "Blood and lymphatic system disorders",
    "Cardiac disorders",
    "Congenital, familial and genetic disorders",
    "Ear and labyrinth disorders",
    "Endocrine disorders",
    "Eye disorders",
    "Gastrointestinal disorders",
    "General disorders and administration site conditions",
    "Hepatobiliary disorders",
    "Immune system disorders",
    "Infections and infestations",
    "Injury, poisoning and procedural complications",
    "Investigations",
    "Metabolism and nutrition disorders",
    "Musculoskeletal and connective tissue disorders",
    "Neoplasms benign, malignant and unspecified (incl cysts and polyps)",
    "Nervous system disorders",
    "Pregnancy, puerperium and perinatal conditions",
    "Psychiatric disorders",
    "Renal and urinary disorders",
    "Reproductive system and breast disorders",
    "Respiratory, thoracic and mediastinal disorders",
    "Skin and subcutaneous tissue disorders",
    "Social circumstances",
    "Surgical and medical procedures",
    "Vascular disorders",
}
"""The 26 system organ classes of CTCAE v5.0 (NCI, 2017)."""


@pytest.mark.parametrize("table", sorted(PLAIN))
def test_every_row_is_kept_with_its_line_and_id(seed, table):
    cleaned = seed.tables[table]
    assert cleaned["line"].tolist() == list(range(2, len(PLAIN[table]) + 2))
    assert cleaned["row_id"].tolist() == [f"{table}:{line}" for line in cleaned["line"]]


@pytest.mark.parametrize("table", sorted(PLAIN))
def test_every_column_is_as_the_data_dictionary_says(seed, table):
    cleaned, rules = seed.tables[table], cleaned_rules(table)
    assert set(cleaned) == set(rules)
    for name, values in cleaned.items():
        rule = rules[name]
        assert str(values.dtype) == rule.dtype, name
        assert not (rule.required and values.isna().any()), name
        if len(rule.allowed) > 1:
            assert set(values.dropna()) <= set(rule.allowed), name


@pytest.mark.parametrize(
    ("table", "column", "reported"),
    [
        ("trials", "country", "country_reported"),
        ("trials", "co_treatment", "co_treatment_reported"),
        ("trials", "registration_id", "registration_id_reported"),
        ("trials", "enrol_start", "enrol_start_reported"),
        ("trials", "cells_reported", "cells_reported"),
        ("medians", "median_reported", "median_reported"),
        ("medians", "unit", "unit_reported"),
        ("medians", "ci_low", "ci_low_reported"),
        ("landmarks", "time", "time_reported"),
        ("landmarks", "p_value", "p_value_reported"),
        ("comparisons", "p_value", "p_value_reported"),
        ("comparisons", "estimate", "estimate_reported"),
        ("comparisons", "endpoint", "endpoint_reported"),
        ("responses", "p_value", "p_value_reported"),
        ("responses", "group", "group_reported"),
        ("patients", "pfs_time", "pfs_time_reported"),
        ("published_claims", "value", "value_reported"),
        ("meta_analyses", "p_value", "p_value_reported"),
    ],
)
def test_the_reported_text_stands_beside_the_value(seed, table, column, reported):
    assert seed.tables[table][reported].fillna("").tolist() == PLAIN[table][column].tolist()


@pytest.mark.parametrize(
    ("table", "row", "column", "value"),
    [
        ("medians", "trial_id == 'Jiang2017' and arm == 'bsc' and endpoint == 'OS'", "median", 52 / 30.4375),
        ("medians", "trial_id == 'Chung2014' and endpoint == 'OS'", "ci_high", 44.6 * 7 / 30.4375),
        ("medians", "trial_id == 'Chen2015' and endpoint == 'DFS' and group == 'cik'", "median", 41.0),
        ("landmarks", "trial_id == 'Shi2012b' and endpoint == 'OS' and group_reported == 'cik'", "time", 60.0),
        ("landmarks", "trial_id == 'Shi2012b' and endpoint == 'OS' and group_reported == 'cik'", "survival", 0.324),
        ("landmarks", "trial_id == 'Anon2015b'", "time", 6.0),
    ],
)
def test_times_are_months_and_rates_are_proportions(seed, table, row, column, value):
    [found] = seed.tables[table].query(row)[column]
    assert found == pytest.approx(value)


def test_every_reported_term_of_the_seed_is_mapped(seed):
    assert not seed.flags["why"].str.contains("vocabulary").any()
    assert seed.adverse_events[["term", "kind"]].notna().all(axis=None)
    assert seed.trials.loc[seed.trials["co_treatment_reported"].notna(), "co_treatments"].notna().all()


def test_ctcae_terms_have_a_system_organ_class_of_version_5(seed):
    ctcae = seed.adverse_events.query("kind == 'ctcae'")
    assert set(ctcae["soc"]) <= CTCAE_CLASSES


@pytest.mark.parametrize(
    ("reported", "endpoint", "family"),
    [
        ("OS", "OS", "OS"),
        ("PFS", "PFS", "PFS"),
        ("TTP", "TTP", "PFS"),
        ("DFS", "DFS", "PFS"),
        ("RFS", "RFS", "PFS"),
        ("TTR", "TTR", "PFS"),
        ("CSS", "CSS", "other"),
        ("2-year survival", "OS", "OS"),
        ("DCR", "DCR", "other"),
        ("recurrence rate", "recurrence", "other"),
        ("survival", "survival", "other"),
    ],
)
def test_endpoints_belong_to_os_to_the_pfs_family_or_to_neither(seed, reported, endpoint, family):
    rows = seed.comparisons[seed.comparisons["endpoint_reported"] == reported]
    assert set(rows["endpoint"]) == {endpoint} and set(rows["endpoint_family"]) == {family}


@pytest.mark.parametrize(
    ("reported", "categories"),
    [
        ("FOLFOX4", "chemotherapy"),
        ("RFA + TACE", "TACE; ablation"),
        ("hepatectomy", "surgery"),
        ("radiotherapy-temozolomide", "chemotherapy; radiotherapy"),
        ("conventional therapy", "other"),
        ("allogeneic HSCT", "transplantation"),
        ("anti-PD-1 agent", "immune checkpoint inhibitor"),
        ("local radiofrequency hyperthermia", "hyperthermia"),
        ("epirubicin + cyclophosphamide x4 then trastuzumab + docetaxel x4", "chemotherapy; targeted therapy"),
    ],
)
def test_co_treatments_have_categories(seed, reported, categories):
    rows = seed.trials[seed.trials["co_treatment_reported"] == reported]
    assert set(rows["co_treatments"]) == {categories}


def test_countries_have_names_and_codes_of_iso_3166(seed):
    said = seed.trials.drop_duplicates("country_reported").dropna(subset="country_reported")
    assert said.set_index("country_reported")["country_code"].to_dict() == {
        "China": "CHN",
        "South Korea": "KOR",
        "Italy": "ITA",
        "Germany": "DEU",
        "Singapore": "SGP",
        "United States": "USA",
    }
    assert said.set_index("country_reported").at["South Korea", "country"] == "South Korea"


def test_denominators_that_are_not_patients_are_named(seed):
    counted = seed.adverse_events.groupby("denominator")["trial_id"].agg(set).to_dict()
    assert counted["infusions"] == {"Zhang2015a"} and counted["cycles"] == {"Yan2013", "PMID37970341"}
    death = seed.adverse_events.query("trial_id == 'Zhang2015a' and kind == 'death'")
    assert death["denominator"].tolist() == ["patients"]


def test_a_denominator_that_the_note_leaves_open_is_flagged(raw):
    line = raw.add(
        "adverse_events",
        trial_id="Zhao2013",
        group="cik",
        term_reported="fever",
        n_affected="3",
        n_at_risk="40",
        note="counted over all infusions",
    )
    flags = raw.load().flags
    assert flags[flags["row_id"].eq(f"adverse_events:{line}")]["column"].tolist() == ["note"]


def test_a_p_value_of_all_zeros_is_below_half_its_last_digit(seed):
    row = seed.comparisons.set_index("row_id").loc["comparisons:202"]
    assert (row["p_value"], row["p_relation"], row["p_value_reported"]) == (0.0005, "below", "0.000")


def test_a_p_value_that_names_its_rate_is_that_rates_and_never_the_rows(seed):
    rows = seed.responses.set_index("p_value_reported")
    one = rows.loc["0.030 (DCR)"].iloc[0]
    assert np.isnan(one["p_value"]) and np.isnan(one["p_orr"]) and one["p_dcr"] == 0.03
    both = rows.loc["0.451 (ORR); 0.716 (DCR)"].iloc[0]
    assert (both["p_orr"], both["p_dcr"]) == (0.451, 0.716)
    bounds = rows.loc["ORR >0.05; DCR <0.05"].iloc[0]
    assert (bounds["p_orr_relation"], bounds["p_dcr_relation"]) == ("above", "below")


def test_medians_not_reached_have_no_value(seed):
    rows = seed.medians[seed.medians["median_reported"] == "not reached"]
    assert len(rows) == 9 and rows["median"].isna().all() and not rows["reached"].any()


def test_a_patient_without_event_after_plus_19_months_has_19_months(seed):
    row = seed.patients[seed.patients["pfs_time_reported"] == "+19"].iloc[0]
    assert (row["pfs_time"], row["pfs_event"]) == (19, 0)


def test_an_interval_of_90_percent_says_so(raw):
    raw.set("comparisons", 43, note="90% CI")
    rows = raw.load().comparisons
    assert rows.set_index("line")["ci_level"].loc[[43, 44]].tolist() == [0.9, 0.95]


def test_a_group_and_its_arm_are_taken_apart(seed):
    row = seed.landmarks.set_index("row_id").loc["landmarks:6"]
    assert (row["group"], row["arm"], row["group_reported"]) == ("cik", "intestinal", "cik:intestinal")


def test_unspecified_entities_are_marked(seed):
    with open(RAW / "tumours.csv", encoding="utf-8", newline="") as file:
        unspecified = {row["entity"] for row in csv.DictReader(file) if "unspecified" in row["entity"]}
    assert set(seed.entities.loc[~seed.entities["specified"], "entity"]) <= unspecified
    assert not seed.entities.loc[seed.entities["specified"], "entity"].isin(unspecified).any()


@pytest.mark.parametrize(
    ("table", "cells", "column"),
    [
        ("comparisons", {"endpoint": "quality of sleep", "direction": "unclear"}, "endpoint"),
        ("adverse_events", {"group": "cik", "term_reported": "green hair"}, "term_reported"),
        ("adverse_events", {"group": "cik", "term_reported": "fever", "grade_reported": "quite bad"}, "grade_reported"),
    ],
)
def test_a_term_that_no_vocabulary_knows_is_a_flag_not_a_crash(raw, table, cells, column):
    line = raw.add(table, trial_id="Zhao2013", **cells)
    registry = raw.load()
    flag = registry.flags.query("table == @table and line == @line").iloc[0]
    assert flag["column"] == column and flag["found"] == cells[column] and "vocabulary" in flag["why"]
    assert line in registry.tables[table]["line"].tolist()


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"; DROP TABLE trials; --',
        "=cmd|' /C calc'!A0",
        "line\nbreak",
        "tab\there",
        "\u202egnirts",
        "$x^2$",
        "NULL",
        "NaN",
        "inf",
    ],
)
def test_hostile_text_stays_text(raw, text):
    raw.set("trials", 2, title=text, first_author=text)
    trials = raw.load().trials
    assert (trials.at[0, "title"], trials.at[0, "first_author"]) == (text, text)


def test_numbers_that_are_not_finite_are_not_numbers(raw):
    raw.set("comparisons", 43, estimate="inf", ci_low="NaN")
    registry = raw.load()
    assert registry.comparisons.set_index("line").loc[43, ["estimate", "ci_low"]].isna().all()
    assert set(registry.flags.query("row_id == 'comparisons:43'")["column"]) >= {"estimate", "ci_low"}


def test_an_interval_bound_that_is_text_is_flagged_and_left_empty(raw):
    raw.set("medians", 5, ci_low="NA")
    registry = raw.load()
    assert np.isnan(registry.medians.set_index("line").at[5, "ci_low"])
    assert registry.medians.set_index("line").at[5, "ci_low_reported"] == "NA"
    assert registry.flags.query("row_id == 'medians:5'")["found"].tolist() == ["NA"]


def test_tables_without_rows_are_loaded(raw):
    for path in raw.folder.glob("*.csv"):
        path.write_text(path.read_text("utf-8").split("\n")[0] + "\n", "utf-8")
    registry = raw.load()
    assert all(len(table) == 0 for table in registry.tables.values()) and len(registry.flags) == 0
    assert len(registry.edition("first").cohorts) == 0


def test_the_dictionary_describes_every_column_raw_and_cleaned(seed):
    said = ircc.data_dictionary()
    assert said["description"].str.len().min() > 0
    for stage, tables in (("raw", PLAIN), ("cleaned", seed.tables)):
        for name, table in tables.items():
            rows = said[(said["stage"] == stage) & (said["table"] == name)]
            assert set(rows["column"]) == set(table)


@pytest.mark.parametrize(
    ("reported", "categories", "classes"),
    [
        ("RFA", "ablation", None),
        ("XELOX plus bevacizumab", "chemotherapy; targeted therapy", "chemotherapy; monoclonal antibody"),
        ("TACE (16) or TACE + PEI (36)", "TACE; ablation", None),
        (
            "camrelizumab plus anlotinib",
            "immune checkpoint inhibitor; targeted therapy",
            "checkpoint inhibitor; tyrosine kinase inhibitor",
        ),
        ("tislelizumab 200 mg d1", "immune checkpoint inhibitor", "checkpoint inhibitor"),
        ("bortezomib-based chemotherapy", "chemotherapy; targeted therapy", "proteasome inhibitor"),
        ("S-1 + moonlight", "chemotherapy; stated, not classified", "chemotherapy"),
        ("moonlight", "stated, not classified", None),
        ("no chemotherapy", "stated, not classified", None),
    ],
)
def test_treatments_are_read_part_by_part_and_what_is_stated_is_never_not_stated(raw, reported, categories, classes):
    raw.set("trials", 5, co_treatment=reported)
    trial = raw.load().trials.iloc[3]
    assert sorted(trial["co_treatments"].split("; ")) == sorted(categories.split("; "))
    assert (None if trial["drug_classes"] != trial["drug_classes"] else trial["drug_classes"]) == classes


def test_only_the_part_that_is_not_known_is_flagged(raw):
    raw.set("trials", 5, co_treatment="XELOX plus moonlight")
    [flag] = raw.load().flags.query("table == 'trials' and line == 5 and column == 'co_treatment'")["found"]
    assert flag == "moonlight"


@pytest.mark.parametrize(
    ("comparator", "given", "kind"),
    [
        ("TACE alone", "TACE + RFA", "same treatment without cells"),
        ("chemotherapy", "chemotherapy", "same treatment without cells"),
        ("no adjuvant therapy", "", "none"),
        ("curative resection alone", "", "none"),
        ("IL-2 + IFN-alpha-2a", "", "other active treatment"),
        ("sorafenib", "TACE", "other active treatment"),
        ("control group (treatment not specified)", "", "not stated"),
        ("", "TACE", "not stated"),
        ("moonlight", "TACE", "stated, not classified"),
    ],
)
def test_what_the_controls_received_has_a_kind(raw, comparator, given, kind):
    raw.set("trials", 5, design="randomised", comparator=comparator, co_treatment=given)
    assert raw.load().trials["comparator_kind"].iloc[3] == kind


def test_a_registrar_adds_terms_beside_the_raw_tables(raw):
    """Vocabularies are looked for beside the raw tables first; those that do not lie there are the project's."""
    beside = raw.folder.parent / "vocabularies"
    beside.mkdir()
    (beside / "products.csv").write_text("product,meaning\nDC,dendritic cells\n", "utf-8")
    problems = raw.problems()
    assert {problem.column for problem in problems} == {"product"} and problems[0].allowed == "DC"
    for table in ("trials", "screening"):
        rows = raw.rows(table)
        raw.write(table, [row | {"product": "DC" if row["product"] else ""} for row in rows])
    assert set(raw.load().trials["product"]) == {"DC"}


@pytest.mark.parametrize(("reported", "grades"), [("II-IV", (2, 4)), ("grade 3 or higher", (3, 5)), ("2+", (2, 5))])
def test_grades_are_read_as_ranges(raw, reported, grades):
    raw.set("adverse_events", 5, grade_reported=reported)
    event = raw.load().adverse_events.iloc[3]
    assert (event["grade_low"], event["grade_high"]) == grades


def test_a_registry_of_before_the_newer_columns_and_tables_is_sound(raw, seed):
    newer = {
        name: [column for column, rules in schema.columns.items() if rules.metadata["optional"]]
        for name, schema in raw_schemas().items()
    }
    for name, columns in newer.items():
        if raw_schemas()[name].metadata.get("optional"):
            raw.path(name).unlink()
        elif columns:
            raw.write(name, [{key: row[key] for key in row if key not in columns} for row in raw.rows(name)])
    old = raw.load()
    assert old.trials["trial_id"].equals(seed.trials["trial_id"]) and old.trials["centres"].isna().all()
    assert list(old.trials) == list(seed.trials) and old.products.empty


def test_headers_alone_are_a_sound_registry(raw):
    for path in raw.folder.glob("*.csv"):
        path.write_text(path.read_text("utf-8").split("\n")[0] + "\n", "utf-8")
    registry = raw.load()
    assert registry.trials.empty and registry.flags.empty and registry.cohorts.empty

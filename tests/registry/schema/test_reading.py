"""One declaration of how a column is read: the cleaner, the dictionary and the schema follow from it."""

import pytest

from ircc_lib.registry.clean.columns import READERS
from ircc_lib.registry.schema import reading
from ircc_lib.registry.schema.dictionary import cleaned_rules, data_dictionary, table_schema
from ircc_lib.registry.schema.tables import TABLES, raw_schemas

COLUMNS = [(table, name, column) for table in TABLES for name, column in raw_schemas()[table].columns.items()]


def test_whatever_gives_columns_has_a_reader_that_makes_them():
    declared = {column.metadata["reading"] for *_, column in COLUMNS if column.metadata["reading"].rules("x", "X")}
    assert declared - {reading.TREATMENTS, reading.UNIT} <= set(READERS)  # one needs several columns, one is renamed


@pytest.mark.parametrize(("table", "name", "column"), COLUMNS, ids=[f"{t}.{n}" for t, n, _ in COLUMNS])
def test_what_a_column_gives_is_in_the_rules_of_the_cleaned_table(table, name, column):
    rules, declared = cleaned_rules(table), column.metadata["reading"]
    assert {rule.column for rule in declared.rules(name, column.description)} <= set(rules)
    assert (name in rules) != bool(declared.instead)


def test_the_dictionary_says_the_words_of_the_reading():
    said = data_dictionary().set_index(["stage", "table", "column"])["read as"]
    assert all(said["raw", table, name] == column.metadata["reading"].words for table, name, column in COLUMNS)


def test_bounds_are_numbers_from_the_model_to_the_schema():
    fields = {field["name"]: field for field in table_schema("trials", ["age_median", "n_total"])["fields"]}
    assert fields["age_median"]["constraints"] == {"minimum": 0, "maximum": 120}
    assert fields["n_total"]["constraints"]["minimum"] == 0
    said = data_dictionary().set_index(["stage", "table", "column"])["allowed"]
    assert said["raw", "trials", "age_median"] == "0 to 120" and said["raw", "trials", "followup_months"] == "0 or more"

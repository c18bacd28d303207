"""A part of a registry's tables: the rows of its trials, as the whole was when the part was made."""

import pandas as pd
import pytest

from ircc_lib.registry.part import Part


@pytest.fixture
def whole():
    return {
        "trials": pd.DataFrame({"trial_id": ["A", "B", "C"], "n_cik": [10, 20, 30]}),
        "tumours": pd.DataFrame({"entity": ["melanoma"]}),
    }


def test_it_holds_the_rows_of_its_trials_numbered_anew_and_tables_without_trials_whole(whole):
    part = Part(whole, ["B", "C"])
    assert part["trials"].to_dict("list") == {"trial_id": ["B", "C"], "n_cik": [20, 30]}
    assert part["trials"].index.tolist() == [0, 1]
    assert part["tumours"].equals(whole["tumours"])


def test_it_is_used_like_a_dict(whole):
    part = Part(whole, ["A"])
    assert list(part) == list(whole) and len(part) == 2 and "trials" in part and part.get("arms") is None
    assert {name: len(table) for name, table in {**part}.items()} == {"trials": 1, "tumours": 1}
    part["arms"] = pd.DataFrame({"trial_id": ["A", "B"]})
    assert len(part["arms"]) == 2, "a table that is put in stays as it is"
    del part["trials"]
    assert list(part) == ["tumours", "arms"]
    with pytest.raises(KeyError):
        part["trials"]


def test_what_becomes_of_the_whole_later_does_not_change_it(whole):
    part = Part(whole, ["A", "B"])
    whole["trials"].loc[0, "n_cik"] = 99
    whole["tumours"].loc[0, "entity"] = "sarcoma"
    assert part["trials"]["n_cik"].tolist() == [10, 20]
    assert part["tumours"]["entity"].tolist() == ["melanoma"]


def test_a_change_of_the_part_does_not_change_the_whole(whole):
    part = Part(whole, ["A", "B", "C"])
    part["trials"].loc[0, "n_cik"] = 99
    part["tumours"].loc[0, "entity"] = "sarcoma"
    assert part["trials"]["n_cik"].tolist() == [99, 20, 30]
    assert whole["trials"]["n_cik"].tolist() == [10, 20, 30] and whole["tumours"]["entity"].tolist() == ["melanoma"]


def test_a_part_of_a_part(whole):
    assert Part(Part(whole, ["B", "C"]), ["A", "C"])["trials"]["trial_id"].tolist() == ["C"]

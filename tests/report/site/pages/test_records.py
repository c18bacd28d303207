"""The record of a trial: what it gives to the report, and how its facts read."""

import re

import pytest

import ircc_lib as ircc
from ircc_lib.analysis.claims.contributions import contributions
from ircc_lib.report.site.pages.record_labels import fact


@pytest.fixture(scope="module")
def rows(reg):
    return contributions(reg.edition("ten-year"))


def test_weights_and_places_are_those_of_the_pool(reg, rows):
    effects = ircc.log_hazard_ratios(reg.edition("ten-year"), "OS")
    randomised = effects[effects["randomised"]]
    inverse = 1 / (randomised["se"] ** 2 + ircc.pool(randomised["log_hr"], randomised["se"]).tau2)
    own = rows[rows["outcome"].eq("OS") & rows["group"].eq("randomised") & rows["trial_id"].eq(rows["given_by"])]
    assert own["trials"].eq(len(randomised)).all() and own["weight"].sum() == pytest.approx(1)
    assert own.set_index("trial_id")["weight"].to_dict() == pytest.approx(
        dict(zip(randomised["trial_id"], inverse / inverse.sum()))
    )


def test_a_report_of_the_same_patients_names_the_one_that_gives_the_effect(rows):
    lee = rows[rows["trial_id"].eq("Lee2015") & rows["outcome"].eq("OS")].iloc[0]
    assert lee["given_by"] == "Lee2019" and lee["ci_printed"] == "0.15 to 0.76"  # as the paper prints it


def test_a_trial_without_an_effect_says_why(rows):
    xu = rows[rows["trial_id"].eq("Xu2016") & rows["outcome"].eq("OS")].iloc[0]
    assert "without a number of events" in xu["reason"]


def test_the_page_says_ratio_grade_weight_allocation_and_overlaps(ten_year):
    page = (ten_year / "trials" / "lee2015.html").read_text("utf-8")
    part = page.partition('id="contributes"')[2].partition("</section>")[0]
    assert "0.33 (0.15 to 0.76)" in part and re.search(r"one of \d+ randomised trials that are pooled, weight \d", part)
    assert "04_hazard_ratios.html#overall-survival" in part and "Lee 2019" in part
    assert "Allocation known from" in page and "What the record states" in page
    yoon = (ten_year / "trials" / "lee2019.html").read_text("utf-8")
    assert "Patients are counted once" in yoon


def test_every_trial_with_an_effect_shows_it(ten_year, rows):
    for row in rows[rows["hr"].notna()].to_dict("records"):
        page = ten_year / "trials" / f"{row['trial_id'].lower()}.html"
        assert 'id="contributes"' in page.read_text("utf-8"), page


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ({"cells_centre": 6.4e9, "cells_basis": "absolute", "cells_per": "infusion"}, "6.4 x 10^9 cells per infusion"),
        ({"cells_centre": 1e8, "cells_basis": "per kg", "cells_per": "total"}, "1 x 10^8 cells per kg in total"),
    ],
)
def test_numbers_of_cells_read_as_papers_write_them(head, words):
    assert fact(head, "cells_centre") == words

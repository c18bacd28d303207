"""The chapter on safety: what its figures draw and its sentences say."""

import pytest

import ircc_lib as ircc


@pytest.fixture(scope="module")
def ten_year(reg):
    return reg.edition("ten-year")


def test_severe_events_of_the_largest_safety_study_stand_beside_every_reassuring_zero(ten_year):
    """Of 4,088 infusions 215 had an event of grade 1 to 4, 204 of grade 1 to 2 (PMID 25435128)."""
    for text in (
        ircc.safety.sentence(ten_year, "severe"),
        ircc.safety.figure(ten_year, "severe").caption,
        ircc.safety.sentence(ten_year, "summary"),
    ):
        assert "11 of 4,088 infusions (0.27 %)" in text
        assert "anaphylactic shock" in text and "tumour lysis syndrome" in text
    assert "11 of 4,088 infusions" in ircc.safety.sentence(ten_year, "in short")
    assert "trial:Zhang2015a" in ircc.safety.sentence(ten_year, "deaths")


def test_terms_that_were_counted_and_not_seen_are_not_drawn_as_a_rate_of_nothing(ten_year):
    figure = ircc.safety.figure(ten_year)
    assert not any("shock" in text.get_text().lower() for text in figure.texts)
    assert "0 of 29" in figure.caption and "anaphylactic shock" in figure.caption


def test_the_figure_draws_one_mark_a_term_and_states_it(ten_year):
    figure = ircc.safety.figure(ten_year)
    texts = [text.get_text().strip() for text in figure.texts]
    rates = ircc.safety.rates(ten_year)
    assert {"Fever", "Insomnia", "Cytokine release syndrome"} <= set(texts)
    assert sum(line.get_marker() == "s" for axes in figure.axes for line in axes.lines) == int(
        rates["events"].gt(0).sum() - (rates["events"].gt(0) & rates["proportion"].isna()).sum()
    )


def test_an_edition_without_counts_says_so(reg):
    first = reg.edition("first")
    assert "No trial" in ircc.safety.sentence(first, "deaths") and "No trial" in ircc.safety.table(first, "by infusion")
    assert "No trial randomised by its own record" in ircc.safety.sentence(first, "between arms")

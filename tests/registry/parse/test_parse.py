"""Countries, people, grades and levels as reported."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircc_lib.registry import parse


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("China", "CHN"),
        ("germany", "DEU"),
        ("Viet Nam", "VNM"),
        ("Korea, Republic of", "KOR"),
        ("ITA", "ITA"),
        ("Atlantis", None),
        ("", None),
        ("China and Korea", None),
    ],
)
def test_a_country_is_one_of_iso_3166(text, code):
    country = parse.parse_country(text)
    assert (country.code if country else None) == code


@pytest.mark.parametrize(
    ("parser", "text", "value"),
    [
        (parse.parse_age, "57", 57),
        (parse.parse_age, "57 years old", 57),
        (parse.parse_age, "571", None),
        (parse.parse_age, "57-60", None),
        (parse.parse_percent, "62.5%", 0.625),
        (parse.parse_percent, "0", 0),
        (parse.parse_percent, "140", None),
        (parse.parse_percent, "62,5", None),
        (parse.parse_sex, "male", "M"),
        (parse.parse_sex, "F", "F"),
        (parse.parse_sex, "x", None),
    ],
)
def test_age_percentage_and_sex_are_read_or_left(parser, text, value):
    assert parser(text) == value


@given(st.text(max_size=20) | st.from_regex(r"(?:grade )?[IV1-5]{1,3}(?:[-/, ]| to )?[IV1-5]{0,3}\+?", fullmatch=True))
def test_any_text_is_grades_that_read_back_or_nothing(text):
    said = parse.parse_grades(text)
    assert said is None or (1 <= said.low <= said.high <= 5 and parse.parse_grades(str(said)) == said)


@given(st.text(max_size=30) | st.from_regex(r"[0-9]{2}(?:\.[0-9])? ?%? ?(?:CI|confidence interval)", fullmatch=True))
def test_any_text_is_a_level_that_reads_back_or_none(text):
    said = parse.parse_level(text)
    assert said is None or said.value is None or parse.parse_level(str(said)) == said

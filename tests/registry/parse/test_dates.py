"""Dates as exact as they are reported."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircc_lib.registry import parse

ANY_TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=40)


@pytest.mark.parametrize(
    ("text", "first", "precision"),
    [
        ("2009", datetime.date(2009, 1, 1), "year"),
        ("2009-11", datetime.date(2009, 11, 1), "month"),
        ("2017-05-01", datetime.date(2017, 5, 1), "day"),
    ],
)
def test_a_partial_date_keeps_how_exact_it_is(text, first, precision):
    date = parse.parse_date(text)
    assert (date.first, date.precision, str(date)) == (first, precision, text)


@given(ANY_TEXT | st.text(alphabet="0123456789-/", max_size=12))
def test_any_text_is_a_date_that_prints_as_it_was_or_none(text):
    date = parse.parse_date(text)
    assert date is None or str(date) == text.strip()


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)), st.sampled_from([4, 7, 10]))
def test_an_iso_date_of_any_precision_reads_back(day, length):
    assert str(parse.parse_date(day.isoformat()[:length])) == day.isoformat()[:length]


@pytest.mark.parametrize("text", ["2009-13", "2009-02-30", "09-11", "2009/11", "Nov 2009", "", "20091"])
def test_what_is_not_an_iso_date_is_left_unread(text):
    assert parse.parse_date(text) is None

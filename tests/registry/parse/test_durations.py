"""Durations and medians as reported."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircc_lib.registry import parse


@pytest.mark.parametrize(
    ("text", "unit", "months"),
    [
        ("330", "days", 330 / 30.4375),
        ("11.0", "weeks", 77 / 30.4375),
        ("5", "years", 60),
        ("13.6", "months", 13.6),
        ("2 years", None, 24),
        ("24 months", "months", 24),
        ("1 year", None, 12),
    ],
)
def test_a_duration_is_read_in_months(text, unit, months):
    assert parse.parse_duration(text, unit).months == pytest.approx(months)


@pytest.mark.parametrize("text", ["not reached", "Not yet reached", "NR"])
def test_a_median_that_was_not_reached_has_no_months(text):
    read = parse.parse_duration(text, "months")
    assert (read.reached, read.months) == (False, None)


@pytest.mark.parametrize("text", ["+19", ">19", "19+"])
def test_a_plus_marks_a_time_without_event(text):
    read = parse.parse_duration(text, "months")
    assert (read.months, read.censored) == (19, True)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("12", None),
        ("12 weeks", "months"),
        ("12", "fortnights"),
        ("NA", "months"),
        ("about 12", "months"),
        ("12,5", "months"),
        ("10-12", "months"),
        ("-3", "months"),
        ("", "months"),
        ("+19+", "months"),
    ],
)
def test_a_duration_that_the_text_does_not_decide_is_left_unread(text, unit):
    assert parse.parse_duration(text, unit) is None


@given(st.floats(min_value=0, max_value=1e4), st.sampled_from(["days", "weeks", "months", "years"]), st.booleans())
def test_a_printed_duration_reads_back(number, unit, censored):
    duration = parse.ParsedDuration(number, unit, censored=censored)
    assert parse.parse_duration(str(duration)) == duration

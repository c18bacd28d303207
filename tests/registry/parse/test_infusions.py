"""Infusions of a patient as reported."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircc_lib.registry import parse

ANY_TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=40)


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("4 cycles", 4, 4, "cycles"),
        ("1-4 cycles", 1, 4, "cycles"),
        ("at least 4 cycles IV", 4, None, "cycles"),
        ("every 3 months, up to four courses", None, 4, "courses"),
        ("single dose", 1, 1, "infusions"),
        ("median 2 (range 1-7)", 1, 7, "infusions"),
        ("16 infusions during 60 weeks", 16, 16, "infusions"),
        ("8 cycles (39 patients) or 10 cycles (6 patients)", 8, 10, "cycles"),
        ("every 4 weeks; 14 patients 8 cycles, 6 patients 4 cycles", 4, 8, "cycles"),
        ("twice a week; mean 4.2 courses (range 1-8)", 1, 8, "courses"),
        ("every 4 weeks for 32 weeks (eight cycles)", 8, 8, "cycles"),
        ("14 planned (4 weekly, 4 every 2 weeks, 6 every 4 weeks)", 14, 14, "infusions"),
        ("2-3 cycles every 3 weeks; 46 infusions in all", 2, 3, "cycles"),
        ("4 infusions in a fortnight = 1 cycle; at least 3 cycles", 3, None, "cycles"),
    ],
)
def test_infusions_of_a_patient_are_read(text, low, high, unit):
    read = parse.parse_infusions(text)
    assert (read.low, read.high, read.unit) == (low, high, unit)


@pytest.mark.parametrize(
    "text",
    [
        "55 infusions in 16 patients",
        "4088 transfusions",
        "1,393 transfusion cycles",
        "221 infusions to 91 patients",
        "6 (weekly, total 12)",
        "2 infusions per cycle",
        "647 cycles in 303 patients (308 autologous, 339 allogeneic)",
        "46 cycles in 5 patients, 28 days a cycle",
        "once every 3-4 weeks x 4, then every 4 weeks x 4",
        "multiple",
        "repetitive",
        "0, 1-10, 11-25 and over 25",
        "4 cycles at 1-week interval, then 4 cycles at 2-week interval",
        "0 cycles",
        "8-4 cycles",
        "99 infusions",
    ],
)
def test_sums_over_patients_and_schedules_are_left_unread(text):
    assert parse.parse_infusions(text) is None


@given(
    st.integers(1, 60),
    st.integers(1, 60),
    st.sampled_from(["infusions", "cycles", "courses"]),
    st.sampled_from(["both", "least", "most"]),
)
def test_printed_infusions_read_back(one, other, unit, form):
    low, high = sorted((one, other))
    stated = {"both": (low, high), "least": (low, None), "most": (None, high)}[form]
    infusions = parse.Infusions(*stated, unit)
    assert parse.parse_infusions(str(infusions)) == infusions


@given(ANY_TEXT | st.text(alphabet="0123456789- cyclesinfuorat", max_size=30))
def test_any_text_is_a_sound_number_of_infusions_or_none(text):
    read = parse.parse_infusions(text)
    if read is not None:
        assert 0 < (read.low or read.high) <= (read.high or read.low) <= 60
        assert parse.parse_infusions(str(read)) == read


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("once every 15 days, 4-6 times", 4, 6, "infusions"),
        ("one-time infusion", 1, 1, "infusions"),
        ("4 infusions a cycle, 2 cycles", 8, 8, "infusions"),
        ("three infusions scheduled, every 21 days", 3, 3, "infusions"),
        ("3 or 6 courses", 3, 6, "courses"),
        ("trimonthly, average 3.1 times (range 1-6)", 1, 6, "infusions"),
        ("1-3 infusions IV (4 per month)", 1, 3, "infusions"),
        ("every 4 weeks", None, None, "infusions"),
        ("weekly for 6 weeks, then biweekly for 8 weeks", None, None, "infusions"),
        ("days 14 and 16 of the first and second chemotherapy cycles", None, None, "infusions"),
    ],
)
def test_ordinary_wording_of_infusions_is_read(text, low, high, unit):
    said = parse.parse_infusions(text)
    assert (said.low, said.high, said.unit) == (low, high, unit)
    assert parse.parse_infusions(str(said)) == said

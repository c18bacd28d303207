"""Cell doses as reported."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircc_lib.registry import parse

ANY_TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=40)


LIKE_NUMBERS = st.text(alphabet="0123456789.,<>=+-xX*^/()%eEpP nsor±×≤ kgCIK", max_size=25)


@pytest.mark.parametrize(
    ("text", "low", "high", "centre", "basis", "per"),
    [
        ("5x10^9", 5e9, 5e9, 5e9, "absolute", "unstated"),
        ("5 x 10(9)", 5e9, 5e9, 5e9, "absolute", "unstated"),
        ("5 × 10⁹", 5e9, 5e9, 5e9, "absolute", "unstated"),
        ("12*10 10", 12e10, 12e10, 12e10, "absolute", "unstated"),
        ("10 x 109", 1e10, 1e10, 1e10, "absolute", "unstated"),
        ("0.5-1.5x10^8/kg", 5e7, 1.5e8, None, "per kg", "unstated"),
        ("median 12.4x10^6/kg (range 7.2-87.4)", 7.2e6, 87.4e6, 12.4e6, "per kg", "unstated"),
        ("1.2x10^9 - 2.0x10^9 per transfusion", 1.2e9, 2e9, None, "absolute", "infusion"),
        # every wording of the seed registry
        ("1.1-1.5 x 10^10", 1.1e10, 1.5e10, None, "absolute", "unstated"),
        ("median total 12.4x10^6/kg (range 7.2-87.4)", 7.2e6, 87.4e6, 12.4e6, "per kg", "total"),
        ("1.0-1.5 x 10^10", 1e10, 1.5e10, None, "absolute", "unstated"),
        ("1 x 10^9 x 5, every 48 h, starting 5 d after chemotherapy", 1e9, 1e9, 1e9, "absolute", "infusion"),
        ("1.0-2.0 x 10^10 per course", 1e10, 2e10, None, "absolute", "course"),
        ("median 28x10^9 per patient (range 6-61)", 6e9, 61e9, 28e9, "absolute", "total"),
        ("1-5 x 10^10", 1e10, 5e10, None, "absolute", "unstated"),
        ("median 6.7x10^9 per treatment (range 2.5-12.3)", 2.5e9, 12.3e9, 6.7e9, "absolute", "unstated"),
        ("CD3+ cells/kg: 1x10^7 (n=4), 5x10^7 (n=6), 1x10^8 (n=8)", 1e7, 1e8, None, "per kg", "unstated"),
        ("9 x 10^9", 9e9, 9e9, 9e9, "absolute", "unstated"),
        ("1 x 10^10 on d15 and d17 of each chemotherapy cycle", 1e10, 1e10, 1e10, "absolute", "unstated"),
        ("10-200 million CD3+ cells/kg", 1e7, 2e8, None, "per kg", "unstated"),
        ("5x10^9 - 1x10^10", 5e9, 1e10, None, "absolute", "unstated"),
        ("2-3x10^9", 2e9, 3e9, None, "absolute", "unstated"),
        ("3.2-3.6 x 10^9 each session", 3.2e9, 3.6e9, None, "absolute", "infusion"),
        ("188.3 ± 79.8 x 10^6 DC and 58.8 ± 22.3 x 10^8 CIK cells in total", None, None, 58.8e8, "absolute", "total"),
        ("2-6 x 10^9", 2e9, 6e9, None, "absolute", "unstated"),
        ("autologous 2.11+-0.32x10^10, allogeneic 2.29+-0.36x10^10", 2.11e10, 2.29e10, None, "absolute", "unstated"),
        (">1 x 10^10 per infusion", 1e10, None, None, "absolute", "infusion"),
        ("around 5x10^9 per patient", None, None, 5e9, "absolute", "total"),
        ("6.4 x 10^9 per infusion", 6.4e9, 6.4e9, 6.4e9, "absolute", "infusion"),
        ("10^9 to 2 x 10^10 cells in 200 mL", 1e9, 2e10, None, "absolute", "unstated"),
        ("8.0x10^9 - 1.3x10^10", 8e9, 1.3e10, None, "absolute", "unstated"),
        ("at least 5x10^9 per infusion (web summary)", 5e9, None, None, "absolute", "infusion"),
        ("0.5-1.5x10^8/kg per transfusion, one a day for 2 days", 5e7, 1.5e8, None, "per kg", "infusion"),
        ("over 10 × 109 CIK cells or over 6 × 109 NK cells per cycle", 1e10, None, None, "absolute", "cycle"),
    ],
)
def test_a_cell_dose_is_read_from_its_wording(text, low, high, centre, basis, per):
    dose = parse.parse_dose(text)
    assert (dose.low, dose.high, dose.centre, dose.basis, dose.per) == (low, high, centre, basis, per)
    assert dose.reported == text


@pytest.mark.parametrize(
    "text",
    [
        "5x10^9 cells/m2",
        "1x10^9, then 5x10^9",
        "5x10^9 DC",
        "3 x 100",
        "10 x 10",
        "5000",
        "1x10^9-1x10^8",
        "a large number of cells",
        "5x10^99",
        "1x10^9 x 5",
        "1,5x10^9",
        "5x10^9 per kg per m2",
        "0x10^9",
        "1x10^9 CIK and 2x10^9 CIK cells",
        "1-10^9",
        "5x10^9 NK cells",
        "5x10^9 or more",
        "5x10^9 on d1 and 6 on d3",
        "5x10^9 daily for 3 days, 15 in total",
        "5x10^9 twice",
        "1x10^9 DC-CIK",
        "5x10^9/kg in total per infusion",
        "3x10^9 a day",
        "5x10^9 per week",
        "5.8x10^9 or 6.2x10^9",
    ],
)
def test_a_dose_that_the_text_does_not_decide_is_left_unread(text):
    assert parse.parse_dose(text) is None


CELLS = st.floats(min_value=1e4, max_value=9e13)


PER = st.sampled_from(["infusion", "cycle", "course", "total", "unstated"])


@given(
    st.lists(CELLS, min_size=3, max_size=3).map(sorted),
    st.sampled_from(["absolute", "per kg"]),
    PER,
    st.sampled_from(["one", "range", "median", "least", "most", "about"]),
)
def test_a_printed_dose_reads_back(cells, basis, per, form):
    low, centre, high = cells
    stated = {
        "one": (low, low, low),
        "range": (low, high, None),
        "median": (low, high, centre),
        "least": (low, None, None),
        "most": (None, high, None),
        "about": (None, None, centre),
    }[form]
    dose = parse.Dose(*stated, basis, per)
    assert parse.parse_dose(str(dose)) == dose


@given(LIKE_NUMBERS | ANY_TEXT)
def test_any_text_is_a_sound_dose_or_none(text):
    dose = parse.parse_dose(text)
    if dose is not None:
        stated = [cells for cells in (dose.low, dose.centre, dose.high) if cells is not None]
        assert stated and stated == sorted(stated) and stated[0] > 0
        assert parse.parse_dose(str(dose)) == dose


@pytest.mark.parametrize(
    ("text", "low", "centre", "high", "basis", "per"),
    [
        ("median 2.34x10^9 (0.2-44x10^9)", 2e8, 2.34e9, 4.4e10, "absolute", "unstated"),
        ("1.01 x 10^10 (0.72-1.21 x 10^10) per cycle", 7.2e9, 1.01e10, 1.21e10, "absolute", "cycle"),
        ("1 x 10^8/kg CD3+ cells", 1e8, 1e8, 1e8, "per kg", "unstated"),
        ("5x10^6, 5x10^6 and 10x10^6 cells/kg", 5e6, None, 1e7, "per kg", "unstated"),
    ],
)
def test_ordinary_wording_of_doses_is_read(text, low, centre, high, basis, per):
    said = parse.parse_dose(text)
    assert (said.low, said.centre, said.high, said.basis, said.per) == (low, centre, high, basis, per)

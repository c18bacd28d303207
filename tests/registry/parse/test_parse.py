"""Reported text is read as a reader would, or left unread."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircc_lib.registry import parse
from ircc_lib.registry.parse.identifiers import REGISTERS

ANY_TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=40)
LIKE_NUMBERS = st.text(alphabet="0123456789.,<>=+-xX*^/()%eEpP nsor±×≤ kgCIK", max_size=25)
POSITIVE = st.floats(min_value=1e-12, max_value=1, exclude_max=True)


@pytest.mark.parametrize(
    ("text", "value", "relation"),
    [
        ("0.010", 0.01, "exact"),
        (".0024", 0.0024, "exact"),
        ("<.001", 0.001, "below"),
        (">0.05", 0.05, "above"),
        ("P = 0.03", 0.03, "exact"),
        ("P=0.03", 0.03, "exact"),
        ("p < 0.05", 0.05, "below"),
        ("p-value 0.2", 0.2, "exact"),
        ("≤0.05", 0.05, "below"),
        ("＜0.05", 0.05, "below"),
        ("≥ 0.05", 0.05, "above"),
        ("2.1 × 10⁻⁵", 2.1e-5, "exact"),
        ("1e-5", 1e-5, "exact"),
        ("1.00", 1.0, "exact"),
        ("0.000", 0.0005, "below"),
        ("0.00", 0.005, "below"),
        ("ns", None, "not significant"),
        ("N.S.", None, "not significant"),
        ("p = ns", None, "not significant"),
        ("0.001 or 0.004", None, "ambiguous"),
        ("0.03; 0.04", None, "ambiguous"),
        ("0.030 (DCR)", None, "unreadable"),
        ("ORR >0.05; DCR <0.05", None, "unreadable"),
        ("1.4", None, "unreadable"),
        ("-0.1", None, "unreadable"),
        ("0,03", None, "unreadable"),
        ("0", None, "unreadable"),
        ("<0", None, "unreadable"),
        ("05", None, "unreadable"),
        ("0.05-0.1", None, "unreadable"),
        ("5%", None, "unreadable"),
        ("", None, "unreadable"),
    ],
)
def test_a_p_value_is_read_with_its_relation(text, value, relation):
    p = parse.parse_p(text)
    assert (p.value, p.relation, p.reported) == (value, relation, text)


@given(POSITIVE, st.sampled_from(["exact", "below", "above"]))
def test_a_printed_p_value_reads_back(value, relation):
    p = parse.ParsedP(value, relation)
    assert parse.parse_p(str(p)) == p


@given(LIKE_NUMBERS | ANY_TEXT)
def test_any_text_is_a_p_value_between_0_and_1_or_none(text):
    p = parse.parse_p(text)
    assert p.reported == text
    if p.relation in ("exact", "below", "above"):
        assert 0 < p.value <= 1
        assert parse.parse_p(str(p)) == p
    else:
        assert p.value is None


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


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("NCT01631357", ("NCT01631357",)),
        ("NCT03389035; NCT05252403", ("NCT03389035", "NCT05252403")),
        ("ChiCTR-TRC-12002369", ("ChiCTR-TRC-12002369",)),
        ("ChiCTR2100047639", ("ChiCTR2100047639",)),
        ("UMIN000001234", ("UMIN000001234",)),
        ("JPRN-UMIN000001234", ("JPRN-UMIN000001234",)),
        ("JPRN-jRCTs031180001", ("JPRN-jRCTs031180001",)),
        ("2012-003475-21", ("2012-003475-21",)),
        ("EudraCT 2012-003475-21", ("EudraCT 2012-003475-21",)),
        ("KCT0003973", ("KCT0003973",)),
        ("ISRCTN25421117", ("ISRCTN25421117",)),
    ],
)
def test_registration_numbers_of_each_register_are_read(text, ids):
    assert parse.parse_registration_ids(text).ids == ids


@pytest.mark.parametrize(
    "text", ["NCT123", "nct01631357x", "(id not shown; CenterWatch listing 183379)", "", "NCT01631357 (NCT number)"]
)
def test_what_is_not_a_registration_number_is_left_unread(text):
    assert parse.parse_registration_ids(text) is None


@given(
    st.lists(
        st.one_of(*(st.from_regex(form, fullmatch=True) for form in REGISTERS.values())),
        min_size=1,
        max_size=4,
        unique=True,
    )
)
def test_registration_numbers_read_back(ids):
    ids = [one for one in ids if one.isascii()]
    if ids:
        read = parse.parse_registration_ids("; ".join(ids))
        assert read.ids == tuple(ids) and parse.parse_registration_ids(str(read)) == read


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1038/sj.bjc.6690800", "10.1038/sj.bjc.6690800"),
        ("doi: 10.1002/jcp.29827", "10.1002/jcp.29827"),
        ("https://doi.org/10.1002/jcp.29827", "10.1002/jcp.29827"),
        ("10.1/x", None),
        ("11.1038/x", None),
        ("10.1038/with space", None),
        ("", None),
    ],
)
def test_a_doi_is_read_without_its_resolver(text, doi):
    assert parse.parse_doi(text) == doi


@pytest.mark.parametrize(
    ("text", "pmid"),
    [("10576658", "10576658"), ("PMID: 10576658", "10576658"), ("PMC123", None), ("0123", None), ("1234567890", None)],
)
def test_a_pmid_is_up_to_nine_digits(text, pmid):
    assert parse.parse_pmid(text) == pmid


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


@pytest.mark.parametrize(
    ("text", "value", "relation", "whole"),
    [
        ("10225", 10225, "exact", None),
        ("over 30", 30, "above", None),
        ("91/384", 91, "exact", 384),
        ("10 of 11", 10, "exact", 11),
        ("21.9 x 10^7", 2.19e8, "exact", None),
    ],
)
def test_a_published_value_is_read(text, value, relation, whole):
    claim = parse.parse_claim(text)
    assert (claim.value, claim.relation, claim.whole) == (value, relation, whole)
    assert parse.parse_claim(str(claim)) == claim


@given(ANY_TEXT | LIKE_NUMBERS)
def test_any_text_is_a_published_value_that_prints_back_or_none(text):
    claim = parse.parse_claim(text)
    assert claim is None or parse.parse_claim(str(claim)) == claim


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


@pytest.mark.parametrize(
    "number",
    [
        "EUCTR2013-005446-11-DE",
        "2013-005446-11",
        "ACTRN12605000445673",
        "RBR-6gdyvz",
        "ChiCTR-TRC-08000287",
        "ChiCTR2100041234",
        "CTRI/2009/091/000123",
        "RPCEC00000123",
        "CTIS2022-500123-12-00",
        "DRKS00000123",
        "IRCT20080831001141N25",
        "ISRCTN12345678",
        "ITMCTR2021000123",
        "JPRN-UMIN000001234",
        "jRCT2031200123",
        "KCT0001234",
        "LBCTR2019030201",
        "TCTR20150101001",
        "NTR1234",
        "NL-OMON12345",
        "PACTR201508001234567",
        "PER-123-12",
        "SLCTR/2015/012",
        "NCT01234567",
    ],
)
def test_numbers_of_every_register_of_whos_list_are_read(number):
    assert parse.parse_registration_ids(number).ids == (number,)


@given(st.text(max_size=30) | st.from_regex(r"(?:NCT|EUCTR|DRKS|ACTRN|CTRI/)[0-9/-]{0,20}", fullmatch=True))
def test_any_text_is_numbers_of_registers_that_read_back_or_nothing(text):
    said = parse.parse_registration_ids(text)
    assert said is None or parse.parse_registration_ids(str(said)) == said


@given(st.text(max_size=20) | st.from_regex(r"(?:grade )?[IV1-5]{1,3}(?:[-/, ]| to )?[IV1-5]{0,3}\+?", fullmatch=True))
def test_any_text_is_grades_that_read_back_or_nothing(text):
    said = parse.parse_grades(text)
    assert said is None or (1 <= said.low <= said.high <= 5 and parse.parse_grades(str(said)) == said)


@given(st.text(max_size=30) | st.from_regex(r"[0-9]{2}(?:\.[0-9])? ?%? ?(?:CI|confidence interval)", fullmatch=True))
def test_any_text_is_a_level_that_reads_back_or_none(text):
    said = parse.parse_level(text)
    assert said is None or said.value is None or parse.parse_level(str(said)) == said

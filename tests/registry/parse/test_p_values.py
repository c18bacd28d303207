"""p-values as reported."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircc_lib.registry import parse

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

"""Values as the editions published them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircc_lib.registry import parse

ANY_TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=40)


LIKE_NUMBERS = st.text(alphabet="0123456789.,<>=+-xX*^/()%eEpP nsor±×≤ kgCIK", max_size=25)


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

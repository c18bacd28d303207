"""Registration numbers, DOIs and PMIDs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircc_lib.registry import parse
from ircc_lib.registry.parse.identifiers import REGISTERS

PER = st.sampled_from(["infusion", "cycle", "course", "total", "unstated"])


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

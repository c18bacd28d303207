"""Reports whose id, author, numbers, title or address are of another paper."""

import pytest

from tests.registry.spoil import assert_all_flagged, put

SEVERAL = {
    "the numbers": [
        (put("trials", 0, pmid="123456789"), "trials", "pmid", "so high a number"),
        (put("trials", 0, first_author="Made,"), "trials", "first_author", "more than the family name"),
    ],
    "the paper": [
        (put("trials", 0, first_author="Smith A, Li B, Wu C"), "trials", "first_author", "another author"),
        (put("trials", 0, year="2015"), "trials", "year", "another year than the one trial_id names"),
        (put("trials", 0, pmid="2018"), "trials", "pmid", "so short"),
        (put("trials", 0, doi="10.1000/xyz."), "trials", "doi", "full stop"),
        (put("trials", 0, title="https://example.org/paper"), "trials", "title", "an address"),
        (put("trials", 0, registration_id="NCT00000000"), "trials", "registration_id", "no register"),
        (put("trials", 0, source_url="https://doi.org/10.1000/other"), "trials", "source_url", "another paper"),
        (put("medians", 0, source_url="https://www.google.com/search?q=cik"), "medians", "source_url", "a search"),
        (put("medians", 1, source_url="https://pubmed.ncbi.nlm.nih.gov/"), "medians", "source_url", "home page"),
    ],
    "a review of mice": [
        (put("trials", 0, title="RETRACTED: a meta-analysis of m\u00c3\u00bcde mice ..."), "trials", "title", word)
        for word in ("retracted", "a review", "animals", "another encoding", "cut short")
    ],
}


@pytest.mark.parametrize("kind", SEVERAL)
def test_each_of_several_mistakes_is_flagged_at_its_cell(made, kind):
    assert_all_flagged(made, SEVERAL[kind])

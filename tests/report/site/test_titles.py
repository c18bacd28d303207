"""What the titles of figures and tables say, over all pages of the ten-year report."""

import html
import json
import re

import pandas as pd
import pytest

TITLE = re.compile(r'<p class="figure-title"[^>]*>(.*?)</p>|<caption>(.*?)</caption>', re.DOTALL)
ENDPOINT = re.compile(
    r"survival|recurrence|response|disease control|hazard ratio|adverse event|harm|severe|graft|outcome", re.I
)
POPULATION = re.compile(
    r"\b(?:trials?|arms?|patients?|reports?|records?|studies|reviews?|infusions|rows?|registry|files)\b", re.I
)
OUTCOMES = ("03_", "04_", "05_", "06_", "07_", "08_", "combinations-", "entities/")
NOT_OUTCOMES = re.compile(r"flags? in|a trial's name leads|combined with|published one by one|of published reviews")


@pytest.fixture(scope="module")
def titles(ten_year) -> dict[str, list[str]]:
    """The title of each figure and the caption of each table, page by page."""
    found = {}
    for page in sorted(ten_year.rglob("*.html")):
        parts = [one or other for one, other in TITLE.findall(page.read_text(encoding="utf-8"))]
        words = [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", part)).split()) for part in parts]
        found[page.relative_to(ten_year).as_posix()] = words
    return found


def test_a_title_says_of_whom_it_is_and_in_the_chapters_on_outcomes_which_outcome(titles):
    firsts = [
        (page, one.split(". ")[0]) for page, words in titles.items() for one in words if one and page != "data.html"
    ]
    assert len(firsts) > 200  # the pages were read
    assert [first for first in firsts if not POPULATION.search(first[1])] == []
    of_outcomes = [first for first in firsts if first[0].startswith(OUTCOMES) and not NOT_OUTCOMES.search(first[1])]
    assert [first for first in of_outcomes if not ENDPOINT.search(first[1])] == []


def test_the_page_of_editions_counts_tumours_as_the_front_page_does(ten_year):
    about = json.loads((ten_year / "edition.json").read_text(encoding="utf-8"))
    claims = pd.read_csv(ten_year / "tables" / "00_update-claims.csv")
    assert int(claims.loc[claims["claim"].eq("Distinct tumour entities"), "value"].iloc[0]) == about["entities"]
    pages = len(list((ten_year / "entities").glob("*.html")))
    assert about["entities"] + about["unspecified"] == pages
    words = (ten_year.parent / "index.html").read_text(encoding="utf-8")
    assert f"{about['entities']} tumour entities and {about['unspecified']} groups" in words


def test_a_caption_says_how_to_read_a_figure_and_repeats_no_finding_of_its_alternative_text(ten_year):
    repeated, read = [], 0
    for page in sorted(ten_year.rglob("*.html")):
        for figure in re.findall(r'<figure class="figure".*?</figure>', page.read_text(encoding="utf-8"), re.DOTALL):
            alt = re.search(r'<p class="unseen"[^>]*>(.*?)</p>', figure, re.DOTALL)
            caption = re.search(r"<figcaption>(.*?)</figcaption>", figure, re.DOTALL)
            if alt and caption:
                read += 1
                said = [set(re.split(r"(?<=[.;:])\s+", html.unescape(part[1]).strip())) for part in (alt, caption)]
                repeated += [(page.name, sentence) for sentence in said[0] & said[1]]
    assert read > 100 and not repeated

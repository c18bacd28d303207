"""What stands on the pages of tumours and trials, read as text: slips of the kinds that no number test sees."""

import html
import re

import pytest

SLIPS = {
    "one of several": r"(?<![\d.,/+-])1 (?:trials|patients|infusions|cycles|courses|years|months|events|pairs|flags)\b",
    "a missing value": r"\b(?:nan|NaN|NaT|<NA>)\b",
    "nothing in brackets": r"\(\s*[,;]?\s*\)",
    "a code of an arm": r"reported: (?:cik|control|all):|(?:CIK|control|all patients) \([a-z0-9]+_\w+\)",
    "minus nought": r"(?<![\d.\w])-0(?:\.0+)?(?![\d.])",
    "a unit of no number": r"not reached (?:months|days|weeks|years)",
}


@pytest.fixture(scope="module")
def words(ten_year) -> dict[str, str]:
    """The text of each page of a tumour or a trial, without drawings and code."""
    found = {}
    for folder in ("entities", "trials"):
        for page in sorted((ten_year / folder).glob("*.html")):
            whole = page.read_text(encoding="utf-8").partition("<main")[2]
            drawn = re.sub(r"<(svg|script|style|pre)\b.*?</\1>", " ", whole, flags=re.DOTALL)
            cells = re.sub(r"</(?:td|th|dd|dt|p|li)>", " | ", drawn)
            found[f"{folder}/{page.name}"] = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", cells)).split())
    return found


@pytest.mark.parametrize("slip", SLIPS)
def test_pages_of_tumours_and_trials_hold_no(slip, words):
    assert len(words) > 200  # the pages were read
    found = {page: match[0] for page, text in words.items() if (match := re.search(SLIPS[slip], text))}
    assert not found


def test_a_report_that_states_no_total_shows_its_arms_added(words):
    # Huang 2013 states 85 and 89 patients and no total
    page = words["entities/hepatocellular-carcinoma.html"]
    assert "| retrospective with controls | CIK | TACE; ablation | 174 | 85 |" in page
    assert "Patients | 174 (total not stated: the arms added)" in words["trials/huang2013.html"]


def test_a_table_of_trials_says_where_only_a_review_calls_them_randomised(words):
    row = re.search(r"Yu 2014 \| 2014 \| PubMed Central \| (.*?) \|", words["entities/hepatocellular-carcinoma.html"])
    assert row and row[1] == "randomised (a review only)"


def test_severe_harm_that_is_compared_in_words_is_not_called_nothing(words):
    said = words["entities/glioblastoma.html"]  # Kong 2017: events of grade 3 or higher no different
    assert "Kong 2017 compares severe events" in said and "says anything of severe events" not in said


def test_the_explorer_shows_the_interval_that_a_trial_prints(ten_year):
    # Lee 2019 prints 0.15 to 0.76, Liu 2020a 0.13 to 0.40: neither is symmetrical on the log scale
    page = (ten_year / "explore.html").read_text(encoding="utf-8")
    assert "0.33 (0.15 to 0.76)" in page and "0.22 (0.13 to 0.40)" in page
    data = (ten_year / "_static" / "explore-data.js").read_text(encoding="utf-8")
    assert '"ci_high": 0.76' in data or '"ci_high":0.76' in data


def test_a_reason_names_arms_and_times_in_words(ten_year):
    page = (ten_year / "06_extraction.html").read_text(encoding="utf-8")
    assert "medians of parts of the trial only (DC-CIK and S-1; DC-CIK; S-1; best supportive care)" in page
    assert "compared at one time only (1-year survival)" in page and "cik better" not in page

"""The explorer pools in the browser what `ircc.pool` pools in Python, and keeps the choice in the address."""

import csv
import json
import math
from urllib.parse import urlencode

import pytest

import ircc_lib as ircc
from ircc_lib.report.site.pages.explore import explorable_rows

CHOICES = [
    {},
    {"design": "all"},
    {"design": "other"},
    {"design": "stated"},
    {"endpoint": "PFS"},
    {"endpoint": "PFS", "design": "all"},
    {"endpoint": "PFS", "design": "other"},
    {"endpoint": "PFS", "design": "stated"},
    {"design": "all", "tumour": "hepatocellular carcinoma"},
    {"design": "all", "tumour": "non-small cell lung cancer"},
    {"design": "all", "tumour": "gastric cancer"},
    {"endpoint": "PFS", "design": "all", "tumour": "hepatocellular carcinoma"},
    {"design": "all", "product": "DC-CIK"},
    {"design": "all", "product": "CIK"},
    {"design": "all", "evidence": "survival rates"},
    {"design": "all", "evidence": "reported HR and CI"},
    {"design": "all", "setting": "after curative treatment"},
    {"design": "all", "setting": "advanced disease"},
    {"design": "all", "since": "2012", "until": "2016"},
    {"endpoint": "PFS", "design": "all", "comparator": "same treatment without cells"},
    {"design": "all", "product": "DC-CIK", "tumour": "non-small cell lung cancer"},
]
ALLOCATIONS = {"confirmed": ["confirmed"], "stated": ["confirmed", "review"], "other": ["other"]}


@pytest.fixture(scope="module")
def rows():
    return explorable_rows(ircc.load_registry().edition("ten-year"))


def chosen(rows, choice):
    """The same choice made a second time, in Python."""
    kept = [row for row in rows if row["outcome"] == choice.get("endpoint", "OS")]
    wanted = choice.get("design", "confirmed")
    kept = [row for row in kept if wanted == "all" or row["allocation"] in ALLOCATIONS[wanted]]
    for name, key in {"setting": "setting", "product": "product", "comparator": "comparator_kind"}.items():
        kept = [row for row in kept if choice.get(name, row[key]) == row[key]]
    kept = [row for row in kept if choice.get("evidence", row["method"]) == row["method"]]
    kept = [row for row in kept if "tumour" not in choice or choice["tumour"] in row["tumours"]]
    if "since" in choice:
        kept = [row for row in kept if int(choice["since"]) <= (row["year"] or 0) <= int(choice["until"])]
    return kept


def shown(tab):
    return json.loads(tab.locator("#explorer").get_attribute("data-result"))


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: urlencode(choice) or "first")
def test_the_browser_pools_as_python_does(ten_year, desktop, rows, choice):
    tab = desktop.open(ten_year / "explore.html", "#" + urlencode(choice))
    tab.wait_for_selector("#explorer[data-result]", state="attached")
    result, expected = shown(tab), chosen(rows, choice)
    assert result["trials"] == [row["trial_id"] for row in expected]
    assert desktop.troubles() == []
    if len(expected) < 3:
        assert "estimate" not in result and "not pooled" in tab.locator("#explore-sentence").inner_text()
        return
    pooled = ircc.pool([row["log_hr"] for row in expected], [row["se"] for row in expected])
    names = {
        "estimate": "estimate",
        "low": "ci_low",
        "high": "ci_high",
        "predictionLow": "pi_low",
        "predictionHigh": "pi_high",
        "tau2": "tau2",
        "p": "p_value",
    }
    for there, here in names.items():
        assert result[there] == pytest.approx(getattr(pooled, here), abs=1e-6), here
    assert result["i2"] == pytest.approx(pooled.i2, abs=1e-3)
    assert result["weights"] == pytest.approx(list(pooled.weights), abs=1e-4)


@pytest.mark.parametrize(("df", "expected"), [(1, 12.706204736), (2, 4.302652730), (5, 2.570581836), (30, 2.042272456)])
def test_quantiles_of_t_are_those_of_the_tables(ten_year, desktop, df, expected):
    tab = desktop.open(ten_year / "explore.html")
    assert tab.evaluate(f"window.IRCC_META.tQuantile(0.05, {df})") == pytest.approx(expected, abs=1e-8)


def test_trials_that_agree_have_the_interval_of_wald_with_t(ten_year, desktop):
    """Three equal standard errors: what comes out can be worked out by hand."""
    tab = desktop.open(ten_year / "explore.html")
    known = tab.evaluate("window.IRCC_META.pool([0, 0.1, -0.1], [0.2, 0.2, 0.2])")
    assert known["tau2"] == 0 and known["estimate"] == pytest.approx(0, abs=1e-12)
    # all alike: Wald's standard error holds, 0.2 / sqrt(3), with t of two degrees of freedom
    assert known["high"] == pytest.approx(4.302652730 * 0.2 / math.sqrt(3), abs=1e-8)


def test_the_absolute_effect_is_that_of_proportional_hazards(ten_year, desktop):
    tab = desktop.open(ten_year / "explore.html")
    # Control 40 of 100 alive, hazard ratio 0.54: 0.4 ** 0.54 = 0.6097, so 210 more per 1,000.
    assert tab.evaluate("window.IRCC_META.morePerThousand(0.54, 0.4)") == pytest.approx(209.7, abs=0.05)


def test_a_choice_changes_all_at_once_and_its_address_leads_back_to_it(ten_year, desktop):
    tab = desktop.open(ten_year / "explore.html")
    before = shown(tab)
    tab.get_by_label("Design").select_option("all")
    tab.get_by_label("Tumour", exact=True).select_option("hepatocellular carcinoma")
    after = shown(tab)
    assert before["trials"] != after["trials"]
    assert tab.locator("#explore-forest a").count() == len(after["trials"])
    assert tab.locator("#explore-rows tbody tr:visible").count() == len(after["trials"])
    address = tab.url.partition("#")[2]
    again = desktop.open(ten_year / "explore.html", "#" + address)
    assert shown(again) == after
    again.get_by_role("button", name="Start again").click()
    assert shown(again)["trials"] == before["trials"] and "tumour" not in again.url


def test_rows_and_figure_are_downloaded(ten_year, desktop, tmp_path):
    tab = desktop.open(ten_year / "explore.html")
    for name, button in (("rows.csv", "Download rows (CSV)"), ("figure.svg", "Download figure (SVG)")):
        with tab.expect_download() as saved:
            tab.get_by_role("button", name=button).click()
        saved.value.save_as(tmp_path / name)
    with open(tmp_path / "rows.csv", encoding="utf-8", newline="") as file:
        saved_rows = list(csv.DictReader(file))
    assert [row["trial_id"] for row in saved_rows] == shown(tab)["trials"]
    assert all(math.isfinite(float(row["log_hr"])) and float(row["se"]) > 0 for row in saved_rows)
    assert "<svg" in (tmp_path / "figure.svg").read_text("utf-8")


def test_a_choice_that_nothing_fits_says_so_and_how_to_go_back(ten_year, desktop):
    tab = desktop.open(ten_year / "explore.html", "#since=1990&until=1991")
    assert "No trial fits" in tab.locator("#explore-sentence").inner_text()
    tab.get_by_role("button", name="Start again").click()
    assert shown(tab)["trials"]


def test_without_scripts_the_pooled_results_and_all_rows_are_read(ten_year, browser):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((ten_year / "explore.html").as_uri())
    assert tab.locator("#pooled").is_visible() and not tab.locator("#explorer").is_visible()
    assert tab.locator("#explore-rows tbody tr:visible").count() > 50
    context.close()


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_the_forest_can_be_read_at_every_width(ten_year, browser, width):
    context = browser.new_context(viewport={"width": width, "height": 900})
    tab = context.new_page()
    tab.goto((ten_year / "explore.html").as_uri() + "#design=all")
    tab.wait_for_selector("#explore-forest svg")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    boxes = tab.evaluate("""[...document.querySelectorAll('#explore-forest text')].map(one => {
        const box = one.getBoundingClientRect();
        return [box.left, box.top, box.right, box.bottom, one.textContent]; })""")
    assert all(box[0] >= 0 and box[2] <= width for box in boxes)
    for i, (left, top, right, bottom, words) in enumerate(boxes):
        for other in boxes[i + 1 :]:
            apart = right <= other[0] + 1 or other[2] <= left + 1 or bottom <= other[1] + 3 or other[3] <= top + 3
            assert apart, (words, other[4])
    context.close()

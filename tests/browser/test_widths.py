"""Pages at the widths of a phone, a tablet and a desktop: nothing scrolls sideways, no column is out of sight."""

import re

import pytest

from tests.browser.kinds import of_every_kind
from tests.thoroughness import sample

# Every row is shown before it is measured; a table that is wider than its place hides columns.
HIDDEN = """() => {
  document.querySelectorAll('button.more').forEach(button => { if (!button.hidden) button.click(); });
  return [...document.querySelectorAll('.scroll')].filter(one => one.checkVisibility() && one.querySelector('table'))
    .filter(one => one.scrollWidth > one.clientWidth + 1)
    .map(one => `${(one.closest('[id]') || {}).id}: ${one.scrollWidth} in ${one.clientWidth}`); }"""
WIDTH = "document.documentElement.scrollWidth"
WORD = "Immunotherapeutikaforschungsverbund" * 143  # 5,005 letters


def test_at_1280_pixels_no_page_scrolls_and_no_column_of_a_table_is_out_of_sight(opened, desktop):
    wrong = {}
    for page in opened:
        tab = desktop.open(page)
        found = [*tab.evaluate(HIDDEN), *([f"page: {tab.evaluate(WIDTH)}"] if tab.evaluate(WIDTH) > 1280 else [])]
        if found:
            wrong[page.name] = found
    assert wrong == {}


@pytest.mark.parametrize("width", [360, 768])
def test_on_phone_and_tablet_no_kind_of_page_scrolls_sideways(pages, browser, width):
    context = browser.new_context(viewport={"width": width, "height": 800})
    tab = context.new_page()
    wide = {}
    for page in sample(of_every_kind(pages, 5), 15):
        tab.goto(page.as_uri())
        tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        if tab.evaluate(WIDTH) > width:
            wide[page.name] = tab.evaluate(WIDTH)
    context.close()
    assert wide == {}


def test_on_a_phone_each_row_is_a_card_whose_values_name_their_columns(ten_year, phone):
    tab = phone.open(ten_year / "trials.html")
    row = tab.locator("#trials tbody tr.noted").first
    assert not tab.locator("#trials thead").is_visible()
    assert row.locator("td[data-label]").first.evaluate("cell => getComputedStyle(cell, '::before').content") != "none"
    assert row.evaluate("row => row.scrollWidth <= document.documentElement.clientWidth")


def test_on_a_phone_a_link_among_words_runs_on_with_them(ten_year, phone):
    high = """[...document.querySelectorAll('.table td a, .table td summary')].filter(one => one.checkVisibility()
        && one.textContent.trim().length < 16 && one.getBoundingClientRect().height > 60).map(one => one.textContent)"""
    for page in ("index.html", "trials/lee2015.html"):
        assert phone.open(ten_year / page).evaluate(high) == [], page  # a letter below the other
    assert phone.open(ten_year / "explore.html").locator("#explore-rows tbody td:not([data-label])").count() == 0


def test_no_two_figures_or_tables_of_a_page_share_a_title(pages):
    for page in pages:
        text = page.read_text("utf-8")
        titles = re.findall(r'<p class="figure-title"[^>]*>(.*?)</p>|<caption><span>(.*?)</span>', text)
        shown = [one or other for one, other in titles]
        assert len(shown) == len(set(shown)), (page.name, {one for one in shown if shown.count(one) > 1})


def test_words_of_five_thousand_letters_wrap_on_every_kind_of_page(ten_year, browser, tmp_path):
    """Title, author, drug, journal and note of a record, a cell of a table, a heading, a sentence, a menu entry."""
    made = [ten_year / "trials" / "lee2015.html", ten_year / "trials.html", ten_year / "entities" / "glioblastoma.html"]
    for width in (360, 1280):
        context = browser.new_context(viewport={"width": width, "height": 900})
        tab = context.new_page()
        for page in made:
            tab.goto(page.as_uri())
            tab.evaluate(
                """word => { const texts = ['h1', '.lede', '.facts dd', 'main td', 'main th', 'main p', 'main dd', 'li a',
                    '.menu a', '.figure-title', 'figcaption', 'caption span', '.kicker', '.breadcrumbs li', '.place',
                    'main h2', '.steps a', 'summary'];
                  texts.forEach(one => document.querySelectorAll(one).forEach((element, i) => {
                    if (i < 3) element.textContent = word; })); }""",
                WORD,
            )
            assert tab.evaluate(WIDTH) <= width, (page.name, width, tab.evaluate(WIDTH))
        context.close()

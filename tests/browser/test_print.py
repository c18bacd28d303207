"""The front page and the chapter of the hazard ratios on paper."""

import re
import shutil
import subprocess

import pytest

PAGES = ["index.html", "04_hazard_ratios.html", "trials/lee2015.html"]
HEADS = """() => [...document.querySelectorAll('main thead')].map(head =>
  [...head.querySelectorAll('th')].map(cell => cell.textContent).join(''))"""
HIDDEN = """() => ['.menu', '.toc', '.search', '.buttons', '.steps', '.downloads', '.tools', '.more', '.analysts', '.skip']
  .filter(name => [...document.querySelectorAll(name)].some(one => one.checkVisibility()))"""
NARROW = """() => [...document.querySelectorAll('main td')].filter(cell => cell.checkVisibility() && cell.textContent.trim().length > 60)
  .filter(cell => cell.getBoundingClientRect().width < 90).map(cell => cell.textContent.slice(0, 60))"""


def words(text: str) -> str:
    return re.sub(r"\W+", "", text)


@pytest.mark.parametrize("page", PAGES)
def test_no_header_row_stands_alone_and_no_navigation_is_printed(ten_year, desktop, tmp_path, page):
    if not shutil.which("pdftotext"):
        pytest.skip("poppler's pdftotext is not on this machine")
    tab = desktop.open(ten_year / page)
    heads = {words(head) for head in tab.evaluate(HEADS) if len(words(head)) > 12}
    assert heads
    pdf = tmp_path / "page.pdf"
    tab.pdf(path=pdf, format="A4", prefer_css_page_size=True)
    done = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], capture_output=True, text=True, check=True)
    sheets = [words(sheet) for sheet in done.stdout.split("\f") if words(sheet)]
    assert len(sheets) < 45
    alone = [(number, head) for number, sheet in enumerate(sheets, 1) for head in heads if sheet.endswith(head)]
    assert alone == []


@pytest.mark.parametrize("page", PAGES)
def test_columns_on_paper_can_be_read(ten_year, desktop, page):
    tab = desktop.open(ten_year / page)
    tab.emulate_media(media="print")
    tab.set_viewport_size({"width": 672, "height": 986})  # an A4 sheet less its margins
    hidden, narrow = tab.evaluate(HIDDEN), tab.evaluate(NARROW)
    wide = tab.evaluate("[...document.querySelectorAll('main table')].filter(one => one.scrollWidth > 690).length")
    tab.emulate_media(media="screen")
    tab.set_viewport_size({"width": 1280, "height": 900})
    assert hidden == [] and narrow == [] and wide == 0

"""Every page of the ten-year site, opened as a reader opens it: from the disk, with no network."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.base import AXE_FILE_PATH

from tests.browser.kinds import of_every_kind
from tests.thoroughness import sample

AXE = Path(AXE_FILE_PATH).read_text("utf-8")
EVERY_RULE = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
CONTRAST = {"type": "rule", "values": ["color-contrast"]}  # a theme changes colours and nothing else
RUN_AXE = """rules => axe.run(document, {resultTypes: ["violations"], runOnly: rules}).then(
  result => result.violations.filter(one => ["serious", "critical"].includes(one.impact))
  .map(one => one.id + ": " + one.nodes.slice(0, 3)
    .map(node => node.target + " " + node.failureSummary).join(" | ")))"""


def test_every_page_opens_on_a_phone_without_an_error_a_request_or_a_sideways_scroll(opened, phone):
    for page in opened:
        phone.open(page)
        assert phone.troubles() == [], page
        assert phone.tab.locator("h1").count() == 1, page
        assert phone.tab.evaluate("document.documentElement.scrollWidth") <= 360, page


@pytest.mark.parametrize(("theme", "rules"), [("light", EVERY_RULE), ("dark", CONTRAST)])
def test_axe_finds_nothing_serious(ten_year, pages, desktop, theme, rules):
    found = {}
    for page in sample(of_every_kind(pages, 4), 6):
        tab = desktop.open(page)
        tab.evaluate(
            "theme => { document.documentElement.dataset.theme = theme; "
            "document.querySelectorAll('details').forEach(one => { one.open = true; }); }",
            theme,
        )
        tab.evaluate(AXE)
        violations = tab.evaluate(RUN_AXE, rules)
        if violations:
            found[page.relative_to(ten_year.parent).as_posix()] = violations
    desktop.troubles()
    assert found == {}


def test_headings_come_in_order(pages, desktop):
    for page in pages:
        text = page.read_text("utf-8")
        levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", text)]
        assert levels[0] == 1 and levels.count(1) == 1, page
        assert all(after - before <= 1 for before, after in zip(levels, levels[1:])), (page, levels)


def test_all_internal_links_and_anchors_resolve(pages):
    anchors = {page.resolve(): set(re.findall(r'\sid="([^"]*)"', page.read_text("utf-8"))) for page in pages}
    broken = []
    for page in pages:
        for address in set(re.findall(r'(?:href|src)="([^"]*)"', page.read_text("utf-8"))):
            parts = urlsplit(address.replace("&amp;", "&").replace("&#39;", "'"))
            if parts.scheme in ("http", "https", "data"):
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page.resolve()
            anchor = parts.fragment.partition("?")[0]
            if not target.is_file() or anchor and anchor not in anchors.get(target, {anchor}):
                broken.append((page.name, address))
    assert broken == []


def test_ids_are_unique_on_each_page(pages):
    for page in pages:
        ids = re.findall(r'\sid="([^"]*)"', page.read_text("utf-8"))
        assert len(ids) == len(set(ids)), (page, [one for one in ids if ids.count(one) > 1][:5])


def test_the_site_is_light(ten_year):
    files = [path for path in ten_year.rglob("*") if path.is_file()]
    trials = len(list((ten_year / "trials").glob("*.html")))
    assert sum(path.stat().st_size for path in files) <= 0.28 * 2**20 * trials
    for page in (ten_year / "entities").glob("*.html"):
        without_figures = re.sub(r"<svg.*?</svg>", "", page.read_text("utf-8"), flags=re.S)
        assert len(without_figures.encode()) <= 300 * 2**10, page

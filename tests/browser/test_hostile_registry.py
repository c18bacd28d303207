"""A registry whose text wants to act: through the whole report, opened in a browser, nothing happens."""

import csv
import re
import shutil
from pathlib import Path

import pytest

pytestmark = pytest.mark.thorough  # a whole report of another registry
PROJECT = Path(__file__).resolve().parents[2]
ACT = "window.planted=(window.planted||0)+1"
HOSTILE = [
    f"<script>{ACT}</script>",
    f'"><img src=x onerror="{ACT}">',
    f"'><svg onload={ACT}>",
    f"</style><script>{ACT}</script>",
    f"</script><script>{ACT}</script>",
    f"</title><script>{ACT}</script>",
    f"<iframe srcdoc='<script>parent.{ACT}</script>'>",
    f"<details open ontoggle={ACT}>",
    f"<input autofocus onfocus={ACT}>",
    f"]]><script>{ACT}</script>",
    f"--><script>{ACT}</script>",
    f"<a href='javascript:{ACT}'>press</a>",
    "{{7*7}}{% for x in y %}",
    f"${{{ACT}}}",
    "$\\frac{1}{0}$ $x$",
    "\u202ekcab\u2066",
    f"\u2028{ACT}//",
    f'\\";{ACT}//',
    "&lt;script&gt;&#x3c;b",
    f"`{ACT}`",
    f"[press](javascript:{ACT}) # not a heading",
    "x" * 5_000 + " " + "very long " * 20,
    "../../../etc/passwd",
    "CON",
    '=HYPERLINK("http://evil.example")',
]
TUMOURS = [
    f"<script>{ACT}</script> lymphoma",
    f'"><img src=x onerror="{ACT}"> of the </li>',
    "LONG " + "tumour " * 40 + "end",
]
ACTING = "main img, iframe, main script, [href^='javascript' i], [onerror], [onload]"
PLACES = {
    "trials": [
        "first_author",
        "title",
        "journal",
        "tumour_summary",
        "setting",
        "stage_reported",
        "product_reported",
        "comparator",
        "infusions_reported",
        "cells_reported",
        "co_treatment",
        "locator",
        "note",
    ],
    "landmarks": ["locator", "note"],
    "medians": ["locator", "note"],
    "responses": ["criteria", "locator", "note"],
    "comparisons": ["subgroup", "locator", "note"],
    "adverse_events": ["term_reported", "locator", "note"],
    "registrations": ["title", "note"],
    "screening": ["title", "note", "reason"],
}


FREE = ("title", "note", "locator")


def plant(raw: Path) -> int:
    """Put the hostile texts into a copy of the registry, in turn; returns how many places hold one."""
    planted = 0
    for table, columns in PLACES.items():
        rows, header = read(raw / f"{table}.csv")
        for row in rows:
            for column in columns:
                if column in header:
                    text = HOSTILE[planted % len(HOSTILE)]
                    # the check refuses a formula where values are looked up; free text keeps it
                    row[column] = text if column in FREE or not text.startswith("=") else f"x{text}"
                    planted += 1
            if table == "trials" and planted % 2:
                row["source_url"] = f"https://evil.example/'onload={ACT}"  # javascript: is refused by the check
        write(raw / f"{table}.csv", rows, header)
    rows, header = read(raw / "tumours.csv")
    tumours = [rows[0] | {"tumour_reported": name, "entity": name} for name in TUMOURS]
    write(raw / "tumours.csv", rows + tumours, header)
    rows, header = read(raw / "entities.csv")
    early = [row for row in rows if row["trial_id"] in ("SchmidtWolf1999", "Xu2004", "Jiang2006")]
    for row, name in zip(early, TUMOURS):
        row["tumour_reported"] = name
    write(raw / "entities.csv", rows, header)
    return planted + len(TUMOURS)


def read(path: Path) -> tuple[list[dict], list[str]]:
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return list(reader), list(reader.fieldnames)


def write(path: Path, rows: list[dict], header: list[str]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def hostile_report(tmp_path_factory, make_report) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copytree(PROJECT / "data" / "raw", folder / "raw")
    assert plant(folder / "raw") > 20
    run = make_report("--edition", "first", "--raw", str(folder / "raw"), "--out", str(folder / "reports"))
    assert (folder / "reports" / "first" / "index.html").is_file(), run.stdout + run.stderr
    return folder / "reports" / "first"


def test_nothing_planted_in_the_registry_is_executed(hostile_report, desktop):
    pages = sorted(hostile_report.rglob("*.html"))
    assert len(pages) > 30
    for page in pages:
        tab = desktop.open(page)
        tab.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
        assert tab.evaluate("window.planted") is None, page
        assert not tab.locator(ACTING).count(), page
        assert desktop.troubles() == [], page


def test_searching_hostile_text_shows_it_and_does_nothing(hostile_report, desktop):
    tab = desktop.open(hostile_report / "index.html")
    tab.locator("#search").fill("script")
    tab.locator("#search-results [role=option]").first.wait_for()
    assert "<script>" in tab.locator("#search-results").inner_text()
    assert tab.evaluate("window.planted") is None and desktop.troubles() == []


def test_hostile_entities_have_pages_with_safe_names(hostile_report):
    names = [path.name for path in (hostile_report / "entities").iterdir()]
    assert any("script" in name for name in names)
    assert all(re.fullmatch(r"[a-z0-9-]{1,70}\.html", name) for name in names)


def test_no_hostile_page_scrolls_sideways_on_a_phone_or_a_desk(hostile_report, phone, desktop):
    """Titles, authors, drugs and journals of 5,000 letters without a space among them."""
    for page in sorted(hostile_report.rglob("*.html")):
        assert phone.open(page).evaluate("document.documentElement.scrollWidth") <= 360, page
        assert desktop.open(page).evaluate("document.documentElement.scrollWidth") <= 1280, page

"""What a reader does: search, sort, filter, share, follow a number home, change the theme, print."""

import csv
import json
import re
import shutil

import pytest

HEAVY = ("data", "entities", "figures", "notebooks", "tables", "trials")  # folders that the list of trials needs not


@pytest.fixture
def front(ten_year, desktop):
    return desktop.open(ten_year / "index.html")


@pytest.fixture
def trials(ten_year, desktop):
    return desktop.open(ten_year / "trials.html")


def rows_shown(tab):
    return tab.locator("#trials tbody tr:not(.second):visible")


def cells(tab, column: str) -> list[str]:
    """The text of a column, known by its heading, of the rows that match."""
    return tab.evaluate(
        """column => {
        const heads = [...document.querySelectorAll('#trials thead th')];
        const place = heads.findIndex(head => head.textContent.trim().startsWith(column));
        return [...document.querySelectorAll('#trials tbody tr:not(.second)')]
            .map(row => row.cells[place].textContent.trim());
    }""",
        column,
    )


def test_two_clicks_lead_from_a_claim_to_the_address_of_a_paper(front):
    front.locator(".claims summary").first.click()
    paper = front.locator(".claims details[open] a.paper").first
    address = paper.get_attribute("href")
    with front.expect_request(lambda request: request.url.startswith("https://")) as asked:
        paper.click()
    assert asked.value.url.rstrip("/") == address.rstrip("/")


def test_a_trial_of_a_claim_leads_to_its_record_and_from_there_to_the_paper(front):
    front.locator(".claims summary").first.click()
    front.locator(".claims details[open] .trials a").first.click()
    front.wait_for_load_state()
    assert "/trials/" in front.url
    assert front.locator(".actions a").first.get_attribute("href").startswith("https://")
    assert re.search(r"\w+\.csv, line \d+", front.locator("main").inner_text())


def test_every_claim_with_trials_opens_them(front):
    for claim in front.locator(".claims details:has(ul)").all():
        assert claim.locator("ul.trials li").count() > 0
        assert claim.locator("ul.trials li").count() == claim.locator("ul.trials a:not(.paper)").count()


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("hepatocellular", "entities/hepatocellular-carcinoma.html"),
        ("Zhao 2013", "trials/zhao2013.html"),
        ("survival", "03_survival.html"),
    ],
)
def test_search_finds_trials_entities_and_chapters_from_the_keyboard(front, desktop, query, path):
    front.keyboard.press("/")
    front.keyboard.type(query)
    front.locator("#search-results [role=option]").first.wait_for()
    front.keyboard.press("ArrowDown")
    chosen = front.locator("#search-results [aria-selected=true]")
    assert front.locator("#search").get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    with front.expect_navigation():
        front.keyboard.press("Enter")
    assert front.url.endswith(path)
    assert desktop.troubles() == []


def test_search_says_when_there_is_nothing(front):
    front.locator("#search").fill("zzzzzz")
    front.locator("#search-results li").first.wait_for()
    assert front.locator("#search-status").inner_text() == "0 results"
    front.keyboard.press("Escape")
    assert not front.locator("#search-results").is_visible()


def test_search_works_from_a_page_in_a_folder(ten_year, desktop):
    tab = desktop.open(ten_year / "entities" / "hepatocellular-carcinoma.html")
    tab.locator("#search").fill("zhao 2013")
    tab.locator("#search-results [data-path]").first.click()
    tab.wait_for_load_state()
    assert tab.url.endswith("trials/zhao2013.html")


def test_a_column_sorts_up_and_down_with_empty_cells_last(trials):
    trials.get_by_role("button", name="Patients", exact=True).click()
    trials.locator("#trials .more").click()
    upward = [cell.replace(",", "") for cell in cells(trials, "Patients")]
    trials.get_by_role("button", name="Patients", exact=True).click()
    downward = [cell.replace(",", "") for cell in cells(trials, "Patients")]
    for order, numbers in ((1, upward), (-1, downward)):
        stated = [int(number) for number in numbers if number]
        assert stated == sorted(stated, reverse=order < 0) and "" not in numbers[: len(stated)]
    assert trials.locator("th[aria-sort=descending]").inner_text().startswith("Patients")


def test_filters_give_an_address_that_can_be_shared(ten_year, trials, desktop):
    every = rows_shown(trials).count()
    for label in ("Year", "Tumour entity", "Country", "Design", "Product"):
        assert trials.locator("#trials .tools").get_by_label(label, exact=True).locator("option").count() > 1
    trials.get_by_label("Tumour entity", exact=True).select_option("gastric cancer")
    trials.get_by_label("Country", exact=True).select_option("China")
    shown = cells(trials, "Trial")
    assert 0 < len(shown) < every
    assert all("gastric cancer" in cell for cell in cells(trials, "Tumour entity"))
    assert set(cells(trials, "Country")) == {"China"}
    shared = "#" + trials.url.partition("#")[2]
    tab = desktop.open(ten_year / "trials.html", shared)
    assert cells(tab, "Trial") == shown
    assert tab.get_by_label("Country", exact=True).input_value() == "China"
    assert desktop.troubles() == []


def test_the_search_of_a_table_narrows_it_and_says_how_many_rows_remain(trials):
    trials.locator("#trials").get_by_label("Search", exact=True).fill("gastric china")
    shown = rows_shown(trials).count()
    assert trials.locator("#trials .shown").inner_text().startswith(f"{shown} of ")


def test_the_rows_shown_can_be_downloaded_with_ids_addresses_and_whole_values(trials, ten_year):
    trials.get_by_label("Country", exact=True).select_option("Italy")
    with trials.expect_download() as waiting:
        trials.get_by_role("button", name="Download rows shown").click()
    lines = waiting.value.path().read_text("utf-8").splitlines()
    saved = list(csv.DictReader(lines))
    assert lines[0].startswith("trial_id,year,entity,") and len(saved) == rows_shown(trials).count()
    whole = {
        row["trial_id"]: row for row in csv.DictReader(open(ten_year / "tables/trials-trials.csv", encoding="utf-8"))
    }
    for row in saved:
        assert row["paper"].startswith("https://") and "paper" not in row["paper"].partition("//")[0]
        assert all(
            row[name] == whole[row["trial_id"]][name] for name in ("title", "patients", "co_treatments", "country")
        )


def test_a_long_table_can_be_read_without_scripts(ten_year, browser):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((ten_year / "trials.html").as_uri())
    assert tab.locator("#trials tbody tr:not(.second):visible").count() == len(
        list((ten_year / "trials").glob("*.html"))
    )
    assert not tab.locator(".needs-scripts:visible").count()
    assert tab.locator("#report-menu").is_visible()
    context.close()


def test_the_theme_is_chosen_and_kept(front, ten_year, desktop):
    paper = "getComputedStyle(document.body).backgroundColor"
    before = front.evaluate(paper)
    front.get_by_role("button", name="Dark").click()
    dark = front.evaluate(paper)
    assert dark != before and front.get_by_role("button", name="Dark").get_attribute("aria-pressed") == "true"
    tab = desktop.open(ten_year / "trials.html")
    assert tab.evaluate(paper) == dark
    tab.get_by_role("button", name="Dark").click()
    assert tab.evaluate(paper) == before


def test_dark_figures_are_drawn_in_light_ink(front):
    ink = "getComputedStyle(document.querySelector('.figure svg text')).fill"
    light = front.evaluate(ink)
    front.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert front.evaluate(ink) != light


def test_code_is_folded_until_it_is_asked_for(front):
    assert not front.locator("details.code:visible").count()
    front.get_by_role("button", name="Show the code of this page").click()
    assert front.locator("details.code pre:visible").count() > 2


def test_each_page_offers_its_notebook_and_its_data(front, ten_year):
    notebook = front.get_by_role("link", name="download the notebook").get_attribute("href")
    assert (ten_year / notebook).is_file()
    for link in front.locator(".downloads a").all():
        assert (ten_year / link.get_attribute("href")).stat().st_size > 0


def test_the_menu_of_a_phone_opens_and_closes(ten_year, phone):
    tab = phone.open(ten_year / "index.html")
    button = tab.get_by_role("button", name="Menu")
    assert not tab.locator("#report-menu").is_visible()
    button.click()
    assert tab.locator("#report-menu").is_visible() and button.get_attribute("aria-expanded") == "true"


def test_the_keyboard_reaches_the_content_first(front):
    front.keyboard.press("Tab")
    assert front.evaluate("document.activeElement.textContent") == "Skip to content"
    front.keyboard.press("Enter")
    assert front.evaluate("document.activeElement.id") == "content"


def test_what_can_be_pressed_is_large_enough(trials):
    small = trials.evaluate("""() => [...document.querySelectorAll('button, select, input, .menu a, summary')]
        .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 24)
        .filter(one => !one.closest('.unseen'))
        .map(one => one.outerHTML.slice(0, 80))""")
    assert small == []


def test_printing_the_front_page_leaves_navigation_out_and_keeps_figures_whole(front, tmp_path):
    front.emulate_media(media="print")
    hidden = front.evaluate("""() => ['.menu', '.toc', '.search', '.buttons', '.steps', '.downloads', '.skip']
        .filter(name => [...document.querySelectorAll(name)].some(one => one.checkVisibility()))""")
    breaking = front.evaluate("""() => [...document.querySelectorAll('.figure')]
        .map(one => getComputedStyle(one))
        .filter(look => look.breakInside !== 'avoid' || look.overflow !== 'visible').length""")
    # An A4 sheet less its margins is 178 mm wide and 261 mm high, at 96 pixels an inch.
    front.set_viewport_size({"width": 672, "height": 986})
    cut = front.evaluate("""() => [...document.querySelectorAll('.figure')]
        .filter(one => one.getBoundingClientRect().height > 986 || one.scrollWidth > 673)
        .map(one => one.id)""")
    pdf = front.pdf(path=tmp_path / "front.pdf", format="A4", prefer_css_page_size=True)
    front.emulate_media(media="screen")
    front.set_viewport_size({"width": 1280, "height": 900})
    assert hidden == [] and breaking == 0 and cut == [] and pdf.startswith(b"%PDF") and len(pdf) > 20_000


def test_links_are_written_out_on_paper(ten_year, desktop):
    tab = desktop.open(ten_year / "trials" / "zhao2013.html")
    tab.emulate_media(media="print")
    written = tab.evaluate("getComputedStyle(document.querySelector('.actions a'), '::after').content")
    tab.emulate_media(media="screen")
    assert "http" in written


def test_a_filter_that_nothing_fits_says_so_and_leads_back(trials):
    every = rows_shown(trials).count()
    trials.locator("#trials .tools input[type=search]").fill("zzzzzz")
    assert trials.locator("#trials .none").is_visible()
    trials.get_by_role("button", name="Show all rows").click()
    assert rows_shown(trials).count() == every
    assert not trials.locator("#trials .none").is_visible()


def test_answer_harm_and_summary_of_findings_stand_on_a_screen_and_a_half(front):
    front.set_viewport_size({"width": 1280, "height": 900})
    table = front.locator("#findings")
    words = front.locator("main").inner_text()
    assert words.index("prolong survival") < words.index("Harm:") < words.index("Summary of findings")
    assert table.bounding_box()["y"] + table.locator("table").bounding_box()["height"] < 1600
    hidden = "element => element.scrollWidth - element.clientWidth"
    assert table.locator(".scroll").evaluate(hidden) <= 0


def test_the_reasons_for_a_certainty_open_on_demand(front):
    reasons = front.locator("#findings details").first
    assert "risk of bias" not in reasons.inner_text().lower()
    reasons.locator("summary").click()
    assert "risk of bias" in reasons.inner_text().lower()


@pytest.mark.parametrize(
    "page", ["index.html", "trials/lee2015.html", "entities/glioblastoma.html", "explore.html", "data.html"]
)
def test_every_kind_of_page_says_in_its_footer_which_data_it_shows_and_how_to_cite_it(ten_year, desktop, page):
    tab = desktop.open(ten_year / page)
    account = json.loads((ten_year / "run.json").read_text("utf-8"))
    said = tab.locator(".site-footer").inner_text()
    short = account["data"].removeprefix("sha256:")[:12]
    assert said.count(short) == 2 and re.search(r"Data of \d+ \w+ 20\d\d · ircc-lib \d", said)
    assert "ten-year edition" in said and "Zhang Y, Schmidt-Wolf IGH" in said
    assert tab.locator(".site-footer a").first.get_attribute("title") == account["data"].removeprefix("sha256:")
    assert desktop.troubles() == []


def test_the_menu_holds_every_tumour_and_marks_the_page(ten_year, desktop):
    tab = desktop.open(ten_year / "entities" / "glioblastoma.html")
    assert tab.locator("#report-menu details a").count() == len(list((ten_year / "entities").glob("*.html")))
    assert tab.locator("#report-menu [aria-current=page]").inner_text().startswith("glioblastoma")
    tab.locator("#report-menu").get_by_role("link", name="melanoma").click()
    assert tab.url.endswith("entities/melanoma.html")


def test_without_scripts_menu_and_footer_lead_to_a_page_that_says_the_same(ten_year, browser):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((ten_year / "trials" / "lee2015.html").as_uri())
    tab.get_by_role("link", name="All tumour entities").click()
    assert tab.url.endswith("about.html#entities") and tab.get_by_role("link", name="melanoma").is_visible()
    assert tab.get_by_role("link", name="How to cite its numbers").is_visible()
    context.close()


def test_on_paper_a_table_has_all_its_rows_and_no_buttons(ten_year, desktop, tmp_path):
    tab = desktop.open(ten_year / "trials.html")
    every = len(list((ten_year / "trials").glob("*.html")))
    assert rows_shown(tab).count() < every
    tab.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert tab.locator("#trials tbody tr:not(.second)").count() == every
    tab.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert rows_shown(tab).count() < every


def test_a_table_of_a_thousand_trials_is_paged_and_filters_at_once(ten_year, desktop, tmp_path):
    page = (ten_year / "trials.html").read_text("utf-8")
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.S)
    rows = re.findall(r"<tr(?! class=.second).*?(?=<tr(?! class=.second)|$)", body.group(1).strip(), re.S)
    many = [rows[n % len(rows)].replace("</td>", "</td>" if n % 8 else " zebra</td>", 1) for n in range(1_000)]
    site = tmp_path / "site"
    shutil.copytree(ten_year, site, ignore=shutil.ignore_patterns(*HEAVY))
    (site / "trials.html").write_text(page[: body.start(1)] + "".join(many) + page[body.end(1) :], encoding="utf-8")
    tab = desktop.open(site / "trials.html")
    assert rows_shown(tab).count() == 25
    tab.locator("#trials .more").click()
    assert rows_shown(tab).count() == 275 and "of 1000 rows" in tab.locator("#trials .more").inner_text()
    said = tab.evaluate("""() => { const field = document.querySelector('#trials-by-q');
        return ['zebra', 'nothing like it', ''].map(typed => {
            field.value = typed; field.dispatchEvent(new Event('input'));
            return document.querySelector('#trials .shown').textContent; }); }""")
    assert said[0].startswith("125 of 1000") and said[1].startswith("0 of 1000") and said[2].startswith("1000"), said

"""Executed notebooks as pages: what a reader gets, and what hostile text does not."""

import html
import json
import re
from html.parser import HTMLParser

import matplotlib as mpl
import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import ircc_lib as ircc
from ircc_lib.figures.chapters.trials.trials import Records
from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import new_figure
from ircc_lib.report.site.assets import plan_site, render_page, write_editions_index, write_site
from ircc_lib.report.site.sitemap import Chapter, EntityPage, SiteMap, TrialPage

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</title><svg onload=alert(1)>",
    "]]><script>alert(1)</script>",
    "{{7*7}}",
    "{% raw %}",
    "' onmouseover='alert(1)",
    "<!--",
    "&lt;script&gt;",
    "\u202ereversed",
    "\u2028alert(1)",
    "$x$ \\(y\\)",
    "javascript:alert(1)",
    '=HYPERLINK("http://evil")',
    "<a href=javascript:alert(1)>x</a>",
]


def sitemap_with(texts) -> SiteMap:
    return SiteMap(
        edition="ten-year",
        title="Ten-year update",
        cut=2020,
        published=2020,
        citation="Cite",
        chapters=(
            Chapter(page="00_update", title="Overview"),
            Chapter(page="trials", title="Trials"),
            Chapter(page="data", title="Data"),
        ),
        entities=tuple(
            EntityPage(name=text, slug=f"e{n}", organ_system=text, trials=1) for n, text in enumerate(texts)
        ),
        trials=tuple(
            TrialPage(
                trial_id=text,
                slug=f"t{n}",
                label="Zhao 2013" if text == "Zhao2013" else text,
                title=text,
                year=2013,
                words=text,
                paper="https://doi.org/10.1000/1",
            )
            for n, text in enumerate(texts)
        ),
    )


def executed(folder, *cells):
    path = folder / "executed.ipynb"
    nbformat.write(new_notebook(cells=list(cells)), path)
    return path


def showing(*exhibits, source="show()"):
    outputs = [new_output("display_data", data=exhibit._repr_mimebundle_()) for exhibit in exhibits]
    return new_code_cell(source, outputs=outputs)


def small_figure(words="words", name="growth"):
    with mpl.rc_context(style.RC):
        figure = new_figure(2)
        figure.text(0.5, 0.5, words, parse_math=False).set_url(f"trial:{words}")
    data = pd.DataFrame({words: [words]})
    return figure.describe(name=name, title=words, caption=words, alt=words, data=data)


class Elements(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, page: str):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    handle_startendtag = handle_starttag

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory):
    """A front page, a page of an entity and the records, with hostile text wherever text can be."""
    folder = tmp_path_factory.mktemp("hostile")
    sitemap = sitemap_with(HOSTILE)
    frame = pd.DataFrame(
        {
            "trial_id": HOSTILE,
            "entity": HOSTILE,
            "words": HOSTILE,
            "paper": HOSTILE,
            "row": [f"landmarks:{text}" for text in HOSTILE],
        }
    )
    table = ircc.display.Table(
        data=frame,
        name="t",
        caption=" ".join(HOSTILE),
        columns=[
            ircc.display.Column(key="trial_id", label=HOSTILE[0], kind="trial"),
            ircc.display.Column(key="entity", label="e", kind="entity"),
            ircc.display.Column(key="words", label="w", filter=True),
            ircc.display.Column(key="paper", label="p", kind="paper"),
            ircc.display.Column(key="row", label="r", kind="row"),
        ],
    )
    claims = ircc.update.Claims(
        name="c",
        caption=HOSTILE[1],
        data=pd.DataFrame(
            {
                "claim": HOSTILE,
                "value": HOSTILE,
                "published": HOSTILE,
                "definition": HOSTILE,
                "why": HOSTILE,
                "trial_ids": [HOSTILE] * len(HOSTILE),
            }
        ),
    )
    rows = {
        text: {
            "trials": [
                {
                    "trial_id": text,
                    "cohort": "c",
                    "row_id": f"trials:{n}",
                    "title": text,
                    "doi": text,
                    "pmid": text,
                    "source_url": text,
                    "journal": text,
                    "note": text,
                }
            ],
            "medians": [
                {
                    "trial_id": text,
                    "row_id": f"medians:{text}",
                    "median": 3.0,
                    "median_reported": text,
                    "source_url": text,
                    "locator": text,
                    "note": text,
                }
            ],
        }
        for n, text in enumerate(HOSTILE)
    }
    records = Records(
        columns={"trials": ["trial_id"], "medians": ["trial_id", "median", "median_reported"]},
        trials=rows,
        flags={
            text: [{"row_id": "medians:3", "column": text, "found": text, "why": text, "allowed": text}]
            for text in HOSTILE
        },
    )
    sentence = new_code_cell(
        "x",
        outputs=[
            new_output("display_data", data={"text/html": ircc.display.prose("{a}", a=text)._repr_html_()})
            for text in HOSTILE
        ],
    )
    printed = [new_output("stream", text=text) for text in HOSTILE]
    drawn_raw = [new_output("display_data", data={"text/html": text}) for text in HOSTILE]
    failed = [new_output("error", ename=text, evalue=text, traceback=[text]) for text in HOSTILE]
    raw = new_code_cell("x", outputs=drawn_raw + printed + failed)
    code = [new_code_cell(f"x = {text!r}") for text in HOSTILE]
    words = [new_markdown_cell(f"## Words\n\n{text}\n\n[link]({text})") for text in HOSTILE]
    drawn = [showing(small_figure(text, name=f"f{n}")) for n, text in enumerate(HOSTILE[:6])]
    path = executed(
        folder,
        new_markdown_cell("# Title"),
        showing(table, claims, records),
        sentence,
        raw,
        *code,
        *words,
        *drawn,
    )
    out = folder / "ten-year"
    for page in ("index", "entities/e0", "trials"):
        render_page(path, page, sitemap, out)
    write_site(sitemap, "data/raw", out)
    write_editions_index(folder)
    return out


def test_hostile_text_makes_no_element_that_acts(hostile_site):
    pages = list(hostile_site.rglob("*.html"))
    assert len(pages) == len(HOSTILE) + 7  # records, front, entity, trials, data, explore, checklist, about
    for page in pages:
        for tag, attributes in Elements(page.read_text("utf-8")).tags:
            assert tag not in {"img", "iframe", "object", "embed", "form", "base"}, (page, tag)
            acting = [name for name in attributes if name.startswith("on") or name == "style"]
            assert not acting, (page, tag, attributes)
            for name in ("href", "xlink:href", "src"):
                address = attributes.get(name) or ""
                assert re.match(r"(https?://|#|[\w./-]*$|[\w./-]+#)", address), (page, address)
            if tag == "script":
                assert re.fullmatch(r"(\.\./)*_static/[a-z-]+\.js", attributes["src"])


def test_hostile_text_is_shown_as_text(hostile_site):
    text = " ".join(Elements((hostile_site / "index.html").read_text("utf-8")).text)
    for one in HOSTILE:
        assert one in text or one in html.unescape(text)


def test_the_search_index_is_a_script_that_nothing_in_it_can_end(hostile_site):
    script = (hostile_site / "_static" / "search-index.js").read_text("utf-8")
    body = script.partition(".concat(")[2].removesuffix(");\n")
    assert not set("<>&\u2028\u2029") & set(body)
    assert {HOSTILE[0], "\u2028alert(1)"} <= {entry[1] for entry in json.loads(body)}


def test_csv_files_hold_no_formula(hostile_site):
    texts = [path.read_text("utf-8") for path in hostile_site.glob("tables/*.csv")]
    assert texts and not [text for text in texts if re.search('[\n,]"?=HYPERLINK', text)]


def test_a_page_asks_nobody_and_says_so(hostile_site):
    for page in hostile_site.rglob("*.html"):
        policy = next(
            attributes["content"]
            for tag, attributes in Elements(page.read_text("utf-8")).tags
            if attributes.get("http-equiv") == "Content-Security-Policy"
        )
        assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy


@pytest.fixture
def page(tmp_path):
    """Render cells as the front page; gives its text."""

    def rendered(*cells, page="index", texts=("Zhao2013",), **options):
        path = executed(tmp_path, *cells)
        return render_page(path, page, sitemap_with(texts), tmp_path / "out", **options).read_text("utf-8")

    return rendered


def test_a_figure_has_its_words_and_three_files_beside_it(page, tmp_path):
    text = page(new_markdown_cell("# T"), showing(small_figure("Zhao2013")))
    elements = Elements(text)
    svg = next(attributes for tag, attributes in elements.tags if tag == "svg")
    assert svg["aria-labelledby"] == "growth-title" and svg["aria-describedby"] == "growth-alt"
    assert svg["role"] == "group"  # it holds a link; a picture that holds none is an img
    files = {path.name for path in (tmp_path / "out" / "figures").iterdir()}
    assert files == {"00_update-growth.svg", "00_update-growth.png", "00_update-growth.csv"}
    assert (tmp_path / "out" / "figures" / "00_update-growth.png").read_bytes().startswith(b"\x89PNG")
    saved = (tmp_path / "out" / "figures" / "00_update-growth.svg").read_text("utf-8")
    assert "../trials/t0.html" in saved and "<desc>Zhao2013</desc>" in saved
    assert 'role="img"' in page(new_markdown_cell("# T"), showing(small_figure("unknown")))


def test_two_figures_of_one_name_keep_their_own_files_and_ids(page, tmp_path):
    text = page(new_markdown_cell("# T"), showing(small_figure("a"), small_figure("b")))
    ids = [attributes["id"] for _, attributes in Elements(text).tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert len(list((tmp_path / "out" / "figures").iterdir())) == 6


def test_a_table_reads_without_scripts(page):
    data = pd.DataFrame({"trial_id": ["Zhao2013"], "share": [0.256], "n": [1200]})
    table = ircc.display.Table(
        data=data,
        name="t",
        caption="Cap",
        columns=[
            ircc.display.Column(key="trial_id", label="Trial", kind="trial"),
            ircc.display.Column(key="share", label="Share", kind="percent"),
            ircc.display.Column(key="n", label="N", kind="number"),
        ],
    )
    text = page(new_markdown_cell("# T"), showing(table))
    assert '<a href="trials/t0.html">Zhao 2013</a>' in text
    assert re.search(r'class="right" data-label="[^"]*" data-value="0.256">26 %<', text) and ">1,200<" in text
    assert '<th scope="col"' in text and "<caption><span>Cap</span></caption>" in text


def test_a_claim_opens_its_trials_with_record_and_paper(page):
    claims = ircc.update.Claims(
        name="c",
        caption="Claims",
        data=pd.DataFrame(
            {
                "claim": ["Trials"],
                "value": [1],
                "published": ["106"],
                "definition": ["d"],
                "why": ["w"],
                "trial_ids": ["Zhao2013"],
            }
        ),
    )
    text = page(new_markdown_cell("# T"), showing(claims))
    assert 'href="trials/t0.html"' in text and 'href="https://doi.org/10.1000/1"' in text
    assert "<details>" in text


def test_a_failed_chapter_says_so_and_keeps_what_it_has(page):
    error = new_output(
        "error", ename="ZeroDivisionError", evalue="division by zero", traceback=["\x1b[31mTraceback\x1b[0m"]
    )
    text = page(
        new_markdown_cell("# T"),
        new_markdown_cell("## Before"),
        new_code_cell("1/0", outputs=[error]),
        new_markdown_cell("## After"),
    )
    assert "This chapter failed" in text and "ZeroDivisionError: division by zero" in text
    assert "Before" in text and "After" in text and "\x1b" not in text and 'href="trials.html"' in text


def test_a_chapter_that_never_ran_still_has_its_page(tmp_path):
    target = render_page(tmp_path / "no.ipynb", "trials", sitemap_with([]), tmp_path, failure="The kernel <died>.")
    text = target.read_text("utf-8")
    assert "This chapter failed" in text and "The kernel &lt;died&gt;." in text and "Overview" in text


def test_headings_of_a_page_are_unique_and_listed(page):
    text = page(new_markdown_cell("# T\n\n## Same\n\n## Same"), new_markdown_cell("### Below *this*"))
    assert re.findall(r'<h[123](?: id="([^"]*)")?>', text)[:4] == ["", "same", "same-2", "below-this"]
    assert text.count('href="#same-2"') == 1


def test_the_same_notebook_gives_the_same_bytes_and_writes_them_once(tmp_path):
    path = executed(tmp_path, new_markdown_cell("# T"), showing(small_figure("a")))
    out = tmp_path / "out"

    def written():
        render_page(path, "index", sitemap_with(["Zhao2013"]), out)
        files = [file for file in out.rglob("*") if file.is_file()]
        return {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in files}

    assert written() == written()


def test_the_plan_of_a_site_survives_being_written_down():
    plan = plan_site(ircc.load_registry(), "ten-year")
    assert SiteMap.from_json(plan.to_json()) == plan
    assert plan.cut == 2020 and all(trial.year <= 2020 for trial in plan.trials)
    assert plan.entity("hepatocellular carcinoma").organ_system == "digestive"
    assert plan.chapters[0].path == "index.html" and plan.chapters[-1].path == "data.html"
    assert len({page.path for page in (*plan.chapters, *plan.entities, *plan.trials)}) == (
        len(plan.chapters) + len(plan.entities) + len(plan.trials)
    )

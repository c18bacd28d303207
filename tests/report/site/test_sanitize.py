"""What of a notebook's HTML reaches a page."""

import pytest

from ircc_lib.report.site.sanitize import clean

ACTING = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><path/></svg>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<p style='position:fixed'>x</p>",
    "<iframe srcdoc='<script>1</script>'></iframe>",
    "<div onclick=alert(1)>x</div>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<form action='https://evil.example'><button>x</button></form>",
    "<base href='https://evil.example'>",
]


def known(target: str) -> str | None:
    return {"trial:Lee2015": "trials/lee2015.html", "https://doi.org/10.1/x": "https://doi.org/10.1/x"}.get(target)


@pytest.mark.parametrize("text", ACTING)
def test_nothing_that_acts_is_kept(text):
    kept = str(clean(text, known, set()).html)
    for word in (
        "script:",
        "onerror",
        "onload",
        "onclick",
        "style",
        "<img",
        "<svg",
        "<iframe",
        "<form",
        "<base",
        "alert(1)<",
    ):
        assert word not in kept.replace("&lt;", "").replace("<p title", ""), kept


def test_links_are_those_that_the_site_knows():
    text = '<a href="trial:Lee2015">Lee</a> <a href="https://doi.org/10.1/x">paper</a> <a href="trial:No">none</a>'
    kept = str(clean(text, known, set()).html)
    assert '<a href="trials/lee2015.html">Lee</a>' in kept and "<a>none</a>" in kept
    assert '<a rel="noreferrer" href="https://doi.org/10.1/x">paper</a>' in kept


def test_headings_are_numbered_and_the_title_is_taken_out():
    text = "<h1>The <em>title</em> &amp; more</h1><p>x</p><h2>Harm</h2><h3 class='a'>Harm</h3>"
    cleaned = clean(text, known, {"harm"})
    assert cleaned.title == "The title & more" and "<h1" not in cleaned.html
    assert cleaned.headings == [(2, "harm-2", "Harm"), (3, "harm-3", "Harm")]
    assert '<h2 id="harm-2">Harm</h2><h3 id="harm-3" class="a">Harm</h3>' in cleaned.html


def test_text_stays_text():
    assert str(clean("1 &lt; 2 &amp; <b>3</b> {{7*7}}", known, set()).html) == "1 &lt; 2 &amp; <b>3</b> {{7*7}}"


def test_what_is_left_open_is_closed():
    assert str(clean("<p><b>x", known, set()).html) == "<p><b>x</b></p>"

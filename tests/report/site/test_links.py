"""Where links lead, and where they must not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircc_lib.registry.addresses import paper_address, web_address
from ircc_lib.report.site.links import resolve
from ircc_lib.report.site.sitemap import Chapter, EntityPage, SiteMap, TrialPage


@pytest.fixture
def sitemap() -> SiteMap:
    return SiteMap(
        edition="ten-year",
        title="Ten-year update",
        cut=2020,
        published=2020,
        citation="",
        chapters=(Chapter(page="00_update", title="Overview"), Chapter(page="03_survival", title="Survival")),
        entities=(EntityPage(name="<b>glioma", slug="b-glioma", organ_system="brain", trials=1),),
        trials=(
            TrialPage(
                trial_id="Zhao2013",
                slug="zhao2013",
                label="Zhao 2013",
                title="",
                year=2013,
                paper="https://doi.org/10.1000/1",
                words="",
            ),
        ),
    )


@pytest.mark.parametrize(
    ("target", "page", "address"),
    [
        ("trial:Zhao2013", "index.html", "trials/zhao2013.html"),
        ("trial:Zhao2013", "entities/b-glioma.html", "../trials/zhao2013.html"),
        ("entity:<b>glioma", "trials/zhao2013.html", "../entities/b-glioma.html"),
        ("entity:%3Cb%3Eglioma", "index.html", "entities/b-glioma.html"),
        ("chapter:03_survival#medians", "entities/b-glioma.html", "../03_survival.html#medians"),
        ("03_survival.html#medians", "trials/zhao2013.html", "../03_survival.html#medians"),
        ("paper:Zhao2013", "index.html", "https://doi.org/10.1000/1"),
        ("#here", "index.html", "#here"),
    ],
)
def test_a_link_leads_to_its_page_from_wherever_it_stands(sitemap, target, page, address):
    assert resolve(target, page, sitemap) == address


@pytest.mark.parametrize(
    "target",
    [
        "trial:Unknown",
        "entity:",
        "chapter:99_no",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example/x",
        "../../x",
        "java\nscript:alert(1)",
        "",
        "https:",
        "https://",
    ],
)
def test_a_link_that_is_unknown_or_unsafe_leads_nowhere(sitemap, target):
    assert resolve(target, "index.html", sitemap) is None


@given(st.text())
def test_only_http_and_https_addresses_become_links(text):
    address = web_address(text)
    assert address is None or address.lower().startswith(("http://", "https://"))
    assert address is None or not set(address) & set(' "<>`\n\u202e')


def test_the_paper_is_found_by_doi_then_pubmed_then_the_record_that_was_read():
    assert paper_address("123", "10.1000/a<b", "https://x.org/") == "https://doi.org/10.1000/a%3Cb"
    assert paper_address("123", None, "https://x.org/") == "https://pubmed.ncbi.nlm.nih.gov/123/"
    assert paper_address(None, "not a doi", "https://x.org/") == "https://x.org/"
    assert paper_address(None, None, "javascript:alert(1)") is None

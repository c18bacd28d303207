"""What stands on every page once for all: menu, citation, and the state of the data."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

import ircc_lib as ircc
from ircc_lib.registry.citation import cite_report, data_date, data_hash
from ircc_lib.report.site.assets import plan_site, write_site
from ircc_lib.report.site.navigation import Place, templates
from ircc_lib.report.site.sitemap import Chapter, EntityPage, SiteMap


@pytest.fixture(scope="module")
def site(tmp_path_factory, reg) -> Path:
    folder = tmp_path_factory.mktemp("site") / "ten-year"
    write_site(plan_site(reg, "ten-year"), Path("data/raw"), folder)
    return folder


def laid_down(site: Path) -> dict:
    script = (site / "_static" / "about.js").read_text("utf-8")
    return json.loads(script.removeprefix("window.IRCC_ABOUT = ").removesuffix(";\n"))


def test_the_script_of_all_pages_cites_edition_version_day_and_hash(site, reg):
    about = laid_down(site)["about"]
    edition = reg.edition("ten-year")
    assert about["cite"] == cite_report(edition, paper=False) and "Zhang" not in about["cite"]
    for part in ("ten-year edition", about["version"], about["data_date"], about["data_hash"][:12]):
        assert part in about["cite"]
    assert about["data_hash"] == data_hash(edition) and len(about["data_hash"]) == 64


def test_the_day_is_that_of_the_data(reg):
    newest = max(reg.tables["reviewed_flags"]["reviewed"].astype(str))
    day = date.fromisoformat(newest[:10])
    assert data_date(reg) == f"{day.day} {day:%B %Y}"
    undated = reg.select(trial_id=["Lee2015"])
    undated.tables["reviewed_flags"] = undated.tables["reviewed_flags"].iloc[:0]
    assert data_date(undated) is None and ", data (SHA-256 " in cite_report(undated)


def test_the_hash_can_be_found_again_from_the_files_that_the_site_offers(site):
    assert data_hash(ircc.load_registry(site / "data")) == laid_down(site)["about"]["data_hash"]


def test_a_reader_without_scripts_finds_the_same_on_a_page(site, reg):
    page = (site / "about.html").read_text("utf-8")
    assert data_hash(reg.edition("ten-year")) in page and "Zhang Y, Schmidt-Wolf IGH" in page
    assert all(entity.path in page for entity in plan_site(reg, "ten-year").entities)
    for other in site.glob("*.html"):
        assert 'href="about.html#cite"' in other.read_text("utf-8"), other


def test_the_menu_names_every_tumour_with_its_trials(site, reg):
    menu = {name: (path, trials) for _, entities in laid_down(site)["menu"] for name, path, trials in entities}
    planned = {entity.name: (entity.path, entity.trials) for entity in plan_site(reg, "ten-year").entities}
    assert menu == planned


def test_a_page_is_as_light_with_a_thousand_tumours_as_with_one():
    def frame(count: int) -> str:
        entities = tuple(
            EntityPage(name=f"tumour {n}", slug=f"tumour-{n}", organ_system="digestive", trials=1) for n in range(count)
        )
        sitemap = SiteMap(
            edition="living",
            title="Living",
            cut=None,
            published=None,
            citation="",
            chapters=(Chapter(page="00_update", title="Overview"),),
            entities=entities,
            trials=(),
        )
        page = templates().get_template("failed.html.j2")
        return page.render(place=Place(path="trials/x.html", sitemap=sitemap), title="X", why="")

    assert len(frame(1_000)) == len(frame(1)) < 6_000


def test_the_pages_of_an_edition_change_only_in_what_they_say_of_themselves(site):
    """A page holds neither the hash nor the menu, so that a changed row leaves it as it is."""
    page = (site / "explore.html").read_text("utf-8")
    assert laid_down(site)["about"]["data_hash"][:12] not in page
    assert not re.search(r'href="entities/[^"]+"', page)

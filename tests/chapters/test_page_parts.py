"""The part of the registry that a page is given is enough for every cell of it."""

from pathlib import Path

import pytest

from ircc_lib.registry.store import load_registry
from ircc_lib.report.pipeline.functions import plan, slices
from ircc_lib.report.site.slugs import page_name
from tests.registry.cells import NOTEBOOKS, run_cells

NAMES = NOTEBOOKS[0].parents[1] / "data/vocabularies/registry.csv"
ENTITIES = ("hepatocellular carcinoma", "neuroblastoma")


@pytest.fixture(scope="module")
def parts(reg, tmp_path_factory):
    folder = tmp_path_factory.mktemp("part")
    whole = reg.save(folder / "whole", formats=["parquet"])
    cleaned = reg.edition("ten-year").save(folder / "cleaned", formats=["arrow"])
    sitemap = str(folder / "plan.json")
    plan(str(cleaned), "ten-year", str(NOTEBOOKS[0].parent), sitemap, str(NAMES))
    slices(sitemap, str(cleaned), str(whole))
    return Path(cleaned) / "slices"


@pytest.mark.parametrize("entity", ENTITIES)
def test_a_tumours_page_runs_on_its_part_of_the_registry(parts, entity):
    (notebook,) = [book for book in NOTEBOOKS if book.stem == "entity"]
    run_cells(notebook, parts / "entities" / page_name(entity), entity=entity)


@pytest.mark.parametrize("page", ["11_protocol", "registrations"])
def test_a_chapter_of_every_edition_runs_on_the_tables_that_it_names(parts, page):
    (notebook,) = [book for book in NOTEBOOKS if book.stem == page]
    registry = load_registry(parts / page)
    assert registry.edition_name is None
    assert len(registry.trials) > len(registry.edition("ten-year").trials)
    assert "medians" not in registry.tables
    run_cells(notebook, parts / page, edition="ten-year")

"""The part of the registry that a tumour's page is given is enough for every cell of it."""

from pathlib import Path

import pytest

from ircc_lib.report.pipeline.functions import slices
from tests.registry.cells import NOTEBOOKS, run_cells

ENTITIES = {"hcc": "hepatocellular carcinoma", "neuro": "neuroblastoma"}


@pytest.fixture(scope="module")
def parts(reg, tmp_path_factory):
    cleaned = reg.edition("ten-year").save(tmp_path_factory.mktemp("part") / "cleaned", formats=["arrow"])
    slices(str(cleaned), {name: {"entity": entity} for name, entity in ENTITIES.items()})
    return Path(cleaned) / "slices"


@pytest.mark.parametrize("name", ENTITIES)
def test_a_tumours_page_runs_on_its_part_of_the_registry(parts, name):
    (notebook,) = [book for book in NOTEBOOKS if book.stem == "entity"]
    run_cells(notebook, parts / name, entity=ENTITIES[name])

"""The chapter on the protocol: checklists of the report."""

import csv
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_checklist_of_the_report_leads_to_pages_that_are_there():
    pages = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")} | {"data"}
    for name in ("prisma_2020", "prisma_ipd"):
        with open(ROOT / f"data/{name}.csv", encoding="utf-8", newline="") as file:
            assert {row["page"] for row in csv.DictReader(file)} <= pages

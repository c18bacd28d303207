"""A small registry of made-up rows, and every cell of a chapter run on it as a notebook runs them."""

import csv
import json
import shutil
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
RAW = PROJECT / "data" / "raw"
OF_TRIALS = [
    "trials",
    "entities",
    "medians",
    "landmarks",
    "comparisons",
    "responses",
    "adverse_events",
    "patients",
    "arms",
    "overlaps",
    "registrations",
    "screening",
    "extraction_agreement",
]
TRIAL = {
    "trial_id": "Made2018",
    "cohort": "Made2018",
    "first_author": "Made",
    "year": "2018",
    "year_basis": "printed",
    "title": "A made-up trial",
    "publication_type": "article",
    "record_level": "own record",
    "read_in": "abstract",
    "design": "randomised",
    "allocation": "random",
    "allocation_basis": "own record",
    "tumour_summary": "gastric cancer",
    "product": "CIK",
    "cell_source": "autologous",
    "n_total": "80",
    "n_cik": "40",
    "n_control": "40",
}


class SmallRegistry:
    """Raw tables in a folder: the vocabularies of the real ones, and the rows that a test adds."""

    def __init__(self, folder: Path):
        self.folder = folder
        shutil.copytree(RAW, folder)
        for table in OF_TRIALS:
            self._write(table, [])

    def columns(self, table: str) -> list[str]:
        with open(RAW / f"{table}.csv", encoding="utf-8", newline="") as file:
            return next(csv.reader(file))

    def _write(self, table: str, rows: list[dict]) -> None:
        with open(self.folder / f"{table}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, self.columns(table), restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def add(self, table: str, *rows: dict) -> None:
        """Rows with a source; an empty cell where a column is not named."""
        with open(self.folder / f"{table}.csv", encoding="utf-8", newline="") as file:
            known = list(csv.DictReader(file))
        columns = self.columns(table)
        source = {
            name: value
            for name, value in {"source_url": "https://example.org", "locator": "abstract"}.items()
            if name in columns
        }
        self._write(table, known + [source | row for row in rows])

    def trial(self, **cells: str) -> None:
        row = TRIAL | cells
        self.add("trials", row)
        self.add(
            "entities",
            {"trial_id": row["trial_id"], "tumour_reported": row["tumour_summary"], "n_patients": row["n_total"]},
        )

    def real(self, trial_id: str) -> None:
        """A real trial with all its rows, as they stand in data/raw."""
        for table in OF_TRIALS:
            with open(RAW / f"{table}.csv", encoding="utf-8", newline="") as file:
                rows = [row for row in csv.DictReader(file) if row.get("trial_id") == trial_id]
            self.add(table, *rows)


@pytest.fixture
def small(tmp_path) -> SmallRegistry:
    return SmallRegistry(tmp_path / "raw")


@pytest.fixture(scope="session")
def run_chapter():
    """Run the cells of a notebook on a registry and show what they end in, as a notebook would."""

    def run(name: str, raw: Path, *, edition: str = "living", entity: str = "gastric cancer") -> list:
        (path,) = (PROJECT / "notebooks").glob(f"*{name}.ipynb")
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        names: dict = {}
        shown = []
        for cell in cells:
            if cell["cell_type"] != "code":
                continue
            if "parameters" in cell["metadata"].get("tags", []):
                names.update(registry=str(raw), edition=edition, entity=entity)
                continue
            *before, last = "".join(cell["source"]).strip().split("\n")
            exec("\n".join(before), names)
            try:
                code = compile(last, str(path), "eval")
            except SyntaxError:
                exec(last, names)
                continue
            value = eval(code, names)
            shown.append(value)
            if hasattr(value, "_repr_mimebundle_"):
                value._repr_mimebundle_()
        return shown

    return run

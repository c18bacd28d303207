"""A copy of the seed registry that a test may spoil, and the seed itself, loaded once."""

import csv
import shutil
from pathlib import Path

import pytest

import ircc_lib as ircc
from tests.registry.made_up import MadeUp

SEED = Path(__file__).parents[2] / "data" / "raw"


class RawCopy:
    """The seed's raw tables in a folder of their own."""

    def __init__(self, folder: Path):
        self.folder = folder
        shutil.copytree(SEED, folder)

    def path(self, table: str) -> Path:
        return self.folder / f"{table}.csv"

    def rows(self, table: str) -> list[dict[str, str]]:
        with open(self.path(table), encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def write(self, table: str, rows: list[dict[str, str]]) -> None:
        with open(self.path(table), "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n", quoting=csv.QUOTE_ALL)
            writer.writeheader()
            writer.writerows(rows)

    def set(self, table: str, line: int, **cells: str) -> None:
        """Put text into cells of a row, by its line in the file."""
        rows = self.rows(table)
        rows[line - 2].update(cells)
        self.write(table, rows)

    def add(self, table: str, **cells: str) -> int:
        """Add a row with these cells and a source; returns its line."""
        rows = self.rows(table)
        blank = dict.fromkeys(rows[0], "")
        rows.append(blank | {"source_url": "https://example.org", "locator": "abstract"} | cells)
        self.write(table, rows)
        return len(rows) + 1

    def load(self) -> ircc.Registry:
        return ircc.load_registry(self.folder)

    def problems(self) -> list:
        with pytest.raises(ircc.RegistryError) as stopped:
            self.load()
        return stopped.value.problems


@pytest.fixture
def raw(tmp_path) -> RawCopy:
    return RawCopy(tmp_path / "raw")


@pytest.fixture(scope="session")
def seed() -> ircc.Registry:
    return ircc.load_registry(SEED)


@pytest.fixture
def made(tmp_path) -> MadeUp:
    return MadeUp(tmp_path / "raw")

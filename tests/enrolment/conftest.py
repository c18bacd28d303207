"""A project of its own to enrol into, and files filled the way a person fills them."""

import csv
import io
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from ircc_lib.cli import main
from ircc_lib.enrolment.form.workbook import make_workbook

PROJECT = Path(__file__).resolve().parents[2]
SAMPLES = Path(__file__).parent / "samples"
SOURCE = {"source_url": "https://example.org/doe2019", "locator": "abstract"}
DOE = {
    "trials": [
        {"trial_id": "Doe2019", "cohort": "Doe2019", "first_author": "Doe", "year": 2019, "title": "CIK cells in stomachs",
         "doi": "10.9999/doe.2019", "publication_type": "article", "record_level": "own record", "read_in": "abstract", "country": "Japan",
         "design": "randomised", "allocation": "random",
         "allocation_basis": "own record", "phase": "1/2", "product": "CIK", "cell_source": "autologous", "n_total": 80,
         "n_cik": 40, "n_control": 40, "enrol_start": "2008-07", "followup_months": 57.2,
         "cells_reported": "1.0-1.5 x 10^10 per infusion", **SOURCE}
    ],
    "entities": [{"trial_id": "Doe2019", "tumour_reported": "gastric cancer", "n_patients": 80, "n_cik": 40, **SOURCE}],
    "medians": [
        {"trial_id": "Doe2019", "endpoint": "OS", "group": group, "n": 40, "median_reported": median, "unit": "months",
         **SOURCE}
        for group, median in (("cik", "36.5"), ("control", "28.0"))
    ],
    "comparisons": [
        {"trial_id": "Doe2019", "endpoint": "OS", "effect_type": "HR", "orientation": "cik_vs_control", "estimate": 0.62,
         "ci_low": 0.4, "ci_high": 0.96, "p_value": ".03", "test": "cox", "adjusted": "yes", "direction": "cik_better",
         **SOURCE}
    ],
}  # fmt: skip


@cache
def _empty_form() -> bytes:
    with open(PROJECT / "data" / "raw" / "tumours.csv", encoding="utf-8", newline="") as file:
        return make_workbook(tumours=tuple(row["tumour_reported"] for row in csv.DictReader(file)))


class Project:
    """A copy of the registry in a folder where commands are run."""

    def __init__(self, folder: Path):
        self.folder, self.raw = folder, folder / "data" / "raw"
        for name in ("raw", "vocabularies"):
            if (PROJECT / "data" / name).is_dir():
                shutil.copytree(PROJECT / "data" / name, folder / "data" / name)
        shutil.copy(PROJECT / "editions.toml", folder)
        shutil.copy(PROJECT / "data" / "reporting_standard.csv", folder / "data")

    def run(self, *words: object, expect: int | None = None) -> str:
        """Run ``ircc`` with these words; returns what it printed."""
        result = CliRunner().invoke(main, [*map(str, words), *self._raw(words)])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert expect is None or result.exit_code == expect, result.output
        return result.output

    def _raw(self, words) -> list[str]:
        return [] if words[0] in ("check", "report", "editions") else ["--raw", str(self.raw)]

    def rows(self, table: str, **cells: str) -> list[dict[str, str]]:
        with open(self.raw / f"{table}.csv", encoding="utf-8", newline="") as file:
            return [row for row in csv.DictReader(file) if all(row[name] == text for name, text in cells.items())]

    def bytes(self) -> dict[str, bytes]:
        return {path.relative_to(self.folder).as_posix(): path.read_bytes()
                for path in sorted((self.folder / "data").rglob("*")) if path.is_file()}  # fmt: skip

    def raw_bytes(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(self.raw.glob("*.csv"))}

    def drop(self, table: str, column: str, *values: str) -> None:
        """Take rows out of a table, so that a sample is new again."""
        path = self.raw / f"{table}.csv"
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        at = rows[0].index(column)
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows([rows[0], *(row for row in rows[1:] if row[at] not in values)])
        path.write_text(text.getvalue(), encoding="utf-8")

    def forget(self, *trials: str) -> None:
        """Take trials out of every table."""
        for path in self.raw.glob("*.csv"):
            header = path.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
            for column in ("trial_id", "other_trial_id", "enrolled_as"):
                if column in header:
                    self.drop(path.stem, column, *trials)

    def fill(self, rows: dict[str, list[dict]] = DOE, name: str = "filled.xlsx") -> Path:
        """The empty workbook, filled by hand."""
        path = self.folder / name
        book = openpyxl.load_workbook(io.BytesIO(_empty_form()))
        for table, said in rows.items():
            sheet = book[table]
            columns = {cell.value: cell.column for cell in sheet[1]}
            for number, row in enumerate(said, start=2):
                for column, value in row.items():
                    sheet.cell(number, columns[column]).value = value
        book.save(path)
        return path

    def spawn(self, *words: object) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-c", "from ircc_lib.cli import main; main()", *map(str, words), "--raw", str(self.raw)],
            cwd=self.folder, env={"PYTHONPATH": str(PROJECT), "PATH": ""},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


@pytest.fixture
def project(tmp_path, monkeypatch) -> Project:
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


@pytest.fixture
def samples(tmp_path) -> Path:
    """The samples in a folder that may be written to."""
    return Path(shutil.copytree(SAMPLES, tmp_path / "samples"))

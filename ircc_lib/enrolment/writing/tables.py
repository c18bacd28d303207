"""The raw tables as records of text, so that what is not changed keeps its bytes."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from ircc_lib.registry.schema.tables import raw_schemas


def raw_rows(raw: Path, table: str) -> list[dict[str, str]]:
    """The rows of a raw table; none where the table is not there."""
    path = raw / f"{table}.csv"
    if not path.is_file():
        return []
    with open(path, encoding="utf-8-sig", newline="") as file:
        return [{name: cell or "" for name, cell in row.items() if name} for row in csv.DictReader(file)]


@dataclass
class RawFile:
    """A raw table as its records, the header first; each record is text with its line end."""

    table: str
    records: list[str]
    end: str = "\n"
    mark: str = ""

    @classmethod
    def read(cls, raw: Path, table: str) -> RawFile:
        """The raw table as it is on disk; only its header where there is no file."""
        path = raw / f"{table}.csv"
        if not path.is_file():
            return cls(table, [_record(list(raw_schemas()[table].columns), "\n")])
        text = path.read_bytes().decode("utf-8")
        mark = "\ufeff" if text.startswith("\ufeff") else ""
        records, open_record = [], ""
        for line in text.removeprefix(mark).splitlines(keepends=True) if "\n" in text else [text]:
            open_record += line
            if open_record.count('"') % 2 == 0 and line.endswith(("\n", "\r")):
                records.append(open_record)
                open_record = ""
        if open_record:
            records.append(open_record)
        return cls(table, records, "\r\n" if records and records[0].endswith("\r\n") else "\n", mark)

    @property
    def columns(self) -> list[str]:
        """The names in the header."""
        return cells_of(self.records[0])

    def row(self, at: int) -> dict[str, str]:
        """The row of the record ``at`` (the header is 0)."""
        return dict(zip(self.columns, cells_of(self.records[at]), strict=False))

    def line(self, at: int) -> int:
        """The line of the file in which a record begins."""
        return 1 + sum(record.count("\n") for record in self.records[:at])

    def append(self, row: dict[str, str]) -> str:
        """Add a row at the end; returns its record."""
        self._make_room(row)
        if not self.records[-1].endswith(("\n", "\r")):
            self.records[-1] += self.end
        record = _record([row.get(column, "") for column in self.columns], self.end)
        self.records.append(record)
        return record

    def change(self, at: int, cells: dict[str, str]) -> tuple[str, str]:
        """Change cells of a record; returns it as it was and as it is."""
        self._make_room(cells)
        old = self.records[at]
        ending = old[len(old.rstrip("\r\n")) :]
        row = self.row(at) | cells
        self.records[at] = _record([row.get(column, "") for column in self.columns], ending)
        return old, self.records[at]

    def _make_room(self, row: dict[str, str]) -> None:
        """A column of the rules that the file does not have yet goes to its end."""
        known = self.columns
        for column in [name for name in row if row[name] and name not in known]:
            if column in raw_schemas()[self.table].columns:
                self.records = [
                    _with_end(record, ("," if at else f",{column}")) for at, record in enumerate(self.records)
                ]

    def content(self) -> bytes:
        """The whole file, as bytes."""
        return (self.mark + "".join(self.records)).encode("utf-8")


def _with_end(record: str, more: str) -> str:
    bare = record.rstrip("\r\n")
    return bare + more + record[len(bare) :]


def cells_of(record: str) -> list[str]:
    """The cells of one record of a CSV file."""
    return next(csv.reader(io.StringIO(record, newline="")), [])


def _record(cells: list[str], end: str) -> str:
    target = io.StringIO(newline="")
    csv.writer(target, lineterminator="\r\n").writerow(cells)  # so that a cell with either of them is quoted
    return target.getvalue().removesuffix("\r\n") + end

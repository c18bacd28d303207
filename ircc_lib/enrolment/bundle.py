"""What every reader hands to the check: rows of tables, where each cell stood, and what was noticed on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing noticed about a cell, a row or a file.

    ``level`` is ``error`` (must be put right), ``repair`` (``becomes`` is proposed), ``question`` (a person has to
    answer; ``key`` names it, ``choices`` are what may be answered, ``default`` what ``--yes`` takes) or ``note``.
    """

    level: str
    why: str
    place: str = ""
    trial: str = ""
    table: str = ""
    column: str = ""
    found: str = ""
    becomes: str = ""
    allowed: str = ""
    rule: str = ""
    key: str = ""
    choices: tuple[str, ...] = ()
    default: str | None = None

    def __str__(self) -> str:
        where = ": ".join(part for part in (self.place, self.trial, self.column) if part)
        text = self.why + (f", found {self.found!r}" if self.found else "")
        text += f", would become {self.becomes!r}" if self.level == "repair" else ""
        text += f", allowed {self.allowed}" if self.allowed else ""
        return f"{where}: {text}" if where else text


@dataclass
class Row:
    """A row for a table of the registry: text by column, and the place of each cell in the file it came from."""

    table: str
    cells: dict[str, str]
    places: dict[str, str] = field(default_factory=dict)
    place: str = ""

    @property
    def trial(self) -> str:
        """The id of the row's trial; empty where it has none."""
        return self.cells.get("trial_id", "")

    def place_of(self, column: str) -> str:
        """Where a cell stood in the file; the row's place where that is not known."""
        return self.places.get(column) or self.place


@dataclass
class Bundle:
    """The content of a file, whatever its format.

    ``kind`` says what the file was taken for; ``abstracts`` are shown beside a half-filled form and never stored;
    ``gates`` says of a ``trial_id`` why the record seems to be no trial; ``provisional`` are ids that the reader made up.
    """

    kind: str
    source: str
    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    abstracts: dict[str, str] = field(default_factory=dict)
    gates: dict[str, str] = field(default_factory=dict)
    provisional: set[str] = field(default_factory=set)

    def of(self, table: str) -> list[Row]:
        """The rows of one table."""
        return [row for row in self.rows if row.table == table]

    @property
    def errors(self) -> list[Finding]:
        """Findings that must be put right."""
        return [one for one in self.findings if one.level == "error"]

    def note(self, why: str, **about: Any) -> None:
        """Note something that nobody has to answer."""
        self.findings.append(Finding(level="note", why=why, **about))

    def error(self, why: str, **about: Any) -> None:
        """Note something that must be put right."""
        self.findings.append(Finding(level="error", why=why, **about))


class UnreadableFileError(ValueError):
    """The file cannot be taken for anything that the registry reads; the text says what to do."""

"""What a check holds: each trial with its state, the findings, and the rows that would be written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ircc_lib.enrolment.bundle import Bundle, Finding, Row
from ircc_lib.enrolment.checking.edits import Update
from ircc_lib.enrolment.decisions import Decisions
from ircc_lib.enrolment.writing.future import Future, Said

if TYPE_CHECKING:
    from ircc_lib.enrolment.checking.scoring import Score

IMPORTED = ("ctgov", "ctgov-csv", "ictrp", "pubmed", "nbib", "ris")
REGISTERS = ("ctgov", "ctgov-csv", "ictrp")
NEW, SAME, PATIENTS, NOT_A_TRIAL, HELD = "NEW", "SAME REPORT", "SAME PATIENTS?", "NOT A TRIAL", "HELD"


@dataclass
class TrialPlan:
    """What the check makes of one trial."""

    trial_id: str
    state: str
    source: str = ""
    evidence: list[str] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)
    errors: list[Finding] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    updates: int = 0


@dataclass
class Plan:
    """The whole answer of a check; ``future`` is what would be written, of the trials that are clean."""

    raw: Path
    bundles: list[Bundle]
    decisions: Decisions
    trials: dict[str, TrialPlan] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    additions: list[Row] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    flags: list[tuple[Said, Row | None]] = field(default_factory=list)
    future: Future = field(default_factory=Future)
    scores: dict[str, Score] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)

    def at_level(self, level: str) -> list[Finding]:
        """Findings of one level, such as ``error``."""
        return [one for one in self.findings if one.level == level]

    @property
    def errors(self) -> list[Finding]:
        """Findings that must be put right."""
        return self.at_level("error")

    @property
    def repairs(self) -> list[Finding]:
        """Changes to cells that are proposed."""
        return self.at_level("repair")

    @property
    def questions(self) -> list[Finding]:
        """The questions that nobody has answered."""
        return [one for one in self.at_level("question") if self.decisions.answer(one) is None]

    @property
    def held(self) -> list[TrialPlan]:
        """Trials that cannot be enrolled yet."""
        return [trial for trial in self.trials.values() if trial.state == HELD]

    @property
    def clean(self) -> bool:
        """Whether nothing is left to put right or to answer."""
        return not (self.errors or self.repairs or self.questions or self.held)

    @property
    def nothing_to_write(self) -> bool:
        """Whether no row would be added and no cell changed."""
        return not (self.additions or self.updates)


def hashes(raw: Path) -> dict[str, str]:
    """SHA-256 of each raw table."""
    return {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(raw.glob("*.csv"))}

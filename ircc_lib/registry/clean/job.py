"""What the cleaning of one table works with: its name, the vocabularies, and where doubts go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from ircc_lib.registry.ingest.flags import Flags
from ircc_lib.registry.vocabulary import Vocabularies


@dataclass(frozen=True)
class Job:
    """The cleaning of one table."""

    table: str
    flags: Flags
    vocabularies: Vocabularies

    def flag(self, where: pd.Series, column: str, found: Any, why: Any, allowed: str) -> None:
        """Flag cells of the table; see `Flags.add`."""
        self.flags.add(self.table, where, column, found, why, allowed)

    def look_up(self, reported: pd.Series, name: str) -> pd.DataFrame:
        """Each reported term's row of a vocabulary; see `Vocabularies.look_up`."""
        return self.vocabularies.look_up(reported, name)

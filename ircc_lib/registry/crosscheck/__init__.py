"""Cross-checks: values that can be read and yet do not go together. The rows stay, flagged."""

import pandas as pd

from ircc_lib.registry.crosscheck import agreement, entry, identity, rates, ratios, repeats, sizes, times
from ircc_lib.registry.ingest.flags import Flags


def flag_doubts(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Flag everything doubtful across the cleaned tables, and mark the rows that repeat another or are of others."""
    for questions in (identity, sizes, entry, rates, times, repeats, agreement, ratios):
        questions.flag(tables, flags)

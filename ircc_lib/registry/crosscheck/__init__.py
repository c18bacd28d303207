"""Cross-checks: values that can be read and yet do not go together. The rows stay, flagged."""

import pandas as pd

from ircc_lib.registry.crosscheck import (
    agreement,
    design,
    entry,
    identity,
    intervals,
    papers,
    parts,
    rates,
    ratios,
    references,
    repeats,
    sizes,
    times,
)
from ircc_lib.registry.crosscheck.between import copies, registers, standard, words
from ircc_lib.registry.ingest.flags import Flags

_QUESTIONS = (
    identity,
    papers,
    design,
    sizes,
    parts,
    entry,
    references,
    rates,
    times,
    repeats,
    agreement,
    intervals,
    ratios,
    standard,
    copies,
    registers,
    words,
)


def flag_doubts(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Flag everything doubtful across the cleaned tables, and mark the rows that repeat another or are of others."""
    for questions in _QUESTIONS:
        questions.flag(tables, flags)

"""Cross-checks: values that can be read and yet do not go together."""

import pandas as pd

from .flags import Flags


def flag_doubts(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Everything doubtful across the cleaned tables."""

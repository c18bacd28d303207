"""Ratios with the logarithm and the standard error by which they are pooled elsewhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeGuard

from ircc_lib.analysis.normal import Z95

WIDTH = 2 * Z95  # of a 95 % interval in standard errors; Cochrane Handbook 6.3.2
_ENDS = {
    "hr": [("ci_low", "ci_high")],
    "rr": [("rr_low", "rr_high"), ("ci_low", "ci_high")],
    "ratio": [("ci_low", "ci_high")],
    "common": [("common_low", "common_high")],
    "common_hr": [("common_ci_low", "common_ci_high")],
    "other_ratio": [("other_ci_low", "other_ci_high")],
    "hr_randomised": [("ci_low_randomised", "ci_high_randomised")],
    "hr_other": [("ci_low_other", "ci_high_other")],
}


def with_logs(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> tuple[list[str], list[list[Any]]]:
    """Columns with those of each ratio's logarithm, and of the standard error that its interval implies, added.

    A ratio whose own logarithm and standard error are there already is left as it is.

    Parameters
    ----------
    header : sequence of str
        Names of the columns.
    rows : sequence of sequence
        Plain values.

    Returns
    -------
    tuple of list
        The header and the rows, longer by two columns for each ratio.

    >>> with_logs(["hr", "ci_low", "ci_high"], [[0.5, 0.25, 1.0]])[0]
    ['hr', 'ci_low', 'ci_high', 'log_hr', 'se_log_hr']
    """
    names, filled = list(header), [list(row) for row in rows]
    for ratio, ends in _ENDS.items():
        found = next((pair for pair in ends if {ratio, *pair} <= set(names)), None)
        if found is None or f"log_{ratio}" in names or not any(_is_ratio(row[names.index(ratio)]) for row in filled):
            continue
        places = [names.index(name) for name in (ratio, *found)]
        for row in filled:
            row += _log_and_se(*(row[place] for place in places))
        names += [f"log_{ratio}", f"se_log_{ratio}"]
    return names, filled


def _is_ratio(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0


def _log_and_se(ratio: object, low: object, high: object) -> list[float | None]:
    log = math.log(ratio) if _is_ratio(ratio) else None
    se = (math.log(high) - math.log(low)) / WIDTH if _is_ratio(low) and _is_ratio(high) else None
    return [log, se]

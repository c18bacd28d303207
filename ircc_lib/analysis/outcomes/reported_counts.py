"""From a printed percentage to a count, only where the count is certain."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Count:
    """Events of patients, or the reason why there are none to pool.

    source : ``counts`` (printed), ``categories`` (added up), ``percentage`` (read back), or "" with `why`
    """

    events: int | None = None
    n: int | None = None
    source: str = ""
    why: str = ""

    @property
    def proportion(self) -> float:
        """Events of n, 0 to 1; NaN where there is no count."""
        return math.nan if self.events is None or not self.n else self.events / self.n


def count_of(events: Any, n: Any, *, source: str = "counts") -> Count:
    """Events of n patients, or the reason why that is no count: nobody counted, or more events than patients.

    >>> count_of(3, 12).events, count_of(30, 16).why
    (3, '30 of 16: more than there are')
    """
    events, n = int(events), int(n)
    if n < 1:
        return Count(why="of no patients: the number counted is 0")
    if events > n:
        return Count(why=f"{events:,} of {n:,}: more than there are")
    return Count(events=events, n=n, source=source)


def count_of_percentage(pct: float, n: Any) -> Count:
    """The only count of `n` that rounds to the percentage as printed.

    Parameters
    ----------
    pct : percentage as printed, 0..100; its decimals say how it was rounded
    n : patients; missing where not reported

    Examples
    --------
    >>> count_of_percentage(46.15, 65).events
    30
    >>> count_of_percentage(91.6, 36).why
    '91.6 % is no whole number of 36 patients (33 of 36 is 91.7 %)'
    """
    if pd.isna(n):
        return Count(why=f"{shown_percent(pct)}, but the number of patients is not stated")
    if n < 1:
        return Count(why=f"{shown_percent(pct)} of no patients")
    n = int(n)
    fitting = [events for events in _candidates(pct, n) if prints_as(events, n, pct)]
    if len(fitting) == 1:
        return Count(events=fitting[0], n=n, source="percentage")
    if fitting:
        return Count(why=f"{shown_percent(pct)} fits {fitting[0]} to {fitting[-1]} of {n} patients")
    nearest = round(pct * n / 100)
    would = f"{100 * nearest / n:.{_decimals(pct)}f} %"
    return Count(why=f"{shown_percent(pct)} is no whole number of {n} patients ({nearest} of {n} is {would})")


def prints_as(events: int, n: int, pct: float) -> bool:
    """Whether events of n, rounded to the decimals of `pct`, is `pct`.

    >>> prints_as(11, 28, 39.0), prints_as(5, 10, 70.0)
    (True, False)
    """
    return abs(100 * events / n - pct) <= 0.5 * 10 ** -_decimals(pct) + 1e-9


def shown_percent(pct: float) -> str:
    """A percentage with as many digits as were reported."""
    return f"{pct:.{_decimals(pct)}f} %"


def _candidates(pct: float, n: int) -> range:
    half = 0.5 * 10 ** -_decimals(pct)
    return range(max(0, int((pct - half) * n / 100)), min(n, int((pct + half) * n / 100) + 1) + 1)


def _decimals(pct: float) -> int:
    """Decimals as printed, as far as a number keeps them: 62.20 reads as 62.2."""
    return max(0, -int(Decimal(repr(float(pct))).normalize().as_tuple().exponent))

"""A parser over a whole column: each distinct text is read once."""

from collections.abc import Callable
from typing import Generic, TypeVar

import numpy as np
import pandas as pd

_Reading = TypeVar("_Reading")


def read_distinct(reported: pd.Series, parse: Callable[[str], _Reading | None]) -> "Readings[_Reading]":
    """Read every distinct text of a column with ``parse`` (None: unread)."""
    codes, distinct = pd.factorize(reported)
    return Readings(reported, codes, [parse(str(text)) for text in distinct])


class Readings(Generic[_Reading]):
    """What a parser made of a column: take one of its attributes as a new column."""

    def __init__(self, reported: pd.Series, codes: np.ndarray, parsed: list[_Reading | None]) -> None:
        self._reported, self._codes, self._parsed = reported, codes, parsed

    def take(self, value: Callable[[_Reading], object], dtype: str) -> pd.Series:
        """``value`` of each reading, in the column's order; missing where there is none."""
        distinct = [None if one is None else value(one) for one in self._parsed]
        values = pd.Series([*distinct, None], dtype="object").astype(dtype)
        return values.take(self._codes).set_axis(self._reported.index)

    @property
    def read(self) -> np.ndarray:
        """Which rows hold text that the parser read (bool)."""
        read = np.array([*(one is not None for one in self._parsed), False], dtype=bool)
        return read[self._codes]

    @property
    def unread(self) -> pd.Series:
        """Where there is text that the parser left."""
        unread = np.array([*(one is None for one in self._parsed), False], dtype=bool)
        return pd.Series(unread[self._codes], index=self._reported.index)

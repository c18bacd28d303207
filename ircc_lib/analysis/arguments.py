"""Arguments of the statistical functions: read as numbers, or refused in one sentence that names them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

T = TypeVar("T")


def vector(name: str, values: ArrayLike, what: str = "numbers") -> np.ndarray:
    """A flat float array of an argument; NaN stays, for the caller to judge.

    >>> vector("yi", [1, None])
    array([ 1., nan])
    """
    if isinstance(values, (str, bytes, dict)) or values is None:
        raise TypeError(f"{name}: a list of {what} is needed, found {type(values).__name__}")
    try:
        array = np.asarray(list(values) if isinstance(values, (set, range, map)) else values)
        if array.dtype.kind in "cmM":  # complex numbers, dates and durations are no plain numbers
            raise TypeError(array.dtype)
        array = (
            np.asarray(array, dtype=float)
            if array.dtype != object
            else np.array(pd.to_numeric(pd.Series(list(array)), errors="raise"), dtype=float)
        )
    except (TypeError, ValueError, AttributeError):
        raise ValueError(f"{name}: the {what} are not all numbers") from None
    if array.ndim != 1:
        raise ValueError(f"{name}: a flat list of {what}, one value each, is needed, found the shape {array.shape}")
    return array


def number(name: str, value: Any, *, low: float = -math.inf, high: float = math.inf) -> float:
    """A finite number strictly between two bounds, both left out.

    >>> number("alpha", 0.05, low=0, high=1)
    0.05
    """
    if isinstance(value, (str, bytes, bool)) or value is None:
        raise TypeError(f"{name}: a number is needed, found {value!r}")
    try:
        found = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name}: a number is needed, found {type(value).__name__}") from None
    if not low < found < high:
        bounds = f"must lie between {low:g} and {high:g}" if math.isfinite(high) else f"must be above {low:g}"
        raise ValueError(f"{name} is {value}; it {bounds if math.isfinite(low) else 'must be finite'}")
    return found


def whole(name: str, value: Any, *, at_least: int) -> int:
    """A whole number, not below `at_least`."""
    found = number(name, value)
    if found != round(found) or found < at_least:
        raise ValueError(f"{name}: a whole number of at least {at_least} is needed, {value} was given")
    return int(found)


def choice(name: str, value: Any, allowed: Sequence[Any]) -> None:
    """Refuse an option that is not among those allowed."""
    if not any(type(value) is type(one) and value == one for one in allowed):
        listed = [str(one) for one in allowed]
        shown = repr(value) if isinstance(value, (str, int, float)) else f"of type {type(value).__name__}"
        choices = f"{', '.join(listed[:-1])} or {listed[-1]}" if len(listed) > 1 else listed[0]
        raise ValueError(f"{name} {shown} is not known; choose {choices}")


def chosen(name: str, value: str, options: Mapping[str, T]) -> T:
    """What an option stands for, or a refusal that lists the options."""
    choice(name, value, list(options))
    return options[value]


def frame(name: str, value: Any, columns: Sequence[str]) -> pd.DataFrame:
    """A DataFrame that has the columns named."""
    if not isinstance(value, pd.DataFrame):
        raise TypeError(f"{name}: a DataFrame is needed, found {type(value).__name__}")
    for column in columns:
        if column not in value.columns:
            raise ValueError(f"{name} has no column {column!r}, found {list(value.columns)}")
    return value


def labels(name: str, values: Any, k: int) -> pd.Series:
    """One label a trial, none missing."""
    if isinstance(values, (str, bytes, dict, pd.DataFrame)) or not hasattr(values, "__iter__"):
        raise TypeError(f"{name}: a list of one value per trial is needed, found {type(values).__name__}")
    found = pd.Series(list(values))
    if len(found) != k:
        raise ValueError(f"{name}: {k} trials but {len(found)} values were given")
    if found.isna().any():
        raise ValueError(f"{name}: trial {int(np.flatnonzero(found.isna())[0]) + 1} has none")
    return found

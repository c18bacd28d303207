"""Sex, age and percentages."""

import re

from ircc_lib.registry.parse.quantities import PLAIN, plain_text

_SEX = {"f": "F", "female": "F", "woman": "F", "m": "M", "male": "M", "man": "M"}
_AGE = re.compile(rf"({PLAIN})(?: years?(?: old)?| y)?", re.I)
_PERCENT = re.compile(rf"({PLAIN})\s?%?")


def parse_sex(text: str) -> str | None:
    """F or M.

    >>> parse_sex("male")
    'M'
    """
    return _SEX.get(text.strip().lower())


def parse_age(text: str) -> float | None:
    """Years, from 0 to 120.

    >>> parse_age("57"), parse_age("57 years old"), parse_age("570")
    (57.0, 57.0, None)
    """
    match = _AGE.fullmatch(plain_text(text))
    return float(match[1]) if match and float(match[1]) <= 120 else None


def parse_percent(text: str) -> float | None:
    """A rate of 0 to 100 as a proportion of 0 to 1.

    >>> parse_percent("62.5 %"), parse_percent("140")
    (0.625, None)
    """
    match = _PERCENT.fullmatch(plain_text(text))
    return float(match[1]) / 100 if match and float(match[1]) <= 100 else None

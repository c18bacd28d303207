"""Grades of adverse events: one, or a range of them, in either kind of numeral."""

import re
from dataclasses import dataclass, field

from ircc_lib.registry.parse.quantities import plain_text

_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}
_ONE = r"(?:[1-5]|I{1,3}|IV|V)"
_GRADES = re.compile(
    rf"(?:(?:WHO|CTCAE|NCI-CTC) )?(?:grades? )?(?P<least>>=|at least )?(?P<most><=|up to )?(?P<low>{_ONE})"
    rf"(?:(?:\s?-\s?| to | and | or |, )(?:grade )?(?P<high>{_ONE}))?(?P<beyond>\+| (?:or|and) (?:higher|above|more))?",
    re.I,
)


@dataclass(frozen=True)
class Grades:
    """Lowest and highest grade, from 1 to 5."""

    low: int
    high: int
    reported: str = field(default="", compare=False)

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low}-{self.high}"


def parse_grades(text: str) -> Grades | None:
    """Read ``3``, ``II-IV``, ``grade 3 or higher``, ``>=3``; None where the text is anything else.

    >>> str(parse_grades("II-IV")), str(parse_grades("grade 3 or higher")), parse_grades("1/3")
    ('2-4', '3-5', None)
    """
    match = _GRADES.fullmatch(plain_text(text))
    if not match:
        return None
    low, high = _number(match["low"]), _number(match["high"] or match["low"])
    if (match["least"] or match["beyond"]) and not match["high"]:
        high = 5
    if match["most"] and not match["high"]:
        low = 1
    return Grades(low, high, text) if low <= high else None


def _number(said: str) -> int:
    return _ROMAN.get(said.upper()) or int(said)

"""Partial dates: a year, a month or a day."""

import datetime
import re
from dataclasses import dataclass, field

_DATE = re.compile(r"(?P<year>(?:19|20)\d\d)(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?", re.ASCII)


@dataclass(frozen=True)
class ParsedDate:
    """``first`` is the first day of the period that ``precision`` (year, month, day) names."""

    first: datetime.date
    precision: str
    reported: str = field(default="", compare=False)

    def __str__(self) -> str:
        return self.first.isoformat()[: {"year": 4, "month": 7, "day": 10}[self.precision]]


def parse_date(text: str) -> ParsedDate | None:
    """Read ``2009``, ``2009-11`` or ``2009-11-30`` (ISO 8601); nothing else.

    >>> parse_date("2009-11").first.isoformat(), parse_date("2009-11").precision
    ('2009-11-01', 'month')
    """
    match = _DATE.fullmatch(text.strip())
    if not match:
        return None
    year, month, day = match["year"], match["month"], match["day"]
    try:
        first = datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return ParsedDate(first, "day" if day else "month" if month else "year", text)

"""Survival times: a number and its unit, to months."""

import re
from dataclasses import dataclass, field

from ircc_lib.registry.parse.quantities import PLAIN, plain_text, printed

DAYS_PER_MONTH = 30.4375
"""A Julian year of 365.25 days over twelve."""

MONTHS = {"days": 1 / DAYS_PER_MONTH, "weeks": 7 / DAYS_PER_MONTH, "months": 1.0, "years": 12.0}
"""What one of each unit is in months."""

_TIME = re.compile(
    rf"(?P<before>[+>])?\s*(?P<number>{PLAIN})\s*(?P<after>\+)?"
    r"\s*(?P<unit>days?|weeks?|months?|years?)?\.?",
    re.I,
)
_NOT_REACHED = re.compile(
    r"(?:the )?(?:median )?(?:was |has |is )?not? (?:yet |been ){0,2}(?:reached|attained|achieved|estimable|evaluable)"
    r"|un(?:reached|attained)|n\.?\s?[re]\.?|[未尚]+(?:达到|到达|达|至)|미도달|未到達",
    re.I,
)


@dataclass(frozen=True)
class ParsedDuration:
    """``months`` is None when the median was not reached; ``censored`` when it lasted longer."""

    number: float | None
    unit: str | None
    reached: bool = True
    censored: bool = False
    reported: str = field(default="", compare=False)

    @property
    def months(self) -> float | None:
        """The duration in months; None where its number or unit is not known."""
        return None if self.number is None or self.unit is None else self.number * MONTHS[self.unit]

    def __str__(self) -> str:
        if self.number is None:
            return "not reached"
        return f"{printed(self.number)}{'+' if self.censored else ''} {self.unit}"


def parse_duration(text: str, unit: str | None = None) -> ParsedDuration | None:
    """Read a time; ``unit`` (days, weeks, months, years) holds unless the text names one.

    A month is 30.4375 days, a week 7 days, a year 12 months. A plus or greater-than sign marks a time
    that went on after observation. Text without a unit, or with another than ``unit``, is not read.

    >>> parse_duration("330", "days").months.__round__(2), parse_duration("2 years").months
    (10.84, 24.0)
    >>> parse_duration("not reached").reached, parse_duration("+19", "months").censored
    (False, True)
    """
    said = plain_text(text)
    if _NOT_REACHED.fullmatch(said):
        return ParsedDuration(None, None, reached=False, reported=text)
    match = _TIME.fullmatch(said)
    if not match or (match["before"] and match["after"]):
        return None
    named = match["unit"].lower().rstrip("s") + "s" if match["unit"] else None
    if not (named or unit) or (named and unit and named != unit) or (named or unit) not in MONTHS:
        return None
    return ParsedDuration(
        float(match["number"]), named or unit, censored=bool(match["before"] or match["after"]), reported=text
    )

"""Values as editions of the registry's report have printed them."""

import re
from dataclasses import dataclass, field

from ircc_lib.registry.parse.quantities import PLAIN, plain_text, power_of_ten, printed, scaled

_CLAIM = re.compile(
    rf"(?P<over>over |more than |>)?(?P<number>{PLAIN})(?:\s?x\s?10\^(?P<power>\d{{1,2}}))?"
    r"(?:\s?(?:/|of)\s?(?P<whole>\d+))?",
    re.I,
)


@dataclass(frozen=True)
class ParsedClaim:
    """``relation`` is exact or above; ``whole`` is what ``value`` is a part of, if it is."""

    value: float
    relation: str = "exact"
    whole: int | None = None
    reported: str = field(default="", compare=False)

    def __str__(self) -> str:
        number = power_of_ten(self.value) if self.value >= 1e6 else printed(self.value)
        return (
            ("over " if self.relation == "above" else "")
            + number
            + (f"/{self.whole}" if self.whole is not None else "")
        )


def parse_claim(text: str) -> ParsedClaim | None:
    """Read ``106``, ``over 30``, ``91/384``, ``10 of 11`` or ``5.2 x 10^10``.

    >>> parse_claim("over 30").relation, parse_claim("91/384").whole, parse_claim("5.2 x 10^10").value
    ('above', 384, 52000000000.0)
    """
    match = _CLAIM.fullmatch(plain_text(text))
    if not match or (match["whole"] and (match["power"] or float(match["number"]) > int(match["whole"]))):
        return None
    return ParsedClaim(
        scaled(match["number"], int(match["power"] or 0)),
        "above" if match["over"] else "exact",
        int(match["whole"]) if match["whole"] else None,
        text,
    )

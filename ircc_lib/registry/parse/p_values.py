"""p-values: a number and how it relates to the true one."""

import re
from dataclasses import dataclass, field

from ircc_lib.registry.parse.quantities import PLAIN, plain_text, printed, scaled

RELATIONS = ("exact", "below", "above", "not significant", "ambiguous", "unreadable")

_NUMBER = rf"(?P<number>{PLAIN})(?:e(?P<e>-\d{{1,3}})|\s?[x*]\s?10\s?\^\s?(?P<power>-\d{{1,3}}))?"
_P = re.compile(rf"(?:p(?:[ -]?values?)?\s*)?(?P<sign><=|>=|<|>|=)?\s*{_NUMBER}", re.I)
_NOT_SIGNIFICANT = re.compile(r"(?:p\s*=?\s*)?(?:ns|n\.s\.?|not significant|non-?significant)", re.I)


@dataclass(frozen=True)
class ParsedP:
    """``value`` is None where the text gives no number or more than one."""

    value: float | None
    relation: str
    reported: str = field(default="", compare=False)

    def __str__(self) -> str:
        if self.value is None:
            return {"not significant": "ns"}.get(self.relation, self.reported)
        return {"below": "<", "above": ">"}.get(self.relation, "") + printed(self.value)


def parse_p(text: str) -> ParsedP:
    """Read a p-value; what cannot be read has the relation ``unreadable``.

    A value printed as zero has been rounded, so it is below half of its last digit: ``0.000`` is below
    0.0005. At most and at least (``<=``, ``>=``) are read as below and above. A comma is not taken
    for a decimal point.

    >>> parse_p("P = 0.03").value, parse_p("<.001").relation, parse_p("0.000").value
    (0.03, 'below', 0.0005)
    >>> parse_p("0.001 or 0.004").relation, parse_p("1.4").relation
    ('ambiguous', 'unreadable')
    """
    said = plain_text(text)
    if _NOT_SIGNIFICANT.fullmatch(said):
        return ParsedP(None, "not significant", text)
    several = re.split(r"\s+(?:or|and)\s+|\s*;\s*", said, flags=re.I)
    if len(several) > 1:
        readable = all(_one(part, text).relation != "unreadable" for part in several)
        return ParsedP(None, "ambiguous" if readable else "unreadable", text)
    return _one(said, text)


def _one(said: str, reported: str) -> ParsedP:
    unreadable = ParsedP(None, "unreadable", reported)
    match = _P.fullmatch(said)
    if not match:
        return unreadable
    value = scaled(match["number"], int(match["e"] or match["power"] or 0))
    relation = {"<": "below", "<=": "below", ">": "above", ">=": "above"}.get(match["sign"], "exact")
    if value > 1 or (value == 1 and relation == "above"):
        return unreadable
    if value == 0:
        places = len(match["number"].partition(".")[2])
        if relation != "exact" or not places or match["e"] or match["power"]:
            return unreadable
        return ParsedP(scaled("5", -places - 1), "below", reported)
    return ParsedP(value, relation, reported)

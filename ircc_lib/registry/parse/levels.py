"""The confidence level of an interval, as a note says it."""

import re
from dataclasses import dataclass, field

from ircc_lib.registry.parse.quantities import plain_text

LEVELS = (80, 90, 95, 97, 97.5, 98, 98.3, 99, 99.5, 99.9)
"""Per cent that intervals are computed at; another number beside "CI" is a rate."""

_WORDS = {"eighty": 80, "ninety": 90, "ninety-five": 95, "ninety five": 95, "ninety-nine": 99, "ninety nine": 99}
_NUMBER = r"(?P<{0}>\d\d(?:\.\d+)?|{1})"
_SAID = "|".join(sorted(_WORDS, key=len, reverse=True))
_PER_CENT = r"[ -]?(?:%|per ?cent\b|pct\b|percent\b)"
_INTERVAL = r"(?:two-sided |confidence |conf\. ?|credible )?(?:C\.?I\.?s?(?![a-z])|K\.?I\.?(?![a-z])|confidence|interval|limits)"
_FORMS = (
    rf"(?<![\d.]){_NUMBER.format('a', _SAID)}(?:{_PER_CENT})[ -]?\(?{_INTERVAL}",
    rf"(?<![\d.]){_NUMBER.format('c', _SAID)}[ -](?:CIs?\b|confidence)",
    rf"\b(?:CIs?|confidence (?:intervals?|limits)|intervals?)(?: (?:level|of|at|is|are|was|were|the))*[ :=(]*"
    rf"{_NUMBER.format('b', _SAID)}(?:{_PER_CENT})(?! ?[-,;]? ?(?:to )?\d)",
    rf"\bCI{_NUMBER.format('e', _SAID)}\b",
    rf"\b(?:confidence )?level(?: of| is|:| =)? ?{_NUMBER.format('d', _SAID)}(?:{_PER_CENT})?",
    r"\b(?:confidence )?level(?: of| is|:| =)? ?(?P<p>0?\.\d{2,3})\b",
    r"(?:\balpha|α)(?: of| is|:| =|=)? ?(?P<q>0?\.\d{1,3})\b",
)
_LEVEL = re.compile("|".join(_FORMS), re.I)
_RATE = re.compile(r"(?:OS|PFS|DFS|RFS|EFS|survival|rates?|ORR|DCR|alive|year|month|response)[^.;]{0,12}$", re.I)
_MENTIONS = re.compile(r"\b(?:CIs?|confidence|intervals?|alpha|level|KI)\b|CI\d|α|konfidenz", re.I)
_OTHER_LEVEL = re.compile(
    r"(?<![\d.])(?:80|90|0?\.(?:8|9|80|90|98|99)|97\.5|98|99(?:\.\d)?)(?![\d.])(?! ?(?:months?|years?|weeks?|days?|patients?))|"
    r"\b(?:eighty|ninety)\b",
    re.I,
)
_SPOKEN = r"(?:C\.? ?I\.?s?|CrI|HDI|CL|IC|KI|conf(?:idence|\.)?|credib\w*|interval\w*|limits?|可信区间|置信区间|信頼区間|신뢰구간)"
_BESIDE = re.compile(
    rf"(?<![\d.])(?P<before>[89]\d(?:\.\d+)?) ?(?:%|per ?cent|pct)?[ -]?\(?{_SPOKEN}(?![a-z])|"
    rf"(?<![a-z]){_SPOKEN}[ :=(]*(?P<after>[89]\d(?:\.\d+)?) ?(?:%|per ?cent|pct)(?! ?[-,;]? ?(?:to )?\d)",
    re.I,
)
"""A number that looks like a level beside a word for an interval, however it is spelt; 95 % is the usual one."""
_ONE_SIDED = re.compile(r"\bone[- ]?(?:sided|tailed)\b(?:[^.;]|\.(?=\d)){0,20}(?:%|\bCIs?\b|confidence|interval)", re.I)


@dataclass(frozen=True)
class Level:
    """``value`` is a proportion; None where the text speaks of a level that cannot be told."""

    value: float | None
    reported: str = field(default="", compare=False)

    def __str__(self) -> str:
        return self.reported if self.value is None else f"{self.value * 100:g} % CI"


def parse_level(text: str) -> Level | None:
    """Read ``90% CI``, ``CI 90%``, ``99 % confidence interval``; None where no level is spoken of.

    A rate beside its own interval (``1-year PFS 62% CI 50-74``) is no level. A number that looks like a level beside
    a word for an interval and is not read leaves the level open, and so does an interval called one-sided.

    >>> parse_level("90% confidence interval").value, parse_level("1-year PFS 62% CI 50-74")
    (0.9, None)
    """
    said = plain_text(text)
    found, doubt = set(), False
    for match in _LEVEL.finditer(said):
        number = next((match[name] for name in "abcde" if match[name]), None)
        if number is None:
            level = float(match["p"] or 1 - float(match["q"])) * 100
        else:
            level = _WORDS.get(number.lower()) or float(number)
        level = round(level, 3)
        if level not in LEVELS:
            continue
        if match["a"] and _RATE.search(said[: match.start()]):
            doubt |= level != 95
            continue
        found.add(level)
    beside = {float(one["before"] or one["after"]) for one in _BESIDE.finditer(said)}
    rates = _RATE.search(said[: first.start()]) if (first := _BESIDE.search(said)) else None
    doubt |= bool(beside - found - {95.0}) and not rates
    doubt |= bool(_ONE_SIDED.search(said)) and bool(found or beside)
    if len(found) == 1 and not doubt:
        return Level(found.pop() / 100, text)
    if found or doubt or (_MENTIONS.search(said) and _OTHER_LEVEL.search(said)):
        return Level(None, text)
    return None

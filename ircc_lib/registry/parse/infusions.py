"""How many infusions, cycles or courses a patient received.

Only a number plainly stated for a patient is read. Sums over patients (``55 infusions in 16 patients``)
and schedules that would have to be added up are not. A schedule without a number (``every 4 weeks``) is
read as that: the number is not stated.
"""

import re
from dataclasses import dataclass, field

from ircc_lib.registry.parse.quantities import WORDS, plain_text

MOST_PER_PATIENT = 60
"""Above this a count is of many patients; the registry's first report found 40 at most (Hontscha 2011)."""

_N = rf"(?:\d{{1,3}}|{'|'.join(WORDS)})"
_COUNT = rf"(?P<bound>at least |up to )?(?P<low>{_N})(?:(?:\s?-\s?| to | or )(?P<high>{_N}))?"
_UNIT = r"(?P<unit>infusion|transfusion|cycle|course|dose|time)s?"
_PRODUCT = r"(?: (?:IV|DC/CIK|DC-CIK|CIK|of CIK cells))?"
_EVERY = r"every \d+(?:-\d+)? (?:days|weeks|months)"
_BEFORE = rf"(?:(?:once )?{_EVERY}(?:,|;| for)? |twice a week; |once a week; |\d consecutive days, )?"
_AFTER = (
    rf"(?:,? {_EVERY}| scheduled| planned| \(\d+ per month\)| at \d+-(?:day|week|month) intervals?| of \d+ days| from the \d+th fraction"
    r"| \(\d+ months\)| \(at ablation[a-z0-9 ,]*\)|, one course each half year, \d infusions a course"
    r"|; \d+ completed all [a-z]+|; \d+ infusions in all){0,2}"
)
_PLAIN = re.compile(_BEFORE + _COUNT + " " + _UNIT + _PRODUCT + _AFTER, re.I)
_DURING = re.compile(
    r"every \d+ weeks for \d+ weeks \((?P<count>.+)\)"
    r"|(?P<whole>\d+ infusions) during \d+ weeks"
    r"|\d infusions in a fortnight = 1 cycle; (?P<least>at least \d+ cycles)",
    re.I,
)
_WEEKLY = (
    r"(?:(?:\d+ )?weekly(?: for \d+ weeks)?"
    r"|(?:then |\d+ )?every (?:other|\d+) weeks?(?: for \d+ weeks)?)"
)
_BARE = re.compile(
    rf"(?P<n>\d+) (?:planned )?\({_WEEKLY}(?:, {_WEEKLY})*\)|(?P<within>\d+) within \d+ d"
    r"(?:, \d+ weeks? after chemotherapy)?",
    re.I,
)
_CENTRE = re.compile(
    rf"(?:[a-z ]+[;,] )?(?:mean|median|average) [\d.]+(?: {_UNIT})?"
    r" \(range (?P<low>\d+)-(?P<high>\d+)\)",
    re.I,
)
_GROUPS = re.compile(
    rf"(?P<one>{_N}) {_UNIT} \(\d+ patients\)"
    rf" or (?P<other>{_N}) (?P=unit)s? \(\d+ patients\)"
    rf"|(?:{_EVERY}; )?\d+ patients (?P<a>{_N}) (?P<unit2>infusion|cycle|course)s?,"
    rf" \d+ patients (?P<b>{_N}) (?P=unit2)s?",
    re.I,
)
_PER_CYCLE = re.compile(
    rf"(?P<each>{_N}) (?:trans|in)fusions? (?:a|per|each) (?:cycle|course),? (?:for )?(?P<cycles>{_N}) (?:cycle|course)s?",
    re.I,
)
_ONE = re.compile(r"(?:one|1|single)[- ]?time (?:infusion|transfusion|dose)s?|(?:infused|given) once", re.I)
_OFTEN = (
    r"(?:once )?(?:daily|weekly|biweekly|fortnightly|monthly|trimonthly|(?:twice|once) (?:a|every) (?:week|month)"
    r"|every (?:(?:other|\d+(?:-\d+)?) )?(?:days?|weeks?|months?))"
    r"(?: for (?:the (?:first|next) )?(?:\w+ )?(?:days?|weeks?|months?|cycles?)| for the next \w+"
    r"| until [a-z ]+)?"
)
_SCHEDULE = re.compile(
    rf"{_OFTEN}(?:[,;]? (?:then )?{_OFTEN})*|number not stated"
    rf"|(?:{_N}) infusions a course, within \d+ weeks"
    r"|days? \d+(?:,? (?:and )?\d+)* of (?:each|the (?:\w+ (?:and )?)+)[a-z ]*cycles?",
    re.I,
)
_UNITS = {
    "infusion": "infusions",
    "transfusion": "infusions",
    "dose": "infusions",
    "time": "infusions",
    "cycle": "cycles",
    "course": "courses",
}


@dataclass(frozen=True)
class Infusions:
    """Lowest and highest number a patient received; None where only a bound is stated, or a schedule alone."""

    low: int | None
    high: int | None
    unit: str
    reported: str = field(default="", compare=False)

    def __str__(self) -> str:
        if self.low is None and self.high is None:
            return "number not stated"
        if self.high is None:
            return f"at least {self.low} {self.unit}"
        if self.low is None:
            return f"up to {self.high} {self.unit}"
        if self.low == self.high:
            return f"{self.low} {self.unit.removesuffix('s') if self.low == 1 else self.unit}"
        return f"{self.low}-{self.high} {self.unit}"


def parse_infusions(text: str) -> Infusions | None:
    """Read the infusions (or cycles, courses) of a patient; None where the text does not decide.

    A number without a unit counts infusions, as the column says.

    >>> parse_infusions("8 cycles (39 patients) or 10 cycles (6 patients)").high
    10
    >>> parse_infusions("median 2 (range 1-7)").low, parse_infusions("55 infusions in 16 patients")
    (1, None)
    """
    said = plain_text(text)
    inner = _DURING.fullmatch(said)
    if inner:
        said = inner["count"] or inner["whole"] or inner["least"]
    if _ONE.fullmatch(said):
        return Infusions(1, 1, "infusions", text)
    if _SCHEDULE.fullmatch(said):
        return Infusions(None, None, "infusions", text)
    if each := _PER_CYCLE.fullmatch(said):
        total = _number(each["each"]) * _number(each["cycles"])
        return Infusions(total, total, "infusions", text) if 0 < total <= MOST_PER_PATIENT else None
    for pattern in (_PLAIN, _BARE, _CENTRE, _GROUPS):
        match = pattern.fullmatch(said)
        if match:
            return _checked(match, text)
    return None


def _checked(match: re.Match[str], text: str) -> Infusions | None:
    found = {name: value for name, value in match.groupdict().items() if value}
    numbers = [
        _number(found[name]) for name in ("low", "high", "n", "within", "one", "other", "a", "b") if name in found
    ]
    low, high = numbers[0], numbers[-1]
    unit = _UNITS[(found.get("unit") or found.get("unit2") or "infusion").lower()]
    if "one" in found or "a" in found:
        low, high = sorted(numbers)
    if not 0 < low <= high <= MOST_PER_PATIENT or ("bound" in found and "high" in found):
        return None
    bound = found.get("bound", "").strip().lower()
    return Infusions(None if bound == "up to" else low, None if bound == "at least" else high, unit, text)


def _number(said: str) -> int:
    return WORDS[said.lower()] if said.lower() in WORDS else int(said)

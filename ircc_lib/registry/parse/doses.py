"""Cell doses: what a patient was given, absolute or per kg, per infusion or in total.

The grammar takes a whole text apart: an amount or a range, the cells it counts, the body weight it is
divided by, what it was given per, and a schedule that says nothing about the amount. A text with
anything else in it is left unread.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from ircc_lib.registry.parse.quantities import PLAIN, plain_text, power_of_ten, scaled

PER = {
    "infusion": "infusion",
    "transfusion": "infusion",
    "session": "infusion",
    "cycle": "cycle",
    "course": "course",
    "patient": "total",
}
"""What a dose can be given per. A treatment may be an infusion or a course: it stays unstated."""

_EXPONENTS = range(4, 14)  # cell doses are between ten thousand and ten billion times a thousand
_POWER = r"(?:\s?[x*]\s?10(?:\s?\^\s?|\s?\(\s?|\s)?(\d{1,2})\)?|\s?(million|billion))"
_AMOUNT = rf"(?:({PLAIN}){_POWER}|10\^(\d{{1,2}}))"
_SPREAD = rf"\s?(?:±|\+-|\+/-)\s?{PLAIN}"
_CELLS = r"(?:\s?(?:CD3\+ )?(?:CIK )?cells| CIK)?"
_KG = r"(?P<kg>\s?(?:/| per )\s?kg)?"
_COUNTED = r"(?: (?:CD3\+ )?(?:CIK )?cells)?"
_GIVEN_LATE = rf"(?:,? (?:per|each|a) (?P<per_late>{'|'.join(PER)}|treatment))?"
_GIVEN = rf"(?:,? (?:per|each|a) (?P<per>{'|'.join(PER)}|treatment)| in (?P<total>total))?"
_WHEN = (
    r"every \d+ (?:h|hours|d|days|weeks|months)|starting \d+ (?:d|days|weeks) after [a-z]+"
    r"|once|weekly|daily|one a day for \d+ days|on d\d+(?: and d\d+)*(?: of each [a-z]+ cycle)?"
    r"|in \d+ ml|\(web summary\)"
)
_SCHEDULE = rf"(?:,? (?:{_WHEN})){{0,3}}"
_LEADING = r"(?P<lead>>=?|over|more than|at least|<=?|up to|at most|around|about|approximately|mean|median)?"
_ONE = re.compile(
    rf"{_LEADING}(?P<total_first> total)?\s?(?P<amount>{_AMOUNT})(?:{_SPREAD}{_POWER})?"
    rf"{_CELLS}{_KG}{_COUNTED}{_GIVEN}(?: \((?:range )?(?P<low>{PLAIN})(?P<lowpower>{_POWER})?\s?-\s?"
    rf"(?P<high>{PLAIN})(?P<highpower>{_POWER})?\){_GIVEN_LATE})?(?P<times> x \d{{1,2}}(?=,))?{_SCHEDULE}",
    re.I,
)
_RANGE = re.compile(
    rf"(?P<low>{_AMOUNT}|{PLAIN})(?:\s?-\s?| to )(?P<high>{_AMOUNT})"
    rf"{_CELLS}{_KG}{_GIVEN}{_SCHEDULE}",
    re.I,
)
_MEAN = re.compile(rf"({PLAIN}){_SPREAD}({_POWER}){_CELLS}{_KG}{_GIVEN}", re.I)
_LEVELS = re.compile(
    rf"{_CELLS.strip('?')}(?P<kg>/kg)?: (?P<levels>{_AMOUNT}(?: \(n=\d+\))?"
    rf"(?:, {_AMOUNT}(?: \(n=\d+\))?)+)",
    re.I,
)
_LISTED = re.compile(
    rf"(?P<levels>{_AMOUNT}(?:, {_AMOUNT})*,? and {_AMOUNT}){_CELLS}{_KG}{_GIVEN}",
    re.I,
)
_DONORS = re.compile(r"autologous (?P<one>.+), allogeneic (?P<other>.+)", re.I)
_PRODUCTS = re.compile(r"(?P<first>.+?(?:DC|CIK|NK)(?: cells)?) (?:and|or) (?P<second>.+)", re.I)
_GIVEN_AT_END = re.compile(rf"(?: per (?:{'|'.join(PER)})| in total)$", re.I)


@dataclass(frozen=True)
class Dose:
    """Cells, or cells per kg.

    ``low`` and ``high`` are the lowest and highest amount stated (None: not stated), ``centre`` the
    single, typical, mean or median one; ``per`` is infusion, cycle, course, total or unstated.
    """

    low: float | None
    high: float | None
    centre: float | None
    basis: str = "absolute"
    per: str = "unstated"
    reported: str = field(default="", compare=False)

    def __str__(self) -> str:
        tail = "/kg" if self.basis == "per kg" else ""
        tail += {"unstated": "", "total": " in total"}.get(self.per, f" per {self.per}")
        low, high, centre = (
            None if cells is None else power_of_ten(cells) for cells in (self.low, self.high, self.centre)
        )
        if centre is None and low is not None and high is not None:
            return f"{low} - {high}{tail}"
        if centre is None:
            return f">{low}{tail}" if high is None else f"<{high}{tail}"
        if low is None:
            return f"around {centre}{tail}"
        return f"{centre}{tail}" if low == high == centre else f"median {centre}{tail} (range {low}-{high})"


def parse_dose(text: str) -> Dose | None:
    """Read a cell dose; None where the text does not decide.

    ``10 x 109`` and ``12*10 10`` are powers of ten whose exponent lost its place: no cell dose is
    10 times 109. Where several products are named, only the CIK cells count.

    >>> parse_dose("0.5-1.5x10^8/kg per transfusion").high, parse_dose("10 x 109").centre
    (150000000.0, 10000000000.0)
    >>> dose = parse_dose("median total 12.4x10^6/kg (range 7.2-87.4)")
    >>> dose.low, dose.centre, dose.high, dose.basis, dose.per
    (7200000.0, 12400000.0, 87400000.0, 'per kg', 'total')
    """
    said = plain_text(text)
    for read in (_single, _range, _levels, _listed, _donors, _cik_among_others):
        dose = read(said)
        if dose is not None:
            return replace(dose, reported=text) if _possible(dose) else None
    return None


def _possible(dose: Dose) -> bool:
    stated = [x for x in (dose.low, dose.centre, dose.high) if x is not None]
    return all(x > 0 for x in stated) and stated == sorted(stated)


def _amount(said: str, power: str | None = None) -> float | None:
    """Cells; ``power`` is the multiplier of a number that has none of its own."""
    match = re.fullmatch(_AMOUNT, said, re.I)
    if match:
        mantissa, exponent, word, bare = match.groups()
    else:
        of = re.fullmatch(_POWER, power or "", re.I)
        if of is None:
            return None
        mantissa, (exponent, word), bare = said, of.groups(), None
    if word:
        return scaled(mantissa, {"million": 6, "billion": 9}[word.lower()])
    power_of_ten = int(bare or exponent)
    return scaled(mantissa or "1", power_of_ten) if power_of_ten in _EXPONENTS else None


def _power(said: str) -> str | None:
    found = re.search(rf"{_POWER}$", said, re.I)
    return found and found[0]


def _about(match: re.Match[str]) -> dict[str, Any]:
    found = match.groupdict()
    total = found.get("total") or found.get("total_first")
    given = found.get("per") or found.get("per_late") or ""
    per = "total" if total else PER.get(given.lower(), "unstated")
    return {"basis": "per kg" if found["kg"] else "absolute", "per": per}


def _single(said: str) -> Dose | None:
    match = _ONE.fullmatch(said) or _mean(said)
    if not isinstance(match, re.Match):
        return match
    lead = (match["lead"] or "").lower()
    value = _amount(match["amount"])
    about = _about(match)
    if value is None or (match["total_first"] and (match["per"] or match["per_late"])):
        return None
    if match["times"]:
        about["per"] = "infusion"
    if match["low"]:
        power = _power(match["amount"]) if not match["amount"].startswith("10^") else None
        low = _bound(match["low"], match["lowpower"] or power)
        high = _bound(match["high"], match["highpower"] or power)
        if lead not in ("", "mean", "median") or low is None or high is None:
            return None
        return Dose(low, high, value, **about)
    if lead in (">", ">=", "over", "more than", "at least"):
        return Dose(value, None, None, **about)
    if lead in ("<", "<=", "up to", "at most"):
        return Dose(None, value, None, **about)
    return Dose(None, None, value, **about) if lead else Dose(value, value, value, **about)


def _bound(number: str, power: str | None) -> float | None:
    return _amount(number, power) if power else None


def _mean(said: str) -> Dose | None:
    match = _MEAN.fullmatch(said)
    if not match:
        return None
    value = _amount(match[1], match[2])
    return None if value is None else Dose(None, None, value, **_about(match))


def _range(said: str) -> Dose | None:
    match = _RANGE.fullmatch(said)
    if not match:
        return None
    high = _amount(match["high"])
    own_power = re.fullmatch(_AMOUNT, match["low"], re.I)
    if not own_power and match["high"].startswith("10^"):
        return None
    low = _amount(match["low"], None if own_power else _power(match["high"]))
    return None if low is None or high is None else Dose(low, high, None, **_about(match))


def _levels(said: str) -> Dose | None:
    """Dose levels one after the other: the lowest and the highest."""
    match = _LEVELS.fullmatch(said)
    if not match:
        return None
    levels = [_amount(re.sub(r" \(n=\d+\)", "", level)) for level in match["levels"].split(", ")]
    return _from_to(levels, match)


def _listed(said: str) -> Dose | None:
    """Doses one after the other, ``and`` before the last: the lowest and the highest."""
    match = _LISTED.fullmatch(said)
    if not match:
        return None
    doses = [_amount(level) for level in re.split(r",? and |, ", match["levels"])]
    return _from_to(doses, match)


def _from_to(amounts: list[float | None], match: re.Match[str]) -> Dose | None:
    read = [amount for amount in amounts if amount is not None]
    return Dose(min(read), max(read), None, **_about(match)) if len(read) == len(amounts) else None


def _donors(said: str) -> Dose | None:
    """One mean for autologous and one for allogeneic cells: the lower and the higher of them."""
    match = _DONORS.fullmatch(said)
    means = [mean for mean in (_mean(match["one"]), _mean(match["other"])) if mean] if match else []
    if len(means) < 2 or len({(mean.basis, mean.per) for mean in means}) > 1:
        return None
    low, high = sorted(mean.centre for mean in means if mean.centre is not None)
    return Dose(low, high, None, means[0].basis, means[0].per)


def _cik_among_others(said: str) -> Dose | None:
    """Two products in one text, each with its name: the CIK cells."""
    match = _PRODUCTS.fullmatch(said)
    if not match:
        return None
    given = _GIVEN_AT_END.search(said)
    parts = [_GIVEN_AT_END.sub("", part) for part in (match["first"], match["second"])]
    cik = [part for part in parts if re.search(r"\bCIK\b", part)]
    others = [part for part in parts if re.search(r"\b(?:DC|NK)(?: cells)?$", part)]
    if len(cik) != 1 or len(others) != 1:
        return None
    if _single(re.sub(r" (?:DC|NK)( cells)?$", r"\1", others[0])) is None:
        return None
    return _single(cik[0] + (given[0] if given else ""))

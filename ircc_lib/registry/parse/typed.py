"""A number freed of what people type beside it: a footnote's mark, ``n =``, its unit, a share in brackets."""

import re

from ircc_lib.registry.parse.durations import parse_duration
from ircc_lib.registry.parse.quantities import plain_text, printed

COUNTED = ("patients", "events", "centres", "year", "as in denominator", "")
"""Units of columns that hold whole numbers."""

_UNITS = {
    "%": r"%|percent|per cent|prozent",
    "years": r"years?(?: old)?|yrs?|y|jahre?|岁|歲|年|세",
    "months": r"months?|mos?|monate?|个月|個月|月|개월",
    "year": "年|년",
    "centres": r"centres?|centers?|sites?|hospitals?",
    "events": r"events?|deaths?",
}
_PATIENTS = r"patients?|pts?|persons?|cases?|patienten?|例|人|名|명"
_BEFORE = re.compile(r"(?:(?:n|no\.|hr|or|rr)\s*[=:]\s*|(?:hr|or|rr)\s+|=\s*)(?=[\d.])", re.I)
_AFTER = re.compile(r"\s*(?:[*†‡§¶#]+|\^\(?[a-f]\)?|\[\d{1,2}\])$")
_SHARE = re.compile(r"\s*[(\[]\s*\d{1,3}(?:\.\d+)?\s*%\s*[)\]]$")
_GROUPED = re.compile(r"\d{1,3}(?:[ '\u2019]\d{3})+|\d{1,3}\.\d{3}")
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)")


def bare_number(text: str, unit: str | None = None) -> str | None:
    """The number of a cell that holds one number and what people type beside it.

    Parameters
    ----------
    text : str
        The cell as found.
    unit : str, optional
        The unit that its column takes, in the words of the data dictionary: ``patients``, ``%``, ``months``, ...

    Returns
    -------
    str or None
        The number alone; None where the cell is a number already, or may be read in several ways.

    Examples
    --------
    >>> bare_number("34 (56%)", "patients"), bare_number("n = 34", "patients"), bare_number("1 024", "patients")
    ('34', '34', '1024')
    >>> bare_number("57.2%", "%"), bare_number("2.5 years", "months"), bare_number("0·62*")
    ('57.2', '30', '0.62')
    >>> bare_number(">24", "months"), bare_number("57 (34-78)", "years")
    (None, None)
    """
    said = re.sub(r"(?<=\d)\s?[·•∙⋅。‧・]\s?(?=\d)", ".", text.strip())
    said = _BEFORE.sub("", plain_text(said), count=1)
    said = _AFTER.sub("", said)
    if unit in COUNTED:
        said = _SHARE.sub("", said)
        said = re.sub(r"(?<=\d)[a-f]$", "", said) if unit != "year" else re.sub(r"^\((\d{4})\)$", r"\1", said)
    if unit == "months" and (time := parse_duration(said)) and time.unit == "years" and not time.censored:
        return printed(time.months or 0)
    words = _UNITS.get(unit or "", _PATIENTS if unit in COUNTED else "")
    if words:
        said = re.sub(rf"\s*-?\s*(?:{words})\.?$", "", said, flags=re.I)
    said = _unpaired(said)
    if unit in COUNTED:
        if _GROUPED.fullmatch(said):
            said = re.sub(r"\D", "", said)
        said = re.sub(r"\.0*$", "", said)
    if not _NUMBER.fullmatch(said) or (unit in COUNTED and not said.isdecimal()):
        return None
    return said if said != text.strip() else None


def _unpaired(said: str) -> str:
    """Without a bracket that its pair was cut off from, as in ``(12.0`` of an interval typed into two cells."""
    opened, closed = re.match(r"[(\[]", said), re.search(r"[)\]]$", said)
    if opened and not closed:
        return said[1:].strip()
    return said[:-1].strip() if closed and not opened and "(" not in said and "[" not in said else said

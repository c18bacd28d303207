"""Numbers as papers print them: decimals, powers of ten, number words."""

import re
import unicodedata
from decimal import Decimal

PLAIN = r"(?:(?:0|[1-9]\d*)(?:\.\d+)?|\.\d+)"
WORDS = {
    "a": 1,
    "one": 1,
    "single": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
}

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SIGNS = str.maketrans(
    {
        "×": "x",
        "−": "-",
        "–": "-",
        "—": "-",
        "＜": "<",
        "＞": ">",
        "≤": "<=",
        "≥": ">=",
        "⩽": "<=",
        "⩾": ">=",
        "＝": "=",
        "～": "-",
        "∼": "-",
    }
)
_RAISED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+")


def plain_text(text: str) -> str:
    """One spelling for signs that look alike: full-width forms, dashes, the multiplication sign."""
    text = _RAISED.sub(lambda raised: "^" + raised[0].translate(_SUPERSCRIPTS), text)
    text = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS)
    return " ".join(text.split())


def scaled(mantissa: str, exponent: int = 0) -> float:
    """``mantissa`` times ten to the ``exponent``, rounded once.

    >>> scaled("12.4", 6)
    12400000.0
    """
    return float(Decimal(mantissa).scaleb(exponent))


def printed(value: float) -> str:
    """A decimal that reads back as the same float, without an exponent.

    >>> printed(0.00001), printed(3.0)
    ('0.00001', '3')
    """
    text = format(Decimal(repr(float(value))), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def power_of_ten(value: float) -> str:
    """A positive number as papers print a dose; it reads back as the same float.

    >>> power_of_ten(1.24e7)
    '1.24x10^7'
    """
    digits = Decimal(repr(float(value))).normalize()
    exponent = digits.adjusted()
    return f"{digits.scaleb(-exponent):f}x10^{exponent}"

"""How wide words are, before they are drawn: so that a label ends where its column does."""

from __future__ import annotations

import unicodedata
from functools import cache

from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags

from ircc_lib.figures.display import style

_UNITS = 100  # points at which a character is measured


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Inches that a text takes at `size` points; a Chinese or Korean character is as wide as the type is high.

    >>> width("Zhao 2013", 8) < width("Zhao 2013", 9) < width("Zhao 2013", 9, bold=True)
    True
    """
    return sum(_advance(character, bold) for character in text) * size / 72


def fitted(text: str, inches: float, size: float, *, bold: bool = False) -> str:
    """The text, or as much of its beginning as fits, and an ellipsis.

    >>> fitted("extranodal NK/T-cell lymphoma and several others", 1.5, 8.6)
    'extranodal NK/T-cell ly…'
    """
    if width(text, size, bold=bold) <= inches:
        return text
    room = inches - width("…", size, bold=bold)
    kept = 0.0
    for place, character in enumerate(text):
        kept += _advance(character, bold) * size / 72
        if kept > room:
            return text[:place].rstrip(" ,;·") + "…"
    return text


def wrapped(text: str, inches: float, size: float, *, bold: bool = False) -> list[str]:
    """The text in lines that fit, broken between words, and a word that is too long wherever it must be.

    >>> wrapped("CIK/control 40/40 · v no treatment", 1.5, 8.7)
    ['CIK/control 40/40 · v no', 'treatment']
    """
    lines: list[str] = []
    room = inches
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width(joined, size, bold=bold) <= room:
            lines[-1] = joined
            continue
        lines.append("")
        for character in word:
            if width(lines[-1] + character, size, bold=bold) > room:
                lines.append("")
            lines[-1] += character
    return lines


@cache
def _advance(character: str, bold: bool) -> float:
    """Ems from one character to the next."""
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    font = get_font(_file(bold))
    font.set_size(_UNITS, 72)
    return font.load_char(ord(character), flags=LoadFlags.NO_HINTING).linearHoriAdvance / 65536 / _UNITS


@cache
def _file(bold: bool) -> str:
    """The font that the report's words are set in."""
    return findfont(FontProperties(family=style.RC["font.family"], weight="bold" if bold else "normal"))

"""The fonts of a figure: those that come with it, and what is written where none of them has a character."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from logging import getLogger
from pathlib import Path

from matplotlib.font_manager import FontEntry, FontProperties, findfont, fontManager, get_font
from matplotlib.ft2font import FT2Font

FOLDER = Path(__file__).with_name("fonts")
EAST_ASIAN = {"IRCC Han": FOLDER / "han.ttf", "IRCC Hangul": FOLDER / "hangul.ttf"}
UNKNOWN = "\ufffd"  # the sign of a character that cannot be shown; DejaVu Sans has it
UNSEEN = ("Cc", "Cf", "Mn", "Me")  # control and joining characters: without them the words still read
_PLAIN = re.compile(r"[ -~\u00a0-\u024f]*")  # DejaVu Sans has all of these


def register() -> None:
    """Let matplotlib know the fonts of `EAST_ASIAN`, which are their own bold."""
    for name, path in EAST_ASIAN.items():
        fontManager.ttflist += [FontEntry(fname=str(path), name=name, weight=weight) for weight in (400, 700)]


def font_of(properties: FontProperties, dpi: float) -> FT2Font:
    """The font of a text at its size, which falls back on those of `EAST_ASIAN` for characters that it does not have."""
    font = get_font([findfont(properties), *(str(path) for path in EAST_ASIAN.values())])
    font.set_size(properties.get_size_in_points(), dpi)
    return font


def writable(words: str, properties: FontProperties) -> str:
    """The words with a sign for what no font has, one for a run of such characters.

    Examples
    --------
    >>> writable("王晓明 2013 🧬🧬", FontProperties(family="DejaVu Sans"))
    '王晓明 2013 \ufffd'
    """
    if _PLAIN.fullmatch(words):
        return words
    known = _characters(findfont(properties))
    kept = []
    for character in words:
        if ord(character) in known:
            kept.append(character)
        elif unicodedata.category(character) not in UNSEEN and kept[-1:] != [UNKNOWN]:
            kept.append(UNKNOWN)
    return "".join(kept)


@cache
def _characters(path: str) -> frozenset[int]:
    """The characters of a font and of those of `EAST_ASIAN`."""
    return frozenset().union(*(get_font(str(each)).get_charmap() for each in (path, *EAST_ASIAN.values())))


@contextmanager
def without_remarks() -> Iterator[None]:
    """Let matplotlib look for fonts without a remark on those that this machine lacks: it is told of several."""
    remarks = getLogger("matplotlib.font_manager")
    before = remarks.disabled
    remarks.disabled = True
    try:
        yield
    finally:
        remarks.disabled = before


register()

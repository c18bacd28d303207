"""Letters of another script that look like Latin ones, in words and identifiers."""

from __future__ import annotations

import re

_CYRILLIC = "АВЕЅІЈКМНОРСТХУаеѕіјорсухԁѡ"
_LATIN = "ABESIJKMHOPCTXYaesijopcyxdw"
_GREEK = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο"
_AS_GREEK = "ABEZHIKMNOPTYXo"
_LIKE = dict(zip(_CYRILLIC + _GREEK, _LATIN + _AS_GREEK, strict=True))
_OTHER = re.compile(f"[{''.join(_LIKE)}]")
_FOREIGN = re.compile(r"[\u0370-\u03ff\u0400-\u052f]")


def latin(text: str, *, identifier: bool = False) -> str:
    """The text with look-alike letters in Latin words made Latin; an identifier need not hold a Latin letter itself.

    >>> latin("M\\u0430de2018"), latin("IFN-\\u03b3 and \\u041d\\u0418\\u0418"), latin("\\u0421\\u0430\\u043e2019", identifier=True)
    ('Made2018', 'IFN-γ and НИИ', 'Cao2019')
    """
    if not _OTHER.search(text):
        return text
    return re.sub(r"\w+", lambda word: _word(word[0], identifier), text)


def _word(word: str, identifier: bool) -> str:
    foreign = _FOREIGN.findall(word)
    if not foreign or not all(letter in _LIKE for letter in foreign):
        return word
    if identifier or re.search("[A-Za-z]", word):
        return "".join(_LIKE.get(letter, letter) for letter in word)
    return word

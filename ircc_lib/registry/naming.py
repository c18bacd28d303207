"""What the registry and its cells are called: ``vocabularies/registry.csv``, beside the raw tables.

The texts of the library are written for CIK cells. A registry of other cells names its own in that file, and its
pages say those. Identifiers of columns (``n_cik``) and groups (``cik``) are the schema's and stay in every registry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import pandas as pd

from ircc_lib.registry.vocabulary import Vocabularies, read_vocabulary

VOCABULARY = "registry"
WRITTEN = {
    "registry": "International registry on CIK cells",
    "short": "IRCC",
    "cells": "CIK cells",
    "product": "CIK",
    "in full": "cytokine-induced killer cells",
}
"""The names as the library's texts have them."""
_WORD = re.compile(r"CIK|IRCC|cytokine-induced killer", re.I)


def names_file(raw_dir: Path | None = None) -> Path:
    """Where a registry's names stand: beside its raw tables, else in the project, else in the package."""
    return Vocabularies(raw_dir).path(VOCABULARY)


def read_names(path: Path | None = None) -> dict[str, str]:
    """The names of a registry, by the keys of `WRITTEN`.

    Parameters
    ----------
    path : Path, optional
        Their file, as `names_file` finds it; that of the project by default.

    Returns
    -------
    dict of str

    Raises
    ------
    RegistryError
        If the file cannot be read, or a name is there twice.
    ValueError
        If a name is not one of `WRITTEN`, or holds a sign that a page would read as markup.

    Examples
    --------
    >>> read_names()["cells"]
    'CIK cells'
    """
    path = path or names_file()
    table = read_vocabulary(path)
    said = dict(zip(table["name"], table["says"], strict=True))
    for line, (key, words) in enumerate(said.items(), start=2):
        if key not in WRITTEN:
            raise ValueError(f"{path.name}:{line}: name: unknown, found {key!r}, allowed {', '.join(WRITTEN)}")
        if isinstance(words, str) and (odd := re.search(r"[^\w \-()./+]", words)):
            raise ValueError(
                f"{path.name}:{line}: says: letters, digits, blanks and - ( ) . / + only, found {odd[0]!r}"
            )
    return {key: said[key] if isinstance(said.get(key), str) else words for key, words in WRITTEN.items()}


def own_words(tables: Iterable[pd.DataFrame]) -> list[str]:
    """Texts of a registry's tables in which the library's names occur: they are quoted and stay as they are.

    Parameters
    ----------
    tables : iterable of DataFrame

    Returns
    -------
    list of str
    """
    found: set[str] = set()
    for table in tables:
        for _, column in table.items():
            if pd.api.types.is_string_dtype(column.dtype):
                found.update(text for text in column.dropna().unique() if _WORD.search(text))
    return sorted(found)


@dataclass(frozen=True)
class Naming:
    """Puts a registry's names where a text has those of CIK cells; ``quoted`` are texts that stay as they are."""

    names: dict[str, str]
    quoted: tuple[str, ...] = ()
    _says: dict[str, str] = field(init=False, repr=False, compare=False)
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        pairs = [(WRITTEN[key], self.names.get(key, WRITTEN[key])) for key in WRITTEN]
        pairs += [(old[:1].lower() + old[1:], new[:1].lower() + new[1:]) for old, new in pairs[:1]]
        pairs += [(old[:1].upper() + old[1:], new[:1].upper() + new[1:]) for old, new in pairs[4:5]]
        kept = {text for one in self.quoted for text in (one, escape(one), escape(one, quote=False))}
        object.__setattr__(self, "_says", dict(pairs))
        words = sorted(kept, key=len, reverse=True) + [old for old, _ in sorted(pairs, key=lambda p: -len(p[0]))]
        object.__setattr__(self, "_pattern", re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words)))

    def __call__(self, text: str) -> str:
        """The text with the registry's names.

        Examples
        --------
        >>> Naming({"cells": "DC vaccines", "product": "DC"})("CIK cells against control; favours CIK")
        'DC vaccines against control; favours DC'
        """
        return self._pattern.sub(lambda found: self._says.get(found[0], found[0]), text)

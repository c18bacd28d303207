"""Rules of single cells that stop a load: identifiers that only look different, and addresses."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import numpy as np
import pandas as pd

from ircc_lib.registry.clean.columnwise import read_distinct
from ircc_lib.registry.crosscheck.entry import wrong_address
from ircc_lib.registry.ingest.flags import Flags
from ircc_lib.registry.ingest.problems import Problem
from ircc_lib.registry.ingest.scripts import latin

_ADDRESSES = ("source_url",)
_IDENTIFIERS = ("trial_id", "registration_id", "meta_id", "record")


def check_cells(name: str, file: str, text: pd.DataFrame, lines: np.ndarray, schema: Any) -> list[Problem]:
    """Identifiers with blanks or signs that cannot be seen, alike but for them, and addresses that are none."""
    problems = []
    for column, rules in schema.columns.items():
        if rules.metadata.get("foreign") or (not rules.nullable and column in (schema.metadata.get("key") or [])):
            problems += _blanks(file, column, text[column], lines)
    own = (schema.metadata.get("key") or [None])[0]
    if own in _IDENTIFIERS and not schema.columns[own].metadata.get("foreign"):
        problems += _alike(file, own, text[own], lines)
    for column in _ADDRESSES:
        if column in text:
            problems += _addresses(file, column, text[column], lines)
    return problems


def flag_unseen(name: str, text: pd.DataFrame, flags: Flags) -> None:
    """Flag cells that hold control characters, or signs that cannot be seen or turn the direction of writing."""
    for column, cells in text.items():
        flags.add(
            name,
            pd.Series(read_distinct(cells, _UNSEEN.search).read, index=cells.index),
            str(column),
            cells,
            "the text holds a sign that cannot be seen or that turns the writing",
            "the text without it: type it anew, or paste it as plain text",
        )
        if column not in _ADDRESSES:
            flags.add(
                name,
                pd.Series(read_distinct(cells, _mixed).read, index=cells.index),
                str(column),
                cells,
                "a word has letters of another script that look like Latin ones",
                "the word in Latin letters: type it anew",
            )


def _mixed(text: str) -> str | None:
    return text if latin(text) != text else None


_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)


def bare_identifier(text: str) -> str:
    """An identifier without what cannot be told apart by eye: case, width, blanks, invisible signs.

    >>> bare_identifier("Zhao 2013\\u200b") == bare_identifier("\\uff3ahao2013")
    True
    """
    seen = (sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) not in ("Cf", "Cc"))
    return "".join("".join(seen).split()).casefold()


def _told(file: str, column: str, cells: pd.Series, lines: np.ndarray, why: pd.Series, allowed: str) -> list[Problem]:
    """One problem for each cell that there is a reason against."""
    return [
        Problem(file=file, line=int(lines[at]), column=column, why=why.iloc[at], found=cells.iloc[at], allowed=allowed)
        for at in np.flatnonzero(why.notna())
    ]


def _blanks(file: str, column: str, cells: pd.Series, lines: np.ndarray) -> list[Problem]:
    return _told(file, column, cells, lines, read_distinct(cells, _hidden).take(str, "str"), "the text without it")


def _hidden(text: str) -> str | None:
    if text != text.strip():
        return "a blank before or after the text"
    if any(unicodedata.category(sign) in ("Cf", "Cc") for sign in text):
        return "a sign that cannot be seen"
    if latin(text, identifier=True) != text:
        return "a letter of another script that looks like a Latin one"
    return None


def _alike(file: str, column: str, ids: pd.Series, lines: np.ndarray) -> list[Problem]:
    bare = read_distinct(ids, bare_identifier).take(str, "str")
    again = bare.notna() & bare.duplicated() & ~ids.duplicated()
    first = pd.Series(lines, index=ids.index).groupby(bare).transform("first")
    why = ("it differs from line " + first.astype("str") + " in case, width or blanks alone").where(again)
    return _told(file, column, ids, lines, why, "identifiers that a reader can tell apart")


def _addresses(file: str, column: str, cells: pd.Series, lines: np.ndarray) -> list[Problem]:
    wrong = read_distinct(cells, wrong_address).take(str, "str")
    return _told(file, column, cells, lines, wrong, "http:// or https:// with a host and without user or password")

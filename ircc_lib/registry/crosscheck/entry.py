"""Is each row's source told, and can its address be trusted?"""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

import pandas as pd

from ircc_lib.registry.clean.columnwise import read_distinct
from ircc_lib.registry.ingest.flags import Flags


def flag(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Flag rows without a place in their source, and addresses whose letters are of several scripts."""
    for name, table in tables.items():
        if "locator" in table:
            flags.add(
                name, table["locator"].isna(), "locator", "", "the place within the source is not stated", "a text"
            )
        if "source_url" not in table:
            continue
        mixed = read_distinct(table["source_url"], looks_like_another).take(bool, "boolean").fillna(False)
        flags.add(
            name,
            mixed.astype(bool),
            "source_url",
            table["source_url"],
            "the address has letters of another script that look like Latin ones",
            "the address as the browser shows it",
        )
    trials = tables["trials"]
    flags.add("trials", trials["title"].isna(), "title", "", "the title is not stated", "the title of the report")


def wrong_address(url: str) -> str | None:
    """Why an address cannot be a row's source; None where it can.

    >>> wrong_address("https://pubmed.ncbi.nlm.nih.gov/10576658/"), wrong_address("javascript:alert(1)")
    (None, 'the address is not one of the web')
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port  # noqa: F841  (a port that is no number raises)
    except ValueError:
        return "the address cannot be read"
    if parts.scheme.lower() not in ("http", "https"):
        return "the address is not one of the web"
    if parts.username is not None or parts.password is not None:
        return "the address holds a user or a password"
    if not host or any(sign.isspace() or unicodedata.category(sign) in ("Cc", "Cf") for sign in url):
        return "the address has no host" if not host else "the address holds a blank or a sign that cannot be seen"
    return None if "." in host.strip(".") or ":" in host else "the address has no host"


def looks_like_another(url: str) -> bool:
    """Whether one label of the host mixes Latin with Cyrillic, Greek or Armenian letters.

    >>> looks_like_another("https://\\u0435xample.org"), looks_like_another("https://example.org")
    (True, False)
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if "xn--" in host:
        host = ".".join(_decoded(label) for label in host.split("."))
    for label in host.split("."):
        scripts = {_script(letter) for letter in label if letter.isalpha()}
        if len(scripts) > 1 and scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"}:
            return True
        if label != label.casefold().encode("ascii", "ignore").decode() and len(scripts) == 1 and not scripts <= _OWN:
            return True
    return False


_OWN = {"LATIN", "CJK", "HIRAGANA", "KATAKANA", "HANGUL"}


def _script(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split()[0]


def _decoded(label: str) -> str:
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label

"""File names for pages: safe on every file system, readable, and one for each thing."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

LONGEST = 60
RESERVED_IDS = frozenset({"content", "report-menu", "contents", "search"})  # what every page has
# Names that Windows keeps for devices, whatever the extension.
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}

_IN_AN_ADDRESS = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,80}(?<!\.)")


def page_name(text: str) -> str:
    """A file name stem for `text`: lower-case ASCII letters, digits and hyphens.

    Two texts may share a stem; `page_names` tells a set of them apart.

    >>> page_name("Non-Hodgkin lymphoma"), page_name("<script>alert(1)</script>")
    ('non-hodgkin-lymphoma', 'script-alert-1-script')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not stem or stem in _RESERVED:
        return f"{stem or 'page'}-{_mark(text)}"
    if len(stem) > LONGEST:
        return f"{stem[: LONGEST - 9].rstrip('-')}-{_mark(text)}"
    return stem


def page_names(texts: Iterable[str]) -> dict[str, str]:
    """A stem for each text; those that would share one get a mark of their own.

    >>> page_names(["Lung", "lung", "liver"])["liver"]
    'liver'
    >>> len(set(page_names(["Lung", "lung", "liver"]).values()))
    3
    """
    unique = sorted(set(texts))
    stems = {text: page_name(text) for text in unique}
    times = Counter(stems.values())
    return {text: stem if times[stem] == 1 else f"{stem[: LONGEST - 9]}-{_mark(text)}" for text, stem in stems.items()}


def notebook_pages(stems: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """The page of each notebook: its own name, where an address and every file system take that as it is.

    Parameters
    ----------
    taken : iterable of str
        Pages that are not made from notebooks.

    >>> notebook_pages(["03_survival", "04 #1 50%", "data"], ["data"])["04 #1 50%"]
    '04-1-50'
    """
    pages: dict[str, str] = {}
    used = {name.casefold() for name in taken} | _RESERVED
    for stem in sorted(stems, key=lambda stem: (not _IN_AN_ADDRESS.fullmatch(stem), stem)):  # whole names come first
        page = stem if _IN_AN_ADDRESS.fullmatch(stem) else page_name(stem)
        if page.casefold() in used:
            page = f"{page[: LONGEST - 9]}-{_mark(stem)}"
        used.add(page.casefold())
        pages[stem] = page
    return pages


def unused(name: str, taken: set[str]) -> str:
    """`name`, or `name-2`, `name-3`, ... when it is taken; and takes it."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    taken.add(free)
    return free


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]

"""What stands in a cell: a value, or links to records, tumours, rows and papers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from markupsafe import Markup

from ircc_lib.figures.display.column import Column, shown
from ircc_lib.registry.addresses import web_address

RIGHT = {"number", "percent"}
LINKED = {"trial", "entity", "row"}  # kinds whose cell may hold several, one below the other
SHORT, LONG = 16, 60  # characters up to which words stay on one line, and from which they need much room
LIST_LENGTH = 4  # a cell of more trials than this is read as a list
_SITES = {
    "doi.org": "DOI",
    "pubmed.ncbi.nlm.nih.gov": "PubMed",
    "pmc.ncbi.nlm.nih.gov": "PubMed Central",
    "europepmc.org": "Europe PMC",
    "clinicaltrials.gov": "ClinicalTrials.gov",
}


def link(words: str, address: str | None) -> Markup:
    """`words`, linked where there is somewhere to go."""
    if address is None:
        return Markup("{}").format(words)
    away = Markup(' rel="noreferrer"') if address.startswith("http") else ""
    return Markup('<a href="{}"{}>{}</a>').format(address, away, words)


def links(names: str, label: Callable[[str], str], address: Callable[[str], str | None]) -> Markup:
    """Names joined by ``"; "``, each linked: one as it is, several one below the other."""
    return _several(link(label(name), address(name)) for name in names.split("; "))


def paper_link(address: str, words: str | None = None) -> Markup:
    """A link to a paper, named by the place where it is; text that is no web address stays text."""
    safe = web_address(address)
    if safe is None:
        return Markup("{}").format(address)
    return link(words or _site(safe), safe)


def _several(links: Iterable[Markup]) -> Markup:
    links = list(links)
    if len(links) == 1:
        return links[0]
    last = len(links) - 1
    return Markup("").join(
        Markup('<span class="one">{}{}</span>').format(one, "" if place == last else "; ")
        for place, one in enumerate(links)
    )


def _site(address: str) -> str:
    host = address.split("/")[2].removeprefix("www.")
    return _SITES.get(host, "journal page")


def look(value: object, column: Column) -> str:
    """The class of a cell: numbers stand to the right; words get the room that they need."""
    if column.kind in RIGHT:
        return "right"
    if column.kind == "paper" or value is None:
        return "short"
    text = shown(value, column)
    if column.kind in LINKED:
        parts = text.split("; ")
        text = max(parts, key=len)
        if len(parts) > 1:
            return "long" if len(parts) > LIST_LENGTH or len(text) > LONG else "medium"
    return "long" if len(text) > LONG else "medium" if len(text) > SHORT else "short"


def sorted_by(value: object, column: Column) -> str | None:
    """What the browser sorts by, where it is not the text of the cell."""
    if column.kind in RIGHT and isinstance(value, (int, float)) and not isinstance(value, bool):
        return repr(value)
    return None


def in_full(value: object, column: Column) -> str | None:
    """What a downloaded row holds, where the cell shows less: the ids behind labels."""
    return str(value) if column.kind in ("trial", "row") and value is not None else None

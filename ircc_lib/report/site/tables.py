"""The cells of a table as a page shows them: linked, aligned, sortable; and the same rows as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from markupsafe import Markup

from ircc_lib.figures.display.column import Column, row_place, shown
from ircc_lib.registry.labels import trial_label
from ircc_lib.report.site.addresses import web_address
from ircc_lib.report.site.slugs import page_name

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_RIGHT = {"number", "percent"}
_BELOW = ("note", "why")  # kinds of column that stand on a second line
_SITES = {
    "doi.org": "DOI",
    "pubmed.ncbi.nlm.nih.gov": "PubMed",
    "pmc.ncbi.nlm.nih.gov": "PubMed Central",
    "europepmc.org": "Europe PMC",
    "clinicaltrials.gov": "ClinicalTrials.gov",
}
SHORT, LONG = 16, 60  # characters up to which words stay on one line, and from which they need much room
A_LIST = 4  # a cell of more trials than this is read as a list


class TableView:
    """A table's payload made ready for the template.

    Parameters
    ----------
    payload : name, caption, columns and rows, as `figures.exhibit.Table` gives them
    resolve : address of ``trial:`` and ``entity:`` links on this page, or None
    """

    def __init__(self, payload: dict[str, Any], resolve: Callable[[str], str | None]) -> None:
        self.caption = payload["caption"]
        self.columns = [Column(**column) for column in payload["columns"]]
        self.rows = payload["rows"]
        self._below = {column.kind: place for place, column in enumerate(self.columns) if column.kind in _BELOW}
        self._resolve = resolve
        kinds = [column.kind for column in self.columns]
        self._trial_at = kinds.index("trial") if "trial" in kinds else None

    @property
    def noted(self) -> bool:
        """Whether rows have a second line; such a table is read whole, and neither sorted nor filtered."""
        return bool(self._below)

    @property
    def head(self) -> list[dict[str, Any]]:
        return [
            {
                "label": column.label,
                "key": page_name(column.key),
                "filter": column.filter,
                "right": column.kind in _RIGHT,
            }
            for column in self.columns
            if column.kind not in _BELOW
        ]

    @property
    def body(self) -> Iterable[dict[str, Any]]:
        """Each row: its cells, and what stands on a second line below them."""
        for row in self.rows:
            cells = [
                {
                    "html": self._cell(value, column, row),
                    "look": _look(value, column),
                    "value": _sorted_by(value, column),
                    "label": column.label,
                }
                for value, column in zip(row, self.columns)
                if column.kind not in _BELOW
            ]
            below = {kind: row[place] or "" for kind, place in self._below.items()}
            yield {"cells": cells, "note": below.get("note", ""), "why": below.get("why", "")}

    def csv(self) -> str:
        return csv_text([column.label for column in self.columns], self.rows)

    def _cell(self, value: Any, column: Column, row: Sequence[Any]) -> str | Markup:
        if value is None:
            return ""
        match column.kind:
            case "trial":
                return self._linked(value, "trial", trial_label)
            case "entity":
                return self._linked(value, "entity", str)
            case "row":
                return self._places(str(value), row)
            case "paper":
                return self._paper(str(value))
        return shown(value, column)

    def _linked(self, value: Any, kind: str, label: Callable[[str], str]) -> Markup:
        return _several(link(label(name), self._resolve(f"{kind}:{name}")) for name in str(value).split("; "))

    def _paper(self, value: str) -> Markup:
        """A paper by its address, or by the trial that it reports."""
        return paper_link(self._resolve(f"paper:{value}") or value)

    def _places(self, value: str, row: Sequence[Any]) -> Markup:
        trial = row[self._trial_at] if self._trial_at is not None else None
        record = self._resolve(f"trial:{trial}") if trial else None
        return _several(
            link(row_place(row_id), record and f"{record}#{page_name(row_id)}") for row_id in value.split("; ")
        )


def _several(links: Iterable[Markup]) -> Markup:
    """One link as it is, several one below the other."""
    links = list(links)
    if len(links) == 1:
        return links[0]
    last = len(links) - 1
    return Markup("").join(
        Markup('<span class="one">{}{}</span>').format(one, "" if place == last else "; ")
        for place, one in enumerate(links)
    )


def link(words: str, address: str | None) -> Markup:
    """`words`, linked where there is somewhere to go."""
    if address is None:
        return Markup("{}").format(words)
    away = Markup(' rel="noreferrer"') if address.startswith("http") else ""
    return Markup('<a href="{}"{}>{}</a>').format(address, away, words)


def paper_link(address: str, words: str | None = None) -> Markup:
    """A link to a paper, named by the place where it is; text that is no web address stays text."""
    safe = web_address(address)
    if safe is None:
        return Markup("{}").format(address)
    return link(words or _site(safe), safe)


def _site(address: str) -> str:
    host = address.split("/")[2].removeprefix("www.")
    return _SITES.get(host, "journal page")


def _look(value: Any, column: Column) -> str:
    """Numbers stand to the right; words get the room that they need."""
    if column.kind in _RIGHT:
        return "right"
    parts = str(value).split("; ") if column.kind != "paper" else []
    if column.kind == "trial" and len(parts) > A_LIST:
        return "long"
    length = max(map(len, parts), default=0)
    return "long" if length > LONG else "medium" if length > SHORT else "short"


def _sorted_by(value: Any, column: Column) -> str | None:
    """What the browser sorts by, where it is not the text of the cell."""
    if column.kind in _RIGHT and isinstance(value, (int, float)) and not isinstance(value, bool):
        return repr(value)
    return None


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV in which no text can act as a formula when a spreadsheet opens it.

    >>> csv_text(["a", "b"], [["=1+1", -2.5]])
    "a,b\\n'=1+1,-2.5\\n"
    """
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([_inert(name) for name in header])
    writer.writerows([_inert(value) for value in row] for row in rows)
    return target.getvalue()


def _inert(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, str):
        value = value.replace("\r\n", "\n").replace("\r", "\n")  # a lone one would end the row
        return f"'{value}" if value.startswith(_FORMULA) else value
    return value

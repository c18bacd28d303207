"""A table made ready for the template: cells linked and aligned, what does not fit below its row, all rows as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from markupsafe import Markup

from ircc_lib.figures.display.column import Column, row_place, shown
from ircc_lib.registry.labels import trial_label
from ircc_lib.report.site.slugs import page_name
from ircc_lib.report.site.tables.cells import RIGHT, in_full, links, look, paper_link, sorted_by
from ircc_lib.report.site.tables.csv_text import csv_text
from ircc_lib.report.site.tables.fit import A_LONG_LIST, BELOW, below
from ircc_lib.report.site.tables.logs import with_logs


class TableView:
    """A table's payload made ready for the template.

    Parameters
    ----------
    payload : dict
        Name, caption, columns and rows, and the further columns of the data, as `figures.display.Table` gives them.
    resolve : callable
        Address of ``trial:`` and ``entity:`` links on this page, or None.
    """

    def __init__(self, payload: dict[str, Any], resolve: Callable[[str], str | None]) -> None:
        self.caption = payload["caption"]
        self.columns = [Column(**column) for column in payload["columns"]]
        self.rows = payload["rows"]
        self._more = payload.get("more") or {"columns": [], "rows": []}
        self._folded = below(self.columns, self.rows)
        self._resolve = resolve
        kinds = [column.kind for column in self.columns]
        self._trial_at = kinds.index("trial") if "trial" in kinds else None

    @property
    def head(self) -> list[dict[str, Any]]:
        """The columns that stand in the row."""
        return [self._of_column(column) for place, column in enumerate(self.columns) if place not in self._folded]

    @property
    def folded(self) -> list[dict[str, Any]]:
        """The columns that stand below it by their names; notes, which need none, are not among them."""
        return [
            self._of_column(column)
            for place, column in enumerate(self.columns)
            if place in self._folded and column.kind not in BELOW
        ]

    def _of_column(self, column: Column) -> dict[str, Any]:
        return {
            "label": column.label,
            "key": page_name(column.key),
            "name": column.key,
            "filter": column.filter,
            "right": column.kind in RIGHT,
        }

    @property
    def body(self) -> Iterable[dict[str, Any]]:
        """Each row: its cells, and what stands on a second line below them."""
        for row in self.rows:
            cells, folded, notes = [], [], {}
            for place, (value, column) in enumerate(zip(row, self.columns)):
                if column.kind in BELOW:
                    notes[column.kind] = value or ""
                elif place not in self._folded:
                    cells.append(self._of_cell(value, column, row))
                elif value not in (None, ""):
                    folded.append(self._of_cell(value, column, row))
            yield {"cells": cells, "folded": folded, "note": notes.get("note", ""), "why": notes.get("why", "")}

    def _of_cell(self, value: object, column: Column, row: Sequence[Any]) -> dict[str, Any]:
        return {
            "html": self._cell(value, column, row),
            "look": look(value, column),
            "value": sorted_by(value, column),
            "full": in_full(value, column),
            "label": column.label,
            "key": page_name(column.key),
            "many": column.kind == "trial" and str(value).count("; ") + 1 > A_LONG_LIST,
            "count": str(value).count("; ") + 1,
        }

    def csv(self) -> str:
        """All columns of the data by their names, those that are shown first; the data page says what they mean."""
        header = [*(column.key for column in self.columns), *self._more["columns"]]
        more = self._more["rows"] or [[]] * len(self.rows)
        return csv_text(*with_logs(header, [[*row, *rest] for row, rest in zip(self.rows, more)]))

    def _cell(self, value: object, column: Column, row: Sequence[Any]) -> str | Markup:
        if value is None:
            return ""
        match column.kind:
            case "trial":
                return links(str(value), trial_label, lambda name: self._resolve(f"trial:{name}"))
            case "entity":
                return links(str(value), str, lambda name: self._resolve(f"entity:{name}"))
            case "row":
                return links(str(value), row_place, self._place_of(row))
            case "paper":
                return paper_link(self._resolve(f"paper:{value}") or str(value))
        return shown(value, column)

    def _place_of(self, row: Sequence[Any]) -> Callable[[str], str | None]:
        """Where on a trial's record a row of the registry stands."""
        trial = row[self._trial_at] if self._trial_at is not None else None
        record = self._resolve(f"trial:{trial}") if trial else None
        return lambda row_id: record and f"{record}#{page_name(row_id)}"

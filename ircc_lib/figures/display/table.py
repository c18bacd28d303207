"""A table to be read: it displays itself in JupyterLab, and carries plain data for the report's pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from markupsafe import Markup

from ircc_lib.figures.display.column import Column, number, shown, text
from ircc_lib.figures.display.plain import plain_rows
from ircc_lib.text import counted

TABLE_TYPE = "application/vnd.ircc.table+json"


@dataclass(frozen=True, kw_only=True)
class Table:
    """A data frame to be read: named, captioned, its columns labelled."""

    data: pd.DataFrame
    name: str
    caption: str
    columns: list[Column] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.columns:
            numeric = pd.api.types.is_numeric_dtype
            guessed = [
                (number if numeric(values) else text)(key, str(key).replace("_", " "))
                for key, values in self.data.items()
            ]
            object.__setattr__(self, "columns", guessed)

    def __repr__(self) -> str:
        """What the table holds, not every cell of it: those are ``data``."""
        labels = ", ".join(column.label or column.key for column in self.columns)
        return f"<Table {self.name}: {counted(len(self.data), 'row')} of {labels}>"

    def payload(self) -> dict[str, Any]:
        """The table as plain JSON values: columns and rows as shown, and the columns that are not."""
        keys = [column.key for column in self.columns]
        return {
            "name": self.name,
            "caption": self.caption,
            "columns": [column.__dict__ for column in self.columns],
            "rows": plain_rows(self.data[keys])["rows"],
            "more": plain_rows(self.data[[key for key in self.data.columns if key not in keys]]),
        }

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        payload = self.payload()
        return {"text/html": self._html(payload["rows"]), TABLE_TYPE: payload}

    def _html(self, rows: list[list[Any]]) -> str:
        head = Markup("").join(Markup("<th>{}</th>").format(column.label) for column in self.columns)
        body = Markup("").join(
            Markup("<tr>{}</tr>").format(
                Markup("").join(
                    Markup("<td>{}</td>").format(shown(value, column)) for value, column in zip(row, self.columns)
                )
            )
            for row in rows
        )
        return str(
            Markup("<table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(
                self.caption, head, body
            )
        )

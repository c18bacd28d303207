"""What cleaning could not read or finds doubtful; the row stays in the registry."""

from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute

from ircc_lib.registry.ingest.problems import published
from ircc_lib.registry.ingest.read import RawTable

COLUMNS = ["table", "file", "line", "column", "found", "why", "allowed", "trial_id", "row_id", "record"]


class Flags:
    """Collects flags for whole columns at a time; ``frame`` puts them in order."""

    def __init__(self) -> None:
        self._pending: list[pd.DataFrame] = []
        self._rows: dict[str, pd.DataFrame] = {}
        self._whole: list[dict[str, Any]] = []

    def know(self, table: str, raw: RawTable) -> None:
        """Tell where the rows of a table are."""
        rows = pd.DataFrame({"file": published(raw.file), "line": raw.lines}, index=raw.frame.index)
        if raw.frame.columns.empty:
            return
        if "trial_id" in raw.frame:
            rows["trial_id"] = raw.frame["trial_id"]
        rows["record"] = raw.frame["trial_id" if "trial_id" in raw.frame else raw.frame.columns[0]]
        self._rows[table] = rows

    def add(self, table: str, where: pd.Series, column: str, found: Any, why: Any, allowed: str) -> None:
        """Flag the rows of ``table`` where ``where`` holds; ``found`` and ``why`` may be columns."""
        where = where.fillna(False).to_numpy(dtype=bool)
        if not where.any():
            return
        rows = self._rows[table]
        said = {
            name: value[where].astype("str").to_numpy() if isinstance(value, pd.Series) else value
            for name, value in (("found", found), ("why", why))
        }
        flagged = rows[where].assign(table=table, column=column, allowed=allowed, **said)
        self._pending.append(flagged.assign(row_id=row_ids(table, flagged["line"]).to_numpy()))

    def add_unknown_columns(self, table: str, file: str, unknown: list[str], known: list[str]) -> None:
        """A column that no model knows is left out, once flagged at the header."""
        self._whole += [
            dict(
                table=table,
                file=published(file),
                line=1,
                column=name,
                found=name,
                row_id=f"{table}:1",
                why="the registry does not know this column and leaves it out",
                allowed=", ".join(known),
            )
            for name in unknown
        ]

    def frame(self) -> pd.DataFrame:
        """All flags, one a row, in the order of tables and lines."""
        found = [*self._pending, *([pd.DataFrame(self._whole)] if self._whole else [])]
        if not found:
            return pd.DataFrame(columns=COLUMNS).astype({name: "str" for name in COLUMNS} | {"line": "int64"})
        flags = pd.concat(found, ignore_index=True).reindex(columns=COLUMNS)
        flags = flags.astype({name: "str" for name in COLUMNS if name != "line"} | {"line": "int64"})
        return flags.sort_values(["table", "line"], kind="stable", ignore_index=True)


def row_ids(table: str, lines: Any) -> pd.Series:
    """``landmarks:17`` and so on: the table and the physical line of each row."""
    lines = pa.array(lines).cast(pa.large_string())
    prefix = pa.scalar(table + ":", pa.large_string())
    ids = pa.compute.binary_join_element_wise(prefix, lines, pa.scalar("", pa.large_string()))
    return pd.Series(ids.to_pandas()).astype("str")

"""Cleaned tables on disk: parquet and CSV with a datapackage.json, written whole or not at all.

What only notebooks read is kept as Arrow instead, which is read in a tenth of the time. The package says
everything that tells one state of a table from another (rows, bytes, SHA-256), and nothing of when or where
it was written, so that equal tables give equal bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet as pq

from ircc_lib.files import write_file
from ircc_lib.registry.schema.tables import TABLES
from ircc_lib.text import FORMULA

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


_TABULAR = {"profile": "tabular-data-resource"}
_LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}


def save_package(
    registry: Registry,
    folder: Path,
    tables: Sequence[str] | None = None,
    *,
    formats: Sequence[str] = ("parquet", "csv"),
) -> Path:
    """Write cleaned tables and their ``datapackage.json``; returns the folder.

    Each file is replaced in one step and only if its content has changed; the package goes last.

    Parameters
    ----------
    registry : Registry
    folder : Path
        Made if it is not there.
    tables : sequence of str, optional
        Some of the tables and ``flags``; all by default.
    formats : sequence of str
        ``parquet``, ``csv``, ``arrow`` (an IPC file). In CSV, text that a spreadsheet would take for a
        formula has an apostrophe before it; the others hold the text as it is.

    Raises
    ------
    ValueError
        If a table is not in this registry, or a format is not known.
    """
    from ircc_lib.registry.schema.dictionary import table_schema

    content = {**registry.tables, "flags": registry.flags}
    names = list(dict.fromkeys(tables)) if tables is not None else list(content)
    unknown = [name for name in names if name not in content]
    if unknown:
        raise ValueError(f"unknown table {', '.join(map(repr, unknown))}; allowed: {', '.join(content)}")
    if strange := [form for form in formats if form not in _WRITERS]:
        raise ValueError(f"unknown format {', '.join(map(repr, strange))}; allowed: {', '.join(_WRITERS)}")
    resources = []
    for name in names:
        table = content[name]
        rows = pa.Table.from_pandas(table, preserve_index=False)
        schema = (
            {"schema": _holding(table_schema(name, list(table)), name, content)} if set(formats) - {"arrow"} else {}
        )
        for form in formats:
            resource = _write(folder / f"{name}.{form}", _WRITERS[form](rows), len(table))
            twin = form == "parquet" and "csv" in formats  # a validator reads one of the two
            if twin:
                del resource["rows"]
                resources.append(resource | {"name": f"{name}-parquet", "type": "file"})
            else:
                resources.append(resource | _TABULAR | schema)
    _write_package(folder, registry.edition_name, resources)
    return folder


def _holding(schema: dict[str, Any], name: str, content: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """The schema with the foreign keys that hold in this edition: a list of screening names trials of later ones."""
    held = []
    for key in schema.pop("foreignKeys", []):
        parent = content.get(key["reference"]["resource"] or name)
        [column], [other] = key["fields"], key["reference"]["fields"]
        if parent is not None and content[name][column].dropna().isin(parent[other]).all():
            held.append(key)
    return schema | {"foreignKeys": held} if held else schema


def read_arrow(folder: Path) -> tuple[dict[str, pa.Table], str | None]:
    """The tables of a saved folder, flags among them, as Arrow holds them; and its edition."""
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    return {
        Path(resource["path"]).stem: _READERS[resource["format"]](folder / resource["path"])
        for resource in package["resources"]
        if resource["format"] in _READERS
    }, package["edition"]


def save_arrow(tables: dict[str, pa.Table], edition: str | None, folder: Path) -> None:
    """Write tables as they come from `read_arrow`, or rows of them, in the same way as `save_package`."""
    resources = [
        _write(folder / f"{name}.arrow", _arrow(table), len(table)) | _TABULAR for name, table in tables.items()
    ]
    _write_package(folder, edition, resources)


def read_package(folder: Path) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, str | None]:
    """The tables, flags and edition of a saved folder, as they were saved."""
    as_arrow, edition = read_arrow(folder)
    read = {name: table.to_pandas(use_threads=False) for name, table in as_arrow.items()}
    flags = read.pop("flags", None)
    tables = {name: read[name] for name in TABLES if name in read}
    return tables, _no_flags() if flags is None else flags, edition


def _no_flags() -> pd.DataFrame:
    from ircc_lib.registry.ingest.flags import Flags

    return Flags().frame()


def _read_parquet(path: Path) -> pa.Table:
    return pq.ParquetFile(path).read(use_threads=False)


def _read_arrow(path: Path) -> pa.Table:
    return pa.ipc.open_file(path).read_all()


def _parquet(content: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(content, sink, compression="zstd")
    return sink.getvalue().to_pybytes()


def _arrow(content: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, content.schema) as file:
        file.write_table(content.combine_chunks())
    return sink.getvalue().to_pybytes()


def _csv(content: pa.Table) -> bytes:
    for place, field in enumerate(content.schema):
        column = content.column(place)
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            column = pc.replace_substring_regex(column, pattern=FORMULA, replacement=r"'\1")
        elif pa.types.is_timestamp(field.type):
            column = pc.strftime(column, format="%Y-%m-%d")
        content = content.set_column(place, field.name, column)
    sink = pa.BufferOutputStream()
    pa.csv.write_csv(content, sink)
    return sink.getvalue().to_pybytes()


def _write(path: Path, content: bytes, rows: int) -> dict[str, Any]:
    write_file(path, content)
    kind = path.suffix[1:]
    return {
        "name": path.stem,
        "path": path.name,
        "format": kind,
        "encoding": "utf-8",
        "rows": rows,
        "bytes": len(content),
        "hash": "sha256:" + hashlib.sha256(content).hexdigest(),
    }


def _write_package(folder: Path, edition: str | None, resources: list[dict[str, Any]]) -> None:
    package = {
        "name": "ircc-registry",
        "title": "International registry on CIK cells: cleaned tables",
        "edition": edition,
        "licenses": [_LICENCE],
        "contributors": [{"title": "The IRCC contributors", "role": "author"}],
        "resources": resources,
    }
    write_file(folder / "datapackage.json", json.dumps(package, indent=1, ensure_ascii=False) + "\n")


_WRITERS = {"parquet": _parquet, "csv": _csv, "arrow": _arrow}
_READERS = {"parquet": _read_parquet, "arrow": _read_arrow}

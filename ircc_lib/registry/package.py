"""Cleaned tables on disk: parquet and CSV with a datapackage.json, written whole or not at all.

The package says everything that tells one state of a table from another (rows, bytes, SHA-256), and
nothing of when or where it was written, so that equal tables give equal bytes.
"""

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from ..files import write_file
from .schemas import TABLES

_FORMULA = r"^(?=[=+\-@\t\r])"
"""A cell that starts so would be run by a spreadsheet (OWASP, CSV injection)."""


def save_package(registry, folder: Path, tables: Sequence[str] | None = None, *, csv: bool = True) -> Path:
    """Write cleaned tables as parquet, CSV and ``datapackage.json``; returns the folder.

    Each file is replaced in one step and only if its content has changed; the package goes last.

    Parameters
    ----------
    registry : Registry
    folder : Path
        Made if it is not there.
    tables : sequence of str, optional
        Some of the tables and ``flags``; all by default.
    csv : bool
        Whether to write CSV beside parquet. In CSV, text that a spreadsheet would take for a formula
        has an apostrophe before it; parquet holds the text as it is.

    Raises
    ------
    ValueError
        If a table is not in this registry.
    """
    from .dictionary import table_schema

    content = {**registry.tables, "flags": registry.flags}
    names = list(dict.fromkeys(tables)) if tables is not None else list(content)
    unknown = [name for name in names if name not in content]
    if unknown:
        raise ValueError(f"unknown table {', '.join(map(repr, unknown))}; allowed: {', '.join(content)}")
    folder.mkdir(parents=True, exist_ok=True)
    resources = []
    for name in names:
        table = content[name]
        schema = table_schema(name, list(table))
        resources.append(_write(folder / f"{name}.parquet", _parquet(table), name, len(table), schema))
        if csv:
            resources.append(_write(folder / f"{name}.csv", _csv(table), f"{name}-csv", len(table), schema))
    package = {"name": "ircc-registry", "title": "International registry on CIK cells: cleaned tables",
               "edition": registry.edition_name, "resources": resources}
    write_file(folder / "datapackage.json", (json.dumps(package, indent=1, ensure_ascii=False) + "\n").encode())
    return folder


def read_package(folder: Path) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, str | None]:
    """The tables, flags and edition of a saved folder, as they were saved."""
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    names = [resource["name"] for resource in package["resources"] if resource["format"] == "parquet"]
    with ThreadPoolExecutor() as pool:
        read = dict(zip(names, pool.map(lambda name: _read(folder / f"{name}.parquet"), names)))
    flags = read.pop("flags", None)
    tables = {name: read[name] for name in TABLES if name in read}
    return tables, _no_flags() if flags is None else flags, package["edition"]


def _no_flags() -> pd.DataFrame:
    from .flags import Flags

    return Flags().frame()


def _read(path: Path) -> pd.DataFrame:
    return pq.ParquetFile(path).read(use_threads=False).to_pandas(use_threads=False)


def _parquet(table: pd.DataFrame) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), sink, compression="zstd")
    return sink.getvalue().to_pybytes()


def _csv(table: pd.DataFrame) -> bytes:
    safe = table.copy(deep=False)
    for name in table.select_dtypes("str"):
        safe[name] = table[name].str.replace(_FORMULA, "'", regex=True)
    for name in table.select_dtypes("datetime"):
        safe[name] = table[name].dt.strftime("%Y-%m-%d")
    sink = pa.BufferOutputStream()
    pa.csv.write_csv(pa.Table.from_pandas(safe, preserve_index=False), sink)
    return sink.getvalue().to_pybytes()


def _write(path: Path, content: bytes, name: str, rows: int, schema: dict) -> dict:
    write_file(path, content)
    kind = path.suffix[1:]
    return {"name": name, "path": path.name, "format": kind, "encoding": "utf-8", "rows": rows,
            "bytes": len(content), "hash": "sha256:" + hashlib.sha256(content).hexdigest(),
            "profile": "tabular-data-resource", "schema": schema}

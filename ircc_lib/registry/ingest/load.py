"""From a folder of raw CSV files to cleaned tables and flags: read, check, clean, cross-check."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd

from ircc_lib.registry.clean.tables import clean_table, join_entities
from ircc_lib.registry.crosscheck import flag_doubts
from ircc_lib.registry.editions import find_editions
from ircc_lib.registry.ingest.check import CheckedTable, check_references, check_table, check_terms
from ircc_lib.registry.ingest.flags import Flags, row_ids
from ircc_lib.registry.ingest.problems import Problem, RegistryError, placed
from ircc_lib.registry.ingest.read import RawTable, read_table
from ircc_lib.registry.ingest.reviewed import with_answers
from ircc_lib.registry.labels import labels_of
from ircc_lib.registry.schema.tables import raw_schemas
from ircc_lib.registry.vocabulary import Vocabularies

_FEW = 20e6
"""Bytes of a registry up to which Python's strings are quicker than Arrow's: of many rows these are, and take less room."""


def load_raw(folder: Path) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """The cleaned tables and the flags; raises `RegistryError` with every problem at once."""
    flags = Flags()
    with quick_text(folder):
        tables = _load(folder, flags)
        found = with_answers(flags.frame(), tables["reviewed_flags"])
    return {name: as_asked(table) for name, table in tables.items()}, as_asked(found)


@contextmanager
def quick_text(folder: Path) -> Iterator[None]:
    """Text is held in the way that is quickest for a registry of this size, while it is read and checked."""
    few = sum(path.stat().st_size for path in folder.glob("*.csv")) < _FEW
    with pd.option_context("mode.string_storage", "python" if few else "auto"):
        yield


def as_asked(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its text held as pandas is told to hold text."""
    asked = pd.StringDtype(na_value=np.nan)
    texts = [name for name, dtype in table.dtypes.items() if isinstance(dtype, pd.StringDtype) and dtype != asked]
    held = table.astype(dict.fromkeys(texts, asked))
    held.columns = table.columns.astype(asked)
    return held


def _load(folder: Path, flags: Flags) -> dict[str, pd.DataFrame]:
    vocabularies = Vocabularies(folder)
    checked, problems = check_folder(folder, flags, vocabularies)
    if problems:
        raise RegistryError(problems)
    tables = {}
    for name in list(checked):
        table = checked.pop(name)
        cleaned = clean_table(table, flags, vocabularies)
        tables[name] = cleaned.assign(row_id=row_ids(name, table.lines), line=table.lines)
    flag_doubts(tables, flags)
    tables["entities"] = join_entities(tables["entities"], tables["trials"], tables["tumours"])
    tables["trials"]["label"] = labels_of(tables["trials"], tables["entities"])
    return tables


def check_folder(
    folder: Path, flags: Flags, vocabularies: Vocabularies
) -> tuple[dict[str, CheckedTable], list[Problem]]:
    """Every raw table of a folder, typed, and everything that is wrong with them."""
    problems, checked = [], {}
    for name, schema in raw_schemas().items():
        path = folder / f"{name}.csv"
        if not path.is_file() and schema.metadata.get("optional"):
            raw = RawTable(placed(path), pd.DataFrame(columns=list(schema.columns), dtype="str"))
            flags.know(name, raw)
            checked[name] = check_table(name, raw, schema, flags)
            continue
        if not path.is_file():
            problems.append(Problem(file=placed(path), why="the table is missing", allowed="a CSV file"))
            continue
        raw = read_table(path, placed(path))
        flags.know(name, raw)
        checked[name] = check_table(name, raw, schema, flags)
        problems += checked[name].problems
    problems += check_references(checked, raw_schemas(), list(find_editions()))
    problems += check_terms(checked, raw_schemas(), vocabularies)
    return checked, problems

"""From a folder of raw CSV files to cleaned tables and flags: read, check, clean, cross-check."""

from pathlib import Path

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


def load_raw(folder: Path) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """The cleaned tables and the flags; raises `RegistryError` with every problem at once."""
    flags = Flags()
    tables = _load(folder, flags)
    return tables, with_answers(flags.frame(), tables["reviewed_flags"])


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

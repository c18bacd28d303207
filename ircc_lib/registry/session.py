"""A trial that is not (yet) in the registry, added for the time of a session."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.registry.schema.tables import raw_schemas

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

ADDED = "added"
_SOURCE = {"source_url": "https://example.org/unpublished", "locator": "unpublished"}


def with_trial(
    reg: Registry, trial: dict[str, Any], rows: dict[str, list[dict[str, Any]]]
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Tables and flags of ``reg`` with one more trial, read and checked as the raw tables are.

    Raises
    ------
    RegistryError
        Everything that is wrong with the rows, one sentence a problem.
    ValueError
        If there is no such table or column, or the registry has this trial.
    """
    from ircc_lib.registry.ingest.load import load_raw

    if not isinstance(trial, dict):
        raise TypeError(f"trial: the columns of a trial are needed as a dict, found {type(trial).__name__}")
    trial_id = trial.get("trial_id")
    if not isinstance(trial_id, str) or not trial_id:
        raise ValueError("trial: a trial_id is needed, such as 'Doe2026'")
    if trial_id in set(reg.trials["trial_id"]):
        raise ValueError(f"trial: the registry has a {trial_id} already; choose another trial_id")
    added = {"trials": [{"cohort": trial_id, **trial}], **rows}
    with tempfile.TemporaryDirectory() as folder:
        for name, schema in raw_schemas().items():
            columns = list(schema.columns)
            lines = reg.tumours[columns].to_dict("records") if name == "tumours" else added.pop(name, [])
            _write(Path(folder) / f"{name}.csv", columns, lines, trial_id if name != "tumours" else None)
        if added:
            raise ValueError(f"unknown table {', '.join(map(repr, added))}; allowed: {', '.join(raw_schemas())}")
        tables, flags = load_raw(Path(folder))
    joined = {}
    for name, table in reg.tables.items():
        new = tables.get(name)
        if name == "tumours" or new is None or new.empty:
            joined[name] = table
            continue
        new = new.assign(row_id=f"{name}:{ADDED}-" + new["line"].astype("str"))
        joined[name] = pd.concat([table, new[list(table)]], ignore_index=True)
    return joined, pd.concat([reg.flags, flags], ignore_index=True)


def _write(path: Path, columns: list[str], lines: list[dict[str, Any]], trial_id: str | None) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")  # lines end in CR LF, so that a cell with either is quoted
        writer.writeheader()
        for line in lines:
            given = dict(line)
            if trial_id is not None:
                own = {"trial_id": trial_id, **_SOURCE}
                given = {key: value for key, value in own.items() if key in columns} | given
            unknown = [key for key in given if key not in columns]
            if unknown:
                raise ValueError(f"{path.stem}: unknown column {unknown[0]!r}; allowed: {', '.join(columns)}")
            writer.writerow({key: "" if pd.isna(value) else value for key, value in given.items()})

"""The reports of a registry with the rows of each, as the conditions of the reporting standard look at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

_NOT_STATED = "unreported"


class Reports:
    """The reports of a registry and the rows of each; what many conditions ask of its tables is worked out once."""

    def __init__(self, reg: Registry) -> None:
        self.reg = reg
        self.ids = reg.trials["trial_id"].tolist()
        self.looked_at: list[tuple[str, np.ndarray]] = []
        """Rows that met a part of the condition, in the order in which they were asked for."""
        self._place = pd.Index(self.ids)
        self._places: dict[str, np.ndarray] = {}
        self._stated: dict[tuple[str, str], np.ndarray] = {}
        self._ids_of_rows: dict[str, tuple[list[str], list[str]]] = {}

    def places(self, trial_ids: pd.Series) -> np.ndarray:
        """The place of each of these among the reports, -1 where it is none of them."""
        return self._place.get_indexer(trial_ids)

    def column(self, name: str, column: str) -> pd.Series:
        """A column of one of the registry's tables."""
        return self.reg.tables[name][column]

    def stated(self, name: str, column: str) -> np.ndarray:
        """Which rows of a table say anything in this column."""
        if (name, column) not in self._stated:
            self._stated[name, column] = _stated(self.column(name, column))
        return self._stated[name, column]

    def ids_of_rows(self, name: str) -> tuple[list[str], list[str]]:
        """The ``trial_id`` and the ``row_id`` of each row of a table."""
        if name not in self._ids_of_rows:
            self._ids_of_rows[name] = (self.column(name, "trial_id").tolist(), self.column(name, "row_id").tolist())
        return self._ids_of_rows[name]

    def per_trial(self, name: str, rows: np.ndarray) -> np.ndarray:
        """How many of the rows chosen each report has."""
        if name not in self._places:
            self._places[name] = self.places(self.column(name, "trial_id"))
        place = self._places[name]
        return np.bincount(place[rows & (place >= 0)], minlength=len(self.ids))


def _stated(column: pd.Series) -> np.ndarray:
    stated = column.notna()
    if pd.api.types.is_string_dtype(column.dtype):
        stated &= column.ne(_NOT_STATED).fillna(False)
    return stated.to_numpy(dtype=bool)

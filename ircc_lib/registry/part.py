"""The tables of some of a registry's trials, each cut out when it is first asked for.

A question looks at few of the twenty-odd tables, and a report asks hundreds of parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping

import pandas as pd


class Part(MutableMapping[str, pd.DataFrame]):
    """Tables by name, as a dict holds them: of each table the rows of the trials given, of one without trials all.

    Parameters
    ----------
    whole : mapping of str to DataFrame
        The tables as they are now; what becomes of them later does not change the part.
    trial_ids : iterable of str
        The trials that are kept.

    Examples
    --------
    >>> whole = {"medians": pd.DataFrame({"trial_id": ["Lee2015", "Wu2008"], "median": [44.0, 11.0]})}
    >>> Part(whole, ["Wu2008"])["medians"]["median"].tolist()
    [11.0]
    """

    def __init__(self, whole: MutableMapping[str, pd.DataFrame], trial_ids: Iterable[str]) -> None:
        self._trial_ids = list(trial_ids)
        self._uncut = {name: table.copy(deep=False) for name, table in whole.items()}
        self._cut: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._cut:
            self._cut[name] = self._rows(self._uncut[name])
        return self._cut[name]

    def __setitem__(self, name: str, table: pd.DataFrame) -> None:
        self._uncut[name] = self._cut[name] = table

    def __delitem__(self, name: str) -> None:
        del self._uncut[name]
        self._cut.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._uncut)

    def __len__(self) -> int:
        return len(self._uncut)

    def _rows(self, table: pd.DataFrame) -> pd.DataFrame:
        return kept_rows(table, table["trial_id"].isin(self._trial_ids)) if "trial_id" in table else table


def kept_rows(table: pd.DataFrame, kept: pd.Series) -> pd.DataFrame:
    """The rows chosen, numbered anew.

    Examples
    --------
    >>> kept_rows(pd.DataFrame({"n": [1, 2, 3]}), pd.Series([False, True, True])).index.tolist()
    [0, 1]
    """
    return (table if kept.all() else table[kept]).reset_index(drop=True)

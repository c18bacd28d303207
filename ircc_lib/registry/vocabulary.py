"""The vocabularies: tables that say what reported terms mean. A registrar may add rows to them."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from ircc_lib.registry.ingest.problems import Problem, RegistryError

_FOLDER = Path(__file__).parent / "vocabularies"


@cache
def vocabulary(name: str) -> pd.DataFrame:
    """One vocabulary as text, an empty cell missing.

    Parameters
    ----------
    name : str
        ``endpoints``, ``adverse_events``, ``grades``, ``co_treatments``, ``denominators`` or
        ``countries``.

    Examples
    --------
    >>> vocabulary("endpoints").set_index("reported").loc["TTP", "family"]
    'PFS'
    """
    terms = pd.read_csv(_FOLDER / f"{name}.csv", dtype="str", keep_default_na=False, na_values=[""])
    spelled = terms.iloc[:, 0].str.casefold()
    again = spelled.duplicated() | spelled.isna()
    if again.any():
        raise RegistryError(
            [
                Problem(
                    file=f"vocabularies/{name}.csv",
                    line=at + 2,
                    column=terms.columns[0],
                    why="the term is there twice or is empty",
                    found=terms.iloc[at, 0],
                    allowed="each term once",
                )
                for at in np.flatnonzero(again)
            ]
        )
    return terms


def look_up(reported: pd.Series, name: str) -> pd.DataFrame:
    """Each reported term's row of a vocabulary, in any case; a term that is not in it gives empty cells.

    The result has the index of ``reported`` and a column ``known``: whether the term is mapped.
    """
    terms = vocabulary(name)
    spelled = terms.set_index(terms.iloc[:, 0].str.casefold()).iloc[:, 1:]
    codes, distinct = pd.factorize(reported)
    keys = [*(str(term).strip().casefold() for term in distinct), ""]  # the last for empty cells
    found = spelled.reindex(keys)
    return found.assign(known=found.index.isin(spelled.index)).take(codes).set_axis(reported.index)

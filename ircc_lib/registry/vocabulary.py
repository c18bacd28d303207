"""The vocabularies: tables that say what reported terms mean. A registrar may add rows to them."""

from functools import cache
from pathlib import Path

import pandas as pd

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
    return pd.read_csv(_FOLDER / f"{name}.csv", dtype="str", keep_default_na=False, na_values=[""])


def look_up(reported: pd.Series, name: str) -> pd.DataFrame:
    """Each reported term's row of a vocabulary, in any case; a term that is not in it gives empty cells.

    The result has the index of ``reported`` and a column ``known``: whether the term is mapped.
    """
    terms = vocabulary(name)
    spelled = terms.set_index(terms.iloc[:, 0].str.casefold()).iloc[:, 1:]
    codes, distinct = pd.factorize(reported.astype("object"))
    keys = pd.Index([str(term).strip().casefold() for term in distinct])
    found = spelled.reindex(keys).assign(known=keys.isin(spelled.index))
    found.loc["\0"] = None  # the row that an empty cell takes
    rows = found.take(codes)
    rows.index = reported.index
    rows["known"] = rows["known"].eq(True)
    return rows

"""The checklists that this report itself answers to: tables of ``data``, each item with its place."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from ircc_lib.figures.display import column
from ircc_lib.figures.display.sentence import Prose
from ircc_lib.figures.display.table import Table
from ircc_lib.registry.editions import project_root

CHECKLISTS = ("prisma_2020", "prisma_ipd")


def checklist(name: str) -> Prose:
    """A checklist, each item linked to the chapter that answers it.

    Parameters
    ----------
    name : str
        ``prisma_2020`` or ``prisma_ipd``.

    Returns
    -------
    Prose
        One paragraph for the page.

    Raises
    ------
    ValueError
        If there is no such checklist.

    Examples
    --------
    >>> "chapter:11_protocol" in checklist("prisma_2020")
    True
    """
    if name not in CHECKLISTS:
        raise ValueError(f"name: unknown checklist {name!r}; allowed: {', '.join(CHECKLISTS)}")
    rows = [
        Markup('<li>{} {}: <a href="chapter:{}">{}</a></li>').format(row.item, row.topic, row.page, row.place)
        for row in _read(name).itertuples()
    ]
    return Prose(Markup("<ul>{}</ul>").format(Markup("").join(rows)))


def deviations() -> Table:
    """Where this report deviates from the publication of 2020, and how.

    Returns
    -------
    Table
        The table with its caption and the rows that it shows.

    Examples
    --------
    >>> deviations().name
    'deviations'
    """
    return Table(
        data=_read("deviations"),
        name="deviations",
        caption="Where this report deviates from the publication of 2020.",
        columns=[
            column.text("matter"),
            column.text("publication", "Publication of 2020"),
            column.text("registry", "This report"),
        ],
    )


def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(project_root() / "data" / f"{name}.csv", dtype="str", keep_default_na=False)

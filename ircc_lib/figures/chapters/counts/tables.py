"""The registry's trials as tables: Table 1, categories with the trials behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ircc_lib.analysis.counts.counts import DIMENSIONS, tabulate
from ircc_lib.analysis.counts.table_one import COLUMNS, table_one
from ircc_lib.figures.chapters.counts.sentences import at_most
from ircc_lib.figures.display import column
from ircc_lib.figures.display.table import Table
from ircc_lib.text import counted

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


def table_one_table(reg: Registry) -> Table:
    """Table 1 of the report.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Table
        The table with its caption and the rows that it shows.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> table_one_table(ircc.load_registry()).name
    'table-1'
    """
    caption = (
        f"The {counted(reg.trials['cohort'].nunique(), 'trial')} of this edition by design; “randomised” are "
        "those that their own record or a review calls so, “not randomised” others with controls. Medians are over the n trials that state the value; "
        f"“not stated” counts trials.{at_most(reg)}"
    )
    table = table_one(reg)
    level = table["level"].where(table["level"].eq(""), ": " + table["level"])
    return Table(
        data=table.assign(line=table["characteristic"] + level),
        name="table-1",
        caption=caption,
        columns=[column.text("line", "Characteristic"), *(column.text(head, head) for head in COLUMNS)],
    )


def tabulation(reg: Registry, by: str) -> Table:
    """The categories of one description with their trials and patients, as a table.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    by : str
        A description known to `tabulate`.

    Returns
    -------
    Table
        The table with its caption and the rows that it shows.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> tabulation(ircc.load_registry(), "entity").name
    'table-by-entity'
    """
    table = tabulate(reg, by)
    category = column.entity if by == "entity" else column.text
    return Table(
        data=table,
        name=f"table-by-{by.replace('_', '-')}",
        caption=f"Trials and patients by {DIMENSIONS[by]}; shares are of all trials.{at_most(reg)}",
        columns=[
            category("category", DIMENSIONS[by].capitalize()),
            column.number("trials"),
            column.percent("share", digits=1),
            column.number("patients"),
            column.number("cik_patients"),
        ],
    )

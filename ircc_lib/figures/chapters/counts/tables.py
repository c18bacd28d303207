"""The registry's trials as tables: Table 1, categories with the trials behind them."""

from __future__ import annotations

from ircc_lib.analysis.counts.counts import DIMENSIONS, tabulate
from ircc_lib.analysis.counts.table_one import COLUMNS, table_one
from ircc_lib.figures.display.exhibit import Column, Table
from ircc_lib.text import counted


def table_one_exhibit(reg) -> Table:
    """Table 1 of the report.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> table_one_exhibit(ircc.load_registry()).name
    'table-1'
    """
    caption = (
        f"The {counted(reg.trials['cohort'].nunique(), 'trial')} of this edition by design; “randomised” are "
        "those that their own record or a review calls so, “not randomised” others with controls. Medians are over the n trials that state the value; "
        "“not stated” counts trials."
    )
    table = table_one(reg)
    level = table["level"].where(table["level"].eq(""), ": " + table["level"])
    return Table(
        data=table.assign(line=table["characteristic"] + level),
        name="table-1",
        caption=caption,
        columns=[Column(key="line", label="Characteristic"), *(Column(key=head, label=head) for head in COLUMNS)],
    )


def tabulation(reg, by: str) -> Table:
    """The categories of one description with their trials and patients, as a table.

    Parameters
    ----------
    reg : Registry
    by : a description known to `tabulate`

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> tabulation(ircc.load_registry(), "entity").name
    'table-by-entity'
    """
    table = tabulate(reg, by)
    kind = "entity" if by == "entity" else "text"
    return Table(
        data=table,
        name=f"table-by-{by.replace('_', '-')}",
        caption=f"Trials and patients by {DIMENSIONS[by]}; shares are of all trials.",
        columns=[
            Column(key="category", label=DIMENSIONS[by].capitalize(), kind=kind),
            Column(key="trials", label="Trials", kind="number"),
            Column(key="share", label="Share", kind="percent", digits=1),
            Column(key="patients", label="Patients", kind="number"),
            Column(key="cik_patients", label="Treated with CIK", kind="number"),
        ],
    )

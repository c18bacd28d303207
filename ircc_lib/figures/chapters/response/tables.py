"""Response as tables: pooled, between the arms, and each count as it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ircc_lib.analysis.outcomes.response import (
    pooled_response,
    response_between_arms,
    response_counts,
)
from ircc_lib.figures.display import column
from ircc_lib.figures.display.table import Table
from ircc_lib.figures.draw.rates import WHO, named_groups
from ircc_lib.registry.rows import rows_of
from ircc_lib.text import counted, percents, with_interval

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


def response_table(reg: Registry) -> Table:
    """Pooled proportions by outcome and arm.

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
    >>> response_table(ircc.load_registry()).name
    'response-pooled'
    """
    table = pooled_response(reg).assign(
        arm=lambda t: t["group"].map(WHO) + ", " + t["kind"],
        method=lambda t: t["method"].replace("GLMM", "binomial-normal model"),
    )
    return Table(
        data=table,
        name="response-pooled",
        caption="Proportions of patients with a response by outcome and arm, pooled over three trials or more (binomial-normal model, no "
        "continuity correction; the proportion is that of the median trial). Single trials, and sums of counts "
        "that cannot be pooled, have an exact interval.",
        columns=[
            column.text("outcome"),
            column.text("arm"),
            column.number("trials"),
            column.number("events", "With outcome"),
            column.number("n", "Evaluated"),
            *(
                column.percent(key, label, digits=1)
                for key, label in (
                    ("proportion", "Pooled"),
                    ("ci_low", "95 % CI lower"),
                    ("ci_high", "95 % CI upper"),
                    ("pi_low", "Prediction lower"),
                    ("pi_high", "Prediction upper"),
                )
            ),
            column.number("i2", digits=0),
            column.text("method"),
        ],
    )


def response_between_table(reg: Registry) -> Table:
    """Risk ratios and differences between arms, randomised and other trials apart.

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
    >>> response_between_table(ircc.load_registry()).name
    'response-between-arms'
    """
    table = response_between_arms(reg)
    table = table.assign(
        random=[with_interval(row["rr"], row["rr_low"], row["rr_high"]) for row in rows_of(table)],
        fixed=[with_interval(row["common"], row["common_low"], row["common_high"]) for row in rows_of(table)],
        difference=[with_interval(row["rd"], row["rd_low"], row["rd_high"], percents) for row in rows_of(table)],
    )
    return Table(
        data=table,
        name="response-between-arms",
        caption="Response and disease control, CIK against control within trials; a ratio above 1 or a positive difference: more often under "
        "CIK. Random effects from three trials on (REML, Hartung-Knapp); common effect and difference by "
        "Mantel-Haenszel. One trial is shown with its own ratio.",
        columns=[
            column.text("outcome"),
            column.text("design"),
            column.number("trials"),
            column.number("patients"),
            column.text("random", "Risk ratio, random effects (95 % CI)"),
            column.text("fixed", "Common effect (95 % CI)"),
            column.text("difference", "Difference, percentage points (95 % CI)"),
            column.number("i2", digits=0),
            column.number("q_p_value", "p of heterogeneity", digits=3),
        ],
    )


def responses_as_counted(reg: Registry) -> Table:
    """Every outcome, trial and arm, with its count and where it came from, or why there is none.

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
    >>> responses_as_counted(ircc.load_registry()).name
    'response-counts'
    """
    counts = response_counts(reg)
    counts = counts.assign(who=named_groups(counts))
    done = int(counts["pooled"].sum())
    return Table(
        data=counts,
        name="response-counts",
        caption=f"{counted(len(counts), 'row')} on response, by outcome, trial and arm: {done:,} with a count "
        f"that is pooled, "
        f"{len(counts) - done:,} listed only, with the reason.",
        columns=[
            column.trial("trial_id"),
            column.text("outcome", filter=True),
            column.text("who", "Arm", filter=True),
            column.text("allocation", filter=True),
            column.number("events", "With outcome"),
            column.number("n", "Evaluated"),
            column.percent("percent", "Proportion", digits=1),
            column.text("source", "Count from", filter=True),
            column.text("why", "Not pooled because"),
            column.text("criteria", "Criteria as stated"),
            column.text("note"),
            column.row("row_ids"),
        ],
    )

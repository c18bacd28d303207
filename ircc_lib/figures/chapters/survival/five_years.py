"""Overall survival at five years by tumour entity and arm."""

from __future__ import annotations

import matplotlib as mpl
import pandas as pd
from matplotlib.ticker import FixedLocator, PercentFormatter

from ircc_lib.analysis.outcomes.arms import five_year_survival
from ircc_lib.figures.display import style
from ircc_lib.figures.display.exhibit import Column, Exhibit, Prose, Table, new_exhibit, prose
from ircc_lib.figures.draw.curves import ARMS
from ircc_lib.text import counted

ENTITY = 0.42  # inches an entity takes
OFFSET = {"cik": -0.17, "control": 0.17}
NONE = "No trial of this edition prints overall survival at five years of a whole arm."


def five_year_figure(reg) -> Exhibit | Prose:
    """Five-year survival with its 95 % interval, an entity a row, CIK above control.

    One trial: its rate with Wilson's interval; several: the binomial-normal mixed model.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> five_year_figure(ircc.load_registry()).name
    'five-year-survival'
    """
    table = five_year_survival(reg)
    if table.empty:
        return prose(NONE)
    entities = table["entity"].drop_duplicates().tolist()
    high = ENTITY * len(entities) + 0.75
    with mpl.rc_context(style.RC):
        figure = new_exhibit(high)
        axes = figure.add_axes((0.29, 0.5 / high, 0.40, 1 - 0.75 / high))
        for y, entity in enumerate(entities):
            axes.annotate(
                f"{entity[:1].upper()}{entity[1:]}",
                (0, y),
                xycoords=("axes fraction", "data"),
                xytext=(-10, 0),
                textcoords="offset points",
                ha="right",
                va="center",
                fontsize=8.5,
                annotation_clip=False,
                parse_math=False,
            ).set_url(f"entity:{entity}")
            for row in table[table["entity"].eq(entity)].to_dict("records"):
                _estimate(axes, y + OFFSET[row["group"]], row)
        axes.set(xlim=(0, 1), ylim=(len(entities) - 0.45, -0.75), xlabel="Alive at five years")
        axes.xaxis.set_major_locator(FixedLocator([0, 0.25, 0.5, 0.75, 1]))
        axes.xaxis.set_major_formatter(PercentFormatter(1.0))
        axes.yaxis.set_visible(False)
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x")
    words = _words(table)
    return figure.describe(
        name="five-year-survival",
        title="Five-year survival by tumour entity and arm",
        caption=words,
        alt=words,
        data=table,
    )


def five_year_table(reg) -> Table | Prose:
    """The rates of `five_year_figure` with the trials behind them."""
    table = five_year_survival(reg)
    if table.empty:
        return prose(NONE)
    table = table.assign(group=table["group"].map({key: label for key, (label, _) in ARMS.items()}))
    columns = [
        Column(key="entity", label="Tumour entity", kind="entity", filter=True),
        Column(key="group", label="Arm", filter=True),
        Column(key="survival", label="Alive at 5 years", kind="percent", digits=1),
        Column(key="ci_low", label="95 % from", kind="percent", digits=1),
        Column(key="ci_high", label="to", kind="percent", digits=1),
        Column(key="trials", label="Trials", kind="number"),
        Column(key="n", label="Patients", kind="number"),
        Column(key="method", label="Method"),
        Column(key="trial_ids", label="From", kind="trial"),
    ]
    return Table(data=table, name="five-year-survival-table", columns=columns, caption=_words(table))


def _estimate(axes, y: float, row: dict) -> None:
    label, colour = ARMS[row["group"]]
    text = f"{label} {100 * row['survival']:.0f} %"
    if not pd.isna(row["ci_low"]):
        axes.plot([row["ci_low"], row["ci_high"]], [y, y], color=colour, linewidth=1.6, solid_capstyle="butt")
        text += f" ({100 * row['ci_low']:.0f} to {100 * row['ci_high']:.0f})"
    axes.plot([row["survival"]], [y], "s" if row["trials"] == 1 else "D", color=colour, markersize=5)
    size = "" if pd.isna(row["n"]) else f", n {int(row['n']):,}"
    trials = counted(int(row["trials"]), "trial")
    axes.annotate(
        f"{text}  {trials}{size}",
        (1, y),
        xycoords=("axes fraction", "data"),
        xytext=(10, 0),
        textcoords="offset points",
        va="center",
        fontsize=7.5,
        color=style.INK,
        annotation_clip=False,
    )


def _words(table: pd.DataFrame) -> str:
    by_arm = table.pivot(index="entity", columns="group", values="survival")
    by_arm.columns = by_arm.columns.str.lower()
    both = by_arm.reindex(columns=["cik", "control"]).dropna()
    higher = both.index[both["cik"] > both["control"]].tolist()
    pooled = int(table["trials"].gt(1).sum())
    compared = (
        f"Of {counted(len(both), 'entity', 'entities')} with both arms, five-year survival is "
        f"higher with CIK in {len(higher)} ({'; '.join(higher)}). "
        if higher
        else "In no entity with both arms is five-year survival higher with CIK. "
    )
    return (
        f"{compared}Rates of one trial have Wilson's interval; {pooled} of "
        f"{counted(len(table), 'rate')} pool several trials by a binomial-normal mixed model. Rates "
        "count as survivors of the whole arm, so that intervals ignore censoring; arms of an entity need not "
        "come from the same trials, and most trials are not randomised."
    )

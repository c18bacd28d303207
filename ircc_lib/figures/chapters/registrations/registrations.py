"""The registered trials: which were reported, and which were completed and are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
import pandas as pd

from ircc_lib.analysis.counts.registrations import COMPLETED, MISSING, RUNNING, UNKNOWN, WITHDRAWN, registered_trials
from ircc_lib.figures.display import column, style
from ircc_lib.figures.display.figure import Figure, new_figure
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.figures.display.table import Table
from ircc_lib.text import capital, counted, verb

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


ORDER = [COMPLETED, RUNNING, WITHDRAWN, UNKNOWN]
ROW = 0.42  # inches a bar takes
LOOKS = {True: ("a report is enrolled", style.CIK), False: ("no report gives its number", style.CONTROL)}


def registrations_figure(everything: Registry, reg: Registry) -> Figure:
    """Registered trials by state, with and without a report.

    Parameters
    ----------
    everything : Registry
        The whole registry, with what no edition leaves out.
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Figure
        The figure with its caption, alternative text and the rows that it draws.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> whole = ircc.load_registry()
    >>> registrations_figure(whole, whole).name
    'registrations'
    """
    import seaborn as sns  # late: only this figure and few others need it

    table = registered_trials(everything, reg)
    drawn = table.assign(report=table["trial_ids"].notna().map({key: words for key, (words, _) in LOOKS.items()}))
    states = [state for state in ORDER if drawn["state"].eq(state).any()] or ORDER[:1]
    drawn["state"] = pd.Categorical(drawn["state"], states, ordered=True)
    high = ROW * len(states) + 0.95
    with mpl.rc_context(style.RC):
        figure = new_figure(high)
        axes = figure.add_axes((0.25, 0.5 / high, 0.62, 1 - 0.9 / high))
        if len(drawn):
            sns.histplot(
                data=drawn,
                y="state",
                hue="report",
                hue_order=[words for words, _ in LOOKS.values()],
                palette={words: colour for words, colour in LOOKS.values()},
                multiple="stack",
                shrink=0.7,
                alpha=1,
                linewidth=0,
                ax=axes,
            )
            sns.move_legend(axes, "lower left", bbox_to_anchor=(0, 1.0), ncols=2, title=None, fontsize=style.TEXT)
        axes.set(xlabel="Registered trials", ylabel="")
        axes.grid(axis="x")
        axes.set_axisbelow(True)
        axes.spines["left"].set_visible(False)
        axes.tick_params(left=False)
    lost = int(table["standing"].eq(MISSING).sum())
    words = (
        f"{lost} of {counted(len(table), 'registered trial')} {verb(lost, 'is', 'are')} completed or closed, and no report "
        "of this edition gives the number of the registration."
    )
    return figure.describe(
        name="registrations",
        title="Registered trials by state, with and without a report",
        caption="A trial may be reported without the number of its registration, elsewhere, or not at all.",
        alt=words,
        data=table.drop(columns=["title", "source_url"]),
    )


def registrations_table(everything: Registry, reg: Registry) -> Table:
    """Every registered trial with its size, start and report; those completed without a report first.

    Parameters
    ----------
    everything : Registry
        The whole registry, with what no edition leaves out.
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Table
        The table with its caption and the rows that it shows.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> whole = ircc.load_registry()
    >>> registrations_table(whole, whole).name
    'registrations-table'
    """
    table = registered_trials(everything, reg)
    return Table(
        data=table.assign(standing=table["standing"].map(capital)),
        name="registrations-table",
        caption=f"{capital(counted(len(table), 'registered trial'))} of CIK cells, those completed without a report "
        "first. Sizes, status and start as registered.",
        columns=[
            column.text("registration_id", "Registration"),
            column.text("standing", "State and report", filter=True),
            column.trial("trial_ids", "Report"),
            column.number("n_planned", "Planned"),
            column.number("n_actual", "Enrolled"),
            column.text("start"),
            column.text("condition"),
            column.text("phase", filter=True),
            column.text("country", filter=True),
            column.text("status", "Status as registered"),
            column.text("title"),
            column.paper("source_url", "Record"),
        ],
    )


def registrations_sentence(everything: Registry, reg: Registry) -> Prose:
    """How many registered trials were completed and are reported nowhere here, and how many patients they planned.

    Parameters
    ----------
    everything : Registry
        The whole registry, with what no edition leaves out.
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Prose
        One paragraph for the page.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> whole = ircc.load_registry()
    >>> "completed" in registrations_sentence(whole, whole)
    True
    """
    return prose("{words}", words=_words(registered_trials(everything, reg)))


def _words(table: pd.DataFrame) -> str:
    if table.empty:
        return "No registered trial is known."
    completed, missing = table[table["state"].eq(COMPLETED)], table[table["standing"].eq(MISSING)]
    sizes = missing["n_actual"].fillna(missing["n_planned"])
    patients = (
        f" ({counted(int(sizes.sum()), 'patient')} enrolled or planned where stated)" if sizes.notna().any() else ""
    )
    reported = int(table["trial_ids"].notna().sum())
    who = (
        f"{len(missing):,} of these" if len(missing) < len(completed) else "each of these" if len(missing) > 1 else "it"
    )
    return (
        f"Of {counted(len(table), 'registered trial')}, {reported or 'none'} {verb(reported or 1, 'is', 'are')} named by a report of this "
        f"edition. {len(completed)} {verb(len(completed), 'is', 'are')} completed or closed; the number of {who} stands in no "
        f"report here{patients}. They may be reported later, without their number, elsewhere, or not at all."
    )

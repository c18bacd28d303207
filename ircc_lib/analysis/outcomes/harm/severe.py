"""Severe harm: grade 3 to 5, severe and serious events, deaths, graft-versus-host disease."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.outcomes.harm.adverse_events import COLUMNS, adverse_event_counts
from ircc_lib.analysis.outcomes.pooled_counts import one_report_a_cohort, pooled_row
from ircc_lib.registry.rows import rows_of, table_of

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


SEVERE_CLASSES = [
    "adverse event of grade 3 to 5",
    "severe adverse event, as worded",
    "serious adverse event",
    "clinically significant adverse event, as worded",
    "treatment-related death",
]
SINGLE = "one kind of event of grade 3 to 5"  # by its own term: never pooled with other terms
GVHD_FORMS = ["acute", "chronic", "form not stated"]


def severe_counts(reg: Registry) -> pd.DataFrame:
    """Rows of `adverse_event_counts` about severe harm, with their ``outcome`` (`SEVERE_CLASSES` or `SINGLE`).

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> set(severe_counts(ircc.load_registry())["outcome"]) <= {*SEVERE_CLASSES, SINGLE}
    True
    """
    rows = [
        row | {"outcome": outcome}
        for row in rows_of(adverse_event_counts(reg))
        if (outcome := severe_class(row)) is not None
    ]
    for row in rows:
        row["kind_of"] = row["term"] if row["outcome"] == SINGLE else row["outcome"]
    one = one_report_a_cohort(rows, by=["cohort", "group", "kind_of"])
    return table_of(one, COLUMNS | {"outcome": "str"})


def severe_rates(reg: Registry) -> pd.DataFrame:
    """Severe harm by class and group, pooled over trials that count it among patients.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    DataFrame
        outcome, group (cik, control), then as `adverse_event_rates`; the control group only
        where a trial reports it.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> severe_rates(ircc.load_registry()).columns[:3].tolist()
    ['outcome', 'group', 'trials']
    """
    counts = severe_counts(reg)
    rows = []
    for outcome in SEVERE_CLASSES:
        for group in ("cik", "control"):
            chosen = counts[counts["pooled"] & counts["outcome"].eq(outcome) & counts["group"].eq(group)]
            if group == "cik" or len(chosen):
                rows.append({"outcome": outcome, "group": group} | pooled_row(chosen))
    return pd.DataFrame(rows)


def gvhd_counts(reg: Registry) -> pd.DataFrame:
    """Graft-versus-host disease by trial, with ``form`` (acute, chronic, form not stated).

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> set(gvhd_counts(ircc.load_registry())["form"]) <= set(GVHD_FORMS)
    True
    """
    counts = adverse_event_counts(reg)
    table = counts[counts["kind"].eq("gvhd")].copy()
    first = table["term"].str.split().str[0].str.lower()
    table["form"] = first.where(first.isin(GVHD_FORMS[:2]), GVHD_FORMS[2])
    return table.sort_values(["cell_source", "form", "year"]).reset_index(drop=True)


def gvhd_rates(reg: Registry) -> pd.DataFrame:
    """Graft-versus-host disease by donor source and form, pooled where two trials count it.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    DataFrame
        cell_source (allogeneic, autologous, unreported ...), trials_of_source (trials of that
        source in the registry), form, then as `adverse_event_rates`. A source of which no
        trial counts the disease has a row without a form.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "allogeneic" in set(gvhd_rates(ircc.load_registry())["cell_source"])
    True
    """
    counts, rows = gvhd_counts(reg), []
    counts = counts[counts["pooled"]]
    stated = reg.trials.assign(known=reg.trials["cell_source"].ne("unreported")).sort_values("known", kind="stable")
    trials = stated.drop_duplicates("cohort", keep="last")["cell_source"].value_counts()
    for source in sorted(reg.trials["cell_source"].dropna().unique()):
        own = counts[counts["cell_source"].eq(source)]
        base = {"cell_source": source, "trials_of_source": int(trials.get(source, 0))}
        for form in GVHD_FORMS if len(own) else []:
            chosen = own[own["form"].eq(form)]
            if len(chosen):
                rows.append(base | {"form": form} | pooled_row(chosen))
        if not len(own):
            rows.append(base | {"form": None} | pooled_row(own))
    return pd.DataFrame(rows, columns=["cell_source", "trials_of_source", "form", *pooled_row(counts.iloc[:0])])


def severe_class(row: dict[str, Any]) -> str | None:
    """The class of severe harm that a row of `adverse_event_counts` is about, if any."""
    if row["kind"] == "death" or (pd.notna(row["grade_low"]) and row["grade_low"] == 5):
        return "treatment-related death"
    if row["serious"]:
        return "serious adverse event"
    if row["kind"] != "summary":
        return SINGLE if row["called_severe"] and row["kind"] != "gvhd" else None
    if row["severe"]:
        return "adverse event of grade 3 to 5"
    worded = f"{row['term']}, as worded"
    return worded if worded in SEVERE_CLASSES else None

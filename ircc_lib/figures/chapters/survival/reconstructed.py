"""Curves of pseudo-cohorts by entity: what rates and medians say, never to be read as individual data."""

from __future__ import annotations

import matplotlib as mpl
import pandas as pd

from ircc_lib.analysis.outcomes.pseudo_cohort import rmst_by_entity
from ircc_lib.figures.display import style
from ircc_lib.figures.display.exhibit import Column, Exhibit, Prose, Table, new_exhibit, prose
from ircc_lib.figures.draw.curves import draw_panel
from ircc_lib.text import counted, joined

RECONSTRUCTED = "Reconstructed from reported rates and medians, not individual data"
NAMES = {"OS": "overall survival", "PFS": "progression- or disease-free survival"}
PANEL = 3.0  # inches a row of panels takes
MOST_PANELS = 8


def pseudo_curves(cohort: pd.DataFrame, *, endpoint: str = "OS", at_least: int = 2) -> Exhibit | Prose:
    """Curves by arm of each entity's pseudo-cohort, randomised and other trials in panels of their own.

    Parameters
    ----------
    cohort : as `pseudo_cohort` gives it; endpoint : ``OS`` or ``PFS``, for the words
    at_least : trials an entity must have in a panel

    Returns
    -------
    Exhibit with at most eight panels, those with most patients; a sentence if no entity has enough trials.
    """
    panels = _panels(cohort, at_least)
    if not panels:
        return prose(
            "No tumour entity of this edition has {n} trials that report {what} of both arms with "
            "their sizes, so there is no curve to draw.",
            n=at_least,
            what=NAMES[endpoint],
        )
    rows = -(-len(panels) // 2)
    with mpl.rc_context(style.RC):
        figure = new_exhibit(PANEL * rows)
        steps = []
        for i, (title, part) in enumerate(panels):
            box = (0.10 + 0.49 * (i % 2), (rows - 1 - i // 2) / rows, 0.32, (PANEL - 0.5) / (PANEL * rows))
            drawn = draw_panel(
                figure, box, part, endpoint="Survival" if i % 2 == 0 else "", title=title, bands=False, marks=False
            )
            steps.append(drawn[["arm", "time", "survival", "at_risk"]].assign(panel=title))
    words = _words(panels, endpoint)
    return figure.describe(
        name=f"pseudo-curves-{endpoint.lower()}",
        caption=words,
        alt=words,
        title=f"{NAMES[endpoint].capitalize()} by tumour entity and arm. {RECONSTRUCTED}",
        data=pd.concat(steps, ignore_index=True),
    )


def rmst_table(cohort: pd.DataFrame, *, endpoint: str = "OS") -> Table | Prose:
    """Restricted mean survival of the pseudo-cohorts, CIK minus control, by entity and design."""
    table = rmst_by_entity(cohort)
    if table.empty:
        return prose(
            "No tumour entity has two trials of the same kind whose arms are known to the same "
            "time, so no restricted mean of {what} is compared.",
            what=NAMES[endpoint],
        )
    above = int((table["ci_low"] > 0).sum())
    caption = (
        f"Restricted mean {NAMES[endpoint]}, months lived up to the horizon, CIK minus control: in "
        f"{above} of {counted(len(table), 'group')} the interval lies above 0. Mean of the trials' "
        "own differences, weighed by patients, over the trials known up to the horizon. "
        f"{RECONSTRUCTED}: the intervals carry the uncertainty of arms of that size, "
        "not that of the reconstruction."
    )
    columns = [
        Column(key="entity", label="Tumour entity", kind="entity", filter=True),
        Column(key="design", label="Design", filter=True),
        Column(key="trials", label="Trials", kind="number"),
        Column(key="n", label="Patients", kind="number"),
        Column(key="horizon", label="Horizon, months", kind="number", digits=0),
        Column(key="cik", label="CIK, months", kind="number", digits=1),
        Column(key="control", label="Control, months", kind="number", digits=1),
        Column(key="difference", label="Difference, months", kind="number", digits=1),
        Column(key="ci_low", label="95 % from", kind="number", digits=1),
        Column(key="ci_high", label="to", kind="number", digits=1),
    ]
    return Table(data=table, name=f"rmst-{endpoint.lower()}", caption=caption, columns=columns)


def pseudo_cohort_sentence(cohort: pd.DataFrame, *, endpoint: str = "OS") -> Prose:
    """How many trials the pseudo-cohort holds, and why others with rates or medians are not in it."""
    left_out = cohort.attrs["left_out"]
    reasons = [f"{counted(n, 'report')} ({why})" for why, n in left_out["why"].value_counts().items()]
    out = f" Left out: {joined(reasons)}." if reasons else ""
    return prose(
        "{kind}: the pseudo-cohort holds {trials} with {patients}, {randomised} of the trials randomised.{out}",
        kind=NAMES[endpoint].capitalize(),
        trials=counted(cohort["trial_id"].nunique(), "trial"),
        patients=counted(len(cohort), "pseudo-patient"),
        out=out,
        randomised=cohort.loc[cohort["randomised"].astype(bool), "trial_id"].nunique(),
    )


def _panels(cohort: pd.DataFrame, at_least: int) -> list[tuple[str, pd.DataFrame]]:
    if cohort.empty:
        return []
    found = []
    for (entity, randomised), part in cohort.groupby(["entity", "randomised"], sort=True):
        trials = part["trial_id"].nunique()
        if trials >= at_least:
            kind = "randomised" if randomised else "not randomised"
            found.append((f"{entity[:1].upper()}{entity[1:]}\n{trials} trials, {kind}", part))
    largest = sorted(found, key=lambda panel: -len(panel[1]))[:MOST_PANELS]
    return [panel for panel in found if any(panel[0] == kept[0] for kept in largest)]


def _words(panels: list, endpoint: str) -> str:
    patients = sum(len(part) for _, part in panels)
    trials = sum(part["trial_id"].nunique() for _, part in panels)
    return (
        f"{RECONSTRUCTED}. {NAMES[endpoint].capitalize()} of {counted(trials, 'trial')} with "
        f"{counted(patients, 'patient')} in {counted(len(panels), 'group')} of one entity and kind of "
        "design. Between the points reported survival is taken to fall exponentially; each trial ends at "
        "its last known point. The curves pool the arms of different trials; the table of restricted "
        "means compares within trials and is the fairer of the two."
    )

"""Response in words: the criteria, the pooled proportions and what separates the arms."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ircc_lib.analysis.outcomes.response import (
    DESIGNS,
    response_between_arms,
)
from ircc_lib.figures.display.sentence import Prose, cite, prose
from ircc_lib.registry.labels import trial_label
from ircc_lib.text import counted, joined, p_text, ratio_with_ci, verb

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

RANDOMISED = next(iter(DESIGNS))


def criteria_sentence(reg: Registry) -> Prose:
    """How many of the trials say by which criteria response was judged.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Prose
        One paragraph for the page.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "criteria" in criteria_sentence(ircc.load_registry())
    True
    """
    rows = reg.responses
    total = rows["trial_id"].nunique()
    stated = rows[rows["criteria"].notna()].drop_duplicates("trial_id")
    if total == 0:
        return prose("No trial of this edition reports a response.")
    if stated.empty:
        return prose(
            "None of the {total} with a response names the criteria by which it was judged, so that "
            "responses cannot be set apart by criteria.",
            total=counted(total, "report"),
        )
    by_criteria = stated.groupby("criteria", sort=False)["trial_id"].agg(lambda ids: ", ".join(map(trial_label, ids)))
    named = joined(f"{criteria} ({trials})" for criteria, trials in by_criteria.items())
    return prose(
        "Of {total} with a response only {n} {say} it: {named}. The other {rest} {leave} the criteria "
        "unstated, so that responses cannot be set apart by criteria.",
        total=counted(total, "report"),
        n=len(stated),
        say=verb(len(stated), "defines", "define"),
        named=named,
        rest=total - len(stated),
        leave=verb(total - len(stated), "leaves", "leave"),
    )


def response_sentence(reg: Registry) -> Prose:
    """Randomised evidence on response in one sentence, with the trials behind it.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Prose
        One paragraph for the page.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "randomised" in response_sentence(ircc.load_registry())
    True
    """
    row = response_between_arms(reg).set_index(["outcome", "design"]).loc[("objective response", RANDOMISED)]
    if row["trials"] == 0:
        return prose(
            "No trial of this edition that was randomised by its own record gives counts of objective response in "
            "both arms."
        )
    trials = cite(row["trial_ids"].split("; "))
    if row["trials"] == 1 and not math.isnan(row["rr"]):
        return prose(
            "One trial that was randomised by its own record ({trials}) gives counts of objective response in both "
            "arms; its risk ratio is {ratio}, and there is nothing to pool.",
            trials=trials,
            ratio=ratio_with_ci(row["rr"], row["rr_low"], row["rr_high"]),
        )
    if math.isnan(row["common"]):
        return prose(
            "The randomised trials ({trials}) count no objective response in one of the arms, so that there is "
            "no ratio.",
            trials=trials,
        )
    common = ratio_with_ci(row["common"], row["common_low"], row["common_high"])
    if math.isnan(row["rr"]):
        return prose(
            "Two trials that were randomised by their own record ({trials}) give counts of objective response in both "
            "arms; a common effect would be {common}.",
            trials=trials,
            common=common,
        )
    return prose(
        "In {n} trials that were randomised by their own record, with {patients:,} patients ({trials}), the pooled "
        "risk ratio for objective response is {ratio}, {p} (random effects; common effect {common}); the difference "
        "is {rd} percentage points (95 % CI {low} to {high}).",
        n=row["trials"],
        patients=row["patients"],
        trials=trials,
        ratio=ratio_with_ci(row["rr"], row["rr_low"], row["rr_high"]),
        p=p_text(row["p_value"]),
        common=common,
        rd=_points(row["rd"]),
        low=_points(row["rd_low"]),
        high=_points(row["rd_high"]),
    )


def _points(difference: float) -> str:
    return f"{100 * difference:.0f}"

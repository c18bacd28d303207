"""What a trial gives to the report, as its record says it: effects with their place, allocation, overlaps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

from markupsafe import Markup

from ircc_lib.report.site.tables.cells import link
from ircc_lib.text import with_interval

CHAPTER = "04_hazard_ratios"
OUTCOMES = {
    "OS": ("Overall survival", "overall-survival"),
    "PFS": ("Progression or recurrence", "progression-free-survival"),
}
CERTAINTY = {
    "stated": "The same patients, as a record states",
    "likely": "Probably some of the same patients",
    "possible": "Possibly some of the same patients",
}


class EffectLine(TypedDict):
    """A line of the table of effects: cells as they are shown."""

    outcome: Markup
    ratio: str
    grade: str
    method: str
    place: Markup


def effect_lines(
    rows: list[dict[str, Any]], trial_id: str, trial: Callable[[str], Markup], chapter: str | None
) -> list[EffectLine]:
    """The effects of a trial, a line for each outcome on which it reports.

    Parameters
    ----------
    rows : list of dict
        Of `analysis.claims.contributions`, for this trial.
    trial_id : str
        The trial.
    trial : callable
        The link to another trial's record.
    chapter : str or None
        The way to the chapter of the hazard ratios.

    Returns
    -------
    list of EffectLine
        Outcome (linked to its forest), ratio with its interval, grade, method, and place in the forest.
    """
    return [_line(row, trial_id, trial, chapter) for row in rows]


def _line(row: dict[str, Any], trial_id: str, trial: Callable[[str], Markup], chapter: str | None) -> EffectLine:
    words, anchor = OUTCOMES[row["outcome"]]
    outcome = link(words, f"{chapter}#{anchor}" if chapter else None)
    if row["endpoint"] != row["outcome"]:
        outcome += Markup(" ({})").format(row["endpoint"])
    if "hr" not in row:
        reason = Markup("in no forest: {}").format(row.get("reason", "no effect could be derived"))
        return EffectLine(outcome=outcome, ratio="", grade="", method="", place=reason)
    place = Markup("{}").format(_place(row))
    if row["given_by"] != trial_id:
        place += Markup("; the effect of these patients is that of {}").format(trial(row["given_by"]))
    ratio = f"{row['hr']:.2f} ({row['ci_printed']})" if row.get("ci_printed") else _ratio(row)
    return EffectLine(outcome=outcome, ratio=ratio, grade=row["quality"], method=row["method"], place=place)


def _ratio(row: dict[str, Any]) -> str:
    return with_interval(row["hr"], row["ci_low"], row["ci_high"])


def _place(row: dict[str, Any]) -> str:
    count = int(row["trials"])
    if "weight" in row:
        kind = "non-randomised" if row["group"] == "not randomised" else row["group"]
        return f"one of {count} {kind} trials that are pooled, weight {100 * row['weight']:.1f} %"
    if row["group"].startswith("randomised in"):
        return f"{row['group']}, so in neither pool"
    return f"{'the only trial' if count == 1 else f'one of {count} trials'} that {'is' if count == 1 else 'are'} {row['group']}; too few to pool"


def overlap_lines(rows: list[dict[str, Any]], trial_id: str, trial: Callable[[str], Markup]) -> list[Markup]:
    """Reports whose patients may be the same, each with how sure that is and why.

    Parameters
    ----------
    rows : list of dict
        Rows of ``overlaps`` that name the trial on either side.
    trial_id : str
        The trial.
    trial : callable
        The link to another trial's record.
    """
    lines = []
    for row in rows:
        other = row["other_trial_id"] if row["trial_id"] == trial_id else row["trial_id"]
        sure = CERTAINTY.get(row.get("certainty", ""), "Patients may be the same")
        lines.append(
            Markup("{}: {} ({})").format(trial(other), sure[:1].lower() + sure[1:], row.get("why", "no reason given"))
        )
    return lines

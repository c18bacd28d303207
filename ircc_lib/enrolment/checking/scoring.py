"""How much of the reporting standard each trial of a file states, by the same items as the report's chapter."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ircc_lib.analysis.standard.score import NOT_ASKED, NOT_STATED, score, scores
from ircc_lib.registry.clean.tables import join_entities
from ircc_lib.registry.store import Registry


@dataclass(frozen=True, kw_only=True)
class Score:
    """What the record of a trial states; of a cohort, the union of its reports.

    Attributes
    ----------
    read_in : str
        The most that was read of a report.
    held_to : str
        The items of an abstract, or all items where the full text was read.
    held, all, essential : tuple of int
        Items stated, and items that apply and were looked for: of those it is held to, of all, of the essential ones.
    missing : tuple of str
        Essential items that are not stated, those asked even of an abstract first and with an asterisk.
    not_looked_for : int
        Items that the sheets products, conduct and flow would tell.
    """

    read_in: str
    held_to: str
    held: tuple[int, int]
    all: tuple[int, int]
    essential: tuple[int, int]
    missing: tuple[str, ...]
    not_looked_for: int

    def __str__(self) -> str:
        words = "" if self.held_to == "all items" else f"{_of(self.held)} the {self.held_to}, "
        return f"{words}{_of(self.all)} all items, {_of(self.essential)} the essential ones (read in: {self.read_in})"


def scores_of(tables: dict[str, pd.DataFrame], trials: list[str]) -> dict[str, Score]:
    """The score of each of some trials, by trial_id; those whose row cannot be read yet have none.

    Parameters
    ----------
    tables : dict of DataFrame
        Cleaned tables, the entities not yet joined with the tumours.
    trials : list of str
    """
    if "trials" not in tables or not len(tables["trials"]):
        return {}
    wanted = tables["trials"].loc[tables["trials"]["trial_id"].isin(trials), "cohort"]
    part = tables["trials"][tables["trials"]["cohort"].isin(wanted)]
    if part.empty:
        return {}
    ids = set(part["trial_id"])
    chosen = {
        name: (table[table["trial_id"].isin(ids)] if "trial_id" in table else table).reset_index(drop=True)
        for name, table in tables.items()
    }
    chosen["entities"] = join_entities(chosen["entities"], chosen["trials"], tables["tumours"])
    registry = Registry(chosen, pd.DataFrame())
    scored = score(registry)
    totals = scores(registry, scored=scored).set_index("cohort")
    scored = scored.sort_values("in_abstract", ascending=False, kind="stable")
    scored["short"] += scored["in_abstract"].map({True: "*", False: ""})
    lacking = scored[scored["essential"] & scored["status"].eq(NOT_STATED)].groupby("cohort")["short"].agg(list)
    unasked = scored["status"].eq(NOT_ASKED).groupby(scored["cohort"]).sum()
    found = {}
    for row in totals.itertuples():
        found[row.Index] = Score(
            read_in=row.read_in if isinstance(row.read_in, str) else "not said", held_to=row.held_to, held=(int(row.held_stated), int(row.held_applicable)),
            all=(int(row.stated), int(row.applicable)),
            essential=(int(row.essential_stated), int(row.essential_applicable)),
            missing=tuple(lacking.get(row.Index, [])), not_looked_for=int(unasked[row.Index]),
        )  # fmt: skip
    cohort = dict(zip(part["trial_id"], part["cohort"], strict=True))
    return {trial: found[cohort[trial]] for trial in trials if trial in cohort}


def _of(counts: tuple[int, int]) -> str:
    return f"{counts[0]} of {counts[1]} of"

"""The trials of a registry: the table that lists them, and the record of each with all its rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from ircc_lib.analysis.allocation import designs
from ircc_lib.analysis.claims.contributions import contributions
from ircc_lib.analysis.counts.patients import sizes
from ircc_lib.analysis.standard.score import NOT_APPLICABLE, score
from ircc_lib.figures.display import column
from ircc_lib.figures.display.plain import plain_value
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.figures.display.table import Table
from ircc_lib.registry.rows import rows_by, rows_of
from ircc_lib.text import counted

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


RECORDS_TYPE = "application/vnd.ircc.records+json"
COLUMNS = [
    column.trial("trial_id"),
    column.text("year", filter=True),
    column.entity("entity", filter=True),
    column.text("design", filter=True),
    column.text("product", filter=True),
    column.number("patients"),
    column.number("n_cik", "Given CIK"),
    column.text("country", filter=True),
    column.paper("paper"),
    column.text("co_treatments", filter=True),
    column.text("title"),
    column.note("patients_note"),
]


def trials_index(registry: Registry) -> Table:
    """Every trial of `registry` in one table that a reader filters.

    Parameters
    ----------
    registry : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Table
        One row per report, by year; ``entity`` and ``co_treatments`` hold several, joined by ``"; "``.
    """
    trials = registry.trials.sort_values(["year", "trial_id"], na_position="last")
    named = registry.entities.dropna(subset=["entity"]).drop_duplicates(["trial_id", "entity"])
    entities = named.groupby("trial_id")["entity"].agg("; ".join)
    rows = trials.assign(
        entity=trials["trial_id"].map(entities),
        design=designs(trials),
        **sizes(trials),
        year=trials["year"].astype("string").fillna("not known"),
        paper=trials["trial_id"],
    )
    return Table(data=rows, name="trials", caption="The trials of this edition", columns=COLUMNS)


def trials_sentence(registry: Registry) -> Prose:
    """How many reports, groups of patients and papers to read the edition holds.

    Parameters
    ----------
    registry : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Prose
        One paragraph for the page.
    """
    trials = registry.trials
    linked = int((trials["doi"].notna() | trials["pmid"].notna() | trials["source_url"].notna()).sum())
    return prose(
        "{reports} on {cohorts}; {linked} lead on to the paper or its public record.",
        reports=counted(len(trials), "report"),
        linked="all" if linked == len(trials) else f"{linked:,}",
        cohorts=counted(int(trials["cohort"].nunique()), "group of patients", "groups of patients"),
    )


@dataclass(frozen=True, kw_only=True)
class Records:
    """One record per trial; the report makes a page of each.

    Parameters
    ----------
    columns : table -> its columns, in order
    trials : trial_id -> table -> its rows, each a dict of the values that are stated
    flags : trial_id -> what is doubtful or unreadable in its rows
    effects : trial_id -> what it gives to the pooled hazard ratios, rows of `contributions`
    items : item_id -> an item of the reporting standard: domain, item, essential, in_abstract
    standard : trial_id -> the items that apply to its patients' reports, those asked of an abstract first, as
        dicts: item_id, read_in, status, row_id where a row shows it
    """

    columns: dict[str, list[str]]
    trials: dict[str, dict[str, list[dict[str, Any]]]] = field(repr=False)
    flags: dict[str, list[dict[str, Any]]] = field(repr=False)
    items: dict[str, dict[str, Any]] = field(default_factory=dict[str, Any], repr=False)
    standard: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, Any], repr=False)
    effects: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, Any], repr=False)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        words = Markup("<p>{} trial records.</p>").format(len(self.trials))
        return {"text/html": str(words), RECORDS_TYPE: self.__dict__}


def trial_records(registry: Registry) -> Records:
    """Every trial of `registry` with all its rows.

    Parameters
    ----------
    registry : Registry
        Its tables with a ``trial_id`` are taken, ``trials`` first.

    Returns
    -------
    Records
        For the last cell of the trials chapter.
    """
    by_trial: dict[str, dict[str, list[dict[str, Any]]]] = {trial_id: {} for trial_id in registry.trials["trial_id"]}
    for name, table in registry.tables.items():
        if "trial_id" in table.columns:
            for trial_id, rows in _rows_by_trial(table).items():
                if trial_id in by_trial:
                    by_trial[trial_id][name] = rows
    flags = _rows_by_trial(registry.flags) if "trial_id" in registry.flags.columns else {}
    scored = score(registry)
    return Records(
        columns={name: list(table.columns) for name, table in registry.tables.items() if "trial_id" in table.columns},
        trials=by_trial,
        flags={trial_id: rows for trial_id, rows in flags.items() if trial_id in by_trial},
        items=_items(scored),
        standard=_held_to_the_standard(registry, scored),
        effects=_rows_by_trial(contributions(registry)),
    )


def _items(scored: pd.DataFrame) -> dict[str, dict[str, Any]]:
    items = scored.drop_duplicates("item_id")[["item_id", "domain", "item", "essential", "in_abstract"]]
    return {item.pop("item_id"): item for item in rows_of(items)}


def _held_to_the_standard(registry: Registry, scored: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    asked = scored[scored["status"].ne(NOT_APPLICABLE)].sort_values("in_abstract", ascending=False, kind="stable")
    keys = ["item_id", "read_in", "status", "row_id"]
    of_cohort = {
        cohort: [{key: row[key] for key in keys if not pd.isna(row[key])} for row in rows]
        for cohort, rows in rows_by(asked[["cohort", *keys]], "cohort").items()
    }
    trials = registry.trials
    return {
        trial: of_cohort.get(cohort, []) for trial, cohort in zip(trials["trial_id"], trials["cohort"], strict=True)
    }


def _rows_by_trial(table: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {}
    plain = table.astype(object).where(table.notna(), None)
    columns = [str(column) for column in plain.columns]
    for values in plain.itertuples(index=False, name=None):
        row = {column: plain_value(value) for column, value in zip(columns, values) if value is not None}
        if "trial_id" in row:
            rows.setdefault(row["trial_id"], []).append(row)
    return rows

"""A part of the registry by what its trials have in common; a miss says what there is."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.registry.editions import project_root

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

_OF_TUMOURS = ("entity", "organ_system")
MOST_LISTED = 60  # allowed values that a message lists
_REPORTED_IN = ("medians", "landmarks", "comparisons")


def selected(reg: Registry, wanted: dict[str, Any], since: int | None, until: int | None) -> pd.Series:
    """Which rows of ``reg.trials`` meet everything that is wanted (bool, by its index); see `Registry.select`."""
    trials = reg.trials
    kept = pd.Series(True, index=trials.index)
    for column, value in wanted.items():
        if value is None:
            continue
        if column in _OF_TUMOURS:
            values = _known(column, value, reg.tumours[column], _aliases() if column == "entity" else {})
            treated = reg.entities.loc[reg.entities[column].isin(values), "trial_id"]
            kept &= trials["trial_id"].isin(treated)
        elif column == "endpoint":
            kept &= trials["trial_id"].isin(_reporting(reg, value))
        else:
            kept &= trials[column].isin(_known(column, value, trials[column], _other_names(column, trials)))
    for name, year, within in (("since", since, trials["year"].ge), ("until", until, trials["year"].le)):
        if year is not None:
            if isinstance(year, bool) or not isinstance(year, int):
                raise TypeError(f"{name}: a year is a whole number such as 2015, found {year!r}")
            kept &= within(year).fillna(False).astype(bool)
    return kept


def not_allowed(what: str, unknown: Sequence[Any], allowed: Sequence[str]) -> str:
    """A sentence on values that are not known, with the nearest that is."""
    folded = {one.casefold(): one for one in reversed(allowed)}
    near = difflib.get_close_matches(str(unknown[0]).casefold(), folded, n=1)
    guess = f" (did you mean {folded[near[0]]!r}?)" if near else ""
    listed = ", ".join(allowed[:MOST_LISTED]) + (f" ... ({len(allowed)} in all)" if len(allowed) > MOST_LISTED else "")
    return f"unknown {what} {', '.join(map(repr, unknown))}{guess}; allowed: {listed}"


def _reporting(reg: Registry, endpoint: str | Sequence[str]) -> set[str]:
    tables = [reg.tables[name][["trial_id", "endpoint"]] for name in _REPORTED_IN]
    rows = pd.concat(tables)
    wanted = _known("endpoint", endpoint, rows["endpoint"], {})
    return set(rows.loc[rows["endpoint"].isin(wanted), "trial_id"])


def _known(column: str, value: str | Sequence[str], present: pd.Series, aliases: dict[str, str]) -> list[str]:
    wanted = [value] if isinstance(value, str) else value
    if not isinstance(wanted, Sequence) or not all(isinstance(one, str) for one in wanted):
        raise TypeError(f"{column}: a name or a list of names is asked for, found {value!r}")
    there = set(present.dropna().unique())
    aliases = {one.casefold(): one for one in sorted(_elsewhere(column) | there)} | aliases
    wanted = [one if one in there else aliases.get(one.casefold(), one) for one in wanted]
    if column == "setting":
        wanted = [each for one in wanted for each in _said_with(one, there)]
    allowed = there if set(wanted) <= there else there | _elsewhere(column)
    unknown = [one for one in wanted if one not in allowed]
    if unknown:
        raise ValueError(not_allowed(column, unknown, sorted(allowed)))
    return wanted


def _other_names(column: str, trials: pd.DataFrame) -> dict[str, str]:
    """What else a value is called: a trial by its label (``Lee 2015``)."""
    if column != "trial_id" or "label" not in trials:
        return {}
    return {label.casefold(): trial_id for label, trial_id in zip(trials["label"], trials["trial_id"])}


def _said_with(words: str, settings: set[str]) -> list[str]:
    """The settings, reported in words of their own, in which these words stand; the words where there is none."""
    if words in settings:
        return [words]
    whole = re.compile(rf"\b{re.escape(words)}\b", re.IGNORECASE)
    return [setting for setting in sorted(settings) if whole.search(setting)] or [words]


@cache
def _aliases() -> dict[str, str]:
    """Other names of a tumour (``HCC``) and the entity that each stands for, of ``data/synonyms.csv``."""
    path = project_root() / "data" / "synonyms.csv"
    if not path.is_file():
        return {}
    with open(path, encoding="utf-8", newline="") as file:
        return {row["term"].casefold(): row["stands_for"] for row in csv.DictReader(file) if row["kind"] == "tumour"}


def _elsewhere(column: str) -> set[str]:
    """Values that may be asked for though this part of the registry has no such trial."""
    if column == "country":
        import pycountry

        return {getattr(country, "common_name", country.name) for country in pycountry.countries}
    if column in ("design", "product"):
        from ircc_lib.registry.schema.reports import DESIGNS
        from ircc_lib.registry.vocabulary import Vocabularies

        return set(DESIGNS if column == "design" else Vocabularies().terms("products"))
    return set()

"""How many trials tested an endpoint, gained significantly, or say so in words, by allocation and tumour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.facts import trial_facts
from ircc_lib.analysis.outcomes.significance import FAMILIES, five_year_rates, five_year_trials, significant_comparisons
from ircc_lib.registry.rows import rows_of

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


FIVE = "5-year OS"
_COLUMNS = ["by", "value", "endpoint", "tested", "significant", "in_words", "trial_ids", "trial_ids_in_words"]
_FACTS = ["trial_id", "cohort", "allocation", "entity", "endpoint_family", "tested", "significant", "in_words"]


def significance_table(reg: Registry) -> pd.DataFrame:
    """How many trials gained significantly, by endpoint and then by allocation and by entity.

    Returns
    -------
    DataFrame
        ``by`` (all trials, allocation, entity), ``value``, ``endpoint`` (PFS, OS, 5-year OS), ``tested`` (cohorts
        with a printed p-value or interval of it against control), ``significant`` (of these), ``in_words`` (cohorts
        beside these that call a gain significant without a number), ``trial_ids`` and ``trial_ids_in_words`` (of the
        two, "; "-joined). Cohorts are counted, so that reports of the same patients count once.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> table = significance_table(ircc.load_registry())
    >>> bool((table["significant"] <= table["tested"]).all())
    True
    """
    judged = significant_comparisons(reg)
    rows = rows_of(judged[_FACTS])
    found = [
        row
        for family in FAMILIES
        for row in _tallied([row for row in rows if row["endpoint_family"] == family], family)
    ]
    return pd.DataFrame(found + _tallied(_five_years(reg), FIVE), columns=_COLUMNS)


def _five_years(reg: Registry) -> list[dict[str, Any]]:
    """Trials that print overall survival at five years of both arms with a p-value beside it, or are noted to test it."""
    rates, gained, facts = five_year_rates(reg), five_year_trials(reg), trial_facts(reg)
    printed = rates[rates["p_relation"].notna()]
    arms: dict[str, set[str]] = {}
    for trial_id, group in zip(printed["trial_id"].tolist(), printed["group"].tolist()):
        arms.setdefault(trial_id, set()).add(group)
    both = [trial_id for trial_id, groups in arms.items() if groups >= {"cik", "control"}]
    return [
        facts[trial_id] | {"tested": True, "significant": trial_id in gained, "in_words": False}
        for trial_id in dict.fromkeys([*both, *gained])
        if trial_id in facts
    ]


def _tallied(rows: list[dict[str, Any]], endpoint: str) -> list[dict[str, Any]]:
    """Cohorts tested, gained and gained in words, of all rows and by allocation and entity."""
    found = []
    for by in ("all trials", "allocation", "entity"):
        groups: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            if row["tested"] or row["in_words"]:
                groups.setdefault(row.get(by, by), []).append(row)
        for value, members in sorted(groups.items()):
            tested, gained = ({row["cohort"] for row in members if row[key]} for key in ("tested", "significant"))
            words = [row for row in members if row["in_words"] and row["cohort"] not in tested]
            found.append(
                {
                    "by": by,
                    "value": value,
                    "endpoint": endpoint,
                    "tested": len(tested),
                    "significant": len(gained),
                    "in_words": len({row["cohort"] for row in words}),
                    "trial_ids": _ids([row for row in members if row["significant"]]),
                    "trial_ids_in_words": _ids(words),
                }
            )
    return found


def _ids(rows: list[dict[str, Any]]) -> str:
    return "; ".join(dict.fromkeys(row["trial_id"] for row in rows))

"""What every question needs to know of a trial: its cohort, year, design, allocation, sizes and tumour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.allocation import OWN_RECORD, allocation
from ircc_lib.registry.rows import rows_of

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


SEVERAL = "several entities"  # of a trial in more than one tumour
NO_ENTITY = "not stated"
NO_PAGE = (SEVERAL, NO_ENTITY)  # words of ours, not entities
FACTS = ["trial_id", "cohort", "year", "design", "allocation_basis", "n_cik", "n_control"]


def trial_facts(reg: Registry, *more: str) -> dict[str, dict[str, Any]]:
    """`FACTS` of each trial with its entity, its allocation (in words) and whether that is random by its own record.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    *more : str
        Further columns of ``trials``.

    Returns
    -------
    dict of dict
        By trial_id.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> trial_facts(ircc.load_registry())["Lee2019"]["entity"]
    'hepatocellular carcinoma'
    """
    entities = _entity_by_trial(reg)
    return {
        row["trial_id"]: row
        | {"entity": entities.get(row["trial_id"], NO_ENTITY)}
        | {"allocation": allocation(row), "randomised": allocation(row) == OWN_RECORD}
        for row in rows_of(reg.trials[[*FACTS, *more]])
    }


def with_trial(reg: Registry, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of another table with the `trial_facts` of their trial."""
    about = reg.trials[FACTS].drop_duplicates("trial_id").set_index("trial_id").reindex(rows["trial_id"])
    rows = rows.drop(columns=["cohort", "year", "design", "allocation_basis"], errors="ignore").reset_index(drop=True)
    rows = rows.assign(**about.reset_index(drop=True))
    rows["entity"] = rows["trial_id"].map(trial_entities(reg)).fillna(NO_ENTITY)
    rows["allocation"] = [allocation(row) for row in rows_of(rows[["design", "allocation_basis"]])]
    rows["randomised"] = rows["allocation"].eq(OWN_RECORD)
    return rows


def trial_entities(reg: Registry) -> pd.Series:
    """The tumour entity of each trial, by trial_id; `SEVERAL` where it has more than one.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> trial_entities(ircc.load_registry())["Lee2019"]
    'hepatocellular carcinoma'
    """
    entities = _entity_by_trial(reg)
    index = pd.Index(list(entities), name="trial_id", dtype="str")
    return pd.Series(list(entities.values()), index=index, name="entity", dtype="str")


def _entity_by_trial(reg: Registry) -> dict[str, str]:
    named: dict[str, set[str]] = {}
    for trial_id, entity in zip(reg.entities["trial_id"].tolist(), reg.entities["entity"].tolist()):
        named.setdefault(trial_id, set()).add(entity)
    return {trial_id: found.pop() if len(found) == 1 else SEVERAL for trial_id, found in sorted(named.items())}

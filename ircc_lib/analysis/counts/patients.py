"""How many patients at least and at most: cohorts may share patients, and sizes may not be stated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.registry.rows import rows_of

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


LIKELY, POSSIBLE = ("stated", "likely"), ("stated", "likely", "possible")


def patient_bounds(reg: Registry) -> pd.DataFrame:
    """Patients and CIK-treated patients, if overlaps between trials are taken for none, or for the same patients.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    DataFrame
        One row an assumption: ``overlaps`` (none; likely; likely and possible: trials said to share patients count
        once, with the largest of them), ``trials`` (groups that share no patients), ``patients``, ``cik_patients``.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> bounds = patient_bounds(ircc.load_registry())
    >>> bool(bounds["patients"].is_monotonic_decreasing)
    True
    """
    rows = []
    for words, certain in (("none", ()), ("likely", LIKELY), ("likely and possible", POSSIBLE)):
        groups = _joined(reg, certain)
        cohorts = reg.cohorts.assign(group=[groups[cohort] for cohort in reg.cohorts.index])
        largest = cohorts.groupby("group")[["n_total", "n_cik"]].max()
        rows.append(
            {
                "overlaps": words,
                "trials": len(largest),
                "patients": int(largest["n_total"].sum()),
                "cik_patients": int(largest["n_cik"].sum()),
            }
        )
    return pd.DataFrame(rows)


def derived_totals(reg: Registry) -> dict[str, int]:
    """Reports without a stated total: those counted with both arms, with one arm alone, and not at all."""
    lacking = [row for row in rows_of(reg.trials[["n_total", "n_cik", "n_control"]]) if pd.isna(row["n_total"])]
    known = [sum(not pd.isna(row[arm]) for arm in ("n_cik", "n_control")) for row in lacking]
    return {"both arms": known.count(2), "one arm": known.count(1), "none": known.count(0)}


def sizes(trials: pd.DataFrame) -> pd.DataFrame:
    """The patients of each report: the stated total, else its stated arms added, as `Registry.cohorts` counts them.

    Parameters
    ----------
    trials : DataFrame
        Rows of ``trials``: ``n_total``, ``n_cik``, ``n_control``.

    Returns
    -------
    DataFrame
        On the index of ``trials``: ``patients``, missing where nothing is stated, and ``patients_note``, which says
        how a total that is not stated was made.

    Examples
    --------
    >>> trials = pd.DataFrame({"n_total": [58, None], "n_cik": [None, 85], "n_control": [None, 89]}, dtype="Int64")
    >>> sizes(trials).values.tolist()
    [[58, None], [174, 'Total not stated: the arms added']]
    """
    rows: list[tuple[Any, str | None]] = []
    for row in rows_of(trials[["n_total", "n_cik", "n_control"]]):
        arms = [int(row[arm]) for arm in ("n_cik", "n_control") if not pd.isna(row[arm])]
        if not pd.isna(row["n_total"]) or not arms:
            rows.append((row["n_total"], None))
        else:
            of = (
                "the arms added"
                if len(arms) == 2
                else "CIK arm alone"
                if pd.isna(row["n_control"])
                else "control arm alone"
            )
            rows.append((sum(arms), f"Total not stated: {of}"))
    made = pd.DataFrame(rows, columns=["patients", "patients_note"], index=trials.index, dtype=object)
    return made.assign(patients=made["patients"].astype("Int64"))


def _joined(reg: Registry, certain: tuple[str, ...]) -> dict[str, str]:
    """Each cohort's group: cohorts linked by overlaps of such certainty, directly or over others, are one."""
    leader = {cohort: cohort for cohort in reg.cohorts.index}

    def first(cohort: str) -> str:
        while leader[cohort] != cohort:
            cohort = leader[cohort]
        return cohort

    cohort_of = dict(zip(reg.trials["trial_id"].tolist(), reg.trials["cohort"].tolist()))
    overlaps = reg.tables.get("overlaps")
    for row in rows_of(overlaps) if overlaps is not None and certain else []:
        one, other = cohort_of.get(row["trial_id"]), cohort_of.get(row["other_trial_id"])
        if row["certainty"] in certain and one and other and one in leader and other in leader:
            leader[first(one)] = first(other)
    return {cohort: first(cohort) for cohort in leader}

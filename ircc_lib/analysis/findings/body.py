"""The body of evidence behind one outcome, gathered from effects or from counts of both arms."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.effects.moderators import trial_settings
from ircc_lib.analysis.effects.pooled import FEWEST
from ircc_lib.analysis.facts import NO_ENTITY
from ircc_lib.analysis.findings.certainty import INFORMATION_RR, Body
from ircc_lib.analysis.findings.missing import ESTIMATE, NEITHER, SILENT
from ircc_lib.analysis.meta.selection import selection_model, worst_case
from ircc_lib.text import with_interval

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

ENOUGH_FOR_SELECTION = 10  # trials: below it a selection model has too little to go on (Cochrane Handbook 13.3.5.4)


def left_out(missing: pd.DataFrame, outcomes: Iterable[str], cohorts: Iterable[str]) -> dict[str, Any]:
    """Randomised trials in no pool of the outcomes: those that report on one all the same, and those that are silent.

    Parameters
    ----------
    missing : DataFrame
        As `missing_results` returns it.
    outcomes : iterable of str
        Its outcomes that are asked about.
    cohorts : iterable of str
        Those that are in the pool.
    """
    rows = missing[missing["outcome"].isin(list(outcomes)) & ~missing["cohort"].isin(set(cohorts))]
    first = rows[~rows["status"].isin([SILENT, ESTIMATE])].drop_duplicates("cohort")
    return {
        "left_out": len(first),
        "left_out_patients": int(first["n_total"].sum()),
        "left_out_neither": int(first["points"].eq(NEITHER).sum()),
        "silent": len(set(rows["cohort"]) - set(rows.loc[rows["status"].ne(SILENT), "cohort"])),
    }


def of_effects(
    reg: Registry, effects: pd.DataFrame, pooled: dict[str, Any], out: dict[str, Any], *, randomised: bool = True
) -> Body:
    """The body of evidence of hazard ratios.

    Parameters
    ----------
    reg : Registry
    effects : DataFrame
        Rows of `log_hazard_ratios`.
    pooled : dict
        As `pooled_row` returns it of these.
    out : dict
        As `left_out` returns it.
    randomised : bool
        By their own record.
    """
    entities = effects.loc[effects["entity"].ne(NO_ENTITY), "entity"]
    return Body(
        randomised=randomised,
        trials=pooled["trials"],
        patients=0 if pd.isna(pooled.get("patients")) else int(pooled["patients"]),
        events=float((4 / effects["se"] ** 2).sum()) if len(effects) else math.nan,
        ratio=pooled.get("hr", math.nan),
        ci_low=pooled.get("ci_low", math.nan),
        ci_high=pooled.get("ci_high", math.nan),
        pi_low=pooled.get("pi_low", math.nan),
        pi_high=pooled.get("pi_high", math.nan),
        i2=pooled.get("i2", math.nan),
        concealed=_concealed(reg, effects["trial_id"]),
        entities=entities.nunique(),
        settings=_settings(reg, effects["trial_id"]),
        derived=int(pooled["trials"] - pooled.get("direct", 0)),
        selection=_selection(effects, pooled),
        **out,
    )


def of_counts(
    reg: Registry, trial_ids: list[str], row: dict[str, Any] | None, out: dict[str, Any], *, randomised: bool = True
) -> Body:
    """The body of evidence of a risk ratio.

    Parameters
    ----------
    reg : Registry
    trial_ids : list of str
    row : dict or None
        As `between` returns it, with ``events`` and ``events_control`` where they are known.
    out : dict
        As `left_out` returns it.
    randomised : bool
        By their own record.
    """
    if row is None or not row["trials"]:
        return Body(randomised=randomised, trials=0, patients=0, **out)
    entities = reg.entities.loc[reg.entities["trial_id"].isin(trial_ids) & reg.entities["specified"], "entity"]
    return Body(
        randomised=randomised,
        trials=int(row["trials"]),
        patients=int(row["patients"]),
        events=float(row.get("events", math.nan)) + float(row.get("events_control", math.nan)),
        ratio=row["rr"],
        ci_low=row["rr_low"],
        ci_high=row["rr_high"],
        pi_low=row["pi_low"],
        pi_high=row["pi_high"],
        i2=row["i2"],
        information=INFORMATION_RR,
        concealed=_concealed(reg, trial_ids),
        entities=max(1, entities.nunique()),
        settings=_settings(reg, trial_ids),
        **out,
    )


def worst_case_words(effects: pd.DataFrame) -> str:
    """What is left if only trials without a significant gain are believed (Mathur and VanderWeele 2020).

    Parameters
    ----------
    effects : DataFrame
        Rows of `log_hazard_ratios`, of trials of one kind; nothing is said of fewer than ten.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> effects = ircc.log_hazard_ratios(ircc.load_registry().edition("ten-year"), "OS").query("randomised")
    >>> "without a significant gain" in worst_case_words(effects)
    True
    """
    if len(effects) < ENOUGH_FOR_SELECTION:
        return ""
    worst = worst_case(effects["log_hr"].tolist(), effects["se"].tolist()).worst
    if worst is None or worst.k < FEWEST or worst.k == len(effects):
        return ""
    shown = worst.exp()
    none = ", which includes no effect" if shown.ci_low <= 1 <= shown.ci_high else ""
    said = with_interval(shown.estimate, shown.ci_low, shown.ci_high)
    return f"worst case of publication bias: the {worst.k:,} trials without a significant gain give {said} alone{none}"


def _concealed(reg: Registry, trial_ids: Iterable[str]) -> int:
    conduct = reg.tables.get("conduct")
    if conduct is None:
        return 0
    return int(conduct.loc[conduct["allocation_concealment"].notna(), "trial_id"].isin(list(trial_ids)).sum())


def only_setting(reg: Registry, trial_ids: Iterable[str]) -> str | None:
    """The setting of all these trials; None where one of them does not state it or they differ.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> only_setting(ircc.load_registry(), ["Lee2015"])
    'after curative treatment'
    """
    found = _setting_of(reg, trial_ids)
    return str(found.iloc[0]) if len(found) and found.notna().all() and found.nunique() == 1 else None


def _settings(reg: Registry, trial_ids: Iterable[str]) -> int:
    return int(_setting_of(reg, trial_ids).nunique())


def _setting_of(reg: Registry, trial_ids: Iterable[str]) -> pd.Series:
    asked = list(trial_ids)
    known = trial_settings(reg) if asked else {}
    return pd.Series([known[trial_id] for trial_id in asked], dtype="str")


def _selection(effects: pd.DataFrame, pooled: dict[str, Any]) -> str:
    """What a step model of selection by p-values gives, where it takes the effect away."""
    if len(effects) < ENOUGH_FOR_SELECTION or not pooled["ci_high"] < 1:
        return ""
    try:
        found = selection_model(effects["log_hr"].to_numpy(), effects["se"].to_numpy())
    except ValueError:  # all trials are significant in favour, or none: the step cannot be estimated
        return ""
    low, high = found.hazard_ratio_ci
    return "" if high < 1 else f"corrected for selection by p-value {with_interval(found.hazard_ratio, low, high)}"

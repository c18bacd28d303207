"""Does the effect go with what a trial is like? Meta-regression, one characteristic at a time."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ircc_lib.analysis.endpoints import endpoint_of
from ircc_lib.analysis.meta.pooling import REPORTED
from ircc_lib.analysis.meta.regression import meta_regression
from ircc_lib.registry.rows import by_year, rows_of
from ircc_lib.registry.vocabulary import vocabulary
from ircc_lib.text import counted

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


FEWEST = 10  # trials a characteristic needs (Cochrane Handbook 2023, 10.11.5.1)
MODERATORS = {
    "year": "year of publication, per year",
    "setting": "clinical setting",
    "product": "cell product",
    "log_dose": "cells per infusion, per tenfold",
    "rung": "kind of evidence, per step from reported ratios to medians",
}
COLUMNS = ["moderator", "term", "trials", "ratio", "ci_low", "ci_high", "p_value", "r2", "note"]


def trial_characteristics(reg: Registry, effects: pd.DataFrame) -> pd.DataFrame:
    """The effects with what each trial is like, as far as the record decides it.

    Adds `setting` (``after curative treatment`` or ``advanced disease`` by the words of the
    vocabulary ``settings``, of another report on the same patients where its own says nothing; missing where
    it holds words of neither or of both) and
    `log_dose`, the logarithm to base ten of the cells per infusion where an absolute number
    per infusion is reported.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    effects : DataFrame
        Effects as `log_hazard_ratios` returns them.

    Returns
    -------
    DataFrame
        The rows of ``effects`` with the columns that are added.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> reg = ircc.load_registry()
    >>> described = ircc.robustness.characteristics(reg, ircc.log_hazard_ratios(reg, "OS"))
    >>> described.set_index("trial_id").loc["Lee2019", "setting"]
    'after curative treatment'
    """
    trials = reg.trials.set_index("trial_id").loc[effects["trial_id"]]
    absolute = trials["cells_basis"].eq("absolute") & trials["cells_per"].eq("infusion")
    countable = absolute & trials["cells_centre"].gt(0)
    dose = np.log10(trials["cells_centre"].where(countable).astype(float))
    settings = trial_settings(reg)
    known = [settings[trial_id] for trial_id in effects["trial_id"]]
    return effects.assign(setting=known, log_dose=dose.to_numpy())


def trial_settings(reg: Registry) -> dict[str, str | None]:
    """The `setting` of every report as `trial_characteristics` has it, by ``trial_id``.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> trial_settings(ircc.load_registry())["Lee2019"]
    'after curative treatment'
    """
    words = [
        (row["setting"], re.compile(rf"(?<![\w-]){re.escape(row['reported'])}\b", re.IGNORECASE))
        for row in rows_of(vocabulary("settings"))
    ]
    reports = sorted(rows_of(reg.trials[["trial_id", "cohort", "year", "setting"]]), key=by_year)
    own = {row["trial_id"]: _setting(row["setting"], words) for row in reports}
    same = {row["cohort"]: own[row["trial_id"]] for row in reports if own[row["trial_id"]]}
    return {
        row["trial_id"]: own[row["trial_id"]] or (same.get(row["cohort"]) if pd.isna(row["setting"]) else None)
        for row in reports
    }


def effect_moderators(reg: Registry, effects: pd.DataFrame) -> pd.DataFrame:
    """Meta-regression of the log hazard ratios on each characteristic, adjusted for randomisation.

    REML with Hartung-Knapp tests; trials that only a review calls randomised are left out; a characteristic known of fewer than ten trials is
    not fitted. These are associations between trials, open to confounding by everything
    else in which trials differ.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    effects : DataFrame
        Effects as `log_hazard_ratios` returns them.

    Returns
    -------
    DataFrame
        One row per coefficient: moderator, term, trials, `ratio` of hazard ratios with its
        interval, p_value, `r2` (per cent of the variance between trials explained by the
        model), note (why it was not fitted).

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> reg = ircc.load_registry()
    >>> table = ircc.robustness.moderators(reg, ircc.log_hazard_ratios(reg, "OS"))
    >>> table["moderator"].iloc[0]
    'randomised allocation'
    """
    described = trial_characteristics(reg, effects[~effects["review_only"].astype(bool)])
    rows = _fitted(described, None, "randomised allocation")
    for column, label in MODERATORS.items():
        rows += _fitted(described, column, label)
    table = pd.DataFrame(rows, columns=COLUMNS)
    table.attrs["endpoint"] = endpoint_of(effects)
    return table


def _fitted(described: pd.DataFrame, column: str | None, label: str) -> list[dict[str, Any]]:
    part = described if column is None else described[described[column].notna()]
    if len(part) < FEWEST:
        return [_unfitted(label, len(part), f"known of {_only(len(part))}; at least {FEWEST} are needed")]
    moderators = part[[column] if column else []].copy()
    if column in ("year", "rung"):
        moderators[column] = moderators[column].astype(float) - moderators[column].astype(float).mean()
    moderators["randomised"] = np.where(part["randomised"], "yes", "no")
    try:
        model = meta_regression(part["log_hr"].tolist(), part["se"].tolist(), moderators, knha=REPORTED)
    except ValueError as why:
        return [_unfitted(label, len(part), str(why))]
    wanted = column or "randomised"
    own = model.coefficients[model.coefficients["name"].str.split(": ").str[0] == wanted]
    return [
        {
            "moderator": label,
            "term": row.name.partition(": ")[2],
            "trials": model.k,
            "ratio": math.exp(row.estimate),
            "ci_low": math.exp(row.ci_low),
            "ci_high": math.exp(row.ci_high),
            "p_value": row.p_value,
            "r2": model.r2,
            "note": "",
        }
        for row in own.itertuples(index=False)
    ]


def _only(trials: int) -> str:
    return f"only {counted(trials, 'trial')}" if trials else "no trial"


def _unfitted(label: str, trials: int, note: str) -> dict[str, Any]:
    return {
        "moderator": label,
        "term": "",
        "trials": trials,
        "ratio": math.nan,
        "ci_low": math.nan,
        "ci_high": math.nan,
        "p_value": math.nan,
        "r2": math.nan,
        "note": note,
    }


def _setting(text: Any, words: list[tuple[str, re.Pattern[str]]]) -> str | None:
    """The one setting whose words the text holds; None where there is none or more than one."""
    if pd.isna(text):
        return None
    found = {setting for setting, pattern in words if pattern.search(text)}
    return found.pop() if len(found) == 1 and "other" not in found else None

"""The pooled hazard ratio by setting and by comparator, which are different questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ircc_lib.analysis.effects.effects import by_allocation, log_hazard_ratios
from ircc_lib.analysis.effects.moderators import trial_characteristics
from ircc_lib.analysis.effects.pooled import pooled_row

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


def by_question(reg: Registry, endpoint: str = "OS") -> pd.DataFrame:
    """The pooled hazard ratio by setting and by comparator, which are different questions.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    endpoint : str
        ``OS`` or ``PFS``.

    Returns
    -------
    DataFrame
        One row per question and kind of allocation that any trial answers: by (setting, comparator), value,
        randomised (by its own record), then as `pooled_evidence`: trials, patients, hr (missing below three trials)
        with interval and prediction interval, common_hr with interval, trial_ids.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> sorted(set(by_question(ircc.load_registry())["by"]))
    ['comparator', 'setting']
    """
    effects = trial_characteristics(reg, log_hazard_ratios(reg, endpoint))
    rows = []
    for by, column in (("setting", "setting"), ("comparator", "comparator_kind")):
        words = effects[column].astype("object").where(effects[column].notna(), "not stated")
        for value in sorted(words.unique(), key=lambda word: (word == "not stated", word)):
            for own_record, chosen in by_allocation(effects[words.eq(value)]).items():
                if len(chosen):
                    rows.append({"by": by, "value": value, "randomised": own_record} | pooled_row(chosen))
    columns = ["by", "value", "randomised", "trials", "patients", "hr", "ci_low", "ci_high", "pi_low", "pi_high"]
    columns += ["common_hr", "common_ci_low", "common_ci_high", "trial_ids"]
    return pd.DataFrame(rows, columns=columns)

"""A registry of a few rows, as the rules on outcomes read it."""

from types import SimpleNamespace

import pandas as pd


def small_registry(comparisons=(), landmarks=(), medians=(), trials=None):
    """A registry of a few rows with the columns that the rules read."""
    trials = trials or [{"trial_id": "A2010", "cohort": "A"}, {"trial_id": "B2012", "cohort": "B"}]
    base = {"year": 2010, "design": "randomised", "allocation_basis": "own record", "n_cik": 40, "n_control": 40}
    columns = {
        "comparisons": {
            "trial_id": "A2010",
            "endpoint": "OS",
            "endpoint_family": "OS",
            "subgroup": None,
            "effect_type": None,
            "orientation": None,
            "ci_low": None,
            "ci_high": None,
            "ci_level": 0.95,
            "p_value": None,
            "p_relation": None,
            "p_value_reported": None,
            "direction": "cik_better",
            "note": None,
        },
        "landmarks": {
            "trial_id": "A2010",
            "endpoint": "OS",
            "endpoint_family": "OS",
            "group": "cik",
            "arm": None,
            "time": 60.0,
            "survival": 0.5,
            "p_value": None,
            "p_relation": None,
            "p_value_reported": None,
        },
        "medians": {
            "trial_id": "A2010",
            "endpoint": "OS",
            "endpoint_family": "OS",
            "group": "cik",
            "arm": None,
            "median": 12.0,
            "statistic": "median",
            "reached": True,
            "ci_low": None,
            "ci_high": None,
        },
    }
    tables = {}
    for name, given in (("comparisons", comparisons), ("landmarks", landmarks), ("medians", medians)):
        rows = pd.DataFrame([columns[name] | row for row in given], columns=list(columns[name]))
        for column in rows.columns:
            kind = (
                "float64"
                if column in ("ci_low", "ci_high", "ci_level", "p_value", "time", "survival", "median")
                else "str"
            )
            rows[column] = rows[column].astype("boolean" if column == "reached" else kind)
        tables[name] = rows.assign(row_id=[f"{name}:{line}" for line in range(2, len(rows) + 2)])
    return SimpleNamespace(
        trials=pd.DataFrame([base | row for row in trials]),
        **tables,
        entities=pd.DataFrame({"trial_id": [row["trial_id"] for row in trials], "entity": "gastric cancer"}),
    )

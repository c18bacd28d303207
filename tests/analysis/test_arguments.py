"""Wrong types, missing columns and wrong units: every statistical function answers in one sentence that names the argument."""

import warnings

import numpy as np
import pandas as pd
import pytest

import ircc_lib as ircc
from ircc_lib.analysis.meta.pooling import pool_many
from ircc_lib.analysis.meta.proportions import clopper_pearson

Y, S = [-0.5, -0.3, -0.6, -0.1], [0.2, 0.25, 0.3, 0.2]
COUNTS = ([5, 4, 9], [20, 30, 25])
ARMS = {"events": [5, 4, 9], "n": [20, 30, 25], "events_control": [6, 9, 11], "n_control": [21, 30, 24]}
IPD = pd.DataFrame({"time": [5, 9, 12, 7, 12, 20.0], "event": [1, 1, 1, 1, 1, 0], "arm": ["control"] * 3 + ["cik"] * 3})
CURVE = {"times": [0, 1, 2, 3], "survival": [1, 0.9, 0.7, 0.7], "risk_times": [0, 1, 2], "at_risk": [20, 19, 16]}
TABLE = pd.DataFrame(
    {"kind": ["estimate", "no difference"], "estimate": [-0.5, None], "se": [0.2, None], "n_cik": 40, "n_control": 40}
)

RIGHT = {
    "pool": (
        ircc.pool,
        {"yi": Y, "sei": S, "method": "REML", "knha": True, "alpha": 0.05, "pi": "metafor", "scale": "log"},
    ),
    "pool_proportions": (
        ircc.pool_proportions,
        {
            "events": COUNTS[0],
            "n": COUNTS[1],
            "method": "GLMM",
            "alpha": 0.05,
            "nodes": 7,
            "test": "t",
            "sparse": "sum",
        },
    ),
    "reconstruct_ipd": (ircc.reconstruct_ipd, CURVE | {"total_events": 5}),
    "kaplan_meier": (ircc.kaplan_meier, {"time": [1, 2, 3], "event": [1, 0, 1]}),
    "rmst_difference": (ircc.rmst_difference, {"ipd": IPD, "arm": "arm", "horizon": 10}),
    "logrank": (ircc.survival.logrank, {"ipd": IPD, "arm": "arm"}),
    "cox_hazard_ratio": (ircc.survival.cox_hazard_ratio, {"ipd": IPD, "arm": "arm"}),
    "bootstrap_pool": (ircc.meta.bootstrap_pool, {"yi": Y, "sei": S, "replicates": 5, "seed": 1, "method": "REML"}),
    "pool_many": (pool_many, {"yi": [Y], "sei": [S], "method": "REML"}),
    "subgroups": (
        ircc.meta.subgroups,
        {"yi": Y, "sei": S, "group": list("aabb"), "method": "REML", "knha": True, "alpha": 0.05},
    ),
    "regression": (
        ircc.meta.regression,
        {
            "yi": Y,
            "sei": S,
            "moderators": pd.DataFrame({"year": [1, 2, 3, 5]}),
            "method": "REML",
            "knha": True,
            "alpha": 0.05,
        },
    ),
    "cumulative": (
        ircc.meta.cumulative,
        {"yi": Y, "sei": S, "order": [1, 2, 3, 4], "method": "REML", "knha": True, "alpha": 0.05},
    ),
    "leave_one_out": (ircc.meta.leave_one_out, {"yi": Y, "sei": S, "method": "REML", "knha": True, "alpha": 0.05}),
    "influence": (ircc.meta.influence, {"yi": Y, "sei": S, "method": "REML", "knha": True}),
    "egger": (ircc.meta.egger, {"yi": Y, "sei": S, "alpha": 0.05}),
    "trim_and_fill": (
        ircc.meta.trim_and_fill,
        {"yi": Y, "sei": S, "side": "left", "estimator": "L0", "method": "REML", "knha": True, "alpha": 0.05},
    ),
    "funnel_contours": (ircc.meta.funnel_contours, {"sei": S, "centre": 0.0, "levels": (0.9, 0.95), "steps": 5}),
    "mantel_haenszel": (ircc.meta.mantel_haenszel, ARMS | {"measure": "RR", "alpha": 0.05}),
    "peto": (ircc.meta.peto, ARMS | {"alpha": 0.05}),
    "two_by_two": (ircc.meta.two_by_two, ARMS | {"measure": "RR"}),
    "clopper_pearson": (clopper_pearson, {"events": 3, "n": 10, "alpha": 0.05}),
    "selection_model": (ircc.meta.selection_model, {"yi": Y, "sei": S, "weights": "moderate", "alpha": 0.05}),
    "worst_case": (ircc.meta.worst_case, {"yi": Y, "sei": S, "etas": (2, 4), "alpha": 0.05}),
    "pool_all_evidence": (
        ircc.meta.pool_all_evidence,
        {"evidence": TABLE, "event_fraction": (3, 2), "sensitivity": ((2, 4),), "alpha": 0.05},
    ),
}
WRONG = [
    None, "text", b"bytes", object(), {}, {"a": 1}, [], [np.nan], ["a", "b"], [[1, 2], [3]], [[1.0, 2.0]], [-1, -2, -3, -4],
    [np.inf] * 4, -1, 0, 7.5, np.nan, np.inf, True, pd.NaT, pd.DataFrame(), pd.DataFrame({"time": [1], "event": [1]}), pd.Series(dtype=float),
    pd.Series(["x", "y", "z", "w"]), pd.to_datetime(["2020-01-01"] * 4), 1 + 2j, [1 + 2j] * 4, lambda: None, [50, 60, 70, 80], 95, "95",
]  # fmt: skip
CASES = [(name, argument) for name, (_, right) in RIGHT.items() for argument in right]


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_taken(name):
    function, right = RIGHT[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        function(**right)


@pytest.mark.parametrize(("name", "argument"), CASES, ids=lambda value: value)
def test_what_is_wrong_is_refused_in_one_sentence_that_names_the_argument(name, argument):
    function, right = RIGHT[name]
    for value in WRONG:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                function(**(right | {argument: value}))
        except (TypeError, ValueError) as refused:
            said = str(refused)
            assert argument in said or (argument == "evidence" and "contributions" in said), f"{value!r}: {said}"
            assert "\n" not in said and len(said) < 300, said
            assert not isinstance(refused, (UnicodeError, np.linalg.LinAlgError)), said

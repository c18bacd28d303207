"""Egger's test, trim and fill and the bands of a funnel, against metafor."""

import numpy as np
import pytest

import ircc_lib as ircc
from tests.analysis.meta.metafor import REFERENCE, SETS, named, same


@pytest.mark.parametrize("name", list(REFERENCE["bias"]))
def test_eggers_test_is_regtest_of_the_linear_model(name):
    found = ircc.meta.egger(SETS[name]["yi"], SETS[name]["sei"])
    for key, value in REFERENCE["bias"][name]["egger"].items():
        # The near-equal standard errors of one set leave the slope some 1e5 wide.
        assert getattr(found, key) == pytest.approx(value, rel=1e-4, abs=1e-4), key


def test_asymmetry_cannot_be_tested_where_all_errors_are_equal_or_trials_are_two():
    with pytest.raises(ValueError, match="equal"):
        ircc.meta.egger([0.1, 0.2, 0.3], [0.1, 0.1, 0.1])
    with pytest.raises(ValueError, match="at least 3"):
        ircc.meta.egger([0.1, 0.2], [0.1, 0.2])


FILLS = [(name, fit) for name, data in REFERENCE["bias"].items() for fit in data["fills"]]


@pytest.mark.parametrize(("name", "fit"), FILLS, ids=named)
def test_trim_and_fill_is_metafors(name, fit):
    data = SETS[name]
    found = ircc.meta.trim_and_fill(
        data["yi"],
        data["sei"],
        method=fit["method"],
        knha=fit["test"] == "knha",
        estimator=fit["estimator"],
        side=None if fit["asked"] == "auto" else fit["asked"],
    )
    assert (found.k0, found.side) == (fit["k0"], fit["side"])
    same(np.sort(found.filled["yi"]), np.sort(np.atleast_1d(fit["filled_yi"])))
    for key in ("estimate", "se", "ci_low", "ci_high", "tau2"):
        assert getattr(found.pooled, key) == pytest.approx(fit[key], rel=1e-4, abs=1e-4), key


def test_the_bands_of_a_funnel_are_where_effects_become_significant():
    bands = ircc.meta.funnel_contours([0.1, 0.4])
    edge = bands[bands["level"].eq(0.95)].iloc[-1]
    assert edge["high"] == pytest.approx(1.959964 * edge["se"], abs=1e-5) and edge["low"] == -edge["high"]

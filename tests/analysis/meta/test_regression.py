"""Meta-regression against metafor."""

import math

import pandas as pd
import pytest

import ircc_lib as ircc
from tests.analysis.meta.metafor import BCG, REFERENCE, named, same


@pytest.mark.parametrize("fit", REFERENCE["regressions"], ids=named)
def test_meta_regression_is_metafors(fit):
    names = [name for name in ("ablat", "alloc") if name in fit["formula"]]
    found = ircc.meta.regression(BCG["yi"], BCG["sei"], BCG[names], method=fit["method"], knha=fit["test"] == "knha")
    for key in ("estimate", "se", "ci_low", "ci_high", "p_value"):
        same(found.coefficients[key], fit[key])
    for key in ("tau2", "i2", "q", "q_p_value", "qm", "qm_p_value"):
        assert getattr(found, key) == pytest.approx(fit[key], rel=1e-4, abs=1e-4), key
    if fit["method"] == "FE":  # metafor gives the R2 of the weighted regression here, another quantity
        assert math.isnan(found.r2)
    else:
        assert found.r2 == pytest.approx(fit["r2"], abs=1e-3)


@pytest.mark.parametrize(
    ("moderators", "words"),
    [
        ({"year": [2000.0, None, 2002.0, 2003.0]}, "trial 2 has no year"),
        ({"year": [2000, 2000, 2000, 2000]}, "cannot be told apart"),
        ({"a": [1, 2, 3, 4], "b": [2, 4, 6, 8]}, "cannot be told apart"),
        ({"a": [1, 2, 3]}, "4 trials but 3 rows"),
        ({"a": list("wxyz")}, "cannot carry"),
    ],
)
def test_a_regression_that_cannot_be_fitted_is_refused_with_the_reason(moderators, words):
    with pytest.raises(ValueError, match=words):
        ircc.meta.regression([0.1, 0.2, 0.3, 0.5], [0.1] * 4, pd.DataFrame(moderators))

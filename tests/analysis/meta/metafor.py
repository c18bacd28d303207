"""What R's metafor found (tests/reference/metafor), and how results are held against it."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parents[2] / "reference/metafor"
REFERENCE = json.loads((FOLDER / "effects.json").read_text(encoding="utf-8"))
SETS = REFERENCE["pooling"]
BCG = pd.DataFrame(REFERENCE["moderators"])


def named(value):
    return (
        value
        if isinstance(value, str)
        else "-".join(str(value[key]) for key in ("method", "test", "formula", "estimator", "asked") if key in value)
    )


def same(found, expected, tolerance=1e-4):
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)

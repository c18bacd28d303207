"""The chapter on combinations."""

import pytest
from matplotlib.collections import PolyCollection

import ircc_lib as ircc


@pytest.fixture(scope="module")
def reg():
    return ircc.load_registry()


def test_a_pooled_row_is_a_diamond_and_a_single_trial_is_not(reg):
    pooled = ircc.update.pooled_evidence(reg)
    several = int((pooled["trials"] > 1).sum())
    axes = ircc.update.pooled_figure(pooled).axes[0]
    diamonds = [patch for patch in axes.patches if not isinstance(patch, PolyCollection)]
    assert len(diamonds) == several

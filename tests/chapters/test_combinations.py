"""The chapter on combinations."""

from matplotlib.collections import PolyCollection

import ircc_lib as ircc


def test_a_pooled_row_is_a_diamond_and_a_single_trial_is_not(reg):
    pooled = ircc.update.pooled_evidence(reg)
    several = int((pooled["trials"] > 1).sum())
    axes = ircc.update.pooled_figure(pooled).axes[0]
    diamonds = [patch for patch in axes.patches if not isinstance(patch, PolyCollection)]
    assert len(diamonds) == several

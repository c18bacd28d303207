"""Subgroups against metafor."""

import pytest

import ircc_lib as ircc
from tests.analysis.meta.metafor import BCG, REFERENCE, named, same


@pytest.mark.parametrize("fit", REFERENCE["subgroup"], ids=named)
def test_subgroups_and_the_test_between_them_are_metafors(fit):
    found = ircc.meta.subgroups(BCG["yi"], BCG["sei"], BCG["alloc"], method=fit["method"], knha=fit["test"] == "knha")
    table = found.table()
    assert table["group"].tolist() == fit["group"]
    for key in ("estimate", "se", "k"):
        same(table[key], fit[key])
    assert (found.q_between, found.p_value) == pytest.approx((fit["q_between"], fit["q_between_p"]), abs=1e-4)


def test_a_group_of_one_trial_is_named_and_enters_the_test_unpooled():
    found = ircc.meta.subgroups([-0.5, -0.4, 0.1], [0.1, 0.1, 0.1], ["a", "a", "b"], knha=False)
    assert list(found.pooled) == ["a"] and found.single == {"b": 2} and found.df == 1

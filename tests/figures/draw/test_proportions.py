"""Forest plots of proportions."""

import pandas as pd

import ircc_lib as ircc
from tests.figures.read import diamonds, texts


def test_proportions_have_exact_intervals_and_a_pooled_diamond():
    table = pd.DataFrame({"trial_id": ["Lee2019", "Xu2016", "Li2019"], "events": [0, 4, 12], "n": [20, 50, 44]})
    figure = ircc.response.forest_proportions(table, what="patients with fever")
    assert "0.0 % (0.0 to 16.8)" in texts(figure)  # 1 - 0.025**(1/20), Clopper and Pearson
    assert len(diamonds(figure)) == 1
    assert figure.data.query("row == 'pooled'")["events"].tolist() == [16]


def test_proportions_are_pooled_by_group():
    table = pd.DataFrame(
        {
            "trial_id": ["A2001", "B2002", "D2004", "C2003"],
            "events": [6, 9, 8, 2],
            "n": [20, 50, 40, 44],
            "arm": ["CIK", "CIK", "CIK", "control"],
        }
    )
    figure = ircc.response.forest_proportions(table, by="arm", what="patients with fever")
    assert len(diamonds(figure)) == 1
    assert "one trial: nothing to pool" in texts(figure)

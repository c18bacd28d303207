"""The page of a tumour pools that tumour's patients, and no more than they bear."""

import pytest

import ircc_lib as ircc


@pytest.fixture(scope="module")
def ten_year():
    return ircc.load_registry().edition("ten-year")


@pytest.mark.parametrize("entity", ["hepatocellular carcinoma", "ovarian cancer"])
def test_counts_of_a_trial_of_several_tumours_are_of_none_of_them(ten_year, entity):
    """PMID 25963952 counts 4 of 15 responses over six tumours; the two partial ones were ovarian."""
    reg = ten_year.select(entity=entity)
    assert "PMID25963952" in set(reg.trials["trial_id"])
    shown = ircc.entity.response(reg)
    assert isinstance(shown, str) or "PMID25963952" not in set(shown.data["trial_id"])
    assert "trial:PMID25963952" in ircc.entity.basket_sentence(reg)


def test_two_trials_of_a_tumour_are_shown_and_not_pooled(ten_year):
    figure = ircc.entity.response_ratio(ten_year.select(entity="hepatocellular carcinoma"))
    assert not any(patch.get_gid() == "diamond" for axes in figure.axes for patch in axes.patches)
    assert "common effect" in figure.alt


def test_one_trial_of_a_tumour_has_its_curves_of_both_arms(ten_year):
    figure = ircc.entity.curves(ten_year.select(entity="renal cell carcinoma"))
    assert figure.data.groupby("trial_id")["arm"].nunique().eq(2).all()

"""The chapter on extraction: how far the hierarchy of methods can be trusted."""

import ircc_lib as ircc


def test_the_validation_figure_shows_each_check_of_the_lower_rungs(reg):
    validation = ircc.extraction.validate(reg)
    figure = ircc.extraction.validation_figure(validation)
    assert len(figure.data) == (validation.pairs["rung"] > 2).sum()
    row = validation.summary.set_index("rung").loc[5]
    assert f"{row['covered']} of {row['n']}" in figure.alt

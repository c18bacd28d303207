"""Bars, growth, flow, completeness and doses: what is drawn, and what is said of it."""

from operator import attrgetter

import pytest

import ircc_lib as ircc
from ircc_lib.analysis.counts.counts import DIMENSIONS


def texts(figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts] + [
        axes.get_title(loc="left") for axes in figure.axes
    ]


@pytest.mark.parametrize("by", DIMENSIONS)
def test_bars_are_in_order_with_what_is_not_stated_last(reg, by):
    table = ircc.counts.tabulate(reg, by)
    stated = table[table["category"] != "not stated"]
    assert stated["trials"].is_monotonic_decreasing
    assert "not stated" not in table["category"].iloc[:-1].tolist()


def test_each_bar_has_its_trials_and_patients_written_beside_it(reg):
    figure, table = ircc.counts.bars(reg, "design"), ircc.counts.tabulate(reg, "design")
    written = texts(figure)
    for row in table.itertuples():
        assert row.category in written
        assert f"{row.trials:,}" in written
        assert f"{int(row.patients):,}" in written


def test_an_entity_in_the_figure_leads_to_its_page(reg):
    links = [text.get_url() for axes in ircc.counts.bars(reg, "entity").axes for text in axes.texts]
    assert "entity:hepatocellular carcinoma" in links


def test_many_categories_are_gathered_and_none_is_lost(reg):
    figure = ircc.counts.bars(reg, "entity", most=5)
    assert any("others" in text for text in texts(figure))
    assert len(figure.data) == len(ircc.counts.tabulate(reg, "entity"))


def test_a_category_with_mathematics_in_its_name_is_drawn_as_it_is(reg):
    part = reg.select(country="Germany")
    part.tables["trials"]["country"] = "$a_b$ <script>"
    svg = ircc.counts.bars(part, "country")._repr_mimebundle_()["image/svg+xml"]
    assert "$a_b$" in svg and "<script>" not in svg


def test_growth_ends_at_the_number_of_trials(reg):
    figure = ircc.counts.growth_figure(reg)
    dated = int(reg.cohorts["year"].notna().sum())
    assert f"{dated:,}" in texts(figure)
    undated = len(reg.cohorts) - dated
    note = " ".join(text.get_text() for text in figure.texts)
    assert undated > 0 and f"{undated} trials" in note and f"{undated} further trials" in figure.caption


@pytest.mark.parametrize(
    "figure",
    ["counts.growth_figure", "counts.doses", "counts.infusions", "quality.completeness_figure", "combinations.figure"],
)
@pytest.mark.parametrize("part", ["one trial", "none"])
def test_figures_stand_on_one_trial_and_on_none(reg, figure, part):
    small = reg.select(country="Germany")
    small = small if part == "one trial" else small.select(design="randomised")
    drawn = attrgetter(figure)(ircc)(small)
    assert "nan" not in drawn.caption and drawn.caption.endswith(".")
    assert drawn._repr_mimebundle_()["image/svg+xml"].startswith("<svg")


def test_doses_of_different_kinds_are_never_in_one_panel(reg):
    figure = ircc.counts.doses(reg)
    kinds = figure.data.groupby(["cells_basis", "cells_per"]).ngroups
    assert len(figure.axes) == kinds
    drawn = sum(bool(text.get_url()) for axes in figure.axes for text in axes.texts)
    assert drawn == len(figure.data)


def test_nothing_is_drawn_outside_of_the_page(reg):
    for figure in (
        ircc.quality.flow_diagram(reg, reg),
        ircc.counts.bars(reg, "entity"),
        ircc.counts.growth_figure(reg),
        ircc.counts.doses(reg),
        ircc.counts.infusions(reg),
        ircc.quality.completeness_figure(reg),
    ):
        figure.canvas.draw()
        width, height = figure.canvas.get_width_height()
        for axes in figure.axes:
            for text in axes.texts:
                box = text.get_window_extent()
                assert box.x0 >= -1 and box.x1 <= width + 1, (figure.name, text.get_text())
                assert box.y0 >= -1 and box.y1 <= height + 1, (figure.name, text.get_text())

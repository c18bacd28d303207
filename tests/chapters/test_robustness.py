"""The chapter on robustness: step by step, without each trial, funnels."""

import numpy as np
import pytest
from matplotlib.collections import PathCollection

import ircc_lib as ircc
from tests.figures.read import links


@pytest.fixture(scope="module")
def effects(reg):
    return ircc.log_hazard_ratios(reg, "OS")


def test_the_last_step_of_the_years_is_the_pooled_result(effects):
    effects = effects[effects["year"].notna()]
    data = ircc.robustness.forest(ircc.robustness.cumulative(effects), "cumulative").data.groupby("group").last()
    for heading, part in (
        ("Randomised trials", effects[effects["randomised"]]),
        ("Non-randomised controlled studies", effects[~effects["randomised"]]),
    ):
        assert data.loc[heading, "hr"] == pytest.approx(
            ircc.pool(part["log_hr"].tolist(), part["se"].tolist()).hazard_ratio
        )


def test_leaving_one_out_shows_each_trial_once_with_its_link(effects):
    figure = ircc.robustness.forest(ircc.robustness.influence(effects), "leave one out")
    assert sorted(links(figure)) == sorted("trial:" + effects["trial_id"])


def test_the_influence_table_gives_the_pooled_result_of_all_other_trials(effects):
    table = ircc.robustness.table(ircc.robustness.influence(effects), "influence")
    shown = table.data.set_index("trial_id")
    for _, part in effects.groupby("randomised"):
        first = part["trial_id"].iloc[0]
        others = part[part["trial_id"].ne(first)]
        pooled = ircc.pool(others["log_hr"].tolist(), others["se"].tolist(), knha="adhoc").exp()
        low, high = pooled.ci_low, pooled.ci_high
        assert shown.loc[first, "without"] == f"{pooled.estimate:.2f} ({low:.2f} to {high:.2f})"
    assert "without each trial in turn" in table.caption


def test_a_funnel_has_each_trial_at_its_effect_and_standard_error(effects):
    part = effects[~effects["randomised"]]
    figure = ircc.robustness.funnel(part)
    points = [
        collection.get_offsets() for collection in figure.axes[0].collections if isinstance(collection, PathCollection)
    ]
    assert np.allclose(np.sort(points[0][:, 0]), np.sort(part["log_hr"]))
    assert len(points) == 1 and "fill" not in (figure.caption + figure.alt).lower()
    assert figure.title == "Funnel plot, overall survival, non-randomised studies"
    low, high = figure.axes[0].get_ylim()
    assert low > high  # precise trials on top


def test_bubbles_carry_one_line_a_kind_of_trial(effects):
    figure = ircc.robustness.bubble(effects, "year")
    lines = [line for line in figure.axes[0].lines if np.ptp(line.get_xdata()) > 1]
    assert len(lines) == 2
    slopes = [np.diff(line.get_ydata())[0] / np.diff(line.get_xdata())[0] for line in lines]
    assert slopes[0] == pytest.approx(slopes[1])

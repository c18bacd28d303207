"""What forest plots of hazard ratios show, read off what was drawn."""

import math
import re

import numpy as np
import pandas as pd
import pytest

import ircc_lib as ircc
from tests.figures.read import diamonds, links, texts, words

EDITIONS = ["first", "ten-year"]


@pytest.fixture(scope="module")
def effects(reg):
    return ircc.log_hazard_ratios(reg, "OS")


def squares(figure):
    return [line for axes in figure.axes for line in axes.lines if line.get_marker() == "s"]


def many(effects, k):
    """As many made-up trials of one kind as asked for."""
    rows = pd.concat([effects.head(1)] * k, ignore_index=True)
    rows["trial_id"] = [f"Made{1990 + i}" for i in range(k)]
    rows["log_hr"] = np.linspace(-1, 0.3, k)
    rows["se"] = 0.3
    return rows.assign(
        hr=np.exp(rows["log_hr"]), ci_low=np.exp(rows["log_hr"] - 0.588), ci_high=np.exp(rows["log_hr"] + 0.588)
    )


def test_every_trial_has_a_square_its_numbers_and_a_link(effects):
    figure = ircc.forest(effects)
    assert len(squares(figure)) == len(effects)
    assert sorted(links(figure)) == sorted("trial:" + effects["trial_id"])
    for row in effects.itertuples():
        assert f"{row.hr:.2f} ({row.ci_low:.2f} to {row.ci_high:.2f})" in texts(figure)


def test_randomised_and_other_trials_each_have_their_own_diamond(effects):
    figure = ircc.forest(effects)
    drawn = sorted(np.median(diamond.get_xy()[:, 0]) for diamond in diamonds(figure))
    pooled = [
        ircc.pool(part["log_hr"].tolist(), part["se"].tolist()).hazard_ratio
        for _, part in effects.groupby("randomised")
    ]
    assert drawn == pytest.approx(sorted(pooled))
    with pytest.raises(ValueError, match="not pooled together"):
        ircc.forest(effects, by="entity")
    with pytest.raises(ValueError, match="not pooled together"):
        ircc.robustness.funnel(effects)


def test_a_given_fit_is_the_one_that_is_drawn(effects):
    part = effects[effects["randomised"]]
    fixed = ircc.pool(part["log_hr"].tolist(), part["se"].tolist(), method="FE", knha=False)
    corners = diamonds(ircc.forest(part, {True: fixed}))[0].get_xy()[:, 0]
    assert (corners.min(), corners.max()) == pytest.approx(fixed.hazard_ratio_ci)


def test_heavier_trials_have_larger_squares(effects):
    part = effects[effects["randomised"]].reset_index(drop=True)
    sizes = [line.get_markersize() for line in squares(ircc.forest(part))]
    assert np.argmax(sizes) == part["se"].idxmin() and np.argmin(sizes) == part["se"].idxmax()


def test_an_interval_beyond_the_axis_ends_in_an_arrow(effects):
    wide = many(effects, 3).assign(ci_high=[1.2, 1.4, 60])
    arrows = [line.get_ydata()[0] for axes in ircc.forest(wide).axes for line in axes.lines if line.get_marker() == ">"]
    places = sorted({line.get_ydata()[0] for line in squares(ircc.forest(wide))})
    assert places[2] in arrows and not set(places[:2]) & set(arrows)


@pytest.mark.parametrize("k", [1, 2, 3, 60])
def test_the_figure_grows_with_the_trials_and_fewer_than_three_have_no_diamond(effects, k):
    figure = ircc.forest(many(effects, k))
    assert len(squares(figure)) == k
    places = sorted(line.get_ydata()[0] for line in squares(figure))
    marks = figure.axes[0]
    inches = figure.get_figheight() * marks.get_position().height / abs(np.diff(marks.get_ylim())[0])
    assert all(np.diff(places) * inches > 0.3)  # two lines of words at a reading size
    assert len(diamonds(figure)) == (k > 2)


def test_two_trials_are_said_in_words(effects):
    two = many(effects, 2)
    figure = ircc.forest(two)
    common = two["log_hr"].mean()  # equal standard errors of 0.3
    low, high = common - 1.959964 * 0.3 / math.sqrt(2), common + 1.959964 * 0.3 / math.sqrt(2)
    said = f"if they share one effect: {math.exp(common):.2f} ({math.exp(low):.2f} to {math.exp(high):.2f})"
    assert any(said in text for text in texts(figure))
    assert "prediction" not in " ".join(texts(figure))


def test_more_than_twenty_trials_are_split_by_tumour_below_the_pooled_result(effects):
    rows = many(effects, 24).assign(entity=["gastric cancer"] * 10 + ["hepatocellular carcinoma"] * 14)
    figure = ircc.forest(rows)
    shown = texts(figure)
    places = [
        shown.index(text)
        for text in ("Pooled, 24 trials", "Hepatocellular carcinoma", "Made 2013", "Gastric cancer", "Made 1999")
    ]
    assert places == sorted(places) and len(squares(figure)) == 24
    assert texts(ircc.forest(many(effects, 5))).index("Pooled, 5 trials") > 5  # a short one ends in its result


def test_a_phone_gets_the_same_plot_with_ratios_above_their_marks(effects):
    figure = ircc.forest(effects)
    narrow = figure.narrow()
    assert narrow.get_figwidth() < 3.3 and len(squares(narrow)) == len(squares(figure))
    assert [len(diamonds(each)) for each in (figure, narrow)] == [2, 2]
    for row in effects.itertuples():
        assert f"{row.hr:.2f} ({row.ci_low:.2f} to {row.ci_high:.2f})" in texts(narrow)
    assert sorted(links(narrow)) == sorted("trial:" + effects["trial_id"])


def test_more_than_sixty_trials_are_folded_by_tumour_with_the_pooled_result_first(effects):
    rows = many(effects, 200).assign(entity=["gastric cancer"] * 120 + ["hepatocellular carcinoma"] * 80)
    figure = ircc.forest(rows)
    shown = [text for text in texts(figure) if text.startswith(("Pooled", "gastric", "hepatocellular"))]
    assert shown == ["Pooled, 200 trials", "gastric cancer, 120", "hepatocellular carcinoma, 80"]
    assert figure.get_figheight() < 4


def test_text_is_at_least_11_px_where_a_page_shows_the_figure_and_the_plot_is_wide(effects):
    figure = ircc.forest(effects)
    assert min(text.get_fontsize() for text in words(figure)) * 690 / (72 * figure.get_figwidth()) >= 11
    assert figure.axes[0].get_position().width >= 0.4


def test_no_words_lie_over_marks_or_words_of_two_trials_that_disagree_and_one_that_is_absurd(effects):
    rows = many(effects, 3).assign(
        hr=[0.74, 2.23, 30.0], se=[0.2, 0.2, 3.5], entity="extranodal NK/T-cell lymphoma, other"
    )
    rows["log_hr"] = np.log(rows["hr"])
    rows["trial_id"] = ["Maximiliane-Hohenstein2020", "王晓明2013", "김철수2015"]
    rows = rows.assign(
        ci_low=np.exp(rows["log_hr"] - 1.96 * rows["se"]), ci_high=np.exp(rows["log_hr"] + 1.96 * rows["se"])
    )
    figure = ircc.forest(rows)
    renderer, marks = figure.canvas.get_renderer(), figure.axes[0].get_window_extent()
    for text in figure.texts:
        box = text.get_window_extent(renderer)
        assert box.x1 <= marks.x0 + 1 or box.x0 >= marks.x1 + 4, text.get_text()
    labels = [label.get_window_extent(renderer) for label in figure.axes[0].get_xticklabels()]
    assert all(left.x1 < right.x0 for left, right in zip(labels, labels[1:]))


def test_allocation_comparator_and_risk_of_bias_stand_beside_each_trial(reg, effects):
    bias = ircc.hazard_ratios.risk_of_bias(reg)
    figure = ircc.forest(effects, bias=bias)
    assert len([mark for mark in figure.get_children() if str(mark.get_gid()).startswith("light-")]) == 6 * len(effects)
    assert any("v other treatment" in text for text in texts(figure))
    changed = effects.assign(review_only=effects["trial_id"].eq("Liu2020a"))
    changed["randomised"] = changed["randomised"] & ~changed["review_only"]
    assert "Called randomised by a review only, not pooled" in texts(ircc.forest(changed))


def test_one_trial_is_shown_and_said_not_to_be_pooled(effects):
    figure = ircc.forest(effects.head(1))
    assert "one trial: nothing to pool" in texts(figure)
    assert "nothing to pool" in figure.alt


def test_words_keep_to_their_columns(effects):
    long = many(effects, 3).assign(
        entity=["non-small cell lung cancer", "gastric cancer", "extranodal NK/T-cell lymphoma and several others"],
        n_cik=511,
        n_control=520,
    )
    long["trial_id"] = ["PMID40180925", "Lee2019", "Zhao2013"]
    figure = ircc.forest(long)
    renderer = figure.canvas.get_renderer()
    rows = {}
    for text in figure.texts:
        rows.setdefault(text.get_position()[1], []).append(text.get_window_extent(renderer))
    for place, boxes in rows.items():
        boxes.sort(key=lambda box: box.x0)
        gaps = [right.x0 - left.x1 for left, right in zip(boxes, boxes[1:])]
        assert min(gaps, default=0) > -0.5, f"words run into each other on line {place}: {gaps}"


def test_hostile_names_are_drawn_as_they_are(effects):
    rows = many(effects, 2).assign(entity=["$x^2$ <script>", "gastric cancer"])
    assert "$x^2$ <script>" in texts(ircc.forest(rows))
    ircc.forest(rows)._repr_mimebundle_()


def test_the_data_of_a_forest_hold_its_trials_and_pooled_results(effects):
    data = ircc.forest(effects).data
    assert (data["row"] == "trial").sum() == len(effects)
    pooled = data[data["row"] == "pooled"].set_index("group")
    part = effects[effects["randomised"]]
    assert pooled.loc["Randomised trials", "hr"] == pytest.approx(
        ircc.pool(part["log_hr"].tolist(), part["se"].tolist()).hazard_ratio
    )


def test_the_words_for_who_cannot_see_it_state_the_pooled_result(effects):
    part = effects[effects["randomised"]]
    pooled = ircc.pool(part["log_hr"].tolist(), part["se"].tolist(), knha="adhoc")
    low, high = pooled.hazard_ratio_ci
    figure = ircc.forest(effects)
    assert f"pooled {pooled.hazard_ratio:.2f} (95 % CI {low:.2f} to {high:.2f})" in figure.alt
    assert figure.alt != figure.caption


def test_groups_are_shown_apart_by_design(effects):
    figure = ircc.hazard_ratios.subgroup_forest(effects, "entity")
    several = effects.groupby(["randomised", "entity"]).size().ge(3).sum()
    assert len(diamonds(figure)) == several
    assert {"Randomised trials", "Non-randomised controlled studies"} <= set(texts(figure))


def test_effects_know_their_endpoint_and_what_is_drawn_from_them_is_named_by_it(reg):
    found = ircc.log_hazard_ratios(reg, "PFS")
    other = found.query("not randomised and not review_only")
    assert ircc.forest(found).name == "forest-pfs" and ircc.robustness.funnel(other).name == "funnel-pfs-other"
    assert ircc.hazard_ratios.subgroup_forest(found, "product").title.startswith("Hazard ratios for progression- or")
    assert ircc.robustness.table(ircc.robustness.influence(found), "influence").name == "influence-pfs"
    assert ircc.forest(found.head(0)).name == "forest-pfs"
    with pytest.raises(ValueError, match="which endpoint"):
        ircc.forest(pd.DataFrame(found.head(0).to_dict("list")))


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("endpoint", ["OS", "PFS"])
def test_every_edition_can_be_drawn_without_a_nan_in_its_words(reg, edition, endpoint):
    old = reg.edition(edition)
    found = ircc.log_hazard_ratios(old, endpoint)
    shown = [
        ircc.forest(found),
        ircc.hazard_ratios.subgroup_forest(found, "entity"),
        ircc.robustness.forest(ircc.robustness.cumulative(found), "cumulative"),
        ircc.robustness.forest(ircc.robustness.influence(found), "leave one out"),
        ircc.robustness.forest(ircc.robustness.sensitivity(old, endpoint), "sensitivity"),
        ircc.robustness.funnel(found.query("randomised")),
        ircc.robustness.bubble(found, "year"),
    ]
    for figure in shown:
        words = str(figure) if isinstance(figure, str) else " ".join([figure.caption, figure.alt, *texts(figure)])
        assert not re.search(r"\b(nan|inf|None)\b", words)
    tables = [
        ircc.hazard_ratios.table(found),
        ircc.extraction.exclusions_table(old, endpoint),
        ircc.extraction.bounds_table(old, endpoint),
        ircc.robustness.table(ircc.robustness.moderators(old, found), "moderators"),
        ircc.robustness.table(ircc.robustness.influence(found), "influence"),
    ]
    assert all(table._repr_mimebundle_() if hasattr(table, "_repr_mimebundle_") else str(table) for table in tables)


def test_no_effects_at_all_are_said_in_words(effects):
    none = effects.head(0)
    for figure in (
        ircc.forest(none),
        ircc.hazard_ratios.subgroup_forest(none, "entity"),
        ircc.robustness.forest(ircc.robustness.cumulative(none), "cumulative"),
        ircc.robustness.forest(ircc.robustness.influence(none), "leave one out"),
        ircc.robustness.funnel(none),
        ircc.robustness.bubble(none, "year"),
    ):
        if isinstance(figure, str):
            continue  # a sentence
        assert figure.caption and not diamonds(figure)
        assert not any(math.isnan(side) for axes in figure.axes for side in axes.get_xlim())

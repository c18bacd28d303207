"""What the figures of the chapter on survival draw: curves, numbers at risk, dumbbells, counts."""

import numpy as np
import pandas as pd
import pytest

import ircc_lib as ircc
from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import Figure, new_figure
from ircc_lib.figures.draw.curves import censor_marks, curve, month_ticks, risk_table

IPD = pd.DataFrame(
    {"time": [3, 6, 9, 24, 4, 12, 30, 36], "event": [1, 1, 0, 1, 1, 0, 0, 0], "arm": ["control"] * 4 + ["cik"] * 4}
)


@pytest.fixture(scope="module")
def registry():
    return ircc.load_registry().edition("ten-year")


def words_of(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def overlapping(figure):
    """Pairs of words of a figure that are drawn over each other."""
    renderer = figure.canvas.get_renderer()
    texts = [
        text
        for axes in figure.axes
        for text in [*axes.texts, axes.title, axes._left_title, *axes.get_xticklabels()]
        if text.get_text().strip() and text.get_visible()
    ]
    boxes = [text.get_window_extent(renderer).shrunk(0.9, 0.7).extents for text in texts]
    left, low, right, high = np.array(boxes).T
    apart = (left[:, None] >= right) | (right[:, None] <= left) | (low[:, None] >= high) | (high[:, None] <= low)
    return [(texts[i].get_text(), texts[j].get_text()) for i, j in np.argwhere(~apart) if i < j]


def test_a_curve_steps_down_at_its_events():
    axes = new_figure(2).add_axes((0.1, 0.1, 0.8, 0.8))
    curve(axes, ircc.kaplan_meier([1, 2, 3, 4], [1, 0, 1, 0]), colour=style.CIK)
    drawn = axes.lines[0].get_xydata()
    np.testing.assert_allclose(drawn, [[0, 1], [1, 0.75], [2, 0.75], [3, 0.375], [4, 0.375]])


def test_censored_times_are_marked_on_the_curve():
    axes = new_figure(2).add_axes((0.1, 0.1, 0.8, 0.8))
    rows = pd.DataFrame({"time": [1, 2, 3, 4], "event": [1, 0, 1, 0]})
    censor_marks(axes, ircc.kaplan_meier(rows["time"], rows["event"]), rows, colour=style.CIK)
    np.testing.assert_allclose(axes.lines[0].get_xydata(), [[2, 0.75], [4, 0.375]])


def test_the_risk_table_counts_patients_under_the_ticks():
    axes = new_figure(3).add_axes((0.1, 0.4, 0.8, 0.5))
    axes.set_xlim(0, 36)
    risk_table(axes, {"CIK": (style.CIK, IPD.loc[IPD["arm"] == "cik", "time"])}, [0, 12, 24, 36])
    numbers = [(text.get_position()[0], text.get_text()) for text in axes.texts if text.get_text().isdigit()]
    assert numbers == [(0, "4"), (12, "3"), (24, "2"), (36, "1")]


@pytest.mark.parametrize(
    "end, ticks", [(60, [0, 12, 24, 36, 48, 60]), (7, [0, 1, 2, 3, 4, 5, 6, 7]), (30, [0, 6, 12, 18, 24, 30])]
)
def test_ticks_are_months_that_a_reader_counts_in(end, ticks):
    assert month_ticks(end) == ticks


def test_curves_carry_labels_medians_and_numbers_at_risk():
    figure = ircc.survival_curves(IPD, endpoint="Overall survival", note="log-rank p = 0.2", source="Made up.")
    assert {"CIK", "Control", "Number at risk", "log-rank p = 0.2"} <= set(words_of(figure))
    assert figure.alt == "CIK: 4 patients, median not reached; Control: 4 patients, median 6.0 months."
    assert figure.caption.endswith("Made up.") and figure.alt not in figure.caption
    assert figure.axes[0].get_ylabel() == "Overall survival" and figure.axes[0].get_xlabel() == "Months"
    assert not overlapping(figure)


def test_no_patients_give_a_sentence_and_too_many_arms_an_error():
    assert "no patients" in ircc.survival_curves(IPD.iloc[:0])
    many = pd.DataFrame({"time": range(1, 9), "event": 1, "arm": list("abcdefgh")})
    with pytest.raises(ValueError, match="seven"):
        ircc.survival_curves(many)


def test_panels_of_pseudo_cohorts_say_what_they_are_and_keep_designs_apart(registry):
    cohort = ircc.survival.pseudo_cohort(registry, endpoint="OS")
    figure = ircc.survival.pseudo_curves(cohort)
    assert "Reconstructed from reported rates and medians, not individual data" in figure.caption
    assert "Reconstructed" in figure.title
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert all(title.endswith(("randomised by their own record", "other controlled trials")) for title in titles)
    assert "Number at risk" not in words_of(figure) and "at_risk" not in figure.data  # of patients that nobody had
    arms = figure.data.groupby("trial_id")["arm"].nunique()
    assert arms.eq(2).all()  # a trial's curve stands beside that of its own control
    assert not overlapping(figure)


@pytest.mark.parametrize("family", ["OS", "PFS"])
def test_dumbbells_draw_both_arms_of_each_pair_with_links(registry, family):
    figure = ircc.survival.medians(registry, family)
    axes = figure.axes[0]
    marks = {
        marker: sum(len(line.get_xdata()) for line in axes.lines if line.get_marker() == marker)
        for marker in ("o", ">")
    }
    assert marks["o"] == figure.data[["cik", "control"]].notna().sum().sum()
    assert marks[">"] == figure.data[["cik", "control"]].isna().sum().sum()
    linked = {text.get_url() for text in axes.texts if text.get_url()}
    assert {f"trial:{trial}" for trial in figure.data["trial_id"]} <= linked
    assert axes.get_xlabel() == "Median, months"
    assert not overlapping(figure)


@pytest.mark.parametrize("edition", ["first", "five-year", "living"])
def test_every_figure_and_table_of_the_chapter_is_made_for_every_edition(edition):
    registry = ircc.load_registry().edition(edition)
    made = [
        make(registry, family)
        for family in ("OS", "PFS")
        for make in (ircc.survival.medians, ircc.survival.table, ircc.survival.landmarks)
    ]
    made += [
        make(registry)
        for make in (
            ircc.survival.five_year_figure,
            ircc.survival.significance_counts,
            ircc.survival.patients,
        )
    ]
    made += [ircc.survival.table(registry, about) for about in ("five years", "significance", "patients")]
    for endpoint in ("OS", "PFS"):
        cohort = ircc.survival.pseudo_cohort(registry, endpoint=endpoint)
        made += [
            ircc.survival.pseudo_cohort_sentence(cohort),
            ircc.survival.pseudo_curves(cohort),
            ircc.survival.rmst_table(cohort),
        ]
    figures = [one for one in made if isinstance(one, Figure)]
    names = [one.name for one in made if not isinstance(one, str)]
    assert len(set(names)) == len(names)
    for figure in figures:
        assert figure.caption and figure.alt and len(figure.data)
        assert not overlapping(figure), figure.name

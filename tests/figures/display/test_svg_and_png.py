"""The SVG and the PNG of a figure, drawn at once, show what matplotlib itself would save of it."""

import base64
import io
import re

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.patches import Circle
from PIL import Image, ImageFilter

from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import PNG_DPI, new_figure

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def words(axes):
    for place, align in enumerate(("left", "center", "right")):
        axes.text(0.5, 0.2 + 0.3 * place, "Jin 2014, gastric (−)", ha=align, va="center", color=style.MUTED)
    axes.text(0.5, 0.05, "two\nlines", bbox={"facecolor": style.CIK, "alpha": 0.5})


def a_rotated_label(axes):
    axes.set(xlabel="Months", ylabel="Overall survival")


def mathtext(axes):
    axes.text(0.2, 0.5, r"$I^2 = \frac{1}{2}$ and words")


def marks_that_are_cut_off(axes):
    axes.set(xlim=(0.2, 0.8), ylim=(0.2, 0.8))
    axes.plot([0, 1], [0.1, 0.9], "s-", color=style.CIK, linewidth=3, markersize=9)
    axes.scatter([0.2, 0.4, 0.6], [0.5] * 3, s=[40, 80, 160], c=[style.CONTROL], alpha=0.5)
    axes.add_collection(LineCollection([[(0, y), (1, y)] for y in (0.3, 0.4)], linestyles="--"))
    axes.fill_between([0, 0.5, 1], [0.6] * 3, [0.7, 0.9, 0.7], color=style.OTHER, hatch="//")


def an_image_within_a_circle(axes):
    image = axes.imshow(np.arange(16).reshape(4, 4), extent=(0, 1, 0, 1), aspect="auto")
    image.set_clip_path(Circle((0.5, 0.5), 0.4, transform=axes.transData))


def new(draw, **options):
    with mpl.rc_context(style.RC):
        figure = new_figure(2, width=4, **options)
        draw(figure.add_axes((0.15, 0.2, 0.8, 0.7)))
    return figure


def picture(bundle):
    return Image.open(io.BytesIO(base64.b64decode(bundle["image/png"]))).convert("RGB")


def saved(figure, kind, **options):
    target = io.BytesIO()
    with mpl.rc_context(style.RC):
        figure.savefig(target, format=kind, **options)
    target.seek(0)
    return target


@pytest.mark.parametrize("draw", [words, a_rotated_label, mathtext, marks_that_are_cut_off, an_image_within_a_circle])
def test_the_png_looks_like_the_one_that_matplotlib_saves(draw):
    shown = picture(new(draw)._repr_mimebundle_())
    theirs = Image.open(saved(new(draw), "png", dpi=PNG_DPI, facecolor=style.PAPER)).convert("RGB")
    assert shown.size == theirs.size
    # A word may stand half a pixel off, which a blurred look does not tell.
    blur = ImageFilter.GaussianBlur(2)
    ours, theirs = (np.asarray(each.filter(blur), dtype=float) for each in (shown, theirs))
    assert theirs.min() < 230, "nothing was drawn"
    assert abs(ours - theirs).max() < 25


@pytest.mark.parametrize("draw", [words, a_rotated_label, mathtext, marks_that_are_cut_off])
def test_the_svg_is_the_one_that_matplotlib_saves(draw):
    ours = new(draw)._repr_mimebundle_()["image/svg+xml"]
    theirs = saved(new(draw), "svg", facecolor="none", metadata={"Date": None, "Creator": None})
    theirs = theirs.getvalue().decode()
    theirs = theirs[theirs.index("<svg") :]
    ours, theirs = (re.sub(r"\b[phm][0-9a-f]{10}\b", "ID", svg) for svg in (ours, theirs))
    assert NUMBER.split(ours) == NUMBER.split(theirs)
    np.testing.assert_allclose(*([float(number) for number in NUMBER.findall(svg)] for svg in (ours, theirs)), atol=0.1)


def test_a_word_stands_at_the_same_spot_in_both():
    figure = new(lambda axes: axes.set_axis_off())
    figure.text(0.3, 0.4, "H", fontsize=20)
    bundle = figure._repr_mimebundle_()
    x, y = (float(re.search(rf'<text[^>]* {key}="([\d.]+)"', bundle["image/svg+xml"])[1]) for key in "xy")
    rows, columns = np.nonzero(np.asarray(picture(bundle).convert("L")) < 128)
    zoom = PNG_DPI / 72
    assert rows.max() + 1 == pytest.approx(y * zoom, abs=1)
    assert columns.min() == pytest.approx(x * zoom + 4, abs=1)  # an H leaves a tenth of its size free


def test_the_letters_of_a_word_keep_their_distances():
    """Each pair of letters leaves the gap that it leaves when the word begins with another one."""
    figure = new(lambda axes: axes.set_axis_off())
    for place, lead in enumerate(("", "J", "l")):
        figure.text(0.3, 0.2 + 0.3 * place, f"{lead}IIII", fontsize=12)
    ink = np.asarray(picture(figure._repr_mimebundle_()).convert("L")) < 200
    for rows in np.array_split(ink, 3):
        edges = np.flatnonzero(np.diff(rows.any(axis=0).astype(int)) == 1)[-4:]
        assert np.ptp(np.diff(edges)) <= 1


def test_the_same_figure_gives_the_same_bytes_and_is_left_as_it_was():
    figure = new(words, facecolor="red")
    before = saved(figure, "png").getvalue()
    assert figure._repr_mimebundle_() == figure._repr_mimebundle_() == new(words)._repr_mimebundle_()
    assert figure.dpi == 100 and figure.get_facecolor() == (1, 0, 0, 1)
    assert saved(figure, "png").getvalue() == before

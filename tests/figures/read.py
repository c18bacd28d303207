"""What was drawn, read off a figure: its words, links and diamonds."""

from matplotlib.patches import Polygon


def words(figure):
    """The texts that stand on the figure and on its axes."""
    return [text for part in (figure, *figure.axes) for text in part.texts if text.get_text()]


def texts(figure):
    return [text.get_text() for text in words(figure)]


def links(figure):
    return [text.get_url() for text in words(figure) if text.get_url()]


def diamonds(figure):
    return [patch for axes in figure.axes for patch in axes.patches if isinstance(patch, Polygon)]

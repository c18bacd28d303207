"""How every figure looks: size, type, ink and the colours of the arms.

The page recolours ink, muted ink, grid and paper for dark mode, so figures use these
four names and never a grey of their own. Arm colours are those of Okabe and Ito
(2008), told apart by readers with any colour vision.

`RC` sets every parameter of matplotlib's look, so that a figure is the same whatever theme a
user has set.
"""

import matplotlib as mpl

from ircc_lib.figures.display.typefaces import EAST_ASIAN

INK = "#1b1f24"
MUTED = "#5b6570"
GRID = "#d8dee4"
PAPER = "#ffffff"

CIK = "#0072b2"
CONTROL = "#d55e00"
OTHER = "#009e73"
PALETTE = [CIK, CONTROL, OTHER, "#cc79a7", "#8c6d00", "#56b4e9", "#5b6570"]

PAGE_WIDTH = 7.4  # inches: the text column of a page, and of an A4 sheet in print
TEXT = 8.7  # points: 11 px where a page shows a figure 690 px wide; no word of a figure is smaller
NARROW_WIDTH = 3.2  # inches: a figure for a phone, of which a page shows an inch as 94 px

_OF_THE_LOOK: tuple[str, ...] = (
    "axes.",
    "font.",
    "grid.",
    "hatch.",
    "image.",
    "legend.",
    "lines.",
    "markers.",
    "mathtext.",
    "patch.",
)
_OF_THE_LOOK += ("path.", "scatter.", "text.", "xtick.", "ytick.", "figure.", "savefig.", "svg.")
_OF_THE_SEAT = ("figure.max_open_warning", "figure.raise_window", "savefig.directory", "text.usetex")
_DEFAULTS = {
    key: value for key, value in mpl.rcParamsDefault.items() if key.startswith(_OF_THE_LOOK) and key not in _OF_THE_SEAT
}
RC = _DEFAULTS | {
    "figure.dpi": 100,
    # Verdana has the widths of DejaVu Sans, with which the layout is computed.
    "font.family": ["DejaVu Sans", *EAST_ASIAN, "sans-serif"],
    "font.sans-serif": ["Verdana", "Arial", "DejaVu Sans"],
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.titley": 1.0,  # no axes has ticks at its top that a title would have to be moved out of
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "text.hinting": "none",  # nothing to the eye at the dots of a picture, a fifth of its time
    "svg.fonttype": "none",  # words stay words: searchable, linkable, recolourable
    "svg.hashsalt": "ircc",  # the same figure gives the same bytes
}

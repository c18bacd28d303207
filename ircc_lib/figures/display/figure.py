"""A figure that carries its words and the rows that it draws.

It displays itself in JupyterLab, and carries beside that plain data under a media type of ours, from which the
report's pages are made. Links are written as ``trial:ID``, ``entity:NAME`` and ``chapter:03_survival``; only a page
knows where those live.
"""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import matplotlib.figure
import pandas as pd
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from ircc_lib.figures.display import style
from ircc_lib.figures.display.plain import plain_rows
from ircc_lib.figures.display.svg_and_png import svg_alone, svg_and_pixels
from ircc_lib.figures.display.typefaces import without_remarks
from ircc_lib.text import counted

FIGURE_TYPE = "application/vnd.ircc.figure+json"
PNG_DPI = 144


class Figure(matplotlib.figure.Figure):
    """A matplotlib figure with a name, a caption, an alternative text and its data.

    `narrow`, where there is one, makes the same figure for a phone.
    """

    name = title = caption = alt = ""
    data: pd.DataFrame | None = None
    narrow: Callable[[], Figure] | None = None

    def __repr__(self) -> str:
        """What the figure is, not how many pixels it has."""
        rows = "" if self.data is None else f", {counted(len(self.data), 'row')} drawn"
        return f"<Figure {self.name}: {self.title}{rows}>" if self.name else super().__repr__()

    __str__ = __repr__

    def describe(self, *, name: str, title: str, caption: str, alt: str, data: pd.DataFrame) -> Figure:
        """Give the figure its words and the rows that it draws; returns the figure.

        Parameters
        ----------
        name : file name stem, unique on its page: ``forest-os``
        title : what is shown, as a heading would say it
        caption : a sentence computed from `data` that says what the figure shows
        alt : the finding for a reader who cannot see it
        data : one row per mark drawn; offered as CSV beside the figure
        """
        self.name, self.title, self.caption, self.alt, self.data = name, title, caption, alt, data
        return self

    def draw(self, renderer: RendererBase) -> None:
        """Draw the figure in the report's look, whatever theme the user has set."""
        with mpl.rc_context(style.RC), without_remarks():
            super().draw(renderer)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        with mpl.rc_context(style.RC):
            svg, picture = svg_and_pixels(self, dpi=PNG_DPI, paper=style.PAPER)
            narrow = svg_alone(self.narrow()) if self.narrow else None
        words = {
            "name": self.name,
            "title": self.title,
            "caption": self.caption,
            "alt": self.alt,
            "data": plain_rows(self.data),
            "narrow": narrow,
        }
        # No text/html: it would hold the drawing a second time, and JupyterLab strips
        # drawings from the HTML of a notebook that it does not trust.
        return {
            "image/svg+xml": svg,
            "image/png": base64.b64encode(_png(picture)).decode(),
            FIGURE_TYPE: words,
        }


def _png(picture: Image.Image) -> bytes:
    """A PNG of 128 colours: a third of the bytes of a full one, no difference to the eye."""
    target = io.BytesIO()
    picture.quantize(128, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        target, format="png", compress_type=zlib.Z_RLE, dpi=(PNG_DPI, PNG_DPI)
    )
    return target.getvalue()


def new_figure(height: float, *, width: float = style.PAGE_WIDTH, **options: Any) -> Figure:
    """An empty figure of the report's look, `width` by `height` inches, outside pyplot.

    Draw on it inside ``with matplotlib.rc_context(style.RC)``, as the figure functions do.
    """
    figure = Figure(figsize=(width, height), **options)
    FigureCanvasAgg(figure)
    return figure

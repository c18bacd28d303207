"""What a notebook shows: a figure, a table or a sentence that carries its own words.

Each of these displays itself in JupyterLab, and carries beside that a bundle of plain
data under a media type of ours, from which the report's pages are made. Links are
written as ``trial:ID``, ``entity:NAME`` and ``chapter:03_survival``; only a page knows
where those live.
"""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import matplotlib as mpl
import pandas as pd
from markupsafe import Markup, escape
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from ircc_lib.figures.display import style
from ircc_lib.figures.display.column import Column, number, shown, text
from ircc_lib.figures.display.svg_and_png import svg_alone, svg_and_pixels
from ircc_lib.figures.display.typefaces import without_remarks
from ircc_lib.registry.labels import trial_label
from ircc_lib.text import counted

FIGURE_TYPE = "application/vnd.ircc.figure+json"
TABLE_TYPE = "application/vnd.ircc.table+json"
PNG_DPI = 144


class Exhibit(Figure):
    """A matplotlib figure with a name, a caption, an alternative text and its data.

    `narrow`, where there is one, makes the same figure for a phone.
    """

    name = title = caption = alt = ""
    data: pd.DataFrame | None = None
    narrow: Callable[[], Exhibit] | None = None

    def __repr__(self) -> str:
        """What the figure is, not how many pixels it has."""
        rows = "" if self.data is None else f", {counted(len(self.data), 'row')} drawn"
        return f"<Exhibit {self.name}: {self.title}{rows}>" if self.name else super().__repr__()

    __str__ = __repr__

    def describe(self, *, name: str, title: str, caption: str, alt: str, data: pd.DataFrame) -> Exhibit:
        """Give the figure its words and the rows that it draws; returns the figure.

        Parameters
        ----------
        name : file name stem, unique on its page: ``forest-os``
        title : what is shown, as a heading would say it
        caption : a sentence computed from `data` that says what the figure shows
        alt : the finding for a reader who cannot see it
        data : one row a mark drawn; offered as CSV beside the figure
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
            "data": _records(self.data),
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


def new_exhibit(height: float, *, width: float = style.PAGE_WIDTH, **options: Any) -> Exhibit:
    """An empty figure of the report's look, `width` by `height` inches, outside pyplot.

    Draw on it inside ``with matplotlib.rc_context(style.RC)``, as the figure functions do.
    """
    figure = Exhibit(figsize=(width, height), **options)
    FigureCanvasAgg(figure)
    return figure


@dataclass(frozen=True, kw_only=True)
class Table:
    """A data frame to be read: named, captioned, its columns labelled."""

    data: pd.DataFrame
    name: str
    caption: str
    columns: list[Column] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.columns:
            numeric = pd.api.types.is_numeric_dtype
            guessed = [
                (number if numeric(values) else text)(key, str(key).replace("_", " "))
                for key, values in self.data.items()
            ]
            object.__setattr__(self, "columns", guessed)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        keys = [column.key for column in self.columns]
        payload = {
            "name": self.name,
            "caption": self.caption,
            "columns": [column.__dict__ for column in self.columns],
            "rows": _records(self.data[keys])["rows"],
            "more": _records(self.data[[key for key in self.data.columns if key not in keys]]),
        }
        return {"text/html": self._html(payload["rows"]), TABLE_TYPE: payload}

    def _html(self, rows: list[list[Any]]) -> str:
        head = Markup("").join(Markup("<th>{}</th>").format(column.label) for column in self.columns)
        body = Markup("").join(
            Markup("<tr>{}</tr>").format(
                Markup("").join(
                    Markup("<td>{}</td>").format(shown(value, column)) for value, column in zip(row, self.columns)
                )
            )
            for row in rows
        )
        return str(
            Markup("<table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(
                self.caption, head, body
            )
        )


class Prose(str):
    """A paragraph of HTML whose values have been escaped."""

    def _repr_html_(self) -> str:
        return f"<p>{self}</p>"


def prose(template: str, /, **values: Any) -> Prose:
    """A sentence with its computed values put in, every one of them escaped.

    >>> prose("{n:,} patients with {what}.", n=1200, what="<b>")
    '1,200 patients with &lt;b&gt;.'

    Parameters
    ----------
    template : str
        A sentence with names in braces; it may hold links and emphasis.
    **values : object
        What stands for the names; text is escaped.

    Returns
    -------
    Prose
        One paragraph for the page.
    """
    return Prose(Markup(escape(template)).format(**values))


class Cited(Markup):
    """Links to trials, which a notebook shows as links."""

    def _repr_html_(self) -> str:
        return str(self)


def cite(trial_ids: str | Iterable[str]) -> Markup:
    """Trials by their labels, each a link to its record, as part of a `prose` sentence; one id or several.

    >>> str(cite("Lee2015"))
    '<a class="trial" href="trial:Lee2015">Lee 2015</a>'

    Parameters
    ----------
    trial_ids : str or iterable of str
        One trial or several, by trial_id.

    Returns
    -------
    Markup
        Links to the pages of the trials, with a comma between them.
    """
    ids = [trial_ids] if isinstance(trial_ids, str) else trial_ids
    ids = list(ids) if isinstance(ids, Iterable) else [ids]
    if not all(isinstance(trial_id, str) for trial_id in ids):
        raise TypeError(f"trial_ids: a trial_id such as 'Lee2015', or several, are needed; found {trial_ids!r}")
    links = [
        Markup('<a class="trial" href="trial:{}">{}</a>').format(trial_id, trial_label(trial_id)) for trial_id in ids
    ]
    return Cited(Markup(", ").join(links))


def _records(data: pd.DataFrame | None) -> dict[str, Any]:
    """Columns and rows as plain JSON values: None where missing, never NaN."""
    if data is None:
        return {"columns": [], "rows": []}
    columns = [
        [None if missing else _plain(value) for value, missing in zip(values.tolist(), values.isna().tolist())]
        for _, values in data.items()
    ]
    return {"columns": [str(key) for key in data.columns], "rows": [list(row) for row in zip(*columns)]}


def _plain(value: Any) -> Any:
    if isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if hasattr(value, "item"):
        return value.item()
    if isinstance(value, (list, tuple)):
        return "; ".join(map(str, value))
    return str(value)

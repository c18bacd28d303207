"""A figure drawn once, as SVG and as pixels at the same time.

Most of the time that matplotlib takes to draw a figure of many words goes into deciding what
stands where: it shapes every string to know its size, and asks every artist for its path. None
of this depends on what is drawn on, so each stroke, mark and string is handed to two renderers.
The SVG is the one that matplotlib would save. Of the pixels only the words differ from what it
would save: a string is laid down as one picture, at whole pixels, and not glyph by glyph.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox, Transform, TransformedPath
from PIL import Image

from ircc_lib.figures.display.typefaces import font_of, without_remarks, writable

SVG_DPI = 72  # a unit of an SVG is a point
NO_MAKER = {"Date": None, "Creator": None}  # the same figure gives the same bytes
SUBPIXELS = 64  # FreeType measures in these


def svg_and_pixels(figure: Figure, *, dpi: float, paper: str) -> tuple[str, Image.Image]:
    """The figure as an ``<svg>`` element without a ground, and as a picture on `paper`."""
    with _at_svg_size(figure):
        width, height = figure.get_size_inches()
        renderer = _SvgAndPixels((width, height), dpi)
        renderer.lay_paper(paper)
        figure.draw(renderer)
    return renderer.finish()


def svg_alone(figure: Figure) -> str:
    """The figure as an ``<svg>`` element without a ground."""
    with _at_svg_size(figure):
        target = io.StringIO()
        width, height = (length * SVG_DPI for length in figure.get_size_inches())
        renderer = _Svg(width, height, target, image_dpi=SVG_DPI, metadata=NO_MAKER)  # type: ignore[no-untyped-call]  # matplotlib's has no types
        figure.draw(renderer)
        renderer.finalize()  # type: ignore[no-untyped-call]  # matplotlib's has no types
    svg = target.getvalue()
    return svg[svg.index("<svg") :]


@contextmanager
def _at_svg_size(figure: Figure) -> Any:
    """The figure at the resolution of an SVG and without a ground of its own."""
    dpi, ground = figure.dpi, figure.get_facecolor()
    figure.dpi = SVG_DPI
    figure.set_facecolor("none")
    try:
        yield
    finally:
        figure.set_facecolor(ground)
        figure.dpi = dpi


class _Svg(RendererSVG):
    """Matplotlib's SVG renderer, which measures words in the fonts that a figure has."""

    def get_text_width_height_descent(self, s: Any, prop: Any, ismath: Any) -> Any:
        if ismath:
            return super().get_text_width_height_descent(s, prop, ismath)  # type: ignore[no-untyped-call]  # matplotlib's has no types
        return _size(s, prop.copy(), SVG_DPI)


class _SvgAndPixels(RendererBase):
    """Hands what is drawn to matplotlib's SVG renderer and, magnified, to its Agg renderer."""

    def __init__(self, inches: tuple[float, float], dpi: float) -> None:
        super().__init__()
        self._dpi, self._zoom = dpi, dpi / SVG_DPI
        self._zoomed = Affine2D().scale(self._zoom)
        width, height = inches
        self._size = (width * SVG_DPI, height * SVG_DPI)
        self._svg_text = io.StringIO()
        self._svg = RendererSVG(*self._size, self._svg_text, image_dpi=dpi, metadata=NO_MAKER)
        self._agg = RendererAgg(width * dpi, height * dpi, dpi)

    def lay_paper(self, colour: str) -> None:
        no_edge = self.new_gc()
        no_edge.set_linewidth(0)
        whole = Affine2D().scale(self._agg.width, self._agg.height)
        self._agg.draw_path(no_edge, Path.unit_rectangle(), whole, to_rgb(colour))

    def finish(self) -> tuple[str, Image.Image]:
        """What was drawn. Artists keep their renderer to measure words, so the drawings are let go."""
        self._svg.finalize()
        svg = self._svg_text.getvalue()
        pixels = self._agg.buffer_rgba()
        rows, columns, _ = pixels.shape
        picture = Image.frombytes("RGB", (columns, rows), pixels, "raw", "RGBX")
        del self._svg, self._svg_text, self._agg
        return svg[svg.index("<svg") :], picture

    # What matplotlib asks of a renderer, under its names.

    def get_canvas_width_height(self) -> Any:
        return self._size

    def get_image_magnification(self) -> Any:
        return self._zoom

    def open_group(self, s: Any, gid: Any = None) -> Any:
        self._svg.open_group(s, gid)

    def close_group(self, s: Any) -> Any:
        self._svg.close_group(s)

    def draw_path(self, gc: Any, path: Any, transform: Any, rgbFace: Any = None) -> Any:
        self._svg.draw_path(gc, path, transform, rgbFace)
        self._agg.draw_path(self._clipped(gc), path, self._magnified(transform), rgbFace)

    def draw_markers(
        self, gc: Any, marker_path: Any, marker_trans: Any, path: Any, trans: Any, rgbFace: Any = None
    ) -> Any:
        self._svg.draw_markers(gc, marker_path, marker_trans, path, trans, rgbFace)
        self._agg.draw_markers(
            self._clipped(gc), marker_path, self._magnified(marker_trans), path, self._magnified(trans), rgbFace
        )

    def draw_path_collection(
        self,
        gc: Any,
        master_transform: Any,
        paths: Any,
        all_transforms: Any,
        offsets: Any,
        offset_trans: Any,
        *looks: Any,
        **more_looks: Any,
    ) -> Any:
        self._svg.draw_path_collection(
            gc, master_transform, paths, all_transforms, offsets, offset_trans, *looks, **more_looks
        )
        self._agg.draw_path_collection(
            self._clipped(gc),
            self._magnified(master_transform),
            paths,
            all_transforms,
            offsets,
            self._magnified(offset_trans),
            *looks,
            **more_looks,
        )

    def draw_quad_mesh(  # a heat map of thousands of cells is one picture, not thousands of shapes
        self, gc: Any, master_transform: Any, meshWidth: Any, meshHeight: Any, coordinates: Any, offsets: Any, offsetTrans: Any, facecolors: Any,  # noqa: N803
        antialiased: Any, edgecolors: Any,
    ) -> Any:  # fmt: skip
        corners = master_transform.transform(np.asarray(coordinates).reshape(-1, 2)).reshape(*coordinates.shape)
        across, down = corners[0, :, 0], corners[:, 0, 1]
        cells = (255 * np.asarray(facecolors)).round().astype(np.uint8).reshape(meshHeight, meshWidth, 4)
        columns, rows = (_cells_of_pixels(edges * self._zoom) for edges in (across, down))
        self.draw_image(gc, across.min(), down.min(), np.ascontiguousarray(cells[rows[:, None], columns[None, :]]))

    def draw_gouraud_triangles(self, gc: Any, triangles_array: Any, colors_array: Any, transform: Any) -> Any:
        self._svg.draw_gouraud_triangles(gc, triangles_array, colors_array, transform)
        self._agg.draw_gouraud_triangles(self._clipped(gc), triangles_array, colors_array, self._magnified(transform))

    def draw_image(self, gc: Any, x: Any, y: Any, im: Any, transform: Any = None) -> Any:
        self._svg.draw_image(gc, x, y, im, transform)
        self._agg.draw_image(self._clipped(gc), x * self._zoom, y * self._zoom, im)

    def draw_text(
        self, gc: Any, x: Any, y: Any, s: Any, prop: Any, angle: Any, ismath: Any = False, mtext: Any = None
    ) -> Any:
        self._svg.draw_text(gc, x, y, s, prop, angle, ismath, mtext)
        gc, x, y = self._clipped(gc), x * self._zoom, y * self._zoom
        if ismath or angle:
            with without_remarks():
                self._agg.draw_text(gc, x, y, s if ismath else writable(s, prop), prop, angle, ismath, mtext)
        else:
            words = self._set(s, prop)
            baseline = int(self._agg.height) - round(self._agg.height - y)
            self._agg._renderer.draw_text_image(words.picture, round(x - words.before), baseline + words.below, 0, gc)

    def get_text_width_height_descent(self, s: Any, prop: Any, ismath: Any) -> Any:
        if ismath:
            return super().get_text_width_height_descent(s, prop, ismath)
        words = self._set(s, prop)
        return words.width / self._zoom, words.height / self._zoom, words.descent / self._zoom

    def _set(self, words: str, properties: FontProperties) -> _SetWords:
        """The words set in type, once for their size and their picture."""
        return _set_words(words, properties.copy(), self._dpi)  # a copy, as properties may be changed by their owner

    def _magnified(self, transform: Any) -> Any:
        """A matrix, which Agg takes where matplotlib's types say a transform."""
        return self._zoomed.get_matrix() @ transform.get_matrix()

    def _clipped(self, gc: GraphicsContextBase) -> GraphicsContextBase:
        """How to draw, with the clipping magnified; lines are measured in points and stay."""
        rectangle, clip = gc.get_clip_rectangle(), gc.get_clip_path()
        path, transform = cast("tuple[Path, Transform] | tuple[None, None]", clip)  # the stubs say otherwise
        if rectangle is None and path is None:
            return gc
        clipped = self.new_gc()
        clipped.copy_properties(gc)
        if rectangle is not None:
            clipped.set_clip_rectangle(Bbox(rectangle.get_points() * self._zoom))
        if path is not None and transform is not None:
            clipped.set_clip_path(TransformedPath(path, transform + self._zoomed))
        return clipped


def _cells_of_pixels(edges: np.ndarray) -> np.ndarray:
    """The number of the cell in which the middle of each pixel between the first and the last edge lies."""
    middles = np.arange(round(abs(edges[-1] - edges[0]))) + 0.5 + edges.min()
    if edges[0] > edges[-1]:
        return len(edges) - 1 - np.searchsorted(edges[::-1], middles).clip(1, len(edges) - 1)
    return np.searchsorted(edges, middles).clip(1, len(edges) - 1) - 1


@dataclass(frozen=True)
class _SetWords:
    """A string set in type, measured in pixels, and its picture.

    before : from the left edge of the picture to where the string starts
    below : rows of the picture below the baseline
    """

    width: float
    height: float
    descent: float
    picture: np.ndarray
    before: float
    below: int


@lru_cache(4096)
def _size(words: str, properties: FontProperties, dpi: float) -> tuple[float, float, float]:
    """Width, height and descent in pixels of a string set in type."""
    font = font_of(properties, dpi)
    before = _space(font)
    font.set_text(" " + writable(words, properties), flags=LoadFlags.NO_HINTING)
    width, height = font.get_width_height()
    return (width - before) / SUBPIXELS, height / SUBPIXELS, font.get_descent() / SUBPIXELS


def _space(font: FT2Font) -> int:
    """The width of a space, in parts of a pixel."""
    font.set_text(" ", flags=LoadFlags.NO_HINTING)
    width, _ = font.get_width_height()
    return width


@lru_cache(4096)
def _set_words(words: str, properties: FontProperties, dpi: float) -> _SetWords:
    """Set `words` behind a space, so that the box about them begins at 0; once for all figures that say them.

    FreeType puts each glyph where it stands from the left edge of the box, in whole pixels: were that
    edge a first letter's, between two pixels, then this letter would come out a pixel off the others.
    """
    font = font_of(properties, dpi)
    before = _space(font)
    font.set_text(" " + writable(words, properties), flags=LoadFlags.NO_HINTING)
    width, height = font.get_width_height()
    descent = font.get_descent()
    font.draw_glyphs_to_bitmap()
    picture = font.get_image()
    above = (height - descent) // SUBPIXELS + 1  # rows, the first of them empty
    return _SetWords(
        width=(width - before) / SUBPIXELS,
        height=height / SUBPIXELS,
        descent=descent / SUBPIXELS,
        picture=picture,
        before=before / SUBPIXELS,
        below=len(picture) - above,
    )

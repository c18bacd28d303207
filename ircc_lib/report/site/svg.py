"""A figure's SVG made fit for a page: nothing in it can act, its neutral colours follow the theme.

Matplotlib writes style attributes, which the pages' content security policy forbids, so
they become presentation attributes. The page's style sheet then recolours ink, muted ink,
grid, paper and the colours of the arms by attribute selectors.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)

_ELEMENTS = {
    "svg",
    "g",
    "defs",
    "path",
    "use",
    "text",
    "tspan",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "clipPath",
    "pattern",
    "linearGradient",
    "radialGradient",
    "stop",
    "image",
    "a",
    "title",
}
_ATTRIBUTES = {
    "id",
    "d",
    "x",
    "y",
    "x1",
    "x2",
    "y1",
    "y2",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "dx",
    "dy",
    "width",
    "height",
    "points",
    "transform",
    "clip-path",
    "clipPathUnits",
    "patternUnits",
    "patternTransform",
    "gradientUnits",
    "offset",
    "viewBox",
    "preserveAspectRatio",
}
_PROPERTIES = {
    "fill",
    "fill-opacity",
    "fill-rule",
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "stroke-linejoin",
    "stroke-linecap",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-miterlimit",
    "opacity",
    "font-size",
    "font-family",
    "font-weight",
    "font-style",
    "font-stretch",
    "font-variant",
    "text-anchor",
    "stop-color",
    "stop-opacity",
    "clip-rule",
    "dominant-baseline",
}
_FRACTION = re.compile(r"(-?\d*\.\d{2})\d+")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_HREF = f"{{{XLINK}}}href"


def drawing(
    svg: str, name: str, resolve: Callable[[str], str | None], hint: Callable[[str], str] = lambda target: ""
) -> ElementTree.Element:
    """The drawing as a tree that holds only shapes, words and links that `resolve` knows.

    Parameters
    ----------
    svg : as matplotlib wrote it
    name : put before every id, so that ids are unique on a page of several drawings
    resolve : gives the address of a link's target, or None for a link to be dropped
    hint : words shown when a pointer rests on a link
    """
    root = ElementTree.fromstring(svg[svg.index("<svg") :])
    root.set("stroke-linejoin", "round")  # stands for the style element that matplotlib writes
    root.set("stroke-linecap", "butt")
    hints = {element: hint(element.get(_HREF, "")) for element in root.iter(f"{{{SVG}}}a")}
    _clean(root, name, resolve)
    for element, words in hints.items():
        if words and element.get(_HREF):
            _titled(element, "title", words, 0)
    _make_ids_unique(root)
    _say_font_once(root)
    return root


def as_text(root: ElementTree.Element) -> str:
    """The drawing as SVG markup."""
    return ElementTree.tostring(root, encoding="unicode")


def has_links(root: ElementTree.Element) -> bool:
    """Whether a drawing holds a link."""
    return root.find(f".//{{{SVG}}}a") is not None


def name_drawing(root: ElementTree.Element, title: str, description: str) -> None:
    """Give the drawing a name and a description as files are read: its first two elements."""
    _titled(root, "title", title, 0)
    _titled(root, "desc", description, 1)


def _titled(element: ElementTree.Element, tag: str, words: str, place: int) -> None:
    child = ElementTree.Element(f"{{{SVG}}}{tag}")
    child.text = words
    element.insert(place, child)


def on_paper(root: ElementTree.Element, colour: str) -> None:
    """Put a sheet of `colour` behind the drawing, for a file that may be opened on any ground."""
    sheet = ElementTree.Element(f"{{{SVG}}}rect", {"width": "100%", "height": "100%", "fill": colour})
    root.insert(0, sheet)


def _clean(element: ElementTree.Element, name: str, resolve: Callable[[str], str | None]) -> None:
    _clean_attributes(element, name, resolve)
    for child in list(element):
        if _local(child) not in _ELEMENTS:
            element.remove(child)
            continue
        _clean(child, name, resolve)
    if element.text is not None and not element.text.strip():
        element.text = None
    if element.tail is not None and not element.tail.strip():
        element.tail = None


def _make_ids_unique(root: ElementTree.Element) -> None:
    """Of several marks that were given one id, the first keeps it."""
    taken: set[str] = set()
    for element in root.iter():
        name = element.get("id")
        if name in taken:
            del element.attrib["id"]
        elif name:
            taken.add(name)


def _say_font_once(root: ElementTree.Element) -> None:
    """The font of all words stands at the root, where it is one."""
    fonts = {element.get("font-family") for element in root.iter(f"{{{SVG}}}text")}
    if len(fonts) == 1 and (font := fonts.pop()):
        root.set("font-family", font)
        for element in root.iter(f"{{{SVG}}}text"):
            del element.attrib["font-family"]


def _local(element: ElementTree.Element) -> str:
    tag = element.tag if isinstance(element.tag, str) else ""
    return tag.removeprefix(f"{{{SVG}}}") if tag.startswith(f"{{{SVG}}}") else ""


def _clean_attributes(element: ElementTree.Element, name: str, resolve: Callable[[str], str | None]) -> None:
    kept: dict[str, str] = {}
    for key, value in element.attrib.items():
        if key == "style":
            kept |= _presentation(value, name)
        elif key in (_HREF, "href"):
            target = _target(element, value, name, resolve)
            if target is not None:
                kept[_HREF] = target
        elif key in _PROPERTIES:
            kept[key] = _referring(value, name)
        elif key in _ATTRIBUTES:
            kept[key] = _attribute(key, value, name)
    element.attrib.clear()
    element.attrib.update(kept)
    if _local(element) == "a" and _HREF not in kept:
        element.tag = f"{{{SVG}}}g"  # a link that leads nowhere is none


def _attribute(key: str, value: str, name: str) -> str:
    if key == "id":
        return f"{name}-{value}"
    if key == "d":
        value = " ".join(value.split())
    return _FRACTION.sub(r"\1", _referring(value, name))


@lru_cache(4096)
def _presentation(style: str, name: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in style.split(";"))
    return {key.strip(): _referring(value.strip(), name) for key, _, value in pairs if key.strip() in _PROPERTIES}


def _referring(value: str, name: str) -> str:
    return _REFERENCE.sub(rf"url(#{name}-\1)", value) if "url(" in value else value


def _target(element: ElementTree.Element, value: str, name: str, resolve: Callable[[str], str | None]) -> str | None:
    kind = _local(element)
    if kind == "a":
        return resolve(value)
    if kind == "image":
        return value if value.startswith("data:image/png;base64,") else None
    return f"#{name}-{value[1:]}" if value.startswith("#") else None

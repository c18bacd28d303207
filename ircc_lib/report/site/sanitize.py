"""HTML of a notebook made fit for a page: known elements stay, links are resolved, the rest is text.

The words of a notebook are ours, but the values in them are the registry's, and what an
output prints may not have been escaped. So nothing is let through that can act: no
script, no style, no handler, no address but those that `links.resolve` gives.
"""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

from markupsafe import Markup, escape

from ircc_lib.report.site.slugs import page_name, unused

_VOID = {"br", "hr", "wbr"}
_ELEMENTS = _VOID | {
    "a",
    "abbr",
    "b",
    "blockquote",
    "caption",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "i",
    "ins",
    "kbd",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
}
_DROPPED_WHOLE = {"script", "style", "svg", "iframe", "object", "math", "template", "noscript", "head"}
_ATTRIBUTES = {"class", "colspan", "rowspan", "scope", "title", "lang", "dir"}
_HEADINGS = {"h2", "h3"}


class CleanHTML(HTMLParser):
    """Reads HTML and keeps what may stay, with its headings numbered for a table of contents."""

    def __init__(self, resolve: Callable[[str], str | None], taken: set[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.resolve, self.taken = resolve, taken
        self.parts: list[str] = []
        self.open: list[str] = []
        self.skipping = 0
        self.headings: list[tuple[int, str, str]] = []  # level, id, words
        self.title = ""
        self._heading: tuple[str, int, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED_WHOLE:
            self.skipping += 1
        if self.skipping or tag not in _ELEMENTS:
            return
        if tag in _HEADINGS | {"h1"}:
            self._heading = (tag, len(self.parts), [])
        kept = {key: value or "" for key, value in attrs if key in _ATTRIBUTES}
        if tag == "a":
            address = self.resolve(dict(attrs).get("href") or "")
            if address is None:
                tag = "span"
            else:
                kept["href"] = address
                if address.startswith("http"):
                    kept["rel"] = "noreferrer"
        marks = "".join(f' {key}="{escape(value)}"' for key, value in kept.items())
        self.parts.append(f"<{tag}{marks}>")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID and not self.skipping:
            self.parts.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED_WHOLE:
            self.skipping = max(0, self.skipping - 1)
            return
        if tag == "a" and "a" not in self.open:
            tag = "span"
        if self.skipping or tag not in self.open:
            return
        if self._heading and tag == self._heading[0]:
            self._end_heading()
            if tag == "h1":
                return
        while self.open:
            last = self.open.pop()
            self.parts.append(f"</{last}>")
            if last == tag:
                return

    def handle_data(self, data: str) -> None:
        if self.skipping:
            return
        if self._heading:
            self._heading[2].append(data)
        self.parts.append(str(escape(data)))

    def _end_heading(self) -> None:
        tag, start, words = self._heading
        self._heading = None
        text = " ".join("".join(words).split())
        if tag == "h1":  # the page writes it, above the words
            self.title = self.title or text
            del self.parts[start:]
            del self.open[len(self.open) - self.open[::-1].index("h1") - 1 :]
            return
        name = unused(page_name(text), self.taken)
        self.headings.append((int(tag[1]), name, text))
        self.parts[start] = f'<{tag} id="{name}">'

    def result(self) -> Markup:
        self.close()
        while self.open:
            self.parts.append(f"</{self.open.pop()}>")
        return Markup("".join(self.parts))

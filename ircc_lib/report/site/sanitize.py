"""HTML of a notebook made fit for a page: known elements stay, links are resolved, the rest is text.

The words of a notebook are ours, but the values in them are the registry's, and what an output prints may not have
been escaped. nh3 lets nothing through that can act: no script, no style, no handler, no address but those that
`links.resolve` gives. What it returns is well formed, so that headings are found by their tags.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

import nh3
from markupsafe import Markup

from ircc_lib.report.site.slugs import page_name, unused

ELEMENTS = set(
    "a abbr b blockquote br caption cite code dd del details dfn div dl dt em h1 h2 h3 h4 hr i ins kbd li ol p pre q s "
    "small span strong sub summary sup table tbody td tfoot th thead tr u ul wbr".split()
)
DROPPED_WHOLE = {"script", "style", "svg", "iframe", "object", "math", "template", "noscript", "head"}
ATTRIBUTES = {"*": {"class", "colspan", "rowspan", "scope", "title", "lang", "dir"}, "a": {"href"}}
SCHEMES = {"http", "https", "trial", "paper", "entity", "chapter"}  # before links are resolved
_HEADING = re.compile(r"<h([123])((?: [^>]*)?)>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_AWAY = re.compile(r'<a ([^>]*?)href="(?=https?:)')


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """HTML that may stand on a page.

    Parameters
    ----------
    html : Markup
        Without the page's title, which the page writes above the words.
    title : str
        The text of the first heading of the first level; empty where there is none.
    headings : list of tuple
        Level, id and words of the headings of the second and third level.
    """

    html: Markup
    title: str
    headings: list[tuple[int, str, str]]


def clean(text: str, resolve: Callable[[str], str | None], taken: set[str]) -> Cleaned:
    """Keep of some HTML what may stay on a page.

    Parameters
    ----------
    text : str
        HTML of anybody.
    resolve : callable
        The address of a link on this page; None where it leads nowhere safe.
    taken : set of str
        Ids of the page so far; those of the headings are added.

    Examples
    --------
    >>> str(clean("<h2>Harm</h2><p onclick='x()'>None<script>x()</script>", lambda target: None, set()).html)
    '<h2 id="harm">Harm</h2><p>None</p>'
    """

    def allowed(tag: str, name: str, value: str) -> str | None:
        return resolve(value) if name == "href" else value

    safe = nh3.clean(
        text,
        tags=ELEMENTS,
        clean_content_tags=DROPPED_WHOLE,
        attributes=ATTRIBUTES,
        attribute_filter=allowed,
        url_schemes=SCHEMES,
        link_rel=None,
    )
    title, headings = "", []

    def numbered(found: re.Match[str]) -> str:
        nonlocal title
        level, marks, inside = int(found[1]), found[2], found[3]
        words = " ".join(html.unescape(_TAG.sub("", inside)).split())
        if level == 1:
            title = title or words
            return ""
        name = unused(page_name(words), taken)
        headings.append((level, name, words))
        return f'<h{level} id="{name}"{marks}>{inside}</h{level}>'

    kept = _HEADING.sub(numbered, _AWAY.sub(r'<a rel="noreferrer" \1href="', safe))
    return Cleaned(html=Markup(kept), title=title, headings=headings)

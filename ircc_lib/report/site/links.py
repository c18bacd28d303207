"""Where a link in a figure, table or sentence leads: ``trial:ID`` and its kind to pages, addresses to the web."""

from __future__ import annotations

import posixpath
from functools import cache
from urllib.parse import unquote

from ircc_lib.registry.addresses import web_address
from ircc_lib.report.site.sitemap import SiteMap


def relative(target: str, page: str) -> str:
    """The way from one file of the site to another, both named from the site's top.

    >>> relative("trials/zhao2013.html", "entities/glioma.html")
    '../trials/zhao2013.html'
    """
    path, mark, fragment = target.partition("#")
    return _way(path, posixpath.dirname(page) or ".") + mark + fragment


_way = cache(posixpath.relpath)  # every page of a folder has the same menu


def resolve(target: str, page: str, sitemap: SiteMap) -> str | None:
    """The address that `target` has on `page`, or None where it leads nowhere safe.

    >>> resolve("javascript:alert(1)", "index.html", SiteMap.empty()) is None
    True
    """
    scheme, _, rest = target.partition(":")
    name = unquote(rest)
    match scheme.lower():
        case "trial":
            found = sitemap.trial(rest) or sitemap.trial(name)
            return relative(found.path, page) if found else None
        case "paper":
            found = sitemap.trial(rest) or sitemap.trial(name)
            return found.paper if found else None
        case "entity":
            tumour = sitemap.entity(rest) or sitemap.entity(name)
            return relative(tumour.path, page) if tumour else None
        case "chapter":
            chapter, mark, fragment = rest.partition("#")
            named = sitemap.chapter(chapter) or sitemap.chapter(unquote(chapter))
            return relative(named.path, page) + mark + fragment if named else None
        case "http" | "https":
            return web_address(target)
    if target.startswith("#"):
        return target
    written, mark, fragment = target.partition("#")  # a chapter by its file, as notebooks link one another
    named = sitemap.chapter(written) or sitemap.chapter(unquote(written))
    return relative(named.path, page) + mark + fragment if named else None

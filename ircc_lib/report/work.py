"""What needs the heavy libraries: called in a fork of the warm server, or here where there is none.

Arguments and results are plain values, as they travel between processes.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from .. import load_registry


def clean(raw: str, processed: str) -> None:
    """Read, check and clean the raw registry; nothing is written unless all of it is right."""
    load_registry(raw).save(processed)


def cut(processed: str, edition: str, folder: str) -> None:
    """Save an edition's part of the cleaned registry, and of that the part of each tumour entity."""
    from .names import page_names

    registry = load_registry(processed).edition(edition)
    registry.save(folder, csv=False)
    entities = Path(folder) / "entities"
    slugs = page_names(registry.entities["entity"].dropna())
    for name, slug in slugs.items():
        registry.select(entity=name).save(entities / slug, csv=False)
    for gone in set(path.name for path in entities.glob("*")) - set(slugs.values()):
        shutil.rmtree(entities / gone)


def plan(folder: str, edition: str, notebooks: str, sitemap: str) -> None:
    """Lay out the site of an edition."""
    from .files import write_file
    from .site import plan_site

    site = plan_site(load_registry(folder), edition, notebooks=Path(notebooks))
    write_file(Path(sitemap), site.to_json())


def render(executed: str, page: str, sitemap: str, out: str) -> None:
    """Make the page of an executed notebook."""
    from .site import render_page

    render_page(Path(executed), page, _sitemap(sitemap), Path(out))


def assemble(sitemap: str, folder: str, out: str) -> None:
    """Write what the pages of an edition share."""
    from .site import write_site

    write_site(_sitemap(sitemap), Path(folder), Path(out))


def index(out: str) -> None:
    """List the editions that are there."""
    from .site import write_editions_index

    write_editions_index(Path(out))


def _sitemap(path: str):
    from .sitemap import SiteMap

    return SiteMap.from_json(Path(path).read_text(encoding="utf-8"))



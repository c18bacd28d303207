"""What needs the heavy libraries: called in a fork of the warm server, or here where there is none.

Arguments and results are plain values, as they travel between processes.
"""

from __future__ import annotations

from pathlib import Path

from .. import Registry, load_registry


def clean(raw: str, processed: str) -> None:
    """Read, check and clean the raw registry; nothing is written unless all of it is right."""
    load_registry(raw).save(processed)


def cut(processed: str, edition: str, folder: str) -> None:
    """Save an edition's part of the cleaned registry."""
    load_registry(processed).edition(edition).save(folder, formats=["arrow"])


def slices(folder: str, parts: dict[str, dict]) -> None:
    """Save the part of an edition that each page shows; `parts` maps a page to its entity or its tables."""
    registry = load_registry(folder)
    for page, part in parts.items():
        of_entity = "entity" in part
        kept = _of_entity(registry, part["entity"]) if of_entity else _of_tables(registry, part["tables"])
        kept.save(Path(folder) / "slices" / page, formats=["arrow"])


def _of_entity(registry: Registry, entity: str) -> Registry:
    """What names a trial of the entity, and nothing that a trial of another could change."""
    part = registry.select(entity=entity)
    tables = {table: rows for table, rows in part.tables.items() if "trial_id" in rows}
    tumours = registry.tumours
    tables["tumours"] = tumours[tumours["entity"] == entity].reset_index(drop=True)
    return _part(registry, tables, part.flags["trial_id"].isin(part.trials["trial_id"]), part.flags)


def _of_tables(registry: Registry, names: list[str]) -> Registry:
    """Some of the tables, with the flags of their rows."""
    tables = {table: rows for table, rows in registry.tables.items() if table in names}
    return _part(registry, tables, registry.flags["table"].isin(names), registry.flags)


def _part(registry: Registry, tables: dict, ours, flags) -> Registry:
    return Registry(tables, flags[ours].reset_index(drop=True), edition_name=registry.edition_name)


def plan(folder: str, edition: str, notebooks: str, sitemap: str) -> None:
    """Lay out the site of an edition."""
    from ..files import write_file
    from .sitemap import plan_site

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

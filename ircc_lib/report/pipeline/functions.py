"""What needs the heavy libraries: called in a fork of the warm server, or here where there is none.

Arguments and results are plain values, as they travel between processes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ircc_lib.files import noting_files, write_file
from ircc_lib.registry.saved import read_arrow, save_arrow
from ircc_lib.registry.store import load_registry
from ircc_lib.report.paths import hash_of
from ircc_lib.report.pipeline.digests import write_manifest

if TYPE_CHECKING:
    from ircc_lib.report.site.sitemap import SiteMap


def listing_files(function: str, manifest: str, arguments: dict[str, Any]) -> None:
    """Call a function of this module, and list the files that it made in `manifest`."""
    with noting_files() as made:
        CALLED[function](**arguments)
    write_manifest(Path(manifest), made)


def clean(raw: str, processed: str) -> None:
    """Read, check and clean the raw registry; nothing is written unless all of it is right."""
    registry = load_registry(raw)
    files = registry.flags["file"]
    outside = files.map(lambda file: isinstance(file, str) and Path(file).is_absolute()).astype(bool)
    registry.flags["file"] = files.where(~outside, files.map(lambda file: Path(str(file)).name))
    registry.save(processed)


def cut(processed: str, edition: str, folder: str) -> None:
    """Save an edition's part of the cleaned registry, and the hash by which it is cited."""
    from ircc_lib.registry.citation import data_hash

    part = load_registry(processed).edition(edition)
    part.save(folder, formats=["arrow"])
    write_file(hash_of(Path(folder)), data_hash(part) + "\n")


def slices(sitemap: str, folder: str, processed: str) -> None:
    """Save what each page shows of an edition, or of the whole registry: the trials of its entity, or some tables."""
    site = _sitemap(sitemap)
    tables, edition = read_arrow(Path(folder))
    for entity in site.entities:
        save_arrow(_of_entity(tables, entity.name), edition, Path(folder) / "slices" / entity.page)
    for chapter in site.chapters:
        if chapter.tables:
            every, its = read_arrow(Path(processed)) if chapter.of_every_edition else (tables, edition)
            save_arrow(_of_tables(every, chapter.tables), its, Path(folder) / "slices" / chapter.page)


def _of_entity(tables: dict[str, Any], entity: str) -> dict[str, Any]:
    """What names a trial of the entity, flags too, and nothing that a trial of another could change."""
    trials = _rows(tables["entities"], "entity", [entity])["trial_id"].unique()
    kept = {
        name: _rows(table, "trial_id", trials) for name, table in tables.items() if "trial_id" in table.column_names
    }
    named = _rows(tables["trials"], "trial_id", trials)["registration_ids"].to_pylist()
    numbers = [number for one in named if one for number in one.split("; ")]
    return kept | {
        "tumours": _rows(tables["tumours"], "entity", [entity]),
        "registrations": _rows(tables["registrations"], "registration_id", numbers),
    }


def _of_tables(tables: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Some of the tables, with the flags of their rows."""
    return {name: tables[name] for name in names} | {"flags": _rows(tables["flags"], "table", list(names))}


def _rows(table: Any, column: str, values: Any) -> Any:
    """The rows that have one of the values."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(values, list):
        values = pa.array(values, table.schema.field(column).type)
    return table.filter(pc.is_in(table[column], value_set=values))


def plan(folder: str, edition: str, notebooks: str, sitemap: str, names: str) -> None:
    """Lay out the site of an edition."""
    from ircc_lib.report.site.plan import plan_site

    site = plan_site(load_registry(folder), edition, notebooks=Path(notebooks), names=Path(names))
    write_file(Path(sitemap), site.to_json())


def render(executed: str, page: str, sitemap: str, out: str) -> None:
    """Make the page of an executed notebook."""
    from ircc_lib.report.site.assets import render_page

    site = _sitemap(sitemap)
    with site.naming():
        render_page(Path(executed), page, site, Path(out))


def assemble(sitemap: str, folder: str, out: str) -> None:
    """Write what the pages of an edition share."""
    from ircc_lib.report.site.assets import write_site

    site = _sitemap(sitemap)
    with site.naming():
        write_site(site, Path(folder), Path(out))


def index(out: str) -> None:
    """List the editions that are there."""
    from ircc_lib.report.site.assets import write_editions_index

    write_editions_index(Path(out))


CALLED = {called.__name__: called for called in (clean, cut, slices, plan, render, assemble, index)}
"""What a task may call, by its name."""


def _sitemap(path: str) -> SiteMap:
    from ircc_lib.report.site.sitemap import SiteMap

    return SiteMap.from_json(Path(path).read_text(encoding="utf-8"))

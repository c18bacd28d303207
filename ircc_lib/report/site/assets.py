"""The site of an edition: its plan, its pages, its shared assets, and the list of editions.

The engine calls `plan_site`, `render_page`, `write_site` and `write_editions_index`.
"""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from ircc_lib.figures.display import style
from ircc_lib.files import saying, write_file
from ircc_lib.registry.naming import Naming
from ircc_lib.report.site.navigation import templates
from ircc_lib.report.site.pages.about import about_edition, write_about
from ircc_lib.report.site.pages.checklist import write_checklist
from ircc_lib.report.site.pages.data_page import write_data_page
from ircc_lib.report.site.pages.explore import write_explore
from ircc_lib.report.site.plan import plan_site
from ircc_lib.report.site.render import render_page
from ircc_lib.report.site.search import script_json, search_index
from ircc_lib.report.site.sitemap import SiteMap

STATIC = Path(__file__).with_name("static")
_ABOUT = "edition.json"

__all__ = ["SiteMap", "plan_site", "render_page", "write_editions_index", "write_site"]


def write_site(sitemap: SiteMap, registry_folder: Path, out_dir: Path) -> None:
    """Write what the pages of an edition share: assets, search index, data page, and its tables.

    Parameters
    ----------
    registry_folder : cleaned tables, or raw ones; the edition's part of them is offered for download
    out_dir : the folder of the edition
    """
    from ircc_lib.registry.store import load_registry

    registry = load_registry(registry_folder).edition(sitemap.edition)
    for asset in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        content = asset.read_text(encoding="utf-8")
        if asset.name == "site.css":
            content += _recoloured()
        write_file(out_dir / "_static" / asset.relative_to(STATIC), content)
    for part, script in enumerate(search_index(sitemap, registry), 1):
        write_file(out_dir / "_static" / (f"search-index-{part}.js" if part > 1 else "search-index.js"), script)
    about = about_edition(registry)
    write_file(out_dir / _ABOUT, json.dumps(_about(sitemap) | about, ensure_ascii=False, indent=1) + "\n")
    write_about(sitemap, about, out_dir)
    write_data_page(sitemap, registry, out_dir)
    write_explore(sitemap, registry, out_dir)
    write_checklist(sitemap, out_dir)


def write_editions_index(reports_dir: Path) -> None:
    """List the editions that stand in `reports_dir`, and let the pages of each switch to the others."""
    found = [_read_about(path) for path in sorted(reports_dir.glob(f"*/{_ABOUT}"))]
    editions = sorted(filter(None, found), key=lambda about: (about["cut"] or 9999, about["name"]))
    for about in editions:
        write_file(reports_dir / about["name"] / "_static" / "editions.js", _editions_script(editions))
    page = templates().get_template("editions.html.j2")
    papers = [about["citation"] for about in editions if "doi" in about["citation"]]
    names: dict[str, str] = next((about["names"] for about in editions if about.get("names")), {})
    with saying(Naming(names, tuple(papers))) if names else nullcontext():
        write_file(reports_dir / "index.html", page.render(editions=editions[::-1]))


def _read_about(path: Path) -> dict[str, Any] | None:
    """What an edition says of itself; None where the file is torn, until a run makes that edition anew."""
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        return about if about["name"] == path.parent.name else None
    except (ValueError, KeyError, TypeError):
        return None


def _about(sitemap: SiteMap) -> dict[str, Any]:
    return {
        "name": sitemap.edition,
        "title": sitemap.title,
        "short_title": sitemap.short_title,
        "cut": sitemap.cut,
        "published": sitemap.published,
        "data_cut": sitemap.data_cut,
        "citation": sitemap.citation,
        "trials": len(sitemap.trials),
        "entities": sum(entity.specified for entity in sitemap.entities),
        "unspecified": sum(not entity.specified for entity in sitemap.entities),
        "names": sitemap.names,
    }


def _editions_script(editions: list[dict[str, Any]]) -> str:
    listed = [{"name": about["name"], "title": about["short_title"]} for about in editions]
    return f"window.IRCC_EDITIONS = {script_json(listed)};\n"


def _recoloured() -> str:
    """Rules that give a drawing's neutral colours and those of the arms the theme's own."""
    names = {
        style.INK: "ink",
        style.MUTED: "muted",
        style.GRID: "grid",
        style.PAPER: "paper",
        style.CIK: "cik",
        style.CONTROL: "control",
        style.OTHER: "other",
    }
    rules = [
        f'.figure svg [{use}="{colour}"] {{ {use}: var(--{name}); }}'
        for colour, name in names.items()
        for use in ("fill", "stroke")
    ]
    return "\n/* Colours of figures/style.py in both themes. */\n" + "\n".join(rules) + "\n"

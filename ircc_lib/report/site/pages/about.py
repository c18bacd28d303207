"""What every page says of its edition: the citation, the data's day and hash, and the list of all pages.

They stand once, in a script that each page loads, and on a page of their own for readers without scripts: a row
that changes must not change every page.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ircc_lib.files import write_file
from ircc_lib.registry.citation import SHOWN, cite_report, data_date, data_hash, library_version
from ircc_lib.report.site.navigation import Place, templates
from ircc_lib.report.site.search import script_json
from ircc_lib.report.site.sitemap import ABOUT, ABOUT_TITLE, SiteMap, path_of

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

SCRIPT = "_static/about.js"


def about_edition(registry: Registry) -> dict[str, str | None]:
    """What tells this state of an edition from another.

    Parameters
    ----------
    registry : Registry
        The edition.

    Returns
    -------
    dict
        ``cite`` (the citation of the report), ``data_date`` (None where no row is dated), ``data_hash`` (SHA-256,
        the one of ``run.json``), ``version`` of the library.
    """
    digest = data_hash(registry)
    return {
        "cite": cite_report(registry, paper=False, digest=digest),
        "data_date": data_date(registry),
        "data_hash": digest,
        "version": library_version(),
    }


def write_about(sitemap: SiteMap, about: dict[str, str | None], out_dir: Path) -> None:
    """Write ``about.html`` and the script from which every page fills its menu and its footer.

    Parameters
    ----------
    sitemap : SiteMap
        The plan of the edition's site.
    about : dict
        Of `about_edition`.
    out_dir : Path
        The folder of the edition.
    """
    menu = [
        [system, [[entity.name, entity.path, entity.trials] for entity in entities]]
        for system, entities in sitemap.organ_systems.items()
    ]
    content = {"about": about, "menu": menu}
    write_file(out_dir / SCRIPT, f"window.IRCC_ABOUT = {script_json(content)};\n")
    place = Place(path=path_of(ABOUT), sitemap=sitemap)
    page = templates().get_template("about.html.j2")
    write_file(out_dir / place.path, page.render(place=place, title=ABOUT_TITLE, about=about, shown=SHOWN))

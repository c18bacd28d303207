"""The data page: the edition's tables to download, their description, and what each column means."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ircc_lib.figures.display import column
from ircc_lib.figures.display.glossary import shown_dictionary
from ircc_lib.figures.display.table import Table
from ircc_lib.files import write_file
from ircc_lib.registry.schema.dictionary import data_dictionary
from ircc_lib.report.site.navigation import Place, templates
from ircc_lib.report.site.pages.catalogue import FILE, dcat
from ircc_lib.report.site.sitemap import DATA, SiteMap, path_of
from ircc_lib.report.site.tables.view import TableView

if TYPE_CHECKING:
    import pandas as pd

    from ircc_lib.registry.store import Registry

FOLDER = "data"
DICTIONARY = f"{FOLDER}/data_dictionary.csv"
SHOWN_DICTIONARY = f"{FOLDER}/tables_and_figures_dictionary.csv"
_FILTERED = ("stage", "table")


def write_data_page(sitemap: SiteMap, registry: Registry, out_dir: Path) -> None:
    """Save the edition's cleaned tables into the site and write the page that offers them.

    Parameters
    ----------
    sitemap : SiteMap
        The plan of the edition's site.
    registry : Registry
        The edition.
    out_dir : Path
        The folder of the edition.
    """
    registry.save(out_dir / FOLDER)
    package = json.loads((out_dir / FOLDER / "datapackage.json").read_text(encoding="utf-8"))
    write_file(out_dir / FOLDER / FILE, json.dumps(dcat(sitemap, package), indent=1, ensure_ascii=False) + "\n")
    place = Place(path=path_of(DATA), sitemap=sitemap)
    page = templates().get_template("data.html.j2")
    dictionary = _view(data_dictionary(), "columns", "Every column of the raw and of the cleaned tables")
    shown = _view(shown_dictionary(), "shown-columns", "Every column of the files beside tables and figures")
    write_file(out_dir / DICTIONARY, dictionary.csv())
    write_file(out_dir / SHOWN_DICTIONARY, shown.csv())
    write_file(
        out_dir / place.path,
        page.render(
            place=place,
            title=next(chapter.title for chapter in sitemap.chapters if chapter.page == DATA),
            tables=_files(package, out_dir / FOLDER),
            dictionary=dictionary,
            dictionary_file=DICTIONARY,
            shown=shown,
            shown_file=SHOWN_DICTIONARY,
        ),
    )


def _files(package: dict[str, Any], folder: Path) -> list[dict[str, Any]]:
    """Each table with its rows and its files; a table's CSV and parquet share a name."""
    tables: dict[str, dict[str, Any]] = {}
    for resource in package["resources"]:
        path = folder / resource["path"]
        table = tables.setdefault(path.stem, {"name": path.stem, "files": []})
        table |= {"rows": resource["rows"]} if "rows" in resource else {}
        table["files"].append((path.suffix[1:], f"{FOLDER}/{path.name}", _size(path.stat().st_size)))
    return list(tables.values())


def _size(count: int) -> str:
    return f"{count / 1024:,.0f} kB" if count >= 1024 else f"{count} bytes"


def _view(columns: pd.DataFrame, name: str, caption: str) -> TableView:
    table = Table(
        data=columns,
        name=name,
        caption=caption,
        columns=[column.text(key, key, filter=key in _FILTERED) for key in columns.columns],
    )
    return TableView(table.payload(), lambda target: None)

"""An executed notebook becomes a page, and the trials chapter a page for each record besides."""

from __future__ import annotations

import threading
from pathlib import Path

import nbformat
from markupsafe import Markup
from nbconvert.exporters.html import HTMLExporter

from .chrome import TEMPLATES, Place, path_of, templates
from .files import write_file
from .links import relative
from .page import Page
from .records import write_records
from .sitemap import FRONT, SiteMap

_PARAMETER_TAGS = {"injected-parameters", "parameters"}
_here = threading.local()  # pages are made in threads; an exporter serves one at a time


class PageExporter(HTMLExporter):
    """nbconvert with the report's template, in which every value is escaped."""

    template_name = "ircc"

    def __init__(self, **options):
        super().__init__(extra_template_basedirs=[str(TEMPLATES)], exclude_anchor_links=True, **options)
        self.environment.autoescape = True

    def _init_preprocessors(self):
        self._preprocessors = []  # notebooks come as they are to be shown

    def markdown(self, source: str) -> str:
        """Markdown as HTML."""
        return str(self.markdown2html({"cell": {}, "resources": {}}, source))


def render_page(executed: Path, page: str, sitemap: SiteMap, out_dir: Path, *, failure: str = "") -> Path:
    """Make the page of an executed notebook, with the files that it offers.

    Parameters
    ----------
    executed : the notebook as it ran; an output that is an error makes a page that says so
    page : ``index`` (or ``00_update``), ``03_survival``, ``trials``, ``entities/<slug>``
    sitemap : what the site holds, from `plan_site`
    out_dir : the folder of the edition
    failure : why there is no notebook that ran, in words for a reader

    Returns
    -------
    Path : the HTML file; it and the files beside it are rewritten only when they change
    """
    path = path_of(page)
    target = out_dir / path
    if not executed.is_file():
        write_file(target, _failed_page(path, sitemap, failure or "The notebook did not run."))
        return target
    notebook = nbformat.reads(executed.read_text(encoding="utf-8"), as_version=4)
    view = Page(FRONT if page == "index" else page, path, sitemap, out_dir)
    if failure:
        view.failure = {"name": failure, "words": ""}
    view.notebook = relative(_keep_notebook(executed, view.page, out_dir), path)
    view.parameters = _parameters(notebook)
    notebook.cells = [cell for cell in notebook.cells if not _added_by_papermill(cell)]
    for cell in notebook.cells:
        _show_cell(cell, view)
    view.heading = _heading(view)
    html, _ = _exporter().from_notebook_node(notebook, resources={"page": view})
    if view.records is not None:
        write_records(view.records, sitemap, out_dir)
    write_file(target, html)
    return target


def _exporter() -> PageExporter:
    if not hasattr(_here, "exporter"):
        _here.exporter = PageExporter()
    return _here.exporter


def _show_cell(cell, view: Page) -> None:
    """Put what the cell shows into its metadata, and take its outputs, which may be large, away."""
    if cell.cell_type == "markdown":
        shown = view.words(_exporter().markdown(cell.source))
    else:
        shown = Markup("\n").join(view.output(output) for output in cell.get("outputs", []))
        cell.outputs = []
    cell.metadata["shown"] = str(shown)


def _heading(view: Page) -> str:
    """The page's title: the edition's on the front page, the entity's on its own, else the notebook's."""
    if view.place.front:
        return view.sitemap.title or view.title
    entity = next((entity for entity in view.sitemap.entities if entity.path == view.path), None)
    if entity:
        return entity.name[:1].upper() + entity.name[1:]
    chapter = view.sitemap.chapter(view.page)
    return view.title or (chapter.title if chapter else view.page)


def _parameters(notebook) -> dict[str, str]:
    """What papermill was given, or the notebook's own defaults; of a folder only its last two names."""
    given = notebook.metadata.get("papermill", {}).get("parameters") or {}
    return {name: repr("/".join(Path(value).parts[-2:]) if isinstance(value, str) and Path(value).is_absolute()
                       else value) for name, value in given.items()}


def _added_by_papermill(cell) -> bool:
    tags = set(cell.metadata.get("tags", []))
    return bool(tags & _PARAMETER_TAGS) or any(tag.startswith("papermill-error") for tag in tags)


def _keep_notebook(executed: Path, page: str, out_dir: Path) -> str:
    """The executed notebook's path in the site; a notebook kept elsewhere is copied in."""
    if executed.resolve().is_relative_to(out_dir.resolve()):
        return executed.resolve().relative_to(out_dir.resolve()).as_posix()
    path = f"notebooks/{page}.ipynb"
    write_file(out_dir / path, executed.read_bytes())
    return path


def _failed_page(path: str, sitemap: SiteMap, why: str) -> str:
    chapter = next((chapter for chapter in sitemap.chapters if chapter.path == path), None)
    entity = next((entity for entity in sitemap.entities if entity.path == path), None)
    title = chapter.title if chapter else entity.name if entity else path.removesuffix(".html")
    page = templates().get_template("failed.html.j2")
    return page.render(place=Place(path=path, sitemap=sitemap), title=title, why=why)

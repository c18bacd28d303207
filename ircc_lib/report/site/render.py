"""An executed notebook becomes a page, and the trials chapter a page for each record besides."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import nbformat
import nbformat.v4
from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from ircc_lib.files import write_file
from ircc_lib.registry.labels import learn
from ircc_lib.report.site.links import relative
from ircc_lib.report.site.navigation import TEMPLATES, Place, templates
from ircc_lib.report.site.page import Page
from ircc_lib.report.site.pages.records import write_records
from ircc_lib.report.site.sitemap import FRONT, SiteMap, path_of
from ircc_lib.text import capital

if TYPE_CHECKING:
    from nbformat import NotebookNode


_PARAMETER_TAGS = {"injected-parameters", "parameters"}


class PageExporter(TemplateExporter):
    """nbconvert with the report's template, in which every value is escaped.

    Not its HTMLExporter, which reads each finished page once more and writes it anew.
    """

    template_name = "ircc"
    file_extension = ".html"

    def __init__(self, **options: Any) -> None:
        super().__init__(  # type: ignore[no-untyped-call]  # nbconvert has no types
            default_preprocessors=[],  # notebooks come as they are to be shown
            extra_template_basedirs=[str(TEMPLATES)],
            **options,
        )
        highlight = Highlight2HTML(pygments_lexer="ipython3", parent=self)
        self.register_filter("highlight_code", cache(highlight))  # type: ignore[no-untyped-call]  # nbconvert's; the pages of all tumours have the same cells
        self.environment.autoescape = self.environment.trim_blocks = self.environment.lstrip_blocks = True


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
    learn({trial.trial_id: trial.label for trial in sitemap.trials})
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


@cache
def _exporter() -> PageExporter:
    return PageExporter()


def ready() -> None:
    """Bring in all that a first page needs, for a process whose forks make the pages."""
    with TemporaryDirectory() as folder:
        executed = Path(folder, "page.ipynb")
        nbformat.write(
            nbformat.v4.new_notebook(
                cells=[nbformat.v4.new_markdown_cell("# Page"), nbformat.v4.new_code_cell("1 + 1")]
            ),
            executed,
        )
        render_page(executed, "page", SiteMap.empty(), Path(folder))


def _markdown(source: str) -> str:
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)  # `Page.words` makes it safe
    return MarkdownWithMath(renderer=renderer).render(source)


def _show_cell(cell: Any, view: Page) -> None:
    """Put what the cell shows into its metadata, and take its outputs, which may be large, away."""
    if cell.cell_type == "markdown":
        shown = view.words(_markdown(cell.source))
    else:
        shown = Markup("\n").join(view.output(output) for output in cell.get("outputs", []))
        cell.outputs = []
    cell.metadata["shown"] = str(shown)


def _heading(view: Page) -> str:
    """The page's title: the edition's on the front page, the entity's on its own, else the notebook's."""
    if view.place.front:
        return view.sitemap.title or view.title
    if view.entity:
        return capital(view.entity.name)
    chapter = view.sitemap.chapter(view.page)
    return view.title or (chapter.title if chapter else view.page)


def _parameters(notebook: NotebookNode) -> dict[str, str]:
    """What papermill was given, or the notebook's own defaults; of a folder only its last two names."""
    given = notebook.metadata.get("papermill", {}).get("parameters") or {}
    return {name: repr(_shortened(value)) for name, value in given.items()}


def _shortened(value: Any) -> Any:
    is_folder = isinstance(value, str) and Path(value).is_absolute()
    return "/".join(Path(value).parts[-2:]) if is_folder else value


def _added_by_papermill(cell: Any) -> bool:
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

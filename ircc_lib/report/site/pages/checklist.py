"""The page of the reporting checklist, which prints, and its files for Word and Excel."""

from __future__ import annotations

from pathlib import Path

from ircc_lib.analysis.standard.items import read_items
from ircc_lib.files import write_file
from ircc_lib.report.documents.checklist import INTRODUCTION, TITLE, by_domain, checklist_docx, checklist_xlsx
from ircc_lib.report.site.navigation import Place, templates
from ircc_lib.report.site.sitemap import SiteMap

PAGE = "reporting-checklist"


def write_checklist(sitemap: SiteMap, out_dir: Path) -> None:
    """Write ``reporting-checklist`` as .html, .docx and .xlsx into the folder of an edition."""
    items = read_items()
    write_file(out_dir / f"{PAGE}.docx", checklist_docx(items))
    write_file(out_dir / f"{PAGE}.xlsx", checklist_xlsx(items))
    page = templates().get_template("checklist.html.j2")
    write_file(
        out_dir / f"{PAGE}.html",
        page.render(
            place=Place(path=f"{PAGE}.html", sitemap=sitemap),
            title=TITLE,
            introduction=INTRODUCTION,
            domains=by_domain(items),
            name=PAGE,
        ),
    )

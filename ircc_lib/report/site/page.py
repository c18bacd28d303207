"""One page being made: its address, its headings, and the files that it puts beside itself."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from markupsafe import Markup

from ircc_lib.figures.chapters.trials.trials import RECORDS_TYPE
from ircc_lib.figures.chapters.update.claims_list import CLAIMS_TYPE
from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import FIGURE_TYPE
from ircc_lib.figures.display.table import TABLE_TYPE
from ircc_lib.files import write_file
from ircc_lib.report.site import svg as drawings
from ircc_lib.report.site.links import relative, resolve
from ircc_lib.report.site.navigation import Place, templates
from ircc_lib.report.site.sanitize import clean
from ircc_lib.report.site.sitemap import SiteMap
from ircc_lib.report.site.slugs import RESERVED_IDS, page_name, unused
from ircc_lib.report.site.tables.csv_text import csv_text
from ircc_lib.report.site.tables.logs import with_logs
from ircc_lib.report.site.tables.view import TableView


class Page:
    """A page of the site while its notebook is read, cell by cell."""

    def __init__(self, page: str, path: str, sitemap: SiteMap, out_dir: Path) -> None:
        self.page, self.path, self.sitemap, self.out_dir = page, path, sitemap, out_dir
        self.title = self.heading = self.notebook = ""
        self.parameters: dict[str, str] = {}
        self.entity = next((entity for entity in sitemap.entities if entity.path == path), None)
        self.headings: list[tuple[int, str, str]] = []
        self.downloads: list[tuple[str, str]] = []  # what it is, its address on this page
        self.records: dict[str, Any] | None = None
        self.failure: dict[str, Any] | None = None
        self._taken = set(RESERVED_IDS)
        self._parts: Any = templates().get_template("exhibits.html.j2").module  # its macros

    def __deepcopy__(self, memo: Any) -> Page:
        return self  # nbconvert copies what it is given, but there is one page

    @property
    def place(self) -> Place:
        """Where the page is in its site."""
        return Place(path=self.path, sitemap=self.sitemap)

    def resolve(self, target: str) -> str | None:
        """The address of a link's target, as seen from this page."""
        return resolve(target, self.path, self.sitemap)

    def words(self, html: str) -> Markup:
        """HTML of markdown or of a sentence, cleaned, its links resolved, its headings noted."""
        cleaned = clean(html, self.resolve, self._taken)
        self.title = self.title or cleaned.title
        self.headings += cleaned.headings
        return cleaned.html

    def output(self, output: dict[str, Any]) -> Markup:
        """One output of a code cell, as the page shows it."""
        if output["output_type"] == "error":
            return self._failed(output)
        bundle = output.get("data", {})
        shows = {
            FIGURE_TYPE: self._figure,
            TABLE_TYPE: self._table,
            CLAIMS_TYPE: self._claims,
            RECORDS_TYPE: self._records,
        }
        for media_type, show in shows.items():
            if media_type in bundle:
                return show(bundle)
        if "text/html" in bundle:
            return Markup('<div class="output">{}</div>').format(self.words(_joined(bundle["text/html"])))
        return self._plain(output)

    def beside(self, folder: str, name: str, ending: str, content: str | bytes) -> str:
        """Write a file that belongs to this page; returns its address on the page."""
        path = f"{folder}/{self.page.replace('/', '-')}-{name}.{ending}"
        write_file(self.out_dir / path, content)
        return relative(path, self.path)

    def _figure(self, bundle: dict[str, Any]) -> Markup:
        words = bundle[FIGURE_TYPE]
        name = unused(page_name(words["name"] or "figure"), self._taken)
        svg = _joined(bundle["image/svg+xml"])
        shown = drawings.drawing(svg, name, self.resolve, self._hint)
        kept = drawings.drawing(svg, name, lambda target: resolve(target, "figures/x.svg", self.sitemap))
        drawings.on_paper(kept, style.PAPER)
        drawings.name_drawing(kept, words["title"], words["alt"])
        data = words["data"]
        files = [("SVG", self.beside("figures", name, "svg", drawings.as_text(kept)))]
        if "image/png" in bundle:
            picture = base64.b64decode(_joined(bundle["image/png"]))
            files.append(("PNG", self.beside("figures", name, "png", picture)))
        if data["columns"]:
            rows = csv_text(*with_logs(data["columns"], data["rows"]))
            files.append(("Data (CSV)", self.beside("figures", name, "csv", rows)))
            self.downloads.append((f"{words['title'] or name} (the data drawn)", files[-1][1]))
        narrow = words.get("narrow")
        stacked = narrow and drawings.drawing(_joined(narrow), f"{name}-narrow", self.resolve, self._hint)
        return self._parts.figure(name, words, _inline(shown, name), files, _inline(stacked, name) if narrow else "")

    def _hint(self, target: str) -> str:
        """What a pointer that rests on a trial's name reads: the title of its report."""
        trial = self.sitemap.trial(target.removeprefix("trial:")) if target.startswith("trial:") else None
        return f"{trial.label}: {trial.title}" if trial and trial.title else ""

    def _table(self, bundle: dict[str, Any]) -> Markup:
        payload = bundle[TABLE_TYPE]
        name = unused(page_name(payload["name"] or "table"), self._taken)
        view = TableView(payload, self.resolve)
        address = self.beside("tables", name, "csv", view.csv())
        self.downloads.append((payload["caption"] or name, address))
        return self._parts.table(name, view, address)

    def _claims(self, bundle: dict[str, Any]) -> Markup:
        payload = bundle[CLAIMS_TYPE]
        name = unused(page_name(payload["name"]), self._taken)
        claims = payload["claims"]
        for claim in claims:
            trials = filter(None, map(self.sitemap.trial, claim["trial_ids"]))
            claim["trials"] = [
                {"label": trial.label, "paper": trial.paper, "record": relative(trial.path, self.path)}
                for trial in trials
            ]
        rows = [
            [
                claim["claim"],
                claim["published"],
                claim["value"],
                claim["definition"],
                claim["why"],
                "; ".join(claim["trial_ids"]),
            ]
            for claim in claims
        ]
        address = self.beside(
            "tables", name, "csv", csv_text(["claim", "published", "value", "definition", "why", "trial_ids"], rows)
        )
        self.downloads.append((payload["caption"], address))
        return self._parts.claims(name, payload, address)

    def _records(self, bundle: dict[str, Any]) -> Markup:
        self.records = bundle[RECORDS_TYPE]
        return Markup("")

    def _plain(self, output: dict[str, Any]) -> Markup:
        text = output.get("text") or output.get("data", {}).get("text/plain") or ""
        if output.get("name") == "stderr" or not _joined(text).strip():
            return Markup("")
        return Markup('<pre class="output" tabindex="0">{}</pre>').format(_joined(text))

    def _failed(self, output: dict[str, Any]) -> Markup:
        self.failure = self.failure or {"name": output["ename"], "words": output["evalue"]}
        traceback = _uncoloured("\n".join(output["traceback"]))
        return self._parts.failure(output["ename"], output["evalue"], traceback)


def _inline(drawing: ElementTree.Element, name: str) -> Markup:
    """A drawing as the page holds it, named by the title and the words of its figure."""
    drawing.set("role", "group" if drawings.has_links(drawing) else "img")
    drawing.set("aria-labelledby", f"{name}-title")
    drawing.set("aria-describedby", f"{name}-alt")
    return Markup(drawings.as_text(drawing))


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def _uncoloured(text: str) -> str:
    from nbconvert.filters.ansi import strip_ansi

    return strip_ansi(text)

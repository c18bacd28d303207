"""The record of a trial: who it treated and how, every row of every table, and where each comes from."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from markupsafe import Markup

from ircc_lib.analysis.standard.items import FULL_TEXT, HEADINGS
from ircc_lib.figures.display.column import row_place
from ircc_lib.files import write_file
from ircc_lib.registry.addresses import paper_address, web_address
from ircc_lib.report.site.links import relative, resolve
from ircc_lib.report.site.navigation import Place, templates
from ircc_lib.report.site.pages.record_effects import CHAPTER, EffectLine, effect_lines, overlap_lines
from ircc_lib.report.site.pages.record_labels import COLUMNS, HIDDEN, IDENTITY, TITLES, USUAL, cell, facts
from ircc_lib.report.site.sitemap import SiteMap, TrialPage
from ircc_lib.report.site.slugs import page_name
from ircc_lib.report.site.tables.cells import link
from ircc_lib.text import capital


def write_records(records: dict[str, Any], sitemap: SiteMap, out_dir: Path) -> None:
    """Write the page of each trial that the site names.

    Parameters
    ----------
    records : as `Records` of the chapter on trials holds them
    """
    template = templates().get_template("record.html.j2")
    cohorts, overlaps = _cohorts(records["trials"]), _overlaps(records["trials"])
    for trial in sitemap.trials:
        tables = records["trials"].get(trial.trial_id)
        if tables:
            record = Record(trial, tables, records, cohorts, overlaps, sitemap)
            page = template.render(record=record, place=record.place, title=trial.label)
            write_file(out_dir / trial.path, page)


def records_of(records: dict[str, Any], sitemap: SiteMap, links: SiteMap) -> list[Record]:
    """The records of the trials that a site names, for a page that stands alone.

    Parameters
    ----------
    records : dict
        As `Records` of the chapter on trials holds them.
    sitemap : SiteMap
        The trials.
    links : SiteMap
        What may be linked to.

    Returns
    -------
    list of Record
    """
    cohorts, overlaps = _cohorts(records["trials"]), _overlaps(records["trials"])
    return [
        Record(trial, tables, records, cohorts, overlaps, links)
        for trial in sitemap.trials
        if (tables := records["trials"].get(trial.trial_id))
    ]


def _cohorts(trials: dict[str, Any]) -> dict[str, list[str]]:
    cohorts: dict[str, list[str]] = {}
    for trial_id, tables in trials.items():
        for row in tables.get("trials", []):
            cohorts.setdefault(row.get("cohort", trial_id), []).append(trial_id)
    return cohorts


def _overlaps(trials: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Rows of ``overlaps`` by each of the two reports that they name."""
    overlaps: dict[str, list[dict[str, Any]]] = {}
    for tables in trials.values():
        for row in tables.get("overlaps", []):
            for trial_id in (row["trial_id"], row["other_trial_id"]):
                overlaps.setdefault(trial_id, []).append(row)
    return overlaps


class Record:
    """A trial's rows made ready for the template of its page."""

    def __init__(
        self,
        trial: TrialPage,
        tables: dict[str, Any],
        records: dict[str, Any],
        cohorts: dict[str, Any],
        overlaps: dict[str, Any],
        sitemap: SiteMap,
    ) -> None:
        self.trial, self.tables, self.sitemap = trial, tables, sitemap
        self.place = Place(path=trial.path, sitemap=sitemap)
        self.head = tables["trials"][0]
        flags = records["flags"].get(trial.trial_id, [])
        self.flags = [flag | {"place": _flag_place(flag)} for flag in flags]
        self._same = {trial.trial_id, *cohorts.get(self.head.get("cohort"), [])}
        self.others = [self._trial(other) for other in sorted(self._same - {trial.trial_id})]
        self._columns = records["columns"]
        self._effects = records.get("effects", {}).get(trial.trial_id, [])
        self._overlaps = overlaps.get(trial.trial_id, [])
        standard = records.get("standard", {}).get(trial.trial_id, [])
        self._standard = [records["items"][row["item_id"]] | row for row in standard]

    @cached_property
    def papers(self) -> list[tuple[str, str]]:
        """Where the trial can be read: name and address, the paper itself first."""
        head = self.head
        found = [
            ("DOI", paper_address(None, head.get("doi"), None)),
            ("PubMed", paper_address(head.get("pmid"), None, None)),
            ("Record that was read", web_address(head.get("source_url"))),
        ]
        unique = {address: name for name, address in reversed(found) if address}
        return [(name, address) for address, name in reversed(unique.items())]

    @cached_property
    def groups(self) -> list[tuple[str, list[tuple[str, Markup | str]]]]:
        """The facts of the head, group by group: name and value."""
        head = self.head
        groups = [(title, facts(head, columns)) for title, columns in IDENTITY.items()]
        return [(title, found) for title, found in groups if found]

    @cached_property
    def entities(self) -> list[Markup]:
        """The trial's tumour entities, each linked to its page."""
        names = dict.fromkeys(row["entity"] for row in self.tables.get("entities", []) if "entity" in row)
        return [link(name, resolve(f"entity:{name}", self.trial.path, self.sitemap)) for name in names]

    @property
    def row_anchor(self) -> str:
        """The id of the trial's own row on the page."""
        return page_name(self.head["row_id"])

    @property
    def row_place(self) -> str:
        """The table and line of the trial's own row."""
        return row_place(self.head["row_id"])

    @cached_property
    def sections(self) -> list[dict[str, Any]]:
        """Each table that holds rows of this trial: title, columns, rows with their sources."""
        order = [*TITLES, *sorted(set(self.tables) - {"trials", "overlaps", *TITLES})]
        return [self._section(name, self.tables[name]) for name in order if name in self.tables]

    def _section(self, name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
        columns = [one for one in _shown_columns(self._columns[name], rows) if not _says_nothing(one, rows)]
        return {
            "name": page_name(name),
            "title": TITLES.get(name, name.replace("_", " ").capitalize()),
            "columns": [capital(COLUMNS.get(column, column.replace("_", " "))) for column in columns],
            "rows": [
                {
                    "anchor": page_name(row["row_id"]),
                    "place": row_place(row["row_id"]),
                    "cells": [cell(row, column) for column in columns],
                    "note": row.get("note"),
                    "source": web_address(row.get("source_url")),
                    "locator": row.get("locator"),
                }
                for row in rows
            ],
        }

    @cached_property
    def effects(self) -> list[EffectLine]:
        """The hazard ratios that the trial gives, with grade and place in each forest."""
        chapter = self.sitemap.chapter(CHAPTER)
        way = relative(chapter.path, self.trial.path) if chapter else None
        return effect_lines(self._effects, self.trial.trial_id, self._trial, way)

    @cached_property
    def overlaps(self) -> list[Markup]:
        """Other reports of which some patients may be the same."""
        apart = [row for row in self._overlaps if not {row["trial_id"], row["other_trial_id"]} <= self._same]
        return overlap_lines(apart, self.trial.trial_id, self._trial)

    @cached_property
    def reporting(self) -> dict[str, Any] | None:
        """The record held to the reporting standard: how much is stated, and each item with the row that shows it."""
        rows = self._standard
        asked = [row for row in rows if row["status"] in ("stated", "not stated")]
        if not asked:
            return None
        read_in = asked[0].get("read_in", "the record")
        parts = {
            "items that CONSORT asks of an abstract": [row for row in asked if row["in_abstract"]],
            "all items": asked,
            "the essential ones": [row for row in asked if row["essential"]],
        }
        items = [
            row | {"place": row_place(row["row_id"]) if "row_id" in row else "", "at": self._anchor(row)}
            for row in rows
        ]
        return {
            "read_in": read_in,
            "in_full": read_in == FULL_TEXT,
            "counts": [
                (words, sum(row["status"] == "stated" for row in part), len(part))
                for words, part in parts.items()
                if part
            ],
            "groups": [
                (heading, [row for row in items if row["in_abstract"] == in_abstract])
                for in_abstract, heading in HEADINGS.items()
            ],
        }

    def _anchor(self, row: dict[str, Any]) -> str | None:
        """The row on this page, if it is on this page."""
        return page_name(row["row_id"]) if row.get("row_id") in self._rows else None

    @cached_property
    def _rows(self) -> set[str]:
        """The rows that are on this page."""
        return {own["row_id"] for rows in self.tables.values() for own in rows}

    def _trial(self, trial_id: str) -> Markup:
        found = self.sitemap.trial(trial_id)
        address = relative(found.path, self.trial.path) if found else None
        return link(found.label if found else trial_id, address)


def _shown_columns(columns: list[str], rows: list[dict[str, Any]]) -> list[str]:
    """The columns that any row states; a reported text stands beside its value."""
    stated = {key for row in rows for key in row}
    return [
        column
        for column in columns
        if column not in HIDDEN
        and not column.endswith("_pct")
        and (
            column in stated
            if not column.endswith("_reported")
            else column in stated and column.removesuffix("_reported") not in columns
        )
        or f"{column}_reported" in stated
        and column not in HIDDEN
    ]


def _says_nothing(column: str, rows: list[dict[str, Any]]) -> bool:
    """Whether all rows hold what goes without saying: that a row repeats none, that CIK is set against control."""
    usual = USUAL.get(column)
    return usual is not None and all(row.get(column, usual) == usual for row in rows)


def _flag_place(flag: dict[str, Any]) -> str:
    if "row_id" in flag:
        return row_place(flag["row_id"])
    return f"{flag.get('table', '')}.csv, line {flag.get('line', '')}"

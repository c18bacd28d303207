"""The record of a trial: who it treated and how, every row of every table, and where each comes from."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from ..figures.exhibit import row_place, whole_or_short
from .chrome import Place, templates
from .files import write_file
from .links import relative, resolve
from .names import page_name
from .papers import paper_address, web_address
from .sitemap import SiteMap, TrialPage
from .tables import link

# What the head of a record shows, group by group: column of `trials`, its name for a reader.
IDENTITY = {
    "The study": {
        "design": "Design", "phase": "Phase", "setting": "Setting", "tumour_summary": "Tumours, as reported",
        "stage_reported": "Stage, as reported", "country": "Country", "enrol_start": "Enrolment from",
        "enrol_end": "Enrolment to", "followup_months": "Follow-up (months)", "comparator": "Comparator"},
    "The patients": {
        "n_total": "Patients", "n_cik": "Given CIK cells", "n_control": "Controls", "n_male": "Men",
        "n_female": "Women", "age_median": "Median age (years)"},
    "The treatment": {
        "product": "Product", "product_reported": "Product, as reported", "cell_source": "Cell source",
        "co_treatments": "Given with", "co_treatment_reported": "Given with, as reported",
        "infusions_reported": "Infusions, as reported", "cells_reported": "Cells, as reported",
        "cells_centre": "Cells read as"},
    "The report": {
        "first_author": "First author", "year": "Year", "journal": "Journal", "publication_type": "Publication type",
        "record_level": "Known from", "registration_ids": "Registration", "cohort": "Cohort",
        "locator": "Place in the source", "note": "Note"},
}
TITLES = {
    "entities": "Tumour entities", "medians": "Median times", "landmarks": "Survival at a time",
    "comparisons": "Comparisons between arms", "responses": "Responses", "adverse_events": "Adverse events",
    "patients": "Individual patients", "registrations": "Registrations",
}
_HIDDEN = {"trial_id", "cohort", "row_id", "line", "source_url", "locator", "note", "endpoint_family", "group_reported",
           "oncotree_name", "ncit_code", "specified"}
_PROPORTIONS = {"survival", "orr", "dcr"}
_REPORTED = "_reported"


def write_records(records: dict, sitemap: SiteMap, out_dir: Path) -> None:
    """Write the page of each trial that the site names.

    Parameters
    ----------
    records : ``trials`` and ``flags`` as `figures.records.Records` gives them
    """
    template = templates().get_template("record.html.j2")
    cohorts = _cohorts(records["trials"])
    for trial in sitemap.trials:
        tables = records["trials"].get(trial.trial_id)
        if tables:
            flags = records["flags"].get(trial.trial_id, [])
            record = Record(trial, tables, flags, cohorts, sitemap)
            write_file(out_dir / trial.path, template.render(record=record, place=record.place, title=trial.label))


def _cohorts(trials: dict) -> dict[str, list[str]]:
    cohorts: dict[str, list[str]] = {}
    for trial_id, tables in trials.items():
        for row in tables.get("trials", []):
            cohorts.setdefault(row.get("cohort", trial_id), []).append(trial_id)
    return cohorts


class Record:
    """A trial's rows made ready for the template of its page."""

    def __init__(self, trial: TrialPage, tables: dict, flags: list[dict], cohorts: dict, sitemap: SiteMap):
        self.trial, self.tables, self.sitemap = trial, tables, sitemap
        self.place = Place(path=trial.path, sitemap=sitemap)
        self.head = tables["trials"][0]
        self.flags = [flag | {"place": _place_of(flag)} for flag in flags]
        self.others = [self._trial(other) for other in cohorts.get(self.head.get("cohort"), [])
                       if other != trial.trial_id]

    @property
    def papers(self) -> list[tuple[str, str]]:
        """Where the trial can be read: name and address, the paper itself first."""
        head = self.head
        found = [("DOI", paper_address(None, head.get("doi"), None)),
                 ("PubMed", paper_address(_text(head.get("pmid")), None, None)),
                 ("Record that was read", web_address(head.get("source_url")))]
        unique = {address: name for name, address in reversed(found) if address}
        return [(name, address) for address, name in reversed(unique.items())]

    @property
    def groups(self) -> list[tuple[str, list[tuple[str, Markup | str]]]]:
        """The facts of the head, group by group: name and value."""
        groups = []
        for title, columns in IDENTITY.items():
            facts = [(words, _fact(self.head, key)) for key, words in columns.items() if key in self.head]
            groups.append((title, facts))
        return [(title, facts) for title, facts in groups if facts]

    @property
    def entities(self) -> list[Markup]:
        """The pages of the trial's tumour entities."""
        names = dict.fromkeys(row["entity"] for row in self.tables.get("entities", []) if "entity" in row)
        return [link(name, resolve(f"entity:{name}", self.trial.path, self.sitemap)) for name in names]

    @property
    def row_anchor(self) -> str:
        return page_name(self.head["row_id"])

    @property
    def row_place(self) -> str:
        return row_place(self.head["row_id"])

    @property
    def sections(self) -> list[dict]:
        """Each table that holds rows of this trial: title, columns, rows with their sources."""
        return [self._section(name, rows) for name, rows in self.tables.items() if name != "trials"]

    def _section(self, name: str, rows: list[dict]) -> dict:
        columns = _columns(rows)
        return {
            "name": page_name(name), "title": TITLES.get(name, name.replace("_", " ").capitalize()),
            "columns": [column.replace("_", " ") for column in columns],
            "rows": [{"anchor": page_name(row["row_id"]), "place": row_place(row["row_id"]),
                      "cells": [_cell(row, column) for column in columns], "note": row.get("note"),
                      "source": web_address(row.get("source_url")), "locator": row.get("locator")}
                     for row in rows],
        }

    def _trial(self, trial_id: str) -> Markup:
        found = self.sitemap.trial(trial_id)
        return link(found.label, relative(found.path, self.trial.path)) if found else Markup("{}").format(trial_id)


def _columns(rows: list[dict]) -> list[str]:
    """The columns that any row states; a reported text stands beside its value, not in a column of its own."""
    stated = dict.fromkeys(key for row in rows for key in row)
    kept = []
    for key in stated:
        base = key.removesuffix(_REPORTED)
        if key in _HIDDEN or key.endswith("_pct") or (base != key and base in stated):
            continue
        kept.append(key)
    return kept


def _cell(row: dict, column: str) -> Markup | str:
    value, reported = row.get(column), row.get(f"{column}{_REPORTED}")
    shown = _shown(value, column)
    if reported is None or str(reported) == shown:
        return shown
    return Markup('{} <span class="reported">reported: {}</span>').format(shown, reported)


def _fact(head: dict, key: str) -> Markup | str:
    shown = _shown(head[key], key)
    if key.startswith("enrol_"):
        shown = shown[:{"year": 4, "month": 7}.get(head.get(f"{key}_precision"), 10)]
    if key == "cells_centre":
        unit = " ".join(str(head[part]) for part in ("cells_basis",) if part in head)
        return f"{head[key]:.3g} cells, {unit}, per {head.get('cells_per', 'unstated')}"
    reported = head.get(f"{key}{_REPORTED}")
    if reported is None or f"{key}{_REPORTED}" in _SHOWN_APART or str(reported) == shown:
        return shown
    return Markup('{} <span class="reported">reported: {}</span>').format(shown, reported)


_SHOWN_APART = {key for columns in IDENTITY.values() for key in columns if key.endswith(_REPORTED)}


def _shown(value, column: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        if column in _PROPORTIONS:
            return f"{100 * value:.1f} %"
        return str(value) if column == "year" else whole_or_short(value)
    return str(value)


def _text(value) -> str | None:
    return None if value is None else str(value)


def _place_of(flag: dict) -> str:
    if "row_id" in flag:
        return row_place(flag["row_id"])
    return f"{flag.get('table', '')}.csv, line {flag.get('line', '')}"

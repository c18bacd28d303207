"""A half-filled form made easier: what the record of a library suggests, and rows that wait for their figures.

Nothing of this is in the check's plan. It stands in the checked workbook, coloured as a question, for the registrar to
leave or to change; a prepared row that stays without a figure is not a row.
"""

from __future__ import annotations

import csv
import re

from ircc_lib.enrolment.bundle import Bundle, Row
from ircc_lib.enrolment.checking.planned import HELD, IMPORTED, Plan
from ircc_lib.enrolment.columns import sheet_columns
from ircc_lib.registry.editions import project_root
from ircc_lib.registry.vocabulary import Vocabularies

SIDES = ("cik", "control")
PREPARED = {
    "medians": {"unit": "months"},
    "landmarks": {},
    "comparisons": {},
    "responses": {},
    "adverse_events": {},
}
"""Tables that have rows waiting, with what is usual in them; all but comparisons have one per arm."""
_SAY_NOTHING = {"trial_id", "group", "unit", "source_url", "locator", "statistic"}
_RANDOM = re.compile(r"(?<!non-)(?<!non )(?<!not )\brandomi[sz]ed\b", re.I)
_PAST = re.compile(r"\bretrospective", re.I)
_CONTROLS = re.compile(r"\bcontrols?\b|\bcompared (?:with|to)\b|\bversus\b|\bvs\b", re.I)


def waits(table: str, cells: dict[str, str]) -> bool:
    """Whether a row is one that was prepared and has no figure yet.

    Examples
    --------
    >>> waits("medians", {"trial_id": "Doe2019", "group": "cik", "unit": "months"})
    True
    """
    return table in PREPARED and set(cells) <= _SAY_NOTHING and bool(set(cells) - {"trial_id"})


def prepare(plan: Plan, rows: dict[str, list[Row]]) -> list[tuple[str, int, str, str]]:
    """Fill the rows of a checked workbook for articles that are held; returns what was suggested and why.

    Parameters
    ----------
    plan : Plan
    rows : dict of list of Row
        The rows of the workbook by sheet; changed in place.

    Returns
    -------
    list of tuple
        Sheet, index of the row, column, why.
    """
    said: list[tuple[str, int, str, str]] = []
    for bundle in plan.bundles:
        if bundle.kind not in IMPORTED:
            continue
        for row in bundle.of("trials"):
            trial = plan.trials.get(row.trial)
            if trial is not None and trial.state == HELD and row in rows["trials"]:
                said += _of_article(plan, bundle, row, rows)
    return said


def _of_article(plan: Plan, bundle: Bundle, row: Row, rows: dict[str, list[Row]]) -> list[tuple[str, int, str, str]]:
    title, abstract = row.cells.get("title", ""), bundle.abstracts.get(row.trial, "")
    found, at = [], rows["trials"].index(row)
    kept = Row("trials", dict(row.cells), dict(row.places), row.place)
    rows["trials"][at] = kept
    for column, value in (("design", _design(title, abstract)), ("product", _product(plan, f"{title}. {abstract}"))):
        if value and not kept.cells.get(column):
            kept.cells[column] = value
            found.append(("trials", at, column, "by the words of the record; change it if it is not so"))
    of_trial = {table: [one for one in rows[table] if one.trial == row.trial] for table in rows}
    conditions = "; ".join(one.cells.get("condition", "") for one in bundle.of("registrations"))
    if not of_trial["entities"] and (
        tumour := next(filter(None, (_tumour(plan, t) for t in (title, conditions, abstract))), "")
    ):
        rows["entities"].append(Row("entities", {"trial_id": row.trial, "tumour_reported": tumour}))
        found.append(("entities", len(rows["entities"]) - 1, "tumour_reported", "by the words of the record"))
    sides = SIDES[:1] if kept.cells.get("design") in ("single_arm", "case_report") else SIDES
    for table, usual in PREPARED.items():
        if of_trial[table] or (table == "comparisons" and len(sides) == 1):
            continue
        known = sheet_columns(table)
        for group in sides if "group" in known else ("",):
            cells = {"trial_id": row.trial, "group": group, **usual}
            rows[table].append(Row(table, {name: text for name, text in cells.items() if text and name in known}))
    return found


def _design(title: str, abstract: str) -> str:
    for text in (title, abstract):
        if _RANDOM.search(text):
            return "randomised"
        if _PAST.search(text) and _CONTROLS.search(f"{title} {abstract}"):
            return "retrospective_controlled"
        if re.search(r"\bsingle[- ]arm\b", text, re.I):
            return "single_arm"
        if re.search(r"\bcase report\b", text, re.I):
            return "case_report"
    return ""


def _product(plan: Plan, text: str) -> str:
    products = Vocabularies(plan.raw).table("products")
    pairs = list(zip(products["product"], products["meaning"].fillna(""), strict=True))
    for place in (0, 1):
        for pair in sorted(pairs, key=lambda one: -len(one[place])):
            words = pair[place].removesuffix("s")
            if (
                len(words) > 1
                and words != "mixed"
                and re.search(rf"(?<![\w-]){re.escape(words)}s?(?![\w-])", text, re.I)
            ):
                return pair[0]
    return ""


def _tumour(plan: Plan, text: str) -> str:
    from ircc_lib.enrolment.writing.tables import raw_rows

    known = {row["tumour_reported"]: row["tumour_reported"] for row in raw_rows(plan.raw, "tumours")}
    path = project_root() / "data" / "synonyms.csv"
    if path.is_file():
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["kind"] == "tumour" and row["stands_for"] in known:
                    known.setdefault(row["term"], row["stands_for"])
    for words in sorted(known, key=len, reverse=True):
        if len(words) > 2 and re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, 0 if words.isupper() else re.I):
            return known[words]
    return ""

"""How the facts of a trial read on its record: names of columns, values beside what was reported."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from ircc_lib.analysis.counts.counts import design_words
from ircc_lib.figures.display.column import whole_or_short
from ircc_lib.registry.labels import arm_words
from ircc_lib.text import verb

# What the head of a record shows, group by group: column of `trials`, its name for a reader.
IDENTITY = {
    "The study": {
        "design": "Design",
        "allocation": "Allocation",
        "allocation_basis": "Allocation known from",
        "phase": "Phase",
        "setting": "Setting",
        "tumour_summary": "Tumours, as reported",
        "stage_reported": "Stage, as reported",
        "country": "Country",
        "enrol_start": "Enrolment from",
        "enrol_end": "Enrolment to",
        "followup_months": "Follow-up (months)",
        "comparator": "Comparator",
    },
    "The patients": {
        "n_total": "Patients",
        "n_cik": "Given CIK cells",
        "n_control": "Controls",
        "n_male": "Men",
        "n_female": "Women",
        "age_median": "Median age (years)",
    },
    "The treatment": {
        "product": "Product",
        "product_reported": "Product, as reported",
        "cell_source": "Cell source",
        "co_treatments": "Given with",
        "co_treatment_reported": "Given with, as reported",
        "infusions_reported": "Infusions, as reported",
        "infusions_low": "Infusions read as",
        "cells_reported": "Cells, as reported",
        "cells_centre": "Cells read as",
    },
    "The report": {
        "first_author": "First author",
        "year": "Year",
        "journal": "Journal",
        "publication_type": "Publication type",
        "record_level": "Known from",
        "registration_ids": "Registration",
        "cohort": "Cohort",
        "locator": "Place in the source",
        "note": "Note",
    },
}
# The tables of a record in the order in which they are read.
TITLES = {
    "entities": "Tumour entities",
    "comparisons": "Comparisons between arms",
    "medians": "Median times",
    "landmarks": "Survival at a time",
    "responses": "Responses",
    "adverse_events": "Adverse events",
    "patients": "Individual patients",
    "registrations": "Registrations",
    "arms": "Arms",
    "conduct": "Conduct",
    "products": "Cells",
    "flow": "Flow of patients",
    "reviewed_flags": "Flags that a registrar answered",
}
COLUMNS = {
    "n_patients": "patients",
    "n_cik": "given CIK",
    "n": "patients",
    "n_evaluable": "evaluable",
    "p_value": "p-value",
    "n_affected": "affected",
    "n_at_risk": "at risk",
    "pct": "%",
    "soc": "system organ class",
    "median": "median (months)",
    "time": "time (months)",
    "ci_low": "95 % CI from",
    "ci_high": "to",
    "os_time": "OS (months)",
    "pfs_time": "PFS (months)",
    "orr": "objective response",
    "dcr": "disease control",
    "cr": "CR",
    "pr": "PR",
    "mr": "MR",
    "sd": "SD",
    "pd": "PD",
    "oncotree_name": "in OncoTree",
}
# Shown elsewhere on the record, or said by another column.
HIDDEN = {
    "trial_id",
    "cohort",
    "row_id",
    "line",
    "source_url",
    "locator",
    "note",
    "endpoint_family",
    "oncotree_code",
    "ncit_code",
    "specified",
    "unit_reported",
    "reached",
    "p_relation",
    "group_reported",
    "ci_level",
}
USUAL = {"other_patients": False, "orientation": "cik_vs_control", "kind": "event", "adjusted": "unclear"}
_PROPORTIONS = {"survival", "orr", "dcr"}
_DIGITS = {"median": 1, "time": 1}  # of months that other units were turned into
_WORDS = {
    "kind": {"ctcae": "CTCAE term", "gvhd": "graft-versus-host disease"},
    "orientation": {"cik_vs_control": "CIK against control", "within_cik": "within the CIK arm"},
    "direction": {"unclear": "not stated", "cik_better": "better with CIK", "control_better": "better with control"},
    "test": {"unreported": "not stated", "cox": "Cox"},
    "cell_source": {"unreported": "not stated", "both": "autologous and allogeneic"},
    "group": {"cik": "CIK", "all": "all patients"},
    "certainty": {"stated": "stated by a record"},
}  # what the words of the schema are for a reader
_P_MARKS = {"below": "< ", "above": "> "}
_APART = {key for columns in IDENTITY.values() for key in columns if key.endswith("_reported")}


def cell(row: dict[str, Any], column: str) -> Markup | str:
    """A value of a row, with the reported text below it where that says something else.

    >>> cell({"time": 60.0, "time_reported": "5", "unit_reported": "years"}, "time")
    Markup('60 <span class="reported">reported: 5 years</span>')
    """
    value, reported = row.get(column), row.get(f"{column}_reported")
    words = _shown(value, column)
    if column == "group":
        return words  # the arm of the reported text has a column of its own
    if column == "p_value":
        relation = row.get("p_relation")
        words = f"{_P_MARKS.get(relation or '', '')}{words}" if words else (relation or "")
    if column in ("median", "time") and reported is not None and row.get("unit_reported"):
        reported = _with_unit(str(reported), row["unit_reported"])
        words_with_unit = f"{words} months"
        return words if _same(reported, words_with_unit) else _beside(words, reported)
    return words if reported is None or _same(str(reported), words) else _beside(words, reported)


def facts(head: dict[str, Any], columns: dict[str, str]) -> list[tuple[str, Markup | str]]:
    """The facts of a trial's own row that it states: name and value; a total that it does not state is its arms added.

    >>> facts({"n_cik": 30, "n_control": 38}, {"n_total": "Patients", "n_cik": "Given CIK cells"})
    [('Patients', '68 (total not stated: the arms added)'), ('Given CIK cells', '30')]
    """
    found = [(words, fact(head, key)) for key, words in columns.items() if key in head]
    if "n_total" in columns and "n_total" not in head and "n_cik" in head and "n_control" in head:
        both = int(head["n_cik"]) + int(head["n_control"])
        found.insert(0, (columns["n_total"], f"{both:,} (total not stated: the arms added)"))
    return found


def fact(head: dict[str, Any], key: str) -> Markup | str:
    """A value of the trial's own row, as its record shows it."""
    words = _shown(head[key], key)
    if key.startswith("enrol_"):
        words = words[: {"year": 4, "month": 7}.get(head.get(f"{key}_precision", ""), 10)]
    if key == "infusions_low":
        number, unit = _range(head, "infusions"), head.get("infusions_unit", "")
        return f"{number} {unit.removesuffix('s') if number == '1' else unit}"
    if key == "cells_centre":
        by_weight = " per kg" if head.get("cells_basis") == "per kg" else ""
        per = head.get("cells_per", "unstated")
        given = {"total": " in total", "unstated": ", per infusion or in total not stated"}.get(per, f" per {per}")
        return f"{_of_ten(head[key])} cells{by_weight}{given}"
    reported = head.get(f"{key}_reported")
    if reported is None or f"{key}_reported" in _APART or _same(str(reported), words):
        return words
    return _beside(words, reported)


def _of_ten(number: float) -> str:
    """A large number as papers write it: ``6.4 x 10^9``."""
    mantissa, _, power = f"{number:.2e}".partition("e")
    return f"{float(mantissa):g} x 10^{int(power)}" if number >= 1e5 else f"{number:g}"


def _range(head: dict[str, Any], stem: str) -> str:
    low, high = _shown(head.get(f"{stem}_low"), stem), _shown(head.get(f"{stem}_high"), stem)
    return low if low == high or not high else f"{low} to {high}"


def _with_unit(reported: str, unit: str) -> str:
    """A reported time with its unit: ``5 years``, ``1 year``; words such as "not reached" have none.

    >>> _with_unit("1", "years"), _with_unit("not reached", "months")
    ('1 year', 'not reached')
    """
    if not any(sign.isdigit() for sign in reported):
        return reported
    return f"{reported} {verb(int(reported == '1'), unit.removesuffix('s'), unit)}"


def _beside(words: str, reported: Any) -> Markup:
    return Markup('{} <span class="reported">reported: {}</span>').format(words, reported)


def _same(reported: str, words: str) -> bool:
    """Whether the reported text says no more than the value: ``36.0`` is 36."""
    if reported.casefold().replace(" ", "") == words.casefold().replace(" ", ""):
        return True
    one, other = (text.replace(",", "").split(" ", 1) for text in (reported, words))
    try:
        return float(one[0]) == float(other[0]) and one[1:] == other[1:]
    except ValueError:
        return False


def _shown(value: Any, column: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        if column in _PROPORTIONS:
            return f"{100 * value:.1f} %"
        return str(value) if column == "year" else whole_or_short(round(value, _DIGITS.get(column, 4)))
    if column == "design":
        return design_words(value) or ""
    if column == "arm":
        return arm_words(str(value))
    if column in _WORDS:
        return _WORDS[column].get(str(value), str(value).replace("_", " "))
    return str(value)

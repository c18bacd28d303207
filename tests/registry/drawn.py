"""Registries drawn from the rules of the tables: any values that the check lets through."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from ircc_lib.registry.schema.fields import kind_of
from ircc_lib.registry.schema.tables import raw_schemas
from ircc_lib.registry.vocabulary import Vocabularies

IDS = ("Able1999", "Baker2010", "Chan2015b", "Diaz2020", "PMID123")
TUMOURS = ("gastric cancer", "HCC", "odd tumour")
_TEXTS = st.sampled_from(["", "a note", "95% CI", "unit = infusions", "one-sided", "=1+1", "肝癌", "<b>bold</b>", "0"])
_READ = {
    "PMID": ["", "123", "PMC1"],
    "DOI": ["", "10.1000/x", "none"],
    "registration numbers": ["", "NCT01234567", "NCT1"],
    "country (ISO 3166)": ["", "China", "DEU", "Atlantis"],
    "partial date": ["", "2009", "2009-11", "spring"],
    "infusion count": ["", "4", "2-6 cycles", "every 4 weeks", "many"],
    "cell dose": ["", "5x10^9", "1x10^6/kg per infusion", "0.5-1.5x10^8/kg", "plenty"],
    "duration or not reached": ["0", "1", "12.5", "36", "999999", "not reached", "2 years", "?"],
    "duration, possibly censored": ["", "0", "12", "+19", "not said"],
    "p-value": ["", "0.03", "<.001", "ns", "1", "0.000", "0.001 or 0.004", "P > 0.05", "?"],
    "sex": ["", "F", "male", "x"],
    "number, at least, or part of a whole": ["106", "over 30", "91/384", "?"],
    "vocabulary co_treatments": ["", "TACE", "XELOX plus bevacizumab", "moonlight"],
    "vocabulary comparators": ["", "TACE", "no treatment", "moonlight"],
}
_OWN = {
    "group": ["cik", "control", "all", "cik:high", "control:low"],
    "phase": ["", "2", "1/2"],
    "pmcid": ["", "PMC1"],
    "ncit_code": ["", "C1"],
    "oncotree_code": ["", "AML"],
    "unit": ["months", "days", "weeks", "years"],
    "endpoint": ["OS", "OS", "PFS", "DFS", "TTP", "recurrence", "odd endpoint"],
    "subgroup": ["", "", "stage III"],
    "tumour_reported": list(TUMOURS),
    "reviewed": ["2026-11-25"],
    "edition": ["ten-year", "first"],
    "release_tests": ["", "bacteria; virus"],
    "route": ["", "intravenous"],
}


def registries(most_trials: int = 4, most_rows: int = 6):
    """Tables of raw rows by name: of none to some trials, with rows of any kind that the rules allow."""
    return _registries(most_trials, most_rows)


@st.composite
def _registries(draw, most_trials: int, most_rows: int) -> dict[str, list[dict[str, str]]]:
    ids = draw(st.lists(st.sampled_from(IDS), unique=True, max_size=most_trials))
    tables: dict[str, list[dict[str, str]]] = {}
    for name, schema in raw_schemas().items():
        if name == "trials":
            tables[name] = [_row(draw, schema, ids) | {"trial_id": one} for one in ids]
        elif name == "tumours":
            tables[name] = [_row(draw, schema, ids) | {"tumour_reported": one} for one in TUMOURS]
        elif "trial_id" in schema.columns and not ids and name != "reviewed_flags":
            tables[name] = []
        else:
            rows = [_row(draw, schema, ids) for _ in range(draw(st.integers(0, most_rows)))]
            key = (schema.metadata or {}).get("key")
            tables[name] = list({tuple(row[part] for part in key): row for row in rows}.values()) if key else rows
    return tables


def _row(draw, schema, ids: list[str]) -> dict[str, str]:
    row = {name: draw(_cell(name, column, ids)) for name, column in schema.columns.items()}
    if {"ci_low", "ci_high"} <= row.keys() and row["ci_low"] and row["ci_high"]:
        row["ci_low"], row["ci_high"] = sorted((row["ci_low"], row["ci_high"]), key=float)
    if "values_agreeing" in row:
        row["values_agreeing"] = row["values_compared"]
    return row


def _cell(name: str, column, ids: list[str]):
    rules = {}
    for check in column.checks:
        rules |= check.statistics or {}
    about = column.metadata
    empty = [""] if column.nullable else []
    if about.get("foreign") == "trials.trial_id" or name == "trial_id":
        return st.sampled_from([*ids, *empty] or ["x"])
    if "allowed_values" in rules:
        return st.sampled_from([*map(str, rules["allowed_values"]), *empty])
    if about.get("vocabulary"):
        return st.sampled_from(Vocabularies().terms(about["vocabulary"]) + empty)
    if name in _OWN:
        return st.sampled_from([one for one in _OWN[name] if one or column.nullable])
    if name == "source_url":
        return st.sampled_from(["https://pubmed.ncbi.nlm.nih.gov/1/", "http://example.org/a?b=<c>"])
    if kind_of(column) != "str":
        return _number(kind_of(column), rules.get("min_value"), rules.get("max_value"), empty)
    if about["reads"] in _READ:
        return st.sampled_from([one for one in _READ[about["reads"]] if one or column.nullable])
    if about["reads"].startswith("vocabulary "):
        terms = Vocabularies().terms(about["reads"].removeprefix("vocabulary "))
        return st.sampled_from([*terms, "odd term", *empty])
    return _TEXTS.filter(lambda text: text or column.nullable)


def _digits(value: float) -> str:
    """Six digits that count, written in full: as 1E+06 a number would be refused."""
    return format(Decimal(f"{value:.6g}"), "f")


def _number(kind: str, low, high, empty: list[str]):
    low, high = 0 if low is None else low, 1e6 if high is None else high
    usual = [value for value in (0, 1, 2, 12, 30, 40, 100) if low <= value <= high]
    some = st.sampled_from([*map(str, usual), str(int(high)), str(int(low)), *empty])
    if kind == "Int64" and low > 500:
        return some | st.integers(int(low), int(high)).map(str)
    if kind == "Int64":
        return some | st.integers(int(low), int(min(high, 500))).map(str) | st.integers(int(low), int(high)).map(str)
    few = min(high, 100)
    return some | st.floats(low, few).map(lambda value: f"{value:.3f}") | st.floats(low, high).map(_digits)

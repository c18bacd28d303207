"""A made-up registry of one randomised trial whose rows go together, for a test to spoil."""

from __future__ import annotations

import csv
from pathlib import Path

import ircc_lib as ircc
from ircc_lib.registry.schema.tables import raw_schemas

SOURCE = {"source_url": "https://example.org/paper", "locator": "abstract"}
ARMS = ("cik", "control")


def made_up_tables() -> dict[str, list[dict[str, str]]]:
    """Forty-five patients in each arm: HR 0.62, medians 14.2 and 9.0 months, rates, responses, events."""
    trial = {
        "trial_id": "Made2018",
        "cohort": "Made2018",
        "first_author": "Made",
        "year": "2018",
        "year_basis": "printed",
        "title": "CIK cells after gastrectomy: a randomised trial",
        "pmid": "12345678",
        "registration_id": "NCT01234567",
        "publication_type": "article",
        "record_level": "own record",
        "country": "China",
        "design": "randomised",
        "allocation": "random",
        "product": "CIK",
        "cell_source": "autologous",
        "co_treatment": "XELOX",
        "comparator": "XELOX",
        "n_total": "90",
        "n_cik": "45",
        "n_control": "45",
        "n_male": "50",
        "n_female": "40",
        "age_median": "57",
        "enrol_start": "2012-01",
        "enrol_end": "2014-12",
        "followup_months": "30",
        "infusions_reported": "4 infusions",
        "cells_reported": "5x10^9",
    }
    comparison = {"endpoint": "OS", "effect_type": "HR", "orientation": "cik_vs_control", "estimate": "0.62"}
    comparison |= {"ci_low": "0.40", "ci_high": "0.96", "p_value": "0.03", "test": "cox", "adjusted": "no"}
    tables = {
        "trials": [trial],
        "entities": [{"tumour_reported": "gastric cancer", "n_patients": "90", "n_cik": "45"}],
        "medians": [
            {"endpoint": "OS", "group": group, "n": "45", "median_reported": median, "statistic": "median"}
            | {"unit": "months"}
            for group, median in zip(ARMS, ("14.2", "9.0"))
        ],
        "landmarks": [
            {"endpoint": "OS", "group": group, "time": "36", "unit": "months", "survival_pct": rate, "p_value": "0.03"}
            for group, rate in zip(ARMS, ("20", "8"))
        ],
        "comparisons": [comparison | {"direction": "cik_better"}],
        "responses": [
            {"group": group, "n_evaluable": "40", "cr": "2", "pr": pr, "sd": sd, "pd": "10", "orr_pct": orr}
            for group, pr, sd, orr in zip(ARMS, ("16", "8"), ("12", "20"), ("45", "25"))
        ],
        "adverse_events": [
            {"group": group, "term_reported": "fever", "n_affected": n, "n_at_risk": "45", "pct": pct}
            for group, n, pct in zip(ARMS, ("12", "3"), ("26.7", "6.7"))
        ],
        "tumours": [
            {"tumour_reported": "gastric cancer", "entity": "gastric cancer", "organ_system": "gastrointestinal"}
        ],
    }
    for name, rows in tables.items():
        if name != "tumours":
            tables[name] = [{"trial_id": "Made2018"} | SOURCE | row for row in rows]
    return tables


def write_registry(folder: Path, tables: dict[str, list[dict[str, str]]]) -> Path:
    """The tables as raw CSV files, those not given as headers alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in raw_schemas().items():
        with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(schema.columns), restval="", lineterminator="\n", quoting=csv.QUOTE_ALL)
            writer.writeheader()
            writer.writerows(tables.get(name, []))
    return folder


class MadeUp:
    """A folder of the made-up registry."""

    def __init__(self, folder: Path):
        self.folder, self.tables = folder, made_up_tables()

    def set(self, table: str, row: int, **cells: str) -> MadeUp:
        self.tables[table][row] |= cells
        return self

    def add(self, table: str, row: int, **cells: str) -> MadeUp:
        self.tables[table].append(self.tables[table][row] | cells)
        return self

    def another(self, trial_id: str, **cells: str) -> MadeUp:
        """A second trial of the same kind, with its tumour alone."""
        self.add("trials", 0, trial_id=trial_id, cohort=trial_id, pmid="", registration_id="", title="Another", **{})
        self.tables["trials"][-1] |= cells
        return self.add("entities", 0, trial_id=trial_id)

    def load(self) -> ircc.Registry:
        return ircc.load_registry(write_registry(self.folder, self.tables))

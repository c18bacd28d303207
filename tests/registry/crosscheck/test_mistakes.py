"""Mistakes that a person makes when typing a trial: each is an error or a flag that names the cell."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

import ircc_lib as ircc
from ircc_lib.registry.parse import parse_level
from ircc_lib.registry.store import check_registry
from tests.registry.made_up import SOURCE, MadeUp, write_registry


@pytest.fixture
def made(tmp_path) -> MadeUp:
    return MadeUp(tmp_path / "raw")


def test_the_made_up_trial_raises_no_question(made):
    assert made.load().flags[["table", "column", "why"]].values.tolist() == []


def swap_arm_sizes(made):
    made.set("trials", 0, n_cik="30", n_control="60")
    made.set("medians", 0, n="60").set("medians", 1, n="30")


def all_rates_as_fractions(made):
    made.tables["medians"].clear()
    made.set("landmarks", 0, survival_pct="0.2").set("landmarks", 1, survival_pct="0.08")


def medians_in_years(made):
    made.tables["landmarks"].clear()
    for row in (0, 1):
        made.set("medians", row, unit="years")


def chain(*parents):
    def spoil(made):
        made.set("trials", 0, cohort=parents[0])
        for name, parent in zip("BC", parents[1:]):
            made.another(f"{name}2019", cohort=parent)

    return spoil


MISTAKES = {
    "arm sizes the wrong way round": (swap_arm_sizes, "medians", "n"),
    "rates as fractions": (all_rates_as_fractions, "landmarks", "survival_pct"),
    "one rate as a fraction": (lambda made: made.set("landmarks", 0, survival_pct="0.64"), "landmarks", "survival_pct"),
    "response rate as a fraction": (
        lambda made: made.set("responses", 0, orr_pct="0.45", cr="", pr="", sd="", pd=""),
        "responses",
        "orr_pct",
    ),
    "event rate as a fraction": (
        lambda made: made.set("adverse_events", 0, pct="0.267", n_affected=""),
        "adverse_events",
        "pct",
    ),
    "medians in years": (medians_in_years, "medians", "unit"),
    "follow-up in years": (lambda made: made.set("trials", 0, followup_months="3"), "trials", "followup_months"),
    "follow-up impossible": (lambda made: made.set("trials", 0, followup_months="300"), "trials", "followup_months"),
    "interval from 0": (lambda made: made.set("comparisons", 0, ci_low="0"), "comparisons", "ci_low"),
    "interval of one bound": (lambda made: made.set("comparisons", 0, ci_high=""), "comparisons", "ci_low"),
    "ratio inverted": (
        lambda made: made.set("comparisons", 0, estimate="1.61", ci_low="1.04", ci_high="2.5", direction=""),
        "comparisons",
        "estimate",
    ),
    "ratio without kind": (lambda made: made.set("comparisons", 0, effect_type=""), "comparisons", "effect_type"),
    "ratio without orientation": (
        lambda made: made.set("comparisons", 0, orientation=""),
        "comparisons",
        "orientation",
    ),
    "ratio without direction": (lambda made: made.set("comparisons", 0, direction=""), "comparisons", "direction"),
    "ratio far from the medians": (
        lambda made: made.set("comparisons", 0, estimate="0.10", ci_low="0.05", ci_high="0.2"),
        "comparisons",
        "estimate",
    ),
    "groups swapped in medians and rates": (
        lambda made: [
            made.set(table, row, group=group)
            for table in ("medians", "landmarks")
            for row, group in ((0, "control"), (1, "cik"))
        ],
        "comparisons",
        "estimate",
    ),
    "men and women fewer than all": (lambda made: made.set("trials", 0, n_male="20"), "trials", "n_male + n_female"),
    "median twice": (lambda made: made.add("medians", 0), "medians", "median_reported"),
    "rate twice": (lambda made: made.add("landmarks", 0), "landmarks", "survival_pct"),
    "rate twice in two units": (
        lambda made: made.add("landmarks", 0, time="3", unit="years"),
        "landmarks",
        "survival_pct",
    ),
    "rate twice with two values": (
        lambda made: made.add("landmarks", 0, survival_pct="22"),
        "landmarks",
        "survival_pct",
    ),
    "response twice": (lambda made: made.add("responses", 0), "responses", "n_evaluable"),
    "event twice": (lambda made: made.add("adverse_events", 0), "adverse_events", "term_reported"),
    "two ratios of one endpoint": (
        lambda made: made.add("comparisons", 0, estimate="0.70", ci_low="0.5", ci_high="0.98"),
        "comparisons",
        "estimate",
    ),
    "paper twice": (
        lambda made: made.another("Made2018b", title="CIK cells after gastrectomy - a Randomised Trial"),
        "trials",
        "title",
    ),
    "register number twice": (
        lambda made: made.another("Other2019", registration_id="NCT01234567"),
        "trials",
        "registration_id",
    ),
    "responses lost": (lambda made: made.set("responses", 0, sd="0"), "responses", "cr + pr + mr + sd + pd"),
    "more evaluable than in the arm": (
        lambda made: made.set("responses", 0, n_evaluable="70", pd="40", orr_pct="25.7"),
        "responses",
        "n_evaluable",
    ),
    "more at risk than in the arm": (
        lambda made: made.set("adverse_events", 0, n_at_risk="80", pct="15"),
        "adverse_events",
        "n_at_risk",
    ),
    "circle of cohorts": (chain("B2019", "Made2018"), "trials", "cohort"),
    "chain of cohorts": (chain("Made2018", "Made2018", "B2019"), "trials", "cohort"),
    "arm that no other row knows": (lambda made: made.add("landmarks", 0, group="cik:hihg"), "landmarks", "group"),
    "case report of 80": (
        lambda made: made.set("trials", 0, design="case_report", n_total="80", n_cik="80", n_control=""),
        "trials",
        "design",
    ),
    "year in the future": (lambda made: made.set("trials", 0, year="2099"), "trials", "year"),
    "age with the point in the wrong place": (
        lambda made: made.set("trials", 0, age_median="5.7"),
        "trials",
        "age_median",
    ),
    "enrolment after publication": (lambda made: made.set("trials", 0, enrol_end="2020"), "trials", "enrol_end"),
    "look-alike address": (
        lambda made: made.set("trials", 0, source_url="https://\u0435xample.org"),
        "trials",
        "source_url",
    ),
    "no locator": (lambda made: made.set("medians", 0, locator=""), "medians", "locator"),
    "no title": (lambda made: made.set("trials", 0, title=""), "trials", "title"),
    "p of the rate against p of the curves": (
        lambda made: [made.set("landmarks", row, p_value="0.5") for row in (0, 1)],
        "landmarks",
        "p_value",
    ),
    "median of 0": (lambda made: made.set("medians", 0, median_reported="0"), "medians", "median_reported"),
    "rate at the start": (lambda made: made.add("landmarks", 0, time="0", survival_pct="100"), "landmarks", "time"),
    "dose without its superscript": (
        lambda made: made.set("trials", 0, cells_reported="1010"),
        "trials",
        "cells_reported",
    ),
    "real-world comparison in a randomised trial": (
        lambda made: made.add("comparisons", 0, estimate="0.50", note="real-world cohort"),
        "comparisons",
        "note",
    ),
    "comparison of more patients than randomised": (
        lambda made: made.add("comparisons", 0, estimate="0.50", note="before matching, 300 v 400"),
        "comparisons",
        "note",
    ),
    "placeholder for a country": (lambda made: made.set("trials", 0, country="NA"), "trials", "country"),
    "no for a country": (lambda made: made.set("trials", 0, country="no"), "trials", "country"),
    "number for a country": (lambda made: made.set("trials", 0, country="156"), "trials", "country"),
    "placeholder for a treatment": (lambda made: made.set("trials", 0, co_treatment="NR"), "trials", "co_treatment"),
    "placeholder for a title": (lambda made: made.set("trials", 0, title="TBD"), "trials", "title"),
    "question mark for a place": (lambda made: made.set("medians", 0, locator="?"), "medians", "locator"),
    "n/a for a place": (lambda made: made.set("comparisons", 0, locator="n/a"), "comparisons", "locator"),
    "none for an author": (lambda made: made.set("trials", 0, first_author="none"), "trials", "first_author"),
    "NUL in a title": (lambda made: made.set("trials", 0, title="CIK\x00 cells"), "trials", "title"),
    "writing turned round in a note": (lambda made: made.set("medians", 0, note="a\u202eb"), "medians", "note"),
    "title cut short": (
        lambda made: made.another("Other2018", title="CIK cells after gastrectomy: a randomised"),
        "trials",
        "title",
    ),
    "1 for all, beside 41": (
        lambda made: [made.set("landmarks", row, survival_pct=rate) for row, rate in ((0, "1"), (1, "41"))],
        "landmarks",
        "survival_pct",
    ),
    "median of weeks as months": (
        lambda made: [made.tables["landmarks"].clear(), made.set("medians", 0, median_reported="62")],
        "medians",
        "unit",
    ),
    "p of zero": (lambda made: made.set("comparisons", 0, p_value="0.000"), "comparisons", "p_value"),
    "exponent on the line": (
        lambda made: made.set("trials", 0, cells_reported="5x1010"),
        "trials",
        "cells_reported",
    ),
    "median above a time": (lambda made: made.set("medians", 0, median_reported=">36"), "medians", "median_reported"),
    "placeholder for an event": (
        lambda made: made.set("adverse_events", 0, term_reported="n/a"),
        "adverse_events",
        "term_reported",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_flagged_at_its_cell(made, mistake):
    spoil, table, column = MISTAKES[mistake]
    spoil(made)
    flags = made.load().flags
    assert ((flags["table"] == table) & (flags["column"] == column)).any(), flags[["table", "column", "why"]]


def _row(table, /, **cells):
    """A new row of the made-up trial."""
    return lambda made: made.tables.setdefault(table, []).append({"trial_id": "Made2018"} | SOURCE | cells)


def _beside(table, /, **cells):
    """A new row of a table that is of no trial."""
    return lambda made: made.tables.setdefault(table, []).append(cells)


def _set(table, row, **cells):
    return lambda made: made.set(table, row, **cells)


def _add(table, row, **cells):
    return lambda made: made.add(table, row, **cells)


def _without(*tables):
    return lambda made: [made.tables[table].clear() for table in tables]


SEVERAL = {
    "the paper": [
        (_set("trials", 0, first_author="Smith A, Li B, Wu C"), "trials", "first_author", "another author"),
        (_set("trials", 0, year="2015"), "trials", "year", "another year than the one trial_id names"),
        (_set("trials", 0, pmid="2018"), "trials", "pmid", "so short"),
        (_set("trials", 0, doi="10.1000/xyz."), "trials", "doi", "full stop"),
        (_set("trials", 0, title="https://example.org/paper"), "trials", "title", "an address"),
        (_set("trials", 0, registration_id="NCT00000000"), "trials", "registration_id", "no register"),
        (_set("trials", 0, source_url="https://doi.org/10.1000/other"), "trials", "source_url", "another paper"),
        (_set("medians", 0, source_url="https://www.google.com/search?q=cik"), "medians", "source_url", "a search"),
        (_set("medians", 1, source_url="https://pubmed.ncbi.nlm.nih.gov/"), "medians", "source_url", "home page"),
    ],
    "a review of mice": [
        (_set("trials", 0, title="RETRACTED: a meta-analysis of m\u00c3\u00bcde mice ..."), "trials", "title", word)
        for word in ("retracted", "a review", "animals", "another encoding", "cut short")
    ],
    "the design": [
        (_set("trials", 0, design="single_arm"), "trials", "allocation", "an allocation to groups"),
        (_set("trials", 0, n_control="0"), "trials", "design", "the title says that the trial is randomised"),
        (_set("trials", 0, n_cik="0"), "trials", "n_cik", "no patient received"),
        (_set("trials", 0, comparator="CIK"), "trials", "comparator", "received the cells"),
        (_set("trials", 0, product_reported="DC-CIK"), "trials", "product", "dendritic"),
        (_set("trials", 0, phase="3/2"), "trials", "phase", "falling order"),
        (_set("trials", 0, cells_reported="5x10^9/kg"), "trials", "cells_reported", "so many or so few"),
        (_set("trials", 0, performance_status="ECOG 0-7"), "trials", "performance_status", "does not have"),
        (_set("trials", 0, stage_reported="V"), "trials", "stage_reported", "beyond IV"),
        (_set("trials", 0, age_median="104"), "trials", "age_median", "above ninety"),
        (_set("trials", 0, enrol_start="1912"), "trials", "enrol_start", "earlier than any patient"),
        (_set("trials", 0, centres="A; B; C", n_centres="2"), "trials", "n_centres", "centres that are listed"),
        (_row("responses", group="control", n_evaluable="9"), "responses", "group", "a control group"),
    ],
    "the conduct": [
        (_row("conduct", control_selection="historical"), "conduct", "control_selection", "no randomised trial"),
        (_set("conduct", 0, data_cutoff="2020-01"), "conduct", "data_cutoff", "after the year"),
        (_row("products", group="control"), "products", "group", "received none"),
        (_set("products", 0, donor_relation="unrelated"), "products", "donor_relation", "another donor"),
        (_row("flow", group="cik", stage="enrolled", n="40"), "flow", "n", "more infused"),
        (_row("flow", group="cik", stage="infused", n="41"), "flow", "n", "more infused"),
        (_row("flow", group="all", stage="analysed", n="900"), "flow", "n", "more than the patients"),
    ],
    "parts of a whole": [
        (_set("trials", 0, n_total="100", n_male="60"), "trials", "n_cik + n_control", "fewer patients than in all"),
        (_set("entities", 0, n_patients="40", n_cik="45"), "entities", "n_cik", "more than n_patients"),
        (_set("medians", 0, n_events="60"), "medians", "n_events", "more than"),
        (_set("comparisons", 0, n_events_cik="60"), "comparisons", "n_events_cik", "more than"),
        (_row("arms", group="cik", n_assigned="40", n_treated="45"), "arms", "n_treated", "more than n_assigned"),
        (_set("arms", 0, os_events="60", pfs_events="50"), "arms", "os_events", "more than"),
        (_set("arms", 0, n_male="30", n_female="30"), "arms", "n_male + n_female", "more than"),
        (_set("arms", 0, age_reported="57", age_range_reported="60-72"), "arms", "age_reported", "outside its range"),
        (lambda made: None, "arms", "pfs_events", "fewer than the deaths"),
        (
            _set("responses", 0, n_evaluable="", cr="5", pr="40", sd="30", pd="25"),
            "responses",
            "cr + pr + mr + sd + pd",
            "more responses than patients",
        ),
        (
            _set("responses", 1, n_evaluable="10", cr="", pr="", sd="", pd="", orr_pct="45", dcr_pct="40"),
            "responses",
            "orr_pct",
            "no number of",
        ),
        (lambda made: None, "responses", "dcr_pct", "less than the objective"),
        (_add("adverse_events", 0, grade_reported="3-4", n_affected="20"), "adverse_events", "n_affected", "severe"),
        (_add("adverse_events", 0, n_affected="14"), "adverse_events", "n_affected", "another number than in"),
        (
            _add("adverse_events", 0, term_reported="any adverse event", n_affected="5"),
            "adverse_events",
            "n_affected",
            "with any adverse event",
        ),
        (_row("patients", patient_no="101", age="0.5"), "patients", "patient_no", "more patients than"),
        (
            _set("patients", 0, os_time="9", os_event="1", pfs_time="12", pfs_event="0", unit="months"),
            "patients",
            "pfs_time",
            "longer than the survival",
        ),
        (lambda made: None, "patients", "pfs_event", "the patient died"),
    ],
    "ratios": [
        (_set("comparisons", 0, ci_high="0.66"), "comparisons", "estimate", "far from the middle"),
        (_set("comparisons", 0, p_value="0.00001"), "comparisons", "p_value", "far from the p-value"),
        (_set("comparisons", 0, adjusted_for="age"), "comparisons", "adjusted", "not adjusted"),
        (_set("comparisons", 0, n_events_cik="3", n_events_control="4"), "comparisons", "n_events_cik", "too few"),
        (_add("comparisons", 0, subgroup="all patients"), "comparisons", "subgroup", "all patients"),
        (_add("comparisons", 0, endpoint="PFS", orientation="within_cik"), "comparisons", "orientation", "no part"),
        (_add("comparisons", 0, endpoint="DFS", effect_type="RR"), "comparisons", "effect_type", "odds"),
        (_add("comparisons", 0, endpoint="ORR"), "comparisons", "effect_type", "no time"),
        (_add("comparisons", 0, endpoint="TTP", estimate=""), "comparisons", "estimate", "without its ratio"),
        (_add("comparisons", 0, endpoint="EFS", estimate="1"), "comparisons", "estimate", "favours nobody"),
        (
            _add("comparisons", 0, endpoint="RFS", test="log-rank", adjusted="yes"),
            "comparisons",
            "adjusted",
            "log-rank",
        ),
    ],
    "rates and medians": [
        (_set("landmarks", 0, ci_low="0.1", ci_high="0.33"), "landmarks", "survival_pct", "outside its interval"),
        (_set("landmarks", 1, ci_low="3"), "landmarks", "ci_low", "one bound"),
        (_set("landmarks", 0, n_at_risk="10"), "landmarks", "n_at_risk", "more at risk than"),
        (_add("landmarks", 0, time="48", survival_pct="15", n_at_risk="20"), "landmarks", "n_at_risk", "more at risk"),
        (_set("landmarks", 1, n_at_risk="0"), "landmarks", "n_at_risk", "nobody at risk"),
        (_add("landmarks", 0, group="all", survival_pct="40"), "landmarks", "survival_pct", "outside both groups"),
        (_set("medians", 0, ci_low="1.2", ci_high="14.2"), "medians", "ci_high", "ends at the median"),
        (_set("medians", 1, unit="weeks", ci_high="12"), "medians", "unit", "another unit than"),
        (lambda made: None, "medians", "ci_low", "no lower bound"),
        (_add("medians", 0, endpoint="PFS", median_reported="9", unit="days"), "medians", "unit", "below one month"),
    ],
    "beside the trials": [
        (
            _beside("overlaps", trial_id="Made2018", other_trial_id="Made2018", certainty="likely", why="-"),
            "overlaps",
            "other_trial_id",
            "with itself",
        ),
        (
            _beside("tumours", tumour_reported="stomach", entity="Gastric Cancer", organ_system="gastro-intestinal"),
            "tumours",
            "entity",
            "another spelling",
        ),
        (lambda made: None, "tumours", "organ_system", "another spelling"),
        (
            _beside("screening", record="S1", year="2001", reason="a review", enrolled_as="Made2018", **SOURCE),
            "screening",
            "reason",
            "enrolled as Made2018",
        ),
        (lambda made: None, "screening", "year", "another year"),
        (_beside("screening", record="S2", reason="enrolled", **SOURCE), "screening", "enrolled_as", "not told"),
        (
            _beside(
                "registrations",
                registration_id="NCT01111111",
                n_planned="20",
                n_actual="2000",
                source_url="https://clinicaltrials.gov/study/NCT02222222",
            ),
            "registrations",
            "source_url",
            "another entry",
        ),
        (lambda made: None, "registrations", "n_actual", "five times"),
        (
            _beside(
                "reviewed_flags",
                trial_id="Nobody",
                table="medians",
                column="n",
                answer="as printed",
                reviewed="2026-13-45",
                initials="A",
            ),
            "reviewed_flags",
            "reviewed",
            "no day",
        ),
        (lambda made: None, "reviewed_flags", "trial_id", "no row of this report"),
    ],
}
"""Mistakes made at once, so that one reading of the tables tells them all: what is done, and the flag it must raise."""


@pytest.mark.parametrize("kind", SEVERAL)
def test_each_of_several_mistakes_is_flagged_at_its_cell(made, kind):
    for spoil, *_ in SEVERAL[kind]:
        spoil(made)
    flags = made.load().flags
    for _, table, column, word in SEVERAL[kind]:
        whys = flags.loc[(flags["table"] == table) & (flags["column"] == column), "why"]
        assert whys.str.contains(word, regex=False).any(), (table, column, word, whys.tolist())


def test_a_dose_whose_exponent_lost_its_place_is_not_guessed(made):
    made.set("trials", 0, cells_reported="5x1010")
    assert np.isnan(made.load().trials["cells_centre"].iloc[0])


@pytest.mark.parametrize(
    ("table", "cells", "column"),
    [
        ("trials", {"year": "2109"}, "year"),
        ("trials", {"n_total": "1000001"}, "n_total"),
        ("trials", {"n_total": str(2**53 + 1)}, "n_total"),
        ("trials", {"n_total": str(2**63)}, "n_total"),
        ("trials", {"n_total": "1e300"}, "n_total"),
        *(
            ("medians", {"source_url": url}, "source_url")
            for url in (
                "javascript:alert(1)",
                "www.example.org/x",
                "htp://x.org",
                "file:///etc/passwd",
                "https://",
                "data:text/html,x",
                "https://user:secret@example.org/",
                "https://exa mple.org/",
                "https://example",
            )
        ),
    ],
)
def test_a_mistake_that_cannot_be_meant_is_an_error(made, table, cells, column):
    made.set(table, 0, **cells)
    with pytest.raises(ircc.RegistryError) as stopped:
        made.load()
    [problem] = [problem for problem in stopped.value.problems if problem.column == column]
    assert problem.found == cells[column] and problem.allowed and problem.line == 2


@pytest.mark.parametrize("other", ["made2018", "Made2018 ", "Made\u200b2018", "\uff2dade2018"])
def test_identifiers_that_only_look_different_are_an_error(made, other):
    made.another(other, cohort="Made2018")
    with pytest.raises(ircc.RegistryError) as stopped:
        made.load()
    assert {problem.column for problem in stopped.value.problems} == {"trial_id"}


def test_an_identifier_with_a_blank_everywhere_is_an_error(made):
    for rows in made.tables.values():
        for row in rows:
            if "trial_id" in row:
                row["trial_id"] += " "
    made.set("trials", 0, cohort="Made2018 ")
    with pytest.raises(ircc.RegistryError, match="a blank before or after"):
        made.load()


@pytest.mark.parametrize(
    ("cells", "where", "value"),
    [
        ({"endpoint": "os"}, ("comparisons", "endpoint"), "OS"),
        ({"p_value": "p<0.05"}, ("comparisons", "p_value"), 0.05),
    ],
)
def test_other_spellings_are_plainly_right(made, cells, where, value):
    made.set("comparisons", 0, **cells)
    assert made.load().tables[where[0]][where[1]].iloc[0] == value


def test_one_paper_with_two_cohorts_raises_no_question(made):
    made.another("Made2018b", pmid="12345678", title=made.tables["trials"][0]["title"])
    assert not made.load().flags["column"].isin(["pmid", "doi", "title", "cohort"]).any()


@pytest.mark.parametrize("parents", [("B2019", "Made2018", "B2019"), ("Made2018", "Made2018", "B2019")])
def test_patients_of_a_chain_of_cohorts_are_counted_once(made, parents):
    chain(*parents)(made)
    cohorts = made.load().cohorts
    assert len(cohorts) == 1 and cohorts["n_total"].tolist() == [90]


def test_a_fact_entered_twice_counts_once(made):
    once = ircc.log_hazard_ratios(made.load(), "OS", rungs=[3, 5])
    for row in (0, 1):
        made.add("landmarks", row, time="3", unit="years").add("medians", row)
    twice = ircc.log_hazard_ratios(made.load(), "OS", rungs=[3, 5])
    assert twice["log_hr"].tolist() == once["log_hr"].tolist()
    assert np.exp(once["log_hr"].iloc[0]) == pytest.approx(np.log(0.20) / np.log(0.08))


def test_a_comparison_of_others_is_never_the_randomised_effect(made):
    made.set("comparisons", 0, test="log-rank")
    made.add("comparisons", 0, estimate="0.30", ci_low="0.2", ci_high="0.45", note="unmatched real-world cohort")
    made.tables["comparisons"].reverse()
    [ratio] = ircc.log_hazard_ratios(made.load(), "OS")["hr"]
    assert ratio == pytest.approx(0.62, abs=0.001)


@pytest.mark.parametrize(
    ("note", "level"),
    [
        *((f"{said}", 0.9) for said in (
            "90% confidence interval", "CI 90%", "90%-CI", "90% CIs", "90% ci", "level 90", "ninety percent interval",
            "interval at the 90 % level", "alpha 0.10", "CI90", "90 per cent confidence limits", "CI (90 %)",
        )),
        ("99 % CI", 0.99),
        ("95% CI", 0.95),
        ("adjusted for age", None),
        ("1-year PFS 62% CI 50-74", None),
        ("80 of 90 patients", None),
    ],
)  # fmt: skip
def test_the_level_of_an_interval_is_read_in_any_wording(note, level):
    said = parse_level(note)
    assert (said.value if said else None) == level


@pytest.mark.parametrize("note", ["90% CI, at year 5 99% CI", "1-year PFS 90% CI 80-95", "90 % Konfidenzintervall"])
def test_a_level_that_is_not_understood_is_flagged(made, note):
    made.set("comparisons", 0, note=note)
    registry = made.load()
    assert registry.comparisons["ci_level"].tolist() == [0.95]
    assert "level of the interval" in registry.flags["why"].iloc[0]


def test_a_90_percent_interval_gives_its_own_standard_error(made):
    made.set("comparisons", 0, note="CI 90%")
    [se] = ircc.log_hazard_ratios(made.load(), "OS", rungs=[1])["se"]
    assert se == pytest.approx(np.log(0.96 / 0.40) / (2 * 1.6448536), abs=1e-4)  # 0.2661


def test_flags_tell_no_folder_of_this_machine(made):
    made.set("trials", 0, title="")
    assert made.load().flags["file"].tolist() == ["raw/trials.csv"]
    _, [flag] = check_registry(write_registry(made.folder, made.tables))
    assert flag.startswith(str(made.folder / "trials.csv") + ":2: title: ")


def test_what_cannot_be_seen_is_escaped_in_messages(made):
    made.set("medians", 0, endpoint="O\u202eS\x07")
    _, flags = check_registry(write_registry(made.folder, made.tables))
    assert any("'O\\u202eS\\x07'" in flag for flag in flags) and all(flag.isprintable() for flag in flags)


def test_the_made_up_registry_is_written_as_people_write_it(made):
    made.load()
    with open(made.folder / "trials.csv", encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 1


@pytest.mark.parametrize(
    "said",
    ["n.r.", "NR", "N. R.", "未达到", "not attained", "not yet reached", "unreached", "the median was not reached"],
)
def test_not_reached_is_read_in_other_words(made, said):
    made.set("medians", 0, median_reported=said)
    medians = made.load().medians
    assert not medians["reached"].iloc[0] and np.isnan(medians["median"].iloc[0])


@pytest.mark.parametrize("said", ["１４.２", "14．2", "14,2", "−14.2", "14·2"])
def test_a_number_in_unusual_signs_is_right_or_asked_about(made, said):
    made.set("medians", 0, median_reported=said)
    registry = made.load()
    asked = registry.flags["column"].eq("median_reported").any()
    assert asked or registry.medians["median"].iloc[0] == pytest.approx(14.2)


@pytest.mark.parametrize("vocabulary", ["comparators", "denominators"])
def test_a_pattern_that_cannot_be_read_is_one_sentence_with_its_line(made, vocabulary):
    made.load()
    folder = made.folder.parent / "vocabularies"
    shutil.copytree(Path(__file__).parents[3] / "data/vocabularies", folder)
    with open(folder / f"{vocabulary}.csv", "a", encoding="utf-8") as file:
        file.write("(never closed,infusions,a pattern\n")
    lines = (folder / f"{vocabulary}.csv").read_text("utf-8").count("\n")
    with pytest.raises(ircc.RegistryError, match="the regular expression cannot be read") as stopped:
        ircc.load_registry(made.folder)
    [problem] = stopped.value.problems
    assert (problem.line, problem.column, problem.found) == (lines, "pattern", "(never closed")


def test_a_note_to_excel_in_the_first_line_is_one_sentence(made):
    made.load()
    path = made.folder / "medians.csv"
    path.write_text("sep=;\n" + path.read_text("utf-8"), encoding="utf-8")
    problems, _ = check_registry(made.folder)
    assert len(problems) == 1 and "medians.csv:1: " in problems[0] and "sep=;" in problems[0]


def test_a_last_line_of_blanks_is_passed_over(made):
    rows = len(made.load().medians)
    with open(made.folder / "medians.csv", "a", encoding="utf-8") as file:
        file.write("   \n")
    assert len(ircc.load_registry(made.folder).medians) == rows

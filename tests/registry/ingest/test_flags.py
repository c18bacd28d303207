"""What is doubtful is flagged with its place and reason, and the row stays."""

import pytest

SOURCE = {"trial_id": "Zhao2013"}  # 165 patients: 53 with CIK cells, 112 without


def flags_of(raw, table: str, line: int):
    registry = raw.load()
    assert line in registry.tables[table]["line"].tolist()
    flags = registry.flags
    return flags[(flags["table"] == table) & (flags["line"] == line)]


@pytest.mark.parametrize(
    ("table", "cells", "column", "why"),
    [
        (
            "comparisons",
            {"endpoint": "OS", "effect_type": "HR", "estimate": "0.9", "ci_low": "0.2", "ci_high": "0.8"},
            "estimate",
            "outside its interval 0.2 to 0.8",
        ),
        (
            "medians",
            {
                "endpoint": "TTP",
                "group": "cik",
                "median_reported": "9",
                "unit": "months",
                "ci_low": "10",
                "ci_high": "12",
            },
            "median_reported",
            "outside its interval 10 to 12",
        ),
        (
            "comparisons",
            {"endpoint": "OS", "p_value": "0.2", "direction": "cik_better"},
            "p_value",
            "contradicts the stated direction cik_better",
        ),
        (
            "comparisons",
            {"endpoint": "OS", "p_value": "<0.01", "direction": "no_difference"},
            "p_value",
            "contradicts the stated direction no_difference",
        ),
        (
            "comparisons",
            {"endpoint": "OS", "p_value": "ns", "direction": "control_better"},
            "p_value",
            "contradicts the stated direction control_better",
        ),
        (
            "comparisons",
            {
                "endpoint": "OS",
                "effect_type": "HR",
                "orientation": "cik_vs_control",
                "estimate": "1.8",
                "direction": "cik_better",
            },
            "estimate",
            "points against the stated direction",
        ),
        (
            "comparisons",
            {
                "endpoint": "OS",
                "effect_type": "HR",
                "estimate": "0.5",
                "ci_low": "0.3",
                "ci_high": "0.8",
                "p_value": "0.3",
            },
            "p_value",
            "contradicts the interval 0.3 to 0.8",
        ),
        (
            "landmarks",
            {"endpoint": "OS", "group": "cik", "time": "7", "unit": "years", "survival_pct": "60"},
            "survival_pct",
            "survival rises with time, from 56.6 %",
        ),
        (
            "landmarks",
            {"endpoint": "DFS", "group": "cik", "time": "60", "unit": "months", "survival_pct": "70"},
            "survival_pct",
            "above overall survival, 56.6",
        ),
        (
            "medians",
            {"endpoint": "OS", "group": "cik", "median_reported": "48", "unit": "months"},
            "median_reported",
            "contradicts the survival rate of 56.6 % at 60.0 months (landmarks:10)",
        ),
        (
            "medians",
            {"endpoint": "OS", "group": "control", "median_reported": "not reached"},
            "median_reported",
            "contradicts the survival rate of 26.8 %",
        ),
        (
            "responses",
            {"group": "cik", "n_evaluable": "10", "cr": "4", "pr": "4", "sd": "4"},
            "cr + pr + mr + sd + pd",
            "more responses than evaluable patients, n_evaluable 10",
        ),
        (
            "responses",
            {"group": "cik", "n_evaluable": "10", "cr": "1", "pr": "2", "orr_pct": "40"},
            "orr_pct",
            "which give 30.0 %",
        ),
        ("responses", {"group": "cik", "n_evaluable": "400"}, "n_evaluable", "more than the trial's n_total 165"),
        (
            "adverse_events",
            {"group": "cik", "term_reported": "fever", "n_affected": "9", "n_at_risk": "8"},
            "n_affected",
            "more affected than at risk, n_at_risk 8",
        ),
        (
            "adverse_events",
            {"group": "cik", "term_reported": "fever", "n_affected": "4", "n_at_risk": "8", "pct": "40"},
            "pct",
            "which give 50.0 %",
        ),
        (
            "adverse_events",
            {"group": "cik", "term_reported": "fever", "n_affected": "4", "n_at_risk": "800"},
            "n_at_risk",
            "more at risk than patients in the trial, n_total 165",
        ),
        (
            "entities",
            {"tumour_reported": "melanoma", "n_patients": "200"},
            "n_patients",
            "more than the trial's n_total 165",
        ),
    ],
)
def test_values_that_do_not_go_together_are_flagged(raw, table, cells, column, why):
    line = raw.add(table, **SOURCE, **cells)
    flags = flags_of(raw, table, line)
    flag = flags[flags["column"] == column].iloc[0]
    assert why in flag["why"] and flag["allowed"]
    assert (flag["trial_id"], flag["row_id"]) == ("Zhao2013", f"{table}:{line}")
    assert flag["file"].endswith(f"{table}.csv")


@pytest.mark.parametrize(
    ("cells", "column", "why"),
    [
        ({"n_total": "50", "n_cik": "40", "n_control": "40"}, "n_cik + n_control", "more patients than in all"),
        ({"n_total": "50", "n_male": "40", "n_female": "11"}, "n_male + n_female", "more patients than in all"),
        ({"year": "2010", "enrol_start": "2012-03"}, "enrol_start", "later than the year of publication 2010"),
        ({"enrol_start": "2009-03", "enrol_end": "2008"}, "enrol_end", "before enrol_start 2009-03"),
        ({"pmid": "PMC77"}, "pmid", "not a PMID"),
        ({"doi": "doi.org/none"}, "doi", "not a DOI"),
        ({"country": "Atlantis"}, "country", "not a country of ISO 3166"),
        ({"co_treatment": "moonlight"}, "co_treatment", "not in the vocabulary co_treatments"),
        ({"enrol_start": "spring 2009"}, "enrol_start", "the date cannot be read"),
        ({"cells_reported": "plenty"}, "cells_reported", "the cell dose cannot be read"),
        ({"infusions_reported": "some"}, "infusions_reported", "the number of infusions of a patient"),
        ({"registration_id": "NCT1"}, "registration_id", "not a number of a known register"),
        ({"pmid": "16821594"}, "pmid", "another report has the same"),
    ],
)
def test_doubts_about_a_report_are_flagged(raw, cells, column, why):
    raw.set("trials", 2, **cells)
    flags = flags_of(raw, "trials", 2)
    assert any(why in said for said in flags.loc[flags["column"] == column, "why"])


@pytest.mark.parametrize(
    "cells",
    [
        {"endpoint": "OS", "p_value": "0.05", "direction": "cik_better"},
        {"endpoint": "OS", "p_value": "<0.05", "direction": "cik_better"},
        {"endpoint": "OS", "p_value": ">0.05", "direction": "no_difference"},
        {"endpoint": "OS", "p_value": "<0.1", "direction": "no_difference"},
        {"endpoint": "OS", "p_value": "0.2", "direction": "unclear"},
        {
            "endpoint": "OS",
            "effect_type": "HR",
            "orientation": "cik_vs_control",
            "estimate": "0.5",
            "ci_low": "0.25",
            "ci_high": "1.0",
            "p_value": "<0.05",
            "direction": "unclear",
        },
    ],
)
def test_what_goes_together_is_not_flagged(raw, cells):
    line = raw.add("comparisons", **SOURCE, **cells)
    assert flags_of(raw, "comparisons", line).empty


def test_the_contradictions_that_the_seed_holds_are_found(seed):
    found = set(zip(seed.flags["row_id"], seed.flags["column"]))
    # Wang2014c: 303 patients in the safety cohort, 54 in the trial; Xie2017: PFS printed above OS;
    # Li2016: median 14.03 months, yet 42.47 % alive at one year; Lu2015: 3 + 2 of 10 is not 70 %
    assert {
        ("entities:109", "n_patients"),
        ("landmarks:20", "survival_pct"),
        ("medians:42", "median_reported"),
        ("responses:24", "orr_pct"),
    } <= found

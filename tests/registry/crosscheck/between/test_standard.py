"""Arms, products and conduct that contradict the trial."""

import pytest

from tests.registry.spoil import assert_all_flagged, nothing, put, row

SEVERAL = {
    "the conduct": [
        (row("conduct", control_selection="historical"), "conduct", "control_selection", "no randomised trial"),
        (put("conduct", 0, data_cutoff="2020-01"), "conduct", "data_cutoff", "after the year"),
        (row("products", group="control"), "products", "group", "received none"),
        (put("products", 0, donor_relation="unrelated"), "products", "donor_relation", "another donor"),
        (row("flow", group="cik", stage="enrolled", n="40"), "flow", "n", "more infused"),
        (row("flow", group="cik", stage="infused", n="41"), "flow", "n", "more infused"),
        (row("flow", group="all", stage="analysed", n="900"), "flow", "n", "more than the patients"),
    ],
    "the arms": [
        (
            row(
                "arms", group="cik", n_assigned="45", n_male="40", n_female="5", age_reported="35", description="XELOX"
            ),
            "arms",
            "n_male",
            "the men of both groups are 60",
        ),
        (
            row(
                "arms",
                group="control",
                n_assigned="45",
                n_male="20",
                n_female="25",
                age_reported="36",
                description="CIK + XELOX",
                age_range_reported="78-34",
            ),
            "arms",
            "description",
            "received the cells",
        ),
        (nothing, "arms", "age_reported", "far from those of both groups"),
        (nothing, "arms", "age_range_reported", "the range falls"),
    ],
    "the product": [
        (put("trials", 0, year="2015"), "conduct", "ae_grading", "issued after the report"),
        (
            row("conduct", ae_grading="CTCAE v5", data_cutoff="2013-06"),
            "conduct",
            "data_cutoff",
            "before enrolment ended",
        ),
        (
            row(
                "products",
                group="cik",
                donor_relation="patient",
                starting_material="cord blood",
                viability_pct="59",
                culture_days="140",
                modification="DC, peptide",
            ),
            "products",
            "starting_material",
            "the donor is the patient",
        ),
        (nothing, "products", "viability_pct", "fewer viable cells"),
        (nothing, "products", "culture_days", "so few or so many days"),
        (nothing, "products", "modification", "another product than that of the trial"),
    ],
}


@pytest.mark.parametrize("kind", SEVERAL)
def test_each_of_several_mistakes_is_flagged_at_its_cell(made, kind):
    assert_all_flagged(made, SEVERAL[kind])

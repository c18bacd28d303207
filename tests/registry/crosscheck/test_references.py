"""Tables beside the trials that contradict what they refer to."""

import pytest

from tests.registry.made_up import SOURCE
from tests.registry.spoil import assert_all_flagged, beside, nothing

SEVERAL = {
    "beside the trials": [
        (
            beside("overlaps", trial_id="Made2018", other_trial_id="Made2018", certainty="likely", why="-"),
            "overlaps",
            "other_trial_id",
            "with itself",
        ),
        (
            beside("tumours", tumour_reported="stomach", entity="Gastric Cancer", organ_system="gastro-intestinal"),
            "tumours",
            "entity",
            "another spelling",
        ),
        (nothing, "tumours", "organ_system", "another spelling"),
        (
            beside("screening", record="S1", year="2001", reason="a review", enrolled_as="Made2018", **SOURCE),
            "screening",
            "reason",
            "enrolled as Made2018",
        ),
        (nothing, "screening", "year", "another year"),
        (beside("screening", record="S2", reason="enrolled", **SOURCE), "screening", "enrolled_as", "not told"),
        (
            beside(
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
        (nothing, "registrations", "n_actual", "five times"),
        (
            beside(
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
        (nothing, "reviewed_flags", "trial_id", "no row of this report"),
    ],
}


@pytest.mark.parametrize("kind", SEVERAL)
def test_each_of_several_mistakes_is_flagged_at_its_cell(made, kind):
    assert_all_flagged(made, SEVERAL[kind])

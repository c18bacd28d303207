"""The level of an interval: read in its usual wordings, and never taken for 95 % where it says something else."""

import pytest

from ircc_lib.registry.parse import parse_level


@pytest.mark.parametrize(
    "note",
    ["90CI", "90% CrI", "90%CL", "C.I. 90%", "90% conf. int.", "90% IC", "90%可信区间", "98.75% confidence interval",
     "one-sided 95% CI", "one-sided 97.5% CI", "OS 90% CI not given"],
)  # fmt: skip
def test_a_level_in_an_odd_wording_is_read_or_left_open(note):
    found = parse_level(note)
    assert found is not None and found.value in (None, 0.9)


@pytest.mark.parametrize(
    ("note", "level"),
    [("90% confidence interval", 0.9), ("CI 90%", 0.9), ("90%-CI", 0.9), ("90% CIs", 0.9), ("90% ci", 0.9),
     ("99% confidence interval", 0.99), ("HR 0.62 (95% CI 0.40-0.96)", 0.95)],
)  # fmt: skip
def test_a_level_in_a_usual_wording_is_read(note, level):
    assert parse_level(note).value == level


@pytest.mark.parametrize(
    "note",
    ["1-year PFS 62% CI 50-74", "survival 85% CI 70-95", "one-sided log-rank", "median follow-up 90 months",
     "OS at 5 years 85% and 62%"],
)  # fmt: skip
def test_what_is_no_level_is_none(note):
    assert parse_level(note) is None

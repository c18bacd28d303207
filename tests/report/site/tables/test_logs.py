"""Ratios are downloaded with what another program needs to pool them."""

import math

import pytest

from ircc_lib.report.site.tables.logs import with_logs


def test_the_logarithm_and_the_standard_error_of_the_handbook():
    """Cochrane Handbook 6.5, section 6.3.2: SE = (ln upper - ln lower) / 3.92."""
    header, rows = with_logs(["what", "hr", "ci_low", "ci_high"], [["a", 0.73, 0.60, 0.89], ["b", None, None, None]])
    assert header == ["what", "hr", "ci_low", "ci_high", "log_hr", "se_log_hr"]
    assert rows[0][4] == pytest.approx(math.log(0.73)) and rows[0][5] == pytest.approx(0.1006, abs=1e-4)
    assert rows[1][4:] == [None, None]


def test_an_effect_that_brings_its_own_is_left_alone():
    header, rows = with_logs(["hr", "ci_low", "ci_high", "log_hr", "se"], [[0.5, 0.4, 0.6, -0.7, 0.1]])
    assert header == ["hr", "ci_low", "ci_high", "log_hr", "se"] and rows == [[0.5, 0.4, 0.6, -0.7, 0.1]]


def test_words_are_no_ratio():
    assert with_logs(["ratio", "ci_low", "ci_high"], [["0.5 (0.4 to 0.6)", 0.4, 0.6]])[0] == [
        "ratio",
        "ci_low",
        "ci_high",
    ]

"""Cells that the sheet says elsewhere need not be typed."""

import pytest

from ircc_lib.enrolment.bundle import Bundle, Row
from ircc_lib.enrolment.checking.completing import complete
from ircc_lib.enrolment.decisions import Decisions

SOURCE = {"source_url": "https://example.org/doe2019", "locator": "abstract"}


def completed(*rows):
    bundle = Bundle("workbook", "rows.xlsx", [Row(table, dict(cells)) for table, cells in rows])
    complete(bundle, Decisions())
    return [row.cells for row in bundle.rows]


@pytest.mark.parametrize("named", [{"trial_id": "Doe2019"}, {}])
def test_rows_of_the_only_report_have_its_source_whether_or_not_its_id_is_typed(named):
    _, median = completed(("trials", named | SOURCE), ("medians", {"endpoint": "OS", "group": "cik"}))
    assert median == {"endpoint": "OS", "group": "cik"} | named | SOURCE


def test_a_row_without_an_id_beside_two_reports_is_not_guessed():
    *_, median = completed(("trials", {"trial_id": "Doe2019"} | SOURCE), ("trials", SOURCE), ("medians", {"n": "40"}))
    assert median.keys() & SOURCE.keys() == set()

"""What a table says of itself, where nobody shows it."""

import pandas as pd

import ircc_lib as ircc
from ircc_lib.figures.display import column
from ircc_lib.figures.display.table import Table


def test_a_table_says_what_it_holds_and_not_every_cell():
    data = pd.DataFrame({"trial_id": ["Wu2008", "Lee2015"], "median": [11.0, 44.0]})
    columns = [column.trial("trial_id"), column.number("median", "Median, months")]
    table = Table(data=data, name="medians", caption="Medians", columns=columns)
    assert repr(table) == "<Table medians: 2 rows of Trial, Median, months>"
    assert "Wu2008" not in repr(table) and table.data is data


def test_every_table_of_a_chapter_has_a_line_that_fits(reg):
    for table in (ircc.survival.table(reg, "OS"), ircc.quality.flags_table(reg)):
        assert repr(table).startswith(f"<Table {table.name}: {len(table.data)} row") and "\n" not in repr(table)

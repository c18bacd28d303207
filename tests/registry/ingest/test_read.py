"""From bytes to cells: whatever a CSV writer writes is read back, with the line of each row."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircc_lib.registry.ingest.read import read_table

CELL = st.text(alphabet=st.characters(codec="utf-8"), max_size=8) | st.text(alphabet=",\"\n\r;' \tab", max_size=8)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("reading") / "table.csv"


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_cells_of_any_text_come_back_as_they_were(file, rows, line_end):
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerows([("one", "two", "three"), *rows])
    file.write_bytes(written.getvalue().encode())
    raw = read_table(file, "table.csv")
    assert raw.problems == []
    filled = [list(row) for row in rows if any(row)]  # rows that hold nothing are passed over
    assert raw.frame.fillna("").to_numpy().tolist() == filled
    assert len(raw.lines) == len(filled)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6))
def test_each_row_has_the_line_on_which_it_begins(file, rows):
    rows = [[cell.replace("\r", "") for cell in row] for row in rows]
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(("one", "two"))
    begins = []
    for row in rows:
        if any(row):
            begins.append(written.getvalue().count("\n") + 1)
        writer.writerow(row)
    file.write_bytes(written.getvalue().encode())
    assert read_table(file, "table.csv").lines.tolist() == begins


@given(st.binary(max_size=60))
def test_any_bytes_are_a_table_or_a_problem_with_a_place(file, content):
    file.write_bytes(content)
    raw = read_table(file, "table.csv")
    assert (len(raw.problems) == 0) == (raw.frame.shape[1] > 0)
    assert all(problem.line >= 1 and problem.allowed for problem in raw.problems)


@given(st.binary(min_size=1, max_size=30).filter(lambda content: not content.isascii()))
def test_bytes_after_a_sound_header_never_end_in_a_traceback(file, content):
    file.write_bytes(b"one,two\n1,2\n" + content)
    raw = read_table(file, "table.csv")
    assert raw.problems or len(raw.frame) == len(raw.lines)

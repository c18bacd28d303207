"""From the bytes of a CSV file to a frame of text, each row with its physical line.

The fast path is pyarrow's reader. Where it refuses, or where cells hold line breaks (so that rows
and lines differ), the standard reader goes over the file once more and says which line is at fault.
"""

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from ircc_lib.registry.ingest.problems import Problem

_BOM = b"\xef\xbb\xbf"

csv.field_size_limit(2**31 - 1)  # a long note is no reason to refuse a table


@dataclass
class RawTable:
    """The text of one CSV file: all columns are text, an empty cell is missing."""

    file: str
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)
    lines: np.ndarray = field(default_factory=lambda: np.empty(0, dtype="int64"))
    problems: list[Problem] = field(default_factory=list)


def read_table(path: Path, file: str) -> RawTable:
    """Read one CSV file; what is wrong with it is in ``.problems``, under the name ``file``."""
    content = path.read_bytes().removeprefix(_BOM)
    problem = _not_text(file, content) or _not_a_table(file, content)
    if problem:
        return RawTable(file, problems=[problem])
    if _one_line_a_row(content):
        table = _read_plain(content)
        if table is not None:
            return RawTable(file, table, np.arange(2, 2 + len(table)))
    return _read_exactly(file, content)


def _not_text(file: str, content: bytes) -> Problem | None:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as bad:
        before = content[: bad.start]
        start_of_line = before.rfind(b"\n") + 1
        line = before.count(b"\n") + 1
        names = _cells(content.split(b"\n", 1)[0].decode("utf-8", "replace"))
        place = len(_cells(before[start_of_line:].decode("utf-8"))) - 1
        column = names[place] if line > 1 and 0 <= place < len(names) else ""
        byte = bad.start - start_of_line + 1
        return Problem(
            file=file,
            line=line,
            column=column,
            why=f"byte {byte} of the line is not UTF-8",
            found=f"0x{content[bad.start]:02x}",
            allowed="text in UTF-8",
        )
    return None


def _not_a_table(file: str, content: bytes) -> Problem | None:
    if not content.strip():
        return Problem(file=file, why="the file is empty", allowed="a header line and one row a line")
    header = _cells(content.split(b"\n", 1)[0].decode("utf-8"))
    for name in header or [""]:
        if not name.strip():
            return Problem(file=file, why="a column has no name", allowed="a name for each column")
        if header.count(name) > 1:
            return Problem(file=file, column=name, why="the column is there twice", allowed="each column once")
    return None


def _cells(line: str) -> list[str]:
    return next(csv.reader(io.StringIO(line.rstrip("\r\n"), newline="")), [])


def _one_line_a_row(content: bytes) -> bool:
    """Whether rows and lines go together: no blank lines, no line breaks within quotes."""
    if b"\n\n" in content or content.count(b"\r") != content.count(b"\r\n") or b"\n\r\n" in content:
        return False
    return b'"' not in content or all(line.count(b'"') % 2 == 0 for line in io.BytesIO(content))


def _read_plain(content: bytes) -> pd.DataFrame | None:
    """The fast path, for files of one line a row; None where it refuses."""
    header = _cells(content.split(b"\n", 1)[0].decode("utf-8"))
    convert = pa.csv.ConvertOptions(
        column_types={name: pa.large_string() for name in header},
        strings_can_be_null=True,
        quoted_strings_can_be_null=True,
        null_values=[""],
    )
    try:
        table = pa.csv.read_csv(
            io.BytesIO(content), convert_options=convert, parse_options=pa.csv.ParseOptions(ignore_empty_lines=False)
        )
    except pa.ArrowInvalid:
        return None
    return table.to_pandas()


def _read_exactly(file: str, content: bytes) -> RawTable:
    """The slow path: the standard reader, line by line, with every misshapen row named."""
    reader = csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True)
    rows, lines, problems, start = [], [], [], 1
    try:
        header = next(reader)
        start = reader.line_num + 1
        for row in reader:
            if len(row) == len(header):
                rows.append(row)
                lines.append(start)
            elif row:
                problems.append(_misshapen(file, start, header, row))
            start = reader.line_num + 1
    except csv.Error as bad:
        problems.append(
            Problem(
                file=file,
                line=start,
                why=f"the row cannot be taken apart ({bad})",
                allowed='cells between commas, quoted with " where they hold one',
            )
        )
    if problems:
        return RawTable(file, problems=problems)
    frame = pd.DataFrame(rows, columns=header, dtype="str")
    return RawTable(file, frame.mask(frame == ""), np.array(lines, dtype="int64"))


def _misshapen(file: str, line: int, header: list[str], row: list[str]) -> Problem:
    if len(row) > len(header):
        return Problem(
            file=file,
            line=line,
            column=f"after {header[-1]}",
            why="the row has too many fields",
            found=row[len(header)],
            allowed=f"{len(header)} fields, not {len(row)}",
        )
    return Problem(
        file=file,
        line=line,
        column=header[len(row)],
        why="the row has too few fields",
        allowed=f"{len(header)} fields, not {len(row)}",
    )

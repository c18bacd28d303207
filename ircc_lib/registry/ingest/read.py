"""From the bytes of a CSV file to a frame of text, each row with its physical line.

The fast path is pyarrow's reader. Where it refuses, or where cells hold line breaks (so that rows
and lines differ), the standard reader goes over the file once more and says which line is at fault.
Rows and columns at the end that hold nothing, as spreadsheets leave them, are passed over.
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

MOST_COLUMNS = 500
MOST_BYTES = 200_000_000
"""A file beyond these is no table of the registry: it is refused before it is read."""

_BOM = b"\xef\xbb\xbf"
_SAVE_AGAIN = "in Excel: Save as, CSV UTF-8 (comma delimited)"

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
    if path.stat().st_size > MOST_BYTES:
        allowed = f"{MOST_BYTES // 1_000_000} MB at most"
        return RawTable(file, problems=[Problem(file=file, why="the file is too large", allowed=allowed)])
    content = path.read_bytes().removeprefix(_BOM)
    problem = _not_text(file, content) or _not_a_table(file, content)
    if problem:
        return RawTable(file, problems=[problem])
    table = _read_plain(content) if _one_line_a_row(content) else None
    if table is None:
        return _tidied(_read_exactly(file, content))
    return _tidied(RawTable(file, table, np.arange(2, 2 + len(table))))


def _not_text(file: str, content: bytes) -> Problem | None:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or content[:400].count(0) > len(content[:400]) // 4:
        return Problem(
            file=file, why="the file is UTF-16", found=content[:2].hex(" "), allowed=f"UTF-8 ({_SAVE_AGAIN})"
        )
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as bad:
        before = content[: bad.start]
        start_of_line = before.rfind(b"\n") + 1
        line = before.count(b"\n") + 1
        names = _cells(content.split(b"\n", 1)[0].decode("utf-8", "replace"))
        place = len(_cells(before[start_of_line:].decode("utf-8", "replace"))) - 1
        column = names[place] if line > 1 and 0 <= place < len(names) else ""
        byte = bad.start - start_of_line + 1
        return Problem(
            file=file,
            line=line,
            column=column,
            why=f"byte {byte} of the line is not UTF-8",
            found=f"0x{content[bad.start]:02x}",
            allowed=f"text in UTF-8; Windows-1252 is usual for Excel's plain CSV ({_SAVE_AGAIN})",
        )
    return None


def _not_a_table(file: str, content: bytes) -> Problem | None:
    if not content.strip():
        return Problem(file=file, why="the file is empty", allowed="a header line and one row per line")
    first = content.split(b"\n", 1)[0]
    if first.strip(b'" \r').lower().startswith(b"sep=") and len(first.strip()) < 12:
        return Problem(
            file=file,
            why="the first line is a note to Excel and no header",
            found=first.strip().decode("utf-8", "ignore"),
            allowed=f"the names of the columns in the first line, commas between cells ({_SAVE_AGAIN})",
        )
    if first.count(b",") >= MOST_COLUMNS:
        return Problem(
            file=file,
            why="the header has too many columns",
            found=str(first.count(b",") + 1),
            allowed=f"{MOST_COLUMNS} at most",
        )
    for sign, name in ((b";", "semicolons"), (b"\t", "tabs")):
        if first.count(sign) > 1 and first.count(sign) > first.count(b","):
            return Problem(
                file=file,
                why=f"{name} stand between the cells",
                found=first[:60].decode("utf-8", "ignore"),
                allowed=f"commas between cells and decimal points in numbers ({_SAVE_AGAIN}, with the language of "
                "the system set to English)",
            )
    header = _cells(first.decode("utf-8"))
    while header and not header[-1].strip():
        header.pop()  # columns without name at the end: judged when their cells are known
    if not header:
        return Problem(file=file, why="a column has no name", allowed="a name for each column")
    seen: set[str] = set()
    for place, name in enumerate(header):
        if not name.strip():
            return _unnamed(file, place, header)
        if name in seen:
            return Problem(file=file, column=name, why="the column is there twice", allowed="each column once")
        seen.add(name)
    return None


def _unnamed(file: str, place: int, header: list[str]) -> Problem:
    after = f", after {header[place - 1]}" if place else ", before all others"
    return Problem(
        file=file, column=f"column {place + 1}{after}", why="a column has no name", allowed="a name for each column"
    )


def _cells(line: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(line.rstrip("\r\n"), newline="")), [])
    except csv.Error:
        return line.split(",")


def _one_line_a_row(content: bytes) -> bool:
    """Whether rows and lines go together: no blank lines, no line breaks within quotes."""
    if b"\n\n" in content or content.count(b"\r") != content.count(b"\r\n") or b"\n\r\n" in content:
        return False
    if content[: content.find(b"\n")].rstrip(b"\r").endswith(b","):
        return False  # the last column has no name
    return b'"' not in content or all(line.count(b'"') % 2 == 0 for line in io.BytesIO(content))


def _read_plain(content: bytes) -> pd.DataFrame | None:
    """The fast path, for files of one line per row; None where it refuses."""
    header = _cells(content.split(b"\n", 1)[0].decode("utf-8"))
    convert = pa.csv.ConvertOptions(
        column_types={name: pa.large_string() for name in header},
        strings_can_be_null=True,
        quoted_strings_can_be_null=True,
        null_values=[""],
    )
    read = pa.csv.ReadOptions(block_size=max(1 << 20, min(len(content) + 1, 1 << 30)))
    parse = pa.csv.ParseOptions(ignore_empty_lines=False)
    try:
        table = pa.csv.read_csv(io.BytesIO(content), read_options=read, convert_options=convert, parse_options=parse)
    except pa.ArrowInvalid:
        return None
    if table.column_names != header:
        return None
    return table.to_pandas()


def _read_exactly(file: str, content: bytes) -> RawTable:
    """The slow path: the standard reader, line by line, with every misshapen row named."""
    text = content.decode("utf-8")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, lines, problems, start, header = [], [], [], 1, []
    try:
        header = next(reader)
        start = reader.line_num + 1
        for row in reader:
            if len(row) > len(header) and not any(row[len(header) :]):
                row = row[: len(header)]  # commas that a spreadsheet has left at the end
            if not any(row) or (len(row) == 1 and len(header) > 1 and not row[0].strip()):
                pass
            elif len(row) == len(header):
                rows.append(row)
                lines.append(start)
            else:
                problems.append(_misshapen(file, start, header, row))
            start = reader.line_num + 1
    except csv.Error as bad:
        problems.append(_torn(file, text, start, header, bad))
    if problems:
        return RawTable(file, problems=problems)
    frame = pd.DataFrame(rows, columns=header, dtype="str")
    return RawTable(file, frame.mask(frame == ""), np.array(lines, dtype="int64"))


def _tidied(table: RawTable) -> RawTable:
    """Without rows that hold nothing and columns at the end that have no name and hold nothing."""
    frame = table.frame
    if table.problems or not len(frame.columns):
        return table
    named = [place for place, name in enumerate(frame.columns) if name.strip()]
    for place in range(len(frame.columns)):
        if place not in named and frame.iloc[:, place].notna().any():
            table.problems.append(_unnamed(table.file, place, list(frame.columns)))
    if table.problems:
        return table
    frame = frame.iloc[:, named] if len(named) < len(frame.columns) else frame
    filled = frame.notna().any(axis="columns")
    if not filled.all():
        frame, table.lines = frame[filled].reset_index(drop=True), table.lines[filled.to_numpy()]
    table.frame = frame
    return table


def _torn(file: str, text: str, start: int, header: list[str], bad: csv.Error) -> Problem:
    """A row that cannot be taken apart: where its quote opened that is not closed, or closed too early."""
    line, place = _quote(text, start)
    column = header[place] if place < len(header) else f"column {place + 1}"
    if "end of data" in str(bad):
        why = "a quotation mark that opens here is never closed"
    else:
        why = f"the row cannot be taken apart ({bad})"
    return Problem(
        file=file,
        line=line,
        column=column,
        why=why,
        allowed='cells between commas, quoted with " where they hold one; a " within them twice',
    )


def _quote(text: str, start: int) -> tuple[int, int]:
    """The line and the column number of the cell whose quotation mark is at fault, from the row at line ``start``."""
    offset = 0
    for _ in range(start - 1):
        offset = _after_line(text, offset)
    at, line, place, opened = offset, start, 0, None
    while at < len(text):
        sign = text[at]
        if opened is not None:
            close = text.find('"', at)
            if close < 0:
                return opened
            line += text.count("\n", at, close)
            at = close + 1
            if text[at : at + 1] == '"':
                at += 1
                continue
            if text[at : at + 1] not in (",", "\r", "\n", ""):
                return opened
            opened = None
            continue
        if sign == '"' and (at == offset or text[at - 1] == ","):
            opened = (line, place)
        elif sign == ",":
            place += 1
        elif sign in "\r\n":
            break
        at += 1
    return start, 0


def _after_line(text: str, offset: int) -> int:
    ends = [end for end in (text.find("\n", offset), text.find("\r", offset)) if end >= 0]
    if not ends:
        return len(text)
    end = min(ends)
    return end + (2 if text[end : end + 2] == "\r\n" else 1)


def _misshapen(file: str, line: int, header: list[str], row: list[str]) -> Problem:
    if len(row) > len(header):
        comma = any(left[-1:].isdigit() and right[:1].isdigit() for left, right in zip(row, row[1:]))
        return Problem(
            file=file,
            line=line,
            column=f"after {header[-1]}",
            why="the row has too many fields",
            found=row[len(header)],
            allowed=f"{len(header)} fields, not {len(row)}"
            + (' (a decimal comma? write a point, or quote the cell with ")' if comma else ""),
        )
    return Problem(
        file=file,
        line=line,
        column=header[len(row)],
        why="the row has too few fields",
        allowed=f"{len(header)} fields, not {len(row)}",
    )

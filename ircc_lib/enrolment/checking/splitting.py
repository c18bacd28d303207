"""Cells that hold what belongs into several, and numbers with what people type beside them."""

from __future__ import annotations

import re

from ircc_lib.enrolment.bundle import Bundle, Finding, Row
from ircc_lib.enrolment.checking.words import word_for
from ircc_lib.enrolment.columns import about, allowed_values, kind
from ircc_lib.enrolment.decisions import Decisions
from ircc_lib.registry.parse import bare_number
from ircc_lib.registry.parse.quantities import plain_text
from ircc_lib.registry.schema.tables import raw_schemas

_N = r"(\d+(?:\.\d+)?|\.\d+)"
_BETWEEN = r"\s*(?:-|to|bis|;|,\s)\s*"
_INTERVAL = re.compile(rf"[(\[]?\s*(?:95\s?%\s?(?:CI|KI)?\s*[:,=]?\s*)?{_N}\s*%?{_BETWEEN}{_N}\s*%?\s*[)\]]?", re.I)
_WITH_INTERVAL = re.compile(
    rf"(?:(?:HR|RR|OR)\s*[=:]?\s*)?{_N}\s*%?\s*[,;]?\s*(?P<open>[(\[])?\s*(?P<said>95\s?%\s?(?:CI|KI)\s*[:,=]?\s*)?"
    rf"{_N}\s*%?{_BETWEEN}{_N}\s*%?\s*(?P<close>[)\]])?",
    re.I,
)
_OF = re.compile(r"(\d+)\s*(?:/|of|von)\s*(\d+)(?:\s*[(\[]\s*(\d+(?:\.\d+)?)\s*%?\s*[)\]])?", re.I)
_SHARE = re.compile(r"(\d+)\s*[(\[]\s*(\d+(?:\.\d+)?)\s*%\s*[)\]]")

_INTERVALS = {"comparisons": "estimate", "medians": "median_reported", "landmarks": "survival_pct"}
"""The column whose interval stands in ``ci_low`` and ``ci_high``."""

_TIMES = {"medians": "median_reported", "landmarks": "time"}
"""The column whose unit stands in ``unit``."""

_SPREAD = {"trials": ("age_median", "followup_months"), "medians": ("median_reported",)}
"""Columns of medians beside which papers print a range or a standard deviation."""

_PARTS = {
    "adverse_events": {"n_affected": ("n_at_risk", "pct")},
    "responses": dict.fromkeys(("cr", "pr", "mr", "sd", "pd"), ("n_evaluable", "")),
}
"""Columns of counts, with those of their whole and of their share."""


def split_cells(bundle: Bundle, decisions: Decisions) -> None:
    """Propose the cells that were meant, for each row of a bundle, in place."""
    for row in bundle.rows:
        if row.table in _INTERVALS:
            _interval(bundle, row, _INTERVALS[row.table], decisions)
        for column, (whole, share) in _PARTS.get(row.table, {}).items():
            _part(bundle, row, column, whole, share, decisions)
        if row.table == "trials":
            _period(bundle, row, decisions)
        if row.table in _TIMES:
            _timed(bundle, row, _TIMES[row.table], decisions)
        for column in _SPREAD.get(row.table, ()):
            _spread(bundle, row, column, decisions)
        for column, text in list(row.cells.items()):
            _bare(bundle, row, column, text, decisions)


def _interval(bundle: Bundle, row: Row, column: str, decisions: Decisions) -> None:
    """A value with its interval in brackets, and an interval in the cell of its lower bound."""
    said = plain_text(row.cells.get(column, ""))
    found = _WITH_INTERVAL.fullmatch(said)
    if found and (found["open"] or found["said"]):
        value, low, high = found[1], found[4], found[5]
        if float(low) <= float(value) <= float(high):
            if row.table == "medians" and not found["said"]:
                _ask_what_is_in_brackets(bundle, row, column, (value, low, high), decisions)
            else:
                _put(bundle, row, column, {column: value, "ci_low": low, "ci_high": high}, decisions)
        return
    low_said, high_said = plain_text(row.cells.get("ci_low", "")), row.cells.get("ci_high", "")
    if (bounds := _INTERVAL.fullmatch(low_said)) and high_said in ("", bounds[2], row.cells["ci_low"]):
        if float(bounds[1]) <= float(bounds[2]):
            row.cells.pop("ci_high", None)
            _put(bundle, row, "ci_low", {"ci_low": bounds[1], "ci_high": bounds[2]}, decisions)


def _ask_what_is_in_brackets(
    bundle: Bundle, row: Row, column: str, numbers: tuple[str, str, str], decisions: Decisions
) -> None:
    value, low, high = numbers
    choices = ("95 % interval", "range or quartiles")
    question = Finding(
        level="question", why="a median with a pair of numbers in brackets: what are they?", place=row.place_of(column),
        key=row.place_of(column) or row.place, trial=row.trial, table=row.table, column=column, found=row.cells[column],
        choices=choices,
    )  # fmt: skip
    bundle.findings.append(question)
    answer = decisions.answer(question)
    if answer == choices[0]:
        _put(bundle, row, column, {column: value, "ci_low": low, "ci_high": high}, decisions)
    elif answer == choices[1]:
        note = _noted(row, f"range or quartiles {low}-{high}")
        _put(bundle, row, column, {column: value, "note": note}, decisions, ("note",))


def _part(bundle: Bundle, row: Row, column: str, whole: str, share: str, decisions: Decisions) -> None:
    """``12/45 (26.7%)``: the number affected, at risk, and the rate."""
    said = plain_text(row.cells.get(column, ""))
    if found := _OF.fullmatch(said):
        cells = {column: found[1], whole: found[2]}
        if share and found[3]:
            cells[share] = found[3]
        if int(found[1]) <= int(found[2]):
            _put(bundle, row, column, cells, decisions)
    elif share and (found := _SHARE.fullmatch(said)):
        _put(bundle, row, column, {column: found[1], share: found[2]}, decisions)


def _spread(bundle: Bundle, row: Row, column: str, decisions: Decisions) -> None:
    """``57 (34-78)`` is a number and its range, which the note keeps; ``57 ± 9`` is rather a mean, which is asked."""
    said = plain_text(row.cells.get(column, ""))
    if (found := _WITH_INTERVAL.fullmatch(said)) and found["open"] and row.table == "trials":
        value, low, high = found[1], found[4], found[5]
        if float(low) <= float(value) <= float(high):
            _put(
                bundle,
                row,
                column,
                {column: value, "note": _noted(row, f"{column} {low}-{high}")},
                decisions,
                ("note",),
            )
        return
    if not (found := re.fullmatch(rf"{_N}\s*(?:±|\+/?-)\s*{_N}", said)):
        return
    question = Finding(
        level="question", why="a number with ± is rather a mean: is it the median?", place=row.place_of(column),
        key=row.place_of(column) or row.place, trial=row.trial, table=row.table, column=column, found=row.cells[column],
        choices=("mean", "median"),
    )  # fmt: skip
    bundle.findings.append(question)
    answer = decisions.answer(question)
    if answer == "median":
        _put(
            bundle, row, column, {column: found[1], "note": _noted(row, f"{column} ± {found[2]}")}, decisions, ("note",)
        )
    elif answer == "mean" and "statistic" in raw_schemas()[row.table].columns:
        cells = {column: found[1], "statistic": "mean", "note": _noted(row, f"± {found[2]}")}
        _put(bundle, row, column, cells, decisions, ("note", "statistic"))
    elif answer == "mean":
        _put(
            bundle,
            row,
            column,
            {column: "", "note": _noted(row, f"mean instead of {column}: {said}")},
            decisions,
            ("note",),
        )


def _noted(row: Row, words: str) -> str:
    return "; ".join(part for part in (row.cells.get("note", ""), words) if part)


def _period(bundle: Bundle, row: Row, decisions: Decisions) -> None:
    """``2008-2012`` in the cell of the first date, or of the last."""
    for column in ("enrol_start", "enrol_end"):
        said = plain_text(row.cells.get(column, ""))
        if found := re.fullmatch(rf"({_DATE}){_BETWEEN}({_DATE})", said):
            other = row.cells.get("enrol_end" if column == "enrol_start" else "enrol_start", "")
            if found[1] <= found[2] and other in ("", row.cells[column], found[1], found[2]):
                row.cells.pop("enrol_end" if column == "enrol_start" else "enrol_start", None)
                _put(bundle, row, column, {"enrol_start": found[1], "enrol_end": found[2]}, decisions)
            return


_DATE = r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?!\d))?"


def _timed(bundle: Bundle, row: Row, column: str, decisions: Decisions) -> None:
    """``3-year`` and ``14.2 Monate``: the number, and the unit in its own column."""
    found = re.fullmatch(rf"{_N}\s*-?\s*([^\W\d]+)\.?", plain_text(row.cells.get(column, "")))
    if not found:
        return
    known = allowed_values(row.table, "unit")
    unit = found[2] if found[2] in known else word_for(row.table, "unit", found[2])
    if unit in known:
        _put(bundle, row, column, {column: found[1], "unit": unit}, decisions)


def _put(
    bundle: Bundle, row: Row, column: str, cells: dict[str, str], decisions: Decisions, over: tuple[str, ...] = ()
) -> None:
    """Put the parts of a cell into their columns, unless one of them holds something else."""
    others = {name: text for name, text in cells.items() if name != column and name not in over}
    if "several in a cell" in decisions.declined or any(
        name not in raw_schemas()[row.table].columns or (row.cells.get(name) and not _same(row.cells[name], text))
        for name, text in others.items()
    ):
        return
    found = row.cells[column]
    for name, text in cells.items():
        if name != column and row.cells.get(name) and name not in over:
            continue
        row.cells[name] = text
        if not text:
            del row.cells[name]
        bundle.findings.append(
            Finding(level="repair", why="each number in its own cell", place=row.place_of(column), trial=row.trial,
                    table=row.table, column=name, found=found, becomes=text, rule="several in a cell")
        )  # fmt: skip


def _same(one: str, other: str) -> bool:
    try:
        return abs(float(one) - float(other)) < 0.06
    except ValueError:
        return one == other


def _bare(bundle: Bundle, row: Row, column: str, text: str, decisions: Decisions) -> None:
    """A number freed of its footnote's mark, its ``n =`` or its unit."""
    kinds = "number" if column in _READ_WITH_WORDS else kind(row.table, column)
    if kinds == "text" or "beside the number" in decisions.declined or _is_number(text, whole=kinds == "count"):
        return
    unit = about(row.table, column).get("unit")
    if (number := bare_number(text, unit)) is None or column in _READ_WITH_WORDS and not _is_number(number):
        return
    row.cells[column] = number
    bundle.findings.append(
        Finding(level="repair", why="the number alone", place=row.place_of(column), trial=row.trial, table=row.table,
                column=column, found=text, becomes=number, rule="beside the number")
    )  # fmt: skip


_READ_WITH_WORDS = ("median_reported",)
"""Columns of text in which a lone number is usual, beside words."""


def _is_number(text: str, *, whole: bool = False) -> bool:
    try:
        return float(text).is_integer() or not whole
    except ValueError:
        return False

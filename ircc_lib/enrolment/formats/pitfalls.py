"""What spreadsheets and habits do to a cell, and what is proposed for it.

White space at the ends goes without a word. Everything else is a repair that is shown, a question, or an error.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Any

from ircc_lib.enrolment.bundle import Finding
from ircc_lib.enrolment.columns import is_date, is_numeric, kind, pattern_of, reads
from ircc_lib.enrolment.decisions import Decisions
from ircc_lib.registry.ingest.scripts import latin


@dataclass(frozen=True)
class Found:
    """A cell as it was found: its value, how it is shown, and the formula it came from."""

    value: object
    place: str
    number_format: str = "General"
    formula: str = ""


UNKNOWN_WORDS = {
    "n/a", "na", "n.a.", "n. a.", "-", "--", "–", "—", "k. a.", "k.a.", "ka", "nr", "n.r.", "not reported", "not stated",
    "not given", "unknown", "unbekannt", "keine angabe", "keine angaben", "nicht angegeben", "missing", "null", "none given",
    "not available", "nd", "n.d.", "?", "??", ".", "未知", "不详", "无数据",
}  # fmt: skip
"""What people write where a report says nothing; an empty cell says it."""

_IDENTIFIERS = ("trial_id", "cohort", "other_trial_id", "enrolled_as", "registration_id", "endpoint", "record")
"""Columns whose words are Latin letters and digits alone."""

_KEPT_WORDS = ("not stated", "unreported", "unclear")
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "mär": 3, "mrz": 3, "apr": 4, "may": 5, "mai": 5, "jun": 6, "jul": 7, "aug": 8,
    "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12,
}  # fmt: skip
_MONTH = "|".join(_MONTHS)
_DAY_MONTH = re.compile(rf"(\d{{1,2}})[.\- ]+({_MONTH})[a-zä]*\.?", re.I)
_MONTH_DAY = re.compile(rf"({_MONTH})[a-zä]*\.?[ \-]+(\d{{1,2}})", re.I)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_ODD = {
    "\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u2009": " ", "\u3000": " ",
    "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "", "\ufeff": "", "\u00ad": "",
}  # fmt: skip
_ERRORS = ("#NAME?", "#REF!", "#DIV/0!", "#VALUE!", "#N/A", "#NULL!", "#NUM!")


def settle(table: str, column: str, found: Found, decisions: Decisions) -> tuple[str, list[Finding]]:
    """The text of a cell for a column of a table, and what was noticed.

    Examples
    --------
    >>> settle("trials", "followup_months", Found("57,2", "trials!E3"), Decisions())[0]
    '57.2'
    """
    reader = _Cell(table, column, found, decisions)
    return reader.text(), reader.findings


def plain_number(value: float) -> str:
    """A number as a person would type it.

    >>> plain_number(57.0), plain_number(0.1 + 0.2)
    ('57', '0.3')
    """
    if isinstance(value, int) or float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.15g}"


class _Cell:
    def __init__(self, table: str, column: str, found: Found, decisions: Decisions) -> None:
        self.table, self.column, self.found, self.decisions = table, column, found, decisions
        self.findings: list[Finding] = []

    def text(self) -> str:
        value = self.found.value
        if self.found.formula:
            if value is None or value == "":
                self._error(
                    "a formula without a value; a text that begins with = + - or @ needs an apostrophe before it"
                )
                return ""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
            text = self._of_date(value)
        elif isinstance(value, (int, float)):
            text = self._of_number(value)
        else:
            text = self._of_text(str(value))
        if self.found.formula:
            text = self._repair("formula", self.found.formula, text, "the value of a formula is taken")
        return text

    def _say(self, level: str, why: str, **about: Any) -> Finding:
        finding = Finding(level=level, why=why, place=self.found.place, table=self.table, column=self.column, **about)
        self.findings.append(finding)
        return finding

    def _error(self, why: str, found: object = "") -> None:
        self._say("error", why, found=str(found))

    def _repair(self, rule: str, found: str, becomes: str, why: str) -> str:
        if rule in self.decisions.declined:
            return found
        self._say("repair", why, found=found, becomes=becomes, rule=rule)
        return becomes

    def _ask(self, why: str, found: str, choices: tuple[str, ...], default: str | None = None) -> str:
        question = self._say("question", why, found=found, key=self.found.place, choices=choices, default=default)
        answer = self.decisions.answer(question)
        return found if answer is None else answer

    # dates -----------------------------------------------------------------------------------------------------
    def _of_date(self, value: Any) -> str:
        if isinstance(value, datetime.time):
            self._error("a time of day where text was typed", value)
            return ""
        shown = self.found.number_format.lower()
        if (number := self._of_serial(value)) is not None:
            return self._repair(
                "number shown as a date", f"{value:%Y-%m-%d}", number, "a number in a cell made for dates"
            )
        if is_date(self.table, self.column):
            whole = "d" in shown.replace("[$", "")
            becomes = f"{value:%Y-%m-%d}" if whole or "m" not in shown else f"{value:%Y-%m}"
            return self._repair("date", f"{value:%Y-%m-%d} ({self.found.number_format})", becomes, "a date cell")
        return self._undate(value.day, value.month, f"{value:%d %b %Y}", "yy" in shown and "d" not in shown)

    def _of_serial(self, value: Any) -> str | None:
        """The number of a cell that is only shown as a date: 45 as 14 February 1900, the year 2018 as 10 July 1905."""
        if kind(self.table, self.column) == "text":
            return None
        if self.column == "year" and value.year >= 1985:
            return str(value.year)
        if value.year >= 1927:
            return None
        moment = (
            value if isinstance(value, datetime.datetime) else datetime.datetime(value.year, value.month, value.day)
        )
        days = (moment - datetime.datetime(1899, 12, 30)).total_seconds() / 86400
        return plain_number(round(days if days > 60 else days - 1, 6))

    def _undate(self, day: int, month: int, shown: str, ambiguous: bool) -> str:
        low, high = sorted((day, month))
        between = "/" if pattern_of(self.table, self.column) else "-"
        becomes = f"{low}{between}{high}"
        said = reads(self.table, self.column)
        if kind(self.table, self.column) != "text" or "duration" in said or "p-value" in said:
            choices = (f"{month}.{day}", f"{day}.{month}", becomes)
            return self._ask("a spreadsheet has made a date of a number or a range: what was typed?", shown, choices)
        if ambiguous:
            return self._ask("a spreadsheet has made a month of this: what was typed?", shown, (becomes, "..."))
        return self._repair("date from text", shown, becomes, "a spreadsheet has made a date of this")

    # numbers ---------------------------------------------------------------------------------------------------
    def _of_number(self, value: float) -> str:
        if abs(value) >= 1e15:
            self._error("a number of more than 15 digits, of which a spreadsheet loses the last", value)
            return ""
        text = plain_number(value)
        shown = self.found.number_format
        if "%" in shown and self._wants_number():
            return self._repair("percent cell", text, plain_number(round(value * 100, 10)), "the cell is shown in %")
        if is_date(self.table, self.column) and float(value).is_integer() and 20000 <= value <= 60000:
            return self._ask_for_day(text)
        if is_date(self.table, self.column) and (month := re.fullmatch(r"((?:19|20)\d\d)\.(\d{1,2})", text)):
            ways = {f"{month[1]}-{int(one):02}" for one in (month[2], month[2] + "0") if 1 <= int(one) <= 12}
            return self._ask("a date typed as a number: which month?", text, (*sorted(ways), "...")) if ways else text
        if kind(self.table, self.column) == "text" and ("E+" in shown.upper() or abs(value) >= 1e11):
            return self._repair("number shown short", f"{value:.3G}", text, "the full number is taken")
        return text

    def _ask_for_day(self, text: str) -> str:
        day = datetime.date(1899, 12, 30) + datetime.timedelta(days=int(text))
        return self._ask("the number of a day instead of a date?", text, (f"{day:%Y-%m-%d}", f"{day:%Y-%m}", "..."))

    def _wants_number(self) -> bool:
        return is_numeric(self.table, self.column) and "p-value" not in reads(self.table, self.column)

    # text ------------------------------------------------------------------------------------------------------
    def _of_text(self, value: str) -> str:
        text = value.strip(" \t\r\n")
        if not text:
            return ""
        if text.upper() in _ERRORS:
            self._error("the cell holds a spreadsheet's error", text)
            return ""
        text = self._ordinary_characters(text)
        if text.startswith("'") and len(text) > 1 and text.count("'") == 1:
            text = self._repair("apostrophe", text, text[1:], "an apostrophe before the text")
        if self._is_unknown(text):
            return self._empty(text)
        if self.column == "source_url" and re.match(r"(?:www\.|doi\.org/|pubmed\.|pmc\.)[\w./-]", text, re.I):
            text = self._repair("web address", text, "https://" + text, "an address of the web")
        if re.search(r"\ufffd|\w\?\w", text) and not text.lower().startswith(("http", "doi")):
            text = self._ask("a character was lost on the way (often ≥, ± or ×): what stood here?", text, ("...",))
        if re.fullmatch(r"\d[.,]\d+E\+\d+", text, re.I) and kind(self.table, self.column) == "text":
            if not is_numeric(self.table, self.column):
                self._error("a number shown short (as 4,16E+07), its digits are lost: type it as text", text)
                return text
        text = self._without_comma(text)
        return self._without_date(text)

    def _is_unknown(self, text: str) -> bool:
        said = text.casefold()
        return said in UNKNOWN_WORDS and not (said in _KEPT_WORDS and self._lists(said))

    def _lists(self, said: str) -> bool:
        from ircc_lib.enrolment.columns import allowed_values

        return said in allowed_values(self.table, self.column)

    def _empty(self, text: str) -> str:
        if "not reached" in reads(self.table, self.column) and text.casefold() in ("nr", "n.r."):
            choices = ("not reached", "[empty]")
            answer = self._ask("NR: not reached, or not reported?", text, choices)
            return "" if answer == "[empty]" else answer
        return self._repair("unknown", text, "", "what is not stated stays empty")

    def _ordinary_characters(self, text: str) -> str:
        cleaned = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda digits: "^" + digits[0].translate(_SUPERSCRIPTS), text)
        cleaned = "".join(chr(ord(one) - 0xFEE0) if "！" <= one <= "～" else _ODD.get(one, one) for one in cleaned)
        if is_numeric(self.table, self.column) or is_date(self.table, self.column) or self._coded():
            cleaned = re.sub(r"[\u2010-\u2015\u2212]", "-", cleaned)
        coded = self._coded() or self.column in _IDENTIFIERS
        cleaned = latin(re.sub(r"  +", " ", cleaned).strip(), identifier=coded)
        if cleaned == text:
            return text
        return self._repair("characters", text, cleaned, "characters that only look like the usual ones")

    def _coded(self) -> bool:
        from ircc_lib.enrolment.columns import allowed_values

        return bool(pattern_of(self.table, self.column) or allowed_values(self.table, self.column))

    def _without_comma(self, text: str) -> str:
        if not is_numeric(self.table, self.column):
            return text
        if whole := re.fullmatch(r"([-+]?\d+),(\d{3})", text):
            if kind(self.table, self.column) == "count":
                return self._repair("thousands comma", text, whole[1] + whole[2], "a comma between thousands")
            return self._ask("a comma: thousands, or decimals?", text, (whole[1] + whole[2], f"{whole[1]}.{whole[2]}"))
        pointed = re.sub(r"(?<![\d,.])(\d+),(\d{1,2})(?![\d,])", r"\1.\2", text)
        if re.fullmatch(r"[-+<>=≤≥ ]*\d+,\d+", text):
            pointed = text.replace(",", ".")
        return text if pointed == text else self._repair("decimal comma", text, pointed, "a comma for a decimal point")

    def _without_date(self, text: str) -> str:
        match = _DAY_MONTH.fullmatch(text)
        if match:
            day, month = int(match[1]), _MONTHS[match[2].lower()]
        elif match := _MONTH_DAY.fullmatch(text):
            day, month = int(match[2]), _MONTHS[match[1].lower()]
        else:
            return self._iso_date(text) if is_date(self.table, self.column) else text
        if is_date(self.table, self.column) and (short := re.fullmatch(rf"({_MONTH})-(\d\d)", text, re.I)):
            year = int(short[2]) + (1900 if int(short[2]) >= 85 else 2000)
            return self._repair("date", text, f"{year}-{_MONTHS[short[1].lower()]:02}", "a date in the registry's form")
        if is_date(self.table, self.column) or self.column in ("title", "note", "locator"):
            return text
        return self._undate(day, month, text, ambiguous=False)

    def _iso_date(self, text: str) -> str:
        if re.fullmatch(r"[2-5]\d{4}", text):
            return self._ask_for_day(text)
        if match := re.fullmatch(r"((?:19|20)\d\d)\s*[年년]\s*(\d{1,2})\s*[月월](?:\s*(\d{1,2})\s*[日일])?", text):
            becomes = f"{match[1]}-{int(match[2]):02}" + (f"-{int(match[3]):02}" if match[3] else "")
        elif match := re.fullmatch(rf"(\d{{1,2}})[. ]+({_MONTH})[a-zä]*\.?,? +((?:19|20)\d\d)", text, re.I):
            becomes = f"{match[3]}-{_MONTHS[match[2].lower()]:02}-{int(match[1]):02}"
        elif match := re.fullmatch(rf"({_MONTH})[a-zä]*\.? +(\d{{1,2}}),? +((?:19|20)\d\d)", text, re.I):
            becomes = f"{match[3]}-{_MONTHS[match[1].lower()]:02}-{int(match[2]):02}"
        elif match := re.fullmatch(r"((?:19|20)\d\d)-(\d{1,2})(?:-(\d{1,2}))?", text):
            becomes = f"{match[1]}-{int(match[2]):02}" + (f"-{int(match[3]):02}" if match[3] else "")
        elif match := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)", text):
            becomes = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
        elif match := re.fullmatch(rf"({_MONTH})[a-zä]*\.? ((?:19|20)\d\d)", text, re.I):
            becomes = f"{match[2]}-{_MONTHS[match[1].lower()]:02}"
        elif match := re.fullmatch(r"((?:19|20)\d\d)[/.](\d{1,2})", text):
            becomes = f"{match[1]}-{int(match[2]):02}"
        elif match := re.fullmatch(r"(\d{1,2})[/.]((?:19|20)\d\d)", text):
            becomes = f"{match[2]}-{int(match[1]):02}"
        elif match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/((?:19|20)\d\d)", text):
            first, second, year = int(match[1]), int(match[2]), match[3]
            ways = {f"{year}-{m:02}-{d:02}" for d, m in ((first, second), (second, first)) if m <= 12}
            if len(ways) == 2:
                return self._ask("which is the day, which the month?", text, tuple(sorted(ways)))
            becomes = ways.pop() if ways else text
        else:
            return text
        return text if becomes == text else self._repair("date", text, becomes, "a date in the registry's form")

"""The XML of WHO's search portal (ICTRP). Dates are written in each register's own way."""

from __future__ import annotations

import datetime
import re
from xml.etree.ElementTree import Element

from ircc_lib.enrolment.bundle import Bundle, Finding
from ircc_lib.enrolment.decisions import Decisions
from ircc_lib.enrolment.formats.ctgov import registration_row
from ircc_lib.enrolment.formats.pubmed import parse_xml, text_of

_DAY_FIRST = (
    "NCT",
    "CTRI",
    "ISRCTN",
    "ACTRN",
    "DRKS",
    "EUCTR",
    "JPRN",
    "NTR",
    "NL",
    "PACTR",
    "RBR",
    "TCTR",
    "PER",
    "LBCTR",
    "CTIS",
    "RPCEC",
)
_MONTHS = "January February March April May June July August September October November December".split()


def read_ictrp(content: bytes, source: str, decisions: Decisions) -> Bundle:
    """The trials of an export, each for ``registrations``."""
    bundle = Bundle("ictrp", source)
    trials = list(parse_xml(content, source).iter("Trial"))
    for trial in trials:
        _trial(trial, bundle, decisions)
    if not trials:
        bundle.error("no trial is in the file", place=source)
    return bundle


def _trial(trial: Element, bundle: Bundle, decisions: Decisions) -> None:
    number = _plain(trial, "TrialID")
    if not number:
        bundle.error("a trial without a number", place=bundle.source)
        return
    where = f"{bundle.source}: {number}"
    number = re.sub(r"^(EUCTR\d{4}-\d{6}-\d{2})-.*$", r"\1", number)
    cells = {
        "registration_id": number,
        "title": _plain(trial, "Public_title") or _plain(trial, "Scientific_title"),
        "status": _plain(trial, "Recruitment_Status"),
        "phase": phase_of(_plain(trial, "Phase")),
        "condition": _plain(trial, "Condition"),
        "n_planned": _size(_plain(trial, "Target_size"), where, bundle),
        "country": "; ".join(
            dict.fromkeys(part.strip() for part in _plain(trial, "Countries").split(";") if part.strip())
        ),
        "start": _date(_plain(trial, "Date_enrollement", "Date_enrolment"), number, where, bundle, decisions),
        "registered": _compact(_plain(trial, "Date_registration3")),
        "source_url": _plain(trial, "web_address"),
    }
    if not cells["source_url"]:
        cells["source_url"] = f"https://trialsearch.who.int/Trial2.aspx?TrialID={number}"
    bundle.rows.append(registration_row(cells, where))


def _plain(trial: Element, *names: str) -> str:
    for name in names:
        text = re.sub(r"<br\s*/?>", "; ", text_of(trial, name), flags=re.I)
        text = re.sub(r"<[^>]+>", "", text).strip(" ;")
        if text:
            return re.sub(r"(?:\s*;)+\s*", "; ", text)
    return ""


def phase_of(text: str) -> str:
    """The phase in any register's wording; empty where there is none.

    >>> phase_of("1-2"), phase_of("Phase 1/ Phase 2"), phase_of("Phase II/III"), phase_of("N/A")
    ('1/2', '1/2', '2/3', '')
    """
    if "yes" in text.casefold() and re.search(r"\(phase", text, re.I):  # EUCTR: four sentences, each yes or no
        found = [
            match[1]
            for sentence in re.split(r"[\n;]|(?<=yes)|(?<=no)", text)
            if (match := re.search(r"\(phase (I{1,3}V?|IV)\)", sentence, re.I)) and "yes" in sentence.casefold()
        ]
        text = "/".join(found)
    roman = {"I": "1", "II": "2", "III": "3", "IV": "4"}
    parts = [roman.get(part.upper(), part) for part in re.findall(r"\b(?:IV|I{1,3}|[1-4])(?![\w])", text, re.I)]
    return "/".join(list(dict.fromkeys(parts))[:2])


def _size(text: str, where: str, bundle: Bundle) -> str:
    numbers = [
        int(number)
        for number in re.findall(r"\d+", re.sub(r"[^\d;:,\s]+\s*\d+\s*:", ":", text) if ":" in text else text)
    ]
    if not numbers:
        return ""
    if text.isdigit():
        return text
    groups = [part for part in text.split(";") if part.strip()]
    if ":" in text and not all(re.search(r":\s*\d+\s*$", part) for part in groups):
        bundle.note("the size of a group cannot be read, so no total is taken", place=where, found=text)
        return ""
    counted = [int(number) for number in re.findall(r":\s*(\d+)", text)] or numbers
    total = str(sum(counted))
    bundle.findings.append(
        Finding(level="repair", why="patients of the groups added", place=where, table="registrations",
                column="n_planned", found=text, becomes=total, rule="sum of groups")
    )  # fmt: skip
    return total


def _compact(text: str) -> str:
    match = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text)
    return "-".join(match.groups()) if match else ""


def _date(text: str, number: str, where: str, bundle: Bundle, decisions: Decisions) -> str:
    text = re.sub(r"[ T]\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?Z?$", "", text)
    if not text:
        return ""
    if re.fullmatch(r"\d{4}(?:-\d\d){0,2}", text):
        return text
    if match := re.fullmatch(r"(?:(\d{1,2}) )?([A-Za-z]{3,9})\.?,? (?:(\d{1,2}), )?(\d{4})", text):
        month = next((at for at, name in enumerate(_MONTHS, start=1) if name.startswith(match[2].capitalize()[:3])), 0)
        day = match[1] or match[3]
        if month:
            return f"{match[4]}-{month:02}" + (f"-{int(day):02}" if day else "")
    if match := re.fullmatch(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})", text):
        return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    if match := re.fullmatch(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", text):
        return _day_and_month(match, text, number, where, bundle, decisions)
    bundle.note("the date of the first enrolment cannot be read", place=where, found=text)
    return ""


def _day_and_month(
    match: re.Match[str], text: str, number: str, where: str, bundle: Bundle, decisions: Decisions
) -> str:
    first, second, year = int(match[1]), int(match[2]), match[3]
    ways = []
    for day, month in ((first, second), (second, first)):
        try:
            ways.append(datetime.date(int(year), month, day).isoformat())
        except ValueError:
            continue
    if not ways:
        return ""
    if len(set(ways)) == 1 or number.startswith(_DAY_FIRST):
        return ways[0]
    question = Finding(level="question", why="which is the day, which the month?", found=text, place=where,
                       key=f"date:{number}", table="registrations", column="start", choices=tuple(ways))  # fmt: skip
    bundle.findings.append(question)
    return decisions.answer(question) or ""

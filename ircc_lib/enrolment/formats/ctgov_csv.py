"""The CSV of ClinicalTrials.gov's website, of today (30 columns) and of before 2023, however it was saved."""

from __future__ import annotations

import csv
import io
import re

from ircc_lib.enrolment.bundle import Bundle
from ircc_lib.enrolment.formats.ctgov import registration_row, status_words
from ircc_lib.enrolment.formats.ictrp import phase_of
from ircc_lib.enrolment.formats.recognise import header_of

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_website_csv(text: str, source: str) -> Bundle:
    """Entries for ``registrations``; this file has no arms and does not say whether a number is planned or actual.

    Parameters
    ----------
    text : str
    source : str
        The name of the file, for sentences.
    """
    bundle = Bundle("ctgov-csv", source)
    bundle.note("this export does not say whether the patients were planned or enrolled; their number is left out")
    text = text.lstrip("\ufeff")
    for line, row in enumerate(csv.DictReader(io.StringIO(text, newline=""), delimiter=header_of(text)[1]), start=2):
        said = {(name or "").strip(): (cell or "").strip() for name, cell in row.items() if isinstance(cell, str)}
        if number := said.get("NCT Number", ""):
            bundle.rows.append(registration_row(_cells(number, said), f"{source}:{line}"))
    if not bundle.rows:
        bundle.error("no trial is in the file", place=source)
    return bundle


def _cells(number: str, said: dict[str, str]) -> dict[str, str]:
    phases = said.get("Phases", "").replace("EARLY_PHASE1", "1").replace("Early Phase 1", "1").replace("PHASE", "")
    return {
        "registration_id": number,
        "title": said.get("Study Title") or said.get("Title", ""),
        "status": status_words(said.get("Study Status") or said.get("Status", "")),
        "phase": phase_of(phases.replace("|", " / ")),
        "condition": "; ".join(filter(None, said.get("Conditions", "").split("|"))),
        "country": "; ".join(dict.fromkeys(_country(place) for place in said.get("Locations", "").split("|") if place)),
        "start": _date(said.get("Start Date", "")),
        "source_url": f"https://clinicaltrials.gov/study/{number}",
    }


def _country(place: str) -> str:
    """The country at the end of a place; that of ``Seoul, Korea, Republic of`` has a comma of its own."""
    parts = [part.strip() for part in place.split(",")]
    return ", ".join(parts[-2:]) if parts[-1].endswith("Republic of") and len(parts) > 1 else parts[-1]


def _date(text: str) -> str:
    """A date as the registry writes one: ``June 2008``, ``June 5, 2008`` and ``2008-06`` are read."""
    match = re.fullmatch(r"([A-Za-z]{3})[a-z]*\.? (?:(\d{1,2}), )?(\d{4})", text)
    if not match or match[1].casefold() not in _MONTHS:
        return text
    month = _MONTHS.index(match[1].casefold()) + 1
    return f"{match[3]}-{month:02}" + (f"-{int(match[2]):02}" if match[2] else "")

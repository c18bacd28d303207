"""Whether a report is there already, and whether its patients may be.

The same report is told by PMID, DOI, register number with year and kind of publication, then title; the first
that decides. Different DOIs never are the same report. The same patients cannot be told by rule (tried on the
registry's known pairs: any rule found few and raised many false alarms), so they are listed with the evidence.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ircc_lib.enrolment.writing.tables import raw_rows
from ircc_lib.text import capital

ALIKE = 0.95
"""Likeness of titles (difflib's ratio) from which they are taken for one."""
FOLLOW_UP = re.compile(r"follow[- ]?up|extended|update|long[- ]term|same patients|\d+[- ]year", re.I)


@dataclass(frozen=True)
class Match:
    """A report of the registry and what speaks for it."""

    trial_id: str
    evidence: str


@lru_cache(maxsize=100_000)
def plain_title(title: str) -> str:
    """A title for comparison: without brackets, markup, signs and case.

    >>> plain_title("[Effect of <i>CIK</i> cells].")
    'effect of cik cells'
    """
    bare = re.sub(r"<[^>]+>|\(title translated\)", "", title)
    return re.sub(r"[\W_]+", " ", bare.casefold()).strip()


@lru_cache(maxsize=100_000)
def plain_doi(doi: str) -> str:
    """A DOI in lower case without its resolver.

    >>> plain_doi("https://doi.org/10.18632/Oncotarget.27242")
    '10.18632/oncotarget.27242'
    """
    return re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", doi.strip(), flags=re.I).casefold().rstrip(".")


@lru_cache(maxsize=100_000)
def plain_pmid(pmid: str) -> str:
    """The digits of a PubMed number."""
    return re.sub(r"\D", "", pmid)


@lru_cache(maxsize=100_000)
def surname(author: str) -> str:
    """The surname of an author written ``Lee JH``, ``Lee, Joon Hyeok`` or ``Schmidt-Wolf``."""
    head = author.split(",")[0].strip()
    return re.sub(r"(?:\s+[A-Z][A-Z.\- ]{0,4})+$", "", head).casefold()


@lru_cache(maxsize=100_000)
def registers(text: str) -> frozenset[str]:
    """The register numbers in a text, in capitals."""
    return frozenset(part.strip().upper() for part in re.split(r"[;,|\s]+", text) if re.search(r"\d{5}", part))


def same_reports(row: dict[str, str], known: Iterable[dict[str, str]]) -> list[Match]:
    """The reports of the registry that a row of trials is; several where one report has several cohorts."""
    known = list(known)
    if pmid := plain_pmid(row.get("pmid", "")):
        if found := [one for one in known if plain_pmid(one["pmid"]) == pmid]:
            return [Match(one["trial_id"], f"PMID {pmid}") for one in found]
    doi = plain_doi(row.get("doi", ""))
    if doi and (found := [one for one in known if plain_doi(one["doi"]) == doi]):
        return [Match(one["trial_id"], f"DOI {doi}") for one in found]
    others = [one for one in known if not differs(row, one)]
    numbers = registers(row.get("registration_id", ""))
    same = [
        one
        for one in others
        if numbers & registers(one["registration_id"])
        and row.get("year")
        and one["year"] == row["year"]
        and one["publication_type"] == row.get("publication_type")
        and surname(one["first_author"]) == surname(row.get("first_author", ""))
    ]
    if same:
        return [Match(one["trial_id"], "register number, year and publication") for one in same]
    return _same_title(row, others)


def differs(row: dict[str, str], other: dict[str, str]) -> bool:
    """Identifiers that both have and that are not the same."""
    for column, plain in (("doi", plain_doi), ("pmid", plain_pmid)):
        ours, theirs = plain(row.get(column, "")), plain(other.get(column, ""))
        if ours and theirs and ours != theirs:
            return True
    return False


def alike(one: str, other: str) -> float:
    """How alike two titles are, 0 to 1."""
    one, other = plain_title(one), plain_title(other)
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE else 0.0


def _same_title(row: dict[str, str], known: list[dict[str, str]]) -> list[Match]:
    author, year = surname(row.get("first_author", "")), row.get("year", "")
    found = []
    for one in known:
        if year.isdigit() and one["year"].isdigit() and abs(int(year) - int(one["year"])) > 1:
            continue
        if author and one["first_author"] and surname(one["first_author"]) != author:
            continue
        if alike(row.get("title", ""), one["title"]) >= ALIKE:
            found.append(Match(one["trial_id"], "title, first author and year"))
    return found


def same_patients(
    row: dict[str, str], tumours: set[str], known: Iterable[dict[str, str]], entities: dict[str, set[str]]
) -> list[Match]:
    """Reports of the registry whose patients may be those of a row, with what speaks for it.

    Parameters
    ----------
    row : dict
        A row of trials.
    tumours : set of str
        Its tumours.
    known : iterable of dict
        The registry's rows of trials.
    entities : dict
        The tumours of each of them, by trial_id.
    """
    numbers, author = registers(row.get("registration_id", "")), surname(row.get("first_author", ""))
    found = []
    for one in known:
        if one["trial_id"] == row.get("trial_id"):
            continue
        evidence = []
        shared = tumours & entities.get(one["trial_id"], set())
        if numbers & registers(one["registration_id"]):
            evidence.append("the same register number")
        sizes = [column for column in ("n_cik", "n_control") if row.get(column) and row[column] == one[column]]
        if len(sizes) == 2 and shared:
            evidence.append(f"arms of {row['n_cik']} and {row['n_control']}, {sorted(shared)[0]}")
        if author and author == surname(one["first_author"]) and shared and _near(row, one):
            evidence.append(f"first author {one['first_author']}, {sorted(shared)[0]}, {one['year']}")
        if evidence:
            word = FOLLOW_UP.search(row.get("title", ""))
            evidence += [f"the title says {word[0]!r}"] if word else []
            found.append(Match(one["trial_id"], "; ".join(evidence)))
    return found


def _near(row: dict[str, str], one: dict[str, str]) -> bool:
    years = row.get("year", ""), one["year"]
    return all(year.isdigit() for year in years) and abs(int(years[0]) - int(years[1])) <= 4


def next_free_id(author: str, year: str, taken: set[str]) -> str:
    """Author and year, with a letter if that is taken in any case.

    >>> next_free_id("Merker M", "2019", {"Merker2019"})
    'Merker2019b'
    """
    name = re.sub(r"[^A-Za-z]", "", _ascii(author.split(",")[0].split()[0] if author.split() else "Anon")) or "Anon"
    name = re.sub(r"[^A-Za-z]", "", _ascii(_surname_as_written(author))) or name
    stem = capital(name) + (year or "Undated")
    spoken = {one.casefold() for one in taken}
    if stem.casefold() not in spoken and f"{stem}a".casefold() not in spoken:
        return stem
    letters = "bcdefghijklmnopqrstuvwxyz"
    return next(stem + letter for letter in letters if (stem + letter).casefold() not in spoken)


def _surname_as_written(author: str) -> str:
    return re.sub(r"(?:\s+[A-Z][A-Z.\- ]{0,4})+$", "", author.split(",")[0].strip())


_SPELLED = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss", ord("ø"): "o"}


def _ascii(text: str) -> str:
    import unicodedata

    spelled = text.translate(_SPELLED)
    return unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()


def find(raw: Path, text: str) -> dict[str, list[dict[str, str]]]:
    """What the registry holds under a PMID, a DOI, a register number or words of a title or an author.

    Returns
    -------
    dict
        ``enrolled``, ``screening`` and ``registrations``: the rows found.
    """
    said = text.strip()
    trials, screening = raw_rows(raw, "trials"), raw_rows(raw, "screening")
    registrations = raw_rows(raw, "registrations")
    if re.fullmatch(r"(?:PMID:?\s*)?\d{5,9}", said, re.I):
        pmid = plain_pmid(said)
        rows = [one for one in trials if plain_pmid(one["pmid"]) == pmid]
        return {"enrolled": rows, "screening": [one for one in screening if _links(one, pmid)], "registrations": []}
    if re.search(r"10\.\d{4,9}/", said):
        doi = plain_doi(said)
        rows = [one for one in trials if plain_doi(one["doi"]) == doi]
        return {"enrolled": rows, "screening": [one for one in screening if _links(one, doi)], "registrations": []}
    if numbers := registers(said):
        rows = [one for one in trials if numbers & registers(one["registration_id"])]
        held = [one for one in registrations if numbers & registers(one["registration_id"])]
        return {"enrolled": rows, "screening": [], "registrations": held}
    words = plain_title(said).split()

    def fits(row: dict[str, str]) -> bool:
        heard = plain_title(" ".join(row.get(name, "") for name in ("trial_id", "first_author", "year", "title")))
        near = len(words) > 3 and alike(said, row.get("title", "")) >= ALIKE
        return bool(words) and (near or all(word in heard for word in words))

    return {
        "enrolled": [one for one in trials if fits(one)],
        "screening": [one for one in screening if fits(one)],
        "registrations": [one for one in registrations if fits(one)],
    }


def _links(row: dict[str, str], identifier: str) -> bool:
    return identifier in (row.get("source_url", "") + " " + row.get("locator", "")).casefold()

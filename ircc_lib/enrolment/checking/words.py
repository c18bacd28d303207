"""The registry's word for what people write in a closed or looked-up list: other languages, signs, abbreviations."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

from ircc_lib.enrolment.columns import allowed_values, pattern_of, reads, vocabulary_terms
from ircc_lib.registry.parse import parse_doi, parse_registration_ids

_LANGUAGES = ("de", "fr", "es", "it", "pt", "nl", "zh_CN", "ja", "ko", "ru", "pl", "tr")


@cache
def _words() -> dict[tuple[str, str], str]:
    with open(Path(__file__).parents[1] / "words.csv", encoding="utf-8", newline="") as file:
        return {(row["column"], _plain(row["said"])): row["becomes"] for row in csv.DictReader(file)}


def _plain(text: str) -> str:
    return re.sub(r"[\s_\-,./]+", " ", text.casefold()).strip()


@cache
def _countries() -> dict[str, str]:
    """Names of countries in other languages, by the English name."""
    import gettext

    import pycountry

    names: dict[str, str] = {}
    for language in _LANGUAGES:
        try:
            said = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language]).gettext
        except OSError:
            continue
        for country in pycountry.countries:
            english = getattr(country, "common_name", country.name)
            for name in {country.name, english}:
                names.setdefault(said(name).casefold(), english)
    return names


def word_for(table: str, column: str, text: str, tumours: tuple[str, ...] = ()) -> str | None:
    """The registry's word for a text of a closed or looked-up list; None if it knows no better.

    >>> word_for("trials", "design", "single arm"), word_for("trials", "country", "Deutschland")
    ('single_arm', 'Germany')
    """
    said = _plain(text)
    if known := _words().get((column, said)):
        return known
    terms = allowed_values(table, column)
    if column == "tumour_reported":
        terms = tumours
    elif not terms and reads(table, column).startswith("vocabulary endpoints"):
        terms = vocabulary_terms(table, column)
    for term in terms:
        if _plain(term) == said:
            return term
    if reads(table, column).startswith("country"):
        return _country(text)
    if column == "phase":
        return _phase(text)
    if column == "group" and re.fullmatch(pattern_of(table, column) or "", text.casefold().replace(" ", "")):
        return text.casefold().replace(" ", "")
    return None


def _country(text: str) -> str | None:
    import pycountry

    try:
        pycountry.countries.lookup(text)
        return None
    except LookupError:
        return _countries().get(text.casefold())


def _phase(text: str) -> str | None:
    said = text.casefold().replace("phase", "").strip(" .")
    roman = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
    parts = [roman.get(part.strip(" ab"), part.strip(" ab")) for part in re.split(r"[/\-–|,]|\band\b|\bto\b", said)]
    if parts and all(part in ("1", "2", "3", "4") for part in parts) and len(parts) <= 2:
        return "/".join(dict.fromkeys(parts))
    return None


def identifier_for(column: str, text: str) -> str | None:
    """The bare number of a paper or register entry that is written with words, an address or blanks; None if it is none.

    >>> identifier_for("pmid", "https://pubmed.ncbi.nlm.nih.gov/12345678/"), identifier_for("doi", "DOI 10.1000/xyz.")
    ('12345678', '10.1000/xyz')
    >>> identifier_for("registration_id", "nct 01234567 and ChiCTR1800012345")
    'NCT01234567; ChiCTR1800012345'
    """
    if column == "pmid":
        found = re.fullmatch(
            r"(?:PMID:?|.*pubmed(?:\.ncbi\.nlm\.nih\.gov)?/)?\s*([1-9][\d ]{5,9})(?:\.0|/.*)?", text, re.I
        )
        return found[1].replace(" ", "") if found else None
    if column == "doi":
        bare = re.sub(r"^(?:.*doi\.org/|doi:?\s*)", "", text.strip(), flags=re.I).rstrip(".,;").replace(" ", "")
        return bare if parse_doi(bare) else None
    if column != "registration_id":
        return None
    numbers = [re.sub(r"\s+", "", one) for one in re.split(r"[;,]|\band\b|\bund\b|/(?=\s*NCT)", text) if one.strip()]
    named = "; ".join(re.sub(r"^nct", "NCT", one, flags=re.I) for one in numbers)
    return named if named and parse_registration_ids(named) else None

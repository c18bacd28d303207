"""PubMed's NBIB: a tag of four letters, a hyphen, a value that may go on in indented lines."""

from __future__ import annotations

import re

from ircc_lib.enrolment.bundle import Bundle
from ircc_lib.enrolment.formats.articles import Article, author_of, bundle_of, count_error, year_in


def read_nbib(text: str, source: str) -> Bundle:
    """The articles of an NBIB file."""
    records = _records(text)
    bundle = bundle_of([_article(record) for record in records], "nbib", source)
    if re.search(r"^\s*TY  ?-", text, flags=re.M):
        bundle.error("records of RIS stand in the same file and are not read; give them in a file of their own")
    count_error(bundle, len(records), len(re.findall(r"^PMID- ", text, flags=re.M)))
    return bundle


def _records(text: str) -> list[dict[str, list[str]]]:
    records: list[dict[str, list[str]]] = []
    values: list[str] = []
    for line in text.lstrip("\ufeff").splitlines():
        if match := re.match(r"([A-Z]{2,4}) *- ?(.*)", line):
            if match[1] == "PMID":
                records.append({})
            if records:
                values = records[-1].setdefault(match[1], [])
                values.append(match[2].strip())
        elif line.startswith("      ") and values:
            values[-1] = f"{values[-1]} {line.strip()}".strip()
    return records


def _article(record: dict[str, list[str]]) -> Article:
    def first(*tags: str) -> str:
        return next((record[tag][0] for tag in tags if record.get(tag)), "")

    dois = [value for tag in ("LID", "AID") for value in record.get(tag, []) if value.endswith("[doi]")]
    names = record.get("FAU") or record.get("AU") or record.get("CN") or record.get("FED") or [""]
    initials = record.get("AU", [""])[0] if record.get("FAU") else ""
    return Article(
        pmid=first("PMID"),
        doi=dois[0].removesuffix("[doi]").strip() if dois else "",
        first_author=initials or author_of(names[0]),
        year=year_in(first("DP")) or year_in(first("DEP")),
        title=first("TI", "TT", "BTI"),
        journal=first("TA", "JT"),
        registration_ids=[value.split("/")[-1] for value in record.get("SI", []) if re.search(r"\d{5}", value)],
        types=record.get("PT", []),
        abstract=first("AB"),
    )

"""RIS, as reference managers, PubMed, Ovid and publishers write it."""

from __future__ import annotations

import re

from ircc_lib.enrolment.bundle import Bundle, UnreadableFileError
from ircc_lib.enrolment.formats.articles import Article, author_of, bundle_of, count_error, doi_in, year_in

_TAG = re.compile(r"^\s*([A-Z][A-Z0-9])  ?- ?(.*)$")
_NO_ARTICLE = {"BOOK": "a book", "CHAP": "a chapter of a book", "THES": "a thesis"}


def read_ris(text: str, source: str) -> Bundle:
    """The references of a RIS file; the tags are read as they stand, since programs use them differently."""
    records = _records(text)
    if not records:
        raise UnreadableFileError(f"{source}: no reference begins with TY in this file.")
    bundle = bundle_of([_article(record) for record in records], "ris", source)
    if re.search(r"^PMID- ", text, flags=re.M):
        bundle.error(
            "records of PubMed's format stand in the same file and are not read; give them in a file of their own"
        )
    lines = text.lstrip("\ufeff").splitlines()
    count_error(bundle, len(records), sum(re.match(r"\s*TY  ? ?-", line) is not None for line in lines))
    return bundle


def _records(text: str) -> list[dict[str, list[str]]]:
    records: list[dict[str, list[str]]] = []
    values: list[str] | None = None
    for line in text.lstrip("\ufeff").splitlines():
        if match := _TAG.match(line):
            tag, value = match[1], match[2].strip()
            if tag == "TY":
                records.append({})
            if tag == "ER":
                values = None
            elif records:
                values = records[-1].setdefault(tag, [])
                values.append(value)
        elif line.strip() and values is not None and not re.fullmatch(r"\d+\.|<\d+>", line.strip()):
            values[-1] = f"{values[-1]} {line.strip()}".strip()
    return records


def _article(record: dict[str, list[str]]) -> Article:
    def first(*tags: str) -> str:
        return next((value for tag in tags for value in record.get(tag, []) if value), "")

    kind = first("TY").upper()
    types = [_NO_ARTICLE.get(kind, "Journal Article")] if kind else []
    types += [
        part for value in record.get("M3", []) + record.get("PT", []) for part in re.split(r"[;,]|\. ", value) if part
    ]
    article = Article(
        pmid=_pmid(record),
        doi=next((doi for tag in ("DO", "M3", "UR", "UM", "L3", "L2", "LK", "ID", "N1") if (doi := doi_in(" ".join(record.get(tag, []))))), ""),
        first_author=author_of(first("AU", "A1")),
        year=year_in(first("PY", "Y1", "DA")),
        title=first("TI", "T1", "CT"),
        journal=first("J2", "JA", "T2", "JO", "JF"),
        registration_ids=re.findall(r"NCT\d{8}|ChiCTR[-A-Z]*\d{8,10}|UMIN\d{9}|ISRCTN\d{8}", " ".join(record.get("N1", []))),
        types=[part.strip() for part in types],
        abstract=first("AB", "N2"),
        url=first("UR", "UM", "L2"),
    )  # fmt: skip
    if kind in ("CONF", "CPAPER", "ABST") or re.search(r"conference abstract", " ".join(types), re.I):
        article.types = ["conference abstract"]
    return article


def _pmid(record: dict[str, list[str]]) -> str:
    base = " ".join(record.get("DB", []) + record.get("DP", []) + record.get("M2", []))
    foreign = re.search(r"embase|scopus|web of science|cochrane|cinahl", base, re.I)
    for value in [] if foreign else record.get("AN", []):
        if match := re.fullmatch(r"(?:PMID:? ?)?([1-9]\d{5,7})", value):
            return match[1]
    for tag in ("N1", "C2", "UR", "UM", "U2", "C1", "M1", "L2", "ID"):
        for value in record.get(tag, []):
            if match := re.search(r"(?:PMID:?\s*|pubmed(?:\.ncbi\.nlm\.nih\.gov)?/)([1-9]\d{5,8})", value, re.I):
                return match[1]
            if tag == "C2" and re.fullmatch(r"[1-9]\d{6,8}", value):
                return value
    return ""

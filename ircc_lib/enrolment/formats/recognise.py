"""What a file is, told from its content and not from its name."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile

from ircc_lib.enrolment.bundle import UnreadableFileError
from ircc_lib.registry.schema.tables import raw_schemas

LARGEST_FILE = 50 * 1024 * 1024
"""Bytes; exports of whole registers are searched, not enrolled."""

KINDS = {
    "workbook": "the registry's workbook",
    "table": "a CSV file of the registry's columns",
    "ctgov": "ClinicalTrials.gov, version 2 (JSON)",
    "ctgov-csv": "ClinicalTrials.gov, CSV of the website",
    "ictrp": "WHO ICTRP (XML)",
    "pubmed": "PubMed (XML)",
    "nbib": "PubMed (NBIB)",
    "ris": "RIS",
    "redcap": "a REDCap export",
    "redcap-dictionary": "a REDCap data dictionary",
}


def decode(content: bytes) -> tuple[str, str]:
    """The text of a file and the encoding that it was in: UTF-8, UTF-16 by its mark, else Windows-1252.

    >>> decode("Köln".encode("cp1252"))
    ('Köln', 'cp1252')
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace"), "utf-16"
    sample = content[:400]
    if sample.count(0) > len(sample) / 4:  # UTF-16 without its mark: every other byte is empty
        return content.decode(
            "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be", "replace"
        ), "utf-16"
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace"), "cp1252"


def recognise(content: bytes, name: str = "the file") -> str:
    """The kind of a file, one of `KINDS`.

    Raises
    ------
    UnreadableFileError
        With what to do, if it is something that the registry does not read.
    """
    if len(content) > LARGEST_FILE:
        raise UnreadableFileError(f"{name}: the file is larger than 50 MB; take the part of the export that is needed.")
    if not content.strip():
        raise UnreadableFileError(f"{name}: the file is empty.")
    if content.startswith(b"PK"):
        return _of_zip(content, name)
    for start, advice in _REFUSED.items():
        if content.startswith(start):
            raise UnreadableFileError(f"{name}: {advice}")
    text = decode(content)[0].lstrip("\ufeff \t\r\n")
    for pattern, advice in _OTHER_EXPORTS:
        if re.match(pattern, text[:2000]):
            raise UnreadableFileError(f"{name}: {advice}")
    if text.startswith(("{", "[")):
        return _of_json(text, name)
    if text.startswith("<"):
        return _of_xml(text, name)
    if text.startswith("PMID- ") or "\nPMID- " in text[:2000]:
        return "nbib"
    if re.search(r"^\s*TY  ?-", text[:2000], re.M):
        return "ris"
    return _of_csv(text, name)


_REFUSED = {
    b"\xd0\xcf\x11\xe0": "an old Excel file (.xls) or one with a password; save it as .xlsx without a password.",
    b"%PDF": "a PDF; type its figures into the workbook (ircc workbook) or take the PubMed record of the paper.",
    b"{\\rtf": "a text document; type its figures into the workbook (ircc workbook).",
    **dict.fromkeys(
        (b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"Rar!", b"\xfd7zXZ"),
        "a compressed file; unpack it and give the file in it.",
    ),
}
_OTHER_EXPORTS = (
    (r"<1>\s|Unique Identifier", "Ovid's text for reading; export the records again as RIS."),
    (r"@\w+\s*\{", "BibTeX; export the records as RIS."),
    (r"%0 |%[A-Z] ", "EndNote's own tags; export the records as RIS."),
    (r"FN (?:Clarivate|Thomson|ISI)|PT J\s", "Web of Science's own tags; export the records as RIS."),
    (
        r"(?:(?:PMID:?\s*)?\d{6,8}[\s,;]*)+$",
        "a list of numbers without the records; in PubMed: Save, Selection, format PubMed.",
    ),
)


def _of_zip(content: bytes, name: str) -> str:
    try:
        inside = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except zipfile.BadZipFile:
        raise UnreadableFileError(
            f"{name}: the file is damaged; save it again from the program it comes from."
        ) from None
    if "xl/vbaProject.bin" in inside:
        raise UnreadableFileError(f"{name}: a workbook with macros (.xlsm); save it as .xlsx, which has none.")
    if "xl/workbook.xml" in inside:
        return "workbook"
    if any(part.startswith("Index/") and part.endswith(".iwa") for part in inside):
        raise UnreadableFileError(f"{name}: an Apple Numbers file; export it as Excel (.xlsx).")
    if "word/document.xml" in inside:
        raise UnreadableFileError(f"{name}: a Word document; type its figures into the workbook (ircc workbook).")
    if "content.xml" in inside:
        raise UnreadableFileError(f"{name}: an OpenDocument file; save it as .xlsx.")
    if "xl/workbook.bin" in inside:
        raise UnreadableFileError(f"{name}: a binary workbook (.xlsb); save it as .xlsx.")
    raise UnreadableFileError(f"{name}: an archive; unpack it and give the files in it.")


def _of_json(text: str, name: str) -> str:
    try:
        content = json.loads(text)
    except ValueError as bad:
        raise UnreadableFileError(f"{name}: JSON that breaks off ({bad}); download it again.") from None
    records = content if isinstance(content, list) else content.get("studies", [content])
    if isinstance(records, list) and (
        not records or any(isinstance(one, dict) and "protocolSection" in one for one in records)
    ):
        return "ctgov"
    raise UnreadableFileError(f"{name}: JSON, but no record of ClinicalTrials.gov (version 2 has a protocolSection).")


def _of_xml(text: str, name: str) -> str:
    start = text[:20_000]
    if "<Trials_downloaded_from_ICTRP" in start:
        return "ictrp"
    if "<PubmedArticleSet" in start or "<PubmedArticle>" in start or "<PubmedArticle " in start:
        return "pubmed"
    if "<html" in start.lower():
        raise UnreadableFileError(f"{name}: a web page; use the export (PubMed: Save, format PubMed or XML).")
    raise UnreadableFileError(f"{name}: XML that is neither of PubMed nor of WHO's ICTRP.")


def header_of(text: str) -> tuple[list[str], str]:
    """The names in the first line of a CSV text, and what stands between them."""
    lines = text.lstrip("\ufeff").splitlines() or [""]
    first = lines[0]
    if first.lower().startswith("sep=") and len(lines) > 1:
        delimiter, first = first[4:5] or "\t", lines[1]
    else:
        bare = "".join(first.split('"')[::2])
        delimiter = max(",;\t|", key=bare.count)
    names = next(csv.reader([first], delimiter=delimiter), [])
    return [name.strip() for name in names], delimiter


def table_of_header(names: list[str]) -> str | None:
    """The table whose columns these are, if most of them are."""
    known = {name: set(names) & set(schema.columns) for name, schema in raw_schemas().items()}
    best = max(known, key=lambda name: (len(known[name]), -len(raw_schemas()[name].columns)))
    return best if len(known[best]) >= max(2, len([name for name in names if name]) / 2) else None


def _of_csv(text: str, name: str) -> str:
    from ircc_lib.enrolment.formats.header import lines_above_header, plain_name

    names, _ = header_of(text)
    if "NCT Number" in names and {"Study Title", "Study Status", "Title", "Status"} & set(names):
        return "ctgov-csv"
    if names and names[0].strip('"') == "Variable / Field Name":
        return "redcap-dictionary"
    if table_of_header([plain_name(one) for one in names]):
        return "table"
    if (
        any(one.startswith("redcap_") or one.endswith("_complete") or "___" in one for one in names)
        or {
            "Repeat Instrument",
            "Complete?",
        }
        & set(names)
        or any("(choice=" in one for one in names)
    ):
        return "redcap"
    if lines_above_header(text):
        return "table"
    raise UnreadableFileError(
        f"{name}: the registry does not know this file. It reads: " + ", ".join(KINDS.values()) + ". "
        "A CSV file needs the registry's column names in its first line (ircc workbook shows them)."
    )

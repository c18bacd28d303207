"""From files on disk to bundles."""

from __future__ import annotations

from pathlib import Path

from ircc_lib.enrolment.bundle import Bundle, UnreadableFileError
from ircc_lib.enrolment.decisions import Decisions
from ircc_lib.enrolment.formats.recognise import KINDS, decode, recognise


def read_files(
    paths: list[Path], decisions: Decisions, *, kind: str | None = None, mapping: Path | None = None
) -> list[Bundle]:
    """Read files of any kind that the registry knows.

    Parameters
    ----------
    paths : list of Path
        A REDCap export needs its data dictionary among them.
    decisions : Decisions
    kind : str, optional
        One of `recognise.KINDS`, instead of what the content looks like.
    mapping : Path, optional
        For REDCap: a CSV of ``field, table, column, from, to``.

    Raises
    ------
    UnreadableFileError
        If a file is nothing that the registry reads; the text says what to do.
    """
    contents = {path: _content(path) for path in paths}
    kinds = {path: kind or recognise(content, path.name) for path, content in contents.items()}
    dictionaries = [contents[path] for path in paths if kinds[path] == "redcap-dictionary"]
    bundles = []
    for path in paths:
        if kinds[path] == "redcap-dictionary":
            continue
        if kinds[path] == "redcap":
            from ircc_lib.enrolment.formats.redcap import read_redcap

            bundles.append(read_redcap(contents[path], path.name, decisions, dictionaries, mapping))
        else:
            bundles.append(_read(kinds[path], contents[path], path.name, decisions))
    if not bundles:
        raise UnreadableFileError("a REDCap data dictionary alone; give the export with it.")
    return bundles


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UnreadableFileError(f"{path}: there is no such file.") from None
    except IsADirectoryError:
        raise UnreadableFileError(f"{path}: a folder; give the files in it.") from None


def _read(kind: str, content: bytes, name: str, decisions: Decisions) -> Bundle:
    from ircc_lib.enrolment.formats import sheets

    if kind == "workbook":
        return sheets.read_workbook(content, name, decisions)
    if kind == "table":
        return sheets.read_csv(content, name, decisions)
    text = decode(content)[0]
    if kind == "ctgov":
        from ircc_lib.enrolment.formats.ctgov import read_json

        return read_json(text, name, decisions)
    if kind == "ctgov-csv":
        from ircc_lib.enrolment.formats.ctgov_csv import read_website_csv

        return read_website_csv(text, name)
    if kind == "ictrp":
        from ircc_lib.enrolment.formats.ictrp import read_ictrp

        return read_ictrp(content, name, decisions)
    if kind == "pubmed":
        from ircc_lib.enrolment.formats.pubmed import read_pubmed

        return read_pubmed(content, name)
    if kind == "nbib":
        from ircc_lib.enrolment.formats.nbib import read_nbib

        return read_nbib(text, name)
    if kind == "ris":
        from ircc_lib.enrolment.formats.ris import read_ris

        return read_ris(text, name)
    raise UnreadableFileError(f"--as {kind}: unknown kind; allowed: {', '.join(KINDS)}.")

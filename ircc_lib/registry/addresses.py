"""Addresses on the web: of papers and of the records that were read. Nothing but http and https."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urlsplit

import pandas as pd

# Safe inside an address: what RFC 3986 allows there. Everything else is percent-encoded.
_ADDRESS_MARKS = "/:?#[]@!$&'()*+,;=%-._~"
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_PMID = re.compile(r"\d{1,9}")


def web_address(text: str | None) -> str | None:
    """`text` as an http or https address fit for a link, or None.

    >>> web_address("https://doi.org/10.1000/x y"), web_address("javascript:alert(1)")
    ('https://doi.org/10.1000/x%20y', None)
    """
    if not text:
        return None
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        return None
    return quote(text.strip(), safe=_ADDRESS_MARKS)


def paper_address(pmid: Any, doi: Any, source_url: Any) -> str | None:
    """Where the paper is: its DOI, else its PubMed record, else the record that was read.

    >>> paper_address("23456789", None, None)
    'https://pubmed.ncbi.nlm.nih.gov/23456789/'
    """
    if isinstance(doi, str) and _DOI.fullmatch(doi):
        return web_address(f"https://doi.org/{quote(doi, safe='/:;()._-')}")
    if isinstance(pmid, str) and _PMID.fullmatch(pmid):
        return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"
    return web_address(source_url) if isinstance(source_url, str) else None


def papers_of(trials: pd.DataFrame) -> list[str | None]:
    """The `paper_address` of each row of ``trials``."""
    return [paper_address(*row) for row in zip(trials["pmid"], trials["doi"], trials["source_url"])]

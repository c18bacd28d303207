"""Identifiers of papers and of registered trials."""

import re
from dataclasses import dataclass, field

REGISTERS = {
    "NCT": r"NCT\d{8}",
    "ChiCTR": r"ChiCTR(?:-[A-Z]{2,4}-\d{8}|\d{10})",
    "UMIN": r"(?:JPRN-)?UMIN\d{9}",
    "JPRN": r"JPRN-(?:jRCT[A-Za-z]?\d{9,10}|JapicCTI-\d{6}|JMA-IIA\d{5})",
    "EudraCT": r"(?:EudraCT )?\d{4}-\d{6}-\d{2}",
    "KCT": r"KCT\d{7}",
    "ISRCTN": r"ISRCTN\d{8}",
    "NCI": r"NCI-\d{4}-\d{5}",
}
"""The form of a number in each register of clinical trials."""

_ANY = re.compile("|".join(REGISTERS.values()), re.ASCII)
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/[!-~]+)", re.I | re.ASCII)
_PMID = re.compile(r"(?:PMID:?\s*)?([1-9]\d{0,8})", re.I | re.ASCII)


@dataclass(frozen=True)
class RegistrationIds:
    """Numbers in trial registers, in the order reported."""

    ids: tuple[str, ...]
    reported: str = field(default="", compare=False)

    def __str__(self) -> str:
        return "; ".join(self.ids)


def parse_registration_ids(text: str) -> RegistrationIds | None:
    """Read one or more numbers of NCT, ChiCTR, UMIN, JPRN, EudraCT, KCT, ISRCTN or NCI.

    >>> parse_registration_ids("NCT03389035; NCT05252403").ids
    ('NCT03389035', 'NCT05252403')
    """
    ids = [part.strip() for part in re.split(r"[;,]|\band\b", text)]
    if not all(_ANY.fullmatch(one) for one in ids):
        return None
    return RegistrationIds(tuple(dict.fromkeys(ids)), text)


def parse_doi(text: str) -> str | None:
    """The DOI without its resolver, as printed (DOIs are the same in either case).

    >>> parse_doi("https://doi.org/10.1038/sj.bjc.6690800")
    '10.1038/sj.bjc.6690800'
    """
    match = _DOI.fullmatch(text.strip())
    return match[1] if match else None


def parse_pmid(text: str) -> str | None:
    """The PubMed identifier: digits.

    >>> parse_pmid("10576658"), parse_pmid("PMC123")
    ('10576658', None)
    """
    match = _PMID.fullmatch(text.strip())
    return match[1] if match else None

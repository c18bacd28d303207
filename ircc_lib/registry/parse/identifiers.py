"""Identifiers of papers and of registered trials."""

import re
from dataclasses import dataclass, field

REGISTERS = {
    "NCT": r"NCT\d{8}",
    "ACTRN": r"ACTRN\d{14}p?",
    "ChiCTR": r"ChiCTR(?:-?[A-Z]{2,5}-?\d{8}|\d{10})",
    "CTIS": r"(?:CTIS|EUCT)?\d{4}-5\d{5}-\d{2}(?:-\d{2})?",
    "CTRI": r"CTRI/\d{4}/\d{2,3}/\d{6}",
    "DRKS": r"DRKS\d{8}",
    "EudraCT": r"(?:EudraCT |EUCTR)?\d{4}-\d{6}-\d{2}(?:-(?:[A-Z]{2,3}|3rd|Outside-EU/EEA|OUTSIDE-EU/EEA))?",
    "IRCT": r"IRCT\d{11,14}N\d{1,3}",
    "ISRCTN": r"ISRCTN\d{8}",
    "ITMCTR": r"ITMCTR\d{10}",
    "JPRN": r"(?:JPRN-)?(?:jRCTs?[A-Za-z]?\d{9,10}|JapicCTI-\d{6}|JMA-IIA\d{5})",
    "KCT": r"KCT\d{7}",
    "LBCTR": r"LBCTR\d{10}",
    "NCI": r"NCI-\d{4}-\d{5}",
    "NTR": r"(?:NTR|NL)\d{1,5}|NL-OMON\d{4,6}",
    "PACTR": r"PACTR\d{15,16}",
    "PER": r"PER-\d{3}-\d{2}",
    "RBR": r"RBR-[0-9a-z]{5,8}",
    "RPCEC": r"RPCEC\d{8}",
    "SLCTR": r"SLCTR/\d{4}/\d{3}",
    "TCTR": r"TCTR\d{11}",
    "UMIN": r"(?:JPRN-)?UMIN\d{9}",
}
"""The form of a number in each register of clinical trials: those of WHO's list (ICTRP), NCI's beside them."""

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
    """Read one or more numbers of the registers of WHO's list.

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

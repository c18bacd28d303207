"""Is the paper of a report what a registry enrols, and do its id, its numbers and its words name one paper?"""

from __future__ import annotations

import pandas as pd

from ircc_lib.registry.ingest.flags import Flags

FIRST_PMID = 1_000_000
"""No paper since the first report on CIK cells has a shorter PubMed identifier."""

LAST_PMID = 60_000_000
"""A number that PubMed, at 42 million in 2026, will not reach within ten years."""

_CODED = r"^(?P<author>[A-Za-z]+?)(?P<year>(?:19[89]|20\d)\d)[a-z]?$"
_UNNAMED = ("anon", "pmid", "anons")
_TITLES = (
    (r"[\d\s.,/-]+", "the title is a number", "the title of the report"),
    (r"(?:https?://|www\.).*", "the title is an address", "the title of the report"),
    (r"[!-~]{1,24}", "the title is one word", "the title as printed"),
    (r".*(?:\.\.\.|…)\s*", "the title is cut short", "the title as printed, whole"),
    (
        r".*(?:Ã.|Â.|â€|ï¿½|\ufffd).*",
        "the title has letters that were read in another encoding",
        "the title as printed",
    ),
    (r".*(?:</?[a-z]+>|&(?:[a-z]+|#\d+);).*", "the title holds marks of a web page", "the words alone"),
    (r"(?i:.*\b(?:retracted|retraction|withdrawn)\b.*)", "the report may be retracted", "a report that stands"),
    (
        r"(?i:.*\b(?:meta-?analys[ei]s|systematic review|network meta)\b.*)",
        "the title is one of a review, not of a trial",
        "a report of patients; a review goes to screening or meta_analyses",
    ),
    (
        r"(?i:.*\b(?:mice|mouse|murine|rats?|xenografts?)\b.*)",
        "the title speaks of animals",
        "a report of patients",
    ),
    (
        r"(?i:.*(?:\b(?:study|trial) protocol\b|\bprotocol (?:of|for) an? ).*)",
        "the title is one of a protocol",
        "a report of results; a protocol goes to registrations",
    ),
)
_ADDRESSES = (
    ("pmid", r"pubmed\.ncbi\.nlm\.nih\.gov/(\d+)"),
    ("registration_ids", r"clinicaltrials\.gov/.*?(NCT\d{8})"),
    ("doi", r"doi\.org/(10\.\d{4,9}/\S+)"),
)


def flag(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Flag reports whose id, author, numbers, title or address are of another paper, or of none."""
    trials = tables["trials"]
    _identity(trials, flags)
    _numbers(trials, flags)
    titles = trials["title"].fillna("")
    for pattern, why, allowed in _TITLES:
        flags.add("trials", titles.str.fullmatch(pattern) & (titles != ""), "title", titles, why, allowed)
    flags.add(
        "trials",
        (titles.str.casefold() == trials["journal"].str.casefold()) & (titles != ""),
        "title",
        titles,
        "the title is the name of the journal",
        "the title of the report",
    )
    _addresses(tables, flags)


def _identity(trials: pd.DataFrame, flags: Flags) -> None:
    """An id made of author and year says both; the cells say them again."""
    coded = trials["trial_id"].str.extract(_CODED)
    author, year = coded["author"].str.casefold(), coded["year"].astype("float64")
    named = trials["first_author"].str.replace(r"[^A-Za-z]", "", regex=True).str.casefold()
    other = pd.Series(
        [
            bool(one and of and not one.startswith(of) and not of.startswith(one))
            for one, of in zip(named.fillna(""), author.fillna(""))
        ],
        index=trials.index,
    )
    flags.add(
        "trials",
        other & ~author.isin(_UNNAMED),
        "first_author",
        trials["first_author"],
        "another author than the one trial_id names, " + trials["trial_id"],
        "the first author of the report",
    )
    flags.add(
        "trials",
        (year - trials["year"].astype("float64")).abs() > 1,
        "year",
        trials["year"],
        "another year than the one trial_id names, " + trials["trial_id"],
        "the year of publication",
    )
    several = trials["first_author"].str.contains(r"\d|;|\bet al\b|,.*,|,\s*$", regex=True)
    flags.add(
        "trials",
        several,
        "first_author",
        trials["first_author"],
        "more than the family name of one author",
        "the first author alone, such as Schmidt-Wolf",
    )
    flags.add(
        "trials",
        ~trials["trial_id"].str.fullmatch(r"[\w.-]+"),
        "trial_id",
        trials["trial_id"],
        "the id holds a blank or a sign that an address cannot hold",
        "letters, digits, - and _",
    )
    flags.add(
        "trials",
        trials["year"].isna() & trials["year_basis"].notna(),
        "year_basis",
        trials["year_basis"],
        "the basis of a year that is not stated",
        "the year, or an empty cell",
    )


def _numbers(trials: pd.DataFrame, flags: Flags) -> None:
    flags.add(
        "trials",
        pd.to_numeric(trials["pmid"], errors="coerce") < FIRST_PMID,
        "pmid",
        trials["pmid"],
        "no paper on CIK cells has so short a PubMed identifier",
        "seven or eight digits",
    )
    flags.add(
        "trials",
        pd.to_numeric(trials["pmid"], errors="coerce") > LAST_PMID,
        "pmid",
        trials["pmid"],
        "PubMed has not come to so high a number",
        "seven or eight digits",
    )
    flags.add(
        "trials",
        trials["doi"].str.contains(r"[.,;:]$"),
        "doi",
        trials["doi"],
        "the DOI ends with the full stop of its sentence",
        "the DOI without it",
    )
    flags.add(
        "trials",
        trials["registration_ids"].str.contains(r"NCT(?:0{8}|1{8}|2{8}|9{8})"),
        "registration_id",
        trials["registration_ids"],
        "no register has given this number",
        "the number as printed",
    )


def _addresses(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    trials = tables["trials"]
    own = trials[trials["record_level"] == "own record"]
    for column, pattern in _ADDRESSES:
        named = own["source_url"].str.extract(pattern)[0].str.casefold()
        known = own[column].str.casefold()
        other = [
            isinstance(one, str) and isinstance(all_, str) and one.rstrip("/") not in all_
            for one, all_ in zip(named, known)
        ]
        where = trials.index.isin(own.index[other])
        flags.add(
            "trials",
            pd.Series(where, index=trials.index),
            "source_url",
            trials["source_url"],
            "the address is of another paper or register entry than " + trials[column].fillna(""),
            f"the address of the {column.removesuffix('s').replace('_', ' ')} in the row",
        )
    for name, table in tables.items():
        if "source_url" not in table or not len(table):
            continue
        url = table["source_url"].fillna("")
        flags.add(
            name,
            url.str.fullmatch(
                r"https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|clinicaltrials\.gov|(?:dx\.)?doi\.org|pmc\.ncbi\.nlm\.nih\.gov)/?"
            ),
            "source_url",
            url,
            "the address is a home page, not a record",
            "the address of the record itself",
        )
        flags.add(
            name,
            url.str.contains(
                r"^https?://(?:www\.|scholar\.)?(?:google|bing|baidu|duckduckgo)\.|[?&](?:q|term|query)=|^https?://[^/]*\bproxy\b"
                r"|^https?://(?:\d{1,3}\.){3}\d{1,3}(?:[:/]|$)",
                case=False,
            ),
            "source_url",
            url,
            "the address is of a search, or works on one network only",
            "the address of the record itself, as everybody can open it",
        )

"""A record of a library (PubMed, a reference manager) as a half-filled row of trials."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ircc_lib.enrolment.bundle import Bundle, Finding, Row

NOT_TRIALS = {
    "meta-analysis": "a meta-analysis",
    "network meta-analysis": "a meta-analysis",
    "review": "a review",
    "systematic review": "a systematic review",
    "scoping review": "a review",
    "letter": "a letter",
    "editorial": "an editorial",
    "comment": "a comment",
    "news": "news",
    "retracted publication": "a retracted publication",
    "retraction of publication": "a retraction",
    "retraction notice": "a retraction",
    "published erratum": "an erratum",
    "clinical trial protocol": "a protocol",
    "practice guideline": "a guideline",
    "guideline": "a guideline",
    "a book": "a book",
    "a chapter of a book": "a chapter of a book",
}
"""Kinds of publication of PubMed that are not the report of a trial."""
_TITLE_SAYS = (
    (re.compile(r"meta-?\s?analysis", re.I), "a meta-analysis, by its title"),
    (re.compile(r"systematic review|: a review\b", re.I), "a review, by its title"),
    (re.compile(r"\bstudy protocol\b|^protocol (?:of|for)\b", re.I), "a protocol, by its title"),
    (re.compile(r"^(?:retracted|retraction)\b", re.I), "retracted"),
)


@dataclass
class Article:
    """What a library says of a publication."""

    pmid: str = ""
    doi: str = ""
    first_author: str = ""
    year: str = ""
    title: str = ""
    journal: str = ""
    registration_ids: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    abstract: str = ""
    complete: bool = True
    url: str = ""
    place: str = ""


def bundle_of(articles: list[Article], kind: str, source: str) -> Bundle:
    """Rows of trials from articles; what is no trial becomes a row of screening.

    Parameters
    ----------
    articles : list of Article
    kind, source : str
        What the file is, and its name.
    """
    bundle = Bundle(kind, source)
    ids: set[str] = set()
    for number, article in enumerate(articles, start=1):
        article.place = article.place or f"{source}: record {number}"
        if not (article.pmid or article.doi or article.title):
            bundle.error("the record has neither a number nor a title", place=article.place)
            continue
        row = _row(article)
        trial = _provisional_id(article, ids)
        ids.add(trial)
        bundle.provisional.add(trial)
        row.cells = {"trial_id": trial} | row.cells
        bundle.rows.append(row)
        if article.abstract:
            bundle.abstracts[trial] = article.abstract
        if not article.complete:
            bundle.note("the list of authors is not complete", place=article.place, trial=trial)
        if article.title.startswith("["):
            bundle.note("the title is a translation", place=article.place, trial=trial)
        if why := no_trial(article):
            bundle.gates[trial] = why
            bundle.rows.append(_screening(article, why, row))
    return bundle


def no_trial(article: Article) -> str:
    """Why a publication is not the report of a trial; empty if it may be one."""
    for kind in article.types:
        if why := NOT_TRIALS.get(kind.casefold()):
            return why
    return next((why for pattern, why in _TITLE_SAYS if pattern.search(article.title)), "")


def _provisional_id(article: Article, ids: set[str]) -> str:
    from ircc_lib.enrolment.checking.duplicates import next_free_id

    return next_free_id(article.first_author or "Anon", article.year, ids)


def _row(article: Article) -> Row:
    cells = {
        "first_author": article.first_author,
        "year": article.year,
        "title": printed_title(article.title),
        "journal": article.journal,
        "pmid": article.pmid,
        "doi": article.doi,
        "registration_id": "; ".join(dict.fromkeys(article.registration_ids)),
        "publication_type": _publication_type(article),
        "read_in": "abstract" if article.abstract else "",
        "source_url": _address(article),
        "locator": "abstract" if article.abstract else "record",
    }
    return Row("trials", {name: text for name, text in cells.items() if text}, place=article.place)


def _publication_type(article: Article) -> str:
    if any("conference abstract" in kind.casefold() for kind in article.types):
        return "conference abstract"
    return "article" if not article.types or _is_article(article) else ""


def _is_article(article: Article) -> bool:
    return any("journal article" in kind.casefold() or kind.casefold() in ("jour", "article") for kind in article.types)


def _address(article: Article) -> str:
    if article.pmid:
        return f"https://pubmed.ncbi.nlm.nih.gov/{article.pmid}/"
    return f"https://doi.org/{article.doi}" if article.doi else article.url


def _screening(article: Article, why: str, row: Row) -> Row:
    cells = {
        name: row.cells[name]
        for name in ("first_author", "year", "title", "journal", "source_url")
        if name in row.cells
    }
    what = f"PMID {article.pmid}" if article.pmid else article.doi or article.title
    return Row(
        "screening", cells | {"reason": f"not a trial: {why}", "locator": "record"}, place=f"{article.place} ({what})"
    )


def printed_title(title: str) -> str:
    """A title on one line, without the full stop at its end; a translated one keeps its brackets.

    >>> printed_title("[Effect of CIK].")
    '[Effect of CIK]'
    """
    plain = re.sub(r"\s+", " ", title).strip().removesuffix(".").strip()
    return plain.removesuffix(".]") + "]" if plain.startswith("[") and plain.endswith(".]") else plain


def author_of(name: str) -> str:
    """An author as the registry writes one: surname and initials.

    >>> author_of("Shin, Hyunjae"), author_of("Pan GZ"), author_of("Song, Byeong Geun")
    ('Shin H', 'Pan GZ', 'Song BG')
    """
    surname, comma, given = name.strip().partition(",")
    if not comma:
        return surname
    parts = [part for part in re.split(r"[\s.\-]+", given) if part]
    initials = "".join(part if part.isupper() and len(part) <= 3 else part[0].upper() for part in parts)
    return f"{surname.strip()} {initials}".strip()


def doi_in(text: str) -> str:
    """The DOI in a text, without its resolver.

    >>> doi_in("https://doi.org/10.18632/oncotarget.27242")
    '10.18632/oncotarget.27242'
    """
    match = re.search(r"10\.\d{4,9}/[^\s\"<>]+", text)
    return match[0].rstrip(".,;)") if match else ""


def year_in(text: str) -> str:
    """The first year of four digits in a text."""
    match = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", text)
    return match[0] if match else ""


def count_error(bundle: Bundle, read: int, stated: int) -> None:
    """Say it if a file seems to hold more records than were read."""
    if read != stated:
        bundle.findings.append(
            Finding(level="error", why=f"{stated} records begin in the file, {read} could be read", place=bundle.source)
        )

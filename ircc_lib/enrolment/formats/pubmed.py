"""PubMed's XML."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from ircc_lib.enrolment.bundle import Bundle, UnreadableFileError
from ircc_lib.enrolment.formats.articles import Article, bundle_of, year_in
from ircc_lib.text import counted


def read_pubmed(content: bytes, source: str) -> Bundle:
    """The articles of an export or of the E-utilities; entities stay forbidden, a DOCTYPE is usual."""
    root = parse_xml(content, source)
    found = root.iter("PubmedArticle") if root.tag != "PubmedArticle" else [root]
    bundle = bundle_of([_article(one) for one in found], "pubmed", source)
    if books := len(list(root.iter("PubmedBookArticle"))):
        bundle.note(f"{counted(books, 'chapter')} of books left out")
    if not bundle.rows:
        bundle.error("no article is in the file", place=source)
    return bundle


def parse_xml(content: bytes, source: str) -> Element:
    """The root of an XML file.

    Raises
    ------
    UnreadableFileError
        If it breaks off or declares entities.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        return fromstring(content.lstrip())
    except ParseError as bad:
        raise UnreadableFileError(f"{source}: the XML breaks off or is damaged ({bad}); export it again.") from None
    except DefusedXmlException:
        raise UnreadableFileError(f"{source}: XML that declares entities, which is not safe to read.") from None


def text_of(parent: Element | None, path: str = ".") -> str:
    """All the text inside an element, tags too, on one line."""
    found = parent.find(path) if parent is not None else None
    return re.sub(r"\s+", " ", "".join(found.itertext())).strip() if found is not None else ""


def _article(element: Element) -> Article:
    citation, article = element.find("MedlineCitation"), element.find("MedlineCitation/Article")
    authors = article.find("AuthorList") if article is not None else None
    return Article(
        pmid=text_of(citation, "PMID"),
        doi=_doi(element, article),
        first_author=_first_author(authors),
        year=_year(article),
        title=_title(article),
        journal=text_of(article, "Journal/ISOAbbreviation") or text_of(article, "Journal/Title"),
        registration_ids=[
            text_of(number)
            for number in element.iterfind(".//DataBankList/DataBank/AccessionNumberList/AccessionNumber")
            if re.search(r"\d{5}", text_of(number))
        ],
        types=[text_of(kind) for kind in element.iterfind(".//PublicationTypeList/PublicationType")]
        + _retracted(element),
        abstract=_abstract(article),
        complete=authors is None or authors.get("CompleteYN", "Y") != "N",
    )


def _title(article: Element | None) -> str:
    title = text_of(article, "ArticleTitle")
    if title.strip("[]. ").casefold() in ("", "not available", "in process citation"):
        return text_of(article, "VernacularTitle") or title.strip("[]. ")
    return title


def _first_author(authors: Element | None) -> str:
    first = authors.find("Author") if authors is not None else None
    if first is None:
        return ""
    if collective := text_of(first, "CollectiveName"):
        return collective
    initials = text_of(first, "Initials") or "".join(part[0] for part in text_of(first, "ForeName").split())
    return f"{text_of(first, 'LastName')} {initials}".strip()


def _year(article: Element | None) -> str:
    dated = "Journal/JournalIssue/PubDate/"
    for path in (dated + "Year", dated + "MedlineDate", "ArticleDate/Year"):
        if year := year_in(text_of(article, path)):
            return year
    return ""


def _doi(element: Element, article: Element | None) -> str:
    places = list(article.iterfind("ELocationID[@EIdType='doi']")) if article is not None else []
    valid = [one for one in places if one.get("ValidYN", "Y") != "N"]
    own = element.find("PubmedData/ArticleIdList")  # not those of the references, which have lists of their own
    listed = own.iterfind("ArticleId[@IdType='doi']") if own is not None else ()
    return next((text_of(one) for one in (*valid, *listed) if text_of(one)), "")


def _retracted(element: Element) -> list[str]:
    """A paper that was retracted after it was indexed says so in its comments."""
    comments = element.iterfind(".//CommentsCorrectionsList/CommentsCorrections")
    return ["retracted publication"] if any(one.get("RefType") == "RetractionIn" for one in comments) else []


def _abstract(article: Element | None) -> str:
    parts = article.iterfind("Abstract/AbstractText") if article is not None else ()
    said = [(part.get("Label", ""), text_of(part)) for part in parts]
    return " ".join(f"{label}: {text}" if label else text for label, text in said)

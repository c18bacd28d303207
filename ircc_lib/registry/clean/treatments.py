"""Treatments given beside the cells, or in their place, read part by part.

A cell names one treatment or several (``XELOX plus bevacizumab``, ``TACE (16) or TACE + PEI (36)``). It
is looked up whole; else each part is: as a term of the vocabulary co_treatments, as a drug of the
vocabulary drugs, or as such a term with words around it that change nothing (``adjuvant``, ``based``).
A part that none of them knows is said to be stated and not classified: never guessed, never left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from ircc_lib.registry.rows import rows_of
from ircc_lib.registry.schema.cleaned import COMPARATORS
from ircc_lib.registry.vocabulary import Vocabularies, spelling

NOT_CLASSIFIED = COMPARATORS[-1]

_BRACKETS = re.compile(r"\(([^()]*)\)")
_JOINTS = re.compile(
    r"\s*(?:\+/-|\+|;|,|/(?!\s?(?:m2|kg|d\b|day))|\band/or\b|\bor\b|\band\b|\bplus\b|\bwith or without\b|\bwith\b"
    r"|\bcombined\b|\bfollowed by\b|\bthen\b|\blater\b|&)\s*",
    re.I,
)
_AMOUNTS = re.compile(
    r"(?<![\w-])(?:\d[\d.]*(?:\s?-\s?\d[\d.]*)?\s?(?:mg|g|gy|mu|miu|iu|u|ml)(?:\s?/\s?(?:m2|kg|d|day))*|d\d+(?:-\d+)?"
    r"|x\s?\d+|(?:in|n\s?=)\s?\d+|\d+(?:-\d+)?(?:\s?(?:cycles?|courses?|patients?|weeks?|days?|months?))?"
    r"|(?:one|two|three|four|five|six) (?:arm|cycles|courses))(?![\w-])",
    re.I,
)
_NOTHING = re.compile(
    r"(?:no|none|nothing|no (?:\w+ ){0,2}(?:treatment|therapy)|best supportive care|supportive care)?(?: in (?:some|part))?",
    re.I,
)
_DENIED = re.compile(r"\b(?:no|not|without|refractory|fail(?:ed|ure)|previous|prior|except)\b", re.I)
_ALONE = re.compile(r"\b(?:alone|only|same|similar)\b", re.I)
_SURGERY = re.compile(r"\b(?:surgery|resection|\w+ectomy)\b", re.I)


@dataclass(frozen=True)
class Treatment:
    """What a cell names: categories and drug classes in order of the alphabet, and the parts not known."""

    categories: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class TreatmentReader:
    """Reads treatments by the vocabularies co_treatments, drugs, qualifiers and comparators."""

    def __init__(self, vocabularies: Vocabularies) -> None:
        self._terms = {
            spelling(row["reported"]): tuple(row["categories"].split("; "))
            for row in rows_of(vocabularies.table("co_treatments"))
        }
        self._drugs = {
            spelling(row["name"]): (row["category"], row["class"]) for row in rows_of(vocabularies.table("drugs"))
        }
        self._qualifiers = set(map(spelling, vocabularies.terms("qualifiers")))
        self._comparators = [
            (re.compile(row["pattern"], re.I), row["kind"]) for row in rows_of(vocabularies.table("comparators"))
        ]
        known = sorted([*self._terms, *self._drugs], key=len, reverse=True)
        self._within = re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, known)) + r")(?:s|es)?(?![\w])")

    def read(self, text: str) -> Treatment:
        """The treatments of a cell."""
        whole = self._part(spelling(text))
        if _NOTHING.fullmatch(spelling(text)) and spelling(text) != "":
            return Treatment(("none",))
        if whole is not None and spelling(text) in self._terms:
            return _treatment([whole], [], self._classes(text))
        inside = [part for said in _BRACKETS.findall(text) for part in self._parts(said)]
        parts = [part for part in self._parts(_BRACKETS.sub(" ", text)) if not _NOTHING.fullmatch(part)]
        read = {part: self._part(part) for part in parts}
        known = [said for said in (*read.values(), *map(self._part, inside)) if said is not None]
        return _treatment(known, [part for part, said in read.items() if said is None], self._classes(text))

    def comparator(self, comparator: str | None, co_treatment: str | None) -> str:
        """What the control group received, one of `cleaned.COMPARATORS`."""
        if comparator is None:
            return "not stated"
        for pattern, kind in self._comparators:
            if pattern.search(comparator):
                return kind
        given = self.read(co_treatment) if co_treatment else Treatment()
        if _SURGERY.search(comparator) and _ALONE.search(comparator) and "surgery" not in given.categories:
            return "none"
        control = self.read(comparator)
        same_words = co_treatment is not None and spelling(comparator) == spelling(co_treatment)
        if same_words or (given.categories and set(control.categories) == set(given.categories)):
            return "same treatment without cells"
        shared = set(control.categories) & set(given.categories)
        one_in_other = set(control.categories) < {*given.categories} or {*given.categories} < set(control.categories)
        if shared and (_ALONE.search(comparator) or one_in_other):
            return "same treatment without cells"
        return "other active treatment" if set(control.categories) - {NOT_CLASSIFIED} else NOT_CLASSIFIED

    def _parts(self, text: str) -> list[str]:
        stripped = (" ".join(_AMOUNTS.sub(" ", part).split()).strip(" -.") for part in _JOINTS.split(text))
        return [part.casefold() for part in stripped if part]

    def _part(self, part: str) -> tuple[str, ...] | None:
        """Categories of one part; empty for nothing, None where it is not known."""
        if part in self._terms:
            return self._terms[part]
        if part in self._drugs:
            return (self._drugs[part][0],)
        halves = part.split("-")
        if len(halves) > 1 and all(half in self._terms or half in self._drugs for half in halves):
            return tuple(dict.fromkeys(category for half in halves for category in self._part(half) or ()))
        if _DENIED.search(part):
            return None
        found = self._within.findall(part)
        left = re.sub(r"[^\w]+", " ", self._within.sub(" ", part)).split()
        if not found or any(word not in self._qualifiers for word in left):
            return None
        named = [re.sub(r"(?:s|es)$", "", term) if term not in self._known else term for term in found]
        return tuple(dict.fromkeys(category for term in named for category in (self._part(term) or ())))

    @property
    def _known(self) -> set[str]:
        return self._terms.keys() | self._drugs.keys()

    def _classes(self, text: str) -> set[str]:
        words = re.findall(r"[\w-]+", spelling(text))
        words += [half for word in words for half in word.split("-")]
        return {self._drugs[word][1] for word in words if word in self._drugs}


def _treatment(known: list[tuple[str, ...]], unknown: list[str], classes: set[str]) -> Treatment:
    if len(known) == 1 and not unknown:
        return Treatment(known[0], tuple(sorted(classes)))
    categories = {category for one in known for category in one}
    return Treatment(
        tuple(sorted(categories)) + ((NOT_CLASSIFIED,) if unknown else ()), tuple(sorted(classes)), tuple(unknown)
    )


def comparator_kinds(reader: TreatmentReader, trials: pd.DataFrame) -> pd.Series:
    """The kind of each trial's comparator, by its raw text; missing for designs without controls."""
    kinds = [
        reader.comparator(None if pd.isna(control) else control, None if pd.isna(given) else given)
        for control, given in zip(trials["comparator"], trials["co_treatment"])
    ]
    controlled = ~trials["design"].isin(["single_arm", "case_report"]) | trials["comparator"].notna()
    return pd.Series(kinds, index=trials.index, dtype="str").where(controlled)

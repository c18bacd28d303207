"""Do a title and its tumours name the same organ, and do words stand in the cell that they were meant for?"""

from __future__ import annotations

import re

import pandas as pd

from ircc_lib.registry.ingest.flags import Flags

_ORGANS = {
    "liver": r"hepato|liver|\bHCC\b|肝癌|肝细胞",
    "stomach": r"gastric|gastrectomy|stomach|胃癌",
    "lung": r"\blung|pulmonary|\bN?SCLC\b|肺癌",
    "kidney": r"\brenal|kidney|肾癌|肾细胞",
    "bowel": r"colorectal|\bcolon|rectal|结直肠|大肠癌",
    "breast": r"breast|乳腺",
    "blood": r"leuk[ae]e?mia|lymphoma|myeloma|myelodysplas|白血病|淋巴瘤|骨髓瘤",
    "skin": r"melanoma|黑色素瘤",
    "ovary": r"ovar|卵巢",
    "pancreas": r"pancrea|胰腺",
    "oesophagus": r"o?esophag|食管",
    "prostate": r"prostat|前列腺",
    "brain": r"gliom|glioblastom|胶质",
    "cervix": r"cervical|cervix|宫颈",
    "bladder": r"bladder|膀胱",
    "nasopharynx": r"nasophary|鼻咽",
}
_ORGAN = re.compile("|".join(f"(?P<{organ}>{words})" for organ, words in _ORGANS.items()), re.I)
_FREE = (
    "centres", "setting", "journal", "tumour_summary", "product_reported", "adjusted_for", "description", "diagnosis",
    "primary_endpoint", "culture_agents", "potency_assay", "modification_detail", "oncotree_name", "condition", "criteria",
    "stage_reported", "subgroup",
)  # fmt: skip
"""Columns of words: a number alone is of another column."""

_PERSONAL = re.compile(
    r"\b(?:Herr|Frau|Mr|Mrs|Ms|Dr)\.? [A-Z]\w+|\bgeb(?:oren|\.)|\bborn (?:on )?\d|\b(?:\d{1,2}[./]){2}(?:19|20)\d\d\b"
    r"|\b(?:19|20)\d\d-\d\d-\d\d\b|\bMRN\b|\bpatient id\b|@\w+\.\w",
    re.I,
)
LONGEST_JOURNAL = 110
"""Letters that no name of a journal has."""


def flag(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Flag words that belong to another tumour, another cell, or to no registry."""
    trials = tables["trials"]
    _tumours(trials, tables["entities"], flags)
    journal = trials["journal"].fillna("")
    flags.add(
        "trials",
        journal.str.len().gt(LONGEST_JOURNAL)
        | journal.str.contains(r"randomi[sz]ed|\btrial (?:of|in)\b|\bCIK\b", flags=re.I),
        "journal",
        trials["journal"],
        "the words of a title",
        "the name of the journal",
    )
    for name, table in tables.items():
        for column in set(_FREE) & set(table.columns):
            bare = table[column].astype("str").str.fullmatch(r"[\d.,/ %-]*\d[\d.,/ %-]*").fillna(False).astype(bool)
            if column == "stage_reported":
                bare &= ~table[column].astype("str").str.fullmatch(r"[0-4](?:[-/, ]+[0-4])*").fillna(False).astype(bool)
            flags.add(name, bare, column, table[column], "a number in a column of words", "the words as printed")
    patients = tables["patients"]
    for column in ("diagnosis", "stage", "response", "note"):
        if len(patients) and column in patients:
            flags.add(
                "patients",
                patients[column].str.contains(_PERSONAL),
                column,
                "(not shown)",
                "a name, a date or a number that may tell who the patient is",
                "what the paper prints of the disease, and no more",
            )
    for column in ("os_time", "pfs_time"):
        flags.add(
            "patients",
            patients[column] > LONGEST_TIME,
            column,
            patients[column + "_reported"] if column + "_reported" in patients else patients[column],
            "a time of more than twenty-five years",
            "the unit as printed",
        )


LONGEST_TIME = 300.0
"""Months for which no patient of a CIK trial can have been followed."""


def organs_named(text: object) -> frozenset[str]:
    """The organs that a title or a tumour names.

    >>> sorted(organs_named("CIK cells after hepatectomy for HCC, or in gastric cancer"))
    ['liver', 'stomach']
    """
    named = _ORGAN.finditer(text) if isinstance(text, str) else ()
    return frozenset(match.lastgroup for match in named if match.lastgroup)


def _tumours(trials: pd.DataFrame, entities: pd.DataFrame, flags: Flags) -> None:
    """An organ in the title, or in the summary of tumours, of which the trial has no tumour."""
    if not len(entities):
        return
    of_trial: dict[str, set[str]] = {}
    unclear = set()
    for trial, said in zip(entities["trial_id"], entities["tumour_reported"]):
        organs = organs_named(said)
        of_trial.setdefault(trial, set()).update(organs)
        if not organs:
            unclear.add(trial)
    for column in ("title", "tumour_summary"):
        titled = [organs_named(text) for text in trials[column]]
        other = [
            bool(organs) and bool(of_trial.get(trial)) and trial not in unclear and not organs & of_trial[trial]
            for organs, trial in zip(titled, trials["trial_id"])
        ]
        tumours = trials["trial_id"].map(lambda trial: ", ".join(sorted(of_trial.get(trial, ()))))
        flags.add(
            "trials",
            pd.Series(other, index=trials.index, dtype=bool),
            column,
            trials[column],
            "it names another organ than the tumours in entities, " + tumours,
            "the tumours of this report",
        )

"""What trials and their arms are called where people read.

A trial by its first author and year, else where, when, in whom and with what; an arm by the words of the vocabulary
``arms``.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ircc_lib.registry.vocabulary import meanings
from ircc_lib.text import capital

_AUTHOR_YEAR = re.compile(r"(?P<author>\D+?)(?P<year>(?:19|20)\d\d)(?P<letter>[a-z]?)")
_NAMELESS = re.compile(r"Anon|PMID|[a-z]|\w*Undated")  # ids that name no author, or no year
_INITIALS = re.compile(r"\s+[A-Z]{1,3}$")
_CODES = {"NSCLC", "SCLC", "HCC", "RCC", "AML", "CML"}  # OncoTree codes that clinicians say
_SHORT = {
    "acute leukaemia, unspecified": "leukaemia",
    "acute lymphoblastic leukaemia": "ALL",
    "diffuse large B-cell lymphoma": "DLBCL",
    "haematological malignancy, unspecified": "haematological",
    "mixed or unspecified tumours": "several tumours",
    "nasopharyngeal carcinoma": "nasopharyngeal",
}
_NO_YEAR, SEVERAL = "no year", "several tumours"
_learned: dict[str, str] = {}


def trial_label(trial_id: str) -> str:
    """The label of a trial of a registry that was loaded, else what its id says.

    Parameters
    ----------
    trial_id : str
        The trial.

    Returns
    -------
    str
        The label.

    Examples
    --------
    >>> trial_label("Zhao2013"), trial_label("PMID99999999")
    ('Zhao 2013', 'PMID 99999999')
    """
    return _learned.get(trial_id) or _of_id(trial_id)


def arm_words(arm: str) -> str:
    """The name of an arm in words: those of the vocabulary ``arms``, else the name itself; of several, all.

    Examples
    --------
    >>> arm_words("le5cm_highrisk"), arm_words("highest_doses"), arm_words("stage3 + stage4")
    ('5 cm or less, high risk', 'highest doses', 'stage III + stage IV')
    """
    says = meanings("arms")
    return " + ".join(says.get(one, one.replace("_", " ")) for one in arm.split(" + "))


def learn(labels: Mapping[str, str]) -> None:
    """Know these trials by their labels from now on (trial_id -> label)."""
    _learned.update(labels)


def labels_of(trials: pd.DataFrame, entities: pd.DataFrame) -> pd.Series:
    """The label of each row of ``trials``.

    Parameters
    ----------
    trials : with ``trial_id``, ``first_author``, ``year``, ``country``, ``product``
    entities : with ``trial_id``, ``entity``, ``oncotree_code``

    Returns
    -------
    Series of labels in the order of the trials, no two alike

    Examples
    --------
    >>> trials = pd.DataFrame({"trial_id": ["Anon2014a"], "first_author": [None], "year": [2014],
    ...     "country": ["China"], "product": ["DC-CIK"]})
    >>> entities = pd.DataFrame({"trial_id": ["Anon2014a"], "entity": ["gastric cancer"], "oncotree_code": ["STAD"]})
    >>> labels_of(trials, entities).tolist()
    ['China 2014 (gastric, DC-CIK)']
    """
    tumours = _tumours(entities)
    columns = ["trial_id", "first_author", "year", "country", "product"]
    made = [_label(*row, tumours=tumours) for row in trials[columns].astype(object).itertuples(index=False, name=None)]
    return pd.Series(_told_apart(made), index=trials.index, dtype="str")


def _of_id(trial_id: str) -> str:
    if trial_id.startswith("PMID"):
        return f"PMID {trial_id[4:]}"
    cited = _AUTHOR_YEAR.fullmatch(trial_id)
    return f"{cited['author']} {cited['year']}{cited['letter']}" if cited else trial_id


def _label(trial_id: str, author: Any, year: Any, country: Any, product: Any, *, tumours: dict[str, str]) -> str:
    if not _NAMELESS.match(trial_id):
        cited = _AUTHOR_YEAR.fullmatch(trial_id)
        if cited and isinstance(author, str) and author.replace("-", "") == cited["author"]:  # with its hyphen
            return f"{author} {cited['year']}{cited['letter']}"
        return _of_id(trial_id)
    unknown = pd.isna(year)
    when = f", {_NO_YEAR}" if unknown else f" {int(year)}"
    if isinstance(author, str) and author:
        return f"{_INITIALS.sub('', author)}{when}"
    of = [part for part in (tumours.get(trial_id), product) if isinstance(part, str) and part]
    where = country if isinstance(country, str) and country else of.pop(0) if of else "Trial"
    beside = f" ({', '.join(of)})" if of else ""
    return f"{capital(where)}{when}{beside}"


def _tumours(entities: pd.DataFrame) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    columns = (entities[name].tolist() for name in ("trial_id", "entity", "oncotree_code"))
    for trial_id, entity, code in zip(*columns):
        if isinstance(entity, str):
            found.setdefault(trial_id, set()).add(code if code in _CODES else _short(entity))
    return {trial_id: names.pop() if len(names) == 1 else SEVERAL for trial_id, names in found.items()}


def _short(entity: str) -> str:
    """An entity without the word that every tumour has."""
    return _SHORT.get(entity) or re.sub(r",? (cancer|carcinoma|unspecified)", "", entity)


def _told_apart(labels: list[str]) -> list[str]:
    """Labels that several trials would have, with a letter each."""
    times, seen = Counter(labels), Counter[str]()
    apart = []
    for label in labels:
        seen[label] += 1
        apart.append(label if times[label] == 1 else f"{label} {_letters(seen[label])}")
    return apart


def _letters(n: int) -> str:
    """1 is a, 26 is z, 27 is aa."""
    text = ""
    while n:
        n, digit = divmod(n - 1, 26)
        text = chr(ord("a") + digit) + text
    return text

"""The search index: pages, their sections, what trials gave and saw, and the numbers that papers are known by.

Entries are lists, to be short: kind, title, line below, path, other names, further words, weight. An
index of more than `LONGEST` characters is laid down in several scripts.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.registry.addresses import web_address
from ircc_lib.registry.editions import project_root
from ircc_lib.report.site.sitemap import ABOUT, ABOUT_SECTIONS, ABOUT_TITLE, Chapter, SiteMap
from ircc_lib.text import capital

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

LONGEST = 1_000_000
_ESCAPED = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})
_HOME = {"event": "_safety", "treatment": "_combinations", "product": "_counts"}  # how the chapter's name ends
_BELOW = {"event": "Adverse event", "treatment": "Given with CIK cells", "product": "Cell product"}


def search_index(sitemap: SiteMap, registry: Registry) -> list[str]:
    """Scripts that lay the index down for the page, the first of them saying how many there are.

    Parameters
    ----------
    sitemap : SiteMap
        The plan of the edition's site.
    registry : Registry
        The edition.

    Returns
    -------
    list of str
        Each shorter than `LONGEST`, unless a single entry is longer.
    """
    names = _synonyms()
    entries = [
        *_chapters(sitemap, names),
        *_entities(sitemap, names["tumour"]),
        *_topics(sitemap, registry, names),
        *_registrations(sitemap, registry),
        *_trials(sitemap, registry),
    ]
    parts: list[list[str]] = [[]]
    size = 0
    for entry in map(script_json, entries):
        if parts[-1] and size + len(entry) > LONGEST:
            parts.append([])
            size = 0
        parts[-1].append(entry)
        size += len(entry) + 1
    scripts = [f"window.IRCC_SEARCH = (window.IRCC_SEARCH || []).concat([{','.join(part)}]);\n" for part in parts]
    return [f"window.IRCC_SEARCH_PARTS = {len(scripts)};\n{scripts[0]}", *scripts[1:]]


def script_json(value: Any) -> str:
    """JSON that may stand in a script: nothing in it can end the script or start markup.

    >>> script_json("</script>")
    '"\\\\u003c/script\\\\u003e"'
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)


def _synonyms() -> dict[str, dict[str, list[str]]]:
    """Kind, what is stood for, and its other names, of ``data/synonyms.csv``."""
    found: dict[str, Any] = defaultdict(lambda: defaultdict(list))
    path = project_root() / "data" / "synonyms.csv"
    if path.is_file():
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found[row["kind"]][row["stands_for"].casefold()].append(row["term"])
    return found


def _chapters(sitemap: SiteMap, names: dict[str, Any]) -> Iterable[list[Any]]:
    events, methods = names["event"], names["chapter"]
    for chapter in (*sitemap.chapters, Chapter(page=ABOUT, title=ABOUT_TITLE, sections=ABOUT_SECTIONS)):
        yield ["Chapter", chapter.title, "", chapter.path, methods.get(chapter.page.casefold(), []), chapter.page, 0]
        for anchor, title in chapter.sections:
            others = [*events.get(title.casefold(), []), *methods.get(f"{chapter.page}#{anchor}".casefold(), [])]
            yield ["Section", title, chapter.title, f"{chapter.path}#{anchor}", others, "", 0]


def _entities(sitemap: SiteMap, names: dict[str, list[str]]) -> Iterable[list[Any]]:
    for entity in sitemap.entities:
        below = f"{entity.organ_system}, {_counted(entity.trials)}"
        others = names.get(entity.name.casefold(), [])
        yield ["Tumour entity", entity.name, below, entity.path, others, "", entity.trials]


def _topics(sitemap: SiteMap, registry: Registry, names: dict[str, Any]) -> Iterable[list[Any]]:
    """Adverse events, co-treatments and products, by all their names; each leads to its chapter."""
    trials, events = registry.trials, registry.adverse_events
    seen = {
        "event": events.groupby("term")["trial_id"].nunique() if len(events) else {},
        "treatment": trials["co_treatments"].dropna().str.split("; ").explode().value_counts(),
        "product": trials["product"].value_counts(),
    }
    for kind, counts in seen.items():
        chapter = next((one for one in sitemap.chapters if one.page.endswith(_HOME[kind])), None)
        if chapter is None:
            continue
        for term, count in dict(counts).items():
            others = names[kind].get(str(term).casefold(), [])
            title = capital(str(term))
            yield ["Topic", title, f"{_BELOW[kind]}, {_counted(count)}", chapter.path, others, "", int(count)]


def _registrations(sitemap: SiteMap, registry: Registry) -> Iterable[list[Any]]:
    """Registered trials: to the record of the report that names the number, else to their page, else to the register."""
    page = next((one.path for one in sitemap.chapters if one.page.endswith("registrations")), "")
    reports: dict[str, str] = {}
    for row in registry.trials[["trial_id", "registration_ids"]].dropna().itertuples():
        found = sitemap.trial(row.trial_id)
        for number in str(row.registration_ids).split("; "):
            if found:
                reports.setdefault(number, found.path)
    for row in registry.registrations.itertuples():
        path = reports.get(row.registration_id) or page or web_address(_text(row.source_url))
        if path:
            below = f"Registered: {_text(row.title)}"
            yield ["Registration", str(row.registration_id), below, path, [], _text(row.condition), 0]


def _trials(sitemap: SiteMap, registry: Registry) -> Iterable[list[Any]]:
    known: dict[str, dict[Any, Any]] = {row["trial_id"]: row for row in registry.trials.to_dict("records")}
    for trial in sitemap.trials:
        row = known.get(trial.trial_id, {})
        numbers = [trial.trial_id, *(_text(row.get(name)) for name in ("pmid", "doi"))]
        numbers += _text(row.get("registration_ids")).split("; ")
        words = f"{trial.words} {_text(row.get('co_treatments'))} {_text(row.get('co_treatment_reported'))}"
        yield ["Trial", trial.label, trial.title, trial.path, [one for one in numbers if one], words, 0]


def _text(value: Any) -> str:
    return "" if value is None or pd.isna(value) else str(value)


def _counted(trials: int) -> str:
    return f"{trials} {'trial' if trials == 1 else 'trials'}"

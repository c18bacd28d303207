"""Is a report, or are its patients, in the registry twice? And can its own figures be?"""

from __future__ import annotations

import datetime
import re
import unicodedata
from itertools import islice
from typing import Any

import pandas as pd

from ircc_lib.registry.clean.columnwise import read_distinct
from ircc_lib.registry.ingest.flags import Flags

LONG_TITLE = 25
"""Letters from which on a beginning that two titles share is no chance."""
_COMPARED = ["trial_id", "cohort", "pmid", "doi", "year", "n_total", "n_cik", "first_author"]
_NAMED = 5
"""Reports that one sentence names at most."""


def flag(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Flag reports entered twice, chains of cohorts, and designs, years and ages that cannot be."""
    trials = tables["trials"]
    _cohorts(trials, flags)
    _twice(trials, tables["overlaps"], flags)
    _dates(trials, flags)
    flags.add(
        "trials",
        ~trials["trial_id"].isin(tables["entities"]["trial_id"]),
        "trial_id",
        trials["trial_id"],
        "no tumour is recorded for this trial",
        "a row in entities",
    )


def roots(cohorts: pd.Series) -> dict[str, str]:
    """The cohort that each report belongs to in the end; a circle belongs to its first report.

    >>> roots(pd.Series({"A": "A", "B": "A", "C": "B"}))
    {'A': 'A', 'B': 'A', 'C': 'A'}
    """
    parents = cohorts.to_dict()
    order = {report: place for place, report in enumerate(parents)}
    found = {}
    for report in parents:
        way, at = [report], parents[report]
        while at in parents and at not in way:
            way.append(at)
            at = parents[at]
        circle = way[way.index(at) :] if at in way else [at]
        found[report] = min(circle, key=lambda one: order.get(one, -1)) if len(circle) > 1 else circle[0]
    return found


def _cohorts(trials: pd.DataFrame, flags: Flags) -> None:
    """Follow chains of cohorts to their end, so that the same patients are counted once."""
    named = trials.set_index("trial_id")["cohort"]
    ends = trials["trial_id"].map(roots(named)).astype("str")
    flags.add(
        "trials",
        ends != trials["cohort"],
        "cohort",
        trials["cohort"],
        "the report named as cohort names another itself; these patients are counted with " + ends,
        "the first report of the patients, whose cohort is its own trial_id",
    )
    trials["cohort"] = ends


def _twice(trials: pd.DataFrame, overlaps: pd.DataFrame, flags: Flags) -> None:
    known = {frozenset(pair) for pair in zip(overlaps["trial_id"], overlaps["other_trial_id"])}
    titles = read_distinct(trials["title"], bare_title).take(str, "str").fillna("")
    for column in ("pmid", "doi"):
        papers = trials.assign(_same=trials[column].str.lower(), _title=titles)
        again = papers["_same"].notna() & papers.duplicated("_same", keep=False)
        # one paper may report two cohorts: then it has one title
        two_cohorts = ~papers.duplicated(["_same", "cohort"], keep=False)
        two_cohorts &= papers.groupby("_same")["_title"].transform("nunique").eq(1)
        flags.add(
            "trials", again & ~two_cohorts, column, trials[column], "another report has the same", "one report each"
        )
    numbers = trials.assign(_key=trials["registration_ids"].str.split("; ")).explode("_key")
    _others(trials, numbers, known, flags, "registration_id", "registration_id_reported", "register number")
    titled = trials.assign(_key=titles.where(titles != ""))
    _others(trials, titled, known, flags, "title", "title", "title", papers_may=True)
    _shortened(trials, titles, flags)


def _others(
    trials: pd.DataFrame,
    keyed: pd.DataFrame,
    known: set[frozenset[str]],
    flags: Flags,
    column: str,
    shown: str,
    what: str,
    *,
    papers_may: bool = False,
) -> None:
    """Reports of other cohorts with the same key, but for pairs whose overlap is recorded."""
    keyed = keyed.dropna(subset="_key")
    keyed = keyed[keyed.duplicated("_key", keep=False)]
    alike: dict[str, list[tuple[Any, dict[str, Any]]]] = {}
    for at, report in zip(keyed.index, _compared(keyed[["_key", *_COMPARED]])):
        alike.setdefault(report["_key"], []).append((at, report))
    said = {}
    for reports in alike.values():
        for at, one in reports:
            others = (
                other["trial_id"]
                for _, other in reports
                if other["trial_id"] != one["trial_id"]
                and frozenset((one["trial_id"], other["trial_id"])) not in known
                and _is_doubt(one, other, papers_may)
            )
            if named := list(islice(others, _NAMED + 1)):
                said[at] = "; ".join(named[:_NAMED]) + (" and others" if len(named) > _NAMED else "")
    found = pd.Series(said, dtype="str").reindex(trials.index)
    flags.add(
        "trials",
        found.notna(),
        column,
        trials[shown],
        f"the same {what} as " + found + ": the same patients, or the same report twice?",
        "the cohort of the first report, or a row in overlaps",
    )


def _compared(reports: pd.DataFrame) -> list[dict[str, Any]]:
    """What two reports are compared by; None where a report does not say it."""
    return reports.astype("object").where(reports.notna(), None).to_dict("records")


def _is_doubt(one: dict[str, Any], other: dict[str, Any], papers_may: bool) -> bool:
    if one["cohort"] == other["cohort"]:  # told already, unless it is one report entered twice
        alike = all(one[name] == other[name] for name in ("n_total", "n_cik", "year"))
        return papers_may and alike and (one["pmid"] is None) != (other["pmid"] is None)
    same_paper = one["pmid"] is not None and one["pmid"] == other["pmid"]
    same_doi = one["doi"] is not None and one["doi"].lower() == (other["doi"] or "").lower()
    return not (papers_may and (same_paper or same_doi))  # one paper, two cohorts


def _shortened(trials: pd.DataFrame, titles: pd.Series, flags: Flags) -> None:
    """Reports of other cohorts whose title begins as a longer one, by the same author or of about the same year."""
    reports = dict(zip(trials.index, _compared(trials[_COMPARED])))
    titled: dict[str, list[Any]] = {}
    for at, title in titles[titles.str.len() >= LONG_TITLE].items():
        titled.setdefault(title, []).append(at)
    said, ordered = {}, sorted(titled)
    for place, short in enumerate(ordered):
        for longer in ordered[place + 1 :]:
            if not longer.startswith(short):
                break
            for at in titled[short]:
                whole = (reports[other] for other in titled[longer] if _may_be_one(reports[at], reports[other]))
                if one := next(whole, None):
                    said[at] = one["trial_id"]
    found = pd.Series(said, dtype="str").reindex(trials.index)
    flags.add(
        "trials",
        found.notna(),
        "title",
        trials["title"],
        "the beginning of the title of " + found + ": the same report twice?",
        "the title as printed, and the cohort of the first report where the patients are the same",
    )


def _may_be_one(one: dict[str, Any], other: dict[str, Any]) -> bool:
    if one["cohort"] == other["cohort"]:
        return False
    years = [one["year"], other["year"]]
    near = None in years or abs(years[0] - years[1]) <= 1
    names = [str(report["first_author"]).casefold() for report in (one, other)]
    return near or names[0] == names[1]


def bare_title(title: str) -> str | None:
    """The letters of a title alone; None where there are too few to compare."""
    letters = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", title).casefold())
    return letters if len(letters) > 3 else None


def _dates(trials: pd.DataFrame, flags: Flags) -> None:
    year, now = trials["year"], datetime.date.today().year
    flags.add("trials", year > now, "year", year, "the year is in the future", f"{now} at most")
    for column in ("enrol_start", "enrol_end"):
        flags.add(
            "trials",
            trials[column].dt.year > year,
            column,
            trials[column + "_reported"],
            "later than the year of publication " + year.astype("str"),
            "the year of publication at most",
        )
    flags.add(
        "trials",
        trials["enrol_end"] < trials["enrol_start"],
        "enrol_end",
        trials["enrol_end_reported"],
        "before enrol_start " + trials["enrol_start_reported"],
        "enrol_start or later",
    )

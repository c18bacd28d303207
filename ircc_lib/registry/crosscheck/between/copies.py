"""Was a result copied: from the other group, from another report, with the address of another paper?"""

from __future__ import annotations

import pandas as pd

from ircc_lib.registry.ingest.flags import Flags

TOLD = 4
"""Cells of a patient that two are not alike in by chance."""

_RESULTS = ("medians", "landmarks", "comparisons", "responses", "adverse_events", "entities", "arms")


def flag(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Flag results that stand in both groups or in two reports alike, and sources of another report."""
    trials = tables["trials"].set_index("trial_id")
    for name, column, value, keys in (
        ("medians", "median_reported", "median", ["trial_id", "endpoint", "statistic"]),
        ("landmarks", "survival_pct", "survival_pct", ["trial_id", "endpoint", "time"]),
    ):
        if len(tables[name]):
            _of_both_groups(name, column, value, keys, tables[name], flags)
    _of_two_reports(tables, trials, flags)
    _patients(tables["patients"], flags)
    _addresses(tables, trials, flags)


def _of_both_groups(name: str, column: str, value: str, keys: list[str], table: pd.DataFrame, flags: Flags) -> None:
    whole = table["arm"].isna() & table["group"].isin(["cik", "control"]) & table["repeats"].isna()
    said = table[value].astype("float64").where(whole & (table[value] > 0))
    at = [table[key].astype("object").where(table[key].notna(), "") for key in keys]
    groups = table["group"].where(said.notna()).groupby(at).transform("nunique")
    same = said.groupby(at).transform("nunique").eq(1) & groups.eq(2)
    if name == "landmarks":
        same &= table[value] < 100
    flags.add(
        name,
        whole & same & (table["group"] == "control"),
        column,
        table[column],
        "the same as in the other group: was it copied down?",
        "the value of this group, or the same if it is printed so",
    )


def _patients(patients: pd.DataFrame, flags: Flags) -> None:
    """A patient whose every cell is that of another of the same report."""
    told = ["age", "sex", "diagnosis", "stage", "response", "os_time", "pfs_time"]
    alike = patients.duplicated(["trial_id", *told, "os_event", "pfs_event"]) & patients[told].notna().sum(
        axis="columns"
    ).ge(TOLD)
    flags.add(
        "patients",
        alike,
        "patient_no",
        patients["patient_no"],
        "all that is said of this patient is said of another: was the row copied?",
        "the cells of this patient",
    )  # fmt: skip


def _of_two_reports(tables: dict[str, pd.DataFrame], trials: pd.DataFrame, flags: Flags) -> None:
    """A ratio with its interval, or the medians of both groups, to the digit as in a report of other patients."""
    comparisons = tables["comparisons"]
    if len(comparisons):
        parts = comparisons[["endpoint", "estimate", "ci_low", "ci_high"]]
        whole = parts.notna().all(axis="columns")
        _told("comparisons", "estimate", comparisons, _joined(parts, whole), tables["overlaps"], trials, flags)
    medians = tables["medians"]
    whole = medians["arm"].isna() & medians["group"].isin(["cik", "control"]) & (medians["median"] > 0)
    if whole.any():
        printed = medians["group"].astype("str") + "=" + medians["median"].round(2).astype("str")
        keys = [medians[name] for name in ("trial_id", "endpoint")]
        both = medians["group"].where(whole).groupby(keys).transform("nunique").eq(2) & whole
        pair = printed.where(both).groupby(keys).transform(lambda of: "; ".join(sorted(set(of.dropna()))))
        _told("medians", "median_reported", medians, _joined(pd.DataFrame({"endpoint": medians["endpoint"], "pair": pair}), both), tables["overlaps"], trials, flags)  # fmt: skip


def _joined(parts: pd.DataFrame, where: pd.Series) -> pd.Series:
    first, *others = (parts[name].astype("str").fillna("") for name in parts)
    return first.str.cat(others, sep="|").where(where)


def _told(
    name: str, column: str, table: pd.DataFrame, key: pd.Series, overlaps: pd.DataFrame, trials: pd.DataFrame, flags: Flags
) -> None:  # fmt: skip
    again = key.notna() & table["trial_id"].groupby(key).transform("nunique").gt(1)
    if not again.any():
        return
    known = {frozenset(pair) for pair in zip(overlaps["trial_id"], overlaps["other_trial_id"])}
    cohort = trials["cohort"].to_dict()
    other: dict[object, str] = {}
    for _, rows in table[again].groupby(key[again], sort=False):
        ids = list(dict.fromkeys(rows["trial_id"]))
        for at, one in zip(rows.index, rows["trial_id"]):
            before = ids[: ids.index(one)]
            of_others = (
                two for two in before if cohort.get(two) != cohort.get(one) and frozenset((one, two)) not in known
            )
            if (first := next(of_others, None)) is not None:
                other[at] = first
    said = pd.Series(other, dtype="str").reindex(table.index)
    flags.add(
        name,
        said.notna(),
        column,
        table[column + "_reported"] if column + "_reported" in table else table[column],
        "the same to the digit as in " + said + ": was it copied, or are they the same patients?",
        "the result of this report, or a row in overlaps",
    )


def _addresses(tables: dict[str, pd.DataFrame], trials: pd.DataFrame, flags: Flags) -> None:
    """A row whose source is the PubMed record, or the DOI, of another enrolled report of other patients."""
    owners: dict[str, set[str]] = {}
    for column in ("pmid", "doi"):
        for trial, number in trials[column].dropna().items():
            owners.setdefault(str(number).casefold(), set()).add(str(trial))
    cohorts = trials["cohort"].to_dict()
    for name in _RESULTS:
        table = tables[name]
        if not len(table):
            continue
        url = table["source_url"]
        found = url.str.extract(r"pubmed\.ncbi\.nlm\.nih\.gov/(\d+)")[0].fillna(
            url.str.extract(r"doi\.org/(10\.\d{4,9}/\S+)")[0].str.casefold().str.rstrip("/")
        )
        whose = [
            next(iter(sorted(owners[number]))) if isinstance(number, str) and number in owners
            and not any(cohorts.get(one) == cohorts.get(trial) for one in owners[number]) else None
            for number, trial in zip(found, table["trial_id"])
        ]  # fmt: skip
        said = pd.Series(whose, index=table.index, dtype="str")
        flags.add(
            name,
            said.notna(),
            "source_url",
            url,
            "the address is of the report of " + said + ", of other patients",
            "the address of this report, or of a review",
        )
    own = trials[trials["record_level"] == "own record"].reset_index()
    paper = own["pmid"].fillna(own["doi"].str.casefold()).fillna(own["title"])
    url = own["source_url"].str.rstrip("/")
    several = paper.groupby(url).transform("nunique").gt(1)
    first = own["trial_id"].groupby(url).transform("first")
    again = set(own.loc[several & (first != own["trial_id"]), "trial_id"])
    table = tables["trials"]
    flags.add(
        "trials",
        table["trial_id"].isin(again),
        "source_url",
        table["source_url"],
        "the address of another report, whose paper is another",
        "the address of this report",
    )

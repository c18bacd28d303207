"""Do the tables beside the trials go with each other: cohorts, overlaps, tumours, screening, registers, answers?"""

from __future__ import annotations

import datetime
from collections import Counter

import pandas as pd

from ircc_lib.registry.ingest.flags import Flags


def flag(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Flag references that contradict what they refer to."""
    trials = tables["trials"].set_index("trial_id")
    if len(tables["overlaps"]):
        _overlaps(tables["overlaps"], trials, flags)
    if len(tables["tumours"]):
        _tumours(tables["tumours"], flags)
    if len(tables["screening"]):
        _screening(tables["screening"], trials, flags)
    _registrations(tables["registrations"], flags)
    _years(tables, flags)
    if len(tables["reviewed_flags"]):
        _answers(tables, flags)


def _overlaps(overlaps: pd.DataFrame, trials: pd.DataFrame, flags: Flags) -> None:
    one, other = overlaps["trial_id"], overlaps["other_trial_id"]
    pair = pd.Series([frozenset(both) for both in zip(one, other)], index=overlaps.index, dtype="object")
    for doubtful, why, allowed in (
        (one == other, "a report that overlaps with itself", "another report"),
        (pair.duplicated() & (one != other), "the same pair as in a row above", "each pair once"),
    ):
        flags.add("overlaps", doubtful, "other_trial_id", other, why, allowed)
    same = (one.map(trials["cohort"]) == other.map(trials["cohort"])) & (one != other)
    flags.add(
        "overlaps",
        same & (overlaps["certainty"] == "possible"),
        "certainty",
        overlaps["certainty"],
        "the two share their cohort, so they are counted as the same patients",
        "stated or likely, or a cohort of its own for each",
    )


def _tumours(tables: pd.DataFrame, flags: Flags) -> None:
    for column, among in (("entity", tables["entity"]), ("organ_system", tables["organ_system"])):
        bare = among.str.casefold().str.replace(r"[\W_]+", "", regex=True)
        usual = _usual(among, bare)
        flags.add(
            "tumours",
            among != usual,
            column,
            among,
            "another spelling than in other rows, " + usual.astype("str"),
            "one spelling",
        )
    system = tables["organ_system"]
    usual = _usual(system, tables["entity"])
    flags.add(
        "tumours",
        system != usual,
        "organ_system",
        system,
        "another organ system than in other rows of this entity, " + usual.astype("str"),
        "one organ system",
    )
    bare = tables["tumour_reported"].str.casefold().str.strip()
    entities = tables["entity"].groupby(bare).transform("nunique")
    flags.add(
        "tumours",
        bare.duplicated() & (entities > 1),
        "entity",
        tables["entity"],
        "the same tumour in other letters has another entity",
        "one entity",
    )


def _usual(values: pd.Series, keys: pd.Series) -> pd.Series:
    """The most frequent value among rows of one key; the first in the alphabet of several."""
    counts: dict[str, Counter[str]] = {}
    for key, value in zip(keys, values):
        if isinstance(key, str) and isinstance(value, str):
            counts.setdefault(key, Counter())[value] += 1
    usual = {key: min(of, key=lambda value: (-of[value], value)) for key, of in counts.items()}
    return keys.map(usual).astype("str")


def _screening(screening: pd.DataFrame, trials: pd.DataFrame, flags: Flags) -> None:
    became, reason = screening["enrolled_as"], screening["reason"].str.strip().str.casefold()
    flags.add(
        "screening",
        became.isna() & (reason == "enrolled"),
        "enrolled_as",
        "",
        "enrolled, but the report that it became is not told",
        "a trial_id",
    )
    flags.add(
        "screening",
        became.notna() & (reason != "enrolled"),
        "reason",
        screening["reason"],
        "a reason against a record that was enrolled as " + became.fillna(""),
        "enrolled, or no enrolled_as",
    )
    year = became.map(trials["year"]).astype("float64")
    flags.add(
        "screening",
        (screening["year"].astype("float64") - year).abs() > 1,
        "year",
        screening["year"],
        "another year than that of the report it became, " + became.fillna(""),
        "the same paper",
    )
    both = screening["n_cik"] + screening["n_control"]
    flags.add(
        "screening",
        both > screening["n_total"],
        "n_cik + n_control",
        both,
        "more patients than in all, n_total " + screening["n_total"].astype("str"),
        "n_total at most",
    )


def _registrations(registrations: pd.DataFrame, flags: Flags) -> None:
    number = registrations["source_url"].str.extract(r"(NCT\d{8})")[0]
    flags.add(
        "registrations",
        number.notna()
        & registrations["registration_id"].str.startswith("NCT")
        & (number != registrations["registration_id"]),
        "source_url",
        registrations["source_url"],
        "the address of another entry than " + registrations["registration_id"],
        "the address of this entry",
    )
    for column in ("n_planned", "n_actual"):
        status = registrations["status"].fillna("").str.casefold()
        flags.add(
            "registrations",
            (registrations[column] == 0) & ~status.str.contains("withdrawn"),
            column,
            registrations[column],
            "no patients, yet the entry is not withdrawn",
            "a number above 0, or an empty cell",
        )
    planned, actual = registrations["n_planned"], registrations["n_actual"]
    flags.add(
        "registrations",
        actual > 5 * planned,
        "n_actual",
        actual,
        "more than five times as planned, " + planned.astype("str"),
        "the number that the register shows",
    )
    flags.add(
        "registrations",
        registrations["start"].dt.year > datetime.date.today().year + 5,
        "start",
        registrations["start_reported"],
        "a start more than five years from now",
        "the date that the register shows",
    )


def _years(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    now = datetime.date.today().year
    for name in ("screening", "meta_analyses"):
        year = tables[name]["year"]
        flags.add(name, year > now, "year", year, "the year is in the future", f"{now} at most")


def _answers(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    reviewed = tables["reviewed_flags"]
    day = pd.to_datetime(reviewed["reviewed"], errors="coerce", format="%Y-%m-%d")
    flags.add(
        "reviewed_flags",
        day.isna() | (day > pd.Timestamp(datetime.date.today()) + pd.Timedelta(days=1)),
        "reviewed",
        reviewed["reviewed"],
        "no day of the calendar, or one in the future",
        "the day of the answer",
    )
    known = set(tables)
    flags.add(
        "reviewed_flags",
        ~reviewed["table"].isin(known),
        "table",
        reviewed["table"],
        "no table of the registry",
        ", ".join(sorted(known)),
    )
    records = {name: set(table.iloc[:, 0].astype("str")) for name, table in tables.items() if len(table.columns)}
    lost = [
        isinstance(trial, str) and table in known and trial not in records[table]
        for trial, table in zip(reviewed["trial_id"], reviewed["table"])
    ]
    flags.add(
        "reviewed_flags",
        pd.Series(lost, index=reviewed.index, dtype=bool),
        "trial_id",
        reviewed["trial_id"],
        "the table has no row of this report",
        "a report or record of that table",
    )

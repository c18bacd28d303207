"""Columns that several tables share, cleaned: the value under the column's name, the text beside it."""

import re
from operator import attrgetter

import numpy as np
import pandas as pd

from ircc_lib.registry import parse
from ircc_lib.registry.clean.columnwise import read_distinct
from ircc_lib.registry.clean.job import Job
from ircc_lib.registry.parse.durations import MONTHS
from ircc_lib.registry.parse.identifiers import REGISTERS


def identifiers(cleaned, text, job) -> None:
    for column, read, allowed in (
        ("pmid", parse.parse_pmid, "up to nine digits"),
        ("doi", parse.parse_doi, "10. with a registrant and a suffix"),
    ):
        ids = read_distinct(text[column], read)
        job.flag(ids.unread, column, text[column], f"not a {column.upper()}", allowed)
        cleaned[column] = ids.take(str, "str").where(~ids.unread, text[column])


def registration_ids(reported: pd.Series, job: Job) -> pd.Series:
    ids = read_distinct(reported, parse.parse_registration_ids)
    job.flag(
        ids.unread,
        "registration_id",
        reported,
        "not a number of a known register",
        "numbers of " + ", ".join(sorted(REGISTERS)),
    )
    return ids.take(str, "str")


def endpoint(cleaned, text, job) -> None:
    known = job.look_up(text["endpoint"], "endpoints")
    unmapped(job, "endpoint", text["endpoint"], known["known"], "endpoints")
    cleaned["endpoint"] = known["endpoint"].astype("str").fillna(text["endpoint"])
    place = cleaned.columns.get_loc("endpoint") + 1
    cleaned.insert(place, "endpoint_family", known["family"].astype("str").fillna("other"))
    cleaned.insert(place + 1, "endpoint_reported", text["endpoint"])


def group(cleaned, text) -> None:
    parts = read_distinct(text["group"], lambda said: said.partition(":"))
    place = cleaned.columns.get_loc("group")
    cleaned["group"] = parts.take(lambda part: part[0], "str")
    cleaned.insert(place + 1, "arm", parts.take(lambda part: part[2] or None, "str"))
    cleaned.insert(place + 2, "group_reported", text["group"])


def p_value(cleaned, text, job, column: str = "p_value") -> None:
    read = read_distinct(text[column], parse.parse_p)
    relation = read.take(lambda p: p.relation, "str")
    unread = relation.isin(["unreadable", "ambiguous"])
    job.flag(
        unread,
        column,
        text[column],
        "the p-value is " + relation,
        "one number from 0 to 1, with < or > where it is a bound, or ns",
    )
    relation_name = "p_relation" if column == "p_value" else column + "_relation"
    place = cleaned.columns.get_loc(column)
    cleaned[column] = read.take(lambda p: p.value, "float64")
    cleaned.insert(place + 1, relation_name, relation)
    cleaned.insert(place + 2, column + "_reported", text[column])


def grades(reported: pd.Series, job: Job) -> pd.DataFrame:
    """Rows of the vocabulary grades; grades and ranges of them that it does not list are read as such."""
    found = job.look_up(reported, "grades")
    read = read_distinct(reported.where(~found["known"]), parse.parse_grades)
    for bound in ("low", "high"):
        found[bound] = found[bound].where(found["known"], read.take(attrgetter(bound), "Int64").astype("str"))
    found["serious"] = found["serious"].fillna("no")
    found["known"] |= read.take(bool, "boolean").fillna(False).astype(bool)
    return found


_P_OF_RATE = re.compile(
    r"(?:(?P<before>ORR|DCR|(?:effective|response|control) rate):? )?(?P<p>(?:p ?)?[<>=]{0,2} ?[\d.]+)"
    r"(?: \((?P<after>ORR|DCR|(?:effective|response|control) rate)\))?",
    re.I,
)


def p_values_of_rates(text: pd.DataFrame) -> pd.DataFrame:
    """Raw text in which p-values that name their rate (``0.451 (ORR); 0.716 (DCR)``) stand in that rate's column."""
    moved = text.copy()
    for at, said in text["p_value"].dropna().items():
        parts = [_P_OF_RATE.fullmatch(part.strip()) for part in said.split(";")]
        if not all(part and (part["before"] or part["after"]) for part in parts):
            continue
        for part in parts:
            rate = (part["before"] or part["after"]).lower()
            moved.loc[at, "p_dcr" if rate in ("dcr", "control rate") else "p_orr"] = part["p"]
        moved.loc[at, "p_value"] = pd.NA
    return moved


def country(cleaned, text, job) -> None:
    aliases = job.vocabularies.table("countries").set_index("alias")["country"].to_dict()
    read = read_distinct(text["country"], lambda said: parse.parse_country(said, aliases))
    job.flag(
        read.unread,
        "country",
        text["country"],
        "not a country of ISO 3166",
        "an English name or a code of ISO 3166-1, or a row of the vocabulary countries",
    )
    place = cleaned.columns.get_loc("country")
    cleaned["country"] = read.take(lambda country: country.name, "str")
    cleaned.insert(place + 1, "country_code", read.take(lambda country: country.code, "str"))
    cleaned.insert(place + 2, "country_reported", text["country"])


def date(cleaned, text, job, column) -> None:
    read = read_distinct(text[column], parse.parse_date)
    job.flag(read.unread, column, text[column], "the date cannot be read", "a year, year-month or year-month-day")
    place = cleaned.columns.get_loc(column)
    cleaned[column] = read.take(lambda date: np.datetime64(date.first), "datetime64[us]")
    cleaned.insert(place + 1, column + "_precision", read.take(lambda date: date.precision, "str"))
    cleaned.insert(place + 2, column + "_reported", text[column])


def infusions(cleaned, reported, job, column) -> None:
    read = read_distinct(reported, parse.parse_infusions)
    job.flag(
        read.unread,
        column,
        reported,
        "the number of infusions of a patient cannot be read",
        "a number or a range of infusions, cycles or courses",
    )
    place = cleaned.columns.get_loc("infusions_reported") + 1
    cleaned.insert(place, "infusions_low", read.take(lambda n: n.low, "Int64"))
    cleaned.insert(place + 1, "infusions_high", read.take(lambda n: n.high, "Int64"))
    cleaned.insert(place + 2, "infusions_unit", read.take(lambda n: n.unit if n.low or n.high else None, "str"))


def cells(cleaned, reported, job) -> None:
    read = read_distinct(reported, parse.parse_dose)
    job.flag(
        read.unread,
        "cells_reported",
        reported,
        "the cell dose cannot be read",
        "an amount or range such as 5x10^9, with /kg and per infusion, cycle or course",
    )
    place = cleaned.columns.get_loc("cells_reported") + 1
    for offset, part in enumerate(("low", "high", "centre")):
        cleaned.insert(place + offset, f"cells_{part}", read.take(attrgetter(part), "float64"))
    cleaned.insert(place + 3, "cells_basis", read.take(lambda dose: dose.basis, "str"))
    cleaned.insert(place + 4, "cells_per", read.take(lambda dose: dose.per, "str"))


def months_per(unit: pd.Series) -> pd.Series:
    return read_distinct(unit, MONTHS.get).take(float, "float64")


def replace(cleaned: pd.DataFrame, column: str, **new: pd.Series) -> None:
    place = cleaned.columns.get_loc(column)
    del cleaned[column]
    for offset, (name, values) in enumerate(new.items()):
        cleaned.insert(place + offset, name, values)


def unmapped(job, column, reported, known, terms) -> None:
    job.flag(
        ~known & reported.notna(),
        column,
        reported,
        f"the term is not in the vocabulary {terms}",
        f"a term of vocabularies/{terms}.csv",
    )

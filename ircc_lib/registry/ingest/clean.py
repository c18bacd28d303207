"""From checked raw tables to the cleaned ones: values under the column's name, the text beside it."""

import re
from operator import attrgetter

import numpy as np
import pandas as pd

from ircc_lib.registry import parse
from ircc_lib.registry.ingest.check import CheckedTable
from ircc_lib.registry.ingest.columnwise import read_distinct
from ircc_lib.registry.ingest.flags import Flags
from ircc_lib.registry.labels import trial_label
from ircc_lib.registry.parse.durations import MONTHS
from ircc_lib.registry.parse.identifiers import REGISTERS
from ircc_lib.registry.vocabulary import look_up, vocabulary


def clean_table(table: CheckedTable, flags: Flags) -> pd.DataFrame:
    """One cleaned table; what cannot be read goes to ``flags``."""
    cleaned = table.typed.copy(deep=False)
    for name in [column for column in cleaned if column not in table.text]:
        del cleaned[name]
    return _CLEANERS.get(table.name, _as_it_is)(cleaned, table.text, flags, table.name)


def _as_it_is(cleaned, text, flags, name):
    return cleaned


def _trials(cleaned: pd.DataFrame, text: pd.DataFrame, flags: Flags, name: str) -> pd.DataFrame:
    labels = read_distinct(text["trial_id"], trial_label)
    cleaned.insert(2, "label", labels.take(str, "str"))
    _identifiers(cleaned, text, flags, name)
    _replace(
        cleaned,
        "registration_id",
        registration_id_reported=text["registration_id"],
        registration_ids=_registration_ids(text["registration_id"], flags, name),
    )
    _country(cleaned, text, flags, name)
    treatments = look_up(text["co_treatment"], "co_treatments")
    _unmapped(flags, name, "co_treatment", text["co_treatment"], treatments["known"], "co_treatments")
    _replace(
        cleaned,
        "co_treatment",
        co_treatment_reported=text["co_treatment"],
        co_treatments=treatments["categories"].astype("str"),
    )
    for column in ("enrol_start", "enrol_end"):
        _date(cleaned, text, flags, name, column)
    _infusions(cleaned, text["infusions_reported"], flags, name, "infusions_reported")
    _cells(cleaned, text["cells_reported"], flags, name)
    return cleaned


def join_entities(entities: pd.DataFrame, trials: pd.DataFrame, tumours: pd.DataFrame) -> pd.DataFrame:
    """Entities with the cohort of the trial and what the tumour table says of the reported tumour."""
    cohort = trials.set_index("trial_id")["cohort"]
    known = tumours.drop(columns=["row_id", "line"]).set_index("tumour_reported")
    at = known.index.get_indexer(entities["tumour_reported"])
    entities.insert(1, "cohort", cohort.iloc[cohort.index.get_indexer(entities["trial_id"])].to_numpy())
    place = entities.columns.get_loc("tumour_reported") + 1
    for offset, column in enumerate(known):
        entities.insert(place + offset, column, known[column].iloc[at].to_numpy())
    entities.insert(place + len(known.columns), "specified", ~entities["entity"].str.contains("unspecified"))
    return entities


def _medians(cleaned: pd.DataFrame, text: pd.DataFrame, flags: Flags, name: str) -> pd.DataFrame:
    _endpoint(cleaned, text, flags, name)
    _group(cleaned, text)
    pairs = text["median_reported"] + "\t" + text["unit"].fillna("")
    read = read_distinct(pairs, lambda pair: _median(*pair.split("\t")))
    flags.add(
        name,
        read.unread,
        "median_reported",
        text["median_reported"],
        "the median cannot be read",
        "a number with a unit, or not reached",
    )
    place = cleaned.columns.get_loc("median_reported")
    cleaned.insert(place, "median", read.take(lambda median: median.months, "float64"))
    cleaned.insert(place + 1, "reached", read.take(lambda median: median.reached, "boolean"))
    factor = _months_per(text["unit"])
    for column in ("ci_low", "ci_high"):
        cleaned[column] = cleaned[column] * factor
        cleaned[column + "_reported"] = text[column]
    return cleaned.rename(columns={"unit": "unit_reported"})


def _median(number: str, unit: str):
    read = parse.parse_duration(number, unit or None)
    return None if read is None or read.censored else read


def _landmarks(cleaned: pd.DataFrame, text: pd.DataFrame, flags: Flags, name: str) -> pd.DataFrame:
    _endpoint(cleaned, text, flags, name)
    _group(cleaned, text)
    cleaned["time"] = cleaned["time"] * _months_per(text["unit"])
    place = cleaned.columns.get_loc("time") + 1
    cleaned.insert(place, "time_reported", text["time"])
    cleaned.insert(place + 2, "survival", cleaned["survival_pct"] / 100)
    _p_value(cleaned, text, flags, name)
    return cleaned.rename(columns={"unit": "unit_reported"})


def _comparisons(cleaned: pd.DataFrame, text: pd.DataFrame, flags: Flags, name: str) -> pd.DataFrame:
    _endpoint(cleaned, text, flags, name)
    stated = text["note"].str.extract(r"\b(\d\d(?:\.\d+)?) ?% ?CI\b", expand=False).astype("float64") / 100
    cleaned.insert(cleaned.columns.get_loc("ci_high") + 1, "ci_level", stated.fillna(0.95))
    for column in ("estimate", "ci_low", "ci_high"):
        cleaned[column + "_reported"] = text[column]
    _p_value(cleaned, text, flags, name)
    return cleaned


def _responses(cleaned: pd.DataFrame, text: pd.DataFrame, flags: Flags, name: str) -> pd.DataFrame:
    _group(cleaned, text)
    for rate in ("dcr", "orr"):
        cleaned.insert(cleaned.columns.get_loc("orr_pct"), rate, cleaned[rate + "_pct"] / 100)
    _p_value(cleaned, text, flags, name)
    return cleaned


def _adverse_events(cleaned: pd.DataFrame, text: pd.DataFrame, flags: Flags, name: str) -> pd.DataFrame:
    _group(cleaned, text)
    terms = look_up(text["term_reported"], "adverse_events")
    _unmapped(flags, name, "term_reported", text["term_reported"], terms["known"], "adverse_events")
    place = cleaned.columns.get_loc("term_reported") + 1
    for offset, column in enumerate(("term", "soc", "kind")):
        cleaned.insert(place + offset, column, terms[column].astype("str"))
    grades = look_up(text["grade_reported"], "grades")
    _unmapped(flags, name, "grade_reported", text["grade_reported"], grades["known"], "grades")
    unclear = grades["known"] & grades["meaning"].str.contains("not clear", na=False)
    flags.add(
        name,
        unclear,
        "grade_reported",
        text["grade_reported"],
        "the grade cannot be read",
        "grades 1 to 5, a range of them, or a word of the vocabulary grades",
    )
    place = cleaned.columns.get_loc("grade_reported") + 1
    cleaned.insert(place, "grade_low", grades["low"].astype("Int64"))
    cleaned.insert(place + 1, "grade_high", grades["high"].astype("Int64"))
    serious = grades["serious"].eq("yes") | terms["serious"].eq("yes")
    cleaned.insert(place + 2, "serious", serious.astype(bool))
    counted = _denominator(text["note"])
    speaks_of_units = text["note"].str.contains(r"\b(?:infusions|transfusions|cycles|courses)\b", na=False)
    flags.add(
        name,
        speaks_of_units & counted.isna(),
        "note",
        text["note"],
        "the note speaks of infusions or cycles without saying that they are the denominator",
        "unit = infusions or unit = cycles, see vocabularies/denominators.csv",
    )
    cleaned.insert(cleaned.columns.get_loc("pct") + 1, "denominator", counted.fillna("patients"))
    return cleaned


def _arms(cleaned: pd.DataFrame, text: pd.DataFrame, flags: Flags, name: str) -> pd.DataFrame:
    _group(cleaned, text)
    return cleaned


def _denominator(note: pd.Series) -> pd.Series:
    """What the note names as the denominator; missing where it names none."""
    rules = [
        (re.compile(pattern), counted)
        for pattern, counted in vocabulary("denominators")[["pattern", "denominator"]].itertuples(index=False)
    ]
    read = read_distinct(note, lambda said: next((what for rule, what in rules if rule.search(said)), None))
    return read.take(str, "str")


def _patients(cleaned: pd.DataFrame, text: pd.DataFrame, flags: Flags, name: str) -> pd.DataFrame:
    sex = read_distinct(text["sex"], parse.parse_sex)
    flags.add(name, sex.unread, "sex", text["sex"], "the sex cannot be read", "F, M, female or male")
    cleaned["sex"] = sex.take(str, "str")
    cleaned = cleaned.rename(columns={"infusions": "infusions_reported", "unit": "unit_reported"})
    _infusions(cleaned, text["infusions"], flags, name, "infusions")
    _cells(cleaned, text["cells_reported"], flags, name)
    for column in ("os_time", "pfs_time"):
        pairs = text[column] + "\t" + text["unit"].fillna("")
        read = read_distinct(pairs, lambda pair: parse.parse_duration(pair.split("\t")[0], pair.split("\t")[1] or None))
        censored = read.take(lambda time: time.censored, "boolean").fillna(False).astype(bool)
        event = cleaned[column.replace("time", "event")]
        flags.add(name, read.unread, column, text[column], "the time cannot be read", "a number with a unit")
        flags.add(
            name,
            censored & event.eq(1),
            column,
            text[column],
            "a plus marks a time without event, yet an event is recorded",
            "one or the other",
        )
        cleaned[column] = read.take(lambda time: time.months, "float64")
        cleaned.insert(cleaned.columns.get_loc(column) + 1, column + "_reported", text[column])
    return cleaned


def _registrations(cleaned: pd.DataFrame, text: pd.DataFrame, flags: Flags, name: str) -> pd.DataFrame:
    _registration_ids(text["registration_id"], flags, name)
    _country(cleaned, text, flags, name)
    _date(cleaned, text, flags, name, "start")
    return cleaned


def _claims(cleaned: pd.DataFrame, text: pd.DataFrame, flags: Flags, name: str) -> pd.DataFrame:
    read = read_distinct(text["value"], parse.parse_claim)
    flags.add(
        name,
        read.unread,
        "value",
        text["value"],
        "the value cannot be read",
        "a number, over a number, a part of a whole",
    )
    cleaned["value"] = read.take(lambda claim: claim.value, "float64")
    place = cleaned.columns.get_loc("value") + 1
    cleaned.insert(place, "value_relation", read.take(lambda claim: claim.relation, "str"))
    cleaned.insert(place + 1, "value_whole", read.take(lambda claim: claim.whole, "Int64"))
    cleaned.insert(place + 2, "value_reported", text["value"])
    return cleaned


def _meta_analyses(cleaned: pd.DataFrame, text: pd.DataFrame, flags: Flags, name: str) -> pd.DataFrame:
    _identifiers(cleaned, text, flags, name)
    for column in ("estimate", "ci_low", "ci_high"):
        cleaned[column + "_reported"] = text[column]
    _p_value(cleaned, text, flags, name)
    return cleaned


def _identifiers(cleaned, text, flags, name) -> None:
    for column, read, allowed in (
        ("pmid", parse.parse_pmid, "up to nine digits"),
        ("doi", parse.parse_doi, "10. with a registrant and a suffix"),
    ):
        ids = read_distinct(text[column], read)
        flags.add(name, ids.unread, column, text[column], f"not a {column.upper()}", allowed)
        cleaned[column] = ids.take(str, "str").where(~ids.unread, text[column])


def _registration_ids(reported: pd.Series, flags: Flags, name: str) -> pd.Series:
    ids = read_distinct(reported, parse.parse_registration_ids)
    flags.add(
        name,
        ids.unread,
        "registration_id",
        reported,
        "not a number of a known register",
        "numbers of " + ", ".join(REGISTERS),
    )
    return ids.take(str, "str")


def _endpoint(cleaned, text, flags, name) -> None:
    known = look_up(text["endpoint"], "endpoints")
    _unmapped(flags, name, "endpoint", text["endpoint"], known["known"], "endpoints")
    cleaned["endpoint"] = known["endpoint"].astype("str").fillna(text["endpoint"])
    place = cleaned.columns.get_loc("endpoint") + 1
    cleaned.insert(place, "endpoint_family", known["family"].astype("str").fillna("other"))
    cleaned.insert(place + 1, "endpoint_reported", text["endpoint"])


def _group(cleaned, text) -> None:
    parts = read_distinct(text["group"], lambda said: said.partition(":"))
    place = cleaned.columns.get_loc("group")
    cleaned["group"] = parts.take(lambda part: part[0], "str")
    cleaned.insert(place + 1, "arm", parts.take(lambda part: part[2] or None, "str"))
    cleaned.insert(place + 2, "group_reported", text["group"])


def _p_value(cleaned, text, flags, name) -> None:
    read = read_distinct(text["p_value"], parse.parse_p)
    relation = read.take(lambda p: p.relation, "str")
    unread = relation.isin(["unreadable", "ambiguous"])
    flags.add(
        name,
        unread,
        "p_value",
        text["p_value"],
        "the p-value is " + relation,
        "one number from 0 to 1, with < or > where it is a bound, or ns",
    )
    place = cleaned.columns.get_loc("p_value")
    cleaned["p_value"] = read.take(lambda p: p.value, "float64")
    cleaned.insert(place + 1, "p_relation", relation)
    cleaned.insert(place + 2, "p_value_reported", text["p_value"])


def _country(cleaned, text, flags, name) -> None:
    aliases = vocabulary("countries").set_index("alias")["country"].to_dict()
    read = read_distinct(text["country"], lambda said: parse.parse_country(said, aliases))
    flags.add(
        name,
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


def _date(cleaned, text, flags, name, column) -> None:
    read = read_distinct(text[column], parse.parse_date)
    flags.add(
        name, read.unread, column, text[column], "the date cannot be read", "a year, year-month or year-month-day"
    )
    place = cleaned.columns.get_loc(column)
    cleaned[column] = read.take(lambda date: np.datetime64(date.first), "datetime64[us]")
    cleaned.insert(place + 1, column + "_precision", read.take(lambda date: date.precision, "str"))
    cleaned.insert(place + 2, column + "_reported", text[column])


def _infusions(cleaned, reported, flags, name, column) -> None:
    read = read_distinct(reported, parse.parse_infusions)
    flags.add(
        name,
        read.unread,
        column,
        reported,
        "the number of infusions of a patient cannot be read",
        "a number or a range of infusions, cycles or courses",
    )
    place = cleaned.columns.get_loc("infusions_reported") + 1
    cleaned.insert(place, "infusions_low", read.take(lambda n: n.low, "Int64"))
    cleaned.insert(place + 1, "infusions_high", read.take(lambda n: n.high, "Int64"))
    cleaned.insert(place + 2, "infusions_unit", read.take(lambda n: n.unit, "str"))


def _cells(cleaned, reported, flags, name) -> None:
    read = read_distinct(reported, parse.parse_dose)
    flags.add(
        name,
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


def _months_per(unit: pd.Series) -> pd.Series:
    return read_distinct(unit, MONTHS.get).take(float, "float64")


def _replace(cleaned: pd.DataFrame, column: str, **new: pd.Series) -> None:
    place = cleaned.columns.get_loc(column)
    del cleaned[column]
    for offset, (name, values) in enumerate(new.items()):
        cleaned.insert(place + offset, name, values)


def _unmapped(flags, name, column, reported, known, terms) -> None:
    flags.add(
        name,
        ~known & reported.notna(),
        column,
        reported,
        f"the term is not in the vocabulary {terms}",
        f"a term of vocabularies/{terms}.csv",
    )


_CLEANERS = {
    "trials": _trials,
    "medians": _medians,
    "landmarks": _landmarks,
    "comparisons": _comparisons,
    "responses": _responses,
    "adverse_events": _adverse_events,
    "arms": _arms,
    "patients": _patients,
    "registrations": _registrations,
    "published_claims": _claims,
    "meta_analyses": _meta_analyses,
}

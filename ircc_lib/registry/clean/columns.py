"""Columns that several tables share, cleaned: the value under the column's name, the text beside it."""

from collections.abc import Callable
from operator import attrgetter

import numpy as np
import pandas as pd

from ircc_lib.registry import parse
from ircc_lib.registry.clean.columnwise import Readings, read_distinct
from ircc_lib.registry.clean.job import Job
from ircc_lib.registry.parse.durations import MONTHS
from ircc_lib.registry.parse.identifiers import REGISTERS
from ircc_lib.registry.schema import reading


def _identifier(parse_id: Callable[[str], str | None], allowed: str) -> Callable[..., None]:
    def read(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job, column: str) -> None:
        ids = read_distinct(text[column], parse_id)
        job.flag(ids.unread, column, text[column], f"not a {column.upper()}", allowed)
        cleaned[column] = ids.take(str, "str").where(~ids.unread, text[column])

    return read


def registration_ids(reported: pd.Series, job: Job) -> pd.Series:
    """Numbers of registers in a text; what is none of a known register is flagged."""
    ids = read_distinct(reported, parse.parse_registration_ids)
    job.flag(
        ids.unread,
        "registration_id",
        reported,
        "not a number of a known register",
        "numbers of " + ", ".join(sorted(REGISTERS)),
    )
    return ids.take(str, "str")


def registrations(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job, column: str) -> None:
    """Read numbers of registers."""
    ids = registration_ids(text[column], job)
    replace(cleaned, column, {f"{column}_reported": text[column], f"{column}s": ids})


def endpoint(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job, column: str) -> None:
    """Read an endpoint and its family, by the vocabulary."""
    known = job.look_up(text[column], "endpoints")
    unmapped(job, column, text[column], known["known"], "endpoints")
    cleaned[column] = known["endpoint"].astype("str").fillna(text[column])
    family = known["family"].astype("str").fillna("other")
    after(cleaned, column, {f"{column}_family": family, f"{column}_reported": text[column]})


def group(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job, column: str) -> None:
    """Read a group of patients and, after a colon, its arm."""
    parts = read_distinct(text[column], lambda said: said.partition(":"))
    cleaned[column] = parts.take(lambda part: part[0], "str")
    arm = parts.take(lambda part: part[2] or None, "str")
    after(cleaned, column, {"arm": arm, "group_reported": text[column]})


def p_value(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job, column: str) -> None:
    """Read a p-value and its relation: exact, a bound, or not significant."""
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
    job.flag(
        text[column].str.fullmatch(r"\s*(?:p\s*)?=?\s*0?\.0+\s*", case=False).fillna(False).astype(bool),
        column,
        text[column],
        "no p-value is zero: it was rounded, and is read as below half of its last digit",
        "the bound as printed, such as <0.001",
    )
    cleaned[column] = read.take(lambda p: p.value, "float64")
    name = "p_relation" if column == "p_value" else column + "_relation"
    after(cleaned, column, {name: relation, column + "_reported": text[column]})


def grades(reported: pd.Series, job: Job) -> pd.DataFrame:
    """Rows of the vocabulary grades; grades and ranges of them that it does not list are read as such."""
    found = job.look_up(reported, "grades")
    read = read_distinct(reported.where(~found["known"]), parse.parse_grades)
    for bound in ("low", "high"):
        found[bound] = found[bound].where(found["known"], read.take(attrgetter(bound), "Int64").astype("str"))
    found["serious"] = found["serious"].fillna("no")
    found["known"] |= read.take(bool, "boolean").fillna(False).astype(bool)
    return found


def country(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job, column: str) -> None:
    """Read a country as its name and code of ISO 3166."""
    aliases = job.vocabularies.table("countries").set_index("alias")["country"].to_dict()
    read = read_distinct(text[column], lambda said: parse.parse_country(said, aliases))
    job.flag(
        read.unread,
        column,
        text[column],
        "not a country of ISO 3166",
        "an English name or a code of ISO 3166-1, or a row of the vocabulary countries",
    )
    cleaned[column] = read.take(attrgetter("name"), "str")
    code = read.take(attrgetter("code"), "str")
    after(cleaned, column, {f"{column}_code": code, f"{column}_reported": text[column]})


def date(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job, column: str) -> None:
    """Read a date and how precise it is."""
    read = read_distinct(text[column], parse.parse_date)
    job.flag(read.unread, column, text[column], "the date cannot be read", "a year, year-month or year-month-day")
    cleaned[column] = read.take(lambda date: np.datetime64(date.first), "datetime64[us]")
    precision = read.take(attrgetter("precision"), "str")
    after(cleaned, column, {f"{column}_precision": precision, f"{column}_reported": text[column]})


def infusions(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job, column: str) -> None:
    """Read numbers of infusions and their unit."""
    read = read_distinct(text[column], parse.parse_infusions)
    job.flag(
        read.unread,
        column,
        text[column],
        "the number of infusions of a patient cannot be read",
        "a number or a range of infusions, cycles or courses",
    )
    parts = {f"infusions_{part}": read.take(attrgetter(part), "Int64") for part in ("low", "high")}
    unit = read.take(lambda n: n.unit if n.low or n.high else None, "str")
    after(cleaned, column, parts | {"infusions_unit": unit})


def cells(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job, column: str) -> None:
    """Read a dose of cells: amount, basis and interval."""
    lost = text[column].str.contains(r"[x×*]10(?:1[0-3]|[4-9])(?![\d.])", case=False).fillna(False).astype(bool)
    job.flag(
        lost,
        column,
        text[column],
        "the exponent has lost its place, or the number is meant as it stands: it is not read",
        "the power of ten with its sign, such as 5x10^9",
    )
    read = read_distinct(text[column].mask(lost), parse.parse_dose)
    job.flag(
        read.unread,
        column,
        text[column],
        "the cell dose cannot be read",
        "an amount or range such as 5x10^9, with /kg and per infusion, cycle or course",
    )
    amounts = {f"cells_{part}": read.take(attrgetter(part), "float64") for part in ("low", "high", "centre")}
    words = {f"cells_{part}": read.take(attrgetter(part), "str") for part in ("basis", "per")}
    after(cleaned, column, amounts | words)


def median(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job, column: str) -> None:
    """Read a median as months, and whether it was reached."""
    read = _with_unit(text, column, _median)
    job.flag(read.unread, column, text[column], "the median cannot be read", "a number with a unit, or not reached")
    months = read.take(attrgetter("months"), "float64")
    before(cleaned, column, {"median": months, "reached": read.take(attrgetter("reached"), "boolean")})


def _median(number: str, unit: str | None) -> parse.ParsedDuration | None:
    read = parse.parse_duration(number, unit)
    return None if read is None or read.censored else read


def duration(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job, column: str) -> None:
    """A time in months; a plus marks one without event, which the column of the event must not deny."""
    read = _with_unit(text, column, parse.parse_duration)
    censored = read.take(attrgetter("censored"), "boolean").fillna(False).astype(bool)
    event = cleaned[column.replace("time", "event")]
    job.flag(read.unread, column, text[column], "the time cannot be read", "a number with a unit")
    why = "a plus marks a time without event, yet an event is recorded"
    job.flag(censored & event.eq(1), column, text[column], why, "one or the other")
    cleaned[column] = read.take(attrgetter("months"), "float64")
    after(cleaned, column, {f"{column}_reported": text[column]})


def _with_unit(
    text: pd.DataFrame, column: str, read: Callable[[str, str | None], parse.ParsedDuration | None]
) -> Readings[parse.ParsedDuration]:
    pairs = text[column] + "\t" + text["unit"].fillna("")
    return read_distinct(pairs, lambda pair: read(pair.partition("\t")[0], pair.partition("\t")[2] or None))


def months(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job, column: str) -> None:
    """Turn a time into months, by the unit of its row."""
    cleaned[column] = cleaned[column] * read_distinct(text["unit"], MONTHS.get).take(float, "float64")
    after(cleaned, column, {f"{column}_reported": text[column]})


def share(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job, column: str) -> None:
    """Per cent as a proportion of 0 to 1; a column named in per cent stays beside it."""
    name = column.removesuffix("_pct")
    if name != column:
        before(cleaned, column, {name: cleaned[column] / 100})
        return
    cleaned[column] = cleaned[column] / 100
    after(cleaned, column, {f"{column}_reported": text[column]})


def kept_number(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job, column: str) -> None:
    """Keep a number as it is, and its text beside it."""
    after(cleaned, column, {f"{column}_reported": text[column]})


def sex(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job, column: str) -> None:
    """Read a patient's sex."""
    read = read_distinct(text[column], parse.parse_sex)
    job.flag(read.unread, column, text[column], "the sex cannot be read", "F, M, female or male")
    cleaned[column] = read.take(str, "str")


def claim(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job, column: str) -> None:
    """Read a claimed value, its relation and the whole that it is a part of."""
    read = read_distinct(text[column], parse.parse_claim)
    job.flag(
        read.unread, column, text[column], "the value cannot be read", "a number, over a number, a part of a whole"
    )
    cleaned[column] = read.take(attrgetter("value"), "float64")
    relation, whole = read.take(attrgetter("relation"), "str"), read.take(attrgetter("whole"), "Int64")
    after(
        cleaned, column, {f"{column}_relation": relation, f"{column}_whole": whole, f"{column}_reported": text[column]}
    )


def event(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job, column: str) -> None:
    """Read an adverse event as its CTCAE term, organ class and kind."""
    terms = job.look_up(text[column], "adverse_events")
    unmapped(job, column, text[column], terms["known"], "adverse_events")
    after(cleaned, column, {name: terms[name].astype("str") for name in ("term", "soc", "kind")})


def grade(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job, column: str) -> None:
    """Read a grade as its lowest and highest."""
    found = grades(text[column], job)
    unmapped(job, column, text[column], found["known"], "grades")
    job.flag(
        found["known"] & found["meaning"].str.contains("not clear", na=False),
        column,
        text[column],
        "the grade cannot be read",
        "grades 1 to 5, a range of them, or a word of the vocabulary grades",
    )
    after(cleaned, column, {f"grade_{bound}": found[bound].astype("Int64") for bound in ("low", "high")})


def before(cleaned: pd.DataFrame, column: str, new: dict[str, pd.Series]) -> None:
    """Put columns in front of another."""
    _insert(cleaned, cleaned.columns.get_loc(column), new)


def after(cleaned: pd.DataFrame, column: str, new: dict[str, pd.Series]) -> None:
    """Put columns behind another."""
    _insert(cleaned, cleaned.columns.get_loc(column) + 1, new)


def replace(cleaned: pd.DataFrame, column: str, new: dict[str, pd.Series]) -> None:
    """Put columns in the place of another."""
    place = cleaned.columns.get_loc(column)
    del cleaned[column]
    _insert(cleaned, place, new)


def _insert(cleaned: pd.DataFrame, place: int, new: dict[str, pd.Series]) -> None:
    for offset, (name, values) in enumerate(new.items()):
        cleaned.insert(place + offset, name, values)


def unmapped(job: Job, column: str, reported: pd.Series, known: pd.Series, terms: str) -> None:
    """Flag terms that a vocabulary does not have."""
    job.flag(
        ~known & reported.notna(),
        column,
        reported,
        f"the term is not in the vocabulary {terms}",
        f"a term of vocabularies/{terms}.csv",
    )


READERS = {
    reading.CELLS: cells,
    reading.CLAIM: claim,
    reading.COUNTRY: country,
    reading.DATE: date,
    reading.DOI: _identifier(parse.parse_doi, "10. with a registrant and a suffix"),
    reading.DURATION: duration,
    reading.ENDPOINT: endpoint,
    reading.EVENT: event,
    reading.GRADE: grade,
    reading.GROUP_AND_ARM: group,
    reading.INFUSIONS: infusions,
    reading.INFUSIONS_RENAMED: infusions,
    reading.KEPT_NUMBER: kept_number,
    reading.MEDIAN: median,
    reading.MONTHS: months,
    reading.PMID: _identifier(parse.parse_pmid, "up to nine digits"),
    reading.P_VALUE: p_value,
    reading.REGISTRATIONS: registrations,
    reading.SEX: sex,
    reading.SHARE: share,
}
"""What makes the columns that a reading gives; TREATMENTS has its own reader, which needs several columns."""

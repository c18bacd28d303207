"""From checked raw tables to the cleaned ones: values under the column's name, the text beside it."""

import re

import pandas as pd

from ircc_lib.registry import parse
from ircc_lib.registry.clean import columns
from ircc_lib.registry.clean.columnwise import read_distinct
from ircc_lib.registry.clean.job import Job
from ircc_lib.registry.clean.treatments import NOT_CLASSIFIED, TreatmentReader, comparator_kinds
from ircc_lib.registry.ingest.check import CheckedTable
from ircc_lib.registry.ingest.flags import Flags
from ircc_lib.registry.ingest.placeholders import without_placeholders
from ircc_lib.registry.labels import trial_label
from ircc_lib.registry.schema.tables import raw_schemas
from ircc_lib.registry.vocabulary import Vocabularies


def clean_table(table: CheckedTable, flags: Flags, vocabularies: Vocabularies) -> pd.DataFrame:
    """One cleaned table; what cannot be read goes to ``flags``."""
    cleaned = table.typed.copy(deep=False)
    for name in [column for column in cleaned if column not in table.text]:
        del cleaned[name]
    text = without_placeholders(table.name, table.text, raw_schemas()[table.name], flags)
    return _CLEANERS.get(table.name, _as_it_is)(cleaned, text, Job(table.name, flags, vocabularies))


def _as_it_is(cleaned, text, job):
    return cleaned


def _trials(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job) -> pd.DataFrame:
    labels = read_distinct(text["trial_id"], trial_label)
    cleaned.insert(2, "label", labels.take(str, "str"))
    columns.identifiers(cleaned, text, job)
    columns.replace(
        cleaned,
        "registration_id",
        registration_id_reported=text["registration_id"],
        registration_ids=columns.registration_ids(text["registration_id"], job),
    )
    columns.country(cleaned, text, job)
    _treatments(cleaned, text, job)
    for column in ("enrol_start", "enrol_end"):
        columns.date(cleaned, text, job, column)
    columns.infusions(cleaned, text["infusions_reported"], job, "infusions_reported")
    columns.cells(cleaned, text["cells_reported"], job)
    return cleaned


def _treatments(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job) -> None:
    reader = TreatmentReader(job.vocabularies)
    read = read_distinct(text["co_treatment"], reader.read)
    unknown = read.take(lambda given: "; ".join(given.unknown) or None, "str")
    job.flag(
        unknown.notna(),
        "co_treatment",
        unknown,
        "the term is not in the vocabulary co_treatments",
        "a term of vocabularies/co_treatments.csv or vocabularies/drugs.csv",
    )
    kinds = comparator_kinds(reader, text)
    job.flag(
        kinds.eq(NOT_CLASSIFIED),
        "comparator",
        text["comparator"],
        "what the control group received is not in the vocabularies co_treatments, drugs and comparators",
        "a term of vocabularies/co_treatments.csv or a row of vocabularies/comparators.csv",
    )
    cleaned.insert(cleaned.columns.get_loc("comparator") + 1, "comparator_kind", kinds)
    columns.replace(
        cleaned,
        "co_treatment",
        co_treatment_reported=text["co_treatment"],
        co_treatments=read.take(lambda given: "; ".join(given.categories) or None, "str"),
        drug_classes=read.take(lambda given: "; ".join(given.classes) or None, "str"),
    )


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


def _medians(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job) -> pd.DataFrame:
    columns.endpoint(cleaned, text, job)
    columns.group(cleaned, text)
    pairs = text["median_reported"] + "\t" + text["unit"].fillna("")
    read = read_distinct(pairs, lambda pair: _median(*pair.split("\t")))
    job.flag(
        read.unread,
        "median_reported",
        text["median_reported"],
        "the median cannot be read",
        "a number with a unit, or not reached",
    )
    place = cleaned.columns.get_loc("median_reported")
    cleaned.insert(place, "median", read.take(lambda median: median.months, "float64"))
    cleaned.insert(place + 1, "reached", read.take(lambda median: median.reached, "boolean"))
    factor = columns.months_per(text["unit"])
    for column in ("ci_low", "ci_high"):
        cleaned[column] = cleaned[column] * factor
        cleaned[column + "_reported"] = text[column]
    return cleaned.rename(columns={"unit": "unit_reported"})


def _median(number: str, unit: str):
    read = parse.parse_duration(number, unit or None)
    return None if read is None or read.censored else read


def _landmarks(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job) -> pd.DataFrame:
    columns.endpoint(cleaned, text, job)
    columns.group(cleaned, text)
    cleaned["time"] = cleaned["time"] * columns.months_per(text["unit"])
    place = cleaned.columns.get_loc("time") + 1
    cleaned.insert(place, "time_reported", text["time"])
    cleaned.insert(place + 2, "survival", cleaned["survival_pct"] / 100)
    for column in ("ci_low", "ci_high"):
        cleaned[column] = cleaned[column] / 100
        cleaned[column + "_reported"] = text[column]
    columns.p_value(cleaned, text, job)
    return cleaned.rename(columns={"unit": "unit_reported"})


def _comparisons(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job) -> pd.DataFrame:
    columns.endpoint(cleaned, text, job)
    spoken_of = text["note"].where(text["ci_low"].notna() | text["ci_high"].notna())
    level = read_distinct(spoken_of, parse.parse_level)
    value = level.take(lambda said: said.value, "float64")
    job.flag(
        level.take(bool, "boolean").fillna(False) & value.isna(),
        "note",
        text["note"],
        "the level of the interval is not understood; 95 % is taken",
        "a level as in 90% CI, once",
    )
    cleaned.insert(cleaned.columns.get_loc("ci_high") + 1, "ci_level", value.fillna(0.95))
    one_sided = text["note"].str.contains(r"\bone[- ](?:sided|tailed)\b", case=False, na=False)
    cleaned["alternative"] = cleaned["alternative"].fillna(pd.Series("one-sided", cleaned.index).where(one_sided))
    for column in ("estimate", "ci_low", "ci_high"):
        cleaned[column + "_reported"] = text[column]
    columns.p_value(cleaned, text, job)
    return cleaned


def _responses(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job) -> pd.DataFrame:
    columns.group(cleaned, text)
    of_rates = columns.p_values_of_rates(text)
    columns.p_value(cleaned, of_rates, job)
    cleaned["p_value_reported"] = text["p_value"]
    columns.p_value(cleaned, of_rates, job, "p_orr")
    columns.p_value(cleaned, of_rates, job, "p_dcr")
    for rate in ("dcr", "orr"):
        cleaned.insert(cleaned.columns.get_loc("orr_pct"), rate, cleaned[rate + "_pct"] / 100)
    return cleaned


def _adverse_events(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job) -> pd.DataFrame:
    columns.group(cleaned, text)
    terms = job.look_up(text["term_reported"], "adverse_events")
    columns.unmapped(job, "term_reported", text["term_reported"], terms["known"], "adverse_events")
    place = cleaned.columns.get_loc("term_reported") + 1
    for offset, column in enumerate(("term", "soc", "kind")):
        cleaned.insert(place + offset, column, terms[column].astype("str"))
    grades = columns.grades(text["grade_reported"], job)
    columns.unmapped(job, "grade_reported", text["grade_reported"], grades["known"], "grades")
    unclear = grades["known"] & grades["meaning"].str.contains("not clear", na=False)
    job.flag(
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
    counted = _denominator(text["note"], job)
    speaks_of_units = text["note"].str.contains(r"\b(?:infusions|transfusions|cycles|courses)\b", na=False)
    job.flag(
        speaks_of_units & counted.isna(),
        "note",
        text["note"],
        "the note speaks of infusions or cycles without saying that they are the denominator",
        "unit = infusions or unit = cycles, see vocabularies/denominators.csv",
    )
    cleaned.insert(cleaned.columns.get_loc("pct") + 1, "denominator", counted.fillna("patients"))
    return cleaned


def _denominator(note: pd.Series, job: Job) -> pd.Series:
    """What the note names as the denominator; missing where it names none."""
    rules = [
        (re.compile(pattern), counted)
        for pattern, counted in job.vocabularies.table("denominators")[["pattern", "denominator"]].itertuples(
            index=False
        )
    ]
    read = read_distinct(note, lambda said: next((what for rule, what in rules if rule.search(said)), None))
    return read.take(str, "str")


def _patients(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job) -> pd.DataFrame:
    sex = read_distinct(text["sex"], parse.parse_sex)
    job.flag(sex.unread, "sex", text["sex"], "the sex cannot be read", "F, M, female or male")
    cleaned["sex"] = sex.take(str, "str")
    cleaned = cleaned.rename(columns={"infusions": "infusions_reported", "unit": "unit_reported"})
    columns.infusions(cleaned, text["infusions"], job, "infusions")
    columns.cells(cleaned, text["cells_reported"], job)
    for column in ("os_time", "pfs_time"):
        pairs = text[column] + "\t" + text["unit"].fillna("")
        read = read_distinct(pairs, lambda pair: parse.parse_duration(pair.split("\t")[0], pair.split("\t")[1] or None))
        censored = read.take(lambda time: time.censored, "boolean").fillna(False).astype(bool)
        event = cleaned[column.replace("time", "event")]
        job.flag(read.unread, column, text[column], "the time cannot be read", "a number with a unit")
        job.flag(
            censored & event.eq(1),
            column,
            text[column],
            "a plus marks a time without event, yet an event is recorded",
            "one or the other",
        )
        cleaned[column] = read.take(lambda time: time.months, "float64")
        cleaned.insert(cleaned.columns.get_loc(column) + 1, column + "_reported", text[column])
    return cleaned


def _registrations(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job) -> pd.DataFrame:
    columns.registration_ids(text["registration_id"], job)
    columns.country(cleaned, text, job)
    columns.date(cleaned, text, job, "start")
    return cleaned


def _claims(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job) -> pd.DataFrame:
    read = read_distinct(text["value"], parse.parse_claim)
    job.flag(
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


def _meta_analyses(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job) -> pd.DataFrame:
    columns.identifiers(cleaned, text, job)
    for column in ("estimate", "ci_low", "ci_high"):
        cleaned[column + "_reported"] = text[column]
    columns.p_value(cleaned, text, job)
    return cleaned


def _grouped(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job) -> pd.DataFrame:
    columns.group(cleaned, text)
    return cleaned


def _conduct(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job) -> pd.DataFrame:
    known = job.look_up(text["primary_endpoint"], "endpoints")
    columns.unmapped(job, "primary_endpoint", text["primary_endpoint"], known["known"], "endpoints")
    columns.date(cleaned, text, job, "data_cutoff")
    return cleaned


_CLEANERS = {
    "trials": _trials,
    "medians": _medians,
    "landmarks": _landmarks,
    "comparisons": _comparisons,
    "responses": _responses,
    "adverse_events": _adverse_events,
    "arms": _grouped,
    "products": _grouped,
    "conduct": _conduct,
    "flow": _grouped,
    "patients": _patients,
    "registrations": _registrations,
    "published_claims": _claims,
    "meta_analyses": _meta_analyses,
}

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
    schema = raw_schemas()[table.name]
    text = without_placeholders(table.name, table.text, schema, flags)
    job = Job(table.name, flags, vocabularies)
    readings = {name: column.metadata["reading"] for name, column in schema.columns.items()}
    given = _p_values_of_rates(text) if table.name == "responses" else text
    for name, reading in readings.items():
        if reading in columns.READERS:
            columns.READERS[reading](cleaned, given, job, name)
    cleaned = _FURTHER.get(table.name, _nothing_more)(cleaned, text, job)
    return cleaned.rename(columns={name: reading.instead for name, reading in readings.items() if reading.instead})


def _nothing_more(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job) -> pd.DataFrame:
    return cleaned


def _trials(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job) -> pd.DataFrame:
    labels = read_distinct(text["trial_id"], trial_label)
    cleaned.insert(2, "label", labels.take(str, "str"))
    _treatments(cleaned, text, job)
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
    columns.after(cleaned, "comparator", {"comparator_kind": kinds})
    columns.replace(
        cleaned,
        "co_treatment",
        {
            "co_treatment_reported": text["co_treatment"],
            "co_treatments": read.take(lambda given: "; ".join(given.categories) or None, "str"),
            "drug_classes": read.take(lambda given: "; ".join(given.classes) or None, "str"),
        },
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


def _comparisons(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job) -> pd.DataFrame:
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
    columns.after(cleaned, "ci_high", {"ci_level": value.fillna(0.95)})
    one_sided = text["note"].str.contains(r"\bone[- ](?:sided|tailed)\b", case=False, na=False)
    cleaned["alternative"] = cleaned["alternative"].fillna(pd.Series("one-sided", cleaned.index).where(one_sided))
    return cleaned


def _responses(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job) -> pd.DataFrame:
    return cleaned.assign(p_value_reported=text["p_value"])


_P_OF_RATE = re.compile(
    r"(?:(?P<before>ORR|DCR|(?:effective|response|control) rate):? )?(?P<p>(?:p ?)?[<>=]{0,2} ?[\d.]+)"
    r"(?: \((?P<after>ORR|DCR|(?:effective|response|control) rate)\))?",
    re.I,
)


def _p_values_of_rates(text: pd.DataFrame) -> pd.DataFrame:
    """Raw text in which p-values that name their rate (``0.451 (ORR); 0.716 (DCR)``) stand in that rate's column."""
    moved = text.copy()
    for at, said in text["p_value"].dropna().items():
        matched = [_P_OF_RATE.fullmatch(part.strip()) for part in said.split(";")]
        parts = [part for part in matched if part and (part["before"] or part["after"])]
        if len(parts) < len(matched):
            continue
        for part in parts:
            rate = (part["before"] or part["after"]).lower()
            moved.loc[at, "p_dcr" if rate in ("dcr", "control rate") else "p_orr"] = part["p"]
        moved.loc[at, "p_value"] = pd.NA
    return moved


def _adverse_events(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job) -> pd.DataFrame:
    terms = job.look_up(text["term_reported"], "adverse_events")
    serious = columns.grades(text["grade_reported"], job)["serious"].eq("yes") | terms["serious"].eq("yes")
    columns.after(cleaned, "grade_high", {"serious": serious.astype(bool)})
    counted = _denominator(text["note"], job)
    speaks_of_units = text["note"].str.contains(r"\b(?:infusions|transfusions|cycles|courses)\b", na=False)
    job.flag(
        speaks_of_units & counted.isna(),
        "note",
        text["note"],
        "the note speaks of infusions or cycles without saying that they are the denominator",
        "unit = infusions or unit = cycles, see vocabularies/denominators.csv",
    )
    columns.after(cleaned, "pct", {"denominator": counted.fillna("patients")})
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


def _registrations(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job) -> pd.DataFrame:
    columns.registration_ids(text["registration_id"], job)
    return cleaned


def _conduct(cleaned: pd.DataFrame, text: pd.DataFrame, job: Job) -> pd.DataFrame:
    known = job.look_up(text["primary_endpoint"], "endpoints")
    columns.unmapped(job, "primary_endpoint", text["primary_endpoint"], known["known"], "endpoints")
    return cleaned


_FURTHER = {
    "trials": _trials,
    "comparisons": _comparisons,
    "responses": _responses,
    "adverse_events": _adverse_events,
    "registrations": _registrations,
    "conduct": _conduct,
}
"""What cleaning adds that does not follow from one column alone."""

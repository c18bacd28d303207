"""The raw tables beside the trials: tumours, registers, screening and what others published."""

from typing import TypeAlias

import pandas as pd
import pandera.pandas as pa

from ircc_lib.registry.schema.fields import count, key, number, percent, text
from ircc_lib.registry.schema.reading import (
    CLAIM,
    COUNTRY,
    DATE,
    DOI,
    KEPT_NUMBER,
    P_VALUE,
    PMID,
)
from ircc_lib.registry.schema.reports import PHASE, PHASE_WORDS

Count: TypeAlias = pd.Int64Dtype


class Tumours(pa.DataFrameModel):
    """Tumour as reported to entity, OncoTree and NCI Thesaurus code, organ system."""

    tumour_reported: str = key("Tumour as reported")
    entity: str = text("Tumour entity", empty=False)
    oncotree_code: str = text("OncoTree code", pattern=r"[A-Z0-9_]+", form="capitals and digits")
    oncotree_name: str = text("OncoTree name")
    ncit_code: str = text("NCI Thesaurus code", pattern=r"C\d+", form="C and digits")
    organ_system: str = text("Organ system", empty=False)

    class Config:
        name = "tumours"
        metadata = {"key": ["tumour_reported"]}


class Registrations(pa.DataFrameModel):
    """CIK trials in public trial registers."""

    registration_id: str = key("Number in the register")
    title: str = text("Title")
    status: str = text("Status as shown")
    phase: str = text("Phase", pattern=PHASE, form=PHASE_WORDS)
    condition: str = text("Condition")
    n_planned: Count = count("Patients planned")
    n_actual: Count = count("Patients enrolled in the end", optional=True)
    country: str = text("Country", reads=COUNTRY)
    start: str = text("Start", reads=DATE)
    source_url: str = text("Where the row was read", empty=False)

    class Config:
        name = "registrations"
        metadata = {"key": ["registration_id"]}


class Screening(pa.DataFrameModel):
    """Records that were found but are not enrolled, and why."""

    record: str = key("Identifier of the record")
    first_author: str = text("First author")
    year: Count = count("Year of publication", unit="year", low=1985, high=2100)
    title: str = text("Title")
    journal: str = text("Journal")
    tumour_summary: str = text("Tumours as summarised")
    product: str = text("Cell product", vocabulary="products", reads="vocabulary products")
    n_total: Count = count("Patients")
    n_cik: Count = count("Patients who received CIK cells")
    n_control: Count = count("Patients of the control group")
    publication_type: str = text(
        "Kind of publication", allowed=["article", "conference abstract", "preprint", "thesis", "web page"]
    )
    reason: str = text("Why it is not enrolled, or that it is", empty=False)
    enrolled_as: str = text("The report that the record became", foreign="trials.trial_id", optional=True)
    source_url: str = text("Where the row was read", empty=False)
    locator: str = text("The place within the source")

    class Config:
        name = "screening"
        metadata = {"key": ["record"]}


class PublishedClaims(pa.DataFrameModel):
    """What the published editions stated."""

    edition: str = key("Edition of the registry's report", foreign="editions.name")
    claim: str = text("What is stated", empty=False)
    value: str = text("The value as printed", empty=False, reads=CLAIM)
    unit: str = text("Unit of the value")
    source_url: str = text("Where the row was read", empty=False)
    locator: str = text("The place within the source")

    class Config:
        name = "published_claims"
        metadata = {"key": ["edition", "claim"]}


class MetaAnalyses(pa.DataFrameModel):
    """Pooled results that others have published."""

    meta_id: str = key("Identifier of the meta-analysis")
    first_author: str = text("First author")
    year: Count = count("Year of publication", unit="year", low=1985, high=2100)
    journal: str = text("Journal")
    pmid: str = text("PubMed identifier", reads=PMID)
    doi: str = text("Digital object identifier", reads=DOI)
    pmcid: str = text("PubMed Central identifier", pattern=r"PMC\d+", form="PMC and digits")
    tumour: str = text("Tumour as reported")
    product: str = text("Cell product as reported")
    endpoint: str = text("Endpoint as reported", empty=False)
    timepoint: str = text("Time of the endpoint as reported")
    effect_type: str = text("Measure of the estimate", allowed=["HR", "RR", "OR", "log OR", "WMD"])
    model: str = text("Pooling model", allowed=["fixed", "random", "unclear"])
    n_studies: Count = count("Studies pooled", unit="studies")
    n_patients: Count = count("Patients pooled")
    estimate: float = number("Pooled estimate", reads=KEPT_NUMBER)
    ci_low: float = number("Lower bound of its interval", reads=KEPT_NUMBER)
    ci_high: float = number("Upper bound of its interval", reads=KEPT_NUMBER)
    p_value: str = text("p-value as reported", reads=P_VALUE)
    i2_pct: float = percent("Heterogeneity I squared")
    source_url: str = text("Where the row was read", empty=False)
    locator: str = text("The place within the source")

    @pa.dataframe_check(name="ci_low: above ci_high: ci_high at most")
    def _interval_in_order(cls, table: pd.DataFrame) -> pd.Series:
        return ~(table["ci_low"] > table["ci_high"])

    class Config:
        name = "meta_analyses"


class ExtractionAgreement(pa.DataFrameModel):
    """A second, independent extraction against this one."""

    table: str = text("Table compared", empty=False)
    field: str = text("Field compared", empty=False)
    values_compared: Count = count("Values compared", unit="values", empty=False)
    values_agreeing: Count = count("Values that agree", unit="values", empty=False)
    note: str = text("What differed")

    @pa.dataframe_check(name="values_agreeing: above values_compared: values_compared at most")
    def _no_more_than_compared(cls, table: pd.DataFrame) -> pd.Series:
        return ~(table["values_agreeing"] > table["values_compared"]).fillna(False)

    class Config:
        name = "extraction_agreement"


class ReviewedFlags(pa.DataFrameModel):
    """Flags that a registrar has looked at, and the answer; not asked again."""

    trial_id: str = text("The report; in a table without one, the identifier of the row")
    table: str = text("The table of the flagged cell", empty=False)
    column: str = text("The flagged column", empty=False)
    found: str = text("What the flag found, as it shows it")
    answer: str = text(
        "What the source says", empty=False, allowed=["as printed", "the source contradicts itself", "not stated"]
    )
    reviewed: str = text("Day of the answer", empty=False, pattern=r"\d{4}-\d\d-\d\d", form="a date as 2026-11-25")
    initials: str = text("Who answered", empty=False)
    note: str = text("What the registrar remarked")

    class Config:
        name = "reviewed_flags"
        metadata = {"key": ["trial_id", "table", "column", "found"], "optional": True}

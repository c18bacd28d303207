"""The raw tables of the registry: one pandera model a table.

From these models come the checks (`check`), the data dictionary and the Frictionless Table Schema
(`dictionary`), so that the three cannot disagree. ``Config.metadata['key']`` names the columns that
tell the rows apart; a rule between columns is a ``dataframe_check`` whose name is the column that is
shown, what is wrong and what is allowed. A column that no model knows is kept out and flagged, so that
a registrar may add notes.
"""

from typing import TypeAlias

import pandas as pd
import pandera.pandas as pa

from ircc_lib.registry.schema.fields import count, key, number, percent, text
from ircc_lib.registry.schema.reading import (
    CELLS,
    COUNTRY,
    DATE,
    DOI,
    DURATION,
    ENDPOINT,
    EVENT,
    GRADE,
    GROUP_AND_ARM,
    INFUSIONS,
    INFUSIONS_RENAMED,
    KEPT_NUMBER,
    MEDIAN,
    MONTHS,
    P_VALUE,
    PMID,
    REGISTRATIONS,
    SEX,
    SHARE,
    TREATMENTS,
    UNIT,
)

Count: TypeAlias = pd.Int64Dtype

DESIGNS = ["randomised", "controlled_nonrandomised", "retrospective_controlled", "single_arm", "case_report"]
ALLOCATIONS = ["random", "not random", "not stated"]
PUBLICATIONS = ["article", "conference abstract", "register results"]
UNITS = ["days", "weeks", "months", "years"]
GROUP = r"(?:cik|control|all)(?::[^:]+)?"
PHASE = r"[0-4][abc]?(?:/[1-4][abc]?)?"
PHASE_WORDS = "a phase from 0 to 4, or two as in 1/2"
GROUP_WORDS = "cik, control or all, with an optional :arm"


class Row(pa.DataFrameModel):
    """What every row of a trial says about itself."""

    trial_id: str = key("The report this row belongs to", foreign="trials.trial_id")
    source_url: str = text("Where the row was read", empty=False)
    locator: str = text("The place within the source")
    note: str = text("What the registrar remarked")


class Trials(pa.DataFrameModel):
    """One report of a clinical study a row."""

    trial_id: str = key("Identifier of the report")
    cohort: str = key("The patients: reports of the same patients share it", foreign="trials.trial_id")
    first_author: str = text("First author")
    year: Count = count("Year of publication; empty where no record read states it", unit="year", low=1985, high=2100)
    year_basis: str = text(
        "Whether the year is printed, or inferred from an issue code or an address",
        allowed=["printed", "inferred"],
        optional=True,
    )
    title: str = text("Title")
    journal: str = text("Journal")
    pmid: str = text("PubMed identifier", reads=PMID)
    doi: str = text("Digital object identifier", reads=DOI)
    registration_id: str = text("Numbers in trial registers", reads=REGISTRATIONS)
    publication_type: str = text("Kind of publication", empty=False, allowed=PUBLICATIONS)
    record_level: str = text(
        "Read from its own record, or known from a review's table", empty=False, allowed=["own record", "review table"]
    )
    read_in: str = text(
        "What of the report was read",
        allowed=["full text", "part of the full text", "abstract", "register", "review table"],
        optional=True,
    )
    country: str = text("Country", reads=COUNTRY)
    centres: str = text("Hospitals and cities as reported, with ; between them", optional=True)
    n_centres: Count = count("Centres", unit="centres", low=1, optional=True)
    design: str = text("Study design", empty=False, allowed=DESIGNS)
    allocation: str = text(
        "How patients came to their group; empty without controls", allowed=ALLOCATIONS, optional=True
    )
    allocation_basis: str = text(
        "Whose word that is: the report's own record, or only a review", allowed=["own record", "review"], optional=True
    )
    phase: str = text("Phase", pattern=PHASE, form=PHASE_WORDS)
    tumour_summary: str = text("Tumours as summarised")
    setting: str = text("Clinical setting")
    stage_reported: str = text("Stage as reported")
    performance_status: str = text("Performance status at entry as reported: ECOG or KPS", optional=True)
    product: str = text("Cell product", empty=False, vocabulary="products", reads="vocabulary products")
    product_reported: str = text("Cell product as reported")
    cell_source: str = text(
        "Donor of the cells", empty=False, allowed=["autologous", "allogeneic", "both", "unreported"]
    )
    co_treatment: str = text("Treatment given with the cells", reads=TREATMENTS)
    comparator: str = text("What the control group received", reads="vocabulary comparators")
    n_total: Count = count("Patients")
    n_cik: Count = count("Patients who received CIK cells")
    n_control: Count = count("Patients of the control group")
    n_male: Count = count("Men")
    n_female: Count = count("Women")
    age_median: float = number("Median age", unit="years", low=0, high=120)
    enrol_start: str = text("Enrolment from", reads=DATE)
    enrol_end: str = text("Enrolment to", reads=DATE)
    followup_months: float = number("Median follow-up", unit="months", low=0)
    followup_method: str = text(
        "How the follow-up was computed",
        allowed=["reverse Kaplan-Meier", "all patients", "survivors", "not said"],
        optional=True,
    )
    infusions_reported: str = text("Infusions as reported", reads=INFUSIONS)
    cells_reported: str = text("Cell dose as reported", reads=CELLS)
    source_url: str = text("Where the row was read", empty=False)
    locator: str = text("The place within the source")
    note: str = text("What the registrar remarked")

    class Config:
        name = "trials"
        metadata = {"key": ["trial_id"]}


class Entities(Row):
    """Trial by tumour as reported."""

    tumour_reported: str = key("Tumour as reported", foreign="tumours.tumour_reported")
    n_patients: Count = count("Patients with this tumour")
    n_cik: Count = count("Patients with this tumour who received CIK cells")

    class Config:
        name = "entities"
        metadata = {"key": ["trial_id", "tumour_reported"]}


class Medians(Row):
    """Median survival by endpoint and group."""

    endpoint: str = text("Endpoint", empty=False, reads=ENDPOINT)
    group: str = text(
        "Group of patients: " + GROUP_WORDS, empty=False, pattern=GROUP, form=GROUP_WORDS, reads=GROUP_AND_ARM
    )
    n: Count = count("Patients of the group")
    median_reported: str = text("Median as reported", empty=False, reads=MEDIAN)
    statistic: str = text(
        "What the number is; only a median counts as one", allowed=["median", "mean", "not named"], optional=True
    )
    unit: str = text("Unit of the median and its interval", allowed=UNITS, reads=UNIT)
    ci_low: float = number("Lower bound of the 95 % interval", unit="as in unit", low=0, reads=MONTHS)
    ci_high: float = number("Upper bound of the 95 % interval", unit="as in unit", low=0, reads=MONTHS)
    n_events: Count = count("Events in the group", unit="events", optional=True)

    @pa.dataframe_check(name="ci_low: above ci_high: ci_high at most")
    def _interval_in_order(cls, table: pd.DataFrame) -> pd.Series:
        return ~(table["ci_low"] > table["ci_high"])

    class Config:
        name = "medians"


class Landmarks(Row):
    """Survival rate at a time by endpoint and group."""

    endpoint: str = text("Endpoint", empty=False, reads=ENDPOINT)
    group: str = text(
        "Group of patients: " + GROUP_WORDS, empty=False, pattern=GROUP, form=GROUP_WORDS, reads=GROUP_AND_ARM
    )
    time: float = number("Time of the rate", unit="as in unit", low=0, reads=MONTHS)
    unit: str = text("Unit of the time", empty=False, allowed=UNITS, reads=UNIT)
    survival_pct: float = percent("Survival rate", reads=SHARE)
    ci_low: float = percent("Lower bound of the 95 % interval", optional=True, reads=SHARE)
    ci_high: float = percent("Upper bound of the 95 % interval", optional=True, reads=SHARE)
    n_at_risk: Count = count("Patients still at risk at that time", optional=True)
    p_value: str = text("p-value as reported", reads=P_VALUE)

    @pa.dataframe_check(name="ci_low: above ci_high: ci_high at most")
    def _interval_in_order(cls, table: pd.DataFrame) -> pd.Series:
        return ~(table["ci_low"] > table["ci_high"])

    class Config:
        name = "landmarks"


class Comparisons(Row):
    """Between-arm tests by endpoint."""

    endpoint: str = text("Endpoint", empty=False, reads=ENDPOINT)
    subgroup: str = text("Part of the patients; empty for all")
    effect_type: str = text("Measure of the estimate", allowed=["HR", "RR", "OR"])
    orientation: str = text(
        "Which way the estimate is written", allowed=["cik_vs_control", "control_vs_cik", "within_cik"]
    )
    estimate: float = number("Estimate of the effect", low=0, reads=KEPT_NUMBER)
    ci_low: float = number("Lower bound of its interval", low=0, reads=KEPT_NUMBER)
    ci_high: float = number("Upper bound of its interval", low=0, reads=KEPT_NUMBER)
    p_value: str = text("p-value as reported", reads=P_VALUE)
    test: str = text("Statistical test", allowed=["log-rank", "cox", "other", "unreported"])
    adjusted: str = text("Adjusted for other variables", allowed=["yes", "no", "unclear"])
    direction: str = text(
        "Which group did better, in the authors' words",
        allowed=["cik_better", "control_better", "no_difference", "unclear"],
    )
    alternative: str = text("Sides of the test", allowed=["two-sided", "one-sided"], optional=True)
    adjusted_for: str = text("Variables adjusted for, with ; between them", optional=True)
    n_events_cik: Count = count("Events with CIK cells", unit="events", optional=True)
    n_events_control: Count = count("Events of the control group", unit="events", optional=True)

    @pa.dataframe_check(name="ci_low: above ci_high: ci_high at most")
    def _interval_in_order(cls, table: pd.DataFrame) -> pd.Series:
        return ~(table["ci_low"] > table["ci_high"])

    class Config:
        name = "comparisons"


class Responses(Row):
    """Tumour response by group."""

    group: str = text(
        "Group of patients: " + GROUP_WORDS, empty=False, pattern=GROUP, form=GROUP_WORDS, reads=GROUP_AND_ARM
    )
    criteria: str = text("Response criteria")
    n_evaluable: Count = count("Patients evaluable for response")
    cr: Count = count("Complete responses")
    pr: Count = count("Partial responses")
    mr: Count = count("Minor responses")
    sd: Count = count("Stable disease")
    pd_: Count = count("Progressive disease", alias="pd")
    orr_pct: float = percent("Objective response rate", reads=SHARE)
    dcr_pct: float = percent("Disease control rate", reads=SHARE)
    p_orr: str = text("p-value of the objective response as reported", reads=P_VALUE, optional=True)
    p_dcr: str = text("p-value of the disease control as reported", reads=P_VALUE, optional=True)
    p_value: str = text("p-value as reported", reads=P_VALUE)

    class Config:
        name = "responses"


class AdverseEvents(Row):
    """Adverse events by group."""

    group: str = text(
        "Group of patients: " + GROUP_WORDS, empty=False, pattern=GROUP, form=GROUP_WORDS, reads=GROUP_AND_ARM
    )
    term_reported: str = text("Event as reported", empty=False, reads=EVENT)
    grade_reported: str = text("Grade as reported", reads=GRADE)
    n_affected: Count = count("Affected", unit="as in denominator")
    n_at_risk: Count = count("At risk", unit="as in denominator")
    pct: float = percent("Affected of those at risk")

    class Config:
        name = "adverse_events"


class Arms(Row):
    """Figures printed for one arm."""

    group: str = text(
        "Group of patients: " + GROUP_WORDS, empty=False, pattern=GROUP, form=GROUP_WORDS, reads=GROUP_AND_ARM
    )
    description: str = text("The arm in the record's words")
    n_assigned: Count = count("Patients assigned")
    n_treated: Count = count("Patients treated")
    n_analysed: Count = count("Patients analysed")
    n_male: Count = count("Men")
    n_female: Count = count("Women")
    age_reported: str = text("Age as reported", unit="years")
    age_statistic: str = text("What the age is", allowed=["median", "mean", "not named"])
    age_range_reported: str = text("Range, quartiles or deviation of the age as reported", unit="years")
    followup_reported: str = text("Follow-up as reported")
    os_events: Count = count("Deaths", unit="events")
    pfs_events: Count = count("Progressions, recurrences or deaths", unit="events")

    class Config:
        name = "arms"
        metadata = {"key": ["trial_id", "group"], "optional": True}


class Overlaps(pa.DataFrameModel):
    """Trials whose patients may be the same."""

    trial_id: str = key("The report", foreign="trials.trial_id")
    other_trial_id: str = key("The report it may share patients with", foreign="trials.trial_id")
    certainty: str = text("How sure", empty=False, allowed=["stated", "likely", "possible"])
    why: str = text("What speaks for it", empty=False)
    source_url: str = text("Where the row was read")

    class Config:
        name = "overlaps"
        metadata = {"key": ["trial_id", "other_trial_id"], "optional": True}


class Patients(Row):
    """Individual patients printed in a record."""

    patient_no: Count = count("Number of the patient within the report", unit="", low=1, empty=False)
    age: float = number("Age", unit="years", low=0, high=120)
    sex: str = text("Sex", reads=SEX)
    diagnosis: str = text("Diagnosis as reported")
    stage: str = text("Stage as reported")
    infusions: str = text("Infusions as reported", reads=INFUSIONS_RENAMED)
    cells_reported: str = text("Cell dose as reported", reads=CELLS)
    response: str = text("Response as reported")
    os_time: str = text("Overall survival", reads=DURATION, unit="as in unit")
    os_event: Count = count("1 died, 0 alive", unit="", high=1)
    pfs_time: str = text("Progression-free survival", reads=DURATION, unit="as in unit")
    pfs_event: Count = count("1 progressed or died, 0 not", unit="", high=1)
    unit: str = text("Unit of the times", allowed=UNITS, reads=UNIT)
    gvhd: str = text("Graft-versus-host disease as reported")

    class Config:
        name = "patients"
        metadata = {"key": ["trial_id", "patient_no"]}

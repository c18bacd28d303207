"""What a report states of its patients: one pandera model per table (see `reports`)."""

import pandas as pd
import pandera.pandas as pa

from ircc_lib.registry.schema.fields import count, number, percent, text
from ircc_lib.registry.schema.reading import (
    CELLS,
    DURATION,
    ENDPOINT,
    EVENT,
    GRADE,
    GROUP_AND_ARM,
    INFUSIONS_RENAMED,
    KEPT_NUMBER,
    MEDIAN,
    MONTHS,
    P_VALUE,
    SEX,
    SHARE,
    UNIT,
)
from ircc_lib.registry.schema.reports import GROUP, GROUP_WORDS, UNITS, Count, Row


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

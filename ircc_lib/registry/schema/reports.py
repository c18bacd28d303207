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

from ircc_lib.registry.schema.fields import count, key, number, text
from ircc_lib.registry.schema.reading import (
    CELLS,
    COUNTRY,
    DATE,
    DOI,
    INFUSIONS,
    PMID,
    REGISTRATIONS,
    TREATMENTS,
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

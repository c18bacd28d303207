"""The raw tables that the reporting standard asks for: the product, the conduct and the flow of a trial.

A registry of before the standard may lack them; they are empty then.
"""

from typing import TypeAlias

import pandas as pd

from ircc_lib.registry.schema.fields import count, percent, several, text
from ircc_lib.registry.schema.reading import (
    DATE,
    GROUP_AND_ARM,
)
from ircc_lib.registry.schema.reports import GROUP, GROUP_WORDS, Row

Count: TypeAlias = pd.Int64Dtype


class Products(Row):
    """How the cells of a trial, or of one of its arms, were made and given."""

    group: str = text(
        "Group of patients: " + GROUP_WORDS + "; empty for all", pattern=GROUP, form=GROUP_WORDS, reads=GROUP_AND_ARM
    )
    donor_relation: str = text(
        "Donor of the cells",
        allowed=["patient", "matched sibling", "haploidentical", "unrelated", "cord blood", "other"],
    )
    starting_material: str = text(
        "What the cells were grown from",
        allowed=["leukapheresis", "peripheral blood", "cord blood", "bone marrow", "other"],
    )
    preservation: str = text("State of the product when given", allowed=["fresh", "cryopreserved"])
    culture_agents: str = text("Cytokines and antibodies of the culture, with concentrations, as reported")
    culture_days: str = text("Days of culture as reported")
    cd3cd56_pct: float = percent("Cells positive for CD3 and CD56")
    phenotype_of: str = text("What that is a part of", allowed=["lymphocytes", "viable cells", "CD3+ cells"])
    viability_pct: float = percent("Viable cells")
    release_tests: str = several(
        "What the product was tested for before release",
        ["bacteria", "fungi", "mycoplasma", "endotoxin", "virus", "none"],
    )
    potency_assay: str = text("Target and effector-to-target ratio of the potency test as reported")
    potency_pct: float = percent("Lysis in the potency test")
    modification: str = text(
        "What was added to the cells, or how they were modified",
        allowed=[
            "none",
            "DC, no antigen",
            "DC, tumour lysate",
            "DC, peptide",
            "DC, gene",
            "CAR",
            "cytokine gene",
            "checkpoint antibody",
            "bispecific antibody",
            "other",
        ],
    )
    modification_detail: str = text("Antigen, ratio, gene, vector or antibody as reported")
    route: str = several(
        "Route of administration",
        [
            "intravenous",
            "hepatic artery",
            "intraperitoneal",
            "intrapleural",
            "intrapericardial",
            "intratumoural",
            "other",
        ],
    )

    class Config:
        name = "products"
        metadata = {"key": ["trial_id", "group"], "optional": True}


class Conduct(Row):
    """How a trial was run and analysed."""

    funding: str = text("Funding", allowed=["public", "industry", "mixed", "none"])
    data_access: str = text(
        "Access to the patients' data", allowed=["published", "repository", "on request", "not shared"]
    )
    sequence_generation: str = text(
        "How the random sequence was made",
        allowed=["computer", "random number table", "minimisation", "drawing lots", "alternation or date", "other"],
    )
    allocation_concealment: str = text(
        "How the allocation was concealed", allowed=["central", "opaque sealed envelopes", "none", "other"]
    )
    blinding: str = text("Who was blinded", allowed=["open label", "outcome assessors", "single", "double"])
    control_selection: str = text(
        "How the controls were chosen",
        allowed=[
            "concurrent",
            "concurrent, patients' wish",
            "matched",
            "propensity score",
            "historical",
            "other",
        ],
    )
    primary_endpoint: str = text("Primary endpoint", reads="vocabulary endpoints")
    time_zero: str = text(
        "What times to event are counted from",
        allowed=[
            "randomisation",
            "diagnosis",
            "surgery",
            "start of therapy",
            "first infusion",
            "transplantation",
            "other",
        ],
    )
    ae_grading: str = text(
        "Grading system of adverse events",
        allowed=["CTCAE v2", "CTCAE v3", "CTCAE v4", "CTCAE v5", "WHO", "other"],
    )
    analysis_set: str = text(
        "Who was analysed",
        allowed=["intention to treat", "modified intention to treat", "per protocol", "as treated"],
    )
    data_cutoff: str = text("Data cut-off", reads=DATE)

    class Config:
        name = "conduct"
        metadata = {"key": ["trial_id"], "optional": True}


class Flow(Row):
    """How many patients of a group came how far."""

    group: str = text(
        "Group of patients: " + GROUP_WORDS, empty=False, pattern=GROUP, form=GROUP_WORDS, reads=GROUP_AND_ARM
    )
    stage: str = text(
        "How far",
        empty=False,
        allowed=[
            "screened",
            "enrolled",
            "collected",
            "product failed",
            "infused",
            "completed",
            "lost to follow-up",
            "analysed",
        ],
    )
    n: Count = count("Patients")

    class Config:
        name = "flow"
        metadata = {"key": ["trial_id", "group", "stage"], "optional": True}

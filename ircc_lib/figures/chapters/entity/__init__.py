"""The page of one tumour."""

from ircc_lib.figures.chapters.entity.outcomes import basket_sentence as basket_sentence
from ircc_lib.figures.chapters.entity.outcomes import entity_curves as curves
from ircc_lib.figures.chapters.entity.outcomes import entity_forest as forest
from ircc_lib.figures.chapters.entity.outcomes import entity_medians as medians
from ircc_lib.figures.chapters.entity.outcomes import entity_response as response
from ircc_lib.figures.chapters.entity.outcomes import entity_response_ratio as response_ratio
from ircc_lib.figures.chapters.entity.summary import entity_findings as findings
from ircc_lib.figures.chapters.entity.tables import entity_sentence as sentence
from ircc_lib.figures.chapters.entity.tables import outcome_table as outcome_table
from ircc_lib.figures.chapters.entity.tables import trials_table as trials_table

__all__ = [
    "basket_sentence",
    "curves",
    "findings",
    "forest",
    "medians",
    "outcome_table",
    "response",
    "response_ratio",
    "sentence",
    "trials_table",
]

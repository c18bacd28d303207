"""Tumour response."""

from ircc_lib.analysis.outcomes.response import pooled_response as pooled
from ircc_lib.analysis.outcomes.response import response_between_arms as between_arms
from ircc_lib.analysis.outcomes.response import response_counts as counts
from ircc_lib.figures.chapters.response.forests import response_forest as forest
from ircc_lib.figures.chapters.response.forests import response_ratio_forest as ratio_forest
from ircc_lib.figures.chapters.response.sentences import criteria_sentence as criteria_sentence
from ircc_lib.figures.chapters.response.sentences import response_sentence as sentence
from ircc_lib.figures.chapters.response.tables import response_between_table as between_table
from ircc_lib.figures.chapters.response.tables import response_table as table
from ircc_lib.figures.chapters.response.tables import responses_as_counted as as_counted
from ircc_lib.figures.draw.proportions import forest_proportions as forest_proportions

__all__ = [
    "as_counted",
    "between_arms",
    "between_table",
    "counts",
    "criteria_sentence",
    "forest",
    "forest_proportions",
    "pooled",
    "ratio_forest",
    "sentence",
    "table",
]

"""What the cells were given with."""

from ircc_lib.analysis.effects.combinations import combinations as counts
from ircc_lib.analysis.effects.combinations import pooled_by_combination as pooled
from ircc_lib.figures.chapters.combinations.combinations import combination_effects as effects
from ircc_lib.figures.chapters.combinations.combinations import combination_figure as figure
from ircc_lib.figures.chapters.combinations.combinations import combination_sentence as sentence
from ircc_lib.figures.chapters.combinations.combinations import combinations_table as table

__all__ = ["counts", "effects", "figure", "pooled", "sentence", "table"]

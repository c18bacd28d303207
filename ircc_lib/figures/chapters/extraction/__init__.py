"""How the ratios were read: the hierarchy of methods, its validation, and the trials without a ratio."""

from ircc_lib.analysis.effects.bounds import effect_bounds as bounds
from ircc_lib.analysis.effects.effects import effect_exclusions as exclusions
from ircc_lib.analysis.effects.validation import validate_methods as validate
from ircc_lib.figures.chapters.extraction.tables import bounds_table as bounds_table
from ircc_lib.figures.chapters.extraction.tables import exclusions_table as exclusions_table
from ircc_lib.figures.chapters.extraction.tables import replaced_sentence as replaced
from ircc_lib.figures.chapters.extraction.validation import validation_figure as validation_figure
from ircc_lib.figures.chapters.extraction.validation import validation_table as validation_table

__all__ = [
    "bounds",
    "bounds_table",
    "exclusions",
    "exclusions_table",
    "replaced",
    "validate",
    "validation_figure",
    "validation_table",
]

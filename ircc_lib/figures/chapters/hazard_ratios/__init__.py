"""Hazard ratios: one per trial, and pooled."""

from ircc_lib.analysis.effects.risk_of_bias import risk_of_bias as risk_of_bias
from ircc_lib.figures.chapters.hazard_ratios.subgroups import subgroup_forest as subgroup_forest
from ircc_lib.figures.chapters.hazard_ratios.tables import effects_sentence as sentence
from ircc_lib.figures.chapters.hazard_ratios.tables import effects_table as table
from ircc_lib.figures.chapters.hazard_ratios.tables import overlap_warning as overlap_warning

__all__ = [
    "overlap_warning",
    "risk_of_bias",
    "sentence",
    "subgroup_forest",
    "table",
]

"""Hazard ratios: one per trial, pooled, and what the pool depends on."""

from ircc_lib.analysis.effects.bounds import effect_bounds as bounds
from ircc_lib.analysis.effects.effects import effect_exclusions as exclusions
from ircc_lib.analysis.effects.moderators import effect_moderators as moderators
from ircc_lib.analysis.effects.moderators import trial_characteristics as characteristics
from ircc_lib.analysis.effects.published import published_agreement as published_agreement
from ircc_lib.analysis.effects.sensitivity import effect_sensitivity as sensitivity
from ircc_lib.analysis.effects.validation import validate_ladder as validate
from ircc_lib.figures.chapters.hazard_ratios.cumulative import cumulative_forest as cumulative_forest
from ircc_lib.figures.chapters.hazard_ratios.cumulative import leave_one_out_forest as leave_one_out_forest
from ircc_lib.figures.chapters.hazard_ratios.funnel import bubble_plot as bubble
from ircc_lib.figures.chapters.hazard_ratios.funnel import funnel_plot as funnel
from ircc_lib.figures.chapters.hazard_ratios.subgroups import sensitivity_forest as sensitivity_forest
from ircc_lib.figures.chapters.hazard_ratios.subgroups import subgroup_forest as subgroup_forest
from ircc_lib.figures.chapters.hazard_ratios.tables import bounds_table as bounds_table
from ircc_lib.figures.chapters.hazard_ratios.tables import effects_sentence as sentence
from ircc_lib.figures.chapters.hazard_ratios.tables import effects_table as table
from ircc_lib.figures.chapters.hazard_ratios.tables import exclusions_table as exclusions_table
from ircc_lib.figures.chapters.hazard_ratios.tables import influence_table as influence_table
from ircc_lib.figures.chapters.hazard_ratios.tables import moderators_table as moderators_table
from ircc_lib.figures.chapters.hazard_ratios.tables import overlap_warning as overlap_warning
from ircc_lib.figures.chapters.hazard_ratios.tables import published_agreement_left_out as published_agreement_left_out
from ircc_lib.figures.chapters.hazard_ratios.tables import published_agreement_table as published_agreement_table
from ircc_lib.figures.chapters.hazard_ratios.validation import ladder_validation_figure as validation_figure
from ircc_lib.figures.chapters.hazard_ratios.validation import ladder_validation_table as validation_table

__all__ = [
    "bounds",
    "bounds_table",
    "bubble",
    "characteristics",
    "cumulative_forest",
    "exclusions",
    "exclusions_table",
    "funnel",
    "influence_table",
    "leave_one_out_forest",
    "moderators",
    "moderators_table",
    "overlap_warning",
    "published_agreement",
    "published_agreement_left_out",
    "published_agreement_table",
    "sensitivity",
    "sensitivity_forest",
    "sentence",
    "subgroup_forest",
    "table",
    "validate",
    "validation_figure",
    "validation_table",
]

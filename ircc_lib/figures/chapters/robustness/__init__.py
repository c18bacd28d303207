"""Robustness: what the pooled hazard ratios depend on."""

from ircc_lib.analysis.effects.moderators import effect_moderators as moderators
from ircc_lib.analysis.effects.moderators import trial_characteristics as characteristics
from ircc_lib.analysis.effects.published import published_agreement as published_agreement
from ircc_lib.analysis.effects.sensitivity import effect_sensitivity as sensitivity
from ircc_lib.figures.chapters.robustness.choices import sensitivity_forest as sensitivity_forest
from ircc_lib.figures.chapters.robustness.left_out import all_evidence_table as all_evidence_table
from ircc_lib.figures.chapters.robustness.left_out import selection_table as selection_table
from ircc_lib.figures.chapters.robustness.missing import missing_by_trial as missing_by_trial
from ircc_lib.figures.chapters.robustness.reviews import published_agreement_left_out as published_agreement_left_out
from ircc_lib.figures.chapters.robustness.reviews import published_agreement_table as published_agreement_table
from ircc_lib.figures.chapters.robustness.small_trials import bubble_plot as bubble
from ircc_lib.figures.chapters.robustness.small_trials import funnel_plot as funnel
from ircc_lib.figures.chapters.robustness.steps import cumulative_forest as cumulative_forest
from ircc_lib.figures.chapters.robustness.steps import leave_one_out_forest as leave_one_out_forest
from ircc_lib.figures.chapters.robustness.tables import contradictions_sentence as contradictions
from ircc_lib.figures.chapters.robustness.tables import influence_table as influence_table
from ircc_lib.figures.chapters.robustness.tables import moderators_table as moderators_table

__all__ = [
    "all_evidence_table",
    "bubble",
    "characteristics",
    "contradictions",
    "cumulative_forest",
    "funnel",
    "influence_table",
    "leave_one_out_forest",
    "missing_by_trial",
    "moderators",
    "moderators_table",
    "published_agreement",
    "published_agreement_left_out",
    "published_agreement_table",
    "selection_table",
    "sensitivity",
    "sensitivity_forest",
]

"""Robustness: what the pooled hazard ratios depend on."""

from ircc_lib.analysis.effects.all_evidence import beside_all_evidence as all_evidence
from ircc_lib.analysis.effects.moderators import effect_moderators as moderators
from ircc_lib.analysis.effects.moderators import trial_characteristics as characteristics
from ircc_lib.analysis.effects.published import published_agreement as published_agreement
from ircc_lib.analysis.effects.robustness.one_by_one import without_each as influence
from ircc_lib.analysis.effects.robustness.one_by_one import year_by_year as cumulative
from ircc_lib.analysis.effects.robustness.sensitivity import effect_sensitivity as sensitivity
from ircc_lib.analysis.effects.robustness.small_trials import under_selection as selection
from ircc_lib.figures.chapters.robustness.choices import sensitivity_forest as sensitivity_forest
from ircc_lib.figures.chapters.robustness.left_out import all_evidence_table as all_evidence_table
from ircc_lib.figures.chapters.robustness.left_out import selection_table as selection_table
from ircc_lib.figures.chapters.robustness.missing import missing_by_trial as missing_by_trial
from ircc_lib.figures.chapters.robustness.missing import missing_sentence as missing_sentence
from ircc_lib.figures.chapters.robustness.one_by_one import cumulative_forest as cumulative_forest
from ircc_lib.figures.chapters.robustness.one_by_one import leave_one_out_forest as leave_one_out_forest
from ircc_lib.figures.chapters.robustness.reviews import published_agreement_left_out as published_agreement_left_out
from ircc_lib.figures.chapters.robustness.reviews import published_agreement_table as published_agreement_table
from ircc_lib.figures.chapters.robustness.small_trials import bubble_plot as bubble
from ircc_lib.figures.chapters.robustness.small_trials import funnel_plot as funnel
from ircc_lib.figures.chapters.robustness.tables import contradictions_sentence as contradictions
from ircc_lib.figures.chapters.robustness.tables import influence_table as influence_table
from ircc_lib.figures.chapters.robustness.tables import moderators_table as moderators_table

__all__ = [
    "all_evidence",
    "all_evidence_table",
    "bubble",
    "characteristics",
    "contradictions",
    "cumulative",
    "cumulative_forest",
    "funnel",
    "influence",
    "influence_table",
    "leave_one_out_forest",
    "missing_by_trial",
    "missing_sentence",
    "moderators",
    "moderators_table",
    "published_agreement",
    "published_agreement_left_out",
    "published_agreement_table",
    "selection",
    "selection_table",
    "sensitivity",
    "sensitivity_forest",
]

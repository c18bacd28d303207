"""Robustness: what the pooled hazard ratios depend on."""

from ircc_lib.analysis.effects.all_evidence import beside_all_evidence as all_evidence
from ircc_lib.analysis.effects.moderators import effect_moderators as moderators
from ircc_lib.analysis.effects.moderators import trial_characteristics as characteristics
from ircc_lib.analysis.effects.published import published_agreement as published_agreement
from ircc_lib.analysis.effects.robustness.one_by_one import without_each as influence
from ircc_lib.analysis.effects.robustness.one_by_one import year_by_year as cumulative
from ircc_lib.analysis.effects.robustness.sensitivity import effect_sensitivity as sensitivity
from ircc_lib.analysis.effects.robustness.small_trials import under_selection as selection
from ircc_lib.figures.chapters.robustness.missing import missing_by_trial as missing_by_trial
from ircc_lib.figures.chapters.robustness.missing import missing_sentence as missing_sentence
from ircc_lib.figures.chapters.robustness.small_trials import bubble_plot as bubble
from ircc_lib.figures.chapters.robustness.small_trials import funnel_plot as funnel
from ircc_lib.figures.chapters.robustness.subjects import forest as forest
from ircc_lib.figures.chapters.robustness.subjects import table as table
from ircc_lib.figures.chapters.robustness.tables import contradictions_sentence as contradictions

__all__ = [
    "all_evidence",
    "bubble",
    "characteristics",
    "contradictions",
    "cumulative",
    "forest",
    "funnel",
    "influence",
    "missing_by_trial",
    "missing_sentence",
    "moderators",
    "published_agreement",
    "selection",
    "sensitivity",
    "table",
]

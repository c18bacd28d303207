"""Harm: adverse events, severe events, deaths, graft-versus-host disease."""

from ircc_lib.analysis.outcomes.harm.adverse_events import adverse_event_counts as counts
from ircc_lib.analysis.outcomes.harm.adverse_events import adverse_event_rates as rates
from ircc_lib.analysis.outcomes.harm.by_arm import harm_by_arm as by_arm
from ircc_lib.analysis.outcomes.harm.in_words import compared_in_words as compared_in_words
from ircc_lib.analysis.outcomes.harm.in_words import events_per_infusion as per_infusion
from ircc_lib.analysis.outcomes.harm.in_words import events_without_number as without_number
from ircc_lib.analysis.outcomes.harm.in_words import safety_statements as statements
from ircc_lib.analysis.outcomes.harm.in_words import severe_elsewhere as severe_elsewhere
from ircc_lib.analysis.outcomes.harm.severe import gvhd_rates as gvhd_rates
from ircc_lib.analysis.outcomes.harm.severe import severe_rates as severe_rates
from ircc_lib.analysis.outcomes.harm.summary import harm_summary as summary
from ircc_lib.figures.chapters.safety.between_arms import harm_forest as forest
from ircc_lib.figures.chapters.safety.subjects import figure as figure
from ircc_lib.figures.chapters.safety.subjects import sentence as sentence
from ircc_lib.figures.chapters.safety.subjects import table as table

__all__ = [
    "by_arm",
    "compared_in_words",
    "counts",
    "figure",
    "forest",
    "gvhd_rates",
    "per_infusion",
    "rates",
    "sentence",
    "severe_elsewhere",
    "severe_rates",
    "statements",
    "summary",
    "table",
    "without_number",
]

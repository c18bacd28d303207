"""Harm: adverse events, severe events, deaths, graft-versus-host disease."""

from ircc_lib.analysis.outcomes.harm.adverse_events import adverse_event_counts as counts
from ircc_lib.analysis.outcomes.harm.adverse_events import adverse_event_rates as rates
from ircc_lib.analysis.outcomes.harm.by_arm import harm_by_arm as by_arm
from ircc_lib.analysis.outcomes.harm.by_arm import randomised_harm as randomised
from ircc_lib.analysis.outcomes.harm.in_words import compared_in_words as compared_in_words
from ircc_lib.analysis.outcomes.harm.in_words import events_per_infusion as per_infusion
from ircc_lib.analysis.outcomes.harm.in_words import events_without_number as without_number
from ircc_lib.analysis.outcomes.harm.in_words import safety_statements as statements
from ircc_lib.analysis.outcomes.harm.in_words import severe_elsewhere as severe_elsewhere
from ircc_lib.analysis.outcomes.harm.severe import gvhd_rates as gvhd_rates
from ircc_lib.analysis.outcomes.harm.severe import severe_rates as severe_rates
from ircc_lib.analysis.outcomes.harm.summary import harm_summary as summary
from ircc_lib.figures.chapters.safety.adverse_events import adverse_event_figure as figure
from ircc_lib.figures.chapters.safety.adverse_events import adverse_event_table as table
from ircc_lib.figures.chapters.safety.adverse_events import infusion_table as infusion_table
from ircc_lib.figures.chapters.safety.adverse_events import none_sentence as none_sentence
from ircc_lib.figures.chapters.safety.adverse_events import safety_sentence as sentence
from ircc_lib.figures.chapters.safety.adverse_events import severe_elsewhere_sentence as severe_elsewhere_sentence
from ircc_lib.figures.chapters.safety.adverse_events import without_number_table as without_number_table
from ircc_lib.figures.chapters.safety.between_arms import between_sentence as between_sentence
from ircc_lib.figures.chapters.safety.between_arms import by_arm_table as by_arm_table
from ircc_lib.figures.chapters.safety.between_arms import harm_forest as forest
from ircc_lib.figures.chapters.safety.between_arms import words_table as words_table
from ircc_lib.figures.chapters.safety.in_short import harm_line as line
from ircc_lib.figures.chapters.safety.in_short import summary_sentence as summary_sentence
from ircc_lib.figures.chapters.safety.severe import death_sentence as death_sentence
from ircc_lib.figures.chapters.safety.severe import gvhd_figure as gvhd_figure
from ircc_lib.figures.chapters.safety.severe import gvhd_table as gvhd_table
from ircc_lib.figures.chapters.safety.severe import severe_figure as severe_figure
from ircc_lib.figures.chapters.safety.severe import severe_table as severe_table

__all__ = [
    "between_sentence",
    "by_arm",
    "by_arm_table",
    "compared_in_words",
    "counts",
    "death_sentence",
    "figure",
    "forest",
    "gvhd_figure",
    "gvhd_rates",
    "gvhd_table",
    "infusion_table",
    "line",
    "none_sentence",
    "per_infusion",
    "randomised",
    "rates",
    "sentence",
    "severe_elsewhere",
    "severe_elsewhere_sentence",
    "severe_figure",
    "severe_rates",
    "severe_table",
    "statements",
    "summary",
    "summary_sentence",
    "table",
    "without_number",
    "without_number_table",
    "words_table",
]

"""Harm: adverse events, severe events, deaths, graft-versus-host disease."""

from ircc_lib.analysis.outcomes.adverse_events import adverse_event_counts as counts
from ircc_lib.analysis.outcomes.adverse_events import adverse_event_rates as rates
from ircc_lib.analysis.outcomes.severe import gvhd_rates as gvhd_rates
from ircc_lib.analysis.outcomes.severe import severe_rates as severe_rates
from ircc_lib.figures.chapters.safety.adverse_events import adverse_event_figure as figure
from ircc_lib.figures.chapters.safety.adverse_events import adverse_event_table as table
from ircc_lib.figures.chapters.safety.adverse_events import infusion_table as infusion_table
from ircc_lib.figures.chapters.safety.adverse_events import none_sentence as none_sentence
from ircc_lib.figures.chapters.safety.adverse_events import safety_sentence as sentence
from ircc_lib.figures.chapters.safety.severe import death_sentence as death_sentence
from ircc_lib.figures.chapters.safety.severe import gvhd_figure as gvhd_figure
from ircc_lib.figures.chapters.safety.severe import gvhd_table as gvhd_table
from ircc_lib.figures.chapters.safety.severe import severe_between_sentence as severe_between_sentence
from ircc_lib.figures.chapters.safety.severe import severe_figure as severe_figure
from ircc_lib.figures.chapters.safety.severe import severe_table as severe_table

__all__ = [
    "counts",
    "death_sentence",
    "figure",
    "gvhd_figure",
    "gvhd_rates",
    "gvhd_table",
    "infusion_table",
    "none_sentence",
    "rates",
    "sentence",
    "severe_between_sentence",
    "severe_figure",
    "severe_rates",
    "severe_table",
    "table",
]

"""Registered trials, and what became of them."""

from ircc_lib.analysis.counts.registrations import registered_trials as trials
from ircc_lib.figures.chapters.registrations.registrations import registrations_figure as figure
from ircc_lib.figures.chapters.registrations.registrations import registrations_sentence as sentence
from ircc_lib.figures.chapters.registrations.registrations import registrations_table as table

__all__ = ["figure", "sentence", "table", "trials"]

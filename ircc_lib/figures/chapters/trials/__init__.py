"""The list of trials, and the record of each."""

from ircc_lib.figures.chapters.trials.trials import trial_records as records
from ircc_lib.figures.chapters.trials.trials import trials_index as index
from ircc_lib.figures.chapters.trials.trials import trials_sentence as sentence
from ircc_lib.registry.labels import trial_label as label

__all__ = ["index", "label", "records", "sentence"]

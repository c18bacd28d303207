"""Survival as reported: medians, rates, tests between arms."""

from ircc_lib.analysis.outcomes.arms import landmark_pairs as landmark_pairs
from ircc_lib.analysis.outcomes.arms import median_pairs as median_pairs
from ircc_lib.analysis.outcomes.five_years import five_year_survival as five_year_survival
from ircc_lib.analysis.outcomes.pseudo_cohort import pseudo_cohort as pseudo_cohort
from ircc_lib.analysis.time_to_event.estimators import cox_hazard_ratio as cox_hazard_ratio
from ircc_lib.analysis.time_to_event.estimators import logrank as logrank
from ircc_lib.figures.chapters.survival.five_years import five_year_figure as five_year_figure
from ircc_lib.figures.chapters.survival.landmark_rates import landmark_figure as landmarks
from ircc_lib.figures.chapters.survival.reconstructed import pseudo_cohort_sentence as pseudo_cohort_sentence
from ircc_lib.figures.chapters.survival.reconstructed import pseudo_curves as pseudo_curves
from ircc_lib.figures.chapters.survival.reconstructed import rmst_table as rmst_table
from ircc_lib.figures.chapters.survival.reported_medians import medians_dumbbell as medians
from ircc_lib.figures.chapters.survival.significance import significance_counts as significance_counts
from ircc_lib.figures.chapters.survival.single_patients import patients_figure as patients
from ircc_lib.figures.chapters.survival.tables import table as table

__all__ = [
    "cox_hazard_ratio",
    "five_year_figure",
    "five_year_survival",
    "landmark_pairs",
    "landmarks",
    "logrank",
    "median_pairs",
    "medians",
    "patients",
    "pseudo_cohort",
    "pseudo_cohort_sentence",
    "pseudo_curves",
    "rmst_table",
    "significance_counts",
    "table",
]

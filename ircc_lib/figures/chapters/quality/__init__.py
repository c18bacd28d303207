"""Data quality: what was found, what is stated, what could not be read."""

from ircc_lib.analysis.counts.quality import agreement as agreement
from ircc_lib.analysis.counts.quality import completeness as completeness
from ircc_lib.analysis.counts.quality import flow as flow
from ircc_lib.figures.chapters.quality.by_period import period_figure as period_figure
from ircc_lib.figures.chapters.quality.flow_chart import flow_diagram as flow_diagram
from ircc_lib.figures.chapters.quality.heat_map import completeness_figure as completeness_figure
from ircc_lib.figures.chapters.quality.tables import agreement_table as agreement_table
from ircc_lib.figures.chapters.quality.tables import completeness_table as completeness_table
from ircc_lib.figures.chapters.quality.tables import flags_sentence as flags_sentence
from ircc_lib.figures.chapters.quality.tables import flags_table as flags_table
from ircc_lib.figures.chapters.quality.tables import inferred_sentence as inferred_sentence
from ircc_lib.figures.chapters.quality.tables import screening_table as screening_table
from ircc_lib.figures.chapters.quality.tables import whole_sentence as whole_sentence

__all__ = [
    "agreement",
    "agreement_table",
    "completeness",
    "completeness_figure",
    "completeness_table",
    "flags_sentence",
    "flags_table",
    "flow",
    "flow_diagram",
    "inferred_sentence",
    "period_figure",
    "screening_table",
    "whole_sentence",
]

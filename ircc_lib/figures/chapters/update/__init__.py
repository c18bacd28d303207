"""The front page: the answer, the claims of the publication beside the registry's own counts."""

from ircc_lib.analysis.effects.pooled import pooled_evidence as pooled_evidence
from ircc_lib.analysis.findings.missing import missing_results as missing_results
from ircc_lib.analysis.findings.questions import by_question as by_question
from ircc_lib.analysis.findings.summary import summary_of_findings as findings
from ircc_lib.figures.chapters.update.answer import known_sentence as known_sentence
from ircc_lib.figures.chapters.update.claims_list import Claims as Claims
from ircc_lib.figures.chapters.update.front_page import claims_shown as claims
from ircc_lib.figures.chapters.update.front_page import how_to_cite as how_to_cite
from ircc_lib.figures.chapters.update.front_page import pooled_figure as pooled_figure
from ircc_lib.figures.chapters.update.front_page import what_it_means as what_it_means
from ircc_lib.figures.chapters.update.front_page import whole_sentence as whole_sentence
from ircc_lib.figures.chapters.update.tables import findings_table as findings_table
from ircc_lib.figures.chapters.update.tables import question_table as question_table

__all__ = [
    "Claims",
    "by_question",
    "claims",
    "findings",
    "findings_table",
    "how_to_cite",
    "known_sentence",
    "missing_results",
    "pooled_evidence",
    "pooled_figure",
    "question_table",
    "what_it_means",
    "whole_sentence",
]

"""The front page: the answer, the claims of the publication beside the registry's own counts."""

from ircc_lib.analysis.effects.pooled import pooled_evidence as pooled_evidence
from ircc_lib.figures.chapters.update.claims import Claims as Claims
from ircc_lib.figures.chapters.update.claims import KeyFigures as KeyFigures
from ircc_lib.figures.chapters.update.front_page import chapter_figures as chapter_figures
from ircc_lib.figures.chapters.update.front_page import claims_exhibit as claims
from ircc_lib.figures.chapters.update.front_page import headline_figures as key_figures
from ircc_lib.figures.chapters.update.front_page import how_to_cite as how_to_cite
from ircc_lib.figures.chapters.update.front_page import pooled_figure as pooled_figure
from ircc_lib.figures.chapters.update.front_page import pooled_sentences as pooled_sentences
from ircc_lib.figures.chapters.update.front_page import what_it_means as what_it_means

__all__ = [
    "Claims",
    "KeyFigures",
    "chapter_figures",
    "claims",
    "how_to_cite",
    "key_figures",
    "pooled_evidence",
    "pooled_figure",
    "pooled_sentences",
    "what_it_means",
]

"""The reporting standard: its items, who states what, and what could be pooled if more were stated."""

from ircc_lib.analysis.standard.items import Item as Item
from ircc_lib.analysis.standard.items import read_items as items
from ircc_lib.analysis.standard.recoverable import recoverable as recoverable
from ircc_lib.analysis.standard.score import score as score
from ircc_lib.analysis.standard.score import scores as scores
from ircc_lib.analysis.standard.score import summary as summary
from ircc_lib.figures.chapters.standard.by_item import item_shares as shares
from ircc_lib.figures.chapters.standard.by_item import items_then_and_now as then_and_now
from ircc_lib.figures.chapters.standard.score_map import standard_heat_map as heat_map
from ircc_lib.figures.chapters.standard.tables import items_table as items_table
from ircc_lib.figures.chapters.standard.tables import rarely_stated as rarely_stated
from ircc_lib.figures.chapters.standard.tables import recoverable_sentence as recoverable_sentence
from ircc_lib.figures.chapters.standard.tables import recoverable_table as recoverable_table
from ircc_lib.figures.chapters.standard.tables import scores_table as scores_table
from ircc_lib.figures.chapters.standard.tables import standard_sentence as sentence

__all__ = [
    "Item",
    "heat_map",
    "items",
    "items_table",
    "rarely_stated",
    "recoverable",
    "recoverable_sentence",
    "recoverable_table",
    "score",
    "scores",
    "scores_table",
    "sentence",
    "shares",
    "summary",
    "then_and_now",
]

"""What the registry states about itself: checklists of the report, deviations from the publication."""

from ircc_lib.figures.chapters.protocol.checklists import checklist as checklist
from ircc_lib.figures.chapters.protocol.checklists import deviations as deviations

__all__ = ["checklist", "deviations"]

"""Who was treated, with what: counts of trials and patients."""

from ircc_lib.analysis.counts.counts import growth as growth
from ircc_lib.analysis.counts.counts import tabulate as tabulate
from ircc_lib.analysis.counts.patients import patient_bounds as patient_bounds
from ircc_lib.analysis.counts.table_one import table_one as table_one
from ircc_lib.figures.chapters.counts.bar_charts import bars as bars
from ircc_lib.figures.chapters.counts.bar_charts import growth_figure as growth_figure
from ircc_lib.figures.chapters.counts.cells_given import doses_figure as doses
from ircc_lib.figures.chapters.counts.cells_given import infusions_figure as infusions
from ircc_lib.figures.chapters.counts.sentences import entities_sentence as entities_sentence
from ircc_lib.figures.chapters.counts.sentences import patients_sentence as patients_sentence
from ircc_lib.figures.chapters.counts.spread import dose_spread as dose_spread
from ircc_lib.figures.chapters.counts.spread import infusion_spread as infusion_spread
from ircc_lib.figures.chapters.counts.tables import table_one_table as table_one_table
from ircc_lib.figures.chapters.counts.tables import tabulation as table

__all__ = [
    "bars",
    "dose_spread",
    "doses",
    "entities_sentence",
    "growth",
    "growth_figure",
    "infusion_spread",
    "infusions",
    "patient_bounds",
    "patients_sentence",
    "table",
    "table_one",
    "table_one_table",
    "tabulate",
]

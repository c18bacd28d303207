"""The summary of findings of one tumour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ircc_lib.analysis.effects.extraction.evidence import CONTROLLED
from ircc_lib.analysis.findings.summary import summary_of_findings
from ircc_lib.analysis.outcomes.one_tumour import of_one_tumour
from ircc_lib.figures.chapters.update.tables import findings_table
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.figures.display.table import Table
from ircc_lib.text import counted

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

FEWEST = 3  # controlled trials


def entity_findings(reg: Registry, entity: str) -> Table | Prose:
    """The summary of findings of a tumour with at least three controlled trials of it alone, else why there is none.

    Parameters
    ----------
    reg : Registry
        As selected for the entity.
    entity : str
        The tumour entity.

    Returns
    -------
    Table or Prose
        The table with its rows; a sentence where there is nothing to show.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> name = "hepatocellular carcinoma"
    >>> entity_findings(ircc.load_registry().select(entity=name), name).name
    'findings'
    """
    alone = of_one_tumour(reg)
    controlled = alone.trials.loc[alone.trials["design"].isin(CONTROLLED), "cohort"].nunique()
    if controlled < FEWEST:
        return prose(
            "{trials} of this tumour alone {have} a control group: too few for a summary of findings, which asks for {n}.",
            trials=counted(controlled, "trial") if controlled else "No trial",
            have="have" if controlled > 1 else "has",
            n=FEWEST,
        )
    return findings_table(summary_of_findings(alone, entity))

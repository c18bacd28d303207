"""The namespace `ircc.meta`: methods of meta-analysis, and the pool of all that a registry holds."""

from ircc_lib.analysis.effects.all_evidence import pool_all_evidence as pool_all_evidence
from ircc_lib.analysis.meta.bias import egger as egger
from ircc_lib.analysis.meta.bias import funnel_contours as funnel_contours
from ircc_lib.analysis.meta.bias import trim_and_fill as trim_and_fill
from ircc_lib.analysis.meta.influence import cumulative as cumulative
from ircc_lib.analysis.meta.influence import influence as influence
from ircc_lib.analysis.meta.influence import leave_one_out as leave_one_out
from ircc_lib.analysis.meta.pooling import bootstrap_pool as bootstrap_pool
from ircc_lib.analysis.meta.regression import meta_regression as regression
from ircc_lib.analysis.meta.selection import selection_model as selection_model
from ircc_lib.analysis.meta.selection import worst_case as worst_case
from ircc_lib.analysis.meta.subgroups import subgroups as subgroups
from ircc_lib.analysis.meta.two_by_two import mantel_haenszel as mantel_haenszel
from ircc_lib.analysis.meta.two_by_two import peto as peto
from ircc_lib.analysis.meta.two_by_two import two_by_two_effects as two_by_two

__all__ = [
    "bootstrap_pool",
    "cumulative",
    "egger",
    "funnel_contours",
    "influence",
    "leave_one_out",
    "mantel_haenszel",
    "peto",
    "pool_all_evidence",
    "regression",
    "selection_model",
    "subgroups",
    "trim_and_fill",
    "two_by_two",
    "worst_case",
]

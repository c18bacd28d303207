"""The international registry on CIK cells (IRCC): load it, analyse it, show it.

Everything here is public, and there is nothing else that a notebook needs. Names are
imported when they are first used, so that ``import ircc_lib`` costs next to nothing.
"""

from importlib import import_module

_HOME = {
    # registry: what a trial is
    "load_registry": "registry.store",
    "Registry": "registry.store",
    "RegistryError": "registry.store",
    "editions": "registry.editions",
    "data_dictionary": "registry.dictionary",
    "trial_label": "registry.labels",
    # analysis: what it says
    "headline": "analysis.headline",
    "growth": "analysis.counts",
    "tabulate": "analysis.counts",
    "patients_by_cohort": "analysis.counts",
    "table_one": "analysis.table_one",
    "flow": "analysis.quality",
    "completeness": "analysis.quality",
    "agreement": "analysis.quality",
    "pooled_evidence": "analysis.pooled_evidence",
    "combinations": "analysis.combinations",
    "pooled_by_combination": "analysis.combinations",
    "log_hazard_ratios": "analysis.effects",
    "effect_exclusions": "analysis.effects",
    "effect_bounds": "analysis.bounds",
    "validate_ladder": "analysis.ladder_validation",
    "published_agreement": "analysis.agreement",
    "PooledEffect": "analysis.pooled_effect",
    "pool": "analysis.pooling",
    "pool_many": "analysis.pooling",
    "bootstrap_pool": "analysis.pooling",
    "pool_proportions": "analysis.proportions",
    "clopper_pearson": "analysis.proportions",
    "subgroups": "analysis.moderators",
    "meta_regression": "analysis.moderators",
    "cumulative": "analysis.sensitivity",
    "leave_one_out": "analysis.sensitivity",
    "influence": "analysis.sensitivity",
    "egger": "analysis.bias",
    "trim_and_fill": "analysis.bias",
    "funnel_contours": "analysis.bias",
    "mantel_haenszel": "analysis.two_by_two",
    "peto": "analysis.two_by_two",
    "two_by_two_effects": "analysis.two_by_two",
    "reconstruct_ipd": "analysis.reconstruction",
    "kaplan_meier": "analysis.survival",
    "logrank": "analysis.survival",
    "cox_hazard_ratio": "analysis.survival",
    "rmst_difference": "analysis.survival",
    "pseudo_cohort": "analysis.pseudo_cohort",
    "rmst_by_entity": "analysis.pseudo_cohort",
    "significant_comparisons": "analysis.outcomes",
    "significant_trials": "analysis.outcomes",
    "five_year_trials": "analysis.outcomes",
    "median_pairs": "analysis.arm_outcomes",
    "landmark_pairs": "analysis.arm_outcomes",
    "five_year_survival": "analysis.arm_outcomes",
    # figures: how it looks
    "survival_curves": "figures.curves",
    "pseudo_curves": "figures.pseudo_curves",
    "pseudo_cohort_sentence": "figures.pseudo_curves",
    "rmst_table": "figures.pseudo_curves",
    "medians_dumbbell": "figures.dumbbell",
    "medians_table": "figures.dumbbell",
    "landmark_figure": "figures.dumbbell",
    "five_year_figure": "figures.five_years",
    "five_year_table": "figures.five_years",
    "significance_counts": "figures.significance",
    "significance_trials_table": "figures.significance",
    "patients_figure": "figures.patients",
    "patients_table": "figures.patients",
    "forest": "figures.forest",
    "cumulative_forest": "figures.forest",
    "leave_one_out_forest": "figures.forest",
    "claims_exhibit": "figures.front_page",
    "headline_figures": "figures.front_page",
    "pooled_figure": "figures.front_page",
    "pooled_sentences": "figures.front_page",
    "what_it_means": "figures.front_page",
    "chapter_figures": "figures.front_page",
    "how_to_cite": "figures.front_page",
    "growth_figure": "figures.counts",
    "bars": "figures.counts",
    "doses_figure": "figures.doses",
    "infusions_figure": "figures.doses",
    "table_one_exhibit": "figures.registry_tables",
    "tabulation": "figures.registry_tables",
    "flow_diagram": "figures.flow",
    "whole_sentence": "figures.quality_tables",
    "screening_table": "figures.quality_tables",
    "completeness_figure": "figures.completeness",
    "completeness_table": "figures.quality_tables",
    "flags_sentence": "figures.quality_tables",
    "flags_table": "figures.quality_tables",
    "agreement_table": "figures.quality_tables",
    "combination_figure": "figures.combinations",
    "combination_exhibit": "figures.combinations",
    "combination_effects": "figures.combinations",
    "combination_sentence": "figures.combinations",
    "entity_sentence": "figures.entity_page",
    "trials_table": "figures.entity_page",
    "outcome_table": "figures.entity_page",
    "entity_forest": "figures.entity_page",
    "Claims": "figures.claims",
    "Column": "figures.exhibit",
    "KeyFigures": "figures.claims",
    "Table": "figures.exhibit",
    "prose": "figures.exhibit",
    "trials_index": "figures.records",
    "trials_sentence": "figures.records",
    "trial_records": "figures.records",
    "cite": "figures.exhibit",
}

__all__ = list(_HOME)


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})

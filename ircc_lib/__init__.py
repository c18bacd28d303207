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
    "trial_label": "registry.labels",
    # analysis: what it says
    "log_hazard_ratios": "analysis.effects",
    "effect_exclusions": "analysis.effects",
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
    # figures: how it looks
    "Claims": "figures.claims",
    "Column": "figures.exhibit",
    "KeyFigures": "figures.claims",
    "Table": "figures.exhibit",
    "prose": "figures.exhibit",
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

from . import meta as meta
from .analysis.claims.headline import headline as headline
from .analysis.effects.effects import log_hazard_ratios as log_hazard_ratios
from .analysis.effects.export import export as export
from .analysis.meta.pooling import pool as pool
from .analysis.meta.proportions import pool_proportions as pool_proportions
from .analysis.meta.result import PooledEffect as PooledEffect
from .analysis.time_to_event.estimators import kaplan_meier as kaplan_meier
from .analysis.time_to_event.reconstruction import reconstruct_ipd as reconstruct_ipd
from .analysis.time_to_event.restricted_mean import rmst_difference as rmst_difference
from .figures import display as display
from .figures.chapters import (
    combinations as combinations,
)
from .figures.chapters import (
    counts as counts,
)
from .figures.chapters import (
    entity as entity,
)
from .figures.chapters import (
    extraction as extraction,
)
from .figures.chapters import (
    hazard_ratios as hazard_ratios,
)
from .figures.chapters import (
    protocol as protocol,
)
from .figures.chapters import (
    quality as quality,
)
from .figures.chapters import (
    registrations as registrations,
)
from .figures.chapters import (
    response as response,
)
from .figures.chapters import (
    robustness as robustness,
)
from .figures.chapters import (
    safety as safety,
)
from .figures.chapters import (
    standard as standard,
)
from .figures.chapters import (
    survival as survival,
)
from .figures.chapters import (
    trials as trials,
)
from .figures.chapters import (
    update as update,
)
from .figures.chapters.hazard_ratios.forest import forest as forest
from .figures.display.sentence import cite as cite
from .figures.draw.curves import survival_curves as survival_curves
from .registry.bibliography import bibtex as bibtex
from .registry.editions import editions as editions
from .registry.schema.dictionary import data_dictionary as data_dictionary
from .registry.store import Registry as Registry
from .registry.store import RegistryError as RegistryError
from .registry.store import load_registry as load_registry

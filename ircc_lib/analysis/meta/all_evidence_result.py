"""What all trials say in one likelihood, and how a reader meets it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ircc_lib.analysis.meta.result import OnLogScale
from ircc_lib.analysis.readable import Readable
from ircc_lib.text import p_text, with_interval


@dataclass(frozen=True, kw_only=True)
class Sensitivity(OnLogScale):
    """The result under another event fraction, Beta(a, b): log hazard ratio, interval, tau2."""

    event_fraction: tuple[float, float]
    estimate: float
    ci_low: float
    ci_high: float
    tau2: float


@dataclass(frozen=True, kw_only=True, repr=False)
class AllEvidence(OnLogScale, Readable):
    """Trials pooled by what each of them printed (`pool_all_evidence`).

    Attributes
    ----------
    estimate, ci_low, ci_high : log hazard ratio, below 0 in favour of CIK, and its profile interval at `level`
    p_value : of the likelihood ratio against no effect, by t with k - 1 degrees of freedom
    tau2 : variance of the true effects between trials
    k : trials
    event_fraction : (a, b) of the Beta distribution for trials that print no events
    sensitivity : the same under other event fractions; to be shown beside the result
    contributions : one row per trial, what it contributed, and ``information``: its percentage of what is known
        about the pooled effect
    """

    estimate: float
    ci_low: float
    ci_high: float
    p_value: float
    tau2: float
    k: int
    level: float
    event_fraction: tuple[float, float]
    sensitivity: tuple[Sensitivity, ...]
    contributions: pd.DataFrame = field(repr=False, compare=False)

    @property
    def kinds(self) -> pd.Series:
        """Trials by the kind of what they printed."""
        return self.contributions["kind"].value_counts()

    def table(self) -> pd.DataFrame:
        """The result and its sensitivity: one row an event fraction."""
        rows: list[tuple[tuple[float, float], AllEvidence | Sensitivity]] = [(self.event_fraction, self)]
        rows += [(one.event_fraction, one) for one in self.sensitivity]
        return pd.DataFrame(
            {
                "event_fraction": [f"Beta({a:.3g}, {b:.3g})" for (a, b), _ in rows],
                "mean_fraction": [a / (a + b) for (a, b), _ in rows],
                "hr": [found.hazard_ratio for _, found in rows],
                "ci_low": [found.hazard_ratio_ci[0] for _, found in rows],
                "ci_high": [found.hazard_ratio_ci[1] for _, found in rows],
                "tau2": [found.tau2 for _, found in rows],
            }
        )

    def _rows(self) -> list[tuple[str, str]]:
        from ircc_lib.analysis.meta.all_evidence import KINDS

        rows = [
            ("hazard ratio, all evidence", _ratio(self)),
            ("test against none", p_text(self.p_value)),
            ("trials", str(self.k)),
        ]
        rows += [(f"  {KINDS[kind]}", str(count)) for kind, count in self.kinds.items()]
        rows.append(("heterogeneity", f"τ² = {self.tau2:.3f}"))
        for one in self.sensitivity:
            a, b = one.event_fraction
            rows.append((f"with events in {100 * a / (a + b):.0f} % of patients", _ratio(one)))
        a, b = self.event_fraction
        said = (
            f"maximum likelihood, profile interval; events, where not printed, in {100 * a / (a + b):.0f} % of patients"
        )
        return [*rows, ("method", f"{said} (Beta({a:.3g}, {b:.3g}))")]


def _ratio(found: Any) -> str:
    low, high = found.hazard_ratio_ci
    return with_interval(found.hazard_ratio, low, high)

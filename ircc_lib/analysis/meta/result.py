"""A pooled result: the numbers of a meta-analysis, and how a reader meets them.

Vocabulary: `tau2` is the variance of the true effects between trials, `i2` the share (%) of
the variation between estimates that is not chance, `q` Cochran's test of homogeneity, and
the prediction interval (`pi`) where the true effect of a further trial is expected.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from ircc_lib.analysis.readable import Readable
from ircc_lib.text import p_text, with_interval

METHODS = {
    "REML": "random effects, restricted maximum likelihood",
    "ML": "random effects, maximum likelihood",
    "DL": "random effects, DerSimonian-Laird",
    "PM": "random effects, Paule-Mandel",
    "FE": "common effect, inverse variance",
    "GLMM": "binomial-normal model, maximum likelihood",
    "exact": "Clopper-Pearson on the summed counts",
    "MH": "Mantel-Haenszel",
    "Peto": "Peto",
}


class Shown(NamedTuple):
    """A pooled result on the scale on which it is read: ratios or proportions."""

    estimate: float
    ci_low: float
    ci_high: float
    pi_low: float
    pi_high: float

    def __repr__(self) -> str:
        found = with_interval(self.estimate, self.ci_low, self.ci_high, "{:.3g}".format)
        predicted = "" if math.isnan(self.pi_low) else f", prediction interval {self.pi_low:.3g} to {self.pi_high:.3g}"
        return found + predicted


class OnLogScale:
    """A result whose `estimate`, `ci_low` and `ci_high` are log hazard ratios, read as ratios."""

    estimate: float
    ci_low: float
    ci_high: float

    @property
    def hazard_ratio(self) -> float:
        """The estimate as a hazard ratio; below 1 favours CIK."""
        return math.exp(self.estimate)

    @property
    def hazard_ratio_ci(self) -> tuple[float, float]:
        """The interval of the hazard ratio."""
        return math.exp(self.ci_low), math.exp(self.ci_high)


@dataclass(frozen=True, kw_only=True, repr=False)
class PooledEffect(OnLogScale, Readable):
    """What several trials say together.

    Attributes
    ----------
    estimate, se, ci_low, ci_high, p_value : the pooled effect on the scale of analysis (log
        hazard ratio, logit, log risk ratio ...), its standard error, interval at `level` and
        two-sided test against 0
    tau2, tau2_ci_low, tau2_ci_high : variance between trials; interval by Q-profile
        (Viechtbauer 2007), NaN where the method estimates none
    i2 : percent, 0..100. Random effects: ``100 tau2 / (tau2 + typical variance)``; common
        effect: ``100 (q - df) / q``, floored at 0 (Higgins & Thompson 2002), as metafor does
    h2 : total over sampling variance, on the same two definitions
    q, q_df, q_p_value : Cochran's Q; in the GLMM the likelihood-ratio test against one
        proportion for each trial
    q_wald : the Wald form of that test (GLMM only)
    pi_low, pi_high : prediction interval
    k : trials pooled
    weights : percent of each trial, in the order given; None where a method has none
    method, knha, level : how it was pooled
    scale : ``identity`` (as it is), ``log`` (ratios by exp) or ``logit`` (proportions)
    events, n : summed counts, where counts were pooled
    """

    estimate: float
    se: float
    ci_low: float
    ci_high: float
    p_value: float
    k: int
    method: str
    tau2: float = 0.0
    tau2_ci_low: float = math.nan
    tau2_ci_high: float = math.nan
    i2: float = math.nan
    h2: float = math.nan
    q: float = math.nan
    q_df: int = 0
    q_p_value: float = math.nan
    q_wald: float = math.nan
    pi_low: float = math.nan
    pi_high: float = math.nan
    weights: np.ndarray | None = field(default=None, repr=False, compare=False)
    knha: bool | str = False
    level: float = 0.95
    scale: str = "log"
    events: int | None = None
    n: int | None = None

    def exp(self) -> Shown:
        """Estimate, interval and prediction interval as ratios (hazard, risk or odds)."""
        return Shown(*(math.exp(value) for value in self._on_scale()))

    @property
    def proportion(self) -> float:
        """The estimate as a proportion, 0..1: that of the median trial, not the mean over trials."""
        self._must_be_logit()
        return float(expit(self.estimate))

    @property
    def proportion_ci(self) -> tuple[float, float]:
        """The interval of the proportion, 0 to 1, back from the logit scale."""
        self._must_be_logit()
        return float(expit(self.ci_low)), float(expit(self.ci_high))

    @property
    def proportion_pi(self) -> tuple[float, float]:
        """Prediction interval: the proportion expected in a further trial."""
        self._must_be_logit()
        return float(expit(self.pi_low)), float(expit(self.pi_high))

    def shown(self) -> Shown:
        """Estimate and intervals as they are read: ratio, proportion or difference."""
        if self.scale == "logit":
            return Shown(*(float(expit(value)) for value in self._on_scale()))
        return self.exp() if self.scale == "log" else Shown(*self._on_scale())

    @property
    def heterogeneity(self) -> str:
        """One line under a forest plot: tau2, I2, Q."""
        if self.method == "exact":
            return self._why_summed
        parts = [] if self.method in ("FE", "MH", "Peto") else [f"τ² = {self.tau2:.3f}{self._tau2_ci()}"]
        if not math.isnan(self.i2):
            parts.append(f"I² = {self.i2:.0f} %")
        if not math.isnan(self.q):
            parts.append(f"Q = {self.q:.1f} on {self.q_df} df, {p_text(self.q_p_value)}")
        return ", ".join(parts)

    @property
    def _why_summed(self) -> str:
        if self.events in (0, self.n):
            return "no events in any trial, or in all: the variation between trials cannot be estimated"
        if self.tau2 > 0:
            return f"the trials differ too widely for one rate (τ² = {self.tau2:.1f}): their counts are added up"
        return "too few events for a pooled rate: the counts are added up"

    def _rows(self) -> list[tuple[str, str]]:
        name = {"log": "ratio", "logit": "proportion"}.get(self.scale, "estimate")
        shown, percent = self.shown(), f"{100 * self.level:g} %"
        digits = 3 if self.scale == "logit" else 2
        rows = [
            (
                ("summed " if self.method == "exact" else "pooled ") + name,
                f"{shown.estimate:.{digits}f}{self._counts()}",
            ),
            (percent + " interval", f"{shown.ci_low:.{digits}f} to {shown.ci_high:.{digits}f}"),
        ]
        if self.scale != "logit":
            rows.append(("test against none", p_text(self.p_value)))
        if not math.isnan(self.pi_low):
            rows.append((percent + " prediction", f"{shown.pi_low:.{digits}f} to {shown.pi_high:.{digits}f}"))
        adjusted = {True: ", Knapp-Hartung", "adhoc": ", Knapp-Hartung, never narrower than Wald's"}.get(self.knha, "")
        return rows + [
            ("heterogeneity", self.heterogeneity),
            ("trials", str(self.k)),
            ("method", METHODS.get(self.method, self.method) + adjusted),
        ]

    def _counts(self) -> str:
        return f" ({self.events:,} of {self.n:,})" if self.method == "exact" else ""

    def _tau2_ci(self) -> str:
        if math.isnan(self.tau2_ci_low):
            return ""
        return f" ({100 * self.level:g} % CI {self.tau2_ci_low:.3f} to {self.tau2_ci_high:.3f})"

    def _on_scale(self) -> tuple[float, ...]:
        return self.estimate, self.ci_low, self.ci_high, self.pi_low, self.pi_high

    def _must_be_logit(self) -> None:
        if self.scale != "logit":
            raise ValueError(
                f"a proportion was asked of a pooled effect on the {self.scale} scale; "
                "pool_proportions gives one on the logit scale"
            )

"""The interval of a survival rate that was printed without one, from the patients and their follow-up."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.stats import norm

from ircc_lib.analysis.time_to_event.censoring import greenwood_until, unknown_window


@dataclass(frozen=True, kw_only=True)
class RateInterval:
    """A survival rate (0..1) with its interval, and the effective number of patients behind it."""

    survival: float
    ci_low: float
    ci_high: float
    effective_n: float
    follow_up_known: bool


def rate_interval(
    survival: float, n: int, time: float, *, follow_up: tuple[float, float] | None = None, alpha: float = 0.05
) -> RateInterval:
    """The interval of a Kaplan-Meier rate, patients being censored before it.

    A rate of n patients of whom some were censored tells as much as one of fewer patients who were all
    followed: the effective number, ``S (1 - S)`` over Greenwood's variance (Peto et al. 1977,
    doi:10.1038/bjc.1977.1; Rothman 1978, doi:10.1016/0021-9681(78)90043-0). The interval is Wilson's
    (1927, doi:10.1080/01621459.1927.10502953) with that number in place of n.

    Parameters
    ----------
    survival : the rate, 0 to 1
    n : patients at the start
    time : months at which the rate holds, above 0
    follow_up : shortest and longest follow-up in months, censoring even between them. None: not known,
        taken as even up to twice `time`; the interval then stands under that assumption
    alpha : 1 minus the level of the interval

    Raises
    ------
    ValueError
        the rate is not between 0 and 1, or patients or time are not above 0

    Examples
    --------
    >>> found = rate_interval(0.4, 60, 60)
    >>> round(found.ci_low, 2), round(found.ci_high, 2), round(found.effective_n)
    (0.27, 0.55, 41)
    """
    if not 0 <= survival <= 1:
        raise ValueError(f"survival must lie between 0 and 1 (proportions, not percent), found {survival:g}")
    if not n > 0:
        raise ValueError(f"n must be a number of patients above 0, found {n}")
    if not time > 0:
        raise ValueError(f"time must be above 0 months, found {time}")
    if not 0 < alpha < 1:
        raise ValueError(f"alpha is {alpha}; it must lie between 0 and 1")
    inside = min(max(survival, 0.5 / n), 1 - 0.5 / n) if n > 1 else 0.5  # a rate of 0 or 1 has no variance of its own
    ratio = greenwood_until(time, -math.log(inside), follow_up or unknown_window([time]))
    effective = min(n * (1 - inside) / inside / ratio, n)
    low, high = wilson_interval(survival, effective, alpha=alpha)
    return RateInterval(
        survival=survival, ci_low=low, ci_high=high, effective_n=effective, follow_up_known=follow_up is not None
    )


def wilson_interval(share: float, n: float, *, alpha: float = 0.05) -> tuple[float, float]:
    """Wilson's interval of a proportion (1927), without continuity correction; `n` need not be whole.

    >>> [round(end, 3) for end in wilson_interval(0.5, 10)]
    [0.237, 0.763]
    """
    z2 = float(norm.isf(alpha / 2)) ** 2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    return max(centre - half, 0.0), min(centre + half, 1.0)

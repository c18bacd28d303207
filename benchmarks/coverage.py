"""Coverage of the intervals of each method that takes a hazard ratio from what a report prints.

Trials are simulated with a known hazard ratio: four shapes of survival, three sizes, followed evenly
between two times; what a report would print is taken from them (Cox's ratio, its p, Kaplan-Meier rates,
the log-rank p, medians), and the method's 95 % interval either holds the true log hazard ratio or not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import stats

from ircc_lib.analysis.time_to_event import from_rates, published
from ircc_lib.analysis.time_to_event.censoring import unknown_window

TRIALS = 2_000  # a cell; a coverage of 95 % then has a standard error of 0.5 points
LOG_HR = -0.5
MEDIAN = 18.0  # months, control arm
SHAPES = ("exponential", "Weibull 0.7", "Weibull 1.5", "30 % cured")
SIZES = (30, 60, 200)  # patients an arm
FOLLOW_UP = {"even 24 to 60": (24.0, 60.0), "even 0 to 72": (0.0, 72.0)}  # light and heavy censoring
LANDMARKS = (12.0, 24.0, 36.0)
SEED = 20201


class Arm(NamedTuple):
    """Times and events of one arm, (trials, patients), in order of time."""

    time: np.ndarray
    event: np.ndarray


def quantile_of(shape: str, survival: np.ndarray) -> np.ndarray:
    """The time at which the control arm's survival is `survival`."""
    if shape == "30 % cured":
        rate = np.log(0.7 / 0.2) / MEDIAN
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(survival > 0.3, -np.log((survival - 0.3) / 0.7) / rate, np.inf)
    power = {"exponential": 1.0, "Weibull 0.7": 0.7, "Weibull 1.5": 1.5}[shape]
    return MEDIAN * (-np.log(survival) / np.log(2)) ** (1 / power)


def hazard_of(shape: str):
    """The cumulative hazard of the control arm, up to a factor."""
    if shape == "30 % cured":
        rate = np.log(0.7 / 0.2) / MEDIAN
        return lambda months: -np.log(0.3 + 0.7 * np.exp(-rate * months))
    power = {"exponential": 1.0, "Weibull 0.7": 0.7, "Weibull 1.5": 1.5}[shape]
    return lambda months: months**power


def simulated(rng, shape: str, n: int, log_hr: float, window: tuple[float, float], trials: int = TRIALS) -> Arm:
    """One arm of many trials under proportional hazards."""
    true = quantile_of(shape, rng.random((trials, n)) ** np.exp(-log_hr))
    censored = rng.uniform(*window, (trials, n))
    time = np.minimum(true, censored)
    order = time.argsort(axis=1)
    return Arm(np.take_along_axis(time, order, 1), np.take_along_axis(true <= censored, order, 1))


def kaplan_meier(arm: Arm) -> np.ndarray:
    n = arm.time.shape[1]
    return np.cumprod(1 - arm.event / (n - np.arange(n)), axis=1)


def rates(arm: Arm, times) -> np.ndarray:
    """Kaplan-Meier survival at some times, (trials, times)."""
    levels = np.column_stack([np.ones(len(arm.time)), kaplan_meier(arm)])
    before = np.stack([(arm.time <= at).sum(axis=1) for at in times], axis=1)
    return np.take_along_axis(levels, before, 1)


def medians(arm: Arm) -> np.ndarray:
    """Kaplan-Meier medians, NaN where not reached."""
    below = kaplan_meier(arm) <= 0.5
    return np.where(below.any(axis=1), arm.time[np.arange(len(below)), below.argmax(axis=1)], np.nan)


class Tests(NamedTuple):
    """Of each trial: Cox's log hazard ratio and error, the log-rank z (below 0: CIK better), events."""

    log_hr: np.ndarray
    se: np.ndarray
    z: np.ndarray
    events: np.ndarray


def tests(cik: Arm, control: Arm) -> Tests:
    n1, n0 = cik.time.shape[1], control.time.shape[1]
    time = np.hstack([cik.time, control.time])
    order = time.argsort(axis=1)
    event = np.take_along_axis(np.hstack([cik.event, control.event]), order, 1)
    in_cik = (order < n1).astype(float)
    left1 = n1 - np.cumsum(in_cik, axis=1) + in_cik
    left0 = n0 - np.cumsum(1 - in_cik, axis=1) + 1 - in_cik
    share = left1 / (left1 + left0)
    score, spread = (event * (in_cik - share)).sum(axis=1), (event * share * (1 - share)).sum(axis=1)
    beta = np.zeros(len(time))
    for _ in range(25):
        tilted = np.exp(beta)[:, None] * left1
        share = tilted / (tilted + left0)
        information = (event * share * (1 - share)).sum(axis=1)
        beta += np.clip((event * (in_cik - share)).sum(axis=1) / information, -1, 1)
    return Tests(beta, information**-0.5, score / np.sqrt(spread), event.sum(axis=1))


def printed(shape: str, n: int, window: tuple[float, float], rng, log_hr: float = LOG_HR, trials: int = TRIALS):
    """What the methods make of each trial: method -> list of estimates."""
    cik, control = (simulated(rng, shape, n, effect, window, trials) for effect in (log_hr, 0.0))
    test = tests(cik, control)
    at = rates(cik, LANDMARKS), rates(control, LANDMARKS)
    middle = medians(cik), medians(control)
    followed = window
    p = 2 * stats.norm.sf(np.abs(test.z))
    wald = 2 * stats.norm.sf(np.abs(test.log_hr / test.se))
    found: dict[str, list] = {}

    def keep(name, make, *values, **options):
        try:
            found.setdefault(name, []).append(make(*values, **options))
        except published.NotEstimableError:
            pass

    for i in range(len(test.z)):
        hr, half = np.exp(test.log_hr[i]), 1.959964 * test.se[i]
        keep("1 ratio and interval", published.from_interval, hr, hr * np.exp(-half), hr * np.exp(half))
        keep("2 ratio and p", published.from_p_value, hr, wald[i])
        for name, window_used in (("known", followed), ("unknown", "unknown")):
            for which, columns in (("3 rates", [0, 1, 2]), ("3 one rate", [2])):
                times = [LANDMARKS[c] for c in columns]
                arms = [tuple(arm[i, columns]) for arm in at]
                used = unknown_window(times) if window_used == "unknown" else window_used
                keep(f"{which}, follow-up {name}", from_rates.from_survival_rates, times, *arms, n, n, follow_up=used)
            used = unknown_window(LANDMARKS) if window_used == "unknown" else window_used
            events = sum(from_rates.events_from_rates(LANDMARKS, arm[i], n, follow_up=used) for arm in at)
            keep(
                f"4 p, events from rates, follow-up {name}",
                published.from_log_rank,
                p[i],
                events,
                n,
                n,
                favours_cik=test.z[i] < 0,
            )
            if np.isfinite(middle[0][i]) and np.isfinite(middle[1][i]):
                used = None if window_used == "unknown" else window_used
                keep(
                    f"5 medians, follow-up {name}",
                    published.from_medians,
                    middle[0][i],
                    middle[1][i],
                    n,
                    n,
                    follow_up=used,
                )
        if np.isfinite(middle[0][i]) and np.isfinite(middle[1][i]):
            keep(
                "5 medians, shape known",
                published.from_medians,
                middle[0][i],
                middle[1][i],
                n,
                n,
                follow_up=window,
                cumulative_hazard=hazard_of(shape),
            )
        keep("4 p and events", published.from_log_rank, p[i], test.events[i], n, n, favours_cik=test.z[i] < 0)
    return found


def covered(estimates: list, log_hr: float = LOG_HR) -> tuple[float, float, int]:
    """Coverage, bias and number of a list of estimates."""
    y, s = np.array([[one.log_hr, one.se] for one in estimates]).T
    return float(np.mean(np.abs(y - log_hr) <= 1.959964 * s)), float(np.mean(y - log_hr)), len(y)


def measured() -> dict[str, dict[tuple, tuple[float, float, int]]]:
    """method -> (shape, size, censoring) -> coverage, bias, trials that gave an estimate."""
    rng, found = np.random.default_rng(SEED), {}
    for censoring, window in FOLLOW_UP.items():
        for shape in SHAPES:
            for n in SIZES:
                for method, estimates in printed(shape, n, window, rng).items():
                    found.setdefault(method, {})[shape, n, censoring] = covered(estimates)
    return found


def run() -> None:
    """Print the table."""
    print(f"Coverage (%) of 95 % intervals, log HR {LOG_HR}, {TRIALS:,} trials a cell")
    for method, cells in sorted(measured().items()):
        values = [cell[0] for cell in cells.values()]
        print(
            f"{method}: mean {100 * np.mean(values):.1f}, "
            f"lowest {100 * min(values):.1f}, highest {100 * max(values):.1f}"
        )
        for censoring in FOLLOW_UP:
            for shape in SHAPES:
                row = [cells[shape, n, censoring] for n in SIZES]
                print(f"    {censoring:<14} {shape:<12}" + "".join(f"{100 * c:7.1f} ({b:+.2f})" for c, b, _ in row))


if __name__ == "__main__":
    run()

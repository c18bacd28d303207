"""Accuracy of reconstruction from clicked curves: 20 to 60 points, noise of 0.5 %, a risk table every 6 months."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

import ircc_lib as ircc
from benchmarks.coverage import Arm, kaplan_meier, simulated, tests

POINTS = (20, 40, 60)
SHAPES = ("exponential", "Weibull 1.5", "30 % cured")
NOISE = 0.005  # of the axis, both ways
TRIALS = 60  # a cell
SIZES = (60, 150)
WINDOW = (12.0, 48.0)
SEED = 20201


def _places(rng, how: str, time: np.ndarray, event: np.ndarray, points: int) -> np.ndarray:
    """Where a person clicks: evenly, anywhere, or at the foot of the steps."""
    end = time[-1]
    if how == "evenly":
        return np.linspace(0, end, points + 1)[1:]
    if how == "anywhere":
        return np.append(np.sort(rng.uniform(0, end, points - 1)), end)
    steps = time[event.astype(bool)]
    return np.unique(np.append(steps[np.linspace(0, steps.size - 1, min(points, steps.size)).round().astype(int)], end))


def clicked(rng, arm: Arm, trial: int, points: int, how: str = "evenly") -> dict:
    """What a person clicks on the drawn curve of one arm, and the table below it."""
    time, level = arm.time[trial], kaplan_meier(arm)[trial]
    end = time[-1]
    at = _places(rng, how, time, arm.event[trial], points)
    shown = np.append(1.0, level)[np.searchsorted(time, at, side="right")]
    risk_times = np.arange(0, end, 6.0)
    return {
        "times": np.maximum(at + rng.normal(0, NOISE * end, at.size), 0),
        "survival": shown + rng.normal(0, NOISE, at.size),
        "risk_times": risk_times,
        "at_risk": [int((time >= when).sum()) for when in risk_times],
    }


def cell(rng, shape: str, n: int, points: int, how: str = "evenly", trials: int = TRIALS) -> tuple[np.ndarray, int]:
    """Errors of the log hazard ratio against that of the patients themselves, and how many were refused."""
    arms = [simulated(rng, shape, n, effect, WINDOW, trials) for effect in (-0.5, 0.0)]
    truth, errors, refused = tests(*arms), [], 0
    for trial in range(trials):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = [ircc.reconstruct_ipd(**clicked(rng, arm, trial, points, how)) for arm in arms]
        except ValueError:
            refused += 1
            continue
        ipd = pd.concat([one.assign(arm=name) for one, name in zip(found, ("cik", "control"))])
        errors.append(ircc.survival.cox_hazard_ratio(ipd).log_hr - truth.log_hr[trial])
    return np.array(errors), refused


def run() -> None:
    """Print the table."""
    rng = np.random.default_rng(SEED)
    print(f"clicked curves, noise {100 * NOISE:g} %, risk table every 6 months; |error| of the log hazard ratio")
    for how in ("evenly", "at steps", "anywhere"):
        for points in POINTS:
            found = [cell(rng, shape, n, points, how) for shape in SHAPES for n in SIZES]
            errors, refused = np.concatenate([one for one, _ in found]), sum(count for _, count in found)
            print(
                f"  {points} points, {how:<9} mean {np.abs(errors).mean():.4f}, worst {np.abs(errors).max():.3f}, "
                f"bias {errors.mean():+.4f}, refused {refused} of {refused + errors.size}",
                flush=True,
            )


if __name__ == "__main__":
    run()

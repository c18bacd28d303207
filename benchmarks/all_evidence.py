"""Bias and coverage of the pool of all evidence, beside the pool of estimates, by what trials print."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from ircc_lib.analysis.meta import pooling
from ircc_lib.analysis.meta.all_evidence import checked
from ircc_lib.analysis.meta.all_evidence_likelihood import Fit

REPLICATES = 2_000  # meta-analyses a cell; a coverage of 95 % then has a standard error of 0.5 points
TRIALS, MU, TAU2 = 24, -0.5, 0.06
MODEL = (3.0, 2.0)
TRUTHS = (MODEL, (2.0, 4.0), (6.0, 2.0))
MECHANISMS = ("not significant: words", "half: p without events", "half: bounds and words")
SEED = 20201


def simulated(rng, mechanism: str, truth: tuple[float, float]) -> pd.DataFrame:
    """One set of trials, as contributions."""
    n = rng.integers(20, 81, (2, TRIALS))
    share = n[0] / n.sum(axis=0)
    v = np.maximum(rng.beta(*truth, TRIALS) * n.sum(axis=0), 2) * share * (1 - share)
    z = rng.normal(rng.normal(MU, np.sqrt(TAU2), TRIALS) * np.sqrt(v), 1)
    p = 2 * stats.norm.sf(np.abs(z))
    significant, drawn = p < 0.05, rng.random(TRIALS)
    kind = np.full(TRIALS, "estimate", dtype=object)
    if mechanism == MECHANISMS[0]:
        kind[~significant & (drawn < 0.6)] = "no difference"
    elif mechanism == MECHANISMS[1]:
        kind[drawn < 0.5] = "p"
    else:
        kind[(drawn < 0.5) & significant] = "p below"
        kind[(drawn < 0.5) & ~significant] = "no difference"
    return pd.DataFrame(
        {
            "kind": kind,
            "estimate": z / np.sqrt(v),
            "se": 1 / np.sqrt(v),
            "p": np.where(kind == "p", p, 0.05),
            "direction": np.sign(z),
            "n_cik": n[0],
            "n_control": n[1],
        }
    )


def cell(rng, mechanism: str, truth: tuple[float, float], replicates: int = REPLICATES) -> dict[str, float]:
    """Bias and coverage of both pools."""
    all_evidence, estimates = [], []
    for _ in range(replicates):
        table = simulated(rng, mechanism, truth)
        fit = Fit(checked(table), MODEL)
        all_evidence.append((fit.mu, fit.t_against(MU) <= stats.t.isf(0.025, TRIALS - 1)))
        printed = table[table["kind"].eq("estimate")]
        if len(printed) > 1:
            pooled = pooling.pool(printed["estimate"], printed["se"], tau2_ci=False)
            estimates.append((pooled.estimate, pooled.ci_low <= MU <= pooled.ci_high))
    (mu, held), (mu_estimates, held_estimates) = (
        np.array(one, dtype=float).mean(axis=0) for one in (all_evidence, estimates)
    )
    return {
        "bias": mu - MU,
        "coverage": held,
        "bias of estimates alone": mu_estimates - MU,
        "coverage of estimates alone": held_estimates,
    }


def run() -> None:
    """Print the table."""
    rng = np.random.default_rng(SEED)
    print(
        f"{TRIALS} trials, log HR {MU}, tau2 {TAU2}; event fraction of the model Beta(3, 2); {REPLICATES:,} sets a cell"
    )
    for mechanism in MECHANISMS:
        for truth in TRUTHS:
            found = cell(rng, mechanism, truth)
            print(
                f"  {mechanism:<26} truth Beta({truth[0]:g}, {truth[1]:g})  all evidence: bias {found['bias']:+.3f}, "
                f"coverage {100 * found['coverage']:.1f} %;  "
                f"estimates alone: bias {found['bias of estimates alone']:+.3f}, "
                f"coverage {100 * found['coverage of estimates alone']:.1f} %",
                flush=True,
            )


if __name__ == "__main__":
    run()

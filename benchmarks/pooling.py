"""Pooling: milliseconds a fit, ten thousand bootstrap poolings, beside R's metafor where it is there."""

import json
import shutil
import subprocess
import time
from pathlib import Path

import ircc_lib as ircc

REFERENCE = Path(__file__).parents[1] / "tests" / "reference" / "metafor"
REPLICATES = 10_000
REPEATS = 20
R_REPLICATES = 200  # metafor pools one data set a call; its time for all replicates is extrapolated
R_TIMING = """
suppressMessages(library(metafor))
options(warn = -1)
folder <- commandArgs(TRUE)[1]
d <- jsonlite::fromJSON(file.path(folder, "effects.json"))$pooling$trials40
p <- jsonlite::fromJSON(file.path(folder, "proportions.json"))$proportions$twentyfive
took <- function(n, f) system.time(for (i in seq_len(n)) f())["elapsed"] / n * 1000
cat(took(20, function() rma(d$yi, sei = d$sei, test = "knha")), "\\n")
cat(took(5, function() rma.glmm(xi = p$x, ni = p$n, measure = "PLO")), "\\n")
cat(took(%d, function() { i <- sample(40, 40, TRUE); rma(d$yi[i], sei = d$sei[i]) }), "\\n")
"""


def milliseconds(call, repeats: int) -> float:
    started = time.perf_counter()
    for _ in range(repeats):
        call()
    return 1000 * (time.perf_counter() - started) / repeats


def pinned(name: str) -> dict:
    return json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))


def measured() -> list[tuple[str, float]]:
    """What was done, and milliseconds."""
    effects = pinned("effects")["pooling"]["trials40"]
    counts = pinned("proportions")["proportions"]["twentyfive"]
    y, s = effects["yi"], effects["sei"]
    ircc.pool(y, s)  # imports
    return [
        ("pool, 40 trials, REML with Knapp-Hartung", milliseconds(lambda: ircc.pool(y, s), REPEATS)),
        ("pool_proportions, 25 trials", milliseconds(lambda: ircc.pool_proportions(counts["x"], counts["n"]), REPEATS)),
        (
            f"{REPLICATES:,} bootstrap poolings of 40 trials, REML",
            milliseconds(lambda: ircc.meta.bootstrap_pool(y, s, replicates=REPLICATES), 3),
        ),
    ]


def in_r() -> list[float] | None:
    """metafor's milliseconds for the same three; None without R or metafor."""
    if shutil.which("Rscript") is None:
        return None
    done = subprocess.run(["Rscript", "-e", R_TIMING % R_REPLICATES, str(REFERENCE)], capture_output=True, text=True)
    if done.returncode:
        return None
    one, proportions, resampled = (float(line) for line in done.stdout.split())
    return [one, proportions, resampled * REPLICATES]


def run() -> None:
    """Print the table."""
    theirs = in_r()
    print("Pooling" + ("" if theirs else " (no Rscript with metafor here to compare with)"))
    for place, (what, ours) in enumerate(measured()):
        beside = f"   metafor {theirs[place]:12,.1f} ms" if theirs else ""
        print(f"  {what:<52}{ours:10,.1f} ms{beside}")
    if theirs:
        times = REPLICATES // R_REPLICATES
        print(f"  (metafor's bootstrap: {R_REPLICATES} poolings measured, times {times})")


if __name__ == "__main__":
    run()

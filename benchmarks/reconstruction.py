"""Reconstructing patients from curves: error of the log hazard ratio and time, beside R where it is there."""

import shutil
import subprocess
import time
from pathlib import Path

import numpy as np
import pandas as pd

import ircc_lib as ircc

REFERENCE = Path(__file__).parents[1] / "tests" / "reference" / "survival"
RISK_ROWS = 7
ANCHOR = "IPDfromKM, measured before: mean 0.0135, worst 0.047, 400 ms a curve, fails on the smallest set"
R_TIMING = """
suppressMessages(library(survival))
arms <- read.csv(file.path(commandArgs(TRUE)[1], "arms.csv"))
for (name in unique(arms$dataset)) {
  patients <- arms[arms$dataset == name, ]
  spent <- system.time(for (i in 1:20) {
    survdiff(Surv(time, event) ~ arm, patients); coxph(Surv(time, event) ~ arm, patients)
    summary(survfit(Surv(time, event) ~ arm, patients), rmean = min(tapply(patients$time, patients$arm, max)))
  })["elapsed"]
  cat(name, spent / 20 * 1000, "\\n")
}
"""


def reconstructed(patients: pd.DataFrame, curve: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    """Patients of one arm from its exact curve and seven numbers at risk, and milliseconds taken."""
    risk_times = np.linspace(0, patients["time"].max(), RISK_ROWS)
    at_risk = [int((patients["time"] >= at).sum()) for at in risk_times]
    started = time.perf_counter()
    ipd = ircc.reconstruct_ipd(curve["time"], curve["survival"], risk_times, at_risk)
    return ipd, 1000 * (time.perf_counter() - started)


def compared() -> pd.DataFrame:
    """Each data set: patients, error of the log hazard ratio, milliseconds of a curve and of the tests."""
    arms, curves = (pd.read_csv(REFERENCE / f"{name}.csv") for name in ("arms", "curves"))
    expected = pd.read_csv(REFERENCE / "expected.csv").set_index(["dataset", "quantity"])["value"]
    ircc.reconstruct_ipd([1, 2], [1, 0.5], [0], [2])  # imports are not what is timed
    rows = []
    for dataset, patients in arms.groupby("dataset"):
        curve = curves[curves["dataset"] == dataset]
        both = {arm: reconstructed(patients[patients["arm"] == arm], curve[curve["arm"] == arm]) for arm in (0, 1)}
        ipd = pd.concat([found.assign(arm=arm) for arm, (found, _) in both.items()])
        error = ircc.survival.cox_hazard_ratio(ipd).log_hr - expected[dataset, "cox_log_hr"].item()
        started = time.perf_counter()
        ircc.survival.logrank(patients)
        ircc.survival.cox_hazard_ratio(patients)
        ircc.rmst_difference(patients, horizon=patients.groupby("arm")["time"].max().min())
        spent = 1000 * (time.perf_counter() - started)
        rows.append((dataset, len(patients), abs(error), np.mean([ms for _, ms in both.values()]), spent))
    columns = ["dataset", "patients", "error", "ms_a_curve", "ms_tests"]
    return pd.DataFrame(rows, columns=columns).set_index("dataset")


def run() -> None:
    """Print the comparison and its mean and worst error."""
    table = compared()
    if shutil.which("Rscript"):
        done = subprocess.run(["Rscript", "-e", R_TIMING, str(REFERENCE)], capture_output=True, text=True, check=True)
        spent = dict(map(str.split, done.stdout.splitlines()))
        table["ms_tests_R"] = pd.Series(spent, dtype=float)
    print("reconstruction from exact curves and seven numbers at risk; |error| of the log hazard ratio")
    print(table.round({"error": 4, "ms_a_curve": 1, "ms_tests": 1, "ms_tests_R": 1}).to_string())
    without = table["error"].drop("aml")
    for words, errors in (("all sets", table["error"]), ("without aml (23 patients)", without)):
        print(f"ours, {words}: mean {errors.mean():.4f}, worst {errors.max():.4f} ({errors.idxmax()})")
    print(f"ours: {table['ms_a_curve'].mean():.1f} ms a curve, {table['ms_a_curve'].max():.1f} at most")
    print(ANCHOR)


if __name__ == "__main__":
    run()

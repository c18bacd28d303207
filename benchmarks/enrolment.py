"""Checking a workbook of a thousand new trials, with five rows of results each."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ircc_lib.registry.editions import project_root

TRIALS = 1000


def made_up(trials: int) -> dict[str, list[dict[str, str]]]:
    """Rows of trials that differ in every identifier."""
    source = {"source_url": "https://example.org", "locator": "abstract"}
    rows: dict[str, list[dict[str, str]]] = {
        "trials": [],
        "entities": [],
        "medians": [],
        "comparisons": [],
        "landmarks": [],
    }
    for number in range(trials):
        trial = {"trial_id": f"Made{1990 + number % 30}x{number}"}
        rows["trials"].append(
            trial | source | {
                "cohort": trial["trial_id"], "first_author": f"Author{number}", "year": str(1990 + number % 30),
                "title": f"Made-up trial {number} of CIK cells", "doi": f"10.9999/made.{number * 7}", "country": "China",
                "publication_type": "article", "record_level": "own record", "design": "randomised", "product": "CIK",
                "allocation": "random", "allocation_basis": "own record", "cell_source": "autologous",
                "n_total": "80", "n_cik": "40", "n_control": "40",
            }
        )  # fmt: skip
        rows["entities"].append(
            trial | source | {"tumour_reported": "gastric cancer", "n_patients": "80", "n_cik": "40"}
        )
        for group, median in (("cik", "36.5"), ("control", "28")):
            cells = {"endpoint": "OS", "group": group, "n": "40", "median_reported": median, "unit": "months"}
            rows["medians"].append(trial | source | cells)
        rows["comparisons"].append(
            trial | source | {
                "endpoint": "OS", "effect_type": "HR", "orientation": "cik_vs_control", "estimate": "0.62",
                "ci_low": "0.4", "ci_high": "0.96", "p_value": "0.03", "test": "cox", "adjusted": "no",
            }
        )  # fmt: skip
        cells = {"endpoint": "OS", "group": "cik", "time": "5", "unit": "years", "survival_pct": "40"}
        rows["landmarks"].append(trial | source | cells)
    return rows


def check(trials: int = TRIALS) -> tuple[float, float, int]:
    """Seconds, by the clock and of work, to read and check a workbook of so many trials, and the errors found (none)."""
    from ircc_lib.enrolment.checking.plan import make_plan
    from ircc_lib.enrolment.decisions import Decisions
    from ircc_lib.enrolment.form.workbook import make_workbook
    from ircc_lib.enrolment.readers import read_files

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "thousand.xlsx")
        path.write_bytes(make_workbook(made_up(trials), tumours=("gastric cancer",)))
        started, worked = time.perf_counter(), time.process_time()
        decisions = Decisions(yes=True)
        plan = make_plan(read_files([path], decisions), project_root() / "data" / "raw", decisions)
        seconds, worked = time.perf_counter() - started, time.process_time() - worked
    assert len(plan.additions) == 6 * trials, len(plan.additions)
    return seconds, worked, len(plan.errors)


def preview() -> tuple[float, float]:
    """Seconds, by the clock and of work, of a cold ``ircc preview`` of an enrolled trial."""
    with tempfile.TemporaryDirectory() as folder:
        program = "from ircc_lib.cli import main; main()"
        started = time.perf_counter(), sum(os.times()[2:4])
        subprocess.run(
            [sys.executable, "-c", program, "preview", "Lee2015", "-o", str(Path(folder, "preview.html"))],
            check=True, capture_output=True, cwd=project_root(),
        )  # fmt: skip
        return time.perf_counter() - started[0], sum(os.times()[2:4]) - started[1]


def run() -> None:
    """Print how long it takes."""
    check(10)
    seconds, worked, errors = check()
    print(
        f"{TRIALS:,} trials with {5 * TRIALS:,} rows in one workbook: read and checked in {seconds:.1f} s "
        f"({worked:.1f} s of work), {errors} errors"
    )
    seconds, worked = preview()
    print(f"a cold preview of a trial: {seconds:.1f} s ({worked:.1f} s of work); 3 s are allowed")

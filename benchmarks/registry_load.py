"""Loading the registry: the seed as it is, and copies of it with distinct ids."""

import multiprocessing
import resource
import tempfile
import time
from pathlib import Path

import pandas as pd

from ircc_lib.registry.editions import project_root

_SUFFIXED = {
    "trials": ["trial_id", "cohort"],
    "tumours": ["tumour_reported"],
    "entities": ["trial_id", "tumour_reported"],
    "screening": ["record", "enrolled_as"],
    "overlaps": ["trial_id", "other_trial_id"],
    "reviewed_flags": ["trial_id"],
    "registrations": ["registration_id"],
    "published_claims": ["claim"],
    "meta_analyses": ["meta_id"],
}


def write_copies(folder: Path, copies: int) -> int:
    """Write ``copies`` of the seed with distinct ids to ``folder``; returns the rows in all."""
    rows = 0
    for path in sorted((project_root() / "data" / "raw").glob("*.csv")):
        seed = pd.read_csv(path, dtype="str", keep_default_na=False)
        suffixed = _SUFFIXED.get(path.stem, ["trial_id"])
        many = pd.concat([seed] * copies, ignore_index=True)
        copy = pd.Series(range(len(many))) // len(seed)
        for column in [column for column in suffixed if column in many]:
            many[column] = (many[column] + "-" + copy.astype("str")).where(many[column] != "", "")
        many.to_csv(folder / path.name, index=False)
        rows += len(many)
    return rows


def _measure(folder: str, answer) -> None:
    from ircc_lib.registry.store import load_registry

    load_registry(project_root() / "data" / "raw")
    started, worked = time.perf_counter(), time.process_time()
    registry = load_registry(folder)
    seconds, worked = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    answer.put((seconds, worked, peak, len(registry.flags)))


def load(folder: Path) -> tuple[float, float, float, int]:
    """Seconds, processor seconds, peak resident memory (GiB) and flags of a load in a process of its own."""
    context = multiprocessing.get_context("spawn")
    answer = context.SimpleQueue()
    process = context.Process(target=_measure, args=(str(folder), answer))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit("the copies of the registry could not be loaded")
    return answer.get()


def run(sizes: tuple[int, ...] = (1, 10, 100, 1000)) -> None:
    """Print seconds and memory for each number of copies."""
    print("loading the registry: copies, rows, seconds, processor seconds, microseconds a row, peak GiB, flags")
    for copies in sizes:
        with tempfile.TemporaryDirectory() as folder:
            rows = write_copies(Path(folder), copies)
            seconds, worked, peak, flags = load(Path(folder))
        print(
            f"{copies:>6,} {rows:>11,} {seconds:8.2f} {worked:8.2f} {1e6 * worked / rows:8.1f} {peak:6.2f} {flags:>9,}"
        )


if __name__ == "__main__":
    run()

"""Spoilt tables at length: 5,000 mutations (IRCC_MUTATIONS), a cell of 10 MB and a header of 100,000 columns."""

from __future__ import annotations

import os
import random
import resource
import tempfile
import time
from pathlib import Path

from ircc_lib.registry.schema.tables import TABLES
from ircc_lib.registry.store import examine_registry
from tests.registry.ingest.test_fuzz import every_table, mutate
from tests.registry.made_up import write_registry

MUTATIONS = int(os.environ.get("IRCC_MUTATIONS", "5000"))


def run() -> None:
    """Spoil tables at random and as large as they come; print the time, the memory and what was let through."""
    chance, started = random.Random(1991), time.process_time()
    with tempfile.TemporaryDirectory() as made:
        folder = write_registry(Path(made) / "raw", every_table())
        whole = {name: (folder / f"{name}.csv").read_bytes() for name in TABLES}
        assert not examine_registry(folder).problems  # what is refused below was spoilt
        refused = 0
        for _ in range(MUTATIONS):
            name = chance.choice(TABLES)
            (folder / f"{name}.csv").write_bytes(mutate(whole[name], chance))
            problems = examine_registry(folder).problems
            assert all(str(problem).isprintable() and problem.line >= 1 for problem in problems)
            refused += bool(problems)
            (folder / f"{name}.csv").write_bytes(whole[name])
        print(f"{MUTATIONS:,} mutations, {refused:,} refused, no exception: {time.process_time() - started:.0f} s CPU")
        for what, content in (
            ("a cell of 10 MB", whole["trials"].replace(b"Made2018", b"x" * 10_000_000, 1)),
            ("100,000 columns", b",".join(b"c%d" % one for one in range(100_000)) + b"\n"),
        ):
            (folder / "trials.csv").write_bytes(content)
            before = time.process_time()
            problems = examine_registry(folder).problems
            took, memory = time.process_time() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{what}: {took:.1f} s CPU, {memory:.0f} MB at most; {str(problems[0])[:120]}")

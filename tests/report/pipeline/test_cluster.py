"""On the workers of a Dask cluster the report is the same, whatever happens to one of them."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest
from small_project import files, notebook

distributed = pytest.importorskip("distributed")


# A kernel is a fork of a warm server, which is a child of the worker.
TELLS_ITS_WORKER = """import pathlib, psutil, time
pathlib.Path("worker.pid").write_text(str(psutil.Process().parent().ppid()))
time.sleep(3)"""


@pytest.mark.thorough
def test_a_report_from_a_cluster_that_loses_a_worker_is_the_local_one(project, report):
    notebook(project / "notebooks/01_slow.ipynb", "Slow", TELLS_ITS_WORKER, "'slow'")
    assert not report().failed
    note = project / "worker.pid"
    note.unlink()
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        workers = {worker.pid for worker in cluster.workers.values()}
        lost = threading.Thread(target=_kill_worker, args=(note, workers))
        lost.start()
        outcome = report(out="other/reports", cluster=cluster.scheduler_address)
        lost.join()
        assert {worker.pid for worker in cluster.workers.values()} != workers
    assert not outcome.failed
    assert files(project / "other/reports") == files(project / "reports")


def _kill_worker(note: Path, workers: set[int]) -> None:
    """Kill the worker that runs the slow notebook, in the middle of it."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and not (note.is_file() and note.read_text().isdigit()):
        time.sleep(0.05)
    pid = int(note.read_text())
    assert pid in workers
    os.kill(pid, signal.SIGKILL)

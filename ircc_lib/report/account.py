"""The account of a run, ``run.json``: the only file that may differ between two runs of the same inputs."""

from __future__ import annotations

import json
import time

from ircc_lib.files import write_file
from ircc_lib.report.paths import Layout, hash_of
from ircc_lib.report.pipeline.fingerprint import versions


def write_account(
    layout: Layout,
    edition: str,
    *,
    started: float,
    ran: list[str],
    failed: dict[str, str],
    options: dict[str, object],
) -> None:
    """Say of an edition what ran, how long it took, on what and from which data.

    Parameters
    ----------
    started : float
        Seconds since 1970.
    ran : list of str
        Names of tasks, such as ``execute:ten-year/03_survival``.
    options : dict
        How the run was asked for: jobs, kernels, cluster.
    """
    ours = [
        name for name in sorted(ran) if name.partition(":")[2].partition("/")[0] in (edition, "registry", "editions")
    ]
    rebuilt = {name.partition("/")[2] for name in ours if name.startswith(("execute:", "render:"))}
    account = {
        "edition": edition,
        "data": "sha256:" + hash_of(layout.cut(edition)).read_text(encoding="utf-8").strip(),
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(started)),
        "seconds": round(time.time() - started, 2),
        **options,
        "versions": versions(),
        "rebuilt": sorted(rebuilt),
        "failed": failed,
        "durations": {name: json.loads(layout.measured(name).read_text(encoding="utf-8")) for name in ours},
    }
    write_file(layout.edition(edition) / "run.json", json.dumps(account, indent=1, ensure_ascii=False) + "\n")

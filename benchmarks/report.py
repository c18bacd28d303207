"""The report: how long a run takes, and what of it, against the same notebooks run as they are today.

Every figure is a ratio of two times measured here, one after the other, so that it holds on any machine.
With IRCC_BENCH_FULL=1 today's way is measured on every notebook; otherwise on the chapters and six
entities, the others being taken to cost what those six cost.
"""

import asyncio
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from ircc_lib.registry.editions import project_root
from ircc_lib.report.kernels import client as warm
from ircc_lib.report.kernels.provisioner import WARM, ReportKernelManager
from ircc_lib.report.paths import EVERY_EDITION, Layout
from ircc_lib.report.pipeline.graph import pages
from ircc_lib.report.site.plan import PER_ENTITY, TO_EXPLORE

IRCC = Path(sys.executable).with_name("ircc")
JOBS = 2
ENTITIES_SAMPLED = 6
ROUNDS = 3  # of which the median counts
TODAY = """
import json, sys, time
import nbconvert, papermill
for source, target, parameters in json.load(open(sys.argv[1])):
    started = time.perf_counter()
    papermill.execute_notebook(source, target + ".ipynb", parameters, progress_bar=False)
    page, _ = nbconvert.HTMLExporter().from_filename(target + ".ipynb")
    open(target + ".html", "w", encoding="utf-8").write(page)
    print(time.perf_counter() - started, flush=True)
"""


def run() -> None:
    """Measure, and print each figure with what is asked of it."""
    with tempfile.TemporaryDirectory(prefix="ircc-bench-") as folder:
        project = copy_of_project(Path(folder) / "project")
        colds, changes = [], []
        for _ in range(ROUNDS):  # runs of both kinds take turns: a machine is slower when it is warm
            for made in ("reports", ".pytask", "data/processed"):
                shutil.rmtree(project / made, ignore_errors=True)
            colds.append(seconds_of_report(project, "ten-year"))
            account = json.loads((project / "reports/ten-year/run.json").read_text())
            change_one_trial(project)
            changes.append(seconds_of_report(project, "ten-year"))
        cold = statistics.median(colds)
        parts(account, cold)
        nothing_changed(project)
        one_trial_changed(project, [100 * change / cold for change, cold in zip(changes, colds)], changes)
        against_today(project, cold)
        memory(copy_of_project(Path(folder) / "watched"))
        four_editions(Path(folder))
        many_pages(Path(folder))
        hundred_runs(project)


def say(
    what: str, value: float, unit: str = "", *, at_most: float | None = None, at_least: float | None = None
) -> None:
    """Print a figure, and whether it is what is asked for."""
    asked = ""
    if at_most is not None:
        asked = f"at most {at_most:g}: {'kept' if value <= at_most else 'MISSED'}"
    elif at_least is not None:
        asked = f"at least {at_least:g}: {'kept' if value >= at_least else 'MISSED'}"
    print(f"{what:52} {value:9.2f} {unit:4} {asked}".rstrip(), flush=True)


def copy_of_project(root: Path) -> Path:
    """The project's data and notebooks, to make reports of elsewhere."""
    here = project_root()
    shutil.copytree(here / "data", root / "data", ignore=shutil.ignore_patterns("processed"))
    shutil.copytree(here / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copy(here / "editions.toml", root)
    return root


def report(project: Path, edition: str, **popen) -> subprocess.Popen:
    """A run of ``ircc report``, begun."""
    return subprocess.Popen(
        [str(IRCC), "report", "--edition", edition, "--jobs", str(JOBS)],
        cwd=project,
        stdout=subprocess.DEVNULL,
        **popen,
    )


def seconds_of_report(project: Path, edition: str) -> float:
    """How long a run takes; a run that fails ends the benchmark."""
    started = time.perf_counter()
    code = report(project, edition).wait()
    if code:
        raise SystemExit(f"ircc report --edition {edition} ended with {code}")
    return time.perf_counter() - started


class Watch(threading.Thread):
    """Looks at the memory of a process and all that it starts."""

    def __init__(self, pid: int):
        super().__init__(daemon=True)
        self.root, self.peak, self.own, self.ended = psutil.Process(pid), 0, 0, threading.Event()

    def run(self):
        while not self.ended.wait(0.4):
            total, servers = 0, set()
            try:
                tree = [self.root, *self.root.children(recursive=True)]
            except psutil.NoSuchProcess:
                return
            for process in tree:
                try:
                    memory = process.memory_full_info()
                    total += memory.pss  # shared pages are counted once in all
                    if "import serve" in " ".join(process.cmdline()):
                        if process.ppid() in servers:
                            self.own = max(self.own, memory.uss)
                        servers.add(process.pid)
                except psutil.Error:
                    continue
            self.peak = max(self.peak, total)


def watched_report(project: Path, edition: str) -> Watch:
    process = report(project, edition)
    watch = Watch(process.pid)
    watch.start()
    if process.wait():
        raise SystemExit(f"ircc report --edition {edition} ended with {process.returncode}")
    watch.ended.set()
    watch.join()
    return watch


def memory(project: Path) -> None:
    """Of a run of its own, since looking takes time."""
    watched = watched_report(project, "ten-year")
    say("peak memory of the process tree, 2 jobs", watched.peak / 2**30, "GB", at_most=1.5)
    say("own memory of a fork, its kernel ready", own_memory() / 2**20, "MB", at_most=120)
    say("    with what its notebook loads and draws, largest", watched.own / 2**20, "MB", at_most=120)


def own_memory() -> int:
    """Bytes that a kernel has to itself before its first cell."""

    async def measured() -> int:
        manager = ReportKernelManager(kernel_name=WARM)
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        await client.wait_for_ready(60)
        own = psutil.Process(manager.provisioner.pid).memory_full_info().uss
        client.stop_channels()
        await manager.shutdown_kernel(now=True)
        return own

    return asyncio.run(measured())


def parts(account: dict, cold: float) -> None:
    """Where the time of a cold run goes, as shares of what `JOBS` workers had."""
    kinds: dict[str, float] = {}
    for name, measured in account["durations"].items():
        kind = name.partition(":")[0]
        if kind == "execute":
            kinds["cells"] = kinds.get("cells", 0) + measured["cells"]
            kinds["kernels"] = kinds.get("kernels", 0) + measured["seconds"] - measured["cells"]
        else:
            kinds[kind] = kinds.get(kind, 0) + measured["seconds"]
    started = time.perf_counter()
    server = warm.WarmServer()
    server.call("os:getpid")  # answered when the registry can be cleaned
    first = time.perf_counter() - started
    server.fork({"run": "call", "function": "os:getpid", "arguments": {}})  # made when all is imported
    imports = time.perf_counter() - started
    server.close()
    kinds["clean"] = max(0.0, kinds["clean"] - first)
    say("cold report", cold, "s")
    print(f"  {len(account['rebuilt'])} pages; imports, once: {imports:.1f} s; seconds of the {JOBS} workers:")
    for kind, spent in sorted(kinds.items(), key=lambda item: -item[1]):
        print(f"    {kind:10} {spent:7.1f} s  {100 * spent / (JOBS * cold):5.1f} %")


def nothing_changed(project: Path) -> None:
    """Runs of both kinds take turns, so that what else the machine does bears on both."""
    ours, imports = [], []
    for _ in range(5):
        ours.append(seconds_of_report(project, "ten-year"))
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import pytask"], check=True, cwd=project)
        imports.append(time.perf_counter() - started)
    ratio = statistics.median(ours) / statistics.median(imports)
    say("nothing changed, against: import pytask", ratio, "x", at_most=2)
    print(f"    {statistics.median(ours):.2f} s against {statistics.median(imports):.2f} s")


def change_one_trial(project: Path) -> None:
    """A rate of survival in a trial of one entity is a tenth of a per cent higher."""
    path = project / "data/raw/landmarks.csv"
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    entities = entities_by_trial(project)
    row = next(row for row in rows if entities.get(row["trial_id"]) == {"pancreatic cancer"})
    row["survival_pct"] = f"{float(row['survival_pct']) + 0.1:.1f}"
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, row, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def one_trial_changed(project: Path, shares: list[float], seconds: list[float]) -> None:
    """What the last run made anew, after `change_one_trial`."""
    rebuilt = set(json.loads((project / "reports/ten-year/run.json").read_text())["rebuilt"])
    chapters = {path.stem for path in (project / "notebooks").glob("*.ipynb") if shows(path, "landmarks")}
    chapters -= {PER_ENTITY, TO_EXPLORE}
    say("one trial changed, against cold", statistics.median(shares), "%", at_most=42)
    exact = rebuilt == chapters | {"entities/pancreatic-cancer"}
    print(
        f"    {statistics.median(seconds):.1f} s; exactly its entity's page and the chapters that show survival rates "
        f"were made anew: {'yes' if exact else sorted(rebuilt)}"
    )


def shows(notebook: Path, table: str) -> bool:
    """Whether a notebook is given a table: those that its metadata name, or else all."""
    reads = json.loads(notebook.read_text(encoding="utf-8"))["metadata"].get("ircc", {}).get("reads", [])
    return not reads or table in reads or reads == [EVERY_EDITION]


def entities_by_trial(project: Path) -> dict[str, set[str]]:
    with open(project / "data/raw/tumours.csv", encoding="utf-8", newline="") as file:
        entity = {row["tumour_reported"]: row["entity"] for row in csv.DictReader(file)}
    found: dict[str, set[str]] = {}
    with open(project / "data/raw/entities.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["trial_id"], set()).add(entity[row["tumour_reported"]])
    return found


def against_today(project: Path, cold: float) -> None:
    """The same notebooks, parameters and data, in one process that loops papermill and nbconvert."""
    layout = Layout(root=project, raw=project / "data/raw", out=project / "reports")
    tasks = [task for task in pages(layout, ["ten-year"], cold=False) if task.kind == "execute"]
    chapters = [task for task in tasks if "/entities/" not in task.subject]
    entities = [task for task in tasks if "/entities/" in task.subject]
    sampled = entities
    if not os.environ.get("IRCC_BENCH_FULL"):
        sampled = entities[:: max(1, len(entities) // ENTITIES_SAMPLED)][:ENTITIES_SAMPLED]
    target = project / "today"
    target.mkdir()
    work = [
        (str(task.depends_on["notebook"]), str(target / f"{number}"), json.loads(task.state["parameters"]))
        for number, task in enumerate([*chapters, *sampled])
    ]
    (target / "work.json").write_text(json.dumps(work))
    started = time.perf_counter()
    ran = subprocess.run(
        [sys.executable, "-c", TODAY, str(target / "work.json")],
        cwd=project,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    spent = time.perf_counter() - started
    each = [float(line) for line in ran.stdout.split()]
    of_entities = each[len(chapters) :]
    whole = spent + statistics.mean(of_entities) * (len(entities) - len(sampled))
    say("today's way, against cold", whole / cold, "x", at_least=8)
    measured = "measured" if len(sampled) == len(entities) else f"from {len(sampled)} entities"
    print(
        f"    {whole:.0f} s ({measured}; a chapter {statistics.mean(each[: len(chapters)]):.1f} s,"
        f" an entity {statistics.mean(of_entities):.1f} s) against {cold:.1f} s"
    )


def four_editions(folder: Path) -> None:
    largest = seconds_of_report(copy_of_project(folder / "largest"), "living")
    every = seconds_of_report(copy_of_project(folder / "every"), "all")
    say("four editions, against the largest", every / largest, "x", at_most=4.2)
    print(f"    {every:.1f} s against {largest:.1f} s")


def many_pages(folder: Path) -> None:
    """A registry of as many entities as pages, each with one trial."""
    counts = (10, 100, 300)
    took = {count: seconds_of_report(registry_of(folder / f"pages-{count}", count), "living") for count in counts}
    few = (took[100] - took[10]) / 90
    many = (took[300] - took[100]) / 200
    say("a page more at 100 to 300 pages, against 10 to 100", many / few, "x", at_most=1.2)
    print("    " + ", ".join(f"{count} pages {took[count]:.1f} s" for count in counts))


def registry_of(root: Path, count: int) -> Path:
    """A project whose registry holds `count` entities, its notebooks short."""
    copy_of_project(root)
    for path in (root / "data/raw").glob("*.csv"):
        with open(path, encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            header, rows = list(reader.fieldnames or []), list(reader)
        rows = (
            [multiplied(path.stem, rows[0], number) for number in range(count)]
            if path.stem in ("trials", "entities", "tumours")
            else []
        )
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    for path in (root / "notebooks").glob("*.ipynb"):
        if path.stem not in ("00_update", "entity"):
            path.unlink()
            continue
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["cells"] = notebook["cells"][:3] + [
            {
                "cell_type": "code",
                "id": "trials",
                "metadata": {},
                "source": "reg.trials",
                "outputs": [],
                "execution_count": None,
            }
        ]
        path.write_text(json.dumps(notebook), encoding="utf-8")
    return root


def multiplied(table: str, row: dict, number: int) -> dict:
    """A copy of a row that names trial, cohort and tumour `number`."""
    names = {"trial_id": f"Trial{number}", "cohort": f"Trial{number}", "tumour_reported": f"tumour {number}"}
    if table == "tumours":
        names["entity"] = f"entity {number}"
    return row | {key: value for key, value in names.items() if key in row}


def hundred_runs(project: Path) -> None:
    """One notebook, a hundred times: equal outputs, and nothing left over."""
    from ircc_lib.report.kernels.notebook import run_notebook

    here = psutil.Process()
    parameters = {
        "registry": "data/processed/editions/ten-year/slices/entities/pancreatic-cancer",
        "edition": "ten-year",
        "entity": "pancreatic cancer",
    }
    results, open_files, started = set(), [], time.perf_counter()
    for _ in range(100):
        outcome = run_notebook(project / "notebooks/entity.ipynb", project / "again.ipynb", parameters, project)
        if outcome.failure:
            raise SystemExit(outcome.failure)
        results.add((project / "again.ipynb").read_bytes())
        server = psutil.Process(warm.server().pid)
        open_files.append(here.num_fds() + server.num_fds())
    took = time.perf_counter() - started
    zombies = [child for child in here.children(recursive=True) if child.status() == psutil.STATUS_ZOMBIE]
    say("100 runs of a notebook: different outputs", len(results) - 1, at_most=0)
    say("    descriptors more after 100 runs than after 2", open_files[-1] - open_files[1], at_most=0)
    say("    zombies", len(zombies), at_most=0)
    print(f"    {took / 100:.2f} s a run")
    warm.stop()

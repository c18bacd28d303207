"""A registry grown to 300 trials of 30 tumours and to 1,000 trials of 300: time, memory and weights, with limits.

The trials are copies of the registry's own under other names, each of one made-up tumour, so that chapters
show as much of a trial as they do today. IRCC_SCALE=300 measures the smaller one only.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.report import Watch, report, say
from ircc_lib.registry.editions import project_root

SIZES = {300: 30, 1000: 300}  # trials: tumours
COPIED = (
    "trials", "arms", "comparisons", "landmarks", "medians", "responses", "adverse_events", "patients",
    "conduct", "products", "flow",
)  # fmt: skip
KEPT = ("published_claims", "meta_analyses")
CORE_SECONDS_PER_TRIAL = 2.0  # chapters, tumours and records
PEAK_GB = 3.0
PAGE_MB, INDEX_MB = 3.0, 1.0
RECORD_KB = 60.0
FILTER_MS = 100.0
_TYPE = """() => {
  const search = document.querySelector(".tools input[type=search]"), took = [];
  const rows = parseInt(document.querySelector(".shown").textContent.replace(/[^0-9]/g, ""), 10);
  for (const word of ["h", "he", "hep", "", "2019", "zh", "zha", "", "random", "copy2", "x", ""]) {
    const started = performance.now();
    search.value = word;
    search.dispatchEvent(new Event("input", { bubbles: true }));
    document.body.offsetHeight;
    took.push(performance.now() - started);
  }
  took.sort((a, b) => a - b);
  return [rows, took[took.length / 2]];
}"""
_FIGURE = re.compile(rb"<svg.*?</svg>|data:image/[^\"']+", re.S)


def run() -> None:
    """Make both registries and their reports, and print each figure with its limit."""
    wanted = os.environ.get("IRCC_SCALE")
    for trials, tumours in SIZES.items():
        if wanted in (None, str(trials)):
            with tempfile.TemporaryDirectory(prefix="ircc-scale-") as folder:
                measure(grown(Path(folder), trials, tumours), trials, tumours)


def measure(project: Path, trials: int, tumours: int) -> None:
    """Make the living edition's report of a grown registry, and weigh it."""
    print(f"{trials:,} trials of {tumours} tumours")
    started, spent = time.perf_counter(), os.times()
    process = report(project, "living")
    watch = Watch(process.pid)
    watch.start()
    code = process.wait()
    took = time.perf_counter() - started
    watch.ended.set()
    watch.join()
    say("  report: exit code", code, at_most=0)
    used = os.times()
    seconds = used.children_user + used.children_system - spent.children_user - spent.children_system
    say("  seconds of one core, a trial", seconds / trials, "s", at_most=CORE_SECONDS_PER_TRIAL)
    print(f"    {seconds:,.0f} s of one core; {took:,.0f} s by the clock")
    say("  peak memory, shared pages once", watch.peak / 1e9, "GB", at_most=PEAK_GB)
    weigh(project / "reports/living")
    filtering(project / "reports/living/trials.html")


def weigh(site: Path) -> None:
    """Say how heavy pages, records, the search index and the whole are."""
    pages = {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*.html")}
    words = {name: len(_FIGURE.sub(b"", content)) for name, content in pages.items()}
    heaviest = max(words, key=words.get)
    say(f"  heaviest page without its figures ({heaviest})", words[heaviest] / 1e6, "MB", at_most=PAGE_MB)
    records = [size for name, size in words.items() if name.startswith("trials/")]
    say("  a record, on average", sum(records) / max(1, len(records)) / 1e3, "kB", at_most=RECORD_KB)
    index = [path.stat().st_size for path in (site / "_static").glob("search-index*")]
    say("  largest file of the search index", max(index) / 1e6, "MB", at_most=INDEX_MB)
    whole = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    print(
        f"    {len(pages):,} pages, search index {sum(index) / 1e6:.2f} MB in {len(index)} files, {whole / 1e6:.0f} MB in all"
    )


def filtering(page: Path) -> None:
    """Say how long the table of all trials takes to show the rows that a word leaves, in Chromium if it is there."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not chromium:
        print("    no Chromium here: the filter of the table of trials was not timed")
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page()
        tab.goto(page.as_uri())
        tab.wait_for_selector(".tools input[type=search]")
        rows, took = tab.evaluate(_TYPE)
        browser.close()
    say(f"  filter of the table of {rows:,} trials, median of 12", took, "ms", at_most=FILTER_MS)


def grown(root: Path, trials: int, tumours: int) -> Path:
    """A project whose registry holds `trials` trials, each of one of `tumours` tumours."""
    here = project_root()
    shutil.copytree(here / "data", root / "data", ignore=shutil.ignore_patterns("processed", "enrolments", ".*"))
    shutil.copytree(here / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copy(here / "editions.toml", root)
    raw = root / "data/raw"
    names = _names([row["trial_id"] for row in _rows(raw / "trials.csv")], trials)
    for path in sorted(raw.glob("*.csv")):
        rows = list(_rows(path))
        if path.stem in COPIED:
            _write(path, rows, [new for copy, known in names for new in _copies(rows, copy, known)])
        elif path.stem not in (*KEPT, "tumours", "entities"):
            _write(path, rows, [])
    known = list(_rows(raw / "tumours.csv"))
    systems = sorted({row["organ_system"] for row in known} - {""})
    made = [
        known[0]
        | {key: "" for key in known[0]}
        | {
            "tumour_reported": f"tumour {number:03}",
            "entity": f"made-up tumour {number:03}",
            "organ_system": systems[number % len(systems)],
        }
        for number in range(tumours)
    ]
    _write(raw / "tumours.csv", known, made)
    example = next(iter(_rows(raw / "entities.csv")))
    every = [new for copy, known_ids in names for new in (_name(old, copy) for old in known_ids)]
    _write(
        raw / "entities.csv",
        [example],
        [
            example
            | {"trial_id": trial, "tumour_reported": f"tumour {number % tumours:03}", "n_patients": "", "n_cik": ""}
            for number, trial in enumerate(every)
        ],
    )
    return root


def _names(known: list[str], count: int) -> list[tuple[int, list[str]]]:
    """Number of the copy, and of which trials it is one, until there are `count`."""
    return [(copy, known[: count - copy * len(known)]) for copy in range(-(-count // len(known)))]


def _name(trial: str, copy: int) -> str:
    return f"{trial}copy{copy}" if copy else trial


def _copies(rows: list[dict], copy: int, known: list[str]) -> Iterator[dict]:
    wanted = set(known)
    for row in rows:
        if row["trial_id"] in wanted:
            new = row | {"trial_id": _name(row["trial_id"], copy)}
            if "cohort" in row:  # a trial's own row
                new["cohort"] = _name(row["cohort"] if row["cohort"] in wanted else row["trial_id"], copy)
            if copy and "title" in row:
                title = f"{row['title']}, copy {copy}" if row["title"] else ""
                new |= {"title": title, "pmid": "", "doi": "", "registration_id": ""}
                new["source_url"] = f"https://example.org/{new['trial_id']}"
            yield new


def _rows(path: Path) -> Iterator[dict]:
    with open(path, encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _write(path: Path, known: list[dict], rows: list[dict]) -> None:
    header = list(known[0]) if known else path.read_text(encoding="utf-8").splitlines()[0].split(",")
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)

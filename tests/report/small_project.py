"""A small project: a few real trials, a chapter, an entity's page, and nothing else."""

import csv
import json
import shutil
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
TRIALS = {"gastric cancer": 3, "renal cell carcinoma": 2}  # how many of each, of the first edition


def notebook(path: Path, title: str, *cells: str, entity: bool = False, reads: list[str] | None = None) -> None:
    """Write a notebook as the project's are: a title, parameters, the registry, and then `cells`.

    reads : the tables that its metadata name
    """
    parameters = 'registry = "data/raw"\nedition = "first"'
    if entity:
        parameters += '\nentity = "gastric cancer"'
    load = "import ircc_lib as ircc\nreg = ircc.load_registry(registry).edition(edition)"
    sources = [
        ("markdown", f"# {title}", []),
        ("code", parameters, ["parameters"]),
        ("code", load, []),
        *(("code", cell, []) for cell in cells),
    ]
    made = [
        {
            "cell_type": kind,
            "id": f"cell-{number}",
            "metadata": {"tags": tags} if tags else {},
            "source": source,
            **({"outputs": [], "execution_count": None} if kind == "code" else {}),
        }
        for number, (kind, source, tags) in enumerate(sources)
    ]
    kernelspec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    path.parent.mkdir(parents=True, exist_ok=True)
    about = {"kernelspec": kernelspec} | ({"ircc": {"reads": reads}} if reads else {})
    path.write_text(json.dumps({"cells": made, "metadata": about, "nbformat": 4, "nbformat_minor": 5}, indent=1))


def rows(path: Path) -> list[dict]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, content: list[dict]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, content[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(content)


def kept_trials() -> set[str]:
    raw = PROJECT / "data/raw"
    year = {row["trial_id"]: int(row["year"] or 9999) for row in rows(raw / "trials.csv")}
    entity = {row["tumour_reported"]: row["entity"] for row in rows(raw / "tumours.csv")}
    named: dict[str, set[str]] = {}
    for row in rows(raw / "entities.csv"):
        named.setdefault(row["trial_id"], set()).add(entity[row["tumour_reported"]])
    kept = set()
    for name, count in TRIALS.items():
        found = sorted(trial for trial, names in named.items() if names == {name} and year[trial] <= 2010)
        kept |= set(found[:count])
    return kept


def build(root: Path) -> None:
    """Make the small project in `root`."""
    shutil.copy(PROJECT / "editions.toml", root)
    (root / "data/raw").mkdir(parents=True)
    for path in (PROJECT / "data").glob("*.csv"):
        shutil.copy(path, root / "data")
    trials = kept_trials()
    assert trials
    for path in sorted((PROJECT / "data/raw").glob("*.csv")):
        content = rows(path)
        naming = [
            column for column in ("trial_id", "enrolled_as", "other_trial_id") if content and column in content[0]
        ]
        kept = [row for row in content if all(row[column] in {*trials, ""} for column in naming)]
        if kept:
            write_rows(root / "data/raw" / path.name, kept)
        else:
            header = path.read_text(encoding="utf-8").splitlines()[0]
            (root / "data/raw" / path.name).write_text(header + "\n", encoding="utf-8")
    notebook(
        root / "notebooks/00_update.ipynb",
        "Update",
        "len(reg.trials)",
        "ircc.display.prose('{n} trials', n=len(reg.trials))",
        "ircc.display.Table(data=reg.landmarks[['trial_id', 'survival']], name='landmarks', caption='Rates.')",
    )
    notebook(
        root / "notebooks/entity.ipynb",
        "Entity",
        "entity",
        "ircc.display.Table(data=reg.landmarks[['trial_id', 'survival']], name='landmarks', caption='Rates.')",
        entity=True,
    )


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a report with its content, but for the runs' own accounts."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "run.json"
    }
